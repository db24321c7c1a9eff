"""What may be done with pictures."""

from __future__ import annotations

import unicodedata

from django.db import transaction

from hueandcry.assets import queries
from hueandcry.assets.leaving import arriving
from hueandcry.assets.models import Asset, Rendition
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import random_id, ref
from hueandcry.records.entry import record

LONGEST_NAME = 120


def add_asset(*, data: bytes, file_name: str, alt: str, by: Actor) -> Asset:
    """Decode a picture in the limited process and keep it with its renditions.

    Raises NotAllowed, PictureRefused, Unavailable. The decoding happens before the transaction opens.
    """
    by.require(Permission.APPEAL_DRAFT)
    return keep_asset(prepared=prepare(data), file_name=file_name, alt=alt, by=by)


@arriving()
@transaction.atomic
def keep_asset(
    *, prepared: Prepared, file_name: str, alt: str, by: Actor, part_of: Asset | None = None
) -> Asset:
    """Keep a picture already prepared, in the caller's transaction if there is one, which lies within `arriving`.

    part_of: it shows a part of this one. Raises NotAllowed.
    """
    brings = (
        Permission.POST_DRAFT,
        Permission.REQUEST_SEND,
    )  # whoever writes posts or asks for one brings pictures
    if not any(by.may(permission) for permission in brings):
        by.require(Permission.APPEAL_DRAFT)
    asset = Asset.objects.create(
        agency_id=by.agency_id,
        digest=blobs.put(prepared.original),
        kind=prepared.kind.value,
        size=len(prepared.original),
        width=prepared.width,
        height=prepared.height,
        file_name=plain_name(file_name),
        alt=alt.strip(),
        part_of=part_of,
        added_at=clock.now(),
        added_by=by.ref,
    )
    for copy in prepared.copies:
        Rendition.objects.create(
            agency_id=by.agency_id,
            asset=asset,
            format=copy.kind.value,
            width=copy.width,
            height=copy.height,
            digest=blobs.put(copy.data),
            size=len(copy.data),
            public_name=f"{random_id()}.{'jpg' if copy.kind == 'jpeg' else copy.kind.value}",
        )
    body: dict[str, str | int | None] = {
        "file_name": asset.file_name,
        "alt": asset.alt,
        "digest": asset.digest,
    }
    record(by=by, verb="asset.add", subject=ref("asset", asset.pk), body=body)
    return asset


@transaction.atomic
def describe_asset(*, asset_id: int, alt: str, by: Actor) -> Asset:
    """Say in other words what a picture shows. Raises NotAllowed, NotFound."""
    by.require(Permission.APPEAL_DRAFT)
    asset = queries.get_asset(actor=by, asset_id=asset_id)
    asset.alt = alt.strip()
    Asset.objects.filter(pk=asset.pk).update(alt=asset.alt)
    record(by=by, verb="asset.describe", subject=ref("asset", asset.pk), body={"alt": asset.alt})
    return asset


def plain_name(name: str) -> str:
    """The last part of a file name without control characters, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in last if unicodedata.category(c)[0] not in {"C", "Z"} or c == " ")
    return printable.strip()[-LONGEST_NAME:]
