"""What is held back: how it comes to be, and what becomes of it without a person (R15, R25, R31).

When the reason ends by itself the worker puts it back in line, unless a day has passed since it should have gone: then
it is no longer news and a person decides (holding_actions.py). The same holds for what waited for an account that was
suspended, and for changes of posts that are up.

A held row is not due; its `evidence` says since when it is held. The day is counted from `meant_at`, when it was first
to go: several holds, one after the other, share one day. A person who lets it go gives it a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.jobs.due import settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.posts.holding import Known, why_held, why_not_said
from hueandcry.posts.models import Delivery, DeliveryEdit
from hueandcry.records.entry import record

S, E = Delivery.Status, DeliveryEdit.Status
TOO_OLD = timedelta(hours=24)
ROUND = 100  # rows let go before the worker looks round: what is urgent does not wait for thousands of them
AT_ONCE = 500  # ids in one statement
Row = TypeVar("Row", Delivery, DeliveryEdit)


def late_since(row: Delivery | DeliveryEdit) -> datetime | None:
    """When it should have gone, if that is so long ago that a person decides; else None."""
    meant = row.meant_at or row.due_at
    return meant if meant is not None and clock.now() - meant > TOO_OLD else None


def why_edit_held(edit: DeliveryEdit, *, known: Known | None = None) -> str:
    """One sentence that says why this change may not be made now; empty if it may."""
    delivery = edit.delivery
    return why_not_said(post=delivery.post, account=delivery.account, speaker_ref=edit.asked_by, known=known)


# --- into it ----------------------------------------------------------------------------------------


@transaction.atomic
def hold_back(delivery: Delivery, *, reason: str, since: datetime | None = None) -> bool:
    """Hold a claimed delivery that was not begun. False, and nothing changes, if it is not ours any more or was withdrawn.

    since: when it should have gone, where that is long ago. reason: "" if nothing else stands in its way.
    """
    mine = Delivery.objects.filter(
        pk=delivery.pk, claimed_by=delivery.claimed_by, status=S.QUEUED, withdraw_asked_at__isnull=True
    )
    kept = mine.exclude(claimed_by="").update(
        status=S.HELD,
        due_at=None,
        meant_at=_meant(delivery),
        evidence={"held_at": (since or clock.now()).isoformat()},
        last_error=reason[:200],
        claimed_by="",
        claimed_until=None,
    )
    if kept:
        by = system("delivery", agency_id=delivery.agency_id)
        body = {"reason": reason or _overdue()}
        record(by=by, verb="delivery.hold", subject=ref("delivery", delivery.pk), body=body)
    return bool(kept)


@transaction.atomic
def hold_edit(edit: DeliveryEdit, *, reason: str, since: datetime | None = None) -> bool:
    """The same for a claimed change of a post that is up."""
    evidence = {"held_at": (since or clock.now()).isoformat()}
    kept = settle(edit, status=E.HELD, meant_at=_meant(edit), evidence=evidence, last_error=reason[:200])
    if kept:
        by = system("edit", agency_id=edit.agency_id)
        body = {"reason": reason or _overdue()}
        record(by=by, verb="delivery.hold-change", subject=ref("delivery", edit.delivery_id), body=body)
    return kept


def _meant(row: Row) -> datetime:
    """When it was first to go: as noted at an earlier hold, or else when it was first tried or due."""
    tried = row.tried_at if isinstance(row, Delivery) else None
    return row.meant_at or min(moment for moment in (tried, row.due_at, clock.now()) if moment is not None)


def _overdue() -> str:
    return _("It should have gone out more than a day ago: somebody must say whether it still shall.")


# --- what is held -----------------------------------------------------------------------------------


def held() -> QuerySet[Delivery]:
    """Every delivery that is held back, the first held first, with its post and account."""
    return Delivery.objects.filter(status=S.HELD).select_related("post", "account").order_by("pk")


def held_edits() -> QuerySet[DeliveryEdit]:
    """Every change that is held back, of posts that still stand, with post and account."""
    rows = DeliveryEdit.objects.filter(status=E.HELD, delivery__withdraw_asked_at__isnull=True)
    return rows.select_related("delivery__post", "delivery__account").order_by("pk")


def page_of(agency_id: int, *, start: int, size: int) -> tuple[list[Delivery], list[DeliveryEdit]]:
    """So many of what this agency has held back, from a place on: first posts, then changes."""
    mine = {"agency_id": agency_id}
    posts = list(held().filter(**mine)[start : start + size])
    if len(posts) == size:
        return posts, []
    before = max(start - held().filter(**mine).count(), 0)
    return posts, list(held_edits().filter(**mine)[before : before + size - len(posts)])


def number(agency_id: int) -> int:
    """How many posts and changes of this agency are held back."""
    mine = {"agency_id": agency_id}
    return held().filter(**mine).count() + held_edits().filter(**mine).count()


def held_since(row: Delivery | DeliveryEdit) -> datetime:
    """When it was held back."""
    return datetime.fromisoformat(row.evidence["held_at"])


def is_too_old(row: Delivery | DeliveryEdit) -> bool:
    """True if only a person may let it go now: it should have gone more than a day ago."""
    return clock.now() - (row.meant_at or held_since(row)) > TOO_OLD


# --- out of it --------------------------------------------------------------------------------------


def look_again() -> int:
    """Put back in line what is held without a reason now, and note where the reason is another. Returns how many.

    At most ROUND of each kind, so that the worker comes round to what is urgent. What waits for a person is not asked
    about here (`look_at_old`). Safe to run twice and in parallel.
    """
    known = Known()
    young = Q(meant_at__isnull=True) | Q(meant_at__gte=clock.now() - TOO_OLD)
    posts = _free(_lean().filter(young), lambda row: why_held(row, known=known))
    edits = _free(held_edits().defer("request").filter(young), lambda row: why_edit_held(row, known=known))
    return (_let_go_all(posts) if posts else 0) + sum(_let_go_edit(row) for row in edits)


def look_at_old() -> int:
    """Note of what waits for a person whether its reason still stands, or is another. Lets nothing go; returns 0.

    Seldom, for there may be thousands of them. Safe to run twice and in parallel.
    """
    known = Known()
    old = Q(meant_at__lt=clock.now() - TOO_OLD)
    _free(_lean().filter(old), lambda row: why_held(row, known=known))
    _free(held_edits().defer("request").filter(old), lambda row: why_edit_held(row, known=known))
    return 0


def _lean() -> QuerySet[Delivery]:
    return held().defer("frozen_request", "post__text", "post__own_texts", "post__thread", "post__pictures")


def _free(rows: QuerySet[Row], why: Callable[[Row], str]) -> list[Row]:
    """The first of them that nothing holds any more; of the others the reason is noted."""
    free: list[Row] = []
    said: dict[str, list[int]] = {}
    unnoted: list[Row] = []
    for row in rows.iterator(chunk_size=AT_ONCE):
        if row.meant_at is None:  # held by an earlier version
            unnoted.append(row)
        reason = why(row)[:200]
        if not reason and not is_too_old(row):
            free.append(row)
            if len(free) == ROUND:
                break
        elif reason != row.last_error:  # "" once it is free to go, if somebody says so
            said.setdefault(reason, []).append(row.pk)
    for reason, numbers in said.items():
        for start in range(0, len(numbers), AT_ONCE):
            few = numbers[start : start + AT_ONCE]
            rows.model._default_manager.filter(pk__in=few, status="held").update(last_error=reason)
    for row in unnoted:
        rows.model._default_manager.filter(pk=row.pk, meant_at=None).update(meant_at=held_since(row))
    return free


@transaction.atomic
def _let_go_all(rows: list[Delivery]) -> int:
    """Back in line in one statement; one entry for each that nobody decided on meanwhile."""
    mine = Delivery.objects.filter(pk__in=[row.pk for row in rows], **_STILL)
    won = set(mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    _in_line(Delivery.objects.filter(pk__in=won))
    for row in rows:
        if row.pk in won:
            by = system("holding", agency_id=row.agency_id)
            record(by=by, verb="delivery.let-go", subject=ref("delivery", row.pk))
    return len(won)


def let_go(row: Delivery) -> bool:
    """Back in line, due now, because a person says so; in the transaction of whoever records it.

    It has a new day, counted from now. False if it is held no more or was withdrawn.
    """
    return bool(_in_line(Delivery.objects.filter(pk=row.pk, **_STILL), meant_at=clock.now()))


_STILL: dict[str, Any] = {"status": S.HELD, "withdraw_asked_at__isnull": True}


def _in_line(rows: QuerySet[Delivery], **more: datetime) -> int:
    return rows.update(status=S.QUEUED, due_at=clock.now(), attempts=0, last_error="", evidence={}, **more)


@transaction.atomic
def _let_go_edit(row: DeliveryEdit) -> bool:
    kept = _edit_in_line(row)
    if kept:
        by = system("holding", agency_id=row.agency_id)
        record(by=by, verb="delivery.let-go-change", subject=ref("delivery", row.delivery_id))
    return kept


def let_go_edit(row: DeliveryEdit) -> bool:
    """The same for a change that a person lets be made. False if it is held no more."""
    return _edit_in_line(row, meant_at=clock.now())


def _edit_in_line(row: DeliveryEdit, **more: datetime) -> bool:
    """Asked for anew, so that the network has a day again to take it."""
    back = {"due_at": clock.now(), "asked_at": clock.now(), "attempts": 0, "last_error": "", "evidence": {}}
    rows = DeliveryEdit.objects.filter(pk=row.pk, status=E.HELD)
    return bool(rows.update(status=E.WAITING, **back, **more))


# --- never ------------------------------------------------------------------------------------------


def give_up_retired() -> int:
    """Give up what waits for an account that was closed for good, where it would wait for ever. Returns how many.

    Safe to run twice and in parallel.
    """
    closed = Account.Status.RETIRED
    posts = Delivery.objects.filter(account__status=closed, status__in=[S.QUEUED, S.HELD])
    edits = DeliveryEdit.objects.filter(delivery__account__status=closed, status__in=[E.WAITING, E.HELD])
    return _give_up(
        posts.select_related("account").order_by("pk")[:ROUND], lambda row: row.account, S.CANCELLED
    ) + _give_up(
        edits.select_related("delivery__account").order_by("pk")[:ROUND],
        lambda row: row.delivery.account,
        E.FAILED,
    )


def _give_up(rows: Iterable[Row], account_of: Callable[[Row], Account], end: str) -> int:
    return sum(_end(row, account_of(row), end) for row in rows)


@transaction.atomic
def _end(row: Delivery | DeliveryEdit, account: Account, end: str) -> bool:
    reason = _("“%s” is not in use.") % account.label
    mine = type(row)._default_manager.filter(pk=row.pk, status=row.status)
    kept = mine.update(status=end, due_at=None, last_error=reason[:200])
    if kept:
        by = system("holding", agency_id=row.agency_id)
        change = isinstance(row, DeliveryEdit)
        number = row.delivery_id if isinstance(row, DeliveryEdit) else row.pk
        verb = "delivery.fail-change" if change else "delivery.fail"
        record(by=by, verb=verb, subject=ref("delivery", number), body={"reason": reason})
    return bool(kept)
