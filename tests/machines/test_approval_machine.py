"""Approval, lived through at random: six people do everything an appeal knows, in any order, also what they may not.

Beside the house runs a model of a few lines. What the model allows must work and leave its entry on the record; what it
does not allow must be refused and change nothing. What the public reads was approved as it stands, by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions, update_actions
from hueandcry.appeals.models import Appeal, AppealUpdate, ProposedUpdate, Status
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Refusal
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_appeals import content
from tests.machines.living import Life, live

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
S, U, P = Status, ProposedUpdate.Status, Permission
OPEN = {S.DRAFT, S.SUBMITTED, S.APPROVED}
ANYBODY = st.integers(0, 5)
Call = Callable[[], Any]


class ApprovalLife(Life):
    """One appeal. `mood`: where the model says it stands."""

    people: list[Actor]

    @initialize(who=st.integers(0, 4))
    def begin(self, who: int) -> None:
        """Somebody writes it."""
        author = self.people[who]
        appeal = actions.draft_appeal(content=content(), by=author)
        self.pk, self.mood = appeal.pk, S.DRAFT
        self.writers, self.author, self.submitter, self.approver = {author.ref}, author.ref, "", ""
        self.revision, self.text, self.approved_text = 1, appeal.we_ask, ""
        self.lines: dict[int, tuple[str, str]] = {}  # what was proposed: author, where it stands

    def attempt(self, by: Actor, *, may: bool, call: Call) -> Any:
        """Try it. Returns what it gave, or None if it was refused, which is right only if it may not."""
        before, entries = self.as_it_is(), Entry.objects.count()
        refused, done = "", None
        try:
            with transaction.atomic():
                done = call()
        except Refusal as refusal:
            refused = refusal.sentence or type(refusal).__name__
        if refused:
            assert not may, f"{by.name} was refused: {refused}"
            assert (self.as_it_is(), Entry.objects.count()) == (before, entries), (
                "a refusal changed something"
            )
            return None
        assert may, f"{by.name} was let through while it was {self.mood}"
        newest = Entry.objects.order_by("-pk")[: Entry.objects.count() - entries]
        assert newest, "nothing stands on the record"
        assert {entry.actor for entry in newest} == {by.ref}
        return done or True

    def as_it_is(self) -> list[Any]:
        """Every row of the appeal and its lines."""
        return [
            list(Appeal.objects.values()),
            list(ProposedUpdate.objects.order_by("pk").values()),
            list(AppealUpdate.objects.order_by("pk").values()),
        ]

    @rule(who=ANYBODY, stale=st.booleans(), text=st.sampled_from(["Call us.", "Write to us.", "Come in."]))
    def edit(self, who: int, text: str, *, stale: bool) -> None:
        """Write it anew, seeing what stands now or something older."""
        by = self.people[who]
        seen = self.revision - 1 if stale else self.revision
        done = self.attempt(
            by,
            may=P.APPEAL_DRAFT in by.permissions and self.mood in OPEN and not stale,
            call=lambda: actions.edit_appeal(
                appeal_id=self.pk, content=content(we_ask=text), by=by, revision=seen
            ),
        )
        if done:
            self.mood, self.text, self.approver, self.submitter = S.DRAFT, text, "", ""
            self.writers.add(by.ref)
            self.revision += 1

    @rule(who=ANYBODY)
    def submit(self, who: int) -> None:
        """Hand it in."""
        by = self.people[who]
        may = P.APPEAL_DRAFT in by.permissions and self.mood == S.DRAFT
        if self.attempt(by, may=may, call=lambda: actions.submit_appeal(appeal_id=self.pk, by=by)):
            self.mood, self.submitter = S.SUBMITTED, by.ref

    @rule(who=ANYBODY)
    def take_back(self, who: int) -> None:
        """Take it back to write on."""
        by = self.people[who]
        mine = P.APPEAL_DRAFT in by.permissions and by.ref in {*self.writers, self.submitter}
        may = mine and self.mood == S.SUBMITTED
        if self.attempt(by, may=may, call=lambda: actions.take_back_appeal(appeal_id=self.pk, by=by)):
            self.mood, self.submitter = S.DRAFT, ""

    @rule(who=ANYBODY, note=st.sampled_from(["Say where.", " "]))
    def give_back(self, who: int, note: str) -> None:
        """Return it with a note."""
        by = self.people[who]
        may = P.APPEAL_APPROVE in by.permissions and self.mood in {S.SUBMITTED, S.APPROVED} and note != " "
        if self.attempt(by, may=may, call=lambda: actions.return_appeal(appeal_id=self.pk, note=note, by=by)):
            self.mood, self.submitter, self.approver = S.DRAFT, "", ""

    @rule(who=ANYBODY, stale=st.booleans())
    def approve(self, who: int, *, stale: bool) -> None:
        """Approve it, having seen what stands now or something older."""
        by = self.people[who]
        apart = by.ref not in {*self.writers, self.author, self.submitter}
        may = P.APPEAL_APPROVE in by.permissions and self.mood == S.SUBMITTED and apart and not stale
        seen = self.revision - 1 if stale else self.revision
        if self.attempt(
            by, may=may, call=lambda: actions.approve_appeal(appeal_id=self.pk, by=by, revision=seen)
        ):
            self.mood, self.approver, self.approved_text = S.APPROVED, by.ref, self.text

    @rule(who=ANYBODY)
    def think_again(self, who: int) -> None:
        """Take one's approval back."""
        by = self.people[who]
        may = P.APPEAL_APPROVE in by.permissions and self.mood == S.APPROVED and by.ref == self.approver
        if self.attempt(by, may=may, call=lambda: actions.take_back_approval(appeal_id=self.pk, by=by)):
            self.mood, self.approver = S.SUBMITTED, ""

    @rule(who=ANYBODY)
    def publish(self, who: int) -> None:
        """Let it out."""
        by = self.people[who]
        may = P.APPEAL_PUBLISH in by.permissions and self.mood == S.APPROVED
        if self.attempt(
            by, may=may, call=lambda: actions.publish_appeal(appeal_id=self.pk, by=by, account_ids=[])
        ):
            self.mood = S.PUBLISHED

    @rule(who=ANYBODY, take_down=st.booleans(), seldom=st.integers(0, 3))
    def end(self, who: int, seldom: int, *, take_down: bool) -> None:
        """End it, or take it down. Seldom, so that lives have a middle."""
        by = self.people[who]
        if seldom and self.mood == S.PUBLISHED:
            return
        if take_down:
            may = P.APPEAL_WITHDRAW in by.permissions and self.mood in {S.PUBLISHED, S.RESOLVED}
            call: Call = lambda: actions.withdraw_appeal(appeal_id=self.pk, reason="Found.", by=by)  # noqa: E731
        else:
            may = P.APPEAL_PUBLISH in by.permissions and self.mood == S.PUBLISHED
            call = lambda: actions.resolve_appeal(appeal_id=self.pk, outcome="found", by=by)  # noqa: E731
        if self.attempt(by, may=may, call=call):
            self.mood = S.WITHDRAWN if take_down else S.RESOLVED
            self.lines = {
                pk: (author, U.TAKEN_BACK if where == U.WAITING else where)
                for pk, (author, where) in self.lines.items()
            }

    @rule(who=ANYBODY)
    def propose(self, who: int) -> None:
        """Write a line for the public page."""
        by = self.people[who]
        may = P.APPEAL_DRAFT in by.permissions and self.mood == S.PUBLISHED
        line = self.attempt(
            by,
            may=may,
            call=lambda: update_actions.propose_update(appeal_id=self.pk, text="It was blue.", by=by),
        )
        if line:
            self.lines[line.pk] = (by.ref, U.WAITING)

    @rule(who=ANYBODY)
    def at_once(self, who: int) -> None:
        """Correct a danger without waiting."""
        by = self.people[who]
        may = P.APPEAL_PUBLISH in by.permissions and self.mood == S.PUBLISHED
        line = self.attempt(
            by,
            may=may,
            call=lambda: update_actions.update_at_once(
                appeal_id=self.pk, text="Do not go near.", reason="Armed.", by=by
            ),
        )
        if line:
            self.lines[ProposedUpdate.objects.get(line=line).pk] = (by.ref, U.URGENT)

    @precondition(lambda self: self.lines)
    @rule(
        who=ANYBODY,
        which=st.integers(0, 20),
        what=st.sampled_from(["approve", "return", "take-back", "look-at"]),
    )
    def decide(self, who: int, which: int, what: str) -> None:
        """Decide on a line."""
        by, pk = self.people[who], sorted(self.lines)[which % len(self.lines)]
        author, where = self.lines[pk]
        second = by.ref != author and P.APPEAL_APPROVE in by.permissions
        may, call, then = {
            "approve": (
                second and where == U.WAITING,
                lambda: update_actions.approve_update(update_id=pk, by=by),
                U.SHOWN,
            ),
            "return": (
                second and where == U.WAITING,
                lambda: update_actions.return_update(update_id=pk, note="Which blue?", by=by),
                U.RETURNED,
            ),
            "take-back": (
                by.ref == author and P.APPEAL_DRAFT in by.permissions and where == U.WAITING,
                lambda: update_actions.take_back_update(update_id=pk, by=by),
                U.TAKEN_BACK,
            ),
            "look-at": (
                second and where == U.URGENT,
                lambda: update_actions.look_at_update(update_id=pk, by=by),
                U.LOOKED_AT,
            ),
        }[what]
        if self.attempt(by, may=may, call=call):
            self.lines[pk] = (author, then)

    @invariant()
    def it_stands_where_the_model_says(self) -> None:
        """Row and model agree."""
        if not hasattr(self, "pk"):
            return
        row = Appeal.objects.get(pk=self.pk)
        assert (row.status, row.approved_by, set(row.writers)) == (self.mood, self.approver, self.writers)
        found = {line.pk: (line.author_ref, line.status) for line in ProposedUpdate.objects.all()}
        assert found == self.lines

    @invariant()
    def what_is_public_was_approved_as_it_stands_by_somebody_else(self) -> None:
        """The law of two people."""
        if not hasattr(self, "pk") or self.mood in {S.DRAFT, S.SUBMITTED}:
            return
        row = Appeal.objects.get(pk=self.pk)
        assert row.we_ask == self.approved_text
        assert row.approved_by
        assert row.approved_by not in {*row.writers, row.author_ref, row.submitted_by}
        for line in ProposedUpdate.objects.filter(status__in=[U.SHOWN, U.LOOKED_AT]):
            assert line.decided_by not in {"", line.author_ref}
        shown = ProposedUpdate.objects.filter(status__in=[U.SHOWN, U.LOOKED_AT, U.URGENT])
        assert set(AppealUpdate.objects.values_list("pk", flat=True)) == set(
            shown.values_list("line_id", flat=True)
        )


