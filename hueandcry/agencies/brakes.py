"""What is paused now: for one person, account, topic or unit, or for all. Asked before anything goes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency, Brake, Person, Unit
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound

SHOWN = 200  # ended brakes that the page lists


@dataclass(frozen=True, slots=True)
class InForce:
    """The brakes of one agency that are in force at this moment, the one that lasts longest first.

    parents: unit id → the unit it belongs to, where a unit is paused; zone: the agency's time zone.
    """

    rows: tuple[Brake, ...] = ()
    zone: str = "UTC"
    parents: dict[int, int | None] = field(default_factory=dict)

    @property
    def everything(self) -> Brake | None:
        """The brake on everything, if there is one."""
        return self._first(Brake.Scope.ALL, {""})

    def on_person(self, person_id: int) -> Brake | None:
        """What pauses this person, apart from a brake on everything."""
        return self._first(Brake.Scope.PERSON, {str(person_id)})

    def on_account(self, account_id: int, unit_id: int | None) -> Brake | None:
        """What pauses this account, itself or through the unit it belongs to or one above that."""
        return self._first(Brake.Scope.ACCOUNT, {str(account_id)}) or self.on_unit(unit_id)

    def on_unit(self, unit_id: int | None) -> Brake | None:
        """What pauses this unit, itself or through one above it."""
        line: set[str] = set()
        while unit_id is not None and str(unit_id) not in line:
            line.add(str(unit_id))
            unit_id = self.parents.get(unit_id)
        return self._first(Brake.Scope.UNIT, line)

    def on_topics(self, topics: Iterable[str]) -> Brake | None:
        """What pauses one of these topics."""
        return self._first(Brake.Scope.TOPIC, {plain_topic(topic) for topic in topics})

    def _first(self, scope: str, ids: set[str]) -> Brake | None:
        return next((row for row in self.rows if row.scope == scope and row.scope_id in ids), None)

    def said(self, brake: Brake) -> str:
        """One sentence for whoever meets it: what is paused, until when, why."""
        return _("%(what)s until %(until)s: %(reason)s") % {
            "what": what_is_paused(brake),
            "until": self.until(brake),
            "reason": brake.reason,
        }

    def until(self, brake: Brake) -> str:
        """When it ends by itself, in the agency's zone."""
        return in_words(brake.until, self.zone)


def in_words(moment: datetime, zone: str) -> str:
    """A moment as people say it in this zone (IANA name)."""
    return format_date(moment.astimezone(ZoneInfo(zone)), _("j F Y, H:i"))


def plain_topic(topic: str) -> str:
    """A topic as it is compared: without capitals and outer spaces."""
    return topic.strip().casefold()


def what_is_paused(brake: Brake) -> str:
    """What it pauses, as the beginning of a sentence."""
    name = brake.scope_name
    match brake.scope:
        case Brake.Scope.ALL:
            return _("All posting is paused")
        case Brake.Scope.TOPIC:
            return _("Posts about “%s” are paused") % name
        case Brake.Scope.PERSON:
            return _("Posts by %s are paused") % name
        case _unused:
            return _("Posting on “%s” is paused") % name


def in_force(*, agency_id: int) -> InForce:
    """What is paused in this agency now. One query while nothing is."""
    moment = clock.now()
    rows = tuple(
        Brake.objects.filter(
            agency_id=agency_id, begun_at__lte=moment, until__gt=moment, lifted_at__isnull=True
        ).order_by("-until", "pk")
    )
    if not rows:
        return InForce()
    zone = Agency.objects.values_list("time_zone", flat=True).get(pk=agency_id)
    parents: dict[int, int | None] = {}
    if any(row.scope == Brake.Scope.UNIT for row in rows):
        parents = dict(Unit.objects.filter(agency_id=agency_id).values_list("pk", "parent_id"))
    return InForce(rows=rows, zone=zone, parents=parents)


def people_to_pause(*, actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of everybody who holds a role in the agency, by name. Raises NotAllowed."""
    actor.require(Permission.BRAKE)
    held = {"memberships__agency_id": actor.agency_id, "memberships__ended_at__isnull": True}
    rows = Person.objects.filter(**held, joined_at__isnull=False).distinct().order_by("name", "pk")
    return list(rows.values_list("pk", "name"))


def get_brake(*, actor: Actor, brake_id: int) -> Brake:
    """The brake. Raises NotFound, also for another agency's."""
    row = Brake.objects.filter(pk=brake_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such pause."))
    return row


def ended(*, actor: Actor) -> list[Brake]:
    """Pauses that are over, the latest first. Raises NotAllowed."""
    actor.require(Permission.BRAKE)
    now = in_force(agency_id=actor.agency_id).rows
    rows = Brake.objects.filter(agency_id=actor.agency_id).exclude(pk__in=[row.pk for row in now])
    return list(rows.order_by("-pk")[:SHOWN])
