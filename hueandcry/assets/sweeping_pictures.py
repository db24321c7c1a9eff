"""Pictures that nothing has any more: taken out of a draft, cut anew, or of a post that was thrown away long ago.

A picture's files, the original and all copies, are erased a week after the worker first saw that no row of any room
refers to it, no post shows it, and nothing that was handed in, let go or sent names it. The row stays, with its place in
the record. For a month after that the worker looks every day whether the files are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from hueandcry.assets import queries
from hueandcry.assets.models import Asset, Photograph, Rendition, Rights, Video
from hueandcry.assets.sweeping import Named, forget
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

UNUSED_FOR = timedelta(days=7)
LOOKED_FOR = timedelta(days=30)
ROUND = 50
Used = Callable[[], set[int]]  # the pictures that posts show


def sweep_pictures(*, used: Used, named: Named) -> int:
    """Note which pictures nothing has, and erase those that nothing has had for a week. Returns how many were erased.

    Safe to run twice and in parallel.
    """
    shown = used()
    free = [row for row in _unreferred().values_list("pk", flat=True) if row not in shown]
    idle = Asset.objects.filter(erased_at=None)
    for start in range(0, len(free), 500):
        idle.filter(pk__in=free[start : start + 500], unused_since=None).update(unused_since=clock.now())
    back = set(idle.exclude(unused_since=None).values_list("pk", flat=True)) - set(free)
    idle.filter(pk__in=list(back)[:500]).update(unused_since=None)
    old = idle.filter(unused_since__lt=clock.now() - UNUSED_FOR).exclude(pk__in=list(back)[:500])
    return sum(_sweep(row, used=used, named=named) for row in old.order_by("unused_since", "pk")[:ROUND])


def forget_again(*, named: Named) -> int:
    """Erase what the record says was erased, or taken back, in the last month and is still here. Returns how many files.

    A file is left where another arrived in that moment, the worker died, or the file itself came in once more that day.
    Safe to run twice and in parallel.
    """
    since = clock.now() - LOOKED_FOR
    gone = Asset.objects.filter(erased_at__gt=since)
    digests = {*gone.values_list("digest", flat=True)}
    digests.update(Rendition.objects.filter(asset__in=gone).values_list("digest", flat=True))
    digests.update(*map(queries.digests_of, Photograph.objects.filter(taken_back_at__gt=since)))
    left = {digest for digest in digests if blobs.path(digest).exists() and not queries.needs_file(digest)}
    return forget(left - named(left))


def _unreferred() -> QuerySet[Asset]:
    """Pictures whose files are here and to which no row of any room refers, but for what belongs to the picture itself."""
    rows = Asset.objects.filter(erased_at=None)
    for field in Asset._meta.get_fields(include_hidden=True):
        if (
            field.auto_created
            and not field.concrete
            and field.related_model not in {Rights, Rendition, Asset}
        ):
            owner: Any = field.related_model
            name = field.field.name  # type: ignore[union-attr]
            kept = owner._default_manager.filter(**{f"{name}__isnull": False})
            if owner is Video:
                kept = kept.filter(erased_at=None)  # the still of a video goes after it
            rows = rows.exclude(pk__in=kept.values(name))
    return rows


def _sweep(row: Asset, *, used: Used, named: Named) -> bool:
    """Erase one, unless the record needs its files, or something has it again."""
    digests = {row.digest, *Rendition.objects.filter(asset=row).values_list("digest", flat=True)}
    if named(digests):
        Asset.objects.filter(pk=row.pk).update(unused_since=clock.now())  # in a week again
        return False
    return _erase(row, digests, used=used)


@transaction.atomic
def _erase(row: Asset, digests: set[str], *, used: Used) -> bool:
    """Erase its files once this is committed. False if something has it again, or another worker was faster."""
    held = _unreferred().filter(pk=row.pk, unused_since=row.unused_since)
    if row.pk in used() or not held.exists():
        return False
    mine = Asset.objects.filter(pk=row.pk, unused_since=row.unused_since, erased_at=None)
    if not mine.update(erased_at=clock.now()):
        return False
    by = system("sweep", agency_id=row.agency_id)
    body: dict[str, str | int | None] = {"digest": row.digest, "size": row.size}
    record(by=by, verb="asset.erase", subject=ref("asset", row.pk), body=body)
    transaction.on_commit(lambda: forget(digests))
    return True
