"""What everybody reads of the library of answers: its public pages. Told to anybody, so no actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from hueandcry.agencies.queries import get_agency
from hueandcry.answers.models import Answer, AnswerVersion, PublicAnswer
from hueandcry.answers.queries import today


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the public site. number: for its short address; checked_on: the day of approval where the agency is; until: good so long."""

    number: int
    slug: str
    question: str
    topic: str
    language: str
    text: str
    checked_on: date
    until: date

    @property
    def path(self) -> str:
        """Its address."""
        return f"/answers/{self.slug}/"

    @property
    def short(self) -> str:
        """The same page under a short address, for a letter or the telephone."""
        return f"/a/{self.number}/"


def public_answers(agency_id: int) -> list[Shown]:
    """The answers on the public site now, by topic and question: approved, not lapsed, not retired. Three queries."""
    rows = PublicAnswer.objects.filter(
        agency_id=agency_id, hidden_at__isnull=True, answer__retired_at__isnull=True
    )
    counted: dict[int, AnswerVersion] = {}
    said = AnswerVersion.objects.filter(answer__public__in=rows, status=AnswerVersion.Status.APPROVED)
    for version in said.order_by("number"):
        counted[version.answer_id] = version
    day = today(agency_id)
    good = {number: version for number, version in counted.items() if version.valid_until >= day}
    found = rows.select_related("answer").order_by("answer__topic", "answer__question", "pk")
    zone = ZoneInfo(get_agency(agency_id).time_zone)
    return [_shown(row, good[row.answer_id], zone) for row in found if row.answer_id in good]


def gone_paths(agency_id: int) -> list[str]:
    """Addresses of answers that were on the public site and are not now."""
    now = {item.number for item in public_answers(agency_id)}
    rows = PublicAnswer.objects.filter(agency_id=agency_id).exclude(pk__in=now).values_list("pk", "slug")
    return [path for number, slug in rows for path in (f"/answers/{slug}/", f"/a/{number}/")]


def is_public(answer: Answer) -> bool:
    """True if it was put on the public site and not taken off again."""
    return PublicAnswer.objects.filter(answer=answer, hidden_at__isnull=True).exists()


def public_of(answer: Answer) -> PublicAnswer | None:
    """Whether it is on the public site, for the desk: the row, also of one that was taken off."""
    return PublicAnswer.objects.filter(answer=answer).first()


def _shown(row: PublicAnswer, version: AnswerVersion, zone: ZoneInfo) -> Shown:
    answer = row.answer
    return Shown(
        row.pk,
        row.slug,
        answer.question,
        answer.topic,
        answer.language,
        str(getattr(version, row.register)),
        (version.decided_at or version.written_at).astimezone(zone).date(),
        version.valid_until,
    )
