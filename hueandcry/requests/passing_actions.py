"""Passing on in one step all that somebody leaves behind: accounts, drafts and planned posts, requests."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from hueandcry.agencies.queries import refs_holding
from hueandcry.channels import handover_actions
from hueandcry.channels.handover_actions import NothingHeld
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts.passing_actions import pass_on_posts
from hueandcry.records.entry import record
from hueandcry.requests import queries
from hueandcry.requests.models import UnitRequest

S = UnitRequest.Status


@transaction.atomic
def pass_on_everything(
    *,
    from_id: int,
    to_id: int,
    note: str,
    by: Actor,
    account_ids: Collection[int] | None = None,
    shown: bool = True,
) -> tuple[int, int, int]:
    """Pass accounts, posts that are not out and open requests to the next at once. Returns how many of each.

    The rest as channels.handover_actions.hand_over; with account_ids given, requests stay. Raises NotAllowed, NotFound,
    Invalid; Conflict if there is nothing of any of them.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    refs = {"from_ref": ref("person", from_id), "to_ref": ref("person", to_id)}
    given = {"from_id": from_id, "to_id": to_id, "note": note, "account_ids": account_ids, "shown": shown}
    nothing: NothingHeld | None = None
    accounts = 0
    try:
        accounts = len(handover_actions.hand_over(**given, by=by))  # type: ignore[arg-type]
    except NothingHeld as refusal:
        nothing = refusal
    posts = len(pass_on_posts(**refs, account_ids=account_ids, by=by))
    requests = 0 if account_ids is not None else pass_on_requests(**refs, by=by)
    if nothing and not posts and not requests:
        raise nothing
    return accounts, posts, requests


@transaction.atomic
def pass_on_requests(*, from_ref: str, to_ref: str, by: Actor) -> int:
    """Give the requests that one person works on, and their own open ones, to another. Returns how many.

    Where the next one does not work on requests, anybody may take them. Raises NotAllowed.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    works = to_ref in refs_holding(Permission.REQUEST_WORK, agency_id=by.agency_id)
    rows = queries.open_of(from_ref, agency_id=by.agency_id)
    for row in rows:
        changes = {"sender_ref": to_ref} if row.sender_ref == from_ref else {}
        if row.taken_by == from_ref and works:
            changes["taken_by"] = to_ref
        UnitRequest.objects.filter(pk=row.pk).update(**changes)
        if row.taken_by == from_ref and not works and row.status in UnitRequest.OPEN:
            move(row, to=S.WAITING, taken_by="", taken_at=None)
        body: dict[str, str | int | None] = {"from": from_ref, "to": to_ref}
        record(by=by, verb="request.pass-on", subject=ref("request", row.pk), body=body)
    return len(rows)
