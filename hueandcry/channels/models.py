"""Tables of accounts: who answers for each, what opens it, what its page says, who looks in on it."""

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
    takes (connector.Limits); quotas: what it last said is left (connector.Quota). is_main: among the few that the
    directory shows first; languages: first = default, empty: its unit's; goal: whom it is to reach, about what;
    every_days: it should post at least this often, 0: no such goal. unproved_at: since when it is not known that the
    credential opens this account, so that nothing is sent; other_id and other_handle: the account that it opens instead,
    once the channel has said so; moved_at: when somebody confirmed that it stands elsewhere on the channel now
    (channels/proving.py). RETIRED: closed for good, and anybody may know.
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
        RETIRED = "retired", "Retired"

    MOVES = {
        Status.ACTIVE: {Status.NEEDS_ATTENTION, Status.SUSPENDED, Status.RETIRED},
        Status.NEEDS_ATTENTION: {Status.ACTIVE, Status.SUSPENDED, Status.RETIRED},
        Status.SUSPENDED: {Status.ACTIVE, Status.RETIRED},
    }
    SILENT = (Status.SUSPENDED, Status.RETIRED)  # nothing is sent through such an account

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
    is_main = models.BooleanField(default=False, db_default=False)
    languages = models.JSONField(default=list, db_default=NONE)
    goal = models.CharField(max_length=300, blank=True, db_default="")
    every_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    retired_at = models.DateTimeField(null=True)
    unproved_at = models.DateTimeField(null=True)
    other_id = models.CharField(max_length=200, blank=True, db_default="")
    other_handle = models.CharField(max_length=253, blank=True, db_default="")
    moved_at = models.DateTimeField(null=True)

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


class ProfileTemplate(models.Model):
    """The text that every account's own page carries, with gaps such as ((agency)); profile.py fills them."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="profile_template")
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=60)


class ProfileCheck(Due):
    """What an account's own page says, and what it should. As a job: the next look, or the push that was asked for.

    shown: as last read; wanted: as it should have been then; missing: the obligatory parts that were not found
    (profile.Part); links_back: the page leads to our site, None: not known; proved: the network itself has proved
    that; confirmed_at: a person said that they had put the text there, where we cannot read; followers: how many the
    network says follow it; picture, banner, described: whether the page has one, and both have alt text; None: it does
    not say.
    """

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("Not looked at yet")
        SAME = "same", _("As it should be")
        DRIFT = "drift", _("Says something else")
        UNREADABLE = "unreadable", _("The network does not let us read it")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="profile")
    state = models.CharField(max_length=10, choices=State, default=State.UNKNOWN)
    wanted = models.TextField(blank=True)
    shown = models.TextField(blank=True)
    missing = models.JSONField(default=list)
    links_back = models.BooleanField(null=True)
    proved = models.BooleanField(null=True)
    checked_at = models.DateTimeField(null=True)
    push_asked_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    followers = models.PositiveBigIntegerField(null=True)
    picture = models.BooleanField(null=True)
    banner = models.BooleanField(null=True)
    described = models.BooleanField(null=True)


class Watch(models.Model):
    """That somebody looks in on an account every so many days. checker_ref: "": whoever may check accounts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="watch")
    every_days = models.PositiveSmallIntegerField()
    next_on = models.DateField()
    checker_ref = models.CharField(max_length=60, blank=True)
    checker_name = models.CharField(max_length=120, blank=True)


class Look(models.Model):
    """One look at an account by a checker: fine, or a note of what is not."""

    class Outcome(models.TextChoices):
        FINE = "fine", _("Fine")
        NOTE = "note", _("Something to say")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="looks")
    by_ref = models.CharField(max_length=60)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    due_on = models.DateField(null=True)
    outcome = models.CharField(max_length=4, choices=Outcome)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="note") | ~Q(note=""), name="a_look_with_a_note_has_one"
            ),
        ]


class Handover(models.Model):
    """An account passed from one person to the next. note: what the next one must know; shown: the public is told."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="handovers")
    from_ref = models.CharField(max_length=60)
    from_name = models.CharField(max_length=120)
    to_ref = models.CharField(max_length=60)
    to_name = models.CharField(max_length=120)
    note = models.TextField()
    at = models.DateTimeField()
    shown = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="a_handover_says_what_to_know"),
        ]


class Voice(models.Model):
    """A person whom the public may follow, on a page of their own, from the moment they said so (shown_at)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="voices")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    reach = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "slug"], name="a_voice_has_an_address_of_its_own"),
            models.UniqueConstraint(fields=["agency", "person"], name="a_person_has_one_voice"),
        ]


class AccountImport(models.Model):
    """A table of accounts that somebody has sent and not yet brought in. Gone once it is, or is discarded."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    text = models.TextField()
    by_ref = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
