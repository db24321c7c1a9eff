"""YouTube: uploads that survive a crash, its allowances, and what it takes."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.connector import (
    Application,
    Line,
    Outgoing,
    OutgoingVideo,
    Pending,
    RateLimited,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.channels.models import Account
from hueandcry.channels.quotas import quotas_of
from hueandcry.connectors.youtube import uploads
from hueandcry.connectors.youtube.channel import CONNECTOR
from hueandcry.kernel import blobs, clock, oauth
from hueandcry.kernel.http import Answer, Http, Server
from hueandcry.posts import tasks
from hueandcry.posts.actions import announce, page_is_up
from hueandcry.posts.models import Delivery
from hueandcry.simnet.consent import CLIENT
from tests.connectors.contract import Contract, plays
from tests.connectors.faults import Faults
from tests.connectors.published import PUBLISHED, Published
from tests.connectors.stages import Stage, outgoing, stage_on
from tests.factories import make_actor, make_agency
from tests.servers.simulated import Inside, SimulatedNetwork

BREAKS = ("drop_after", "drop_before", "error_after", "error_before", "rate_limit")
STEP = 256 * 1024
MOVIE = bytes(range(256)) * (STEP // 256) * 2 + b"the end"  # two parts and a bit
SMALL = OutgoingVideo(digest="1" * 64, mime="video/mp4", size=11, seconds=9, width=640, height=360)
LARGE = replace(SMALL, size=len(MOVIE))
CAPTIONS = "2" * 64


def part(digest: str, start: int, size: int) -> bytes:
    data = {SMALL.digest: MOVIE, CAPTIONS: b"WEBVTT\n\n00:00.000 --> 00:09.000\nA grey van turns left.\n"}[
        digest
    ]
    return data[start : start + size]


def small(_digest: str, start: int, size: int) -> bytes:
    return b"eleven byte"[start : start + size]


def with_video(post: Outgoing) -> Outgoing:
    return replace(post, video=SMALL)


@pytest.mark.slow
class TestYouTube(Contract, Faults):
    connector = CONNECTOR
    uploads = False

    @pytest.fixture
    def stage(self, simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Stage]:
        inside = simulated_network.network("youtube")
        yield staged(inside, settings, part=small)
        inside.work_properly()


def staged(inside: Inside, settings: Any, **more: Any) -> Stage:
    return stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=lambda: secret_of(inside),
        renews=True,
        remote_id=lambda post: str(post["key"]),
        marks_edits=False,
        enforces_length=False,  # 5,000 characters and 5,000 bytes: whichever is reached first
        make=with_video,
        **more,
    )


def secret_of(inside: Inside) -> dict[str, str]:
    return {"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": inside.token(kind="refresh")}


@pytest.fixture
def inside(simulated_network: SimulatedNetwork) -> Iterator[Inside]:
    found = simulated_network.network("youtube")
    yield found
    found.work_properly()


@pytest.fixture
def stage(inside: Inside, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(uploads, "PART", STEP)
    return staged(inside, settings, part=part)


@pytest.mark.slow
def test_what_is_asked_and_what_the_simulated_network_answers_fit_the_published_interface(
    stage: Stage, inside: Inside
) -> None:
    post = large(captions=CAPTIONS)
    published = Published(Server(address=stage.address))
    line = stage.line(http=published)
    outcome: Any = CONNECTOR.publish(line, post)
    while isinstance(outcome, Pending):
        outcome = CONNECTOR.find(line, post, outcome.handle)
    CONNECTOR.find(line, post, "")
    CONNECTOR.edit(line, post, outcome.remote_id)
    CONNECTOR.measure(line, [outcome.remote_id])
    CONNECTOR.health(line)
    CONNECTOR.set_profile(line, CONNECTOR.profile(line).text)
    CONNECTOR.delete(line, post, outcome.remote_id)
    assert published.used == set(PUBLISHED["methods"])


@dataclass
class Listening:
    """A server that keeps what was sent to it."""

    server: Http
    sent: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """One request."""
        span = (given.get("headers") or {}).get("Content-Range", "")
        if span:
            self.sent.append(span)
        return self.server.call(method, path, **given)


def large(**changes: Any) -> Outgoing:
    return outgoing(link="", video=replace(LARGE, **changes))


@pytest.mark.slow
def test_a_broken_upload_goes_on_where_it_ended(stage: Stage, inside: Inside) -> None:
    post = large()
    stage.connector.health(stage.line())
    session_then_part = iter([None, "drop_before"])

    def stumbling(digest: str, start: int, size: int) -> bytes:
        if start == STEP and (fault := next(session_then_part, None) or "drop_before"):
            inside.fail(f"upload.{fault}")
        return part(digest, start, size)

    with pytest.raises(Unreachable):
        stage.connector.publish(stage.line(part=stumbling), post)
    assert stage.handle.startswith("upload:")
    assert stage.connector.find(stage.line(), post, stage.handle) is None
    inside.work_properly()
    listening = Listening(Server(address=stage.address))
    pending = stage.connector.publish(stage.line(http=listening, handle=stage.handle), post)
    size = len(MOVIE)
    assert listening.sent == [
        f"bytes */{size}",
        f"bytes {STEP}-{2 * STEP - 1}/{size}",
        f"bytes {2 * STEP}-{size - 1}/{size}",
    ]
    stage.wait(pending, post)
    (standing,) = inside.posts()
    media = inside.world.media(int(standing["video"]))
    assert media is not None
    assert media["blob"] == MOVIE


@plays("file", *BREAKS, channels=("youtube",))
@pytest.mark.slow
@pytest.mark.parametrize("mode", BREAKS)
def test_whatever_breaks_an_upload_it_ends_as_one_whole_video(
    stage: Stage, inside: Inside, mode: str
) -> None:
    post = large()
    stage.connector.health(stage.line())

    def stumbling(digest: str, start: int, size: int) -> bytes:
        if start == STEP:
            inside.fail(f"upload.{mode}", seconds=60)
        return part(digest, start, size)

    with pytest.raises((Unreachable, RateLimited)):
        stage.connector.publish(stage.line(part=stumbling), post)
    assert inside.posts() == []
    inside.work_properly()
    stage.wait(stage.connector.publish(stage.line(handle=stage.handle), post), post)
    (standing,) = inside.posts()
    media = inside.world.media(int(standing["video"]))
    assert media is not None
    assert media["blob"] == MOVIE


@pytest.mark.slow
def test_an_ended_session_is_searched_for_among_our_uploads(stage: Stage, inside: Inside) -> None:
    post = large()
    receipt = stage.publish(post)
    assert stage.connector.find(stage.line(), post, "upload:forgotten").remote_id == receipt.remote_id
    assert stage.connector.find(stage.line(), large(), "upload:forgotten") is None
    taken = stage.line(taken=lambda remote_id: remote_id == receipt.remote_id)
    assert stage.connector.find(taken, post, "") is None


@pytest.mark.slow
def test_an_upload_that_is_no_longer_wanted_is_broken_off(stage: Stage, inside: Inside) -> None:
    post = large()
    handle = uploads.begin(stage.line(), post)
    for _ in range(2):
        stage.connector.delete(stage.line(), post, handle)
    assert stage.connector.find(stage.line(), post, handle) is None


@pytest.mark.slow
def test_captions_are_added_once_and_their_lack_does_not_keep_the_video_back(
    stage: Stage, inside: Inside
) -> None:
    post = large(captions=CAPTIONS)
    receipt = stage.publish(post)
    assert receipt.evidence["captions"] == "added"
    assert stage.connector.find(stage.line(), post, receipt.remote_id).evidence["captions"] == "there"
    (standing,) = inside.posts()
    assert "A grey van turns left." in standing["captions"]["en"]
    inside.world.store.change_thing(inside.account["id"], {**inside.account, "units": 9_999})
    other = stage.publish(large(captions=CAPTIONS))
    assert other.evidence["captions"].startswith("missing: ")


@pytest.mark.slow
def test_an_allowance_that_is_used_up_is_whole_again_at_midnight_in_california(
    stage: Stage, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside.world.store.change_thing(inside.account["id"], {**inside.account, "uploads": 100})
    now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    with pytest.raises(RateLimited) as failure:
        stage.connector.publish(stage.line(), large())
    assert failure.value.retry_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert not inside.posts()


@pytest.mark.slow
def test_signs_that_youtube_does_not_take_are_replaced_and_still_found(stage: Stage, inside: Inside) -> None:
    post = replace(large(), text="Seen <this> van?", title="", link="")
    receipt = stage.publish(post)
    (standing,) = inside.posts()
    assert (standing["title"], standing["text"]) == ("Seen ‹this› van?", "Seen ‹this› van?")
    assert stage.connector.find(stage.line(), post, "").remote_id == receipt.remote_id
    with urllib.request.urlopen(receipt.remote_url, timeout=10) as page:
        assert "Seen ‹this› van?" in page.read().decode()


@pytest.mark.slow
def test_an_edit_leaves_tags_and_category_that_somebody_set_there(stage: Stage, inside: Inside) -> None:
    post = large()
    receipt = stage.publish(post)
    (standing,) = inside.posts()
    inside.world.store.change_thing(standing["id"], {**standing, "tags": ["van"], "category": "2"})
    stage.connector.edit(stage.line(), replace(post, text="Found."), receipt.remote_id)
    (edited,) = inside.posts()
    assert [edited[name] for name in ("text", "tags", "category")] == ["Found.", ["van"], "2"]


def test_a_post_without_a_video_is_refused_before_anything_is_asked() -> None:
    line = Line(
        http=None,  # type: ignore[arg-type] - nobody is asked
        secret={},
        session={},
        keep_session=lambda _session: None,
        picture=lambda _digest: b"",
        taken=lambda _remote_id: False,
    )
    with pytest.raises(Refused, match="takes videos only"):
        CONNECTOR.publish(line, outgoing())
    with pytest.raises(Refused, match="of this kind"):
        CONNECTOR.publish(line, outgoing(video=replace(SMALL, mime="video/x-own")))


@pytest.mark.slow
def test_the_sign_in_gives_a_secret_that_works(inside: Inside, settings: Any) -> None:
    settings.HUE_ALLOW_PRIVATE = [inside.address]
    application = Application(CLIENT, CLIENT, server=inside.url)
    verifier, back = oauth.new_verifier(), "http://desk.example/back/"
    http = Server(address=inside.url)

    def allowed(**more: str) -> dict[str, str]:
        asked = CONNECTOR.authorise_address(
            application, back=back, state="s", challenge=oauth.challenge_of(verifier)
        )
        path = urlsplit(f"{asked}&{urlencode(more)}")
        answer = http.call("GET", f"{path.path.removeprefix('/youtube')}?{path.query}")
        assert answer.status == 302
        return {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }

    code = allowed(_allow=inside.handle)["code"]
    for wrong in ({"code": "x"}, {"verifier": "x"}):
        given = {"code": allowed(_allow=inside.handle)["code"], "verifier": verifier, **wrong}
        with pytest.raises(Unauthorised):
            CONNECTOR.authorised(http, application, back=back, **given)
    secret = CONNECTOR.authorised(http, application, code=code, back=back, verifier=verifier)
    with pytest.raises(Unauthorised):  # a code works once
        CONNECTOR.authorised(http, application, code=code, back=back, verifier=verifier)
    assert allowed(_deny="1") == {"error": "access_denied", "state": "s"}
    line = Line(http, secret, {}, lambda _session: None, lambda _digest: b"", lambda _remote_id: False)
    assert CONNECTOR.health(line).handle == f"@{inside.handle}"


class Killed(BaseException):
    """kill -9, as far as the database can tell: nothing after it is done."""


@pytest.mark.slow
@pytest.mark.django_db(databases=["default", "tips"])
def test_a_worker_that_is_killed_in_mid_upload_leaves_one_whole_video(
    inside: Inside, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUE_ALLOW_PRIVATE = [inside.address]
    monkeypatch.setattr(uploads, "PART", STEP)
    delivery = a_delivery_to(inside)
    sent: list[int] = []

    def deadly(kills_at: int) -> Callable[[Line, str, str, bytes], Answer]:
        real = uploads._put

        def put(line: Line, handle: str, span: str, body: bytes) -> Answer:
            if body:
                sent.append(len(body))
            if len(sent) == kills_at:
                raise Killed
            return real(line, handle, span, body)

        return put

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_put", deadly(2))
        with pytest.raises(Killed):
            tasks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.SENDING
    assert re.match("upload:.+", delivery.remote_id)
    for _ in range(4):  # resume, processed?, processed
        Delivery.objects.update(claimed_until=clock.now() - timedelta(seconds=1), due_at=clock.now())
        tasks.deliver_due()
    delivery.refresh_from_db()
    (standing,) = inside.posts()
    assert (delivery.status, delivery.remote_id) == (Delivery.Status.SENT, standing["key"])
    assert inside.world.media(int(standing["video"]))["blob"] == MOVIE  # type: ignore[index]
    (units,) = [quota for quota in quotas_of(Account.objects.get()) if quota.name == "uploads"]
    assert (units.limit, units.left) == (100, 99)


def a_delivery_to(inside: Inside) -> Delivery:
    agency = make_agency()
    by = make_actor(agency, Role.AUTHOR)
    account = register_account(
        channel="youtube",
        handle=inside.handle,
        label="Port Ellery Police",
        server_url=inside.url,
        secret=secret_of(inside),
        by=make_actor(agency, Role.ADMINISTRATOR),
    )
    digest = blobs.put(MOVIE)
    announce(
        subject="appeal:7",
        text="Seen this van?",
        link="",
        title="Van",
        picture=None,
        account_ids=[account.pk],
        by=by,
    )
    page_is_up(subject="appeal:7", by=by)
    delivery = Delivery.objects.get()
    frozen = replace(large(digest=digest), key=delivery.key, created_at=clock.now()).plain()
    Delivery.objects.update(frozen_request=frozen)
    return delivery
