"""Acts that change what the public sees: the appeal's own action, then the files, then the server.

None of these holds a transaction open: the appeal's action commits first, with its entry on the record,
and only then are files made from what was committed. If the process dies in between, tasks.follow_record
finds the entry and finishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hueandcry.appeals import actions as appeals
from hueandcry.appeals import update_actions as updates
from hueandcry.appeals.models import Appeal, AppealUpdate
from hueandcry.assets import photograph_actions as photographs
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import ref
from hueandcry.posts import standing_actions as posts
from hueandcry.posts.actions import page_is_up
from hueandcry.posts.news import has_page
from hueandcry.publicsite.alerting import tell_all
from hueandcry.publicsite.showing import Shown, rebuild, show, strike

# After the button is pressed, before the first post leaves (product/DESIGN.md 4C, screen 2).
STOP_WITHIN = timedelta(seconds=10)

__all__ = [
    "Shown",
    "approve_update",
    "publish_appeal",
    "rebuild",
    "recall_post",
    "resolve_appeal",
    "take_back_photograph",
    "take_down_appeal",
    "update_at_once",
]


def publish_appeal(
    *, appeal_id: int, by: Actor, account_ids: list[int] | None = None
) -> tuple[Appeal, Shown]:
    """Publish an approved appeal, put its page up, and let its announcements go once the page stands.

    Raises what appeals.actions.publish_appeal raises. If the files cannot be written the appeal is public in
    the tables and `Shown.done` is False: the sweep finishes it.
    """
    appeal = appeals.publish_appeal(appeal_id=appeal_id, by=by, account_ids=account_ids)
    shown = show(by=by)
    if shown.done:
        page_is_up(subject=ref("appeal", appeal.pk), by=by, after=STOP_WITHIN)
    return appeal, shown


def approve_update(*, update_id: int, by: Actor) -> tuple[AppealUpdate, Shown]:
    """Let a line out that somebody else wrote, and put it on the page. Raises what its own action raises."""
    line = updates.approve_update(update_id=update_id, by=by)
    return line, show(by=by)


def update_at_once(
    *, appeal_id: int, text: str, reason: str, by: Actor, kind: str = AppealUpdate.Kind.CORRECTION
) -> tuple[AppealUpdate, Shown]:
    """Correct a danger on the page without waiting. Raises what its own action raises."""
    line = updates.update_at_once(appeal_id=appeal_id, text=text, reason=reason, by=by, kind=kind)
    return line, show(by=by)


def resolve_appeal(*, appeal_id: int, outcome: str, by: Actor) -> tuple[Appeal, Shown]:
    """End an appeal: its page says how it ended, its pictures go. Raises what appeals.actions.resolve_appeal raises."""
    appeal = appeals.resolve_appeal(appeal_id=appeal_id, outcome=outcome, by=by)
    strike(agency_id=appeal.agency_id)
    return appeal, show(by=by)


def take_down_appeal(*, appeal_id: int, reason: str, by: Actor) -> tuple[Appeal, Shown]:
    """Withdraw an appeal and remove it from everywhere this machine controls, before this function returns.

    Raises what appeals.actions.withdraw_appeal raises.
    """
    appeal = appeals.withdraw_appeal(appeal_id=appeal_id, reason=reason, by=by)
    strike(agency_id=appeal.agency_id)
    return appeal, show(by=by)


def recall_post(
    *, post_id: int, reason: str, by: Actor, account_ids: Sequence[int] | None = None
) -> tuple[int, Shown | None]:
    """Recall a post, and take its page off the site before this function returns; None: it has no page.

    The networks follow by the worker. Raises what posts.standing_actions.recall_post raises.
    """
    count = posts.recall_post(post_id=post_id, reason=reason, by=by, account_ids=account_ids)
    if not has_page(subject=ref("post", post_id), agency_id=by.agency_id):
        return count, None
    tell_all()
    strike(agency_id=by.agency_id)
    return count, show(by=by)


def take_back_photograph(*, by: Actor) -> Shown:
    """Take one's own photograph back: off every page and out of every kept release before this function returns.

    Raises what assets.photograph_actions.take_back_photograph raises.
    """
    photographs.take_back_photograph(by=by)
    strike(agency_id=by.agency_id)
    return show(by=by)
