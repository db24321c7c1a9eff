"""Holding back: the last question before a delivery is begun, and what becomes of one that is held (R15, R25, R31).

What was let go while everybody's rights stood may be due when they no longer do: a course lapsed, somebody pressed
the brake, a person left. Such a delivery is HELD with one sentence and never sent meanwhile. When the reason ends by
itself the worker puts it back in line, unless a day has passed: then a person decides (holding_actions.py). Taking
down is never held.

A held row is not due; its `evidence` says since when it is held.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hueandcry.agencies import brakes
from hueandcry.agencies.models import Brake
from hueandcry.agencies.standing import Standing, standing_of
from hueandcry.channels.models import Account
from hueandcry.channels.rights import SUSPENDED, Right, right_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.ids import ref
from hueandcry.posts.content import out_of_lane, too_open
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.records.entry import record

S = Delivery.Status
TOO_OLD = timedelta(hours=24)  # held longer than this, it is no longer news: a person decides


class Known:
    """What was asked already while many rows are looked at in one go. Never kept longer: rights change."""

    def __init__(self) -> None:
        self._brakes: dict[int, brakes.InForce] = {}
        self._standing: dict[tuple[int, int], Standing] = {}
        self._rights: dict[tuple[int, int], Right] = {}

    def brakes(self, agency_id: int) -> brakes.InForce:
        """What is paused in this agency."""
        if agency_id not in self._brakes:
            self._brakes[agency_id] = brakes.in_force(agency_id=agency_id)
        return self._brakes[agency_id]

    def standing(self, person_id: int, agency_id: int) -> Standing:
        """How this person stands in this agency."""
        if (person_id, agency_id) not in self._standing:
            self._standing[person_id, agency_id] = standing_of(person_id=person_id, agency_id=agency_id)
        return self._standing[person_id, agency_id]

    def right(self, person_id: int, account: Account) -> Right:
        """What this person may do on this account."""
        if (person_id, account.pk) not in self._rights:
            self._rights[person_id, account.pk] = right_of(person_id=person_id, account=account)
        return self._rights[person_id, account.pk]


def why_held(delivery: Delivery, *, known: Known | None = None) -> str:
    """One sentence that says why this delivery may not be begun now; empty if it may. Changes nothing.

    The row comes with its post and account. known: answers to use again for many rows in one go.
    """
    post = delivery.post
    # Whoever let it go or handed it in answers for it, not whoever began the draft.
    speaker = post.submitted_by or post.author_ref
    return why_not_said(post=post, account=delivery.account, speaker_ref=speaker, known=known)


def why_not_said(*, post: Post, account: Account, speaker_ref: str, known: Known | None = None) -> str:
    """The same for anything that shall be said in a post on an account, such as a change of one that is up.

    speaker_ref: who says it. A post of the system itself has nobody whose right could end.
    """
    known = known or Known()
    if post.audience == Account.Audience.STAFF and account.audience != Account.Audience.STAFF:
        return _("This is for staff only, and “%s” is not.") % account.label
    if too_open(audience=post.audience, account_audience=account.audience):
        return (
            _(
                "This post is for fewer people than read %s. Take that account out, or change who may read the post."
            )
            % account.label
        )
    braked = known.brakes(post.agency_id)
    if stop := _brake(post, account, speaker_ref, braked):
        return braked.said(stop)
    return _no_right(post, account, speaker_ref, known) if _person(speaker_ref) else ""


def _no_right(post: Post, account: Account, speaker_ref: str, known: Known) -> str:
    person_id = _person(speaker_ref)
    if not post.kind:  # an announcement, which the agency makes on all its accounts, whoever holds them
        return next((said for _code, said in known.standing(person_id, post.agency_id).problems), "")
    right = known.right(person_id, account)
    for problem in right.problems:
        if problem.code != SUSPENDED:  # the line of a suspended account waits by itself
            return problem.sentence
    strays = right.mode == Account.Mode.IN_LANE and out_of_lane(topics=post.topics, lane=account.topics)
    if (right.needs_approval or strays) and not _answered(post):
        return _("“%s” now asks for somebody else's approval first.") % account.label
    return ""


def _answered(post: Post) -> bool:
    """True if somebody else approved what it says: the post, or the change that gave it its words."""
    changes = PostRevision.objects.filter(
        post=post,
        what=PostRevision.What.EDIT,
        decision=PostRevision.Decision.APPROVED,
        decided_by=post.edited_by,
    )
    return bool(post.approved_by) or changes.exclude(by_ref=post.edited_by).exists()


def _brake(post: Post, account: Account, speaker_ref: str, braked: brakes.InForce) -> Brake | None:
    people = {_person(item) for item in (speaker_ref, post.author_ref, post.submitted_by, post.approved_by)}
    return (
        braked.everything
        or braked.on_account(account.pk, account.unit_id)
        or braked.on_unit(post.unit_id)
        or braked.on_topics(post.topics)
        or next((found for number in sorted(people) if (found := braked.on_person(number))), None)
    )


def _person(reference: str) -> int:
    """The number in "person:12"; 0 for the system and for nobody."""
    kind, _colon, number = reference.partition(":")
    return int(number) if kind == "person" and number.isdigit() else 0


# --- the worker -------------------------------------------------------------------------------------


@transaction.atomic
def hold_back(delivery: Delivery, *, reason: str) -> bool:
    """Hold a claimed delivery that was not begun. False, and nothing changes, if it is not ours any more or was withdrawn."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, claimed_by=delivery.claimed_by, status=S.QUEUED, withdraw_asked_at__isnull=True
    )
    kept = mine.exclude(claimed_by="").update(
        status=S.HELD,
        due_at=None,
        evidence={"held_at": clock.now().isoformat()},
        last_error=reason[:200],
        claimed_by="",
        claimed_until=None,
    )
    if kept:
        by = system("delivery", agency_id=delivery.agency_id)
        record(by=by, verb="delivery.hold", subject=ref("delivery", delivery.pk), body={"reason": reason})
    return bool(kept)


