"""Tables of lists, subscribers, messages and what was sent to whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import Due
from hueandcry.jobs.sweep import Urgency
from hueandcry.lists.choices import Level, Medium


class SubscriberList(models.Model):
    """An agency's list on one medium. sender: as people see it; closed_at: nobody can join, nothing is sent."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="lists")
    medium = models.CharField(max_length=12, choices=Medium)
    sender = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "medium"], name="one_list_for_each_medium"),
        ]


class Subscriber(Due):
    """One address on a list. As a job: what is to be written to them about their subscription (`owed`).

    mark: keyed digest of the address; sealed: the address, or what opens a browser's push; levels, areas, topics:
    see choices.pack, areas and topics "" for all; quiet_from, quiet_to: minutes of the day in the agency's zone;
    wanted: choices asked for and not yet confirmed; consent: how they said yes; asks: how often they asked since
    asked_at.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for their yes")
        ACTIVE = "active", _("On the list")
        PAUSED = "paused", _("Paused, came back")

    class Owed(models.TextChoices):
        NOTHING = "", ""
        CONFIRM = "confirm", _("The question whether they mean it")
        WELCOME = "welcome", _("The word that they are on the list")

    MOVES = {
        Status.WAITING: {Status.ACTIVE},
        Status.ACTIVE: {Status.PAUSED},
        Status.PAUSED: {Status.ACTIVE},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    list = models.ForeignKey(SubscriberList, on_delete=models.PROTECT, related_name="subscribers")
    mark = models.CharField(max_length=64)
    sealed = models.BinaryField()
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    owed = models.CharField(max_length=8, choices=Owed, blank=True, default=Owed.NOTHING)
    levels = models.CharField(max_length=60, blank=True)
    areas = models.TextField(blank=True)
    topics = models.TextField(blank=True)
    language = models.CharField(max_length=20, blank=True)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_to = models.PositiveSmallIntegerField(null=True)
    wanted = models.JSONField(null=True)
    consent = models.CharField(max_length=300, blank=True)
    asks = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "mark"], name="an_address_is_once_on_a_list"),
            models.CheckConstraint(
                condition=Q(status="waiting") | Q(confirmed_at__isnull=False),
                name="nobody_is_on_a_list_unasked",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
        ]
        indexes = [models.Index(fields=["list", "status", "id"], name="subscriber_of_list")]


class Departed(models.Model):
    """The keyed digest of an address that left or bounced: nobody may add it by hand. Forgotten after two years."""

    class Reason(models.TextChoices):
        LEFT = "left", _("They left")
        REMOVED = "removed", _("Taken off the list by hand")
        BOUNCED = "bounced", _("Messages came back")
        COMPLAINED = "complain", _("They reported a message as unwanted")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    list = models.ForeignKey(SubscriberList, on_delete=models.PROTECT)
    mark = models.CharField(max_length=64)
    reason = models.CharField(max_length=8, choices=Reason)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "mark"], name="an_address_departs_once")]


class Message(Due):
    """What a list is told. As a job: writing a row for each subscriber it is for.

    key: of the delivery that handed it over; cursor: the last subscriber looked at; people: rows written. What a
    pause is asked with: account_id (numbers, since this room stands below theirs), unit_ids and about (all the
    post's topics), as choices.pack keeps them; held_at and held_why: while it is held back, "" once only a person is
    waited for.
    """

    class Status(models.TextChoices):
        SPREADING = "spreading", _("Being prepared")
        SENDING = "sending", _("Being sent")
        DONE = "done", _("Sent")
        STOPPED = "stopped", _("Stopped")

    MOVES = {
        Status.SPREADING: {Status.SENDING, Status.STOPPED},
        Status.SENDING: {Status.DONE, Status.STOPPED},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    list = models.ForeignKey(SubscriberList, on_delete=models.PROTECT, related_name="messages")
    key = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=8, choices=Level)
    areas = models.TextField(blank=True)
    topics = models.TextField(blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    link = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.SPREADING)
    cursor = models.BigIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    account_id = models.BigIntegerField(null=True)
    unit_ids = models.TextField(blank=True, default="", db_default="")
    about = models.TextField(blank=True, default="", db_default="")
    held_at = models.DateTimeField(null=True)
    held_why = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["list", "status"], name="message_of_list")]


class Sending(Due):
    """One message to one subscriber. The row is the job (ADR 0004). subscriber: null once they have left.

    provider_id: what the carrier calls it; tried_at: the moment of the first try, after which it is never sent blind;
    is_ours: it came back because of us, so it says nothing about the address (verdicts.py).
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        TRYING = "trying", _("Being sent")
        SENT = "sent", _("Taken by the carrier")
        RETURNED = "returned", _("Came back")
        UNKNOWN = "unknown", _("Not known whether it was sent")
        STOPPED = "stopped", _("Not sent: stopped or left")

    MOVES = {
        Status.QUEUED: {Status.TRYING, Status.STOPPED},
        Status.TRYING: {Status.SENT, Status.RETURNED, Status.UNKNOWN, Status.QUEUED},
        Status.SENT: {Status.RETURNED},
        Status.UNKNOWN: {Status.SENT, Status.RETURNED},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="sendings")
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    urgency = models.PositiveSmallIntegerField(choices=[(u.value, u.name) for u in Urgency])
    provider_id = models.CharField(max_length=120, blank=True)
    is_ours = models.BooleanField(default=False, db_default=False)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "subscriber"], name="a_message_goes_once_to_a_subscriber"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "stopped"]) | Q(tried_at__isnull=False),
                name="a_try_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "urgency", "due_at"], name="sending_due"),
            models.Index(fields=["message", "status"], name="sending_of_message"),
        ]


class SlipAside(Due):
    """A slip that could not be carried out. As a job: trying it again; not due: a person is waited for.

    agency: None if it could not even be opened; name: of its file (lists/slips.py); kind: what it asks; last_error:
    the kind of failure, never a word of the slip.
    """

    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()


class ReturnMailbox(Due):
    """How far the mailbox was read to which mail comes back. As a job: reading on. One row for each place it ever was.

    validity, last_uid: the last message looked at (RFC 3501 section 2.3.1.1); uid, tries: the report in hand and how
    often it was begun; read_at: when the mailbox last answered; problem: why it does not, "" if it does.
    """

    class Problem(models.TextChoices):
        NONE = "", ""
        AWAY = "away", _("It does not answer")
        PASSWORD = "password", _("It does not accept user or password")
        FOLDER = "folder", _("The folder is not there, or can only be read")
        CLEAR = "clear", _("The password would travel in the clear")
        SECRET = "secret", _("The file with the password is not there or open to others")

    place = models.CharField(max_length=300, unique=True)
    validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=8, choices=Problem, blank=True, default=Problem.NONE)
    problem_since = models.DateTimeField(null=True)
