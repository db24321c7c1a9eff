"""Reads of the library of answers: what may be used, what waits, what has lapsed, and how often each was used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.answers.models import Answer, AnswerUse, AnswerVersion
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.text import plain

S = AnswerVersion.Status
SOON = timedelta(days=30)  # an answer that lapses within this time is up for review
FOUND = 8  # answers shown while somebody types in compose
LOOKED_AT = 2_000  # questions that are read through for that
UNDONE_WITHIN = timedelta(days=1)  # whoever retired an answer may take that back
QUESTION, BEGINNING, ELSEWHERE = 4, 2, 1  # what a word counts, by where it stands


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer as a list shows it.

    current: the wording that counts, None before the first approval; waiting: one that somebody must decide on;
    returned: the latest wording, if it came back with a note; lapsed: the current one is past its day; soon: it lapses
    within a month; uses: how often any wording of it was used.
    """

    answer: Answer
    current: AnswerVersion | None
    waiting: AnswerVersion | None
    returned: AnswerVersion | None
    lapsed: bool
    soon: bool
    uses: int

    @property
    def usable(self) -> bool:
        """True if it may be put into a post now."""
        return self.current is not None and not self.lapsed and self.answer.retired_at is None


def today(agency_id: int) -> date:
    """The calendar day it is now where the agency is."""
    return _day(get_agency(agency_id).time_zone)


