"""Tables of pictures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hueandcry.agencies.models import Agency


class Asset(models.Model):
    """One picture of the agency: the original as it came, by digest, and what it shows.

    width and height in pixels, as the picture was held. file_name: as the person's file was called;
    shown to staff only. alt: what the picture shows, in words; needed before it is published.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()  # bytes of the original
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120, blank=True)
    alt = models.CharField(max_length=500, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=60)


class Rendition(models.Model):
    """A copy of a picture in one size and format, without metadata. public_name: random, never a digest."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="renditions")
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    public_name = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=["avif", "webp", "jpeg"]), name="renditions_are_for_the_web"
            ),
            models.UniqueConstraint(fields=["asset", "format", "width"], name="one_rendition_per_size"),
        ]