def held() -> QuerySet[Delivery]:
    """Everything that is held back, the first held first, with its post and account."""
    return Delivery.objects.filter(status=S.HELD).select_related("post", "account").order_by("pk")


def held_since(row: Delivery) -> datetime:
    """When it was held back."""
    return datetime.fromisoformat(row.evidence["held_at"])


def is_too_old(row: Delivery) -> bool:
    """True if only a person may let it go now: it is held for a day."""
    return clock.now() - held_since(row) > TOO_OLD


def look_again() -> int:
    """Put back in line what is held without a reason now, and note where the reason is another. Returns how many.

    Safe to run twice and in parallel: each row moves by compare-and-swap.
    """
    known = Known()
    return sum(_look(row, known) for row in held().iterator(chunk_size=500))


def _look(row: Delivery, known: Known) -> bool:
    mine = Delivery.objects.filter(pk=row.pk, status=S.HELD, withdraw_asked_at__isnull=True)
    reason = why_held(row, known=known)
    if reason:
        if reason[:200] != row.last_error:
            mine.update(last_error=reason[:200])
        return False
    if is_too_old(row):
        mine.exclude(last_error="").update(last_error="")  # free to go, if somebody says so
        return False
    with transaction.atomic():
        kept = let_go(row)
        if kept:
            by = system("holding", agency_id=row.agency_id)
            record(by=by, verb="delivery.let-go", subject=ref("delivery", row.pk))
    return kept


def give_up_retired() -> int:
    """Give up what waits for an account that was closed for good, where it would wait for ever. Returns how many.

    Safe to run twice and in parallel.
    """
    waiting = Delivery.objects.filter(
        account__status=Account.Status.RETIRED, status__in=[S.QUEUED, S.HELD]
    ).select_related("account")
    return sum(_give_up(row) for row in waiting.order_by("pk")[:500])


@transaction.atomic
def _give_up(row: Delivery) -> bool:
    reason = _("“%s” is not in use.") % row.account.label
    mine = Delivery.objects.filter(pk=row.pk, status=row.status)
    kept = mine.update(status=S.CANCELLED, due_at=None, last_error=reason[:200])
    if kept:
        by = system("holding", agency_id=row.agency_id)
        record(by=by, verb="delivery.fail", subject=ref("delivery", row.pk), body={"reason": reason})
    return bool(kept)


def let_go(row: Delivery) -> bool:
    """Back in line, due now; in the transaction of whoever records it. False if it is held no more or was withdrawn."""
    kept = Delivery.objects.filter(pk=row.pk, status=S.HELD, withdraw_asked_at__isnull=True).update(
        status=S.QUEUED, due_at=clock.now(), attempts=0, last_error="", evidence={}
    )
    return bool(kept)


def releasing(post: Post) -> Permission:
    """What lets somebody send it: approving posts; publishing appeals, for the announcement of one."""
    return Permission.POST_APPROVE if post.kind else Permission.APPEAL_PUBLISH


def dropping(post: Post) -> Permission:
    """What lets somebody drop it, other than having written it."""
    return Permission.POST_RECALL if post.kind else Permission.APPEAL_WITHDRAW
