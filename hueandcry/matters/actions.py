"""Hold a matter and lift it; say where a case stands; clear names; answer for warnings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.matters import queries
from hueandcry.matters.models import Answered, Case, Matter, Stage
from hueandcry.records.entry import record

MOST_WORDS, LONGEST_WORDS, SHORTEST_WORDS = 40, 120, 3  # phrases of a matter; characters of one
MOST_NAMES = 20
LONGEST_REASON = 500
Body = dict[str, str | int | None]


@transaction.atomic
def hold_matter(
    *,
    title: str,
    words: Iterable[str],
    reason: str,
    by: Actor,
    ask: str = "",
    permitted: str = "",
    until: date | None = None,
    blind: bool = False,
    forbidden: bool = False,
) -> Matter:
    """Say what may not be spoken of. words: names and phrases that mean it; ask: whom to ask, this person if empty.

    Of a blind one the record keeps who, when and until when, never what it is or why. Raises NotAllowed, Invalid.
    """
    by.require(Permission.MATTER_HOLD)
    phrases = list(dict.fromkeys(filter(None, (" ".join(item.split()) for item in words))))
    _require_whole(title, phrases, reason)
    if until is not None and until < queries.today(by.agency_id):
        raise Invalid(_("That day has passed. Choose a later one, or leave it empty."), field="until")
    matter = Matter.objects.create(
        agency_id=by.agency_id,
        title=title.strip(),
        words=phrases,
        permitted=permitted.strip()[:300],
        reason=reason.strip(),
        ask=(ask.strip() or by.name)[:120],
        blind=blind,
        forbidden=forbidden,
        until=until,
        held_at=clock.now(),
        held_by=by.ref,
    )
    told: Body = (
        {} if blind else {"title": matter.title, "words": ", ".join(phrases), "reason": matter.reason}
    )
    body: Body = {
        **told,
        "until": str(until) if until else None,
        "blind": int(blind),
        "forbidden": int(forbidden),
    }
    record(by=by, verb="matter.hold", subject=ref("matter", matter.pk), body=body)
    return matter


@transaction.atomic
def lift_matter(*, matter_id: int, reason: str, by: Actor) -> Matter:
    """End a hold before its day. Raises NotAllowed, NotFound, Invalid; Conflict if it is over already."""
    by.require(Permission.MATTER_HOLD)
    matter = queries.get_matter(actor=by, matter_id=matter_id)
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise Invalid(_("Say why it may be spoken of again."), field="lift")
    open_ = Matter.objects.filter(pk=matter.pk, lifted_at__isnull=True)
    if not open_.update(lifted_at=clock.now(), lifted_by=by.ref, lifted_why=words):
        raise Conflict(_("This is lifted already."))
    body: Body = {} if matter.blind else {"title": matter.title, "reason": words}
    record(by=by, verb="matter.lift", subject=ref("matter", matter.pk), body=body)
    matter.refresh_from_db()
    return matter


@transaction.atomic
def say_stage(*, subject: str, stage: str, by: Actor, page: str = "") -> Case:
    """Say where the case stands that this post or appeal speaks of. page: the public address of the appeal.

    Raises NotAllowed, Invalid.
    """
    _require_writes(subject, by)
    if stage not in Stage.values:
        raise Invalid(_("Choose where the case stands."), field="stage")
    case, made = _case(subject, by, page)
    if case.stage != stage or made:
        Case.objects.filter(pk=case.pk).update(stage=stage, stage_by=by.ref, said_at=clock.now())
        record(by=by, verb="case.say-stage", subject=subject, body={"stage": stage})
        case.refresh_from_db()
    return case


@transaction.atomic
def clear_names(*, subject: str, names: Iterable[str], why: str, by: Actor, page: str = "") -> Case:
    """Say which names may stand in this post or appeal, in place of those cleared before; none takes them all back.

    why: on whose word, such as a court's order. Raises NotAllowed, Invalid.
    """
    by.require(Permission.MATTER_HOLD)
    kept = sorted({" ".join(name.split()) for name in names} - {""})
    if len(kept) > MOST_NAMES or any(not SHORTEST_WORDS <= len(name) <= LONGEST_WORDS for name in kept):
        raise Invalid(_("Write at most twenty names, one in a line."), field="names")
    if kept and not why.strip():
        raise Invalid(_("Say on whose word the names may be said. It is kept on the record."), field="why")
    case, _made = _case(subject, by, page)
    words = why.strip()[:LONGEST_REASON]
    Case.objects.filter(pk=case.pk).update(names=kept, why=words, names_by=by.ref, said_at=clock.now())
    record(by=by, verb="case.clear-names", subject=subject, body={"names": ", ".join(kept), "reason": words})
    case.refresh_from_db()
    return case


@transaction.atomic
def answer_warnings(*, subject: str, warnings: Iterable[tuple[str, str]], reason: str, by: Actor) -> int:
    """Keep why these warnings, each (rule, what was found), may stand. Returns how many. Raises NotAllowed, Invalid."""
    _require_writes(subject, by)
    words, given = reason.strip()[:1000], list(warnings)
    if not given:
        return 0
    if not words:
        raise Invalid(_("Say why it may go out like this: the reason is kept."), field="reason")
    Answered.objects.bulk_create(
        Answered(
            agency_id=by.agency_id,
            subject=subject,
            rule=rule[:60],
            found=found[:300],
            reason=words,
            at=clock.now(),
            by_ref=by.ref,
        )
        for rule, found in given
    )
    rules = ", ".join(sorted({rule for rule, _found in given}))
    record(by=by, verb="case.proceed", subject=subject, body={"rules": rules, "reason": words})
    return len(given)


def _require_whole(title: str, phrases: list[str], reason: str) -> None:
    """Raises Invalid, naming the field."""
    if not title.strip() or len(title.strip()) > LONGEST_WORDS:
        raise Invalid(_("Give it a short name."), field="title")
    if not phrases or len(phrases) > MOST_WORDS:
        raise Invalid(_("Write 1 to 40 names or phrases that mean it, one in a line."), field="words")
    if any(not SHORTEST_WORDS <= len(item) <= LONGEST_WORDS for item in phrases):
        raise Invalid(_("A name or phrase has 3 to 120 characters."), field="words")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise Invalid(_("Say why, in at most 500 characters."), field="reason")


def _require_writes(subject: str, by: Actor) -> None:
    """Who says something of a case writes what speaks of it."""
    by.require(Permission.APPEAL_DRAFT if subject.startswith("appeal:") else Permission.POST_DRAFT)


def _case(subject: str, by: Actor, page: str) -> tuple[Case, bool]:
    fresh = {"page": page[:300], "said_at": clock.now()}
    return Case.objects.get_or_create(agency_id=by.agency_id, subject=subject[:80], defaults=fresh)
