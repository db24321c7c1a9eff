"""A post with a video from the draft through the worker to five networks at once, killed on the way, and recalled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels import lines
from hueandcry.channels.actions import register_account
from hueandcry.channels.models import Account
from hueandcry.connectors.facebook.channel import CONNECTOR as FACEBOOK
from hueandcry.connectors.mastodon import media
from hueandcry.connectors.x import videos
from hueandcry.connectors.x.channel import CONNECTOR as X
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.ids import random_id
from hueandcry.posts import tasks
from hueandcry.posts.approval_actions import publish_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery
from hueandcry.posts.standing_actions import recall_post
from hueandcry.posts.writing_actions import draft_post
from hueandcry.simnet.consent import CLIENT
from tests.factories import make_actor, make_agency
from tests.films import ready_video
from tests.servers.simulated import Inside, SimulatedNetwork

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
MOVIE = bytes(range(256)) * 300
DEATHS = (2, 5, 8, 11)  # at which reading of a part the worker is killed
S = Delivery.Status


class Killed(BaseException):
    """kill -9, as far as the database can tell: nothing after it is done."""


def account_on(inside: Inside, channel: str, secret: dict[str, str], by: Any) -> Account:
    account = register_account(
        channel=channel,
        handle=inside.handle,
        label=f"Port Ellery on {channel}",
        server_url=inside.url,
        secret=secret,
        by=by,
    )
    Account.objects.filter(pk=account.pk).update(mode="free")
    return account


def test_an_emergency_does_not_wait_until_facebook_is_done_with_a_video(
    simulated_network: SimulatedNetwork, settings: Any
) -> None:
    inside = simulated_network.network("facebook", polls=99)
    settings.HUE_ALLOW_PRIVATE = [inside.address]
    settings.HUE_DELIVERY_THREADS = 1
    agency = make_agency()
    writer = make_actor(agency, Role.AUTHOR)
    page = {"token": inside.token(lasts=10**6), "app_secret": CLIENT}
    account = account_on(inside, "facebook", page, make_actor(agency, Role.ADMINISTRATOR))
    for text in ("Seen this van?", "Leave your houses now."):
        post = draft_post(content=Content(text=text, account_ids=(account.pk,)), by=writer)
        if text.endswith("?"):
            ready_video(post, by=writer, data=MOVIE)
        publish_post(post_id=post.pk, by=writer)
    moment = clock.now() - timedelta(seconds=1)
    Delivery.objects.exclude(post=post).update(due_at=moment)
    tasks.deliver_videos()
    Delivery.objects.filter(post=post).update(due_at=moment, urgency=Urgency.EMERGENCY)
    tasks.deliver_due()
    first, second = Delivery.objects.order_by("pk")
    assert (first.status, second.status) == (S.SENT, S.SENT)
    assert first.evidence["state"] == "processing"
    recall_post(
        post_id=first.post_id,
        reason="Wrong van",
        by=make_actor(agency, Role.APPROVER, name="Femi Adeyemi"),
    )
    tasks.remove_due()
    assert [one["text"] for one in inside.posts()] == ["Leave your houses now."]


def work(times: int) -> None:
    """The worker, each time as soon as it may."""
    for _turn in range(times):
        moment = clock.now() - timedelta(seconds=1)
        Delivery.objects.filter(due_at__isnull=False).update(claimed_until=None, due_at=moment)
        tasks.deliver_due()
        tasks.deliver_videos()


def test_a_worker_killed_in_mid_upload_leaves_one_video_on_each_network_and_recall_none(
    simulated_network: SimulatedNetwork, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = {name: simulated_network.network(name) for name in ("mastodon", "youtube", "x", "facebook")}
    networks["bluesky"] = simulated_network.network("bluesky", handle=f"ellery{random_id(6).lower()}.test")
    settings.HUE_ALLOW_PRIVATE = [networks["mastodon"].address]
    monkeypatch.setattr(media, "PIECE", 30_000)
    settings.HUE_DELIVERY_THREADS = 1
    agency = make_agency()
    admin, writer = make_actor(agency, Role.ADMINISTRATOR), make_actor(agency, Role.AUTHOR)
    token = {"token": networks["mastodon"].token(lasts=10**6)}
    google = {"client_id": CLIENT, "client_secret": CLIENT}
    google["refresh_token"] = networks["youtube"].token(kind="refresh")
    at_x = {"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": networks["x"].secret}
    page = {"token": networks["facebook"].token(lasts=10**6), "app_secret": CLIENT}
    at_home = {"identifier": networks["bluesky"].handle, "password": networks["bluesky"].secret}
    secrets = {"mastodon": token, "youtube": google, "x": at_x, "facebook": page, "bluesky": at_home}
    accounts = [account_on(networks[name], name, secret, admin) for name, secret in secrets.items()]
    monkeypatch.setattr(videos, "SEGMENT", 30_000)
    for connector in (X, FACEBOOK):  # nobody waits here until a search would show a late arrival
        monkeypatch.setattr(type(connector), "lookup_lag", timedelta(0))
    chosen = tuple(account.pk for account in accounts)
    post = draft_post(content=Content(text="Seen this van?", title="Van", account_ids=chosen), by=writer)
    ready_video(post, by=writer, data=MOVIE)
    publish_post(post_id=post.pk, by=writer)
    real, read = lines.part_of, []

    def deadly(digest: str, start: int, size: int) -> bytes:
        read.append(start)
        if len(read) in DEATHS:
            raise Killed
        return real(digest, start, size)

    monkeypatch.setattr(lines, "part_of", deadly)
    for _turn in DEATHS:
        with pytest.raises(Killed):
            work(6)
    work(8)
    states = {row.account.channel: row.status for row in Delivery.objects.select_related("account")}
    assert states == dict.fromkeys(networks, S.SENT)
    assert max(read) >= media.PIECE
    for name, network in networks.items():
        (shown,) = network.posts()
        number = shown["video"]
        if name == "mastodon":
            assert [one["alt"] for one in shown["pictures"]] == ["A grey van turns left"]
            number = shown["pictures"][0]["media"]
        kept = network.world.media(int(number))
        assert kept is not None
        assert kept["blob"] == MOVIE
    recall_post(
        post_id=post.pk, reason="Wrong van", by=make_actor(agency, Role.APPROVER, name="Femi Adeyemi")
    )
    tasks.remove_due()
    assert [network.posts() for network in networks.values()] == [[]] * len(networks)
    assert set(Delivery.objects.values_list("status", flat=True)) == {S.REMOVED}
