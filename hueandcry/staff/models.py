"""Tables of notes for colleagues, of addresses that are told things, and of the notices to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import Due


class StaffNote(models.Model):
    """Something that only colleagues read. It is no post and can never become one (R31).

    until: the last day on which it is shown, in the agency's calendar; consent_by: who answers for it that the person
    named agrees, needed where it is about their health; forgotten_at: since when its words are gone.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        RETIREMENT = "retirement", _("Retirement")
        AWARD = "award", _("Award")
        FUNDRAISER = "fundraiser", _("Fundraiser")
        HEALTH = "health", _("A colleague is ill or injured")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    named = models.CharField(max_length=120, blank=True)
    until = models.DateField()
    consent_by = models.CharField(max_length=60, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=60)
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.CharField(max_length=60, blank=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="health") | ~Q(consent_by=""), name="nobodys_health_is_told_without_consent"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-written_at"], name="notes_for_colleagues")]


class NoticeAddress(models.Model):
    """Where an agency is told things: an Apprise address, sealed like a network's credential and never shown again.

    service: its kind in words; kinds: of Notice.Kind, what is told there; whole: with the words of posts, not only that
    there is one; quiet_from, quiet_to: hours in the agency's zone in which only emergencies are told; since: nothing
    that happened before is told.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="notice_addresses")
    label = models.CharField(max_length=60)
    service = models.CharField(max_length=60)
    sealed = models.BinaryField()
    kinds = models.JSONField(default=list)
    whole = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    since = models.DateTimeField()
    added_by = models.CharField(max_length=60)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
        ]


class Notice(Due):
    """One thing told to one address, once. The row is the job (ADR 0004).

    about: what it is about and which time of it, as "post:12@1795395223"; tried_at: set before a try, so that a worker
    who dies in the middle leaves UNCONFIRMED and nobody is told twice; seen_at: when somebody said that they know that it
    did not certainly arrive.
    """

    class Kind(models.TextChoices):
        FEED = "feed", _("Something new on the staff feed")
        APPROVAL = "approval", _("Something waits for approval")
        UNCONFIRMED = "unconfirmed", _("Nobody knows whether a post arrived")
        BRAKE = "brake", _("Posting was paused")
        SIGN_IN = "sign-in", _("The sign-in of an account ends soon")
        TEST = "test", _("A try")

    CHOICES = (Kind.FEED, Kind.APPROVAL, Kind.UNCONFIRMED, Kind.BRAKE, Kind.SIGN_IN)  # what a page offers

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        UNCONFIRMED = "unconfirmed", _("Not known")
        FAILED = "failed", _("Not sent")
        DROPPED = "dropped", _("No longer needed")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(NoticeAddress, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=80)
    urgent = models.BooleanField(default=False)  # an emergency: breaks quiet hours
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=60, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address", "kind", "about"], name="a_thing_is_told_once_to_an_address"
            ),
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="notice_due")]