def _day(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date()


def get_answer(*, actor: Actor, answer_id: int, hold: bool = False) -> Answer:
    """The answer. hold: nobody else changes it until the transaction ends. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_READ)
    rows = Answer.objects.select_for_update() if hold else Answer.objects
    row = rows.filter(pk=answer_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such answer."))
    return row


def answer_line(*, actor: Actor, answer_id: int) -> AnswerLine:
    """One answer with what counts and what waits. Raises NotAllowed, NotFound."""
    return _lines([get_answer(actor=actor, answer_id=answer_id)], actor)[0]


def answers(*, actor: Actor, retired: bool = False) -> list[AnswerLine]:
    """Every answer of the agency by topic and question; or those that were retired. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Answer.objects.filter(agency_id=actor.agency_id, retired_at__isnull=not retired)
    return _lines(list(rows.order_by("topic", "question", "pk")), actor)


def fitting(lines: Iterable[AnswerLine], words: str) -> list[AnswerLine]:
    """Those in which every word occurs, the best first: the question counts more than the topic and the wording. Pure."""
    wanted = plain(words).split()[:8]
    if not wanted:
        return list(lines)
    scored = [(score, -place, line) for place, line in enumerate(lines) if (score := _score(line, wanted))]
    return [line for _score_, _place, line in sorted(scored, key=lambda item: item[:2], reverse=True)]


def find(*, actor: Actor, words: str) -> list[AnswerLine]:
    """What may be used now and fits these words, at most FOUND; without words, what is used most. Raises NotAllowed.

    Of at most LOOKED_AT answers question and topic are read; only those that are shown are read whole. In the wordings
    the database searches: there an accent counts unless it is typed.
    """
    actor.require(Permission.POST_READ)
    usable = _usable(actor)
    wanted = plain(words).split()[:8]
    if wanted:
        chosen = _by_question(usable, wanted)
        if len(chosen) < FOUND:
            rest = usable.exclude(pk__in=chosen).order_by("topic", "question", "pk")
            chosen += _in_wordings(rest, words.split()[:8])[: FOUND - len(chosen)]
    else:
        most = usable.annotate(uses=Count("versions__uses")).order_by("-uses", "topic", "question", "pk")
        chosen = list(most.values_list("pk", flat=True)[:FOUND])
    lines = {line.answer.pk: line for line in _lines(list(Answer.objects.filter(pk__in=chosen)), actor)}
    return fitting([lines[number] for number in chosen if number in lines], words)


def _usable(actor: Actor) -> QuerySet[Answer]:
    """The answers that may be used now, each with the number (`current_id`) of the wording that counts."""
    counts = AnswerVersion.objects.filter(answer=OuterRef("pk"), status=S.APPROVED).order_by("-number")
    rows = Answer.objects.filter(agency_id=actor.agency_id, retired_at__isnull=True)
    rows = rows.annotate(
        current_id=Subquery(counts.values("pk")[:1]), until=Subquery(counts.values("valid_until")[:1])
    )
    return rows.filter(until__gte=today(actor.agency_id))


def _by_question(usable: QuerySet[Answer], wanted: list[str]) -> list[int]:
    """Those in whose question or topic every word occurs, the best first, at most FOUND."""
    rows = usable.order_by("topic", "question", "pk").values_list("pk", "question", "topic")[:LOOKED_AT]
    scored = [
        (score, -place, pk)
        for place, (pk, question, topic) in enumerate(rows)
        if (score := _points(plain(question), plain(topic), wanted))
    ]
    return [pk for _score_, _place, pk in sorted(scored, reverse=True)[:FOUND]]


def _in_wordings(usable: QuerySet[Answer], typed: list[str]) -> list[int]:
    """Those in which every word occurs anywhere, also in the wording that counts, at most FOUND."""
    for word in typed:
        found = Q()
        for form in {word, plain(word)}:
            said = AnswerVersion.objects.filter(Q(formal__icontains=form) | Q(conversational__icontains=form))
            found |= Q(question__icontains=form) | Q(topic__icontains=form)
            found |= Q(Exists(said.filter(pk=OuterRef("current_id"))))
        usable = usable.filter(found)
    return list(usable.values_list("pk", flat=True)[:FOUND])


def owns(*, actor: Actor, answer: Answer) -> bool:
    """True if this person decides who answers for it and whether it is used: its owner, or who approves posts."""
    return answer.owner_ref == actor.ref or actor.may(Permission.POST_APPROVE)


def may_restore(*, actor: Actor, answer: Answer) -> bool:
    """True if this person may take it back into use, with the wording that counted when it was retired."""
    if not owns(actor=actor, answer=answer) or answer.retired_at is None:
        return False
    if answer.retired_by == actor.ref and clock.now() - answer.retired_at <= UNDONE_WITHIN:
        return True
    said = version_in_force(answer)
    return said is None or (actor.may(Permission.POST_APPROVE) and said.written_by != actor.ref)


def version_in_force(answer: Answer) -> AnswerVersion | None:
    """The wording that counts now, whether it has lapsed or not."""
    return answer.versions.filter(status=S.APPROVED).order_by("-number").first()


def waiting_version(answer: Answer) -> AnswerVersion | None:
    """The wording that somebody must decide on."""
    return answer.versions.filter(status=S.WAITING).first()


def versions(answer: Answer) -> list[AnswerVersion]:
    """Every wording of an answer, the latest first."""
    return list(answer.versions.order_by("-number"))


def uses_of(answer: Answer) -> dict[int, int]:
    """How often each wording was used: version id → times."""
    rows = AnswerUse.objects.filter(version__answer=answer).values_list("version_id")
    return dict(rows.annotate(Count("pk")).order_by())


def waiting_for(*, actor: Actor) -> list[AnswerVersion]:
    """Wordings that this person could decide on, the oldest first. Raises NotAllowed."""
    actor.require(Permission.POST_APPROVE)
    rows = AnswerVersion.objects.filter(
        answer__agency_id=actor.agency_id, answer__retired_at__isnull=True, status=S.WAITING
    )
    return list(rows.exclude(written_by=actor.ref).select_related("answer").order_by("written_at", "pk"))


def to_review(*, actor: Actor) -> list[AnswerLine]:
    """Answers that this person owns and that have lapsed, or lapse within a month with nothing new waiting.

    One query, since Today asks; how often they were used is not looked up. Raises NotAllowed.
    """
    actor.require(Permission.POST_READ)
    rows = AnswerVersion.objects.filter(
        answer__agency_id=actor.agency_id, answer__owner_ref=actor.ref, answer__retired_at__isnull=True
    )
    every: dict[Answer, list[AnswerVersion]] = {}
    for version in rows.select_related("answer__agency").order_by("answer__question", "answer_id", "number"):
        every.setdefault(version.answer, []).append(version)
    lines = [_line(answer, known, _day(answer.agency.time_zone), 0) for answer, known in every.items()]
    return [line for line in lines if (line.lapsed or line.soon) and line.waiting is None]


def own_use(*, actor: Actor, use_id: int) -> AnswerUse:
    """A use of this person's own, for the post that begins with it. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_DRAFT)
    rows = AnswerUse.objects.filter(agency_id=actor.agency_id, by_ref=actor.ref)
    row = rows.select_related("version__answer").filter(pk=use_id).first()
    if row is None:
        raise NotFound(_("There is no such answer."))
    return row


def _lines(rows: list[Answer], actor: Actor) -> list[AnswerLine]:
    """Two queries, however many there are."""
    day = today(actor.agency_id)
    every: dict[int, list[AnswerVersion]] = {}
    for version in AnswerVersion.objects.filter(answer__in=rows).order_by("number"):
        every.setdefault(version.answer_id, []).append(version)
    used = AnswerUse.objects.filter(version__answer__in=rows).values_list("version__answer_id")
    counted = dict(used.annotate(Count("pk")).order_by())
    return [_line(row, every.get(row.pk, []), day, counted.get(row.pk, 0)) for row in rows]


def _line(answer: Answer, known: list[AnswerVersion], day: date, uses: int) -> AnswerLine:
    current = next((item for item in reversed(known) if item.status == S.APPROVED), None)
    lapsed = current is not None and current.valid_until < day
    return AnswerLine(
        answer=answer,
        current=current,
        waiting=next((item for item in known if item.status == S.WAITING), None),
        returned=known[-1] if known and known[-1].status == S.RETURNED else None,
        lapsed=lapsed,
        soon=current is not None and not lapsed and current.valid_until <= day + SOON,
        uses=uses,
    )


def _score(line: AnswerLine, wanted: list[str]) -> int:
    """0 if any word occurs nowhere."""
    shown = line.current or line.waiting or line.returned
    also = f"{line.answer.topic} {shown.formal} {shown.conversational}" if shown else line.answer.topic
    return _points(plain(line.answer.question), plain(also), wanted)


def _points(question: str, also: str, wanted: list[str]) -> int:
    """The same of two plain texts, of which the question counts more."""
    total = 0
    for word in wanted:
        if any(item.startswith(word) for item in question.split()):
            total += QUESTION
        elif word in question:
            total += BEGINNING
        elif word in also:
            total += ELSEWHERE
        else:
            return 0
    return total
