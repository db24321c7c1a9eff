"""How one person stands with the rules of posting of one agency: roles, course, policies."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.agencies import policies, training
from hueandcry.agencies.models import Agency, Membership
from hueandcry.agencies.roles import Role, permissions_of
from hueandcry.agencies.training import State
from hueandcry.kernel.actor import Permission

# One word for each reason, so that a page can offer the cure.
NO_ROLE, NO_COURSE, LAPSED, REVOKED, POLICY = "no_role", "no_course", "lapsed", "revoked", "policy"


@dataclass(frozen=True, slots=True)
class Standing:
    """permissions: what their roles here allow now; problems: (code, sentence) of each rule that keeps them from posting."""

    permissions: frozenset[Permission]
    problems: tuple[tuple[str, str], ...]


def standing_of(*, person_id: int, agency_id: int) -> Standing:
    """How this person stands now. The sentences fit the person and others alike. At most six queries."""
    roles = Membership.objects.filter(person_id=person_id, agency_id=agency_id, ended_at__isnull=True)
    allowed = permissions_of({Role(role) for role in roles.values_list("role", flat=True)})
    if not allowed & {Permission.POST_DRAFT, Permission.POST_APPROVE}:
        return Standing(allowed, ((NO_ROLE, _("No role in this agency that lets somebody post.")),))
    agency = Agency.objects.get(pk=agency_id)
    problems = (
        *_training(person_id=person_id, agency=agency),
        *_policies(person_id=person_id, agency_id=agency_id),
    )
    return Standing(allowed, problems)


def _training(*, person_id: int, agency: Agency) -> list[tuple[str, str]]:
    if not agency.requires_training:
        return []
    found = training.trained(person_id=person_id, agency=agency)
    if found.in_force:
        return []
    if found.training is None:
        return [(NO_COURSE, _("No course is on record, and posting needs one."))]
    if found.state == State.REVOKED:
        return [(REVOKED, _("The right to post was revoked: %s") % found.training.revoked_reason)]
    day = format_date(found.training.expires_on, _("j F Y"))
    return [(LAPSED, _("The course lapsed: it was in force until %s.") % day)]


def _policies(*, person_id: int, agency_id: int) -> list[tuple[str, str]]:
    return [
        (
            POLICY,
            _("Version %(number)d of “%(title)s” is not acknowledged yet.")
            % {"number": version.number, "title": version.policy.title},
        )
        for version in policies.not_acknowledged(person_id=person_id, agency_id=agency_id)
    ]
