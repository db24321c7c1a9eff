"""Tables of what is counted. Numbers only: a name, an address or a text has no column here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import Due
from hueandcry.posts.models import Delivery


class Tally(Due):
    """The asking for one delivery's figures. As a job: the next time its network is asked. step: how often it was."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="tally")
    step = models.PositiveSmallIntegerField(default=0)


class Reading(models.Model):
    """What a network counted for one delivery at one time; null where it does not say."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="readings")
    at = models.DateTimeField()
    replies = models.PositiveBigIntegerField(null=True)
    reposts = models.PositiveBigIntegerField(null=True)
    likes = models.PositiveBigIntegerField(null=True)
    views = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "at"], name="one_reading_of_a_delivery_at_a_time"),
        ]


class Openings(models.Model):
    """How often the link of one delivery was followed on one day of the agency's. Nothing says by whom."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="openings")
    on = models.DateField()
    times = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "on"], name="openings_of_a_link_once_a_day"),
            models.CheckConstraint(condition=Q(times__gt=0), name="a_day_without_openings_has_no_row"),
        ]
