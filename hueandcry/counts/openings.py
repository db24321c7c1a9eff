"""Keep how often links were opened, as the server of the public site counted them by their codes."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from hueandcry.channels.working import require_worker
from hueandcry.counts.models import Openings
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.links import delivery_of
from hueandcry.posts.models import Delivery


@transaction.atomic
def note_openings(*, counted: Mapping[str, int], by: Actor) -> int:
    """Add what was counted since the last time to today, in each agency's own zone. For the worker.

    counted: code → times. A code that is no delivery's, or of one whose link is not counted, is dropped: anybody can
    make one up. Returns how many deliveries were noted. Raises NotAllowed.
    """
    require_worker(by)
    found = {number: times for code, times in counted.items() if (number := delivery_of(code)) is not None}
    rows = Delivery.objects.filter(pk__in=list(found), tried_at__isnull=False, frozen_request__isnull=False)
    noted = 0
    for row in rows.select_related("agency").order_by("pk"):
        times = found[row.pk]
        if times <= 0:
            continue
        day = clock.now().astimezone(ZoneInfo(row.agency.time_zone)).date()
        line, made = Openings.objects.get_or_create(
            delivery=row, on=day, defaults={"agency_id": row.agency_id, "times": times}
        )
        if not made:
            Openings.objects.filter(pk=line.pk).update(times=F("times") + times)
        noted += 1
    return noted
