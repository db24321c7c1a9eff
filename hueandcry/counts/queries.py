"""Reads of counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet, Sum

from hueandcry.counts.models import Openings, Reading
from hueandcry.counts.words import COUNTS, Counted, summed
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.posts.links import is_counted
from hueandcry.posts.models import Delivery

LATELY = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of one delivery. at: when its network was asked last, None: never; openings: None: its link is not ours."""

    counted: Counted = field(default_factory=Counted)
    at: datetime | None = None
    openings: int | None = None


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """What became of an account's posts of the last 28 days. asked: how many of them its network was asked about."""

    posts: int
    asked: int
    counted: Counted
    linked: int
    openings: int


def figures_of(*, actor: Actor, deliveries: Collection[Delivery]) -> dict[int, Figures]:
    """The latest figures by delivery, of those that have any. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    ids = [row.pk for row in deliveries]
    readings = {row.delivery_id: row for row in _latest(actor, ids)}
    opened = _opened(actor, ids)
    linked = {row.pk for row in deliveries if is_counted((row.frozen_request or {}).get("link", ""))}
    return {
        number: Figures(
            counted=_counted(readings[number]) if number in readings else Counted(),
            at=readings[number].at if number in readings else None,
            openings=opened.get(number, 0) if number in linked else None,
        )
        for number in ids
        if number in readings or number in linked
    }


def of_account(*, actor: Actor, account_id: int) -> AccountFigures:
    """What the posts of one account that stand, of the last 28 days, came to. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Delivery.objects.filter(
        agency_id=actor.agency_id, account_id=account_id, status="sent", sent_at__gt=clock.now() - LATELY
    ).only("pk", "status", "frozen_request", "part", "post_id")
    sent = list(rows)
    found = figures_of(actor=actor, deliveries=sent)
    asked = [each for each in found.values() if each.at is not None]
    links = [each.openings for each in found.values() if each.openings is not None]
    return AccountFigures(
        posts=len({row.post_id for row in sent}),
        asked=len(asked),
        counted=summed(each.counted for each in asked),
        linked=len(links),
        openings=sum(links),
    )


def _latest(actor: Actor, ids: Collection[int]) -> QuerySet[Reading]:
    rows = Reading.objects.filter(agency_id=actor.agency_id, delivery_id__in=list(ids))
    newest = rows.values("delivery_id").annotate(last=Max("pk")).values_list("last", flat=True)
    return rows.filter(pk__in=newest)


def _opened(actor: Actor, ids: Collection[int]) -> dict[int, int]:
    rows = Openings.objects.filter(agency_id=actor.agency_id, delivery_id__in=list(ids))
    return dict(rows.values_list("delivery_id").annotate(Sum("times")).order_by())


def _counted(row: Reading) -> Counted:
    return Counted(**{name: getattr(row, name) for name in COUNTS})
