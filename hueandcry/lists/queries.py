"""Reads of lists: what can be chosen, figures, estimates. None of them opens an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies.models import Unit
from hueandcry.agencies.queries import get_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.segments import segments
from hueandcry.lists.choices import TOPICS, Level, Medium, awake_at, has
from hueandcry.lists.models import Message, Sending, SlipAside, Subscriber, SubscriberList

NIGHT = (22, 7)  # from, to: hours in which a person is asked whether they would wake people
S = Subscriber.Status


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list as the desk shows one. row: None while the list was never opened. Counts are of people."""

    medium: Medium
    row: SubscriberList | None
    active: int = 0
    waiting: int = 0
    paused: int = 0

    @property
    def is_open(self) -> bool:
        """True if people can join."""
        return self.row is not None and self.row.closed_at is None


@dataclass(frozen=True, slots=True)
class Estimate:
    """To how many people a message would go. segments: parts billed, for SMS; asleep: in their quiet hours now.

    sentence: for whoever writes it; wake: a question to answer before it goes, "" if there is none; cost: what the parts
    cost, or that their price is not known; "" where nothing is billed.
    """

    people: int
    segments: int
    asleep: int
    sentence: str
    wake: str
    cost: str = ""


def open_media(agency_id: int) -> list[Medium]:
    """The media on which the agency's lists can be joined, for the public page."""
    rows = SubscriberList.objects.filter(agency_id=agency_id, closed_at__isnull=True)
    found = set(rows.values_list("medium", flat=True))
    return [medium for medium in Medium if medium.value in found]


def areas(agency_id: int) -> list[tuple[str, str]]:
    """What can be chosen as an area: (slug, name) of the agency's stations, or of its divisions if it has none."""
    rows = Unit.objects.filter(agency_id=agency_id, is_public=True, closed_at__isnull=True)
    for kind in (Unit.Kind.STATION, Unit.Kind.DIVISION):
        found = list(rows.filter(kind=kind).order_by("name").values_list("slug", "name"))
        if found:
            return found
    return []


def areas_reached(agency_id: int, slugs: Sequence[str]) -> tuple[str, ...]:
    """The areas that people could choose which a message for these units is for; none of them means everywhere.

    A unit below a station stands for its station, a division for the stations below it.
    """
    offered = {slug for slug, _name in areas(agency_id)}
    rows = list(Unit.objects.filter(agency_id=agency_id).values_list("pk", "slug", "parent_id"))
    by_id = {number: (slug, parent) for number, slug, parent in rows}

    def above(number: int | None) -> list[str]:
        found: list[str] = []
        while number in by_id and len(found) < len(by_id):
            slug, number = by_id[number]
            found.append(slug)
        return found

    lines = [above(number) for number, _slug, _parent in rows]  # each unit, then what it belongs to
    reached: set[str] = set()
    for wanted in slugs:
        up = next((line for line in lines if line[0] == wanted), [])
        nearest = next((slug for slug in up if slug in offered), None)
        reached |= (
            {nearest} if nearest else {line[0] for line in lines if wanted in line and line[0] in offered}
        )
    return tuple(sorted(reached))


def unit_numbers(agency_id: int, slugs: Sequence[str]) -> list[int]:
    """The ids of the agency's units with these slugs. For the worker."""
    return list(Unit.objects.filter(agency_id=agency_id, slug__in=slugs).values_list("pk", flat=True))


def lists(*, actor: Actor) -> list[ListLine]:
    """Every medium with its list and how many are on it. Raises NotAllowed."""
    actor.require(Permission.LIST_MANAGE)
    rows = SubscriberList.objects.filter(agency_id=actor.agency_id).annotate(
        active=Count("subscribers", filter=Q(subscribers__status=S.ACTIVE)),
        waiting=Count("subscribers", filter=Q(subscribers__status=S.WAITING)),
        paused=Count("subscribers", filter=Q(subscribers__status=S.PAUSED)),
    )
    known = {row.medium: row for row in rows}
    return [
        ListLine(medium, row, row.active, row.waiting, row.paused)
        if (row := known.get(medium.value))
        else ListLine(medium, None)
        for medium in Medium
    ]


