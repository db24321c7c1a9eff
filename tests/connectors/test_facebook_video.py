"""A video on a Facebook Page: sent in parts, waited for, found again after every kind of break, changed, taken down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hueandcry.channels import connector
from hueandcry.channels.connector import (
    ChannelFailure,
    Measured,
    OutcomeUnknown,
    Outgoing,
    RateLimited,
    Receipt,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.facebook import videos
from hueandcry.connectors.facebook.channel import CONNECTOR, LIMITS
from hueandcry.kernel.http import Answer, MayHaveArrived, Server
from hueandcry.simnet.consent import CLIENT
from tests.connectors.contract import Contract
from tests.connectors.filming import BREAKS, MOVIE, NOT_OF_VIDEOS, PIECE, SHOWN, Trial, filmed
from tests.connectors.stages import PICTURE, Stage, stage_on
from tests.servers.simulated import SimulatedNetwork

pytestmark = [pytest.mark.slow]
PHASES = "POST /v26.0/me/videos"


@pytest.fixture
def trial(
    simulated_network: SimulatedNetwork, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trial]:
    monkeypatch.setattr(connector, "PIECE", PIECE)
    inside = simulated_network.network("facebook")
    secret = {"token": inside.token(), "app_secret": CLIENT}
    stage = stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=lambda: secret,
        renews=False,
        shows_title=False,
        remote_id=lambda post: str(post.get("film") or f"{post['owner']}_{post['id']}"),
    )
    yield Trial(stage, inside)
    inside.work_properly()


class TestFacebookWithVideos(Contract):
    connector = CONNECTOR
    without = NOT_OF_VIDEOS

    @pytest.fixture
    def stage(self, simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Stage]:
        inside = simulated_network.network("facebook")
        yield stage_on(
            inside,
            CONNECTOR,
            settings,
            secret=lambda: {"token": inside.token(), "app_secret": CLIENT},
            renews=False,
            remote_id=lambda post: str(post["film"]),
            make=filmed,
            part=lambda _digest, start, size: MOVIE[start : start + size],
        )
        inside.work_properly()


def film(trial: Trial, **changes: Any) -> Outgoing:
    return replace(trial.film(**changes), title="")


def works_on_videos(trial: Trial, *, asks: int = 99, unusable: bool = False) -> None:
    """Facebook is done with a video after it was asked so often; it cannot use it then."""
    account = trial.inside.account
    changed = {**account, "polls": asks, "unusable": unusable}
    trial.inside.world.store.change_thing(account["id"], changed)


def test_it_is_sent_in_parts_and_counts_as_up_when_it_is_finished(trial: Trial) -> None:
    post = trial.film()
    receipt = trial.once(post)
    assert isinstance(receipt, Receipt)
    assert trial.up(post) == [receipt.remote_id]
    assert trial.asked(PHASES) == 5  # start, three parts, finish
    assert max(trial.sizes) <= PIECE
    (shown,) = trial.inside.posts()
    assert (trial.movie(shown), shown["title"]) == (MOVIE, post.title)
    page = trial.inside.process.page(receipt.remote_url.removeprefix(trial.inside.process.url))
    assert f"/_media/{shown['video']}'>" in page
    assert receipt.evidence == {"id": receipt.remote_id, "captions": "none"}
    for handle in (receipt.remote_id, trial.stage.handle, ""):
        found = CONNECTOR.find(trial.line(), post, handle)
        assert isinstance(found, Receipt)
        assert found.remote_id == receipt.remote_id


def test_nobody_waits_until_facebook_is_done_with_it(trial: Trial) -> None:
    works_on_videos(trial)
    post = film(trial, captions=True)
    receipt = trial.once(post)
    assert isinstance(receipt, Receipt)
    assert receipt.evidence == {"id": receipt.remote_id, "captions": "added", "state": "processing"}
    found = CONNECTOR.find(trial.line(), post, trial.stage.handle)
    assert isinstance(found, Receipt)
    assert found.remote_id == receipt.remote_id
    changed = replace(post, text=f"Corrected: {post.text}")
    CONNECTOR.edit(trial.line(), changed, receipt.remote_id)
    assert trial.up(changed) == [receipt.remote_id]
    CONNECTOR.delete(trial.line(), changed, receipt.remote_id)
    assert trial.inside.posts() == []


def test_a_video_whose_state_is_not_told_is_up_by_the_id_it_had_before(trial: Trial) -> None:
    post = film(trial)
    asked = trial.server.call

    def call(method: str, path: str, **given: Any) -> Any:
        if method == "GET":
            raise MayHaveArrived("time is over", path)
        return asked(method, path, **given)

    trial.server.call = call  # type: ignore[method-assign]
    receipt = trial.once(post)
    assert isinstance(receipt, Receipt)
    number = trial.stage.handle.split(":")[1]
    assert (receipt.remote_id, receipt.remote_url) == (number, f"https://www.facebook.com/watch/?v={number}")
    assert (receipt.evidence or {})["state"] == "not told"


def test_the_captions_go_with_it_once(trial: Trial) -> None:
    post = film(trial, captions=True)
    receipt = trial.until_up(post)
    assert (receipt.evidence or {})["captions"] == "added"
    (shown,) = trial.inside.posts()
    assert shown["captions"] == {"en": SHOWN}
    again = CONNECTOR.find(trial.line(), post, "")
    assert isinstance(again, Receipt)
    assert (again.evidence or {})["captions"] == "there"


def test_captions_that_are_not_taken_keep_no_video_back(trial: Trial) -> None:
    post = film(trial, captions=True)
    trial.strike("/captions", "upload.refuse")
    receipt = trial.until_up(post)
    assert (receipt.evidence or {})["captions"].startswith("missing: ")
    assert trial.up(post) == [receipt.remote_id]


@pytest.mark.parametrize("mode", BREAKS)
@pytest.mark.parametrize("phase", [0, 2])
def test_a_break_before_the_end_puts_nothing_up_and_the_next_try_goes_on(
    trial: Trial, phase: int, mode: str
) -> None:
    post = film(trial)
    trial.strike(PHASES, f"upload.{mode}", after=phase)
    with pytest.raises(Unreachable):
        trial.once(post)
    assert trial.up(post) == []
    trial.stage.lose("")
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]
    assert trial.movie(trial.inside.posts()[0]) == MOVIE


@pytest.mark.parametrize("mode", BREAKS)
def test_a_lost_end_is_an_unknown_outcome_and_asked_for_before_anything_is_sent(
    trial: Trial, mode: str
) -> None:
    post = film(trial)
    trial.strike(PHASES, mode, after=4)
    with pytest.raises(OutcomeUnknown):
        trial.once(post)
    trial.stage.lose("")
    found = CONNECTOR.find(trial.line(), post, trial.stage.handle)
    assert (found is not None) == mode.endswith("after")
    before = trial.asked(PHASES)
    receipt = trial.until_found(post, found) if found else trial.until_up(post)
    assert trial.asked(PHASES) - before == (0 if found else 1)  # only the end was missing
    assert trial.up(post) == [receipt.remote_id]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("rate_limit", RateLimited), ("refuse", Refused), ("expired_token", Unauthorised)],
)
@pytest.mark.parametrize("phase", [2, 4])
def test_a_refusal_on_the_way_is_told_as_what_it_is(
    trial: Trial, phase: int, mode: str, kind: type[ChannelFailure]
) -> None:
    post = film(trial)
    trial.strike(PHASES, mode if phase == 4 else f"upload.{mode}", after=phase)
    with pytest.raises(ChannelFailure) as raised:
        trial.once(post)
    assert isinstance(raised.value, kind)
    assert trial.up(post) == []


def test_a_worker_killed_between_two_parts_goes_on_with_the_next(trial: Trial) -> None:
    post = film(trial)
    with pytest.raises(ConnectionError):
        CONNECTOR.publish(trial.line(part=trial.broken_after(30_001)), post)
    assert CONNECTOR.find(trial.line(), post, trial.stage.handle) is None
    before = trial.asked(PHASES)
    trial.until_up(post)
    assert trial.asked(PHASES) - before == 3  # two parts and the end
    assert trial.movie(trial.inside.posts()[0]) == MOVIE


def test_a_part_in_the_wrong_place_is_sent_in_the_right_one(trial: Trial) -> None:
    post = film(trial)
    with pytest.raises(ConnectionError):
        CONNECTOR.publish(trial.line(part=trial.broken_after(30_001)), post)
    names = trial.stage.handle.split(":")[:3]
    trial.stage.handle = ":".join([*names, "0", "30000"])  # as if the answer had been lost
    before = trial.asked(PHASES)
    trial.until_up(post)
    assert trial.asked(PHASES) - before == 4
    assert trial.movie(trial.inside.posts()[0]) == MOVIE


def test_an_upload_that_facebook_has_given_up_begins_again(trial: Trial) -> None:
    post = film(trial)
    trial.strike(PHASES, "upload.drop_before", after=2)
    with pytest.raises(Unreachable):
        trial.once(post)
    trial.inside.world.store.drop_thing(int(trial.stage.handle.split(":")[1]))
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]


def test_a_session_that_has_ended_is_opened_again_while_nothing_is_up(trial: Trial) -> None:
    post = film(trial)
    trial.strike(PHASES, "upload.drop_before", after=2)
    with pytest.raises(Unreachable):
        trial.once(post)
    trial.stage.handle = ":".join([*trial.stage.handle.split(":")[:2], "ended", "0", "30000"])
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]


def test_an_upload_that_ended_before_it_was_finished_begins_again_once(trial: Trial) -> None:
    post = film(trial)
    trial.strike(PHASES, "rate_limit", after=4)
    with pytest.raises(RateLimited):
        trial.once(post)
    names = trial.stage.handle.split(":")
    trial.stage.handle = ":".join([*names[:2], "ended", *names[3:]])
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]
    assert receipt.remote_id != names[1]


def test_an_end_that_is_refused_because_it_had_arrived_is_no_second_video(trial: Trial) -> None:
    post = film(trial)
    receipt = trial.until_up(post)
    told, asked = trial.server.call, iter([True])

    def late(method: str, path: str, **given: Any) -> Any:
        answer = told(method, path, **given)
        if method == "GET" and next(asked, False):  # the first look misses the words
            node = {name: value for name, value in answer.json().items() if name != "description"}
            return replace(answer, body=json.dumps(node).encode())
        return answer

    trial.server.call = late  # type: ignore[method-assign]
    again = trial.once(post)
    assert isinstance(again, Receipt)
    assert trial.up(post) == [again.remote_id] == [receipt.remote_id]


def test_a_server_that_wants_the_same_part_for_ever_is_left(trial: Trial) -> None:
    post = film(trial)
    told, sent = trial.server.call, []

    def same(method: str, path: str, **given: Any) -> Any:
        if (given.get("body"), method) != (None, "POST"):
            sent.append(path)
            return Answer(200, {}, b'{"start_offset": "0", "end_offset": "30000"}')
        return told(method, path, **given)

    trial.server.call = same  # type: ignore[method-assign]
    with pytest.raises(Unreachable, match="tried again"):
        trial.once(post)
    assert len(sent) == videos.MOST_CORRECTIONS + 1


def test_a_video_that_facebook_cannot_use_is_for_the_author_who_may_try_again(trial: Trial) -> None:
    works_on_videos(trial, asks=1, unusable=True)
    post = film(trial)
    with pytest.raises(Refused, match="cannot use"):
        trial.once(post)
    with pytest.raises(Refused, match="cannot use"):
        CONNECTOR.find(trial.line(), post, trial.stage.handle)
    first = trial.stage.handle
    works_on_videos(trial, asks=1)
    found = CONNECTOR.find(trial.line(), post, "")
    assert found is None  # what it cannot use is not taken for ours
    receipt = trial.until_up(post)
    assert receipt.remote_id != first.split(":")[1]


def test_a_duplicate_that_is_refused_is_our_own_or_stays_refused(trial: Trial) -> None:
    post = film(trial)
    first = trial.until_up(post).remote_id
    trial.stage.handle = ""
    trial.inside.fail("refuse_duplicate")
    assert trial.until_up(post).remote_id == first
    trial.stage.handle = ""
    trial.inside.fail("refuse_duplicate")
    with pytest.raises(Refused):
        CONNECTOR.publish(trial.line(taken=lambda remote_id: remote_id == first), post)
    assert trial.up(post) == [first]


def test_its_words_can_be_changed_and_it_is_counted_and_taken_down(trial: Trial) -> None:
    post = film(trial)
    remote_id = trial.until_up(post).remote_id
    changed = replace(post, text=f"Corrected: {post.text}")
    for _turn in range(2):
        assert CONNECTOR.edit(trial.line(), changed, remote_id).remote_id == remote_id
    assert (trial.up(changed), trial.up(post)) == ([remote_id], [])
    (shown,) = trial.inside.posts()
    assert shown["edited_at"]
    assert trial.movie(shown) == MOVIE
    trial.inside.world.store.change_thing(shown["id"], {**shown, "views": 900, "likes": 7, "comments": 2})
    counted = Measured(replies=2, likes=7, views=900)
    assert CONNECTOR.measure(trial.line(), [remote_id]) == {remote_id: counted}
    for _turn in range(2):
        CONNECTOR.delete(trial.line(), changed, remote_id)
    assert trial.inside.posts() == []
    assert CONNECTOR.measure(trial.line(), [remote_id]) == {}
    assert CONNECTOR.find(trial.line(), changed, remote_id) is None
    with pytest.raises(Refused):
        CONNECTOR.edit(trial.line(), changed, remote_id)


def test_an_upload_that_was_broken_off_is_taken_down_quietly(trial: Trial) -> None:
    post = film(trial)
    trial.strike(PHASES, "upload.drop_before", after=2)
    with pytest.raises(Unreachable):
        trial.once(post)
    for _turn in range(2):
        CONNECTOR.delete(trial.line(), post, trial.stage.handle)
    assert CONNECTOR.find(trial.line(), post, trial.stage.handle) is None


def test_a_video_without_text_is_found_by_its_title(trial: Trial) -> None:
    post = replace(trial.film(), text="", title="Grey van on Harbour Road 4711")
    receipt = trial.until_up(post)
    found = CONNECTOR.find(trial.line(), post, "")
    assert isinstance(found, Receipt)
    assert found.remote_id == receipt.remote_id
    taken = trial.line(taken=lambda remote_id: remote_id == receipt.remote_id)
    assert CONNECTOR.find(taken, post, "") is None


def test_videos_go_to_the_address_that_facebook_has_for_them() -> None:
    real = videos._films(Server("https://graph.facebook.com"))
    assert real == Server("https://graph-video.facebook.com")
    assert videos._films(Server("http://127.0.0.1:1/facebook")) == Server("http://127.0.0.1:1/facebook")


def test_the_limits_say_what_facebook_takes() -> None:
    assert (LIMITS.video_bytes, LIMITS.video_seconds, LIMITS.captions) == (10 * 1000**3, 4 * 3600, True)
    assert "video/webm" not in LIMITS.video_types


def test_pictures_still_go_as_pictures(trial: Trial) -> None:
    post = trial.stage.post(link="", pictures=(PICTURE,))
    trial.until_up(post)
    assert [seen.alts for seen in trial.stage.standing(post)] == [(PICTURE.alt,)]
