"""Tables of series, their dates, and an agency's own days."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import Due
from hueandcry.posts.models import EMPTY_LIST, Post


class Series(Due):
    """A wording that comes again. As a job: when the next draft is to be made.

    every and first_on are the rule: from that day on, always on its weekday, its day of the month or its day of the
    year; at: time of day where the agency is; ahead_days: how long before a date its draft is made; last_on: the last
    possible date, null: until somebody ends it; wording: as content.Content.fields(), without time; author_ref: who
    wrote it last; writers: refs of everybody who ever did, none of whom may approve what is made of it.
    """

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        TWO_WEEKS = "two_weeks", _("Every two weeks")
        MONTH = "month", _("Every month")
        YEAR = "year", _("Every year")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Runs")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    MOVES = {
        Status.ACTIVE: {Status.PAUSED, Status.ENDED},
        Status.PAUSED: {Status.ACTIVE, Status.ENDED},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    every = models.CharField(max_length=10, choices=Every)
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    at = models.TimeField()
    ahead_days = models.PositiveSmallIntegerField()
    wording = models.JSONField()
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    author_ref = models.CharField(max_length=60)
    writers = models.JSONField(default=list, db_default=EMPTY_LIST)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(last_on__gte=models.F("first_on")),
                name="a_series_does_not_end_before_it_begins",
            ),
        ]


class SeriesDate(models.Model):
    """That a draft was made for one date of a series; once, whatever became of it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="dates")
    on = models.DateField()
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="series_date")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "on"], name="a_date_of_a_series_has_one_draft"),
        ]


class OwnDay(models.Model):
    """A day of awareness, or several in a row, that an agency keeps itself. year: null: every year."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(null=True)
    days = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(month__range=(1, 12)) & Q(day__range=(1, 31)) & Q(days__range=(1, 31)),
                name="an_own_day_is_a_day",
            ),
        ]
