"""The tips of the demonstration: sent through the public form's intake, answered as an officer's browser answers."""

from __future__ import annotations

import base64
import random
from datetime import datetime, timedelta

from hueandcry.appeals.queries import NO_APPEAL, landing
from hueandcry.demo import people
from hueandcry.demo.appeals import Telling
from hueandcry.demo.letters import TIPS, Tip
from hueandcry.demo.organisations import Stage
from hueandcry.demo.timeline import Step, Timeline
from hueandcry.kernel.actor import Actor
from hueandcry.tips import actions, codes, envelope, intake, queries
from hueandcry.tips.envelope import Direction, Letter
from hueandcry.tips.intake import Filed

SOON = timedelta(minutes=20)  # after its appeal was published comes the first tip
WITHOUT_APPEAL = timedelta(days=6)


class Talk:
    """One tip on its way: begun at a moment, then led turn by turn."""

    def __init__(self, tip: Tip, *, stage: Stage, appeals: Telling) -> None:
        self.tip, self.stage, self.appeals = tip, stage, appeals
        self.filed: Filed | None = None

    def plan(self, timeline: Timeline, chance: random.Random) -> None:
        """Send the tip while its appeal is public, and lead its dialogue from then to now."""
        begin, over = timeline.now - WITHOUT_APPEAL, timeline.now
        if self.tip.story != NO_APPEAL:
            life = self.appeals.lives[self.tip.story]
            begin, over = life.published, life.over
        at = begin + min(SOON, (over - begin) / 4) + (over - begin) * chance.random() * 0.6
        timeline.add(at, self._begin)
        if self.tip.by:
            self._follow(timeline, at, by=self.stage.actors[self.tip.by])

    def _follow(self, timeline: Timeline, at: datetime, *, by: Actor) -> None:
        steps = len(self.tip.turns) + 2
        wait = min((timeline.now - at) / (steps + 1), timedelta(hours=7))
        timeline.add(at + wait, lambda: self._take(by))
        for turn, text in enumerate(self.tip.turns):
            timeline.add(at + wait * (turn + 2), self._turn(turn, text, by=by))
        if self.tip.closed:
            timeline.add(at + wait * steps, lambda: self._close(by))

    @property
    def number(self) -> str:
        """Its number as stored."""
        assert self.filed is not None  # it was begun
        return codes.parse_number(self.filed.number)

    def _begin(self) -> None:
        story = self.tip.story
        place = NO_APPEAL if story == NO_APPEAL else self.appeals.made[story].landing_code
        found = landing(code=place, host=str(people.BOTH["public_host"]))
        assert found is not None  # the appeal is public and the agency has a programme
        assert found.programme_id is not None
        self.filed = intake.begin_tip(
            programme_id=found.programme_id,
            appeal_ref=found.appeal_ref,
            ticket=intake.new_ticket(),
            letter=Letter(self.tip.text, self.tip.details),
        )

    def _take(self, by: Actor) -> None:
        actions.open_tip(number=self.number, by=by)
        actions.mark_read(number=self.number, position=1, by=by)
        actions.take_tip(number=self.number, by=by)

    def _turn(self, turn: int, text: str, *, by: Actor) -> Step:
        def ask() -> None:
            _answer(self.number, text, by=by)

        def answer() -> None:
            assert self.filed is not None  # it was begun
            programme = self.stage.programme.pk
            held = intake.return_to_dialogue(
                programme_id=programme, number=self.filed.number, code=self.filed.groups
            )
            intake.send_message(programme_id=programme, talk_pass=held.talk_pass, letter=Letter(text))
            if turn + 1 < len(self.tip.turns) or self.tip.closed:  # what was answered or closed has been read
                actions.mark_read(number=self.number, position=turn + 2, by=by)

        return answer if turn % 2 else ask

    def _close(self, by: Actor) -> None:
        actions.set_status(number=self.number, status="closed", by=by)


def plan(stage: Stage, appeals: Telling, timeline: Timeline, chance: random.Random) -> None:
    """Plan every tip and the dialogue that some of them begin."""
    for tip in TIPS:
        Talk(tip, stage=stage, appeals=appeals).plan(timeline, chance)


def _answer(number: str, text: str, *, by: Actor) -> None:
    """Seal an answer to the tip's public key, as the officer's browser does, and hand it in."""
    tip = queries.sealed_tip(actor=by, number=number)
    sealed = envelope.seal_letter(
        Letter(text),
        public=base64.b64decode(tip.public_key),
        tip_id=tip.tip_id,
        direction=Direction.FROM_DESK,
    )
    actions.reply_to_tipster(number=number, sealed=sealed, by=by)
