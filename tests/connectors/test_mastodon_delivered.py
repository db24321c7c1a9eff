"""Mastodon end to end: from the announcement through the worker to the server, and back; by key and by search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.connector import OutgoingPicture
from hueandcry.channels.models import Account
from hueandcry.kernel import blobs, clock
from hueandcry.posts import tasks
from hueandcry.posts.actions import announce, page_is_up, withdraw_announcements
from hueandcry.posts.models import Delivery
from tests.connectors.stages import JPEG
from tests.factories import make_actor, make_agency
from tests.servers.simulated import SimulatedNetwork

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
S = Delivery.Status
LINK = "http://localhost:8000/appeals/PE-7/"


@pytest.mark.parametrize("hours", [0, 1])
@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "error_after", "error_before"])
def test_a_post_stands_once_whatever_became_of_the_first_try_and_is_taken_down(
    simulated_network: SimulatedNetwork,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    fault: str,
) -> None:
    """hours: 0, the server still knows the key; 1, it does not, and only our own posts can tell."""
    inside = simulated_network.network("mastodon")
    settings.HUE_ALLOW_PRIVATE = [inside.address]
    agency = make_agency()
    by = make_actor(agency, Role.AUTHOR)
    register_account(
        channel="mastodon",
        handle=inside.handle,
        label="Port Ellery Police",
        server_url=inside.url,
        secret={"token": inside.token(lasts=10**6)},
        by=make_actor(agency, Role.ADMINISTRATOR),
    )
    picture = OutgoingPicture(digest=blobs.put(JPEG), mime="image/jpeg", alt="A grey van", width=1, height=1)
    announce(
        subject="appeal:7",
        text="Appeal PE-7: seen this van?",
        link=LINK,
        title="Grey van",
        picture=picture,
        account_ids=None,
        by=by,
    )
    page_is_up(subject="appeal:7", by=by)
    inside.fail(fault)
    tasks.deliver_due()
    assert Delivery.objects.get().status == S.SENDING
    if hours:
        for row in inside.world.store.things("mastodon", "idempotency", "owner = ?", inside.account["id"]):
            inside.world.store.drop_thing(row["id"])
        monkeypatch.setattr(clock, "now", lambda: datetime.now(tz=UTC) + timedelta(hours=hours))
    Delivery.objects.update(due_at=F("due_at") - timedelta(hours=1))
    tasks.deliver_due()
    delivery = Delivery.objects.get()
    assert (delivery.status, Account.objects.get().status) == (S.SENT, Account.Status.ACTIVE)
    (seen,) = inside.posts()
    assert delivery.remote_id == str(seen["id"])
    assert seen["text"] == f"Appeal PE-7: seen this van?\n\n{LINK}"
    assert [one["alt"] for one in seen["pictures"]] == ["A grey van"]
    assert "seen this van?" in inside.process.page(delivery.remote_url.removeprefix(inside.process.url))
    withdraw_announcements(subject="appeal:7", by=by)
    tasks.remove_due()
    assert (inside.posts(), Delivery.objects.get().status) == ([], S.REMOVED)
