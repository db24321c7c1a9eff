"""Which files something that was handed in, let go or sent names: those are never swept (assets/sweeping.py)."""

from __future__ import annotations

from django.db.models import Model, TextField
from django.db.models.functions import Cast

from hueandcry.posts.models import Delivery, DeliveryEdit, PostRevision

PLACES: tuple[tuple[type[Model], str], ...] = (
    (PostRevision, "content"),
    (Delivery, "frozen_request"),
    (DeliveryEdit, "request"),
)


def named(digests: set[str]) -> set[str]:
    """Those of these digests that a revision, a delivery or a change names. One question for each digest and place."""
    return {digest for digest in digests if any(_names(table, field, digest) for table, field in PLACES)}


def _names(table: type[Model], field: str, digest: str) -> bool:
    rows = table._default_manager.annotate(said=Cast(field, TextField()))
    return rows.filter(said__contains=digest).exists()
