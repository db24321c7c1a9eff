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
    edited_at, edited_by: the last change of what was written, so that whoever is late learns whose it was.
    """

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.APPROVED, Status.DRAFT},
        Status.APPROVED: {Status.PUBLISHED, Status.SUBMITTED, Status.DRAFT},
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
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.CharField(max_length=60, blank=True, db_default="")
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


class AppealVersion(models.Model):
    """An appeal as it was handed in: whoever decides sees what changed since the last decision.

    content: what was written, as the record takes it; pictures: in their order, each with asset, digest,
    alt and caption; digest: of both. decision: what became of it, empty while it waits. note: with a return.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="versions")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    pictures = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=60)
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    note = models.TextField(max_length=1000, blank=True)


class RemovedPicture(models.Model):
    """A picture that was taken out before the appeal was public, so that it can be put back and compared."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="removed_pictures")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    caption = models.CharField(max_length=300, blank=True)
    removed_at = models.DateTimeField()
    removed_by = models.CharField(max_length=60)


class WorkingCopy(models.Model):
    """What one person has typed into the editor and not saved yet: their own, one for each appeal.

    words: form field → text as typed; revision: the one they began from. Without an appeal: a new one.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, null=True, related_name="working_copies")
    person_ref = models.CharField(max_length=60)
    words = models.JSONField()
    revision = models.PositiveIntegerField(default=0)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "person_ref"], name="one_working_copy_per_person"),
            models.UniqueConstraint(
                fields=["agency", "person_ref"],
                condition=Q(appeal__isnull=True),
                name="one_working_copy_of_a_new_appeal",
            ),
        ]


class ProposedUpdate(models.Model):
    """A line for a public appeal that a second person decides on; an urgent one is shown first and looked at after.

    line: the public line it became. reason: why an urgent one could not wait.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        SHOWN = "shown", _("Approved and shown")
        RETURNED = "returned", _("Returned")
        TAKEN_BACK = "taken-back", _("Taken back")
        URGENT = "urgent", _("Shown at once, not looked at yet")
        LOOKED_AT = "looked-at", _("Shown at once, looked at since")

    MOVES = {
        Status.WAITING: {Status.SHOWN, Status.RETURNED, Status.TAKEN_BACK},
        Status.URGENT: {Status.LOOKED_AT},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="proposed_updates")
    kind = models.CharField(max_length=12, choices=AppealUpdate.Kind, default=AppealUpdate.Kind.UPDATE)
    text = models.TextField(max_length=2000)
    review_on = models.DateField(null=True, blank=True)
    reason = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    author_ref = models.CharField(max_length=60)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    line = models.OneToOneField(
        AppealUpdate, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "status"], name="proposed_update_by_status")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("author_ref")), name="nobody_approves_their_own_update"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["urgent", "looked-at"]) | ~Q(reason=""),
                name="an_urgent_update_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=True) | ~Q(status__in=["waiting", "returned", "taken-back"]),
                name="only_a_decided_update_is_shown",
            ),
        ]
