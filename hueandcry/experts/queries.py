"""Reads of who knows about what, and of the questions to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Membership, Person
from hueandcry.agencies.roles import Role, permissions_of
from hueandcry.channels.models import Account, Holder
from hueandcry.experts.models import Expertise, Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.ids import person_number
from hueandcry.posts.models import Post

S = Question.Status
MOST = 200  # on one page
OPEN_DRAFT = (Post.Status.DRAFT, Post.Status.SUBMITTED, Post.Status.APPROVED)


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody of the agency and what they know about."""

    person: Person
    topics: tuple[str, ...]

    @property
    def named(self) -> str:
        """The name with the topics, for a list to choose from."""
        return f"{self.person.name} ({', '.join(self.topics)})" if self.topics else self.person.name


def colleagues(*, actor: Actor) -> list[Expert]:
    """Everybody of the agency who can be asked: those with topics first, then by name. Two queries. Raises NotAllowed."""
    actor.require(Permission.REQUEST_SEND)
    asked = [role for role in Role if Permission.REQUEST_SEND in permissions_of({role})]
    held = Membership.objects.filter(agency_id=actor.agency_id, ended_at__isnull=True, role__in=asked)
    people = {row.person_id: row.person for row in held.select_related("person")}
    topics: dict[int, list[str]] = defaultdict(list)
    for row in Expertise.objects.filter(agency_id=actor.agency_id, person__in=people).order_by("topic"):
        topics[row.person_id].append(row.topic)
    found = [Expert(person, tuple(topics[number])) for number, person in people.items()]
    return sorted(found, key=lambda item: (not item.topics, item.person.name.casefold(), item.person.pk))


def fitting(experts: list[Expert], topics: Collection[str]) -> list[Expert]:
    """The same with those first who know about one of these topics. Pure."""
    wanted = {topic.casefold() for topic in topics}
    return sorted(experts, key=lambda item: not wanted & {topic.casefold() for topic in item.topics})


def colleague(*, actor: Actor, person_id: int) -> Person:
    """Somebody of the agency who can be asked. Raises NotAllowed, NotFound."""
    found = next((item for item in colleagues(actor=actor) if item.person.pk == person_id), None)
    if found is None:
        raise NotFound(_("There is no such person in this agency."))
    return found.person


def get_question(*, actor: Actor, question_id: int, hold: bool = False) -> Question:
    """One question, for the expert, for whoever asked and for those who write posts. hold: nobody else changes it.

    Raises NotAllowed, NotFound (also for another agency's and for what is not theirs).
    """
    actor.require(Permission.REQUEST_SEND)
    rows = Question.objects.select_for_update(of=("self",)) if hold else Question.objects.all()
    row = rows.select_related("expert").filter(_seen_by(actor), pk=question_id).first()
    if row is None:
        raise NotFound(_("There is no such question."))
    return row


def waiting(*, actor: Actor) -> list[Question]:
    """What waits for this person, the soonest due first. One query, since Today asks.

    To experts: what they are asked. To whoever asked: replies to use, and questions that nobody answered in time.
    """
    mine = Q(expert_id=person_number(actor.ref), status=S.ASKED)
    mine |= Q(asker_ref=actor.ref) & (Q(status=S.ANSWERED) | Q(status=S.ASKED, due_at__lt=clock.now()))
    rows = Question.objects.filter(mine, agency_id=actor.agency_id).select_related("expert")
    return list(rows.order_by("due_at", "pk")[:MOST])


def questions(*, actor: Actor, show: str = "") -> list[Question]:
    """Questions by what `show` says: "" to this person, "asked" by them, "all" for those who write. Raises NotAllowed."""
    actor.require(Permission.REQUEST_SEND)
    rows = Question.objects.filter(agency_id=actor.agency_id).select_related("expert")
    if show == "asked":
        rows = rows.filter(asker_ref=actor.ref)
    elif show == "all" and actor.may(Permission.POST_DRAFT):
        rows = rows.exclude(status=S.WITHDRAWN)
    else:
        rows = rows.filter(expert_id=person_number(actor.ref)).exclude(status=S.WITHDRAWN)
    return sorted(rows.order_by("-pk")[:MOST], key=lambda row: row.status != S.ASKED)


def about_thing(*, actor: Actor, subject: str) -> list[Question]:
    """Questions about one thing, such as "post:12", newest first; none for those who do not write posts."""
    if not actor.may(Permission.POST_DRAFT):
        return []
    rows = Question.objects.filter(agency_id=actor.agency_id, about=subject).exclude(status=S.WITHDRAWN)
    return list(rows.select_related("expert").order_by("-pk"))


def is_late(row: Question) -> bool:
    """True if the expert should have answered by now."""
    return row.status == S.ASKED and row.due_at < clock.now()


def draft_of(row: Question) -> Post | None:
    """The draft that it was asked about, if it can still take words."""
    kind, _colon, number = row.about.partition(":")
    if kind != "post":
        return None
    return Post.objects.filter(pk=int(number), agency_id=row.agency_id, status__in=OPEN_DRAFT).first()


def own_accounts(*, person_id: int, agency_id: int) -> list[Account]:
    """Accounts in use that this person holds."""
    held = Holder.objects.filter(person_id=person_id, ended_at__isnull=True).values("account_id")
    rows = Account.objects.filter(pk__in=held, agency_id=agency_id).exclude(status__in=Account.SILENT)
    return list(rows.order_by("label", "pk"))


def _seen_by(actor: Actor) -> Q:
    agency = Q(agency_id=actor.agency_id)
    if actor.may(Permission.POST_DRAFT):
        return agency
    return agency & (Q(expert_id=person_number(actor.ref)) | Q(asker_ref=actor.ref))
