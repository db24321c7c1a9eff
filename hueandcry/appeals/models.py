"""Tables of appeals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.assets.models import Asset


class Kind(models.TextChoices):
    """What an appeal is about."""

    WITNESS = "witness", _("Did you see this?")
    IDENTIFY = "identify", _("Do you know this person?")
    MISSING = "missing", _("Missing person")
    PROPERTY = "property", _("Property: lost, stolen or found")
    VEHICLE = "vehicle", _("Vehicle")
    OTHER = "other", _("Something else")


class Outcome(models.TextChoices):
    """How an appeal ended, in words that name nobody."""

    FOUND = "found", _("Found. Thank you.")
    ANSWERED = "answered", _("We have what we asked for. Thank you.")
    CLOSED = "closed", _("This appeal is closed. Thank you for your help.")


class Status(models.TextChoices):
    """Where an appeal stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Public")
    RESOLVED = "resolved", _("Resolved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Appeal(models.Model):
    """One appeal. `revision` counts every change of what was written, so that people approve what they saw.

    happened_from, happened_to: the time asked about (UTC; shown in the agency's zone). what_to_do: what the
    public should do now, shown above everything. shows_people: people can be recognised in the pictures.
    writers: refs of everybody who wrote a part of it since it was begun; none of them may approve it.
    """

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.APPROVED, Status.DRAFT},
        Status.APPROVED: {Status.PUBLISHED, Status.DRAFT},
        Status.PUBLISHED: {Status.RESOLVED, Status.WITHDRAWN},
        Status.RESOLVED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=20)  # PE-2418
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120)
    what_happened = models.TextField(max_length=4000)
    we_ask = models.TextField(max_length=2000)
    what_to_do = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=160, blank=True)
    announcement = models.TextField(max_length=2000, blank=True)  # on the networks; empty: the usual text
    happened_from = models.DateTimeField(null=True, blank=True)
    happened_to = models.DateTimeField(null=True, blank=True)
    shows_people = models.BooleanField(default=True)
    purpose = models.TextField(max_length=1000, blank=True)
    necessity = models.TextField(max_length=1000, blank=True)
    proportionality = models.TextField(max_length=1000, blank=True)
    review_on = models.DateField(null=True, blank=True)
    review_asked_on = models.DateField(null=True, blank=True)  # the review date that the record says is past
    landing_code = models.CharField(max_length=12, unique=True)

    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    writers = models.JSONField(default=list)
    author_ref = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=60, blank=True)
    return_note = models.TextField(
        max_length=1000, blank=True
    )  # why it came back, until it is submitted again
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)  # last change the public can see
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)
    withdrawal_reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "status"], name="appeal_by_status"),
            models.Index(fields=["status", "review_on"], name="appeal_by_review"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="one_appeal_per_number"),
            models.UniqueConstraint(fields=["agency", "reference"], name="one_appeal_per_reference"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="approved_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published", "resolved", "withdrawn"])
                | Q(approved_at__isnull=False),
                name="nothing_public_without_approval",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("author_ref")), name="nobody_approves_their_own_appeal"
            ),
            models.CheckConstraint(
                condition=Q(happened_from__isnull=True)
                | Q(happened_to__isnull=True)
                | Q(happened_to__gte=F("happened_from")),
                name="time_asked_about_runs_forward",
            ),
        ]


class AppealPicture(models.Model):
    """A picture of an appeal in its place (from 1). A picture belongs to one appeal only, so removal is whole."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="pictures")
    asset = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    caption = models.CharField(max_length=300, blank=True)


class AppealUpdate(models.Model):
    """A dated line added while the appeal was public. Never changed, never removed while it stands."""

    class Kind(models.TextChoices):
        UPDATE = "update", _("Update")
        CORRECTION = "correction", _("Correction")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="updates")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.UPDATE)
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=60)
