"""Reads of pictures and videos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from hueandcry.assets.models import Asset, Photograph, Rendition, Video
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class RenditionView:
    """One copy of a picture. bytes: its size; public_name: file name below /media/."""

    width: int
    height: int
    format: str
    digest: str
    bytes: int
    public_name: str


def get_asset(*, actor: Actor, asset_id: int) -> Asset:
    """One picture of the actor's agency. Raises NotAllowed, NotFound (also for another agency's)."""
    actor.require(Permission.APPEAL_READ)
    asset = Asset.objects.filter(pk=asset_id, agency_id=actor.agency_id).first()
    if asset is None:
        raise NotFound(_("There is no such picture."))
    return asset


def renditions_of_all(asset_ids: Collection[int]) -> dict[int, list[RenditionView]]:
    """Copies of several pictures in one query: asset id → copies, smallest first; none of one that was erased."""
    found: dict[int, list[RenditionView]] = defaultdict(list)
    rows = Rendition.objects.filter(asset_id__in=asset_ids, asset__erased_at=None)
    for row in rows.order_by("asset_id", "width", "format"):
        found[row.asset_id].append(
            RenditionView(row.width, row.height, row.format, row.digest, row.size, row.public_name)
        )
    return dict(found)


def waiting_videos() -> QuerySet[Video]:
    """Videos that a worker has to look at."""
    return Video.objects.filter(status=Video.Status.WAITING, erased_at=None)


def needs_file(digest: str) -> bool:
    """True if a row of this room still names the file."""
    return (
        Video.objects.filter(Q(original=digest) | Q(digest=digest), erased_at=None).exists()
        or Asset.objects.filter(digest=digest, erased_at=None).exists()
        or Rendition.objects.filter(digest=digest, asset__erased_at=None).exists()
        or any(digest in digests_of(row) for row in Photograph.objects.filter(taken_back_at=None))
    )


def digests_of(row: Photograph) -> set[str]:
    """The files of a photograph."""
    return {str(copy["digest"]) for copy in row.copies}


def bytes_of_pictures() -> int:
    """How much the originals of all pictures and their copies take."""
    whole = Asset.objects.filter(part_of=None, erased_at=None).aggregate(Sum("size"))["size__sum"] or 0
    copies = Rendition.objects.filter(asset__erased_at=None).aggregate(Sum("size"))["size__sum"] or 0
    return int(whole) + int(copies)


def jpeg_copies(asset_id: int) -> list[dict[str, str | int]]:
    """The JPEG copies of a picture as other rooms keep them: {digest, width, height, size, name}, smallest first."""
    return [
        {
            "digest": copy.digest,
            "width": copy.width,
            "height": copy.height,
            "size": copy.bytes,
            "name": copy.public_name,
        }
        for copy in renditions_of_all([asset_id])[asset_id]
        if copy.format == "jpeg"
    ]
