"""Which files something that was handed in, let go or sent names: those are never swept (assets/sweeping.py)."""

from __future__ import annotations

from django.db.models import Model, TextField
from django.db.models.functions import Cast

from hueandcry.posts.models import Delivery, DeliveryEdit, LinkCard, Post, PostRevision

PLACES: tuple[tuple[type[Model], str], ...] = (
    (PostRevision, "content"),
    (Delivery, "frozen_request"),
    (DeliveryEdit, "request"),
)

# A picture may also be that of a link, or of an announcement; a post's own are told by `used_pictures`.
OF_PICTURES: tuple[tuple[type[Model], str], ...] = (
    *PLACES,
    (Post, "picture"),
    (Post, "cards"),
    (LinkCard, "picture"),
)


def named(digests: set[str]) -> set[str]:
    """Those of these digests that a revision, a delivery or a change names. One question for each digest and place."""
    return {digest for digest in digests if any(_names(table, field, digest) for table, field in PLACES)}


def named_pictures(digests: set[str]) -> set[str]:
    """The same for the files of pictures."""
    return {digest for digest in digests if any(_names(table, field, digest) for table, field in OF_PICTURES)}


def used_pictures() -> set[int]:
    """The pictures that posts show, whole or a part of them, also posts that were thrown away (posts/forgetting.py)."""
    found: set[int] = set()
    for pictures in Post.objects.exclude(pictures=[]).values_list("pictures", flat=True).iterator():
        for item in pictures:
            found.add(int(item["asset"]))
            found.update([int(item["crop"]["asset"])] if "crop" in item else [])
    return found


def _names(table: type[Model], field: str, digest: str) -> bool:
    rows = table._default_manager.annotate(as_text=Cast(field, TextField()))
    return rows.filter(as_text__contains=digest).exists()
