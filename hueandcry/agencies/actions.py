"""What may be done with agencies and people."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import auth, queries
from hueandcry.agencies.models import Agency, Invitation, Membership, Person
from hueandcry.agencies.roles import KINDS, Role, why_not_together
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

INVITATION_DAYS = 7
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_LOGO = 40


class LinkElsewhere(Conflict):
    """The one-time link would give one agency's administrator what a person may do in another agency."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. token: for the one-time link, shown once and never stored."""

    person: Person
    token: str


def _found(*, by: Actor) -> None:
    """Setting up an agency is the operator's act at the machine, not a person's at the desk."""
    if by.ref != "system:init":
        by.require(Permission.AGENCY_MANAGE)


@cache
def _zones() -> frozenset[str]:
    """The names of all time zones; finding them reads six hundred files."""
    return frozenset(available_timezones())


@transaction.atomic
def create_agency(
    *,
    kind: str,
    name: str,
    slug: str,
    public_host: str,
    desk_host: str,
    time_zone: str,
    languages: list[str],
    by: Actor,
    short_name: str = "",
    emergency_number: str = "999",
    phone: str = "",
    reference_prefix: str = "",
    law_pack: str = "us-generic",
    is_demo: bool = False,
) -> Agency:
    """Set up a force or a tip programme; called by `hue init` and the demonstration.

    Raises Invalid for an unknown time zone, Conflict if the slug or public host is taken.
    """
    _found(by=by)
    if time_zone not in _zones():
        raise Invalid(
            _("“%s” is not a time zone. Use a name such as Europe/London.") % time_zone, field="time_zone"
        )
    try:
        with transaction.atomic():
            agency = Agency.objects.create(
                kind=kind,
                name=name,
                short_name=short_name or name,
                slug=slug,
                public_host=public_host.lower(),
                desk_host=desk_host.lower(),
                time_zone=time_zone,
                languages=languages,
                emergency_number=emergency_number,
                phone=phone,
                reference_prefix=reference_prefix,
                law_pack=law_pack,
                is_demo=is_demo,
            )
    except IntegrityError:
        raise Conflict(_("An agency with this short address or this host name exists already.")) from None
    actor = Actor(ref=by.ref, name=by.name, agency_id=agency.pk, permissions=by.permissions)
    record(
        by=actor, verb="agency.create", subject=ref("agency", agency.pk), body={"name": name, "kind": kind}
    )
    return agency


@transaction.atomic
def choose_tip_programme(*, agency_id: int, programme_id: int, by: Actor) -> None:
    """Send this force's tips to a programme, an organisation of its own. Raises NotFound, Invalid."""
    _found(by=by)
    agency, programme = queries.get_agency(agency_id), queries.get_agency(programme_id)
    if programme.kind != Agency.Kind.TIP_PROGRAMME:
        raise Invalid(_("Tips can only go to a tip programme."), field="tip_programme")
    Agency.objects.filter(pk=agency.pk).update(tip_programme=programme)
    record(
        by=by,
        verb="agency.choose-programme",
        subject=ref("agency", agency.pk),
        body={"programme": programme.name},
    )


@transaction.atomic
def invite_person(*, name: str, email: str, roles: set[Role], by: Actor, is_demo: bool = False) -> Invited:
    """Invite a person into the actor's agency, or make a new one-time link for one not yet here.

    A person who has joined already (through another agency) is simply given the roles; the token is
    then empty. Raises NotAllowed, Invalid, Conflict (also LinkElsewhere).
    """
    by.require(Permission.PEOPLE_MANAGE)
    if not name.strip():
        raise Invalid(_("Give the person's name."), field="name")
    if not roles:
        raise Invalid(_("Choose at least one role."), field="roles")
    person, _made = Person.objects.get_or_create(
        email=email.strip().lower(), defaults={"name": name.strip(), "is_demo": is_demo}
    )
    for role in sorted(roles):
        _give(person, role, by=by)
    if person.joined_at:
        return Invited(person, "")
    return Invited(person, _invitation(person, by=by, verb="person.invite"))