def list_line(*, actor: Actor, medium: str) -> ListLine:
    """The line of one medium. Raises NotAllowed, NotFound."""
    for line in lists(actor=actor):
        if line.medium.value == medium:
            return line
    raise NotFound(_("There is no such list."))


def get_list(*, actor: Actor, medium: str) -> SubscriberList:
    """The list of the actor's agency. Raises NotFound."""
    row = SubscriberList.objects.filter(agency_id=actor.agency_id, medium=medium).first()
    if row is None:
        raise NotFound(_("There is no such list."))
    return row


def get_subscriber(*, actor: Actor, subscriber_id: int) -> Subscriber:
    """A subscriber of the actor's agency. Raises NotAllowed, NotFound."""
    actor.require(Permission.LIST_MANAGE)
    row = (
        Subscriber.objects.select_related("list").filter(agency_id=actor.agency_id, pk=subscriber_id).first()
    )
    if row is None:
        raise NotFound(_("There is no such subscriber."))
    return row


def subscribers(*, actor: Actor, medium: str, status: str = "") -> QuerySet[Subscriber]:
    """The subscribers of a list, the latest first. Raises NotAllowed, NotFound."""
    actor.require(Permission.LIST_MANAGE)
    rows = get_list(actor=actor, medium=medium).subscribers.order_by("-pk")
    return rows.filter(status=status) if status in S.values else rows


def spread(*, actor: Actor, medium: str) -> dict[str, list[tuple[str, int]]]:
    """How many are on the list by level and by area, as (label, people). Raises NotAllowed, NotFound."""
    actor.require(Permission.LIST_MANAGE)
    rows = get_list(actor=actor, medium=medium).subscribers.filter(status=S.ACTIVE)
    known = areas(actor.agency_id)
    counted = rows.aggregate(
        **{
            f"level_{level.value}": Count("pk", filter=Q(levels__contains=has(level.value)))
            for level in Level
        },
        **{
            f"area_{number}": Count("pk", filter=Q(areas="") | Q(areas__contains=has(slug)))
            for number, (slug, _name) in enumerate(known)
        },
    )
    return {
        "levels": [(str(level.label), counted[f"level_{level.value}"]) for level in Level],
        "areas": [(name, counted[f"area_{number}"]) for number, (_slug, name) in enumerate(known)],
    }


def messages(*, actor: Actor, medium: str) -> QuerySet[Message]:
    """What the list was told, the latest first, each with `figures` of people. Raises NotAllowed, NotFound."""
    actor.require(Permission.LIST_MANAGE)
    counts = {status: Count("sendings", filter=Q(sendings__status=status.value)) for status in Sending.Status}
    return (
        get_list(actor=actor, medium=medium)
        .messages.annotate(**{f"n_{status.value}": count for status, count in counts.items()})
        .order_by("-pk")
    )


