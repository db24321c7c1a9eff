"""A video on X: sent in segments, waited for, found again after every kind of break, taken down with its post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hueandcry.channels import connector
from hueandcry.channels.connector import OutcomeUnknown, RateLimited, Receipt, Refused, Unreachable
from hueandcry.connectors.x import videos
from hueandcry.connectors.x.channel import CONNECTOR, LIMITS
from hueandcry.kernel import clock
from hueandcry.simnet.consent import CLIENT
from tests.connectors.contract import Contract
from tests.connectors.filming import MOVIE, NOT_OF_VIDEOS, PART, PIECE, SHOWN, Trial, breaks, filmed
from tests.connectors.stages import PICTURE, Stage, stage_on
from tests.servers.simulated import SimulatedNetwork

pytestmark = [pytest.mark.slow]
PLACES = ("initialize", "append", "finalize")


@pytest.fixture
def trial(
    simulated_network: SimulatedNetwork, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trial]:
    monkeypatch.setattr(videos, "SEGMENT", PART)
    monkeypatch.setattr(connector, "PIECE", PIECE)
    inside = simulated_network.network("x")
    secret = {"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": inside.secret}
    stage = stage_on(inside, CONNECTOR, settings, secret=lambda: secret, renews=True, shows_title=False)
    yield Trial(stage, inside)
    inside.work_properly()


class TestXWithVideos(Contract):
    connector = CONNECTOR
    without = NOT_OF_VIDEOS

    @pytest.fixture
    def stage(self, simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Stage]:
        inside = simulated_network.network("x", polls=0)  # it is done with a video at once
        secret = {"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": inside.secret}
        yield stage_on(
            inside,
            CONNECTOR,
            settings,
            secret=lambda: secret,
            renews=True,
            remote_id=lambda post: (
                f"repost:{post['repost_of']}" if post.get("repost_of") else str(post["id"])
            ),
            shows_title=False,
            make=filmed,
            part=lambda _digest, start, size: MOVIE[start : start + size],
        )
        inside.work_properly()


def test_it_is_sent_in_segments_and_the_post_follows_when_x_is_done_with_it(trial: Trial) -> None:
    post = trial.film()
    with pytest.raises(RateLimited) as later:
        trial.once(post)
    assert later.value.retry_at > clock.now()
    assert trial.up(post) == []
    assert trial.stage.handle.startswith("media:")
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]
    assert trial.asked("append") == 3
    assert max(trial.sizes) <= PIECE
    (shown,) = trial.inside.posts()
    assert trial.movie(shown) == MOVIE
    page = trial.inside.process.page(receipt.remote_url.removeprefix(trial.inside.process.url))
    assert f"<video controls preload='none' src='{trial.inside.url}/_media/{shown['video']}'>" in page
    assert receipt.evidence == {"id": receipt.remote_id, "paid_as": "post", "captions": "none"}
    assert CONNECTOR.find(trial.line(), post, "") == replace(receipt, evidence={"id": receipt.remote_id})


def test_the_captions_go_with_it(trial: Trial) -> None:
    post = trial.film(captions=True)
    receipt = trial.until_up(post)
    (shown,) = trial.inside.posts()
    assert shown["captions"] == {"en": SHOWN}
    assert (receipt.evidence or {})["captions"] == "added"


@pytest.mark.parametrize("language", ["en", "gsw"])
def test_captions_that_x_does_not_take_keep_no_video_back(trial: Trial, language: str) -> None:
    post = replace(trial.film(captions=True), language=language)
    if language == "en":
        trial.strike("POST /2/media/subtitles", "upload.refuse")
    receipt = trial.until_up(post)
    assert (receipt.evidence or {})["captions"] == "missing"
    assert trial.up(post) == [receipt.remote_id]


def test_captions_whose_answer_is_lost_are_added_all_the_same(trial: Trial) -> None:
    post = trial.film(captions=True)
    trial.strike("POST /2/media/subtitles", "upload.drop_before")
    assert ((trial.until_up(post).evidence) or {})["captions"] == "added"


@pytest.mark.parametrize(("place", "mode"), breaks(PLACES))
def test_a_break_at_any_step_puts_nothing_up_and_the_next_try_goes_on(
    trial: Trial, place: str, mode: str
) -> None:
    post = trial.film()
    trial.strike(place, f"upload.{mode}")
    with pytest.raises(Unreachable):
        trial.once(post)
    assert trial.up(post) == []
    trial.stage.lose("")
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]
    assert trial.movie(trial.inside.posts()[0]) == MOVIE


def test_too_many_calls_while_it_is_sent_wait(trial: Trial) -> None:
    post = trial.film()
    trial.strike("append", "upload.rate_limit")
    with pytest.raises(RateLimited):
        trial.once(post)
    trial.until_up(post)
    assert trial.asked("append") == 4


def test_a_worker_killed_between_two_segments_goes_on_with_the_next(trial: Trial) -> None:
    post = trial.film()
    with pytest.raises(ConnectionError):
        CONNECTOR.publish(trial.line(part=trial.broken_after(PART + 1)), post)
    assert trial.stage.handle.split(":")[2] == "1"
    before = trial.asked("append")
    trial.until_up(post)
    assert (trial.asked("initialize"), trial.asked("append") - before) == (1, 2)
    assert trial.movie(trial.inside.posts()[0]) == MOVIE


def test_a_file_that_became_shorter_is_refused_and_puts_nothing_up(trial: Trial) -> None:
    post = trial.film()
    with pytest.raises(Refused, match="not as long"):
        CONNECTOR.publish(trial.line(part=lambda _d, start, size: MOVIE[:40_000][start : start + size]), post)
    assert trial.up(post) == []


@pytest.mark.parametrize("forgotten", ["before it was whole", "when it was whole", "by the clock"])
def test_a_video_that_x_has_forgotten_is_sent_again(trial: Trial, forgotten: str) -> None:
    post = trial.film()
    if forgotten == "before it was whole":
        trial.strike("finalize", "upload.drop_before")
    with pytest.raises((RateLimited, Unreachable)):
        trial.once(post)
    if forgotten == "by the clock":
        trial.stage.handle = trial.stage.handle.rpartition(":")[0] + ":1000"
    else:
        trial.inside.world.store.drop_thing(int(trial.stage.handle.split(":")[1]))
    trial.until_up(post)
    assert (trial.asked("initialize"), len(trial.up(post))) == (2, 1)


def test_a_video_that_x_cannot_use_is_for_the_author_and_sent_once(trial: Trial) -> None:
    account = trial.inside.account
    trial.inside.world.store.change_thing(account["id"], {**account, "unusable": True})
    post = trial.film()
    with pytest.raises(RateLimited):
        trial.once(post)
    with pytest.raises(Refused, match="cannot use"):
        trial.once(post)
    assert (trial.asked("initialize"), trial.up(post)) == (1, [])
    trial.inside.world.store.change_thing(account["id"], {**account, "unusable": False})
    trial.until_up(post)  # somebody tries again
    assert (trial.asked("initialize"), len(trial.up(post))) == (2, 1)


def test_a_lost_answer_to_the_post_is_found_and_not_doubled(trial: Trial) -> None:
    post = trial.film()
    with pytest.raises(RateLimited):
        trial.once(post)
    trial.stage.lose("answer")
    with pytest.raises(OutcomeUnknown):
        trial.once(post)
    trial.stage.lose("")
    found = CONNECTOR.find(trial.line(), post, trial.stage.handle)
    assert isinstance(found, Receipt)
    assert trial.up(post) == [found.remote_id]


def test_it_is_taken_down_with_its_post_and_quietly_where_none_came(trial: Trial) -> None:
    post = trial.film()
    with pytest.raises(RateLimited):
        trial.once(post)
    CONNECTOR.delete(trial.line(), post, trial.stage.handle)
    handle = trial.stage.handle
    receipt = trial.until_up(post)
    for remote_id in (handle, receipt.remote_id):
        CONNECTOR.delete(trial.line(), post, remote_id)
    assert trial.up(post) == []


def test_a_video_that_is_too_large_is_refused_before_a_byte(trial: Trial) -> None:
    assert (LIMITS.video_bytes, LIMITS.video_seconds, LIMITS.captions) == (videos.LARGEST, 140, True)
    with pytest.raises(Refused, match="512 MB"):
        trial.once(trial.film(size=videos.LARGEST + 1))
    assert trial.asked("initialize") == 0


def test_pictures_still_go_as_pictures(trial: Trial) -> None:
    post = trial.stage.post(link="", pictures=(PICTURE,))
    trial.until_up(post)
    assert [seen.alts for seen in trial.stage.standing(post)] == [(PICTURE.alt,)]