@transaction.atomic
def reset_sign_in(*, person_id: int, by: Actor) -> Invited:
    """Make a one-time link with which a person chooses password and second factor anew.

    Every session of theirs ends, and the old password, codes, passkeys and browsers count no more. Nobody
    resets their own. Raises NotAllowed, NotFound, Conflict, LinkElsewhere.
    """
    by.require(Permission.PEOPLE_MANAGE)
    person = queries.person_line(actor=by, person_id=person_id).person
    if ref("person", person.pk) == by.ref:
        raise Conflict(_("Another administrator must reset your sign-in."))
    Person.objects.filter(pk=person.pk).update(
        session_epoch=person.session_epoch + 1, password="", totp_sealed=None, recovery_digests=[]
    )
    for kept in (person.devices, person.passkeys, person.sittings):
        kept.all().delete()
    return Invited(person, _invitation(person, by=by, verb="person.reset"))


def _elsewhere(person: Person, *, by: Actor) -> bool:
    """True if a link made by this actor could be used to act for another agency. The operator may."""
    held = any(m.agency_id != by.agency_id for m in queries.memberships_of(person.pk))
    return held and not by.ref.startswith("system:")


def _invitation(person: Person, *, by: Actor, verb: str) -> str:
    if _elsewhere(person, by=by):
        raise LinkElsewhere(
            _(
                "This person also works for another agency. Whoever holds a new link could act there, so only "
                "the operator of this installation can make one: hue people link."
            )
        )
    token = secrets.token_urlsafe(24)
    _plain, sealed = auth.new_totp()
    person.invitations.filter(used_at__isnull=True).delete()
    Invitation.objects.create(
        person=person,
        agency_id=by.agency_id,
        digest=auth.digest(token),
        totp_sealed=sealed,
        expires_at=clock.now() + timedelta(days=INVITATION_DAYS),
        invited_by=by.ref,
    )
    record(
        by=by, verb=verb, subject=ref("person", person.pk), body={"name": person.name, "email": person.email}
    )
    return token


@transaction.atomic
def join(*, token: str, password: str, code: str, offered: str = "") -> list[str]:
    """Take up an invitation: choose a password, prove the second factor. Returns ten recovery codes.

    offered: the secret that the page showed (auth.offer_totp); "" is the invitation's own, never shown.
    Raises NotFound (unknown, used or old link), Invalid (password or code), Conflict if used meanwhile.
    """
    invitation = queries.open_invitation(token)
    person = invitation.person
    check_new_password(password, person=person)
    sealed = auth.read_offer(offered) if offered else bytes(invitation.totp_sealed)
    secret_text = auth.open_totp(sealed)
    if not auth.code_fits(secret_text=secret_text, code=code):
        raise Invalid(
            _("That code does not fit. Check the clock of your phone and type the newest code."), field="code"
        )
    moment = clock.now()
    if not Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=moment):
        raise Conflict(_("This link was used a moment ago."))
    codes = auth.new_recovery_codes()
    Person.objects.filter(pk=person.pk).update(
        password=make_password(password),
        totp_sealed=sealed,
        recovery_digests=[auth.recovery_digest(item) for item in codes],
        wrong_codes=0,
        wrong_codes_since=None,
        joined_at=person.joined_at or moment,
    )
    actor = Actor(ref=ref("person", person.pk), name=person.name, agency_id=invitation.agency_id)
    record(by=actor, verb="person.join", subject=ref("person", person.pk))
    return codes


def check_new_password(password: str, *, person: Person) -> None:
    """Raises Invalid unless the password is long enough and not made of the person's own words.

    NIST SP 800-63B-4 section 3.1.1.2 (2025): length instead of kinds of characters.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(
            _("Use at least %d characters. Four words are easy to keep in mind.") % SHORTEST_PASSWORD,
            field="password",
        )
    plain = password.lower()
    own = [person.email, person.email.partition("@")[0], *person.name.lower().split()]
    left = plain
    for word in sorted((w for w in own if len(w) > 2), key=len, reverse=True):  # noqa: PLR2004 - initials do not matter
        left = left.replace(word, "")
    if len(set(plain)) < 5 or len(left) < SHORTEST_PASSWORD // 2:  # noqa: PLR2004 - "aaaaaaaaaaaa" and the like
        raise Invalid(
            _("This password is too easy to guess. Use four words that do not belong together."),
            field="password",
        )


@transaction.atomic
def give_role(*, person_id: int, role: Role, by: Actor) -> None:
    """Give a member one more role. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.PEOPLE_MANAGE)
    _give(queries.person_line(actor=by, person_id=person_id).person, role, by=by)


