"""What may be done with an organisation to which people can turn: list it, approve its words, look again, take it out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.standing import require_standing
from hueandcry.answers.actions import Body, Lapsed, OwnWords
from hueandcry.answers.models import Partner
from hueandcry.answers.partners import get_partner, may_undo
from hueandcry.answers.queries import today
from hueandcry.channels.scope import require_speaks_for_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.given import fitting, one_line
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

LONGEST = {"name": 120, "purpose": 400, "phone": 40, "web": 300}
FARTHEST = timedelta(days=366)  # a telephone number older than that is a guess
WEB = re.compile(r"https?://[^\s/.]+\.[^\s]+")
TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
MOST_LANGUAGES = 12
WAITING: dict[str, Any] = {"approved_at": None, "approved_by": ""}


@dataclass(frozen=True, slots=True)
class Facts:
    """What everybody reads of a partner. languages: tags such as "fr"; review_on: the last day on which it is shown."""

    name: str
    purpose: str
    review_on: date
    phone: str = ""
    web: str = ""
    languages: tuple[str, ...] = ()


@transaction.atomic
def add_partner(*, facts: Facts, by: Actor) -> Partner:
    """List an organisation; everybody reads it once somebody else has approved it.

    Raises NotAllowed (also for a steward of a station), Invalid; Conflict if one of that name is listed.
    """
    by.require(Permission.POST_DRAFT)
    require_speaks_for_agency(by)
    given = _checked(facts, by)
    known = {"checked_on": today(by.agency_id), "checked_by": by.ref}
    try:
        with transaction.atomic():
            row = Partner.objects.create(
                agency_id=by.agency_id, written_at=clock.now(), written_by=by.ref, **known, **given
            )
    except IntegrityError:
        raise Conflict(_("An organisation of this name is listed already."), field="name") from None
    record(by=by, verb="partner.add", subject=ref("partner", row.pk), body=_body(row))
    return row


@transaction.atomic
def change_partner(*, partner_id: int, facts: Facts, by: Actor) -> Partner:
    """Say that somebody looked again, and what is different. Other words wait for somebody else's approval; a day does not.

    Raises NotAllowed (also without a course in force), NotFound, Invalid; Conflict if it was taken out, or another of
    that name is listed.
    """
    by.require(Permission.POST_DRAFT)
    require_speaks_for_agency(by)
    require_standing(by)
    row = get_partner(actor=by, partner_id=partner_id, hold=True)
    if row.retired_at is not None:
        raise Conflict(_("This organisation was taken out. Take it back first."))
    given = _checked(facts, by)
    other = any(getattr(row, name) != value for name, value in given.items() if name != "review_on")
    given |= {"checked_on": today(by.agency_id), "checked_by": by.ref}
    if other:
        given |= {"written_at": clock.now(), "written_by": by.ref, **WAITING}
    _update(row, **given)
    verb = "partner.change" if other else "partner.check"
    record(by=by, verb=verb, subject=ref("partner", row.pk), body=_body(row))
    return row


@transaction.atomic
def approve_partner(*, partner_id: int, seen: str, by: Actor) -> Partner:
    """Let everybody read it. seen: when the words that this person saw were written (ISO).

    Raises NotAllowed (also without a course in force), OwnWords, NotFound; Lapsed; Conflict if it does not wait, or was changed since.
    """
    by.require(Permission.POST_APPROVE)
    require_standing(by)
    row = get_partner(actor=by, partner_id=partner_id, hold=True)
    if row.approved_at is not None or row.retired_at is not None or row.written_at.isoformat() != seen:
        raise Conflict(_("This is not what waits any more. Reload to see it as it is now."))
    if row.written_by == by.ref:
        raise OwnWords(_("Somebody else must decide on what you wrote."))
    if row.review_on < today(by.agency_id):
        raise Lapsed(_("Its last day is over. Look again whether it is right, and give it another."))
    _update(row, approved_at=clock.now(), approved_by=by.ref)
    record(by=by, verb="partner.approve", subject=ref("partner", row.pk), body=_body(row))
    return row


@transaction.atomic
def retire_partner(*, partner_id: int, by: Actor) -> Partner:
    """Take it out: nobody reads it any more. Raises NotAllowed, NotFound, Conflict if it was taken out already."""
    by.require(Permission.POST_DRAFT)
    require_speaks_for_agency(by)
    row = get_partner(actor=by, partner_id=partner_id, hold=True)
    if row.retired_at is not None:
        raise Conflict(_("This organisation was taken out already."))
    _update(row, retired_at=clock.now(), retired_by=by.ref)
    record(by=by, verb="partner.retire", subject=ref("partner", row.pk), body={"name": row.name})
    return row


@transaction.atomic
def restore_partner(*, partner_id: int, by: Actor) -> Partner:
    """Take it back: as it was for whoever took it out less than a day ago, else waiting for approval.

    Raises NotAllowed (also without a course in force), NotFound, Conflict if it was not taken out, or another of that
    name is listed.
    """
    by.require(Permission.POST_DRAFT)
    require_speaks_for_agency(by)
    require_standing(by)
    row = get_partner(actor=by, partner_id=partner_id, hold=True)
    if row.retired_at is None:
        raise Conflict(_("This organisation was not taken out."))
    stale = {} if may_undo(row, by) else {"written_at": clock.now(), "written_by": by.ref, **WAITING}
    _update(row, retired_at=None, retired_by="", **stale)
    record(by=by, verb="partner.restore", subject=ref("partner", row.pk))
    return row


def _update(row: Partner, **changes: Any) -> None:
    """Raises Conflict if another of that name is listed."""
    try:
        with transaction.atomic():
            Partner.objects.filter(pk=row.pk).update(**changes)
    except IntegrityError:
        raise Conflict(_("An organisation of this name is listed already."), field="name") from None
    row.refresh_from_db()


def _checked(facts: Facts, by: Actor) -> dict[str, Any]:
    """The columns. Raises Invalid."""
    given: dict[str, Any] = {}
    for name, longest in LONGEST.items():
        given[name] = fitting(one_line(getattr(facts, name)), field=name, longest=longest)
    for name in ("name", "purpose"):
        if not given[name]:
            raise Invalid(_("Fill this in."), field=name)
    if not (given["phone"] or given["web"]):
        raise Invalid(_("Say how people reach it: a telephone number or an address."), field="phone")
    if given["web"] and not WEB.fullmatch(given["web"]):
        raise Invalid(_("An address begins with https://"), field="web")
    tags = [tag.strip() for tag in facts.languages if tag.strip()]
    if len(tags) > MOST_LANGUAGES or not all(TAG.fullmatch(tag) for tag in tags):
        raise Invalid(_("Write languages as en, fr: at most %d.") % MOST_LANGUAGES, field="languages")
    day = today(by.agency_id)
    if not day <= facts.review_on <= day + FARTHEST:
        raise Invalid(_("Choose a day from today on, at most a year away."), field="review_on")
    return {**given, "languages": list(dict.fromkeys(tags)), "review_on": facts.review_on}


def _body(row: Partner) -> Body:
    return {
        "name": row.name,
        "text": row.purpose,
        "phone": row.phone,
        "link": row.web,
        "language": ", ".join(row.languages),
        "until": row.review_on.isoformat(),
    }
