"""What is Bluesky's own: record keys, byte offsets, tokens; and a delivery end to end on a real server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.connector import Line, Measured, OutgoingPicture, RateLimited, Refused, Unreachable
from hueandcry.channels.models import Account, Credential
from hueandcry.channels.outgoing import OutgoingCard
from hueandcry.connectors.bluesky import CONNECTOR, facets, record_key
from hueandcry.connectors.bluesky.calls import get
from hueandcry.connectors.bluesky.record import place_of
from hueandcry.kernel import blobs
from hueandcry.kernel.http import Answer, MayHaveArrived, Server
from hueandcry.kernel.ids import random_id
from hueandcry.posts import queries, tasks
from hueandcry.posts.actions import announce, page_is_up, withdraw_announcements
from hueandcry.posts.models import Delivery
from hueandcry.simnet.networks.bluesky import uri_of
from tests.connectors.contract import JPEG, LINK, PICTURE, Contract, Stage, outgoing, stage_on
from tests.connectors.faults import Faults
from tests.factories import make_actor, make_agency
from tests.servers.pds import Pds, PdsAccount
from tests.servers.proxy import Relay
from tests.servers.simulated import SimulatedNetwork

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}\Z")  # atproto.com/specs/tid


def test_a_record_key_is_a_tid_of_its_own_second() -> None:
    moment = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)
    keys = [record_key(outgoing(created_at=moment, key=f"delivery-{number}")) for number in range(2000)]
    assert all(TID.match(key) for key in keys)
    assert len(set(keys)) == 2000
    later = record_key(outgoing(created_at=moment + timedelta(seconds=1)))
    assert max(keys) < later
    post = outgoing()
    assert record_key(post) == record_key(replace(post, text="another"))


def test_facets_count_bytes_and_leave_the_full_stop_alone() -> None:
    text = "Café 🚐 see https://a.example/x?y=1. Or #PortEllery, not #12"
    found = facets(text)
    data = text.encode()
    marked = [data[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in found]
    assert marked == ["https://a.example/x?y=1", "#PortEllery"]
    assert [f["features"][0].get("uri") or f["features"][0].get("tag") for f in found] == [
        "https://a.example/x?y=1",
        "PortEllery",
    ]
    assert [m["features"][0]["uri"] for m in facets("https://a.example/#part")] == ["https://a.example/#part"]


@pytest.fixture
def stage(simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Stage]:
    inside = simulated_network.network("bluesky", handle=f"ellery{random_id(6).lower()}.test")
    yield stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=lambda: {"identifier": inside.handle, "password": inside.secret},
        renews=True,
        remote_id=lambda post: uri_of(inside.world, post),
        marks_edits=False,
    )
    inside.work_properly()


@pytest.mark.slow
class TestSimulatedBluesky(Contract, Faults):
    connector = CONNECTOR


@pytest.mark.slow
def test_an_edit_keeps_the_time_and_the_place_in_the_thread(
    stage: Stage, simulated_network: SimulatedNetwork
) -> None:
    one = stage.publish(stage.post()).remote_id
    part = stage.post(link="", reply_to=one)
    two = stage.publish(part).remote_id
    later = replace(part, text="Corrected", reply_to="", created_at=part.created_at + timedelta(hours=2))
    CONNECTOR.edit(stage.line(), later, two)
    record = get(stage.line(), place_of(two))
    assert record
    assert record["value"]["text"] == "Corrected"
    assert record["value"]["reply"]["root"]["uri"] == record["value"]["reply"]["parent"]["uri"] == one
    assert record["value"]["createdAt"][:19] == part.created_at.isoformat()[:19]


@pytest.mark.slow
def test_the_third_part_of_a_thread_names_the_first_as_its_root(stage: Stage) -> None:
    one = stage.publish(stage.post()).remote_id
    two = stage.publish(stage.post(link="", reply_to=one)).remote_id
    three = stage.publish(stage.post(link="", reply_to=two)).remote_id
    record = get(stage.line(), place_of(three))
    assert record
    reply = record["value"]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (one, two)
    assert reply["root"]["cid"] != reply["parent"]["cid"]


def test_an_edit_of_what_was_changed_meanwhile_is_tried_again_and_overwrites_nothing() -> None:
    stands = said(
        200, '{"uri": "x", "cid": "old", "value": {"text": "a", "createdAt": "2026-11-22T09:00:00Z"}}'
    )
    script = Script([stands, said(400, '{"error": "InvalidSwap"}')])
    with pytest.raises(Unreachable):
        CONNECTOR.edit(line(script, []), outgoing(), "at://did:plc:x/app.bsky.feed.post/2abc")
    assert script.asked == ["GET getRecord", "POST putRecord"]
    assert script.bodies[1]["swapRecord"] == "old"


@pytest.mark.parametrize("stands", [{"cid": "old", "value": {"displayName": "Police", "avatar": "a"}}, None])
def test_the_page_keeps_all_else_and_overwrites_nothing_that_changed_meanwhile(stands: Any) -> None:
    found = said(200, json.dumps(stands)) if stands else said(400, '{"error": "RecordNotFound"}')
    script = Script([found, said(200)])
    CONNECTOR.set_profile(line(script, []), "New")
    body = script.bodies[1]
    assert body["swapRecord"] == (stands["cid"] if stands else None)
    kept = stands["value"] if stands else {}
    assert body["record"] == {"$type": "app.bsky.actor.profile", **kept, "description": "New"}


def test_an_address_that_is_no_place_of_ours_is_never_written_to() -> None:
    for uri in (
        "at://did:plc:other/app.bsky.feed.post/2abc",
        "https://bsky.app/x",
        "at://did:plc:x/../y",
        "",
    ):
        script = Script([said(200, '{"cid": "c", "value": {}}')])
        with pytest.raises(Refused):
            CONNECTOR.edit(line(script, []), outgoing(), uri)
        assert "POST putRecord" not in script.asked


@pytest.mark.slow
def test_with_several_pictures_the_link_stands_in_the_text_and_can_be_followed(stage: Stage) -> None:
    post = stage.post(pictures=(PICTURE, replace(PICTURE, alt="From the left")))
    record = get(stage.line(), place_of(stage.publish(post).remote_id))
    assert record
    value = record["value"]
    assert value["text"] == f"{post.text}\n\n{LINK}"
    assert [image["alt"] for image in value["embed"]["images"]] == [PICTURE.alt, "From the left"]
    assert [facet["features"][0]["uri"] for facet in value["facets"]] == [LINK]
    full = replace(post, key="another", text="x" * 280)
    with pytest.raises(Refused, match="no room for the link"):
        stage.publish(full)


@pytest.mark.slow
def test_a_card_stands_with_its_words_and_thumb_and_nothing_beside_it(
    stage: Stage, simulated_network: SimulatedNetwork
) -> None:
    card = OutgoingCard(LINK, "Ferries <b>", "From seven.", PICTURE)
    post = stage.post(card=card)
    record = get(stage.line(), place_of(stage.publish(post).remote_id))
    assert record
    shown = record["value"]["embed"]["external"]
    assert (shown["uri"], shown["title"], shown["description"]) == (LINK, "Ferries <b>", "From seven.")
    assert shown["thumb"]["size"] == len(JPEG)
    page = simulated_network.page("/bluesky/")
    assert "Ferries &lt;b&gt;" in page
    assert "<p>From seven.</p>" in page
    bare = stage.post(no_card=True)
    record = get(stage.line(), place_of(stage.publish(bare).remote_id))
    assert record
    assert "embed" not in record["value"]


@pytest.mark.slow
def test_a_post_of_another_account_is_shown_again(stage: Stage, simulated_network: SimulatedNetwork) -> None:
    unit = simulated_network.network("bluesky", handle=f"harbour{random_id(6).lower()}.test")
    theirs = replace(stage, secret={"identifier": unit.handle, "password": unit.secret}, kept={})
    original = theirs.publish(stage.post()).remote_id
    receipt = stage.publish(replace(stage.post(), text="", link="", repost_of=original))
    assert "/app.bsky.feed.repost/" in receipt.remote_id
    assert receipt.remote_url.endswith(original.rpartition("/")[2])
    assert len(unit.world.reposts_of(unit.posts()[0]["id"])) == 1


@pytest.mark.slow
def test_figures_and_followers_are_what_the_appview_counts(
    stage: Stage, simulated_network: SimulatedNetwork
) -> None:
    inside = simulated_network.network(
        "bluesky", handle=f"police-{random_id(6).lower()}.example", followers=7
    )
    stage.secret, stage.kept = {"identifier": inside.handle, "password": inside.secret}, {}
    number = stage.publish(stage.post()).remote_id
    stage.publish(stage.post(link="", reply_to=number))
    stage.publish(replace(stage.post(), text="", link="", repost_of=number))
    assert CONNECTOR.measure(stage.line(), [number]) == {number: Measured(replies=1, reposts=1, likes=0)}
    CONNECTOR.set_profile(stage.line(), "Port Ellery Police: https://port-ellery.example/connect")
    profile = CONNECTOR.profile(stage.line())
    own = f"https://{inside.handle}"
    assert (profile.links, profile.verified) == ((own, "https://port-ellery.example/connect"), (own,))
    assert profile.followers == 7
    assert (profile.picture, profile.banner, profile.described) == (False, False, None)


@pytest.mark.slow
def test_what_is_left_of_the_hour_is_noted(stage: Stage) -> None:
    stage.publish(stage.post())
    (quota,) = [quota for quota in stage.quotas if quota.name == "writes"]
    assert (quota.limit, quota.left) == (5000, 4998)


def test_who_comes_second_to_a_renewal_takes_what_the_first_one_stored() -> None:
    stored = {"access": "a9", "refresh": "r9", "did": "did:plc:x"}
    script, kept = Script([ENDED, said(200)]), []
    second = replace(line(script, kept), turn=lambda: nullcontext(stored))
    CONNECTOR.publish(second, outgoing())
    assert (script.asked, kept) == (["POST putRecord", "POST putRecord"], [])


@dataclass
class Script:
    """A server that gives these answers in turn; keeps the paths it was asked for."""

    answers: list[Answer | Exception]
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """The next answer."""
        self.bodies.append(given.get("json"))
        self.asked.append(f"{method} {path.rpartition('.')[2]}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def said(status: int, body: str = "{}", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body.encode())


SESSION = {"access": "a", "refresh": "r", "did": "did:plc:x"}
FRESH = said(200, '{"accessJwt": "a2", "refreshJwt": "r2", "did": "did:plc:x"}')
ENDED = said(400, '{"error": "ExpiredToken"}')


def line(script: Script, kept: list[Any], session: dict[str, str] | None = None) -> Line:
    return Line(
        http=script,
        secret={"identifier": "ellery.test", "password": "pass"},
        session=SESSION if session is None else session,
        keep_session=kept.append,
        picture=lambda _digest: JPEG,
        taken=lambda _remote_id: False,
    )


def test_a_kept_token_is_used_without_a_login() -> None:
    script, kept = Script([said(200)]), []
    CONNECTOR.publish(line(script, kept), outgoing())
    assert (script.asked, kept) == (["POST putRecord"], [])


def test_a_token_that_ended_is_refreshed_and_the_new_one_kept_before_it_is_used() -> None:
    kept: list[Any] = []
    script = Script([ENDED, FRESH, MayHaveArrived("ReadTimeout", "POST x")])
    with pytest.raises(Exception, match="no answer"):
        CONNECTOR.publish(line(script, kept), outgoing())
    assert script.asked == ["POST putRecord", "POST refreshSession", "POST putRecord"]
    assert kept == [{"access": "a2", "refresh": "r2", "did": "did:plc:x"}]


def test_a_refresh_token_that_ended_leads_to_one_login() -> None:
    script = Script([ENDED, ENDED, FRESH, said(200)])
    CONNECTOR.publish(line(script, []), outgoing())
    assert script.asked == ["POST putRecord", "POST refreshSession", "POST createSession", "POST putRecord"]


def test_trouble_before_the_post_itself_means_it_was_not_sent() -> None:
    lost = MayHaveArrived("ReadTimeout", "POST x")
    for answers in ([lost], [said(500)]):
        with pytest.raises(Unreachable):
            CONNECTOR.publish(line(Script(list(answers)), [], {}), outgoing())
        with pytest.raises(Unreachable):
            CONNECTOR.publish(line(Script(list(answers)), []), outgoing(pictures=(PICTURE,)))


def test_a_rate_limit_says_when_to_come_back() -> None:
    script = Script([said(429, ratelimit_reset="4102444800")])
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.publish(line(script, []), outgoing())
    assert failure.value.retry_at == datetime(2100, 1, 1, tzinfo=UTC)


def test_a_picture_that_is_too_large_is_refused_before_anything_is_sent() -> None:
    script = Script([])
    large = replace(line(script, []), picture=lambda _digest: b"x" * 1_000_001)
    with pytest.raises(Refused):
        CONNECTOR.publish(large, outgoing(pictures=(PICTURE,)))
    assert script.asked == []


@pytest.fixture(scope="session")
def ellery(pds: Pds) -> PdsAccount:
    return pds.create_account("ellery.test")


@pytest.mark.pds
@pytest.mark.slow
def test_a_picture_stands_by_itself_with_its_alt_text_when_there_is_no_link(
    pds: Pds, ellery: PdsAccount, settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = [pds.address]
    given = {"identifier": ellery.handle, "password": ellery.app_password}
    real = replace(line(Script([]), [], {}), http=Server(address=pds.url), secret=given)
    post = outgoing(link="", pictures=(PICTURE,))
    receipt = CONNECTOR.publish(real, post)
    (record,) = [r["value"] for r in pds.posts(ellery.did) if r["uri"] == receipt.remote_id]
    (image,) = record["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == (PICTURE.alt, {"width": 1, "height": 1})
    assert pds.blob(ellery.did, image["image"]["ref"]["$link"]) == JPEG
    carded = outgoing(card=OutgoingCard(LINK, "Ferries", "From seven.", PICTURE))
    receipt = CONNECTOR.publish(real, carded)
    (record,) = [r["value"] for r in pds.posts(ellery.did) if r["uri"] == receipt.remote_id]
    card = record["embed"]["external"]
    assert (card["uri"], card["title"], card["description"]) == (LINK, "Ferries", "From seven.")
    assert pds.blob(ellery.did, card["thumb"]["ref"]["$link"]) == JPEG


@pytest.mark.pds
@pytest.mark.slow
def test_without_an_appview_figures_are_unknown_and_the_profile_is_whole(
    pds: Pds, ellery: PdsAccount, settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = [pds.address]
    given = {"identifier": ellery.handle, "password": ellery.app_password}
    real = replace(line(Script([]), [], {}), http=Server(address=pds.url), secret=given)
    number = CONNECTOR.publish(real, outgoing()).remote_id
    assert CONNECTOR.measure(real, [number]) == {number: Measured()}
    CONNECTOR.set_profile(real, "Not for emergencies")
    profile = CONNECTOR.profile(real)
    assert (profile.text, profile.verified, profile.followers) == ("Not for emergencies", (), None)


@pytest.mark.pds
@pytest.mark.slow
@pytest.mark.django_db(databases=["default", "tips"])
def test_from_the_announcement_to_the_server_and_back(pds: Pds, ellery: PdsAccount, settings: Any) -> None:
    """Card, thumb, alt and link are on the server; a lost answer does not double; withdrawing deletes."""
    relay = Relay(target=("127.0.0.1", pds.port), only=b"POST /xrpc/com.atproto.repo.putRecord").start()
    settings.HUE_ALLOW_PRIVATE = [relay.address]
    agency = make_agency()
    by = make_actor(agency, Role.AUTHOR)
    account = register_account(
        channel="bluesky",
        handle=ellery.handle,
        label="Port Ellery Police",
        server_url=f"http://{relay.address}",
        secret={"identifier": ellery.handle, "password": ellery.app_password},
        by=make_actor(agency, Role.ADMINISTRATOR),
    )
    picture = OutgoingPicture(digest=blobs.put(JPEG), mime="image/jpeg", alt="A grey van", width=1, height=1)
    post = announce(
        subject="appeal:7",
        text="Appeal PE-7: seen this van?",
        link="http://localhost:8000/appeals/PE-7/",
        title="Grey van",
        picture=picture,
        account_ids=None,
        by=by,
    )
    page_is_up(subject="appeal:7", by=by)
    relay.mode = "lose_answer"
    tasks.deliver_due()
    (view,) = queries.deliveries_about(subject="appeal:7", actor=by)
    assert view.state == "sending"
    relay.mode = "pass"
    Delivery.objects.update(due_at=post.created_at)
    tasks.deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.status == Delivery.Status.SENT
    standing = [r for r in pds.posts(ellery.did) if r["value"]["text"] == post.text]
    assert [r["uri"] for r in standing] == [delivery.remote_id]
    card = standing[0]["value"]["embed"]["external"]
    assert (card["uri"], card["title"]) == (post.link, "Grey van")
    assert "A grey van" in card["description"]
    assert pds.blob(ellery.did, card["thumb"]["ref"]["$link"]) == JPEG
    assert Credential.objects.get(account=account).session
    assert Account.objects.get().status == Account.Status.ACTIVE
    withdraw_announcements(subject="appeal:7", by=by)
    tasks.remove_due()
    assert not [r for r in pds.posts(ellery.did) if r["value"]["text"] == post.text]
    relay.stop()
