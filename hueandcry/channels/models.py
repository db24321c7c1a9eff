"""Tables of accounts, stewards and sealed credentials."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency, Person, Unit
from hueandcry.jobs.due import Due

NONE = models.Value([], models.JSONField())


class Account(Due):
    """An account of the agency's on a channel. As a job: its next health check.

    server_url: whom we call; external_id: the channel's own lasting id, learned by the first check;
    is_public: appeals are announced here; problem: one sentence while it needs attention. mode: the dial, how free
    those who hold it are; audience: who can read what is posted there; topics: its lane, empty: any; unit: whose it
    is; face and title: the person whom the public sees there and their post; limits: what the channel itself said it
    takes (connector.Limits); quotas: what it last said is left (connector.Quota).
    """

    class Kind(models.TextChoices):
        AGENCY = "agency", _("The agency's own account")
        STATION = "station", _("Account of a station")
        UNIT = "unit", _("Account of a unit")
        PERSON = "person", _("Account in a person's name")
        INTERNAL = "internal", _("Account for staff only")
        ALERTS = "alerts", _("Alert channel")

    class Mode(models.TextChoices):
        DRAFT = "draft", _("Draft only: the desk posts")
        TWO_PERSON = "two_person", _("Two people: somebody else approves")
        IN_LANE = "in_lane", _("Free inside its lane")
        FREE = "free", _("Free")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        REGISTERED = "registered", _("People who signed up")
        STAFF = "staff", _("Staff only")

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
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.TWO_PERSON, db_default=Mode.TWO_PERSON)
    audience = models.CharField(
        max_length=12, choices=Audience, default=Audience.PUBLIC, db_default=Audience.PUBLIC
    )
    topics = models.JSONField(default=list, db_default=NONE)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="accounts")
    face = models.CharField(max_length=120, blank=True, db_default="")
    title = models.CharField(max_length=120, blank=True, db_default="")
    limits = models.JSONField(null=True)
    quotas = models.JSONField(default=list, db_default=NONE)

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
    """The person answerable for an account, and a second one, from a moment until the next one is named."""

    class Part(models.TextChoices):
        FIRST = "first", _("Steward")
        SECOND = "second", _("Second steward")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="stewards")
    part = models.CharField(max_length=8, choices=Part, default=Part.FIRST, db_default=Part.FIRST)
    person_ref = models.CharField(max_length=60)
    person_name = models.CharField(max_length=120)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "part"], condition=Q(ended_at__isnull=True), name="one_steward_at_a_time"
            ),
        ]


class Holder(models.Model):
    """A person who may post through an account, from a moment until it is ended. mode: theirs there, "": the account's."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holders")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="held_accounts")
    mode = models.CharField(max_length=12, choices=Account.Mode, blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person"],
                condition=Q(ended_at__isnull=True),
                name="an_account_is_held_once",
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
