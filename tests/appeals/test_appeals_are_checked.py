"""An appeal is looked at like a post before it goes out."""

from __future__ import annotations

from typing import Any

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.appeals import actions, checking, update_actions
from hueandcry.appeals.models import Appeal, AppealUpdate, Status
from hueandcry.appeals.queries import pictures_of
from hueandcry.assets.rights import Statement
from hueandcry.assets.rights_actions import state_rights
from hueandcry.matters import actions as matters
from hueandcry.matters.models import Answered
from hueandcry.records.models import Entry
from tests.factories_appeals import Team

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
GUILTY = "On Saturday the burglar was caught by a neighbour and is off our streets."
CHILD = "Mira Osei, 14, was charged with theft and is due in youth court on Monday."


@pytest.fixture
def team() -> Team:
    team = Team()
    Agency.objects.filter(pk=team.agency.pk).update(law_pack="england-wales")
    return team


def rules(team: Team, appeal: Appeal, level: str) -> list[str]:
    looked = checking.look(appeal, reader=team.author)
    return [item.rule for item in looked.findings if item.level == level]


def test_a_warning_asks_for_a_reason_which_is_kept_and_shown_to_who_decides(team: Team) -> None:
    appeal = team.draft(what_happened=GUILTY)
    assert "guilt-language" in rules(team, appeal, "warn")
    with pytest.raises(checking.NeedsReason):
        actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author, reason="He was convicted this morning.")
    assert set(Answered.objects.values_list("reason", flat=True)) == {"He was convicted this morning."}
    assert Entry.objects.filter(verb="case.proceed", subject=f"appeal:{appeal.pk}").count() == 1
    assert checking.look(appeal, reader=team.approver).open == []
    approved = actions.approve_appeal(appeal_id=appeal.pk, by=team.approver)
    assert approved.status == Status.APPROVED


def test_what_the_law_forbids_is_not_handed_in_approved_or_published_whoever_answers(team: Team) -> None:
    for fresh in (team.draft(what_happened=CHILD), team.draft(announcement=CHILD)):
        with pytest.raises(checking.Stopped):
            actions.submit_appeal(appeal_id=fresh.pk, by=team.author, reason="Everybody knows her.")
    waiting, approved = team.draft(), team.approved(title="The fire at Dock Street")
    actions.submit_appeal(appeal_id=waiting.pk, by=team.author)
    Appeal.objects.filter(pk__in=[waiting.pk, approved.pk]).update(we_ask=CHILD)
    with pytest.raises(checking.Stopped):
        actions.approve_appeal(appeal_id=waiting.pk, by=team.approver)
    with pytest.raises(checking.Stopped):
        actions.publish_appeal(appeal_id=approved.pk, by=team.author, account_ids=[])


def test_captions_are_read_and_a_matter_that_is_held_is_found(team: Team) -> None:
    appeal = team.draft(pictures=1)
    picture = pictures_of(appeal)[0]
    appeal.pictures.update(caption="After the Harbour Bridge shooting")
    held: dict[str, Any] = {"title": "Bridge", "words": ["Harbour Bridge shooting"], "reason": "Others look."}
    matters.hold_matter(by=team.approver, **held)
    assert rules(team, appeal, "warn") == ["held-matter"]
    appeal.pictures.update(caption="")
    assert rules(team, appeal, "warn") == []
    assert "picture-rights" in rules(team, appeal, "hint")  # nobody has said whose it is: shown, and said
    given = {"owner": "case", "people": "missing", "minors": "none"}
    state_rights(what=f"asset:{picture.asset_id}", statement=Statement(**given), by=team.author)
    assert rules(team, appeal, "stop") == ["picture-rights"]


def test_the_stage_and_the_names_of_the_case_are_known_to_the_check(team: Team) -> None:
    appeal = team.draft(what_happened=GUILTY, announcement=CHILD)
    subject = checking.subject_of(appeal)
    matters.say_stage(subject=subject, stage="convicted", by=team.author)
    matters.clear_names(subject=subject, names=["Mira Osei"], why="Order 4 of the court", by=team.approver)
    looked = checking.look(appeal, reader=team.author)
    assert [item.rule for item in looked.findings if item.level != "hint"] == []
    assert any("Convicted" in line for line in looked.lines)


def test_a_line_of_a_public_appeal_is_looked_at_too(team: Team) -> None:
    appeal = team.published()
    words = "Thank you: the burglar is off our streets."
    with pytest.raises(checking.NeedsReason):
        update_actions.propose_update(appeal_id=appeal.pk, text=words, by=team.author)
    line = update_actions.propose_update(
        appeal_id=appeal.pk, text=words, by=team.author, proceed="He was convicted this morning."
    )
    assert update_actions.approve_update(update_id=line.pk, by=team.approver).text == words
    with pytest.raises(checking.Stopped):
        update_actions.propose_update(appeal_id=appeal.pk, text=CHILD, by=team.author, proceed="Known.")
    with pytest.raises(checking.Stopped):
        update_actions.update_at_once(appeal_id=appeal.pk, text=CHILD, reason="Danger.", by=team.author)
    assert AppealUpdate.objects.filter(appeal=appeal).count() == 1
