"""What is Bluesky's own: record keys, byte offsets, tokens; and a delivery end to end on a real server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.connector import Line, OutgoingPicture, RateLimited, Refused, Unreachable
from hueandcry.channels.models import Account, Credential
from hueandcry.connectors.bluesky import CONNECTOR, facets, record_key
from hueandcry.kernel import blobs
from hueandcry.kernel.http import Answer, MayHaveArrived, Server
from hueandcry.posts import queries, tasks
from hueandcry.posts.actions import announce, page_is_up, withdraw_announcements
from hueandcry.posts.models import Delivery
from tests.connectors.contract import JPEG, PICTURE, outgoing
from tests.factories import make_actor, make_agency
from tests.servers.pds import Pds, PdsAccount
from tests.servers.proxy import Relay

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


@dataclass
class Script:
    """A server that gives these answers in turn; keeps the paths it was asked for."""

    answers: list[Answer | Exception]
    asked: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **_given: Any) -> Answer:
        """The next answer."""
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
            CONNECTOR.publish(line(Script(list(answers)), []), outgoing(picture=PICTURE))


def test_a_rate_limit_says_when_to_come_back() -> None:
    script = Script([said(429, ratelimit_reset="4102444800")])
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.publish(line(script, []), outgoing())
    assert failure.value.retry_at == datetime(2100, 1, 1, tzinfo=UTC)


def test_a_picture_that_is_too_large_is_refused_before_anything_is_sent() -> None:
    script = Script([])
    large = replace(line(script, []), picture=lambda _digest: b"x" * 1_000_001)
    with pytest.raises(Refused):
        CONNECTOR.publish(large, outgoing(picture=PICTURE))
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
    post = outgoing(link="", picture=PICTURE)
    receipt = CONNECTOR.publish(real, post)
    (record,) = [r["value"] for r in pds.posts(ellery.did) if r["uri"] == receipt.remote_id]
    (image,) = record["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == (PICTURE.alt, {"width": 1, "height": 1})
    assert pds.blob(ellery.did, image["image"]["ref"]["$link"]) == JPEG


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
