"""Files that nobody needs any more: videos that no post has, and what a killed process left behind.

A video is erased a week after the worker first saw that no row of any room refers to it and that nothing that was
handed in, let go or sent names its file; the row stays, with its place in the record. Pictures go by the same rule
(sweeping_pictures.py). What a post has that was thrown away counts as had for 30 days, since the post can be taken back
(posts/forgetting.py). Work folders of ffmpeg, files
that never arrived whole and films of which no row knows go after a day.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from hueandcry.assets import queries
from hueandcry.assets.filming import WORK, VideoRefused, reader_of
from hueandcry.assets.leaving import age, forget_file
from hueandcry.assets.models import Rights, Video
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

UNUSED_FOR = timedelta(days=7)
LEFT_FOR = timedelta(days=1)
ROUND = 50
log = logging.getLogger("hueandcry.assets")
Named = Callable[
    [set[str]], set[str]
]  # of these digests, those that something handed in, let go or sent names


def sweep_videos(*, named: Named) -> int:
    """Note which videos nobody has, and erase those that nobody has had for a week. Returns how many were erased.

    Safe to run twice and in parallel.
    """
    rows = _unused()
    Video.objects.filter(unused_since__isnull=False, erased_at=None).exclude(pk__in=rows.values("pk")).update(
        unused_since=None
    )
    rows.filter(unused_since=None).update(unused_since=clock.now())
    old = list(rows.filter(unused_since__lt=clock.now() - UNUSED_FOR).order_by("unused_since")[:ROUND])
    needed = named({digest for row in old for digest in (row.digest, row.original) if digest})
    kept = [row for row in old if {row.digest, row.original} & needed]
    Video.objects.filter(pk__in=[row.pk for row in kept]).update(unused_since=clock.now())  # in a week again
    return sum(_erase(row) for row in old if row not in kept)


def _unused() -> QuerySet[Video]:
    """Videos whose files are here and to which no row of any room refers, but for what is known of the right to show it."""
    rows = Video.objects.filter(erased_at=None)
    for field in Video._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and field.related_model is not Rights:
            owner: Any = field.related_model
            name = field.field.name  # type: ignore[union-attr]
            kept = owner._default_manager.filter(**{f"{name}__isnull": False}).values(name)
            rows = rows.exclude(pk__in=kept)
    return rows


@transaction.atomic
def _erase(row: Video) -> bool:
    """Erase a video's files once this is committed. False if somebody has it again, or another worker was faster."""
    held = _unused().filter(pk=row.pk, unused_since=row.unused_since)
    if not Video.objects.filter(pk__in=list(held.values_list("pk", flat=True)), erased_at=None).update(
        erased_at=clock.now(), due_at=None
    ):
        return False
    by = system("sweep", agency_id=row.agency_id)
    digests = {digest for digest in (row.digest, row.original) if digest}
    body: dict[str, str | int | None] = {"digest": ", ".join(sorted(digests)), "size": row.size}
    record(by=by, verb="video.erase", subject=ref("video", row.pk), body=body)
    transaction.on_commit(lambda: forget(digests))
    return True


def forget(digests: set[str]) -> int:
    """Erase these files, but for one that came in once more just now and whose row is not written yet. Returns how many."""
    return sum(forget_file(digest, older=LEFT_FOR) for digest in digests)


def sweep_work() -> int:
    """Remove work folders that a killed process left a day ago. Returns how many. Safe to run twice."""
    removed = 0
    for folder in Path(settings.HUE_FILES).glob(f"{WORK}*"):
        with contextlib.suppress(FileNotFoundError):
            if folder.is_dir() and not folder.is_symlink() and age(folder) > LEFT_FOR.total_seconds():
                shutil.rmtree(folder)
                removed += 1
    return removed


def sweep_films() -> int:
    """Remove films of which no row knows: they came whole a day ago or more, and the page ended before it wrote its row.

    Only what begins as a video is looked at. Returns how many. Safe to run twice.
    """
    removed = 0
    for digest in blobs.digests():
        place = blobs.path(digest)
        with contextlib.suppress(FileNotFoundError):
            if age(place) > LEFT_FOR.total_seconds() and _is_film(place) and not queries.needs_file(digest):
                removed += forget({digest})
    if removed:
        log.warning("%d films of which nothing knew were removed", removed)
    return removed


def bytes_kept() -> int:
    """How much the files of pictures and videos take, as the rows say; a file kept once may be counted twice."""
    return queries.bytes_of_pictures() + sum(
        Video.objects.filter(~Q(digest="") | ~Q(original=""), erased_at=None).values_list("size", flat=True)
    )


def _is_film(place: Path) -> bool:
    with place.open("rb") as file:
        head = file.read(blobs.HEAD)
    try:
        return bool(reader_of(head))
    except VideoRefused:
        return False
