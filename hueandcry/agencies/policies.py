"""The policies that people who post must know: which wording is in force, and who has acknowledged it (R16)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Acknowledgement, Policy, PolicyVersion
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.ids import person_number


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy as a list shows it.

    current: the version in force, None before the first; draft: the one being written, if any; acknowledged: how
    many people have acknowledged the current one; mine: the actor has.
    """

    policy: Policy
    current: PolicyVersion | None
    draft: PolicyVersion | None
    acknowledged: int
    mine: bool


def get_policy(*, actor: Actor, policy_id: int) -> Policy:
    """The policy. Raises NotFound, also for another agency's."""
    row = Policy.objects.filter(pk=policy_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such policy."))
    return row


def policies(*, actor: Actor) -> list[PolicyLine]:
    """The agency's policies by layer and title, for everybody who works there; drafts for who writes them."""
    writes = actor.may(Permission.RULES_MANAGE)
    rows = Policy.objects.filter(agency_id=actor.agency_id, retired_at__isnull=True)
    current = in_force(agency_id=actor.agency_id)
    by_policy = {version.policy_id: version for version in current}
    drafts = (
        {
            version.policy_id: version
            for version in PolicyVersion.objects.filter(policy__in=rows, in_force_at__isnull=True)
        }
        if writes
        else {}
    )
    done = Acknowledgement.objects.filter(version__in=current, acknowledged_at__isnull=False)
    counted = dict(done.values_list("version_id").annotate(n=Count("pk")))
    mine = set(done.filter(person_id=person_number(actor.ref)).values_list("version_id", flat=True))
    lines = [
        PolicyLine(
            policy=row,
            current=(now := by_policy.get(row.pk)),
            draft=drafts.get(row.pk),
            acknowledged=counted.get(now.pk, 0) if now else 0,
            mine=now is not None and now.pk in mine,
        )
        for row in rows.order_by("title", "pk")
        if writes or row.pk in by_policy
    ]
    order = list(Policy.Layer)
    return sorted(lines, key=lambda line: order.index(Policy.Layer(line.policy.layer)))


def versions(*, actor: Actor, policy: Policy) -> list[PolicyVersion]:
    """Every wording of a policy, the latest first; one still being written for those who write them."""
    rows = PolicyVersion.objects.filter(policy=policy)
    if not actor.may(Permission.RULES_MANAGE):
        rows = rows.filter(in_force_at__isnull=False)
    return list(rows.order_by("-number"))


def version_in_force(policy: Policy) -> PolicyVersion:
    """The wording that counts now. Raises NotFound before the first, and for a policy that was retired."""
    row = (
        PolicyVersion.objects.filter(
            policy=policy, policy__retired_at__isnull=True, in_force_at__isnull=False
        )
        .select_related("policy")
        .order_by("-number")
        .first()
    )
    if row is None:
        raise NotFound(_("No wording of this policy is in force."))
    return row


def draft_of(policy: Policy) -> PolicyVersion | None:
    """The wording being written, if there is one."""
    return PolicyVersion.objects.filter(policy=policy, in_force_at__isnull=True).first()


def in_force(*, agency_id: int) -> list[PolicyVersion]:
    """The wording in force of each of the agency's policies, by title. One query."""
    rows = (
        PolicyVersion.objects.filter(
            policy__agency_id=agency_id, policy__retired_at__isnull=True, in_force_at__isnull=False
        )
        .select_related("policy")
        .order_by("policy__title", "policy_id", "number")
    )
    return list({row.policy_id: row for row in rows}.values())


def not_acknowledged(*, person_id: int, agency_id: int) -> list[PolicyVersion]:
    """The wordings in force that this person has still to acknowledge. At most two queries."""
    return all_not_acknowledged(person_ids=[person_id], agency_id=agency_id)[person_id]


def all_not_acknowledged(*, person_ids: Collection[int], agency_id: int) -> dict[int, list[PolicyVersion]]:
    """The same for many people, in as many queries."""
    current = in_force(agency_id=agency_id)
    done = set(
        Acknowledgement.objects.filter(
            person__in=person_ids, version__in=current, acknowledged_at__isnull=False
        ).values_list("person_id", "version_id")
        if current
        else ()
    )
    return {
        number: [version for version in current if (number, version.pk) not in done] for number in person_ids
    }


def acknowledged_by(*, version: PolicyVersion, person_ids: Collection[int]) -> dict[int, Acknowledgement]:
    """Who of these has acknowledged this wording, by person id."""
    rows = Acknowledgement.objects.filter(
        Q(acknowledged_at__isnull=False), version=version, person__in=person_ids
    )
    return {row.person_id: row for row in rows}


def mine(*, actor: Actor, version: PolicyVersion) -> Acknowledgement | None:
    """What the actor did with this wording: tried, acknowledged, or None."""
    return Acknowledgement.objects.filter(person_id=person_number(actor.ref), version=version).first()
