"""The fault matrix: every way in which a simulated network fails, when a post is put up, changed or taken down.

Each must come out as the right one of the seven answers, and once the network works again and the worker has done what
it does (posts/recovery.py), the public sees exactly one post. See contract.py for how a class is made.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    ChannelFailure,
    Edits,
    OutcomeUnknown,
    Outgoing,
    RateLimited,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, Server
from hueandcry.posts.recovery import Step, first_step
from tests.connectors.contract import ByAbility, needs, plays
from tests.connectors.stages import PICTURE, Stage

# Mode → what the connector must say, and whether the network took it all the same.
OUTCOMES: dict[str, tuple[type[ChannelFailure], bool]] = {
    "drop_after": (OutcomeUnknown, True),
    "drop_before": (OutcomeUnknown, False),
    "error_after": (OutcomeUnknown, True),
    "error_before": (OutcomeUnknown, False),
    "slow": (OutcomeUnknown, True),
    "rate_limit": (RateLimited, False),
    "refuse": (Refused, False),
}
UPLOADS: dict[str, type[ChannelFailure]] = {
    "drop_after": Unreachable,
    "drop_before": Unreachable,
    "error_after": Unreachable,
    "error_before": Unreachable,
    "rate_limit": RateLimited,
    "refuse": Refused,
}
BACK_IN = 60.0  # seconds: what a rate limit names
SHORT = 6  # characters: "ellery" in a sentence is no secret
PATIENCE, SLOW = 0.25, 0.5  # seconds: of the caller, and of the network


@dataclass(frozen=True, slots=True)
class Impatient(Server):
    """A server that is not waited for when something is sent to it."""

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """One request."""
        within = self.within if method == "GET" else PATIENCE
        return Server(address=self.address, within=within).call(method, path, **given)


class Faults(ByAbility):
    """The matrix. uploads: the network has a step of its own for pictures, with the faults `upload.*`."""

    uploads = True

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if not cls.uploads:
            cls.test_sending_a_picture = None  # type: ignore[assignment, method-assign]

    @plays("up", *OUTCOMES)
    @pytest.mark.parametrize("mode", OUTCOMES)
    def test_putting_up(self, stage: Stage, mode: str) -> None:
        post = stage.post()
        failure = self._fail(stage, mode, lambda line: stage.connector.publish(line, post))
        _became(stage, mode, post)
        assert finish(stage, post, failure).remote_id == stage.standing(post)[0].remote_id
        assert len(stage.standing(post)) == 1

    @plays("up", "expired_token")
    def test_putting_up_with_a_token_that_ends_in_that_moment(self, stage: Stage) -> None:
        post = stage.post()
        self._with_ended_token(stage, lambda line: stage.wait(stage.connector.publish(line, post), post))
        assert len(stage.standing(post)) == 1

    @plays("up", "refuse_duplicate")
    def test_a_duplicate_that_is_refused_is_our_own_or_stays_refused(self, stage: Stage) -> None:
        post = stage.post()
        first = stage.publish(post).remote_id
        if stage.connector.recovery in {Recovery.KEY, Recovery.LOOKUP}:
            stage.fail("refuse_duplicate", 0)
            assert stage.publish(post).remote_id == first
        stage.lose("")
        stage.fail("refuse_duplicate", 0)
        other = replace(stage.post(), text=post.text)
        line = stage.line(taken=lambda remote_id: remote_id == first)
        with pytest.raises(Refused):
            stage.wait(stage.connector.publish(line, other), other)
        stage.lose("")
        assert [seen.remote_id for seen in stage.standing(post)] == [first]

    @needs(images=1)
    @plays("file", *UPLOADS)
    @pytest.mark.parametrize("mode", UPLOADS)
    def test_sending_a_picture(self, stage: Stage, mode: str) -> None:
        """Trouble before the post itself: it was certainly not sent."""
        post = stage.post(pictures=(PICTURE,))
        stage.connector.health(stage.line())
        stage.fail(f"upload.{mode}", BACK_IN)
        with pytest.raises(UPLOADS[mode]):
            stage.connector.publish(stage.line(), post)
        assert not stage.standing(post)
        stage.lose("")
        stage.publish(post)
        assert len(stage.standing(post)) == 1

    @needs(Edits)
    @plays("change", *OUTCOMES)
    @pytest.mark.parametrize("mode", OUTCOMES)
    def test_editing(self, stage: Stage, mode: str) -> None:
        post = stage.post()
        remote_id = stage.publish(post).remote_id
        changed = replace(post, text=f"Corrected: {post.text}")
        self._fail(stage, mode, lambda line: stage.connector.edit(line, changed, remote_id))
        _became(stage, mode, changed, before=post)
        stage.connector.edit(stage.line(), changed, remote_id)
        assert [seen.remote_id for seen in stage.standing(changed)] == [remote_id]
        assert not stage.standing(post)

    @needs(Edits)
    @plays("change", "expired_token")
    def test_editing_with_a_token_that_ends_in_that_moment(self, stage: Stage) -> None:
        post = stage.post()
        remote_id = stage.publish(post).remote_id
        changed = replace(post, text=f"Corrected: {post.text}")
        self._with_ended_token(stage, lambda line: stage.connector.edit(line, changed, remote_id))
        assert [seen.remote_id for seen in stage.standing(changed)] == [remote_id]

    @plays("down", *OUTCOMES)
    @pytest.mark.parametrize("mode", OUTCOMES)
    def test_taking_down(self, stage: Stage, mode: str) -> None:
        post = stage.post()
        remote_id = stage.publish(post).remote_id
        self._fail(stage, mode, lambda line: stage.connector.delete(line, post, remote_id))
        _became(stage, mode, None, before=post)
        stage.connector.delete(stage.line(), post, remote_id)
        assert not stage.standing(post)

    @plays("down", "expired_token")
    def test_taking_down_with_a_token_that_ends_in_that_moment(self, stage: Stage) -> None:
        post = stage.post()
        remote_id = stage.publish(post).remote_id
        self._with_ended_token(stage, lambda line: stage.connector.delete(line, post, remote_id))
        assert not stage.standing(post)

    @pytest.mark.parametrize("seed", range(6))
    def test_any_run_of_failures_ends_with_one_post_and_then_with_none(self, stage: Stage, seed: int) -> None:
        chance = random.Random(f"{type(self).__name__} {seed}")
        modes = [mode for mode in (*OUTCOMES, "expired_token") if mode != "slow"]
        post = stage.post()
        tries = chance.choices(modes, k=5)
        remote_id = persist(stage, tries, lambda fresh: deliver(stage, post, fresh=fresh)).remote_id
        assert [seen.remote_id for seen in stage.standing(post)] == [remote_id]
        stands = post
        if isinstance(stage.connector, Edits):
            stands = replace(post, text=f"Corrected: {post.text}")
            persist(
                stage,
                chance.choices(modes, k=3),
                lambda _fresh: stage.connector.edit(stage.line(), stands, remote_id),
            )
        assert [seen.remote_id for seen in stage.standing(stands)] == [remote_id]
        persist(
            stage,
            chance.choices(modes, k=3),
            lambda _fresh: stage.connector.delete(stage.line(), stands, remote_id),
        )
        assert not stage.standing(stands)
        assert not stage.standing(post)

    def _fail(self, stage: Stage, mode: str, act: Any) -> ChannelFailure:
        """Do it while the network fails; the failure, which must be the right one. The network works again then."""
        stage.connector.health(stage.line())
        stage.fail(mode, SLOW if mode == "slow" else BACK_IN)
        line = stage.line(http=Impatient(address=stage.address)) if mode == "slow" else stage.line()
        with pytest.raises(OUTCOMES[mode][0]) as raised:
            act(line)
        if isinstance(raised.value, RateLimited):
            left = raised.value.retry_at - clock.now()
            assert timedelta(seconds=BACK_IN - 10) < left < timedelta(seconds=BACK_IN + 60)
        stage.lose("")
        _tells_nothing_private(stage, raised.value.sentence)
        return raised.value

    def _with_ended_token(self, stage: Stage, act: Any) -> None:
        stage.connector.health(stage.line())
        stage.fail("expired_token", 0)
        if stage.reconnect:
            with pytest.raises(Unauthorised) as raised:
                act(stage.line())
            _tells_nothing_private(stage, raised.value.sentence)
            stage.secret, stage.kept = stage.reconnect(), {}
        act(stage.line())  # a connector that renews its token does not let the caller notice


def finish(stage: Stage, post: Outgoing, failure: ChannelFailure) -> Receipt:
    """What the worker does next with a delivery that failed so (posts/delivering.py)."""
    connector = stage.connector
    fresh = not isinstance(failure, OutcomeUnknown)
    age = clock.now() - post.created_at
    step = first_step(fresh=fresh, recovery=connector.recovery, key_lasts=connector.key_lasts, age=age)
    assert step != Step.HOLD, "a person has to look"
    if step == Step.LOOK:
        found = connector.find(stage.line(), post, stage.handle)
        if found is not None:
            return stage.wait(found, post)
    return stage.publish(post)


def deliver(stage: Stage, post: Outgoing, *, fresh: bool) -> Receipt:
    """One try of the worker (posts/delivering.py): look first if an earlier one may have arrived. Raises a failure."""
    connector = stage.connector
    age = clock.now() - post.created_at
    step = first_step(fresh=fresh, recovery=connector.recovery, key_lasts=connector.key_lasts, age=age)
    if step == Step.LOOK and (found := connector.find(stage.line(), post, stage.handle)) is not None:
        return stage.wait(found, post)
    try:
        return stage.publish(post)
    except Refused:
        landed = None if fresh else connector.find(stage.line(), post, "")
        if landed is None:
            raise
        return stage.wait(landed, post)


def persist(stage: Stage, modes: list[str], act: Callable[[bool], Any]) -> Any:
    """Try until it is done, each try in one of these ways of failing; then the network works properly.

    act: one try; True if no earlier one can have arrived.
    """
    fresh = True
    for turn in range(30):
        stage.lose("")
        if turn < len(modes):
            stage.fail(modes[turn], BACK_IN)
        try:
            return act(fresh)
        except Unauthorised:
            if stage.reconnect:  # else the steward enters the same again
                stage.secret, stage.kept = stage.reconnect(), {}
        except OutcomeUnknown:
            fresh = False
        except (RateLimited, Refused, Unreachable):
            continue
    raise AssertionError("it was never done")


def _tells_nothing_private(stage: Stage, sentence: str) -> None:
    """It is read by staff and kept in the record: no credential, no address, no text of the post."""
    assert sentence.strip()
    private = {*stage.secret.values(), *stage.kept.values(), "did you see this van", "127.0.0.1"}
    assert not [value for value in private if len(value) > SHORT and value in sentence]


def _became(stage: Stage, mode: str, after: Outgoing | None, *, before: Outgoing | None = None) -> None:
    """What the public sees right after the failure: the new state if the network took it, else the old one."""
    _kind, taken = OUTCOMES[mode]
    until = time.monotonic() + 5
    while True:
        new = len(stage.standing(after)) if after else 0
        old = len(stage.standing(before)) if before else 0
        expected = (int(after is not None), 0) if taken else (0, int(before is not None))
        if (new, old) == expected or time.monotonic() > until:  # a slow network may take it a moment later
            break
        time.sleep(0.02)
    assert (new, old) == expected
