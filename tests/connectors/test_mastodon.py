"""Mastodon: the contract and the fault matrix on a simulated server, and what is its own: HTML, keys, media."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    Counting,
    Measured,
    OutcomeUnknown,
    Outgoing,
    RateLimited,
    Receipt,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.mastodon import channel as mastodon
from hueandcry.connectors.mastodon import media as mastodon_media
from hueandcry.connectors.mastodon.channel import CONNECTOR
from hueandcry.connectors.mastodon_sign_in import SCOPES
from hueandcry.kernel.http import Answer
from hueandcry.kernel.plain import plain
from hueandcry.simnet import forms
from hueandcry.simnet.api import Request
from hueandcry.simnet.networks import mastodon_entities
from tests.connectors.contract import JPEG, PICTURE, Contract, Stage, outgoing, stage_on
from tests.connectors.faults import Faults
from tests.servers.simulated import SimulatedNetwork


@pytest.fixture
def stage(simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Stage]:
    """With a token that may do what our sign-in asks for and no more."""
    inside = simulated_network.network("mastodon")

    def secret() -> dict[str, str]:
        return {"token": inside.world.new_token(inside.account["id"], scopes=SCOPES)}

    yield stage_on(inside, CONNECTOR, settings, secret=secret, renews=False, shows_title=False)
    inside.work_properly()


@pytest.mark.slow
class TestMastodon(Contract, Faults):
    connector = CONNECTOR


def late(post: Outgoing) -> Outgoing:
    """The same, after the hour of its key: only a search of our own posts can tell."""
    return replace(post, key=f"{post.key}-gone")


TEXTS = (
    "One line & <b>no</b> tags, “quotes” and an emoji 👩🏽‍🚒",
    "Two\nlines\n\nand a paragraph  with   spaces",
    "A link https://appeals.port-ellery.example/appeals/PE-2418/?from=mastodon&lang=en-GB#top, then #PortEllery.",
    "www https://www.port-ellery.example/a_(b) @nobody@elsewhere.example",
)


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_a_post_is_found_by_its_text_however_the_server_writes_it_as_html(stage: Stage, text: str) -> None:
    post = stage.post(text, link="", pictures=(PICTURE,))
    receipt = stage.publish(post)
    found = CONNECTOR.find(stage.line(), late(post), "")
    assert isinstance(found, Receipt)
    assert (found.remote_id, found.remote_url) == (receipt.remote_id, receipt.remote_url)
    assert CONNECTOR.find(stage.line(), replace(post, pictures=()), "") is None
    assert CONNECTOR.find(stage.line(), replace(post, reply_to="1"), "") is None
    assert CONNECTOR.find(stage.line(taken=lambda _id: True), post, "") is None


@pytest.mark.slow
def test_an_old_post_with_the_same_text_is_not_taken_for_this_one(stage: Stage) -> None:
    post = stage.post()
    stage.publish(post)
    later = replace(post, created_at=post.created_at + timedelta(minutes=6))
    assert CONNECTOR.find(stage.line(), later, "") is None


@pytest.mark.slow
def test_a_post_is_found_behind_more_than_a_page_of_newer_ones(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodon, "PAGE", 2)
    posts = [stage.post() for _ in range(5)]
    first, *_rest = [stage.publish(post).remote_id for post in posts]
    found = CONNECTOR.find(stage.line(), late(posts[0]), "")
    assert isinstance(found, Receipt)
    assert found.remote_id == first
    monkeypatch.setattr(mastodon, "MOST_PAGES", 2)
    with pytest.raises(OutcomeUnknown):  # never "not there" while there is more to look through
        CONNECTOR.find(stage.line(), late(posts[0]), "")


@pytest.mark.slow
def test_a_picture_that_is_not_ready_is_waited_for(
    simulated_network: SimulatedNetwork, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodon_media, "PAUSE", 0.0)
    inside = simulated_network.network("mastodon", slow_media=2)
    stage.secret = {"token": inside.token()}
    stage.publish(stage.post(pictures=(PICTURE,)))
    assert [picture["alt"] for picture in inside.posts()[0]["pictures"]] == [PICTURE.alt]
    never = simulated_network.network("mastodon", slow_media=99)
    stage.secret = {"token": never.token()}
    with pytest.raises(Unreachable):
        stage.publish(stage.post(pictures=(PICTURE,)))
    assert not never.posts()


@pytest.mark.slow
def test_a_token_with_too_narrow_a_scope_is_for_the_steward(
    simulated_network: SimulatedNetwork, stage: Stage
) -> None:
    inside = simulated_network.network("mastodon")
    token = inside.world.new_token(inside.account["id"], scopes="read")
    stage.secret = {"token": token}
    stage.connector.health(stage.line())
    with pytest.raises(Unauthorised, match="steward"):
        stage.publish(stage.post())


@pytest.mark.slow
def test_what_is_left_of_each_allowance_is_noted(stage: Stage) -> None:
    post = stage.post(pictures=(PICTURE,))
    receipt = stage.publish(post)
    CONNECTOR.delete(stage.line(), post, receipt.remote_id)
    noted = {quota.name: (quota.limit, quota.left) for quota in stage.quotas}
    assert noted == {"uploads": (30, 29), "posts": (300, 299), "deletions": (30, 29)}
    assert all(quota.resets_at > datetime.now(tz=UTC) for quota in stage.quotas)


@pytest.mark.slow
def test_the_thirty_first_deletion_in_half_an_hour_waits(
    stage: Stage, simulated_network: SimulatedNetwork
) -> None:
    inside = simulated_network.network("mastodon")
    stage.secret = {"token": inside.token()}
    post = stage.post()
    receipt = stage.publish(post)
    window = int(time.time() // 1800)
    inside.world.store.add_thing(
        "mastodon", "hits", {"used": 30}, owner=inside.account["id"], key=f"deletions:{window}"
    )
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.delete(stage.line(), post, receipt.remote_id)
    assert failure.value.retry_at <= datetime.now(tz=UTC) + timedelta(minutes=31)
    assert inside.posts()


@pytest.mark.slow
def test_an_edit_changes_the_alt_text_and_keeps_the_pictures_or_takes_them_off(stage: Stage) -> None:
    post = stage.post(link="", pictures=(PICTURE, replace(PICTURE, alt="From the left")))
    number = stage.publish(post).remote_id
    better = replace(
        post, pictures=(replace(PICTURE, alt="A grey van, dented at its left door"), post.pictures[1])
    )
    CONNECTOR.edit(stage.line(), better, number)
    (seen,) = stage.standing(post)
    assert seen.alts == ("A grey van, dented at its left door", "From the left")
    with pytest.raises(Refused, match="keeps the pictures"):
        CONNECTOR.edit(stage.line(), replace(post, pictures=post.pictures[:1]), number)
    CONNECTOR.edit(stage.line(), replace(post, pictures=()), number)
    assert stage.standing(post)[0].alts == ()


@pytest.mark.slow
def test_an_edit_that_changes_nothing_leaves_no_trace_and_one_that_does_is_in_the_history(
    stage: Stage,
) -> None:
    post = stage.post()
    number = stage.publish(post).remote_id
    assert CONNECTOR.edit(stage.line(), post, number).evidence["edited_at"] == ""
    changed = replace(post, text="Corrected")
    for _ in range(2):
        CONNECTOR.edit(stage.line(), changed, number)
    history = json.loads(stage.line().http.call("GET", f"/api/v1/statuses/{number}/history").body)
    assert [plain(version["content"]) for version in history] == [
        " ".join(post.text.split()),
        "Corrected",
    ]


@pytest.mark.slow
def test_figures_are_what_the_server_counts(stage: Stage) -> None:
    post = stage.post()
    number = stage.publish(post).remote_id
    stage.publish(stage.post(link="", reply_to=number))
    stage.publish(replace(stage.post(), text="", link="", repost_of=number))
    assert CONNECTOR.measure(stage.line(), [number]) == {number: Measured(replies=1, reposts=1, likes=0)}


@pytest.mark.slow
def test_the_profile_tells_links_and_which_of_them_are_proved(
    simulated_network: SimulatedNetwork, stage: Stage
) -> None:
    home, other = "https://port-ellery.example/", "https://elsewhere.example/"
    inside = simulated_network.network(
        "mastodon",
        fields=[["Website", home], ["Other", other], ["Motto", "Here"]],
        verified=[home],
        followers=12,
        header=False,
    )
    stage.secret = {"token": inside.token()}
    CONNECTOR.set_profile(stage.line(), "Not for emergencies.")
    profile = CONNECTOR.profile(stage.line())
    assert (profile.text, profile.links, profile.verified, profile.followers) == (
        "Not for emergencies.", (home, other), (home,), 12,
    )  # fmt: skip
    assert (profile.picture, profile.banner, profile.described) == (True, False, None)


@pytest.mark.slow
def test_the_limits_of_today_are_those_of_the_server(stage: Stage) -> None:
    limits = CONNECTOR.limits_now(stage.line())
    assert (limits.characters, limits.images, limits.image_bytes) == (500, 4, 10_485_760)
    assert (limits.counting, limits.alt_characters) == (Counting.LINKS_23, 1500)
    assert "4.5.0+simulated" in limits.source


@dataclass
class Script:
    """A server that gives one answer; keeps what it was asked."""

    answer: Answer
    asked: list[tuple[str, str]] = field(default_factory=list)

    def call(self, method: str, path: str, **_given: Any) -> Answer:
        """The answer."""
        self.asked.append((method, path))
        return self.answer


def ask(answer: Answer) -> tuple[Any, Script]:
    script = Script(answer)
    stage = Stage(CONNECTOR, "", {"token": "t"}, {}, list, lambda _w: None, lambda _l: None, "")
    return stage.line(http=script), script


def test_pictures_are_described_only_where_a_server_that_says_so_has_words_for_each() -> None:
    there = {"avatar": "https://m.example/a.png", "header": "https://m.example/headers/original/missing.png"}

    def described(**more: str) -> bool | None:
        return CONNECTOR.profile(ask(Answer(200, {}, json.dumps({**there, **more}).encode()))[0]).described

    assert described() is None  # before 4.6
    assert described(avatar_description="", header_description="") is False
    assert described(avatar_description="Our seal", header_description="") is True


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"id": "../../oauth"}', b"[1]"])
def test_an_answer_that_names_no_post_is_an_unknown_outcome(body: bytes) -> None:
    line, _script = ask(Answer(200, {}, body))
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.publish(line, outgoing())


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"3"])
def test_a_list_that_cannot_be_read_tells_nothing(body: bytes) -> None:
    line, _script = ask(Answer(200, {}, body))
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.find(line, outgoing(), "")


def test_an_id_that_can_be_none_never_becomes_an_address() -> None:
    line, script = ask(Answer(200, {}, b"{}"))
    for remote_id in ("../../oauth/revoke", "1/reblog", "", "1?x=1", "1\n"):
        with pytest.raises(Refused):
            CONNECTOR.edit(line, outgoing(), remote_id)
        with pytest.raises(Refused):
            CONNECTOR.publish(line, outgoing(repost_of=remote_id or "?"))
    assert script.asked == []


def test_a_rate_limit_without_a_moment_is_five_minutes() -> None:
    line, _script = ask(Answer(429, {"x-ratelimit-reset": "soon"}, b""))
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.health(line)
    assert timedelta(minutes=4) < failure.value.retry_at - datetime.now(tz=UTC) <= timedelta(minutes=5)


def test_a_picture_that_holds_the_boundary_is_sent_whole() -> None:
    data = b"--picture\r\n" + JPEG
    mark = mastodon_media.boundary(data)
    start, end = mastodon_media.ends(alt=PICTURE.alt, mime=PICTURE.mime, name="picture", mark=mark)
    body = forms.read(_request(start + data + end, mark))
    assert (body.files["file"], body.text("description")) == (("image/jpeg", data), PICTURE.alt)


@pytest.mark.slow
def test_the_point_that_stays_in_view_counts_from_the_middle_to_the_right_and_up(
    simulated_network: SimulatedNetwork, stage: Stage
) -> None:
    inside = simulated_network.network("mastodon")
    stage.secret = {"token": inside.token()}
    points = {"": "", "5000,0": "0.00,1.00", "10000,7500": "1.00,-0.50"}
    assert {point: mastodon_media.focus_of(point) for point in points} == points
    picture = replace(PICTURE, focus="10000,7500")
    stage.publish(replace(stage.post(), pictures=(picture,)))
    (post,) = inside.posts()
    media = inside.world.media(post["pictures"][0]["media"])
    assert media is not None
    assert mastodon_entities.attachment(inside.world, media)["meta"]["focus"] == {"x": 1.0, "y": -0.5}


def _request(body: bytes, boundary: str) -> Request:
    mime = f"multipart/form-data; boundary={boundary}"
    return Request("POST", "/api/v2/media", {}, {"content-type": mime}, body)
