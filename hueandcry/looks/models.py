"""Tables of the draws and of the second looks."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.posts.models import Post, PostRevision

USUAL = 5  # in a hundred, where an agency has said nothing


class Share(models.Model):
    """Of a hundred posts that went out without a second person, how many are drawn. 0: none."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField(default=USUAL, validators=[MaxValueValidator(100)])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="a_share_is_of_a_hundred"),
        ]


class Draw(models.Model):
    """One month's lot. month: "2026-11"; seed: secret until shown_at; commitment: its digest, on the record from made_at.

    begins_at, ends_at: posts let go from the one until before the other are in it; with_changes: so are changes of posts
    that were out, which an earlier version drew none of.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    seed = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    with_changes = models.BooleanField(default=True, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "month"], name="a_month_is_drawn_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("begins_at")), name="a_draw_begins_before_it_ends"
            ),
        ]


class SecondLook(models.Model):
    """A post, or a change of one, that was in a draw: passed over, or drawn and to be looked at.

    change: which one; None: the post as it was let go; percent: of how many it was drawn; note: what was found, "" for fine.
    """

    class Status(models.TextChoices):
        PASSED = "passed", _("Not drawn")
        WAITING = "waiting", _("Waits for a second look")
        DONE = "done", _("Looked at")

    class Verdict(models.TextChoices):
        FINE = "fine", _("Fine")
        SMALL = "small", _("A small thing")
        MISSTEP = "misstep", _("A misstep")

    MOVES = {Status.WAITING: {Status.DONE}, Status.DONE: {Status.DONE}}  # whoever looked may think again

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="looks")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    change = models.OneToOneField(PostRevision, null=True, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=Status)
    considered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(change__isnull=True), name="a_post_has_one_lot"
            ),
            models.CheckConstraint(
                condition=~Q(status="done")
                | (Q(looked_at__isnull=False) & ~Q(looked_by="") & ~Q(verdict="")),
                name="a_second_look_says_what_it_found",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "fine"]) | ~Q(note=""), name="a_thing_found_is_named"
            ),
        ]
        indexes = [models.Index(fields=["agency", "status", "due_at"], name="look_by_status")]
