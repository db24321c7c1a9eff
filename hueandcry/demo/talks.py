"""The tips of the demonstration: sent through the public form's intake, answered as an officer's browser answers."""

from __future__ import annotations

import base64

from django.utils.translation import gettext as _

from hueandcry.appeals.queries import NO_APPEAL, landing
from hueandcry.demo import people
from hueandcry.demo.appeals import Published
from hueandcry.demo.letters import TIPS, Tip
from hueandcry.demo.organisations import Stage
from hueandcry.demo.progress import Say
from hueandcry.kernel.actor import Actor
from hueandcry.tips import actions, codes, envelope, intake, queries
from hueandcry.tips.envelope import Direction, Letter
from hueandcry.tips.intake import Filed


def send(stage: Stage, appeals: Published, *, say: Say) -> None:
    """Send every tip, in an order of its own, and lead the dialogues that some of them begin."""
    for done, tip in enumerate(TIPS):
        if done % 5 == 0:
            say(_("Tips"), done, len(TIPS))
        place = NO_APPEAL if tip.story == NO_APPEAL else appeals[tip.story].landing_code
        filed = _begin(tip, place)
        if tip.by:
            _work(tip, filed, programme_id=stage.programme.pk, by=stage.actors[tip.by])


def _begin(tip: Tip, place: str) -> Filed:
    found = landing(code=place, host=str(people.BOTH["public_host"]))
    assert found is not None  # the appeal is public and the agency has a programme
    assert found.programme_id is not None
    return intake.begin_tip(
        programme_id=found.programme_id,
        appeal_ref=found.appeal_ref,
        ticket=intake.new_ticket(),
        letter=Letter(tip.text, tip.details),
    )


def _work(tip: Tip, filed: Filed, *, programme_id: int, by: Actor) -> None:
    """Take the tip, lead its dialogue turn by turn, and close it if that is how it ends."""
    number = codes.parse_number(filed.number)
    actions.open_tip(number=number, by=by)
    actions.mark_read(number=number, position=1, by=by)
    actions.take_tip(number=number, by=by)
    for turn, text in enumerate(tip.turns):
        if turn % 2 == 0:
            _answer(number, text, by=by)
            continue
        held = intake.return_to_dialogue(programme_id=programme_id, number=filed.number, code=filed.groups)
        intake.send_message(programme_id=programme_id, talk_pass=held.talk_pass, letter=Letter(text))
        if turn + 1 < len(tip.turns) or tip.closed:  # what the desk answered or closed, it has read
            actions.mark_read(number=number, position=turn + 2, by=by)
    if tip.closed:
        actions.set_status(number=number, status="closed", by=by)


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