def _give(person: Person, role: Role, *, by: Actor) -> None:
    agency = queries.get_agency(by.agency_id)
    # One after the other: two roles that may not meet could be given at the same moment.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if agency.kind not in KINDS[role]:
        raise Conflict(
            _("The role “%(role)s” does not exist in %(agency)s.")
            % {"role": role.label, "agency": agency.name}
        )
    held = {Role(m.role) for m in queries.memberships_of(person.pk) if m.agency_id == by.agency_id}
    if role in held:
        return
    links = person.invitations.filter(used_at__isnull=True, expires_at__gt=clock.now())
    if links.exclude(agency_id=by.agency_id).exists() and not by.ref.startswith("system:"):
        raise LinkElsewhere(
            _(
                "This person has a one-time link of another agency that is not used yet. Ask them to use it first."
            )
        )
    if reason := why_not_together(held | {role}):
        raise Conflict(reason)
    Membership.objects.create(person=person, agency=agency, role=role, started_at=clock.now())
    record(
        by=by,
        verb="person.give-role",
        subject=ref("person", person.pk),
        body={"role": role.value, "name": person.name},
    )


@transaction.atomic
def take_role(*, person_id: int, role: Role, by: Actor) -> None:
    """End one role of a member. The last administrator stays. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.PEOPLE_MANAGE)
    # One after the other: the last two administrators could take each other out.
    Agency.objects.select_for_update(no_key=True).get(pk=by.agency_id)
    line = queries.person_line(actor=by, person_id=person_id)
    if role not in line.roles:
        raise Conflict(_("This person does not hold that role now."))
    if role == Role.ADMINISTRATOR and _administrators(by.agency_id) <= 1:
        raise Conflict(_("This is the last administrator. Give the role to somebody else first."))
    Membership.objects.filter(
        person=line.person, agency_id=by.agency_id, role=role, ended_at__isnull=True
    ).update(ended_at=clock.now())
    record(
        by=by,
        verb="person.take-role",
        subject=ref("person", line.person.pk),
        body={"role": role.value, "name": line.person.name},
    )


@transaction.atomic
def end_membership(*, person_id: int, by: Actor) -> None:
    """End every role of a person in this agency at once; their open sessions here stop at the next click.

    Raises NotAllowed, NotFound, Conflict for the last administrator.
    """
    by.require(Permission.PEOPLE_MANAGE)
    line = queries.person_line(actor=by, person_id=person_id)
    for role in line.roles:
        take_role(person_id=person_id, role=role, by=by)
    record(by=by, verb="person.end", subject=ref("person", line.person.pk), body={"name": line.person.name})


def _administrators(agency_id: int) -> int:
    return Membership.objects.filter(
        agency_id=agency_id, role=Role.ADMINISTRATOR, ended_at__isnull=True, person__joined_at__isnull=False
    ).count()


@transaction.atomic
def set_look(*, brand_colour: str, logo_text: str, by: Actor) -> Agency:
    """Choose the agency's colour ("#13294b", or "" for the house's own) and the words in place of its logo.

    Raises NotAllowed, NotFound, Invalid.
    """
    by.require(Permission.AGENCY_MANAGE)
    agency = queries.get_agency(by.agency_id)
    colour = brand_colour.strip().lower()
    if colour and not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise Invalid(
            _("Write the colour as # and six digits or letters a to f, such as #13294b."),
            field="brand_colour",
        )
    words = " ".join(logo_text.split())
    if len(words) > LONGEST_LOGO:
        raise Invalid(_("At most %d characters.") % LONGEST_LOGO, field="logo_text")
    Agency.objects.filter(pk=agency.pk).update(brand_colour=colour, logo_text=words)
    agency.refresh_from_db()
    record(
        by=by,
        verb="agency.set-look",
        subject=ref("agency", agency.pk),
        body={"brand_colour": colour, "logo_text": words},
    )
    return agency


@transaction.atomic
def note_sign_in(*, person: Person, agency_id: int, way: str = "code") -> None:
    """Put a sign-in on the record of the agency acted for: who, when and by what (Sitting.Way), no address."""
    actor = Actor(ref=ref("person", person.pk), name=person.name, agency_id=agency_id)
    record(by=actor, verb="person.sign-in", subject=ref("person", person.pk), body={"way": way})
