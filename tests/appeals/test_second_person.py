"""What goes out needs two people, and whoever decides sees what changed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions, comparing, picture_actions, queries, update_actions, versions
from hueandcry.appeals.models import AppealVersion, ProposedUpdate
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.queries import entries, entry
from tests.factories import make_actor
from tests.factories_appeals import Team, content

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


def last_entry(team: Team, appeal_id: int) -> tuple[str, dict[str, object]]:
    keeper = make_actor(team.agency, Role.RECORD_KEEPER)
    line = entries(actor=keeper, subject=ref("appeal", appeal_id))[0]
    return line.verb, dict(entry(actor=keeper, entry_id=line.id).body or {})


# --- lines of a public appeal -----------------------------------------------------------------------


def test_a_line_is_public_only_when_somebody_else_lets_it_out() -> None:
    team = Team()
    appeal = team.published()
    line = update_actions.propose_update(appeal_id=appeal.pk, text="The coat was blue.", by=team.author)
    assert queries.updates_of(appeal) == []
    assert queries.published(team.agency.pk)[0].updates == []
    assert last_entry(team, appeal.pk)[0] == "appeal.propose-update"
    assert queries.updates_waiting_for(actor=team.author) == []
    assert queries.updates_waiting_for(actor=team.approver) == [line]
    shown = update_actions.approve_update(update_id=line.pk, by=team.approver)
    assert queries.updates_of(appeal) == [shown]
    assert shown.by_ref == team.author.ref
    verb, body = last_entry(team, appeal.pk)
    assert (verb, body["text"], body["author"]) == ("appeal.update", "The coat was blue.", team.author.ref)
    with pytest.raises(Conflict):
        update_actions.approve_update(update_id=line.pk, by=team.approver)


def test_nobody_lets_out_their_own_line_nor_does_the_database() -> None:
    team = Team()
    appeal = team.published()
    line = update_actions.propose_update(appeal_id=appeal.pk, text="Mine.", by=team.approver)
    with pytest.raises(update_actions.AuthorCannotDecide):
        update_actions.approve_update(update_id=line.pk, by=team.approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedUpdate.objects.filter(pk=line.pk).update(decided_by=team.approver.ref)


def test_a_line_can_be_returned_with_a_note_or_taken_back_by_its_author() -> None:
    team = Team()
    appeal = team.published()
    one, two = (
        update_actions.propose_update(appeal_id=appeal.pk, text=text, by=team.author) for text in "ab"
    )
    with pytest.raises(Invalid):
        update_actions.return_update(update_id=one.pk, note=" ", by=team.approver)
    update_actions.return_update(update_id=one.pk, note="Say which day.", by=team.approver)
    with pytest.raises(NotAllowed):
        update_actions.take_back_update(update_id=two.pk, by=team.approver)
    update_actions.take_back_update(update_id=two.pk, by=team.author)
    one.refresh_from_db()
    assert (one.status, one.note) == ("returned", "Say which day.")
    with pytest.raises(Conflict):
        update_actions.approve_update(update_id=two.pk, by=team.approver)
    assert queries.updates_of(appeal) == []


def test_a_danger_is_corrected_at_once_with_a_reason_and_looked_at_afterwards() -> None:
    team = Team()
    appeal = team.published()
    with pytest.raises(Invalid, match="which danger"):
        update_actions.update_at_once(
            appeal_id=appeal.pk, text="Do not approach.", reason=" ", by=team.author
        )
    shown = update_actions.update_at_once(
        appeal_id=appeal.pk, text="Do not approach.", reason="He is armed.", by=team.author
    )
    assert queries.updates_of(appeal) == [shown]
    verb, body = last_entry(team, appeal.pk)
    assert (verb, body["at_once_because"]) == ("appeal.update", "He is armed.")
    (line,) = queries.updates_waiting_for(actor=team.approver)
    with pytest.raises(update_actions.AuthorCannotDecide):
        update_actions.look_at_update(update_id=line.pk, by=make_same(team))
    update_actions.look_at_update(update_id=line.pk, by=team.approver)
    assert queries.updates_waiting_for(actor=team.approver) == []
    assert last_entry(team, appeal.pk)[0] == "appeal.look-at-update"


def make_same(team: Team) -> object:
    """The author, as if they could approve too."""
    return type(team.author)(team.author.ref, team.author.name, team.agency.pk, team.approver.permissions)


def test_a_line_that_waits_is_never_shown_once_the_appeal_is_over() -> None:
    team = Team()
    appeal = team.published()
    line = update_actions.propose_update(appeal_id=appeal.pk, text="Too late.", by=team.author)
    actions.resolve_appeal(appeal_id=appeal.pk, outcome="found", by=team.author)
    with pytest.raises(Conflict):
        update_actions.approve_update(update_id=line.pk, by=team.approver)
    other = Team()
    with pytest.raises(NotFound):
        update_actions.approve_update(update_id=line.pk, by=other.approver)


# --- taking back ------------------------------------------------------------------------------------


def test_a_submission_is_taken_back_by_its_writers_only_and_until_it_is_decided() -> None:
    team = Team()
    appeal = team.draft()
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    with pytest.raises(NotAllowed):
        actions.take_back_appeal(appeal_id=appeal.pk, by=team.approver)
    assert actions.take_back_appeal(appeal_id=appeal.pk, by=team.author).status == "draft"
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    assert AppealVersion.objects.filter(appeal=appeal).count() == 1
    actions.approve_appeal(appeal_id=appeal.pk, by=team.approver)
    with pytest.raises(Conflict):
        actions.take_back_appeal(appeal_id=appeal.pk, by=team.author)


def test_an_approval_is_taken_back_by_who_gave_it_until_it_is_public() -> None:
    team = Team()
    appeal = team.approved()
    other = make_actor(team.agency, Role.APPROVER, name="Bill Tennant")
    with pytest.raises(NotAllowed):
        actions.take_back_approval(appeal_id=appeal.pk, by=other)
    back = actions.take_back_approval(appeal_id=appeal.pk, by=team.approver)
    assert (back.status, back.approved_by, back.approved_at) == ("submitted", "", None)
    assert versions.decided_before(appeal) is None
    with pytest.raises(Conflict):
        actions.publish_appeal(appeal_id=appeal.pk, by=team.author)
    actions.approve_appeal(appeal_id=appeal.pk, by=team.approver)
    actions.publish_appeal(appeal_id=appeal.pk, by=team.author)
    with pytest.raises(Conflict):
        actions.take_back_approval(appeal_id=appeal.pk, by=team.approver)


def test_a_picture_taken_out_comes_back_where_it_stood() -> None:
    team = Team()
    appeal = team.draft(pictures=3)
    second = queries.pictures_of(appeal)[1]
    removed = picture_actions.remove_picture(appeal_id=appeal.pk, picture_id=second.id, by=team.author)
    assert len(queries.pictures_of(appeal)) == 2
    stranger = team.draft()
    with pytest.raises(NotFound):
        picture_actions.restore_picture(appeal_id=stranger.pk, removed_id=removed.pk, by=team.author)
    picture_actions.restore_picture(appeal_id=appeal.pk, removed_id=removed.pk, by=team.author)
    found = queries.pictures_of(appeal)
    assert [item.place for item in found] == [1, 2, 3]
    assert (found[1].asset_id, found[1].caption) == (second.asset_id, second.caption)
    with pytest.raises(NotFound):
        picture_actions.restore_picture(appeal_id=appeal.pk, removed_id=removed.pk, by=team.author)


def test_pictures_are_brought_into_any_order_but_only_all_of_them() -> None:
    team = Team()
    appeal = team.draft(pictures=3)
    ids = [item.id for item in queries.pictures_of(appeal)]
    picture_actions.order_pictures(appeal_id=appeal.pk, picture_ids=ids[::-1], by=team.author)
    assert [item.id for item in queries.pictures_of(appeal)] == ids[::-1]
    with pytest.raises(Conflict):
        picture_actions.order_pictures(appeal_id=appeal.pk, picture_ids=ids[:2], by=team.author)


# --- versions and differences -----------------------------------------------------------------------


def test_every_submission_is_kept_and_compared_with_the_last_decision() -> None:
    team = Team()
    appeal = team.draft(pictures=2)
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    assert versions.decided_before(appeal) is None
    actions.return_appeal(appeal_id=appeal.pk, note="Name the day.", by=team.approver)
    first, second = queries.pictures_of(appeal)
    actions.edit_appeal(appeal_id=appeal.pk, content=content(place="Old Town"), by=team.author)
    picture_actions.remove_picture(appeal_id=appeal.pk, picture_id=first.id, by=team.author)
    picture_actions.describe_picture(
        appeal_id=appeal.pk, picture_id=second.id, alt="A drawn figure, number 9", caption="", by=team.author
    )
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    before, now = versions.decided_before(appeal), versions.last_of(appeal)
    assert before
    assert now
    assert (before.decision, before.note, before.decided_by) == (
        "returned",
        "Name the day.",
        team.approver.ref,
    )
    assert before.digest != now.digest
    changed = {item.name: item.parts for item in comparing.fields(before.content, now.content)}
    assert [part.text for part in changed["place"] if part.how == "added"] == ["Old Town"]
    pictures = comparing.pictures(before.pictures, now.pictures)
    assert [(item.how, item.asset_id) for item in pictures] == [
        ("words", second.asset_id),
        ("removed", first.asset_id),
    ]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        (
            "a red coat",
            "a blue coat",
            [("same", "a "), ("removed", "red"), ("added", "blue"), ("same", " coat")],
        ),
        ("one two", "uno dos", [("removed", "one two"), ("added", "uno dos")]),
        ("same", "same", [("same", "same")]),
        ("", "", []),
    ],
)
def test_texts_are_compared_word_by_word(before: str, after: str, found: list[tuple[str, str]]) -> None:
    parts = comparing.words(before, after)
    assert [(part.how, part.text) for part in parts] == found
    assert "".join(part.text for part in parts if part.how != "removed") == after
    assert "".join(part.text for part in parts if part.how != "added") == before
