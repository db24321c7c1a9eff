"""Tables of the tips room, all in the database `tips`. Times are whole hours; nothing here is readable text."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hueandcry.tips.envelope import Direction


class Tip(models.Model):
    """One case. agency_id: the tip programme it belongs to; appeal_ref: the appeal it answers, as typed, or empty."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        WORKING = "working", _("Being worked on")
        CLOSED = "closed", _("Closed")

    MOVES = {
        Status.NEW: {Status.WORKING, Status.CLOSED},
        Status.WORKING: {Status.NEW, Status.CLOSED},
        Status.CLOSED: {Status.WORKING},
    }

    id = models.CharField(max_length=26, primary_key=True)  # random; every seal is bound to it
    agency_id = models.BigIntegerField()
    number = models.CharField(max_length=10, unique=True)
    appeal_ref = models.CharField(max_length=40, blank=True)
    arrived_hour = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    taken_by = models.CharField(max_length=60, blank=True)  # reference of the person who works on it
    public_key = models.BinaryField(max_length=1216)
    salt = models.BinaryField(max_length=16)
    code_tag = models.BinaryField(max_length=16)
    auth_digest = models.BinaryField(max_length=32)
    # The seed, closed for the tipster: 60 bytes under the wrap half of the code, or 1,168 for tipster_public.
    tipster_wrap = models.BinaryField(max_length=1168)
    # Follows from the code; empty: not known yet.
    tipster_public = models.BinaryField(max_length=1216, default=b"", db_default=b"")
    tipster_proof = models.BinaryField(max_length=32, default=b"", db_default=b"")  # keys.tipster_proof
    messages_count = models.PositiveIntegerField(default=0)
    heard_to = models.PositiveIntegerField(default=0)  # position of the tipster's latest message
    read_to = models.PositiveIntegerField(default=0)  # position up to which the desk has opened it
    renew = models.BooleanField(
        default=False, db_default=False
    )  # somebody who could open it left: it needs a new key pair
    generation = models.PositiveIntegerField(
        default=0, db_default=0
    )  # how many key pairs it had before this one

    class Meta:
        # In the order of the list to the last column: SQLite would otherwise read all of one, wide as the rows are.
        indexes = [
            models.Index(fields=["agency_id", "-arrived_hour", "number"], name="tip_by_hour"),
            models.Index(fields=["agency_id", "status", "-arrived_hour", "number"], name="tip_by_status"),
            models.Index(
                fields=["agency_id"], condition=models.Q(heard_to__gt=models.F("read_to")), name="tip_unread"
            ),
        ]


class Message(models.Model):
    """One turn of a dialogue. mark: tells the same text sent twice from two texts (keyed; the key is not kept)."""

    class Side(models.TextChoices):
        FROM_TIPSTER = Direction.FROM_TIPSTER, "From the tipster"
        FROM_DESK = Direction.FROM_DESK, "From the desk"

    agency_id = models.BigIntegerField()
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="messages")
    position = models.PositiveIntegerField()
    direction = models.CharField(max_length=12, choices=Side)
    sealed = models.BinaryField()
    mark = models.BinaryField(max_length=16)
    hour = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["tip", "position"], name="one_message_per_position"),
            models.UniqueConstraint(fields=["tip", "mark"], name="a_message_is_kept_once"),
        ]


class DeskKey(models.Model):
    """An officer's public key, and their private key closed under a passphrase that only they know.

    What tips are sealed to is decided by the signed log (tips/trust.py); the status here is for showing.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("In use")
        WAITING = "waiting", _("Waiting for a colleague")
        RETIRED = "retired", _("Retired")
        LEFT = "left", _("Holder has left")

    MOVES = {
        Status.WAITING: {Status.ACTIVE, Status.RETIRED, Status.LEFT},
        Status.ACTIVE: {Status.RETIRED, Status.LEFT},
        Status.LEFT: {Status.RETIRED},
    }

    agency_id = models.BigIntegerField()
    person_ref = models.CharField(max_length=60)
    person_name = models.CharField(max_length=120)  # as colleagues knew them when the key was made
    label = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=32, unique=True)
    public_key = models.BinaryField(max_length=1216)
    signing_public = models.BinaryField(
        max_length=32, default=b"", db_default=b""
    )  # empty: made before keys could sign
    wrapped_private = models.BinaryField(max_length=200)  # emptied when the key is retired
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    made_hour = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["agency_id", "status"], name="desk_key_by_programme")]


class KeyLock(models.Model):
    """One more way to unlock a desk key: its private half, closed under what a passkey gives."""

    class Kind(models.TextChoices):
        PASSKEY = "passkey", "Passkey"

    desk_key = models.ForeignKey(DeskKey, on_delete=models.PROTECT, related_name="locks")
    agency_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PASSKEY)
    credential_id = models.CharField(max_length=1400)  # base64url
    wrapped = models.BinaryField(max_length=60)
    made_hour = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk_key", "credential_id"], name="one_lock_per_passkey"),
        ]


class KeyStatement(models.Model):
    """One link of a programme's key log (tips/keylog.py). digest: of this statement, as the next one names it."""

    agency_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "seq"], name="one_statement_per_place"),
        ]


class RootUse(models.Model):
    """A use of the programme's root: when its shares were put together, and what for."""

    class Kind(models.TextChoices):
        MADE = "made", "Made"
        APPROVE = "approve", "Keys approved"
        DRILL = "drill", "Drill"
        RECOVER = "recover", "Tips recovered"
        REPLACED = "replaced", "Replaced by a new root"

    agency_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    fingerprint = models.CharField(max_length=20)
    hour = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency_id", "kind", "-hour"], name="root_use_by_kind")]


class RecoveryKey(models.Model):
    """A recovery key that tips are or were sealed to: the public half only. The current one follows from the root."""

    agency_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=32, unique=True)
    public_key = models.BinaryField(max_length=1216)
    made_hour = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id"], condition=models.Q(is_current=True), name="one_current_recovery_key"
            ),
        ]


class KeyWrap(models.Model):
    """A tip's seed, closed for one key; for a desk key closed once more under that key's lock (tips/locks.py)."""

    class Kind(models.TextChoices):
        DESK = "desk", "Desk key"
        RECOVERY = "recovery", "Recovery key"

    agency_id = models.BigIntegerField()
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="wraps")
    kind = models.CharField(max_length=10, choices=Kind)
    fingerprint = models.CharField(max_length=32)
    sealed = models.BinaryField(max_length=1196)
    lock = models.CharField(
        max_length=16, blank=True, default="", db_default=""
    )  # which lock of the key; empty: none

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tip", "fingerprint"], name="one_wrap_per_key")]
        indexes = [models.Index(fields=["fingerprint"], name="wrap_by_key")]


class Ticket(models.Model):
    """A form that was sent. digest: SHA-256 of its ticket, from which no code can be made again."""

    agency_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, unique=True)
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="tickets")
    hour = models.DateTimeField(db_index=True)
