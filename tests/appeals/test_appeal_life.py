"""The life of an appeal: two people, a record of every step, and no way around either."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions, picture_actions, queries, tasks, update_actions
from hueandcry.appeals.models import Appeal, AppealUpdate
from hueandcry.appeals.writing import NotReady
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.posts.models import Post
from hueandcry.records.queries import entries, entry
from tests.factories import make_actor, make_agency, make_programme
from tests.factories_appeals import Team, content

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


def verbs(team: Team, appeal: Appeal) -> list[str]:
    keeper = make_actor(team.agency, Role.RECORD_KEEPER)
    return [line.verb for line in reversed(entries(actor=keeper, subject=ref("appeal", appeal.pk)))]


# --- writing ----------------------------------------------------------------------------------------


def test_references_count_up_within_an_agency_and_may_be_chosen() -> None:
    team, other = Team(), Team()
    assert [team.draft().reference for _ in range(2)] == ["PE-1001", "PE-1002"]
    assert team.draft(reference="pe-2418").reference == "PE-2418"
    assert team.draft().reference == "PE-2419"
    assert other.draft().reference == "PE-1001"
    with pytest.raises(actions.ReferenceTaken):
        team.draft(reference="2418")
    for nonsense in ("XX-1", "PE-0", "PE-12345678", "../PE-1"):
        with pytest.raises(Invalid, match="A reference looks like PE-2418"):
            team.draft(reference=nonsense)


def test_an_agency_without_a_prefix_takes_its_initials() -> None:
    agency = make_agency(reference_prefix="", slug="mill-lane-force")
    author = make_actor(agency, Role.AUTHOR)
    assert actions.draft_appeal(content=content(), by=author).reference == "MLF-1001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"kind": "gossip"}, "kind"),
        ({"happened_from": None}, "happened_from"),
        ({"happened_to": datetime(2020, 1, 1, tzinfo=UTC)}, "happened_to"),
    ],
)
def test_what_cannot_be_kept_is_refused_naming_the_field(changes: dict[str, object], field: str) -> None:
    team = Team()
    with pytest.raises(Invalid) as refusal:
        team.draft(**changes)
    assert refusal.value.field == field


def test_editing_after_submission_or_approval_sends_it_back_to_draft() -> None:
    team = Team()
    appeal = team.approved(pictures=1)
    changed = actions.edit_appeal(appeal_id=appeal.pk, content=content(place="Old Town"), by=team.author)
    assert (changed.status, changed.approved_by, changed.submitted_by) == ("draft", "", "")
    with pytest.raises(Conflict):
        actions.publish_appeal(appeal_id=appeal.pk, by=team.author)
    assert verbs(team, appeal)[-2:] == ["appeal.take-back", "appeal.edit"]


def test_a_public_appeal_is_not_edited() -> None:
    team = Team()
    appeal = team.published(pictures=1)
    picture_id = queries.pictures_of(appeal)[0].id
    with pytest.raises(Conflict, match="Add an update"):
        actions.edit_appeal(appeal_id=appeal.pk, content=content(title="Silently other"), by=team.author)
    with pytest.raises(Conflict):
        picture_actions.remove_picture(appeal_id=appeal.pk, picture_id=picture_id, by=team.author)
    with pytest.raises(Conflict):
        picture_actions.describe_picture(
            appeal_id=appeal.pk, picture_id=picture_id, alt="x", caption="", by=team.author
        )


@pytest.mark.parametrize("year", [1, 9999])
def test_a_year_that_was_mistyped_is_named(year: int) -> None:
    moment = datetime(year, 6, 1, 12, tzinfo=UTC)
    with pytest.raises(Invalid, match=f"year: {year}") as refused:
        Team().draft(happened_from=moment, happened_to=moment)
    assert refused.value.field == "happened_from"


# --- approval ---------------------------------------------------------------------------------------


def test_nobody_approves_their_own_appeal() -> None:
    agency = make_agency()
    both = make_actor(agency, Role.AUTHOR, Role.APPROVER)
    appeal = actions.draft_appeal(content=content(), by=both)
    actions.submit_appeal(appeal_id=appeal.pk, by=both)
    with pytest.raises(actions.AuthorCannotApprove):
        actions.approve_appeal(appeal_id=appeal.pk, by=both)


def test_whoever_wrote_a_part_or_submitted_it_cannot_approve_either() -> None:
    team = Team()
    second = make_actor(team.agency, Role.APPROVER, name="Bill Tennant")
    appeal = team.draft()
    actions.edit_appeal(appeal_id=appeal.pk, content=content(place="Quay"), by=second)
    actions.edit_appeal(appeal_id=appeal.pk, content=content(place="Old Town"), by=team.author)
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    with pytest.raises(actions.AuthorCannotApprove):
        actions.approve_appeal(appeal_id=appeal.pk, by=second)
    assert actions.approve_appeal(appeal_id=appeal.pk, by=team.approver).status == "approved"


def test_the_database_itself_refuses_an_appeal_approved_by_its_author() -> None:
    team = Team()
    appeal = team.draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(approved_by=team.author.ref, approved_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(status="published")


def test_an_appeal_is_not_ready_until_everything_is_said() -> None:
    team = Team()
    blank = dict.fromkeys(["what_happened", "we_ask", "purpose", "necessity", "proportionality"], "")
    appeal = team.draft(pictures=1, review_on=None, **blank)
    picture_id = queries.pictures_of(appeal)[0].id
    picture_actions.describe_picture(
        appeal_id=appeal.pk, picture_id=picture_id, alt=" ", caption="", by=team.author
    )
    with pytest.raises(NotReady) as refusal:
        actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    assert set(refusal.value.lacking) == {*blank, "review_on", "pictures"}
    assert "picture 1" in refusal.value.lacking["pictures"]


def test_what_the_approver_saw_is_what_is_approved() -> None:
    team = Team()
    appeal = team.draft()
    seen = appeal.revision
    actions.edit_appeal(appeal_id=appeal.pk, content=content(title="Another heading"), by=team.author)
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    with pytest.raises(Conflict, match="changed after you opened it"):
        actions.approve_appeal(appeal_id=appeal.pk, revision=seen, by=team.approver)


def test_a_returned_appeal_carries_the_note_until_it_is_submitted_again() -> None:
    team = Team()
    appeal = team.draft()
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    with pytest.raises(Invalid):
        actions.return_appeal(appeal_id=appeal.pk, note=" ", by=team.approver)
    actions.return_appeal(appeal_id=appeal.pk, note="Blur the child.", by=team.approver)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.return_note) == ("draft", "Blur the child.")
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    appeal.refresh_from_db()
    assert appeal.return_note == ""


def test_of_two_who_approve_at_once_one_wins() -> None:
    team = Team()
    appeal = team.draft()
    actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    actions.approve_appeal(appeal_id=appeal.pk, by=team.approver)
    with pytest.raises(Conflict):
        actions.approve_appeal(appeal_id=appeal.pk, by=make_actor(team.agency, Role.APPROVER))


# --- in public --------------------------------------------------------------------------------------


def test_publishing_announces_with_the_card_and_records_what_was_published() -> None:
    team = Team()
    appeal = team.published(pictures=2, reference="PE-2418")
    post = Post.objects.get(subject=ref("appeal", appeal.pk))
    assert post.link.endswith("/appeals/PE-2418/")
    assert post.link.startswith(f"http://{team.agency.public_host}:")
    assert post.text.startswith(appeal.title)
    assert post.picture["alt"] == "A drawn figure, number 0"
    assert post.picture["mime"] == "image/jpeg"
    assert post.approved_by == team.approver.ref
    assert verbs(team, appeal) == [
        "appeal.draft",
        "appeal.add-picture",
        "appeal.add-picture",
        "appeal.submit",
        "appeal.approve",
        "appeal.publish",
    ]
    keeper = make_actor(team.agency, Role.RECORD_KEEPER)
    line = entries(actor=keeper, verb="appeal.publish")[0]
    body = entry(actor=keeper, entry_id=line.id).body or {}
    assert body["title"] == appeal.title
    assert str(body["picture_2"]).endswith("A drawn figure, number 1 | Dock Street 1")
    assert body["shows_people"] == 1


def test_the_text_for_the_networks_is_approved_with_the_rest() -> None:
    team = Team()
    appeal = team.published(announcement="Can you help? See our page.")
    assert Post.objects.get(subject=ref("appeal", appeal.pk)).text == "Can you help? See our page."


def test_an_appeal_can_be_published_without_announcing_it() -> None:
    team = Team()
    actions.publish_appeal(appeal_id=team.approved().pk, account_ids=[], by=team.author)
    assert Post.objects.count() == 0


def test_an_appeal_whose_review_date_has_passed_since_is_not_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    team = Team()
    appeal = team.approved()
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotReady, match="review date has passed"):
        actions.publish_appeal(appeal_id=appeal.pk, by=team.author)


def test_an_update_is_a_dated_line_and_may_set_the_next_review() -> None:
    team = Team()
    appeal = team.published()
    next_review = (clock.now() + timedelta(days=40)).date()
    line = team.update(appeal, "The coat was blue.", kind="correction", review_on=next_review)
    appeal.refresh_from_db()
    assert (appeal.review_on, appeal.changed_at) == (next_review, line.at)
    assert queries.updates_of(appeal) == [line]
    for text, changes in (
        ("", {}),
        ("x" * 2001, {}),
        ("x", {"kind": "gossip"}),
        ("x", {"review_on": date(2020, 1, 1)}),
    ):
        with pytest.raises(Invalid):
            team.update(appeal, text, **changes)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        team.update(team.draft(), "x")
    assert AppealUpdate.objects.count() == 1


def test_resolving_and_withdrawing_take_the_announcements_back() -> None:
    team = Team()
    for verb in ("resolve", "withdraw"):
        appeal = team.published()
        if verb == "resolve":
            actions.resolve_appeal(appeal_id=appeal.pk, outcome="found", by=team.author)
        else:
            actions.withdraw_appeal(appeal_id=appeal.pk, reason="Wrong person.", by=team.approver)
        assert Post.objects.get(subject=ref("appeal", appeal.pk)).status == "withdrawn"
        assert verbs(team, appeal)[-1] == f"appeal.{verb}"


def test_a_withdrawal_needs_a_reason_and_ends_everything() -> None:
    team = Team()
    appeal = team.published()
    with pytest.raises(Invalid):
        actions.withdraw_appeal(appeal_id=appeal.pk, reason="  ", by=team.approver)
    actions.withdraw_appeal(appeal_id=appeal.pk, reason="Wrong person.", by=team.approver)
    for act in (
        lambda: actions.withdraw_appeal(appeal_id=appeal.pk, reason="again", by=team.approver),
        lambda: actions.resolve_appeal(appeal_id=appeal.pk, outcome="found", by=team.author),
        lambda: actions.publish_appeal(appeal_id=appeal.pk, by=team.author),
        lambda: actions.edit_appeal(appeal_id=appeal.pk, content=content(), by=team.author),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_resolved_appeal_can_still_be_withdrawn() -> None:
    team = Team()
    appeal = team.published()
    actions.resolve_appeal(appeal_id=appeal.pk, outcome="found", by=team.author)
    assert (
        actions.withdraw_appeal(appeal_id=appeal.pk, reason="Asked by the family.", by=team.approver).status
        == "withdrawn"
    )


# --- who may, and who sees --------------------------------------------------------------------------


def test_each_step_asks_for_its_permission() -> None:
    team = Team()
    nobody = make_actor(team.agency, Role.RECORD_KEEPER)
    appeal = team.published(pictures=1)
    mine = {"appeal_id": appeal.pk, "by": nobody}
    for act in (
        lambda: actions.draft_appeal(content=content(), by=nobody),
        lambda: actions.edit_appeal(content=content(), **mine),
        lambda: picture_actions.add_picture(data=b"", file_name="", alt="", **mine),
        lambda: picture_actions.describe_picture(picture_id=1, alt="", caption="", **mine),
        lambda: picture_actions.move_picture(picture_id=1, earlier=True, **mine),
        lambda: picture_actions.remove_picture(picture_id=1, **mine),
        lambda: actions.submit_appeal(**mine),
        lambda: actions.approve_appeal(**mine),
        lambda: actions.return_appeal(note="x", **mine),
        lambda: actions.publish_appeal(**mine),
        lambda: actions.take_back_appeal(**mine),
        lambda: actions.take_back_approval(**mine),
        lambda: picture_actions.restore_picture(removed_id=1, **mine),
        lambda: picture_actions.order_pictures(picture_ids=[], **mine),
        lambda: update_actions.propose_update(text="x", **mine),
        lambda: update_actions.update_at_once(text="x", reason="x", **mine),
        lambda: actions.resolve_appeal(outcome="found", **mine),
        lambda: actions.withdraw_appeal(reason="x", **mine),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_another_agencys_appeal_is_not_found() -> None:
    theirs, ours = Team(), Team()
    appeal = theirs.published(pictures=1)

    def refused(by: Actor) -> None:
        for act in (
            lambda: queries.get_appeal(actor=by, appeal_id=appeal.pk),
            lambda: queries.appeal_by_reference(actor=by, reference=appeal.reference),
            lambda: actions.withdraw_appeal(appeal_id=appeal.pk, reason="x", by=by),
            lambda: update_actions.update_at_once(appeal_id=appeal.pk, text="x", reason="x", by=by),
        ):
            with pytest.raises(NotFound):
                act()

    refused(ours.approver)
    assert queries.appeals(actor=ours.author) == []


# --- review -----------------------------------------------------------------------------------------


def test_a_review_that_is_due_is_put_on_the_record_once_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    team = Team()
    appeal = team.published()
    assert tasks.review_due() == 0
    assert queries.counts(actor=team.author)["review"] == 0
    later = clock.now() + timedelta(days=14)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [tasks.review_due(), tasks.review_due()] == [1, 0]
    appeal.refresh_from_db()
    assert appeal.status == "published"
    assert verbs(team, appeal)[-1] == "appeal.review-due"
    assert queries.counts(actor=team.author)["review"] == 1
    team.update(appeal, "Still open.", review_on=(later + timedelta(days=7)).date())
    assert queries.counts(actor=team.author)["review"] == 0
    assert tasks.review_due() == 0


# --- the way to the tip form ------------------------------------------------------------------------


def test_a_landing_code_leads_to_its_appeal_while_it_is_public() -> None:
    team = Team()
    appeal = team.approved(title="Do you know him?")
    host = team.agency.public_host
    assert queries.landing(code=appeal.landing_code, host=host) is None
    actions.publish_appeal(appeal_id=appeal.pk, by=team.author)
    landing = queries.landing(code=appeal.landing_code, host=host.upper())
    assert landing is not None
    assert (landing.appeal_ref, landing.title) == (appeal.reference, "Do you know him?")
    assert landing.programme_id == team.agency.tip_programme_id is not None
    assert (landing.phone, landing.emergency_number) == ("555 0100", "999")
    assert queries.landing(code=appeal.landing_code, host=Team().agency.public_host) is None
    assert queries.landing(code=appeal.landing_code, host="nobody.example") is None
    actions.withdraw_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    assert queries.landing(code=appeal.landing_code, host=host) is None


def test_the_code_start_belongs_to_no_appeal() -> None:
    agency = make_agency()
    landing = queries.landing(code="start", host=agency.public_host)
    assert landing is not None
    assert (landing.appeal_ref, landing.title, landing.programme_id) == ("", "", None)
    make_programme(agency=agency)
    assert queries.landing(code="start", host=agency.public_host).programme_id is not None  # type: ignore[union-attr]
