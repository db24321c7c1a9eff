"""Tables of agencies and people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.roles import LABELS, Role
from hueandcry.jobs.due import Due


class Agency(models.Model):
    """A force or a tip programme. Many can live in one installation, told apart by host name."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "Agency"
        TIP_PROGRAMME = "tip_programme", "Tip programme"

    kind = models.CharField(max_length=20, choices=Kind, default=Kind.AGENCY)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    slug = models.SlugField(max_length=40, unique=True)
    public_host = models.CharField(
        max_length=120
    )  # host name without port; programmes may share their agency's
    desk_host = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60)  # IANA name
    languages = models.JSONField(default=list)  # first = default
    emergency_number = models.CharField(max_length=20, default="999")
    phone = models.CharField(max_length=40, blank=True)
    reference_prefix = models.CharField(max_length=6, blank=True)
    brand_colour = models.CharField(max_length=7, blank=True, db_default="")  # "#13294b"; empty: the house's
    logo_text = models.CharField(max_length=40, blank=True, db_default="")  # empty: the short name
    tip_programme = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="agencies"
    )
    is_demo = models.BooleanField(default=False)
    requires_training = models.BooleanField(
        default=False, db_default=False
    )  # nobody posts without a course in force
    law_pack = models.CharField(
        max_length=40, default="us-generic", db_default="us-generic"
    )  # the rules of law that drafts are checked against (preflight/packs)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["public_host"], condition=Q(kind="agency"), name="one_agency_per_public_host"
            ),
            models.CheckConstraint(
                condition=Q(kind="agency") | Q(tip_programme__isnull=True),
                name="a_programme_has_no_programme",
            ),
        ]


class Unit(models.Model):
    """A part of an agency: a division, a station, a unit. parent: what it belongs to; none: the agency itself.

    slug: its place in public addresses (/stations/<slug>/); languages: spoken there, first = default, empty: the agency's.
    """

    class Kind(models.TextChoices):
        DIVISION = "division", _("Division")
        STATION = "station", _("Station")
        UNIT = "unit", _("Unit")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)
    about = models.TextField(blank=True)
    area = models.CharField(
        max_length=300, blank=True
    )  # districts and postcodes in words, for "Find your station"
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    languages = models.JSONField(default=list)
    is_public = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "slug"], name="a_unit_has_an_address_of_its_own"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="no_unit_is_its_own_parent"),
        ]


class Person(models.Model):
    """A human who signs in. The second factor is sealed under a key file; recovery codes are digests."""

    name = models.CharField(max_length=120)
    email = models.EmailField(unique=True)  # lower case
    password = models.CharField(max_length=255, blank=True)
    totp_sealed = models.BinaryField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    recovery_digests = models.JSONField(default=list)
    wrong_codes = models.PositiveSmallIntegerField(default=0)  # right password, wrong code
    wrong_codes_since = models.DateTimeField(null=True)
    session_epoch = models.PositiveIntegerField(default=1)  # raised to end every session at once
    joined_at = models.DateTimeField(null=True)  # null: invited, not yet here
    is_demo = models.BooleanField(default=False)
    passkey_handle = models.CharField(max_length=43, blank=True)  # random; says nothing of the person
    single_keys = models.BooleanField(default=True)  # single-letter keys at the desk (WCAG 2.1.4)


class Passkey(models.Model):
    """A passkey (WebAuthn) of a person: its public half. It signs in by itself, since the device asked who it is."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    rp_id = models.CharField(max_length=120)  # the desk's host name it was made for; it works under no other
    credential_id = models.CharField(max_length=1400, unique=True)  # base64url
    credential = models.BinaryField()  # AttestedCredentialData, WebAuthn section 6.5.1
    count = models.BigIntegerField(default=0)  # the authenticator's own; 0 if it keeps none
    label = models.CharField(max_length=60)
    can_unlock = models.BooleanField(default=False)  # it has the PRF extension, so it can unlock a tip key
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)  # its count went backwards: it may have been copied


class SpentChallenge(models.Model):
    """A challenge that a passkey has answered, kept until it would have run out, so that no answer works twice."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)


