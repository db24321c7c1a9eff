"""A video on Mastodon: sent once, waited for, found again after every kind of break, taken down with its post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    Outgoing,
    OutgoingVideo,
    RateLimited,
    Receipt,
    Refused,
    Unreachable,
)
from hueandcry.connectors.mastodon import media as mastodon_media
from hueandcry.connectors.mastodon.channel import CONNECTOR
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, Http, Server
from tests.connectors.stages import PICTURE, Stage, outgoing, stage_on
from tests.servers.simulated import Inside, SimulatedNetwork

MOVIE = bytes(range(256)) * 3000  # three pieces
VIDEO = OutgoingVideo(
    digest="1" * 64,
    mime="video/mp4",
    size=len(MOVIE),
    seconds=9,
    width=640,
    height=360,
    alt="A van turns left",
)
pytestmark = [pytest.mark.slow]


@dataclass
class Counted:
    """A server, and what was asked of it."""

    server: Http
    asked: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **given: Any) -> Answer:
        self.asked.append(f"{method} {path}")
        return self.server.call(method, path, **given)

    @property
    def uploads(self) -> int:
        return self.asked.count("POST /api/v2/media")


@dataclass
class Trial:
    """A stage on which videos go; sizes: of the pieces that were read."""

    stage: Stage
    inside: Inside
    server: Counted
    sizes: list[int] = field(default_factory=list)

    def line(self, **more: Any) -> Line:
        return self.stage.line(http=self.server, **more)

    def once(self, post: Outgoing) -> Receipt:
        """One try of the worker. Raises a failure."""
        receipt = CONNECTOR.publish(self.line(), post)
        assert isinstance(receipt, Receipt)
        return receipt

    def until_up(self, post: Outgoing) -> Receipt:
        for _turn in range(5):
            try:
                return self.once(post)
            except RateLimited:
                continue
        raise AssertionError("never up")

    def up(self, post: Outgoing) -> list[tuple[str, tuple[str, ...]]]:
        return [(seen.remote_id, seen.alts) for seen in self.stage.standing(post)]


@pytest.fixture
def trial(simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Trial]:
    inside = simulated_network.network("mastodon")
    stage = stage_on(
        inside, CONNECTOR, settings, secret=lambda: {"token": inside.token()}, renews=False, shows_title=False
    )
    found = Trial(stage, inside, Counted(Server(address=stage.address)))

    def part(_digest: str, start: int, size: int) -> bytes:
        found.sizes.append(size)
        return MOVIE[start : start + size]

    stage.part = part
    yield found
    inside.work_properly()


def film(trial: Trial, **changes: Any) -> Outgoing:
    return trial.stage.post(link="", video=replace(VIDEO, **changes))


def test_it_is_sent_once_in_pieces_and_the_post_follows_when_the_server_is_done(trial: Trial) -> None:
    post = film(trial, size=len(MOVIE))
    with pytest.raises(RateLimited) as later:
        trial.once(post)
    assert later.value.retry_at > clock.now()
    assert trial.up(post) == []
    assert trial.stage.handle.startswith("media:")
    receipt = trial.until_up(post)
    assert trial.up(post) == [(receipt.remote_id, ("A van turns left",))]
    assert trial.server.uploads == 1
    assert max(trial.sizes) <= mastodon_media.PIECE
    media = trial.inside.world.media(trial.inside.posts()[0]["pictures"][0]["media"])
    assert media is not None
    assert (media["mime"], media["blob"]) == ("video/mp4", MOVIE)


@pytest.mark.parametrize("mode", ["drop_before", "drop_after", "error_before", "error_after"])
def test_a_break_while_it_is_sent_puts_nothing_up_and_the_next_try_does(trial: Trial, mode: str) -> None:
    post = film(trial)
    trial.stage.fail(f"upload.{mode}", 0)
    with pytest.raises(Unreachable):
        trial.once(post)
    assert trial.up(post) == []
    trial.stage.lose("")
    trial.until_up(post)
    assert len(trial.up(post)) == 1


def test_a_break_in_the_middle_of_the_file_puts_nothing_up(trial: Trial) -> None:
    def broken(_digest: str, start: int, size: int) -> bytes:
        if start:
            raise ConnectionError("pulled out")
        return MOVIE[:size]

    post = film(trial)
    with pytest.raises(ConnectionError):
        CONNECTOR.publish(trial.line(part=broken), post)
    with pytest.raises(Refused):
        CONNECTOR.publish(
            trial.line(part=lambda _d, start, size: MOVIE[:300_000][start : start + size]), post
        )
    assert trial.up(post) == []
    trial.until_up(post)
    assert len(trial.up(post)) == 1


def test_a_worker_killed_after_the_upload_does_not_send_it_again(trial: Trial) -> None:
    post = film(trial)
    with pytest.raises(RateLimited):
        trial.once(post)
    handle = trial.stage.handle  # all that the next worker knows
    assert CONNECTOR.find(trial.line(), post, handle) is None
    trial.until_up(post)
    assert (trial.server.uploads, len(trial.up(post))) == (1, 1)


def test_a_lost_answer_to_the_post_is_recovered_by_key_and_by_search(trial: Trial) -> None:
    post = film(trial)
    with pytest.raises(RateLimited):
        trial.once(post)
    CONNECTOR.health(trial.line())
    with pytest.raises(RateLimited):  # the simulated server says so once
        trial.once(post)
    trial.stage.lose("answer")
    with pytest.raises(OutcomeUnknown):
        trial.once(post)
    trial.stage.lose("")
    found = CONNECTOR.find(trial.line(), post, trial.stage.handle)
    assert isinstance(found, Receipt)
    assert trial.once(post).remote_id == found.remote_id
    assert len(trial.up(post)) == 1
    later = replace(post, key="another", created_at=post.created_at - timedelta(hours=1))
    assert CONNECTOR.find(trial.line(), later, "") == found
    assert CONNECTOR.find(trial.line(), replace(post, video=None), "") is None


def test_a_video_that_was_cleared_away_is_sent_again(trial: Trial) -> None:
    post = film(trial)
    with pytest.raises(RateLimited):
        trial.once(post)
    trial.inside.world.store.drop_thing(int(trial.stage.handle.partition(":")[2]))
    trial.until_up(post)
    assert (trial.server.uploads, len(trial.up(post))) == (2, 1)


def test_it_is_taken_down_with_its_post_and_quietly_where_none_came(trial: Trial) -> None:
    post = film(trial)
    with pytest.raises(RateLimited):
        trial.once(post)
    CONNECTOR.delete(trial.line(), post, trial.stage.handle)
    receipt = trial.until_up(post)
    for _turn in range(2):
        CONNECTOR.delete(trial.line(), post, receipt.remote_id)
    assert trial.up(post) == []


def test_an_edited_post_keeps_its_video(trial: Trial) -> None:
    post = film(trial)
    receipt = trial.until_up(post)
    changed = replace(post, text=f"Corrected: {post.text}", video=replace(VIDEO, alt="A van turns right"))
    CONNECTOR.edit(trial.line(), changed, receipt.remote_id)
    assert trial.up(changed) == [(receipt.remote_id, ("A van turns right",))]


def test_a_video_the_server_refuses_is_for_the_author(trial: Trial) -> None:
    post = film(trial, mime="video/x-unknown")
    with pytest.raises(Refused):
        trial.once(post)
    assert trial.up(post) == []


def test_the_limits_are_those_that_the_server_tells(trial: Trial) -> None:
    limits = CONNECTOR.limits_now(trial.line())
    assert (limits.video_bytes, limits.video_types) == (16_000_000, ("video/mp4", "video/webm"))
    assert not limits.captions


def test_pictures_still_go_as_pictures(trial: Trial) -> None:
    post = outgoing(link="", pictures=(PICTURE,))
    trial.until_up(post)
    assert [alts for _id, alts in trial.up(post)] == [(PICTURE.alt,)]
