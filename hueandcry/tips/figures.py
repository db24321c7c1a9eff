"""Counts for whoever runs the machine, made so that they do not tell when a tip came."""

from __future__ import annotations

from django.db.models import Count

from hueandcry.kernel import clock
from hueandcry.tips.models import Tip


def tips_before_today() -> list[int]:
    """How many tips each programme had at the last midnight (UTC): changes once a day, whenever tips come."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Tip.objects.filter(arrived_hour__lt=midnight).values_list("agency_id").annotate(Count("pk"))
    return [count for _programme, count in rows.order_by("agency_id")]