class Sitting(models.Model):
    """One sign-in in one browser. Without its row the session counts no more."""

    class Way(models.TextChoices):
        CODE = "code", "Password and code"
        PASSKEY = "passkey", "Passkey"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sittings")
    way = models.CharField(max_length=10, choices=Way)
    browser = models.CharField(
        max_length=80, blank=True
    )  # such as "Firefox on Windows"; no version, no address
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # to five minutes


class Device(models.Model):
    """A browser in which this person has signed in before, known by the digest of its cookie."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64, unique=True)
    last_used_at = models.DateTimeField()


class Membership(models.Model):
    """One role of one person in one agency, from a day until it is ended."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, LABELS[role]) for role in Role])
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency", "role"],
                condition=Q(ended_at__isnull=True),
                name="a_role_is_held_once",
            ),
        ]


class Invitation(models.Model):
    """A one-time link for a person to choose password and second factor; also used to reset them."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    totp_sealed = models.BinaryField()  # taken over on joining, unless the page offered a fresher one
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    invited_by = models.CharField(max_length=60)


class Course(models.Model):
    """A course that gives the right to post. syllabus: what it teaches, [{"title": …, "contents": [sentence, …]}, …]."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="courses")
    name = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField()
    valid_months = models.PositiveSmallIntegerField()
    syllabus = models.JSONField(default=list)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)  # nobody passes it any more; what was passed stays in force

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(retired_at__isnull=True),
                name="a_course_has_a_name_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1) & Q(valid_months__gte=1), name="a_course_lasts_and_lapses"
            ),
        ]


class Training(Due):
    """A course that a person has passed. As a job: the next warning that it lapses.

    passed_on, expires_on: days of the agency's calendar; it is in force on both and between, unless revoked.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="trainings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="passed")
    passed_on = models.DateField()
    expires_on = models.DateField()
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gt=models.F("passed_on")), name="training_lapses_after_it_was_passed"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="", revoked_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="") & ~Q(revoked_reason="")),
                name="training_is_revoked_by_somebody_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["agency", "person"], name="training_of_a_person")]


class Policy(models.Model):
    """A text that people who post must know. layer: who made the rule."""

    class Layer(models.TextChoices):
        AGENCY = "agency", _("Agency")
        CITY = "city", _("City or county")
        LAW = "law", _("Law")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="policies")
    layer = models.CharField(max_length=10, choices=Layer)
    title = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "title"],
                condition=Q(retired_at__isnull=True),
                name="a_policy_has_a_title_of_its_own",
            ),
        ]


class PolicyVersion(models.Model):
    """One wording of a policy, never changed once it is in force. in_force_at null: still being written.

    questions: a short quiz, [{"ask": …, "answers": [text, …], "right": number from 0, "because": …}, …].
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    questions = models.JSONField(default=list)
    in_force_at = models.DateTimeField(null=True)
    put_in_force_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="versions_of_a_policy_are_numbered"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(in_force_at__isnull=True), name="one_draft_of_a_policy"
            ),
        ]


class Acknowledgement(models.Model):
    """A person has read one version of a policy and answered its questions right. tries: the last one counted."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="acknowledgements")
    tries = models.PositiveIntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True)  # null: tried, not yet right

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="a_version_is_acknowledged_once"),
        ]


class Brake(models.Model):
    """Posting is paused for one person, account, topic or unit, or for all, until a moment or until somebody lifts it.

    scope_id: the id of the person, account or unit as text, the topic's word, "" for all; scope_name: as it was
    called then.
    """

    class Scope(models.TextChoices):
        PERSON = "person", _("Person")
        ACCOUNT = "account", _("Account")
        TOPIC = "topic", _("Topic")
        UNIT = "unit", _("Station or unit")
        ALL = "all", _("Everything")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="brakes")
    scope = models.CharField(max_length=10, choices=Scope)
    scope_id = models.CharField(max_length=60, blank=True)
    scope_name = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    by_ref = models.CharField(max_length=60)
    by_name = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("begun_at")), name="a_brake_ends_by_itself"
            ),
            models.CheckConstraint(
                condition=Q(scope="all", scope_id="") | (~Q(scope="all") & ~Q(scope_id="")),
                name="a_brake_names_what_it_pauses",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_brake_says_why"),
        ]
        indexes = [models.Index(fields=["agency", "until"], name="brake_in_force")]
