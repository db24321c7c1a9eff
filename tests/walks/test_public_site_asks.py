"""Whoever changes what the public site says has a course in force and no brake on; taking down is always possible."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.answers import actions as answers
from hueandcry.answers import public_actions
from hueandcry.appeals import actions as appeals
from hueandcry.appeals import update_actions as lines
from hueandcry.channels.voice_actions import hide_page, write_own_page
from hueandcry.kernel.errors import NotAllowed
from tests.factories import make_actor
from tests.factories_appeals import Team
from tests.factories_library import approved_answer, make_photograph, waiting_answer
from tests.factories_rules import brake, gate, number_of

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


@pytest.mark.parametrize("wrong", ["untrained", "braked"])
def test_no_page_of_the_public_site_says_more_through_somebody_who_may_not_speak(wrong: str) -> None:
    team = Team()
    by, other = team.approver, team.author
    public, ready, waiting = team.published(), team.approved(), team.draft()
    appeals.submit_appeal(appeal_id=waiting.pk, by=other)
    line = lines.propose_update(appeal_id=public.pk, text="The coat was blue.", by=other)
    new = waiting_answer(other, question="Where is the lost property office?")
    shown = approved_answer(other, by, question="When is it open?")
    retired = approved_answer(other, by, question="Who may come?")
    public_actions.show_answer(answer_id=shown.pk, register="formal", by=by)
    answers.retire_answer(answer_id=retired.pk, by=by)
    write_own_page(title="Inspector", about="I listen.", reach="", by=by)
    if wrong == "untrained":
        gate(team.agency)
    else:
        brake(make_actor(team.agency, Role.LEADER))
    ways: list[Callable[[], object]] = [
        lambda: appeals.approve_appeal(appeal_id=waiting.pk, by=by),
        lambda: appeals.publish_appeal(appeal_id=ready.pk, by=by, account_ids=[]),
        lambda: lines.approve_update(update_id=line.pk, by=by),
        lambda: lines.update_at_once(appeal_id=public.pk, text="Keep away.", reason="He is armed.", by=by),
        lambda: answers.approve_version(answer_id=new.pk, number=1, by=by),
        lambda: answers.restore_answer(answer_id=retired.pk, by=by),
        lambda: answers.change_answer(answer_id=shown.pk, topic="fools", owner_ref=other.ref, by=by),
        lambda: write_own_page(title="", about="They are all fools.", reach="", by=by),
        lambda: make_photograph(by, alt="They are all fools."),
    ]
    for way in ways:
        with pytest.raises(NotAllowed, match=r"course|paused"):
            way()
    write_own_page(
        title="Inspector", about="Kept for later.", reach="", shown=False, by=by
    )  # and off the site
    public_actions.hide_answer(answer_id=shown.pk, by=by)
    answers.retire_answer(answer_id=shown.pk, by=by)
    appeals.resolve_appeal(appeal_id=public.pk, outcome="found", by=by)
    appeals.withdraw_appeal(appeal_id=public.pk, reason="It names a child.", by=by)


def test_a_shown_page_is_taken_down_whatever_is_paused() -> None:
    team = Team()
    write_own_page(title="Inspector", about="I listen.", reach="", by=team.author)
    brake(make_actor(team.agency, Role.LEADER))
    hide_page(person_id=number_of(team.author), by=team.author)
