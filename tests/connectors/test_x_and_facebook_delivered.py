"""X and Facebook end to end: from the announcement through the worker to the network, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.connector import OutgoingPicture
from hueandcry.channels.credentials import open_session
from hueandcry.channels.models import Account, Credential
from hueandcry.kernel import blobs
from hueandcry.posts import tasks
from hueandcry.posts.actions import announce, page_is_up, withdraw_announcements
from hueandcry.posts.models import Delivery
from hueandcry.simnet.consent import CLIENT
from tests.connectors.stages import JPEG
from tests.factories import make_actor, make_agency
from tests.servers.simulated import Inside, SimulatedNetwork

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
S = Delivery.Status


def secret_of(inside: Inside) -> dict[str, str]:
    """What a steward would enter."""
    if inside.world.name == "facebook":
        return {"token": inside.token(), "app_secret": CLIENT}
    return {"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": inside.secret}


@pytest.mark.parametrize("channel", ["facebook", "x"])
def test_a_lost_answer_does_not_double_and_a_withdrawal_takes_it_down(
    channel: str, simulated_network: SimulatedNetwork, settings: Any
) -> None:
    inside = simulated_network.network(channel)
    settings.HUE_ALLOW_PRIVATE = [inside.address]
    agency = make_agency()
    by = make_actor(agency, Role.AUTHOR)
    account = register_account(
        channel=channel,
        handle=inside.handle,
        label="Port Ellery Police",
        server_url=inside.url,
        secret=secret_of(inside),
        by=make_actor(agency, Role.ADMINISTRATOR),
    )
    picture = OutgoingPicture(digest=blobs.put(JPEG), mime="image/jpeg", alt="A grey van", width=1, height=1)
    link = "http://localhost:8000/appeals/PE-7/"
    announce(
        subject="appeal:7",
        text="Appeal PE-7: seen this van?",
        link=link,
        title="Grey van",
        picture=picture,
        account_ids=None,
        by=by,
    )
    page_is_up(subject="appeal:7", by=by)
    inside.fail("drop_after")
    tasks.deliver_due()
    assert Delivery.objects.get().status == S.SENDING
    Delivery.objects.update(due_at=F("due_at") - timedelta(hours=1))
    tasks.deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.status == S.SENT
    (seen,) = inside.posts()
    assert delivery.remote_id.endswith(str(seen["id"]))
    assert link in seen["text"]
    assert [one["alt"] for one in seen["pictures"]] == ["A grey van"]
    assert inside.process.page(delivery.remote_url.removeprefix(inside.process.url))
    assert Account.objects.get().status == Account.Status.ACTIVE
    if channel == "x":
        tokens = open_session(Credential.objects.get(account=account))
        assert tokens["refresh"] != inside.secret
        assert (tokens["user"], tokens["handle"]) == (str(inside.account["id"]), inside.handle)
    withdraw_announcements(subject="appeal:7", by=by)
    tasks.remove_due()
    assert Delivery.objects.get().status == S.REMOVED
    assert inside.posts() == []
