"""Tables of accounts, stewards and sealed credentials."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import Due


class Account(Due):
    """An account of the agency's on a channel. As a job: its next health check.

    server_url: whom we call; external_id: the channel's own lasting id, learned by the first check;
    is_public: appeals are announced here; problem: one sentence while it needs attention.
    """

    class Kind(models.TextChoices):
        AGENCY = "agency", "The agency's own account"
        UNIT = "unit", "Account of a unit"
        PERSON = "person", "Account in a person's name"

    class Status(models.TextChoices):
        ACTIVE = "active", "In use"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        SUSPENDED = "suspended", "Suspended"

    MOVES = {
        Status.ACTIVE: {Status.NEEDS_ATTENTION, Status.SUSPENDED},
        Status.NEEDS_ATTENTION: {Status.ACTIVE, Status.SUSPENDED},
        Status.SUSPENDED: {Status.ACTIVE},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="accounts")
    channel = models.CharField(max_length=30)
    handle = models.CharField(max_length=253)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.AGENCY)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    server_url = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200, blank=True)
    is_public = models.BooleanField(default=True)
    problem = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "channel", "server_url", "handle"], name="an_account_is_registered_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="needs_attention") | ~Q(problem=""), name="attention_says_why"
            ),
        ]


class Steward(models.Model):
    """The person answerable for an account, from a moment until the next one is named."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="stewards")
    person_ref = models.CharField(max_length=60)
    person_name = models.CharField(max_length=120)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="one_steward_at_a_time"
            ),
        ]


class Credential(models.Model):
    """What opens an account, sealed.

    secret: as the steward gave it; session: the channel's own tokens, replaced by the worker; version:
    raised by every new secret, so that a token of the old one is not kept.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="credential")
    secret = models.BinaryField()
    session = models.BinaryField(null=True)
    version = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField()
    rotated_by = models.CharField(max_length=60)
