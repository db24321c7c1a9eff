"""The contract every connector must pass, against a real server or a simulated one. See docs/connectors.md.

A test file subclasses Contract (and Faults, tests/connectors/faults.py), names its `connector`, and gives a fixture
`stage` (a Stage; `stage_on` makes one for a simulated network). A test of an ability that the connector does not have
is taken out of its class, so that what is counted is what was tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import pytest

from hueandcry.channels.connector import (
    Edits,
    Limits,
    Measures,
    OutcomeUnknown,
    Outgoing,
    Receipt,
    Recovery,
    Refused,
    Reposts,
    SaysLimits,
    SetsProfile,
    ShowsProfile,
    Threads,
    Unauthorised,
    Unreachable,
)
from hueandcry.channels.counting import count
from hueandcry.kernel.http import Server
from hueandcry.kernel.ids import random_id
from tests.connectors.stages import JPEG, LINK, PICTURE, Seen, Stage, outgoing, stage_on

__all__ = ["JPEG", "LINK", "PICTURE", "Contract", "Seen", "Stage", "needs", "outgoing", "plays", "stage_on"]
T = TypeVar("T", bound=Callable[..., Any])


def needs(*abilities: type, images: int = 0) -> Callable[[T], T]:
    """Marks a test that only a connector with these abilities, and room for so many pictures, is put to."""

    def mark(test: T) -> T:
        test.needs = (abilities, images)  # type: ignore[attr-defined]
        return test

    return mark


def plays(act: str, *modes: str, channels: tuple[str, ...] = ()) -> Callable[[T], T]:
    """Marks a test that plays these faults while this is done (tests/connectors/matrix.py).

    channels: on which networks, where no class says it.
    """

    def mark(test: T) -> T:
        test.plays = {(act, mode) for mode in modes}  # type: ignore[attr-defined]
        test.channels = channels  # type: ignore[attr-defined]
        return test

    return mark


class ByAbility:
    """Takes the tests out of a class whose connector lacks what they need. without: others, each with the reason."""

    connector: Any
    without: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name in cls.without:
            assert callable(getattr(cls, name)), name
            setattr(cls, name, None)
        connector = getattr(cls, "connector", None)
        for name in dir(cls) if connector else ():
            abilities, images = getattr(getattr(cls, name), "needs", ((), 0))
            able = all(isinstance(connector, ability) for ability in abilities)
            if not able or connector.limits.images < images:
                setattr(cls, name, None)


class Contract(ByAbility):
    """The tests."""

    def test_a_post_is_up_once_and_the_receipt_says_where(self, stage: Stage) -> None:
        post = stage.post()
        receipt = stage.publish(post)
        assert [seen.remote_id for seen in stage.standing(post)] == [receipt.remote_id]

    def test_a_post_carries_the_link_and_its_title(self, stage: Stage) -> None:
        post = stage.post()
        stage.publish(post)
        (seen,) = stage.standing(post)
        assert LINK in (seen.link if stage.connector.limits.card else seen.text)
        assert seen.title == post.title or not stage.shows_title

    @needs(images=1)
    def test_a_post_carries_the_alt_text_of_its_picture(self, stage: Stage) -> None:
        post = stage.post(pictures=(PICTURE,))
        stage.publish(post)
        (seen,) = stage.standing(post)
        assert PICTURE.alt in seen.alt

    def test_what_was_never_sent_is_not_found(self, stage: Stage) -> None:
        assert stage.connector.find(stage.line(), stage.post(), "") is None

    def test_a_lost_answer_is_an_unknown_outcome_and_recovery_does_not_double(self, stage: Stage) -> None:
        post = stage.post(pictures=(PICTURE,)[: stage.connector.limits.images])
        stage.connector.health(stage.line())
        stage.lose("answer")
        with pytest.raises(OutcomeUnknown):
            stage.publish(post)
        stage.lose("")
        if stage.connector.recovery != Recovery.HOLD:
            found = stage.wait(stage.connector.find(stage.line(), post, stage.handle), post)
        if stage.connector.recovery == Recovery.KEY:
            assert stage.publish(post).remote_id == found.remote_id
        assert len(stage.standing(post)) == 1

    def test_a_lost_request_is_an_unknown_outcome_and_is_not_found(self, stage: Stage) -> None:
        post = stage.post()
        stage.connector.health(stage.line())
        stage.lose("request")
        with pytest.raises(OutcomeUnknown):
            stage.publish(post)
        stage.lose("")
        assert not isinstance(stage.connector.find(stage.line(), post, stage.handle), Receipt)

    def test_a_deleted_post_is_gone_and_deleting_again_is_quiet(self, stage: Stage) -> None:
        post = stage.post()
        receipt = stage.publish(post)
        for _ in range(2):
            stage.connector.delete(stage.line(), post, receipt.remote_id)
        assert not stage.standing(post)
        assert stage.connector.find(stage.line(), post, receipt.remote_id) is None

    def test_a_wrong_credential_is_told_from_every_other_failure(self, stage: Stage) -> None:
        line = stage.line(secret=stage.wrong_secret, session={}, keep_session=lambda _s: None)
        with pytest.raises(Unauthorised):
            stage.connector.publish(line, stage.post())
        with pytest.raises(Unauthorised):
            stage.connector.health(line)

    def test_a_server_that_does_not_listen_is_unreachable(self, stage: Stage) -> None:
        with pytest.raises(Unreachable):
            stage.connector.publish(stage.line(http=Server(address=stage.nowhere)), stage.post())

    def test_the_longest_text_is_taken_and_a_longer_one_refused(self, stage: Stage) -> None:
        limits: Limits = stage.connector.limits
        start = f"{random_id(8)} "
        family = "👩🏽‍🚒"  # one character to a reader, four code points
        room = (limits.characters - count(start, limits.counting)) // count(family, limits.counting)
        longest = start + family * min(room, (limits.size or 3000) // 40)
        longest += "x" * (limits.characters - count(longest, limits.counting))
        assert count(longest, limits.counting) == limits.characters
        if stage.enforces_length:
            stage.publish(replace(stage.post(), text=longest))
            with pytest.raises(Refused):
                stage.publish(replace(stage.post(), text=longest + "x" * 400))

    def test_a_token_that_has_ended_is_renewed_or_told(self, stage: Stage) -> None:
        stage.connector.health(stage.line())
        stage.end_tokens(stage.line())
        post = stage.post()
        if stage.reconnect:
            with pytest.raises(Unauthorised):
                stage.publish(post)
            stage.secret, stage.kept = stage.reconnect(), {}
        stage.publish(post)
        assert len(stage.standing(post)) == 1

    def test_a_request_that_was_kept_as_json_is_found_again(self, stage: Stage) -> None:
        pictures = (PICTURE,)[: stage.connector.limits.images]
        post = stage.post(created_at=datetime.now(tz=UTC) - timedelta(minutes=3), pictures=pictures)
        receipt = stage.publish(post)
        thawed = Outgoing.from_plain(json.loads(json.dumps(post.plain())))
        assert stage.connector.find(stage.line(), thawed, stage.handle).remote_id == receipt.remote_id

    def test_limits_say_where_they_were_read(self, stage: Stage) -> None:
        assert stage.connector.limits.source
        assert stage.connector.limits.read_on.year >= 2026

    # --- abilities ---

    @needs(images=2)
    def test_several_pictures_stand_in_order_each_with_its_alt_text(self, stage: Stage) -> None:
        alts = ("The van from behind", "The van from the left")
        post = stage.post(link="", pictures=tuple(replace(PICTURE, alt=alt) for alt in alts))
        stage.publish(post)
        (seen,) = stage.standing(post)
        assert seen.alts == alts

    @needs(Edits)
    def test_an_edited_post_says_the_new_text_once_and_says_that_it_was_edited(self, stage: Stage) -> None:
        post = stage.post()
        receipt = stage.publish(post)
        (before,) = stage.standing(post)
        changed = replace(post, text=f"Corrected: {post.text}")
        for _ in range(2):  # the same again is a no-op
            assert (
                stage.connector.edit(stage.line(), changed, receipt.remote_id).remote_id == receipt.remote_id
            )
        (seen,) = stage.standing(changed)
        assert not stage.standing(post)
        assert bool(seen.edited) == stage.marks_edits
        assert (seen.link, seen.title, seen.remote_id) == (before.link, before.title, receipt.remote_id)

    @needs(Edits)
    def test_editing_a_post_that_is_gone_is_refused_and_puts_nothing_up(self, stage: Stage) -> None:
        post = stage.post()
        receipt = stage.publish(post)
        stage.connector.delete(stage.line(), post, receipt.remote_id)
        with pytest.raises(Refused):
            stage.connector.edit(stage.line(), post, receipt.remote_id)
        assert not stage.standing(post)

    @needs(Edits, images=1)
    def test_an_edited_post_keeps_its_picture_and_alt_text(self, stage: Stage) -> None:
        post = stage.post(pictures=(PICTURE,))
        receipt = stage.publish(post)
        changed = replace(post, text=f"Corrected: {post.text}")
        stage.connector.edit(stage.line(), changed, receipt.remote_id)
        (seen,) = stage.standing(changed)
        assert PICTURE.alt in seen.alt

    @needs(Threads)
    def test_the_parts_of_a_thread_hang_together_also_after_a_lost_answer(self, stage: Stage) -> None:
        first, second, third = stage.post(), stage.post(link=""), stage.post(link="")
        one = stage.publish(first).remote_id
        second = replace(second, reply_to=one)
        two = stage.publish(second).remote_id
        third = replace(third, reply_to=two)
        stage.lose("answer")
        with pytest.raises(OutcomeUnknown):
            stage.publish(third)
        stage.lose("")
        found = stage.wait(stage.connector.find(stage.line(), third, stage.handle), third)
        assert [seen.reply_to for post in (first, second, third) for seen in stage.standing(post)] == [
            "",
            one,
            two,
        ]
        assert stage.standing(third)[0].remote_id == found.remote_id

    @needs(Threads)
    def test_a_part_below_a_post_that_is_gone_is_refused(self, stage: Stage) -> None:
        first = stage.post()
        gone = stage.publish(first).remote_id
        stage.connector.delete(stage.line(), first, gone)
        post = stage.post(link="", reply_to=gone)
        with pytest.raises(Refused):
            stage.publish(post)
        assert not stage.standing(post)

    @needs(Reposts)
    def test_a_repost_stands_once_and_goes_alone(self, stage: Stage) -> None:
        post = stage.post()
        first = stage.publish(post).remote_id
        again = stage.post(text="-", link="", repost_of=first)
        again = replace(again, text="")
        stage.lose("answer")
        with pytest.raises(OutcomeUnknown):
            stage.publish(again)
        stage.lose("")
        found = stage.connector.find(stage.line(), again, stage.handle)
        assert isinstance(found, Receipt)
        assert [seen.remote_id for seen in stage.standing(again)] == [found.remote_id]
        assert stage.publish(again).remote_id == found.remote_id
        for _ in range(2):
            stage.connector.delete(stage.line(), again, found.remote_id)
        assert not stage.standing(again)
        assert len(stage.standing(post)) == 1

    @needs(Reposts)
    def test_a_repost_of_what_is_gone_is_refused(self, stage: Stage) -> None:
        post = stage.post()
        first = stage.publish(post).remote_id
        stage.connector.delete(stage.line(), post, first)
        with pytest.raises(Refused):
            stage.publish(replace(stage.post(), text="", link="", repost_of=first))

    @needs(Measures)
    def test_figures_are_told_for_what_stands_and_left_out_for_what_is_gone(self, stage: Stage) -> None:
        post, other = stage.post(), stage.post()
        up, gone = stage.publish(post).remote_id, stage.publish(other).remote_id
        stage.connector.delete(stage.line(), other, gone)
        assert list(stage.connector.measure(stage.line(), [up, gone])) == [up]
        assert stage.connector.measure(stage.line(), []) == {}

    @needs(SaysLimits)
    def test_the_limits_of_today_are_told_with_their_source(self, stage: Stage) -> None:
        limits = stage.connector.limits_now(stage.line())
        assert limits.characters > 0
        assert limits.source
        assert Limits.from_plain(json.loads(json.dumps(limits.plain()))) == limits

    @needs(ShowsProfile)
    def test_the_profile_is_read(self, stage: Stage) -> None:
        assert stage.connector.profile_characters > 0
        assert stage.connector.profile(stage.line()).name

    @needs(SetsProfile)
    def test_the_longest_profile_text_is_kept_as_it_was_sent(self, stage: Stage) -> None:
        text = "Not for emergencies: call 555-0100. Café & <more>.\nhttps://port-ellery.example/connect "
        text += "x" * (stage.connector.profile_characters - len(text))
        for _ in range(2):
            stage.connector.set_profile(stage.line(), text)
        assert stage.connector.profile(stage.line()).text == text
        stage.connector.set_profile(stage.line(), "Short")
        assert stage.connector.profile(stage.line()).text == "Short"
