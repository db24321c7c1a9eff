"""Reads of agencies and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.agencies.auth import digest
from hueandcry.agencies.models import Agency, Invitation, Membership, Passkey, Person, Sitting
from hueandcry.agencies.roles import Role, permissions_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.ids import person_number, ref


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as the people page shows one. roles: held now in the actor's agency."""

    person: Person
    roles: list[Role]

    @property
    def invited(self) -> bool:
        """True until the person has joined."""
        return self.person.joined_at is None


def get_agency(agency_id: int) -> Agency:
    """The agency. Raises NotFound."""
    agency = Agency.objects.select_related("tip_programme").filter(pk=agency_id).first()
    if agency is None:
        raise NotFound(_("There is no such agency."))
    return agency


def agencies() -> list[Agency]:
    """All agencies of this installation, forces first: for the public site's build, not for a person."""
    return list(Agency.objects.select_related("tip_programme").order_by("kind", "slug"))


def tip_programmes() -> list[Agency]:
    """Every tip programme of this installation: for the keys of each, not for a person."""
    return [agency for agency in agencies() if agency.kind == Agency.Kind.TIP_PROGRAMME]


def agency_for_public_host(host: str) -> Agency | None:
    """The force whose public site this host name (without port) is, or None."""
    return (
        Agency.objects.select_related("tip_programme")
        .filter(public_host=host.lower(), kind=Agency.Kind.AGENCY)
        .first()
    )


def desk_hosts() -> set[str]:
    """Every host name (without port) that a desk answers to."""
    return set(Agency.objects.values_list("desk_host", flat=True))


def memberships_of(person_id: int) -> list[Membership]:
    """What this person holds now, in all agencies."""
    return list(
        Membership.objects.filter(person_id=person_id, ended_at__isnull=True)
        .select_related("agency")
        .order_by("agency__kind", "agency__name", "role")
    )


def actor_for(*, person_id: int, agency_id: int) -> Actor:
    """The person acting for one agency. Raises NotFound if they hold no role there now."""
    person = get_person(person_id)
    if person is None:
        raise _no_role()
    return actor_of(person, held=memberships_of(person_id), agency_id=agency_id)


def actor_of(person: Person, *, held: list[Membership], agency_id: int) -> Actor:
    """The same for a person who is known already, with what they hold now. Raises NotFound."""
    roles = {Role(item.role) for item in held if item.agency_id == agency_id}
    if not roles:
        raise _no_role()
    return Actor(
        ref=ref("person", person.pk), name=person.name, agency_id=agency_id, permissions=permissions_of(roles)
    )


def _no_role() -> NotFound:
    return NotFound(_("You hold no role in this agency."))


def refs_holding(permission: Permission, *, agency_id: int) -> set[str]:
    """References ("person:12") of everybody whose roles in the agency give this permission now."""
    roles = [role.value for role in Role if permission in permissions_of({role})]
    rows = Membership.objects.filter(agency_id=agency_id, ended_at__isnull=True, role__in=roles)
    return {ref("person", number) for number in rows.values_list("person_id", flat=True)}


def get_person(person_id: int) -> Person | None:
    """The person, for the session. No actor yet: this is how one is made."""
    return Person.objects.filter(pk=person_id, joined_at__isnull=False).first()


def people(*, actor: Actor) -> list[PersonLine]:
    """Everybody who holds a role in the actor's agency. Raises NotAllowed."""
    actor.require(Permission.PEOPLE_MANAGE)
    rows = (
        Membership.objects.filter(agency_id=actor.agency_id, ended_at__isnull=True)
        .select_related("person")
        .order_by("person__name", "role")
    )
    lines: dict[int, PersonLine] = {}
    for row in rows:
        lines.setdefault(row.person_id, PersonLine(row.person, [])).roles.append(Role(row.role))
    return list(lines.values())


def person_line(*, actor: Actor, person_id: int) -> PersonLine:
    """One person of the actor's agency. Raises NotAllowed, NotFound (also for another agency's)."""
    for line in people(actor=actor):
        if line.person.pk == person_id:
            return line
    raise NotFound(_("There is no such person in this agency."))


def names_of(refs: set[str]) -> dict[str, str]:
    """Names of the people behind references such as "person:12", for pages that show who did what."""
    numbers = {number for item in refs if (number := person_number(item))}
    worker = {item: _("The worker") for item in refs if item.startswith("system:")}
    return worker | {ref("person", p.pk): p.name for p in Person.objects.filter(pk__in=numbers)}


def open_invitation(token: str) -> Invitation:
    """The invitation of a one-time link. Raises NotFound if it is unknown, used or too old."""
    found = (
        Invitation.objects.filter(digest=digest(token), used_at__isnull=True, expires_at__gt=clock.now())
        .select_related("person", "agency")
        .first()
    )
    if found is None:
        raise NotFound(_("This link was used already or is too old. Ask an administrator for a new one."))
    return found


def person_by_email(email: str) -> Person | None:
    """The person with this address, for the operator at the machine."""
    return Person.objects.filter(email=email.strip().lower()).first()


def open_sitting(*, person_id: int, sitting_id: int) -> Sitting | None:
    """The sign-in that a session belongs to, unless it was ended or its shift is over."""
    begun = clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return Sitting.objects.filter(pk=sitting_id, person_id=person_id, begun_at__gt=begun).first()


def sittings(*, actor: Actor) -> list[Sitting]:
    """The actor's own open sessions, the latest first."""
    begun = clock.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return list(
        Sitting.objects.filter(person_id=person_number(actor.ref), begun_at__gt=begun).order_by(
            "-seen_at", "-pk"
        )
    )


def passkeys(*, actor: Actor) -> list[Passkey]:
    """The actor's own passkeys, in the order they were made."""
    return list(Passkey.objects.filter(person_id=person_number(actor.ref)).order_by("pk"))


def unlocking_passkeys(*, actor: Actor) -> list[Passkey]:
    """Those of the actor's passkeys that can unlock a tip key (PRF), as the browser said when they were made."""
    return [item for item in passkeys(actor=actor) if item.can_unlock and item.suspended_at is None]
