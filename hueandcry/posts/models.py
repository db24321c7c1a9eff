"""Tables of posts and deliveries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.channels.models import Account
from hueandcry.jobs.due import Due
from hueandcry.jobs.sweep import Urgency


class Post(models.Model):
    """What an officer decided to say on the agency's accounts. subject: what it is about, as "appeal:12".

    approved_by: who else answered for it (a reference), where that was asked for.
    """

    class Status(models.TextChoices):
        ANNOUNCED = "announced", _("Announced")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES = {Status.ANNOUNCED: {Status.WITHDRAWN}}

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    subject = models.CharField(max_length=80)
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    link = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=20, default="en")
    picture = models.JSONField(null=True)  # connector.OutgoingPicture
    status = models.CharField(max_length=12, choices=Status, default=Status.ANNOUNCED)
    author_ref = models.CharField(max_length=60)
    approved_by = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "subject"], name="post_by_subject")]


class Delivery(Due):
    """One post on its way to one account. The row is the job (ADR 0004).

    `due_at` null while QUEUED: it waits for the page it links to. frozen_request: what every try sends, set
    at the first; withdraw_asked_at: it is no longer wanted, whatever becomes of a try under way. A removal
    that follows an outcome nobody knew stays due once more after REMOVED, to be looked at again.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNCONFIRMED = "unconfirmed", _("Not known whether it was sent")
        HELD = "held", _("Held back")  # a right lapsed, a brake or a hold: it says which in last_error
        CANCELLED = "cancelled", _("Cancelled")
        REMOVING = "removing", _("Being removed")
        REMOVED = "removed", _("Removed")

    # Steps out of SENDING and REMOVING are made by the worker behind its fence (delivering.py).
    MOVES = {
        Status.QUEUED: {Status.SENDING, Status.CANCELLED, Status.FAILED, Status.HELD},
        Status.HELD: {Status.QUEUED, Status.CANCELLED},
        Status.SENDING: {
            Status.QUEUED,
            Status.SENDING,
            Status.SENT,
            Status.FAILED,
            Status.UNCONFIRMED,
            Status.REMOVING,
        },
        Status.SENT: {Status.REMOVING},
        Status.FAILED: {Status.QUEUED, Status.CANCELLED},
        Status.UNCONFIRMED: {Status.SENT, Status.QUEUED, Status.REMOVING},
        Status.CANCELLED: {Status.REMOVING},
        Status.REMOVING: {Status.REMOVED, Status.REMOVING},
        Status.REMOVED: {Status.REMOVING},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries")
    key = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    urgency = models.PositiveSmallIntegerField(
        choices=[(u.value, u.name) for u in Urgency], default=Urgency.ROUTINE.value
    )
    frozen_request = models.JSONField(null=True)
    tried_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=300, blank=True)
    remote_url = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    withdraw_asked_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "account"], name="a_post_goes_once_to_an_account"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(status="sending"), name="one_delivery_under_way_per_account"
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | (Q(sent_at__isnull=False) & ~Q(remote_id="")),
                name="sent_has_its_proof",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(frozen_request__isnull=False),
                name="nothing_is_sent_unfrozen",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at"], name="delivery_due"),
            models.Index(fields=["account", "status", "urgency", "id"], name="delivery_line"),
        ]
