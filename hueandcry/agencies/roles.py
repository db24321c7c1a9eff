"""Roles as data: which permissions each role gives, in which kind of agency, and what may not meet.

No role and no allowed set of roles holds every permission; the administrator cannot read tips
(product guardrail 40; tested in tests/agencies/test_roles.py).
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hueandcry.kernel.actor import Permission as P


class Role(StrEnum):
    """A line in the table below."""

    ADMINISTRATOR = "administrator"
    AUTHOR = "author"
    APPROVER = "approver"
    STEWARD = "steward"
    LEADER = "leader"
    RECORD_KEEPER = "record-keeper"
    TIP_COORDINATOR = "tip-coordinator"
    COLLEAGUE = "colleague"

    @property
    def label(self) -> str:
        """The role as shown on screen."""
        return gettext(LABELS[self])

    @property
    def explained(self) -> str:
        """What the role is for, in one line."""
        return gettext(EXPLAINED[self])


LABELS = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.AUTHOR: _("Author"),
    Role.APPROVER: _("Approver"),
    Role.STEWARD: _("Steward"),
    Role.LEADER: _("Leader"),
    Role.RECORD_KEEPER: _("Record keeper"),
    Role.TIP_COORDINATOR: _("Tip coordinator"),
    Role.COLLEAGUE: _("Colleague"),
}

EXPLAINED = {
    Role.ADMINISTRATOR: _("Invites people, gives roles, connects accounts. Cannot read tips or publish."),
    Role.AUTHOR: _("Writes appeals and posts, publishes what somebody else approved, keeps it up to date."),
    Role.APPROVER: _("Approves what somebody else wrote, publishes it and takes it down."),
    Role.STEWARD: _(
        "Writes posts on the accounts they hold, such as those of one station, and nothing else."
    ),
    Role.LEADER: _("Sees everything that is said, pauses people and accounts, and takes posts down."),
    Role.RECORD_KEEPER: _("Reads, verifies and exports the record, and erases personal content by rule."),
    Role.TIP_COORDINATOR: _("Reads and answers tips, with a key of their own."),
    Role.COLLEAGUE: _(
        "Reads the staff feed, asks the desk to post something for their unit, and sees what became of it."
    ),
}

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            P.AGENCY_MANAGE,
            P.PEOPLE_MANAGE,
            P.ACCOUNT_MANAGE,
            P.ACCOUNT_CHECK,
            P.APPEAL_READ,
            P.LIST_MANAGE,
            P.POST_READ,
            P.REQUEST_SEND,
            P.RULES_MANAGE,
            P.STAFF_READ,
            P.TRAINING_RECORD,
        }
    ),
    Role.AUTHOR: frozenset(
        {
            P.APPEAL_READ,
            P.APPEAL_DRAFT,
            P.APPEAL_PUBLISH,
            P.APPEAL_WITHDRAW,
            P.POST_DRAFT,
            P.POST_READ,
            P.REQUEST_SEND,
            P.REQUEST_WORK,
            P.STAFF_READ,
            P.STAFF_WRITE,
        }
    ),
    Role.APPROVER: frozenset(
        {
            P.APPEAL_READ,
            P.APPEAL_DRAFT,
            P.APPEAL_APPROVE,
            P.APPEAL_PUBLISH,
            P.APPEAL_WITHDRAW,
            P.ACCOUNT_CHECK,
            P.BRAKE,
            P.MATTER_HOLD,
            P.POST_APPROVE,
            P.POST_DRAFT,
            P.POST_READ,
            P.POST_RECALL,
            P.REQUEST_SEND,
            P.REQUEST_WORK,
            P.STAFF_READ,
            P.STAFF_WRITE,
        }
    ),
    Role.STEWARD: frozenset({P.POST_DRAFT, P.POST_READ, P.REQUEST_SEND, P.STAFF_READ}),
    Role.LEADER: frozenset(
        {
            P.APPEAL_READ,
            P.BRAKE,
            P.MATTER_HOLD,
            P.POST_READ,
            P.POST_RECALL,
            P.REQUEST_SEND,
            P.STAFF_READ,
            P.STAFF_WRITE,
            P.TRAINING_RECORD,
        }
    ),
    Role.RECORD_KEEPER: frozenset(
        {P.APPEAL_READ, P.POST_READ, P.RECORD_READ, P.RECORD_ERASE, P.REQUEST_SEND, P.STAFF_READ}
    ),
    Role.TIP_COORDINATOR: frozenset({P.TIP_READ, P.TIP_ANSWER, P.TIP_KEYS}),
    Role.COLLEAGUE: frozenset({P.REQUEST_SEND, P.STAFF_READ}),
}

# Where a role may be held. Tips belong to the programme, never to the force.
KINDS: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset({"agency", "tip_programme"}),
    Role.AUTHOR: frozenset({"agency"}),
    Role.APPROVER: frozenset({"agency"}),
    Role.STEWARD: frozenset({"agency"}),
    Role.LEADER: frozenset({"agency"}),
    Role.RECORD_KEEPER: frozenset({"agency", "tip_programme"}),
    Role.TIP_COORDINATOR: frozenset({"tip_programme"}),
    Role.COLLEAGUE: frozenset({"agency"}),
}

# Roles that one person may not hold together in one agency.
APART: frozenset[frozenset[Role]] = frozenset(
    {
        frozenset({Role.ADMINISTRATOR, Role.TIP_COORDINATOR}),
        frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
        frozenset({Role.APPROVER, Role.RECORD_KEEPER}),
        frozenset({Role.TIP_COORDINATOR, Role.RECORD_KEEPER}),
    }
)


def permissions_of(roles: set[Role]) -> frozenset[P]:
    """All that these roles together allow."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles)) if roles else frozenset()


def why_not_together(roles: set[Role]) -> str:
    """A sentence if these roles may not meet in one person; empty if they may."""
    for pair in APART:
        if pair <= roles:
            one, other = sorted(role.label for role in pair)
            return gettext(
                "One person cannot be %(one)s and %(other)s in the same agency: nobody may hold both keys."
            ) % {"one": one, "other": other}
    return ""