def held_messages(*, actor: Actor) -> list[tuple[Message, int]]:
    """What is held back from the rest of its list, each with how many people do not have it. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    going = [Message.Status.SPREADING, Message.Status.SENDING]
    waiting = Count("sendings", filter=Q(sendings__status__in=[Sending.Status.QUEUED, Sending.Status.TRYING]))
    rows = Message.objects.filter(agency_id=actor.agency_id, held_at__isnull=False, status__in=going)
    found = rows.select_related("list").annotate(waiting=waiting).order_by("pk")
    return [(row, row.waiting) for row in found]


def slips_aside(*, actor: Actor) -> QuerySet[SlipAside]:
    """What the public asked for and could not be carried out, also what nobody could open. Raises NotAllowed."""
    actor.require(Permission.LIST_MANAGE)
    return SlipAside.objects.filter(Q(agency_id=actor.agency_id) | Q(agency=None)).order_by("pk")


def figures(message_id: int) -> dict[str, int]:
    """How many sendings of a message stand where: {"sent": 4101, "returned": 9, …}. For the worker and the connector."""
    rows = Sending.objects.filter(message_id=message_id).values_list("status").annotate(n=Count("pk"))
    found = dict(rows.order_by())
    return {status.value: found.get(status.value, 0) for status in Sending.Status}


def wanting(
    list_id: int, *, level: str, areas: Sequence[str] = (), topics: Sequence[str] = ()
) -> QuerySet[Subscriber]:
    """Who on the list asked for a message like this."""
    rows = Subscriber.objects.filter(list_id=list_id, status=S.ACTIVE, levels__contains=has(level))
    for field, words in (("areas", areas), ("topics", topics)):
        if words:
            fits = Q(**{field: ""})
            for word in words:
                fits |= Q(**{f"{field}__contains": has(word)})
            rows = rows.filter(fits)
    return rows


def known_topics(words: Sequence[str]) -> tuple[str, ...]:
    """Those of a post's topics that subscribers can choose; none of them means anybody."""
    return tuple(word for word in words if word in dict(TOPICS))


def estimate(
    *,
    actor: Actor,
    channel: str,
    text: str,
    level: str = Level.GREEN,
    areas: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> Estimate:
    """What sending this text would mean, for the page on which it is written. Raises NotAllowed, NotFound (no list)."""
    actor.require(Permission.POST_READ)
    row = get_list(actor=actor, medium=channel)
    level = level or Level.GREEN
    people = wanting(
        row.pk, level=level, areas=areas_reached(actor.agency_id, areas), topics=known_topics(topics)
    )
    zone = ZoneInfo(get_agency(actor.agency_id).time_zone)
    here = clock.now().astimezone(zone)
    number = people.count()
    asleep = sum(
        awake_at(here, level=Level.GREEN, quiet_from=start, quiet_to=end) > here
        for start, end in people.filter(quiet_from__isnull=False).values_list("quiet_from", "quiet_to")
    )
    parts = segments(text).parts * number if row.medium == Medium.SMS else 0
    return Estimate(
        number,
        parts,
        asleep,
        _sentence(number, parts),
        _wake(here, level, number, asleep),
        _cost(parts) if parts else "",
    )


def _sentence(people: int, parts: int) -> str:
    told = ngettext("%(n)s person", "%(n)s people", people) % {"n": f"{people:,}"}
    if not parts:
        return _("You are about to send to %(people)s.") % {"people": told}
    return _("You are about to send to %(people)s, about %(parts)s billed parts.") % {
        "people": told,
        "parts": f"{parts:,}",
    }


def _cost(parts: int) -> str:
    """What so many parts cost at the price of the settings, such as "0.04 GBP"."""
    price, _space, currency = settings.HUE_SMS_PRICE.partition(" ")
    try:
        whole = Decimal(price) * parts
    except InvalidOperation:
        return _("What a part costs is not known here.")
    return _("That costs about %(cost)s, at %(price)s a part.") % {
        "cost": f"{whole:,.2f} {currency}".strip(),
        "price": settings.HUE_SMS_PRICE,
    }


def _wake(here: datetime, level: str, people: int, asleep: int) -> str:
    night = here.hour >= NIGHT[0] or here.hour < NIGHT[1]
    if level == Level.RED and people and (night or asleep):
        return _(
            "It is %(time)s. This level breaks quiet hours: it sounds on %(people)s devices now. Would you wake people for this?"
        ) % {"time": f"{here:%H:%M}", "people": f"{people:,}"}
    if night and people > asleep:
        return _(
            "It is %(time)s. %(asleep)s of them get it in the morning, when their quiet hours end; the others get it now. Would you wake people for this?"
        ) % {"time": f"{here:%H:%M}", "asleep": f"{asleep:,}"}
    return ""