@pytest.fixture
def people(db: None) -> list[Actor]:
    agency = make_agency()
    roles = [
        (Role.AUTHOR,), (Role.AUTHOR,), (Role.APPROVER,), (Role.APPROVER,), (Role.AUTHOR, Role.APPROVER),
        (Role.ADMINISTRATOR,),
    ]  # fmt: skip
    return [make_actor(agency, *held, name=f"Person {number}") for number, held in enumerate(roles)]


def machine(people: list[Actor]) -> type[ApprovalLife]:
    return type("Lived", (ApprovalLife,), {"people": people})


def test_nothing_is_public_that_a_second_person_did_not_approve(people: list[Actor]) -> None:
    live(machine(people))


def test_the_machine_sees_an_author_who_approves(
    people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = actions.queries.get_appeal

    def forgets_who_wrote(**told: Any) -> Appeal:
        row = kept(**told)
        row.writers = [row.author_ref]
        row.submitted_by = ""
        return row

    monkeypatch.setattr(actions.queries, "get_appeal", forgets_who_wrote)
    with pytest.raises(AssertionError):
        live(machine(people), broken=True)


def test_the_machine_sees_an_approval_of_what_was_changed_since(
    people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.writing, "same", lambda _appeal, _revision: None)
    with pytest.raises(AssertionError, match="was let through"):
        live(machine(people), broken=True)
