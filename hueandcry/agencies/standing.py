"""How one person stands with the rules of posting of one agency: roles, course, policies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.agencies import brakes, policies, training
from hueandcry.agencies.models import Agency, Membership, PolicyVersion
from hueandcry.agencies.roles import Role, permissions_of
from hueandcry.agencies.training import State, Trained
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotAllowed
from hueandcry.kernel.ids import person_number

SPEAKING = {Permission.POST_DRAFT, Permission.POST_APPROVE}
# One word for each reason, so that a page can offer the cure.
NO_ROLE, NO_COURSE, LAPSED, REVOKED, POLICY = "no_role", "no_course", "lapsed", "revoked", "policy"


@dataclass(frozen=True, slots=True)
class Standing:
    """permissions: what their roles here allow now; problems: (code, sentence) of each rule that keeps them from posting."""

    permissions: frozenset[Permission]
    problems: tuple[tuple[str, str], ...]


def standing_of(*, person_id: int, agency_id: int) -> Standing:
    """How this person stands now. The sentences fit the person and others alike. At most six queries."""
    return standings_of(person_ids=[person_id], agency_id=agency_id)[person_id]


def standings_of(*, person_ids: Collection[int], agency_id: int) -> dict[int, Standing]:
    """The same for many people at once; the number of queries does not grow with them."""
    roles: dict[int, set[Role]] = {number: set() for number in person_ids}
    held = Membership.objects.filter(person__in=person_ids, agency_id=agency_id, ended_at__isnull=True)
    for number, role in held.values_list("person_id", "role"):
        roles[number].add(Role(role))
    allowed = {number: permissions_of(mine) for number, mine in roles.items()}
    speaking = [number for number, may in allowed.items() if may & SPEAKING]
    problems = _problems(speaking, agency_id=agency_id) if speaking else {}
    silent = ((NO_ROLE, _("No role in this agency that lets somebody post.")),)
    return {number: Standing(may, problems.get(number, silent)) for number, may in allowed.items()}


def _problems(person_ids: list[int], *, agency_id: int) -> dict[int, tuple[tuple[str, str], ...]]:
    """What keeps each of these from posting; empty for who may."""
    agency = Agency.objects.get(pk=agency_id)
    courses = training.all_trained(person_ids=person_ids, agency=agency) if agency.requires_training else {}
    wordings = policies.all_not_acknowledged(person_ids=person_ids, agency_id=agency_id)
    return {number: (*_training(courses.get(number)), *_policies(wordings[number])) for number in person_ids}


def require_standing(by: Actor) -> None:
    """Whoever lets something out, also another's words, needs a course in force and the policies, and no brake on them.

    Raises NotAllowed with the first thing in the way. The system repeats what a person decided.
    """
    if not (number := person_number(by.ref)):
        return
    said = [sentence for _code, sentence in standing_of(person_id=number, agency_id=by.agency_id).problems]
    braked = brakes.in_force(agency_id=by.agency_id)
    stop = braked.everything or braked.on_person(number)
    said += [braked.said(stop)] if stop else []
    if said:
        raise NotAllowed(said[0])


def _training(found: Trained | None) -> list[tuple[str, str]]:
    """found: None where the agency asks for no course."""
    if found is None or found.in_force:
        return []
    if found.training is None:
        return [(NO_COURSE, _("No course is on record, and posting needs one."))]
    if found.state == State.REVOKED:
        return [(REVOKED, _("The right to post was revoked: %s") % found.training.revoked_reason)]
    day = format_date(found.training.expires_on, _("j F Y"))
    return [(LAPSED, _("The course lapsed: it was in force until %s.") % day)]


def _policies(wordings: list[PolicyVersion]) -> list[tuple[str, str]]:
    return [
        (
            POLICY,
            _("Version %(number)d of “%(title)s” is not acknowledged yet.")
            % {"number": version.number, "title": version.policy.title},
        )
        for version in wordings
    ]
