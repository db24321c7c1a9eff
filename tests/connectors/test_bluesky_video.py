"""A video on Bluesky: a blob that the record names, sent once, on the simulated network and on the real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hueandcry.channels import connector
from hueandcry.channels.connector import OutcomeUnknown, Receipt, Refused, Unreachable
from hueandcry.connectors.bluesky import CONNECTOR
from hueandcry.kernel.http import Server
from hueandcry.kernel.ids import random_id
from hueandcry.simnet.networks.bluesky import uri_of
from tests.connectors.filming import BREAKS, CAPTIONS, MOVIE, PIECE, Trial
from tests.connectors.stages import stage_on
from tests.servers.pds import Pds
from tests.servers.simulated import SimulatedNetwork

pytestmark = [pytest.mark.slow]
UPLOADS = "com.atproto.repo.uploadBlob"


@pytest.fixture
def trial(
    simulated_network: SimulatedNetwork, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trial]:
    monkeypatch.setattr(connector, "PIECE", PIECE)
    inside = simulated_network.network("bluesky", handle=f"ellery{random_id(6).lower()}.test")
    stage = stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=lambda: {"identifier": inside.handle, "password": inside.secret},
        renews=True,
        remote_id=lambda post: uri_of(inside.world, post),
    )
    yield Trial(stage, inside)
    inside.work_properly()


def test_it_stands_with_its_words_and_captions(trial: Trial) -> None:
    post = trial.film(captions=True)
    receipt = trial.once(post)
    assert isinstance(receipt, Receipt)
    assert trial.up(post) == [receipt.remote_id]
    assert (receipt.evidence or {})["captions"] == "added"
    (shown,) = trial.inside.posts()
    assert trial.movie(shown) == MOVIE
    assert shown["captions"] == {"en": CAPTIONS.decode()}
    embed = shown["record"]["embed"]
    assert (embed["alt"], embed["aspectRatio"]) == ("A van turns left", {"width": 640, "height": 360})
    assert PIECE in trial.sizes
    assert max(size for size in trial.sizes if size != 20_001) == PIECE
    page = trial.inside.process.page(f"/bluesky/@{trial.inside.handle}/{shown['id']}")
    assert "<track kind='captions' srclang='en'" in page
    assert "aria-label='A van turns left'" in page


@pytest.mark.parametrize("mode", BREAKS)
def test_a_break_while_it_is_sent_puts_nothing_up_and_the_next_try_does(trial: Trial, mode: str) -> None:
    post = trial.film()
    trial.strike(UPLOADS, f"upload.{mode}")
    with pytest.raises(Unreachable):
        trial.once(post)
    assert trial.up(post) == []
    trial.stage.lose("")
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]


def test_a_lost_answer_to_the_post_does_not_double_and_sends_no_byte_again(trial: Trial) -> None:
    post = trial.film()
    CONNECTOR.health(trial.line())
    trial.stage.lose("answer")
    with pytest.raises(OutcomeUnknown):
        trial.once(post)
    trial.stage.lose("")
    receipt = trial.until_up(post)
    assert trial.up(post) == [receipt.remote_id]
    assert trial.asked(UPLOADS) == 1


def test_a_video_that_was_cleared_away_is_sent_again(trial: Trial) -> None:
    post = trial.film()
    CONNECTOR.health(trial.line())
    trial.stage.lose("request")
    with pytest.raises(OutcomeUnknown):
        trial.once(post)
    trial.stage.lose("")
    for media in trial.inside.world.store.things("bluesky", "media"):
        trial.inside.world.store.drop_thing(media["id"])
    trial.until_up(post)
    assert (trial.asked(UPLOADS), len(trial.up(post))) == (2, 1)


def test_an_edited_post_keeps_its_video_and_sends_no_byte(trial: Trial) -> None:
    post = trial.film(captions=True)
    remote_id = trial.until_up(post).remote_id
    before = trial.asked(UPLOADS)
    video = replace(post.video, alt="A van turns right") if post.video else None
    changed = replace(post, text=f"Corrected: {post.text}", video=video)
    assert CONNECTOR.edit(trial.line(), changed, remote_id).remote_id == remote_id
    (shown,) = trial.inside.posts()
    assert (trial.movie(shown), shown["record"]["embed"]["alt"]) == (MOVIE, "A van turns right")
    assert (shown["captions"], trial.asked(UPLOADS)) == ({"en": CAPTIONS.decode()}, before)
    for _turn in range(2):
        CONNECTOR.delete(trial.line(), changed, remote_id)
    assert trial.inside.posts() == []


def test_what_is_too_large_is_refused_or_left_out(trial: Trial) -> None:
    with pytest.raises(Refused, match="100 MB"):
        trial.once(trial.film(size=100_000_001))
    assert trial.asked(UPLOADS) == 0
    trial.stage.part = lambda digest, start, size: (MOVIE if digest == "1" * 64 else b"x" * 30_000)[
        start : start + size
    ]
    long = "word " * 400
    post = trial.film(captions=True, alt=long)
    receipt = trial.until_up(post)
    assert (receipt.evidence or {})["captions"] == "missing"
    assert trial.inside.posts()[0]["record"]["embed"]["alt"].endswith("…")


@pytest.mark.pds
def test_it_stands_on_the_real_server(pds: Pds, trial: Trial, settings: Any) -> None:
    settings.HUE_ALLOW_PRIVATE = [pds.address]
    account = pds.create_account(f"film{random_id(6).lower()}.test")
    given = {"identifier": account.handle, "password": account.app_password}
    line = trial.stage.line(http=Server(address=pds.url), secret=given)
    post = trial.film(captions=True)
    receipt = CONNECTOR.publish(line, post)
    assert isinstance(receipt, Receipt)
    again = CONNECTOR.publish(trial.stage.line(http=Server(address=pds.url), secret=given), post)
    assert again.evidence == receipt.evidence  # type: ignore[union-attr]
    (record,) = pds.posts(account.did)
    embed = record["value"]["embed"]
    assert pds.blob(account.did, embed["video"]["ref"]["$link"]) == MOVIE
    assert pds.blob(account.did, embed["captions"][0]["file"]["ref"]["$link"]) == CAPTIONS
    assert embed["alt"] == "A van turns left"
