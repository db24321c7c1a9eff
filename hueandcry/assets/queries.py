"""Reads of pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.assets.models import Asset, Rendition
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
    """Copies of several pictures in one query: asset id → copies, smallest first."""
    found: dict[int, list[RenditionView]] = defaultdict(list)
    for row in Rendition.objects.filter(asset_id__in=asset_ids).order_by("asset_id", "width", "format"):
        found[row.asset_id].append(
            RenditionView(row.width, row.height, row.format, row.digest, row.size, row.public_name)
        )
    return dict(found)
