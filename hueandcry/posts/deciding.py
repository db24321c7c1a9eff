"""May this post go out, by whom, and does somebody else have to approve it? The dial, the lanes and the audiences together."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.channels.rights import problems_of_topics, rights_of
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotAllowed
from hueandcry.kernel.ids import person_number
from hueandcry.posts import reading
from hueandcry.posts.content import out_of_lane, too_open
from hueandcry.posts.models import Post


class StaffOnly(Invalid):
    """A post for few was to go where more people read it."""


@dataclass(slots=True)
class Standing:
    """How a post stands for the person who would let it go.

    problems: sentences, why it may not go; approvals: accounts where somebody else must approve it; strays: accounts
    whose lane it leaves, with the topics outside; lanes: accounts not chosen whose lane it is.
    """

    problems: list[str] = field(default_factory=list)
    approvals: list[Account] = field(default_factory=list)
    strays: list[tuple[Account, list[str]]] = field(default_factory=list)
    lanes: list[Account] = field(default_factory=list)
    too_open: list[Account] = field(default_factory=list)

    @property
    def needs_approval(self) -> bool:
        """True if somebody else must approve it."""
        return bool(self.approvals)


def standing(post: Post, *, accounts: list[Account], by: Actor) -> Standing:
    """How the post stands on these accounts for this person."""
    found = Standing()
    rights = rights_of(person_id=person_number(by.ref), accounts=accounts)
    said = [problem.sentence for problem in problems_of_topics(post.topics, agency_id=post.agency_id)]
    for account in accounts:
        right = rights[account.pk]
        said += [problem.sentence for problem in right.problems]
        strayed = out_of_lane(topics=post.topics, lane=account.topics)
        if strayed:
            found.strays.append((account, strayed))
        if right.needs_approval or (right.mode == Account.Mode.IN_LANE and strayed):
            found.approvals.append(account)
        if too_open(audience=post.audience, account_audience=account.audience):
            found.too_open.append(account)
    if found.too_open:
        names = ", ".join(account.label for account in found.too_open)
        said.append(
            _(
                "This post is for fewer people than read %s. Take that account out, or change who may read the post."
            )
            % names
        )
    found.problems = list(dict.fromkeys(said))
    return found


def offered_lanes(post: Post, *, accounts: list[Account], by: Actor) -> list[Account]:
    """Accounts not chosen whose lane has a topic that strays elsewhere: to whom the post could be handed (R17)."""
    chosen = {account.pk for account in accounts}
    strayed = {topic for row in accounts for topic in out_of_lane(topics=post.topics, lane=row.topics)}
    if not strayed:
        return []
    others = (row for row in reading.open_accounts(actor=by) if row.pk not in chosen and row.topics)
    return [row for row in others if strayed & {topic.lower() for topic in row.topics}][:3]


def require_may_go(post: Post, *, by: Actor) -> Standing:
    """The standing of a post that is about to be handed in or let go.

    Raises Invalid (no account, one that is not the agency's, StaffOnly), NotAllowed (the first thing in the way).
    """
    accounts = reading.accounts_by_id(actor=by, account_ids=post.account_ids)
    if not accounts:
        raise Invalid(_("Choose at least one account."), field="accounts")
    if len(accounts) != len(post.account_ids):
        raise Invalid(_("One of the chosen accounts is not there any more. Choose again."), field="accounts")
    found = standing(post, accounts=accounts, by=by)
    if found.too_open:
        raise StaffOnly(found.problems[-1], field="accounts")
    if found.problems:
        raise NotAllowed(" ".join(found.problems[:3]))
    return found
