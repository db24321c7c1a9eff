"""Pause one person, one account, one topic, one unit or all, with a reason and an end; and lift it (R25)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import brakes
from hueandcry.agencies.models import Brake, Membership, Unit
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

LONGEST = timedelta(days=30)
LONGEST_REASON = 120
LONGEST_TOPIC = 60
Scope = Brake.Scope


class OwnBrake(NotAllowed):
    """Nobody lifts the brake that was put on themselves."""


@transaction.atomic
def apply_brake(
    *, scope: str, scope_id: str, reason: str, until: datetime, by: Actor, scope_name: str = ""
) -> Brake:
    """Pause posting at once; what is due meanwhile is held back. Taking posts down is never paused.

    scope: a Brake.Scope; scope_id: the id of the person, unit or account, or the topic's word; scope_name: what the
    account is called (the register is above this room). Raises NotAllowed, NotFound, Invalid; Conflict if it is
    paused as long already.
    """
    by.require(Permission.BRAKE)
    moment, words = clock.now(), " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        raise Invalid(
            _("Say in a few words why, at most %d characters: everybody concerned reads it.")
            % LONGEST_REASON,
            field="reason",
        )
    if not moment < until <= moment + LONGEST:
        raise Invalid(_("Choose an end within the next %d days.") % LONGEST.days, field="until")
    known, name = _named(scope, scope_id.strip(), scope_name.strip(), by=by)
    for row in brakes.in_force(agency_id=by.agency_id).rows:
        if (row.scope, row.scope_id) == (scope, known) and row.until >= until:
            raise Conflict(
                _("This is paused as long already. Lift that pause first if it shall end earlier.")
            )
    brake = Brake.objects.create(
        agency_id=by.agency_id,
        scope=scope,
        scope_id=known,
        scope_name=name[:120],
        reason=words,
        begun_at=moment,
        until=until,
        by_ref=by.ref,
        by_name=by.name,
    )
    body: dict[str, str | int | None] = {
        "scope": scope,
        "what": name,
        "what_id": known,
        "reason": words,
        "until": until.isoformat(timespec="minutes"),
    }
    record(by=by, verb="brake.apply", subject=ref("brake", brake.pk), body=body)
    return brake


@transaction.atomic
def lift_brake(*, brake_id: int, by: Actor) -> Brake:
    """End a pause before its time, with any other of the same thing; what was held back goes out.

    Raises NotAllowed (also OwnBrake), NotFound; Conflict if it is over already.
    """
    by.require(Permission.BRAKE)
    brake = brakes.get_brake(actor=by, brake_id=brake_id)
    if brake.scope == Scope.PERSON and by.ref == ref("person", int(brake.scope_id)):
        raise OwnBrake(_("Somebody else must lift a pause that was put on you."))
    same = [
        row
        for row in brakes.in_force(agency_id=by.agency_id).rows
        if (row.scope, row.scope_id) == (brake.scope, brake.scope_id)
    ]
    lifted = Brake.objects.filter(pk__in=[row.pk for row in same], lifted_at__isnull=True)
    if brake.pk not in {row.pk for row in same} or not lifted.update(lifted_at=clock.now(), lifted_by=by.ref):
        raise Conflict(_("This pause is over already."))
    record(by=by, verb="brake.lift", subject=ref("brake", brake.pk), body={"what": brake.scope_name})
    brake.refresh_from_db()
    return brake


def _named(scope: str, scope_id: str, name: str, *, by: Actor) -> tuple[str, str]:
    """The id as it is kept, and the name. Raises Invalid, and NotFound for what is not in the agency."""
    match scope:
        case Scope.ALL:
            return "", ""
        case Scope.TOPIC:
            if not scope_id or len(scope_id) > LONGEST_TOPIC:
                raise Invalid(_("Say which topic."), field="scope_id")
            return brakes.plain_topic(scope_id), scope_id
        case Scope.PERSON | Scope.UNIT | Scope.ACCOUNT if scope_id.isdigit():
            known = str(int(scope_id))
            return known, name if scope == Scope.ACCOUNT else _name_of(scope, int(known), by=by)
    raise Invalid(_("Choose what to pause."), field="scope")


def _name_of(scope: str, number: int, *, by: Actor) -> str:
    if scope == Scope.PERSON:
        held = Membership.objects.filter(person_id=number, agency_id=by.agency_id, ended_at__isnull=True)
        name = held.values_list("person__name", flat=True).first()
    else:
        name = Unit.objects.filter(pk=number, agency_id=by.agency_id).values_list("name", flat=True).first()
    if name is None:
        raise NotFound(_("There is nobody and nothing like that in this agency."))
    return name
