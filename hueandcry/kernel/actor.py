"""Who is asking, as a value, and the list of all permissions.

An Actor is made by `agencies.queries.actor_for` for a person at the desk, or by `system` for work
that no person started. It always acts for exactly one agency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hueandcry.kernel.errors import NotAllowed


class Permission(StrEnum):
    """What may be done, as `scope:verb`. Roles list these (agencies/roles.py)."""

    ACCOUNT_CHECK = "account:check"
    ACCOUNT_MANAGE = "account:manage"
    AGENCY_MANAGE = "agency:manage"
    APPEAL_APPROVE = "appeal:approve"
    APPEAL_DRAFT = "appeal:draft"
    APPEAL_PUBLISH = "appeal:publish"
    APPEAL_READ = "appeal:read"
    APPEAL_WITHDRAW = "appeal:withdraw"
    BRAKE = "brake:apply"
    LIST_MANAGE = "list:manage"
    MATTER_HOLD = "matter:hold"
    PEOPLE_MANAGE = "people:manage"
    POST_APPROVE = "post:approve"
    POST_DRAFT = "post:draft"
    POST_READ = "post:read"
    POST_RECALL = "post:recall"
    RECORD_ERASE = "record:erase"
    RECORD_READ = "record:read"
    REQUEST_SEND = "request:send"
    REQUEST_WORK = "request:work"
    RULES_MANAGE = "rules:manage"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"
    TIP_ANSWER = "tip:answer"
    TIP_KEYS = "tip:keys"
    TIP_READ = "tip:read"
    TRAINING_RECORD = "training:record"

    @property
    def words(self) -> str:
        """What may be done, as people say it: "read the record"."""
        return str(IN_WORDS[self])


IN_WORDS = {
    Permission.ACCOUNT_CHECK: gettext_lazy("look over the accounts that others watch"),
    Permission.ACCOUNT_MANAGE: gettext_lazy("look after the accounts"),
    Permission.AGENCY_MANAGE: gettext_lazy("look after the agency and its installation"),
    Permission.APPEAL_APPROVE: gettext_lazy("approve appeals"),
    Permission.APPEAL_DRAFT: gettext_lazy("write appeals"),
    Permission.APPEAL_PUBLISH: gettext_lazy("publish appeals"),
    Permission.APPEAL_READ: gettext_lazy("read appeals at the desk"),
    Permission.APPEAL_WITHDRAW: gettext_lazy("take appeals down"),
    Permission.BRAKE: gettext_lazy("pause a person, an account, a topic, a station or everything"),
    Permission.LIST_MANAGE: gettext_lazy("look after the lists of subscribers"),
    Permission.MATTER_HOLD: gettext_lazy("say what may not be spoken of, and clear names"),
    Permission.PEOPLE_MANAGE: gettext_lazy("invite people and give them roles"),
    Permission.POST_APPROVE: gettext_lazy("approve posts"),
    Permission.POST_DRAFT: gettext_lazy("write posts"),
    Permission.POST_READ: gettext_lazy("read posts at the desk"),
    Permission.POST_RECALL: gettext_lazy("take posts down"),
    Permission.RECORD_ERASE: gettext_lazy("erase content from the record"),
    Permission.RECORD_READ: gettext_lazy("read the record"),
    Permission.REQUEST_SEND: gettext_lazy("ask the desk to post something"),
    Permission.REQUEST_WORK: gettext_lazy("work on what units ask for"),
    Permission.RULES_MANAGE: gettext_lazy("set the policies and how free each account is"),
    Permission.STAFF_READ: gettext_lazy("read the staff feed"),
    Permission.STAFF_WRITE: gettext_lazy("write notes for colleagues"),
    Permission.TIP_ANSWER: gettext_lazy("work on tips and answer them"),
    Permission.TIP_KEYS: gettext_lazy("hold a key for tips, and approve or share with others"),
    Permission.TIP_READ: gettext_lazy("read tips"),
    Permission.TRAINING_RECORD: gettext_lazy("record who has passed which course"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, for which agency, and what they may do there.

    ref: "person:12", "system:worker" or "public"; name: as shown to colleagues, kept in the record
    as it was; agency_id: the agency acted for; permissions: what the roles in that agency allow.
    """

    ref: str
    name: str
    agency_id: int
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    def may(self, permission: Permission) -> bool:
        """True if the actor holds the permission in the agency acted for."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Return quietly, or raise NotAllowed with a sentence that says what is not permitted."""
        if permission not in self.permissions:
            refusal = NotAllowed(
                _(
                    "Your roles here do not let you %s. An administrator of your agency can give you one that does."
                )
                % permission.words
            )
            refusal.permission = permission.value
            raise refusal


def system(name: str, *, agency_id: int, permissions: frozenset[Permission] = frozenset()) -> Actor:
    """An actor for work that no person started, such as a sweep; `name` is the sweep's."""
    return Actor(ref=f"system:{name}", name=name, agency_id=agency_id, permissions=permissions)


def public(*, agency_id: int) -> Actor:
    """The anonymous public: no permission, no name, nothing that tells one person from another."""
    return Actor(ref="public", name="public", agency_id=agency_id)
