"""From a decision to deliveries: written in the transaction of the decision, so that nothing decided is lost."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import random_id
from hueandcry.kernel.states import move
from hueandcry.posts import reading, site_first, staff_first
from hueandcry.posts.checking import Finding
from hueandcry.posts.content import plain_of
from hueandcry.posts.fitting import texts_of
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.records.entry import record

STOPPABLE = timedelta(seconds=10)  # in which whoever pressed the button can still say stop
COLLEAGUES_FIRST = timedelta(seconds=5)  # colleagues read it this long before the public (R128)


def let_go(post: Post, *, by: Actor) -> int:
    """Move an approved post out: one delivery for each part and account, due in ten seconds. Returns how many.

    An emergency goes at once; colleagues read it before the public does (staff_first.py). Call inside the transaction.
    """
    moment = clock.now()
    since = min(post.staff_at or moment, moment)
    move(post, to=Post.Status.ANNOUNCED, announced_at=moment, staff_at=since)
    head_start = staff_first.still_to_wait(post)
    accounts = reading.accounts_by_id(actor=by, account_ids=post.account_ids)
    wait = site_first.wait_for_site(post, accounts)
    rows = [
        row for account in accounts for row in _deliveries(post, account, head_start, wait or timedelta(0))
    ]
    Delivery.objects.bulk_create(rows)
    if wait is not None:
        site_first.note_page(post, at=moment + max(_stoppable(post), head_start))
    names = ", ".join(account.handle for account in accounts)
    record(by=by, verb="post.announce", subject=post.subject, body={"text": post.text, "accounts": names})
    return len(rows)


def _stoppable(post: Post) -> timedelta:
    return timedelta(0) if post.urgency == Urgency.EMERGENCY else STOPPABLE


def _deliveries(post: Post, account: Account, head_start: timedelta, wait: timedelta) -> list[Delivery]:
    """wait: for the page of the post on our own site (site_first.py), which colleagues do not need."""
    now, after = post.announced_at or clock.now(), _stoppable(post)  # one moment for all, and for the page
    if account.audience == Account.Audience.STAFF:
        after = max(after - COLLEAGUES_FIRST, timedelta(0))
    else:
        after = max(after, head_start) + wait
    parts = 1 if post.repost_of_id else len(texts_of(post, account))
    return [
        Delivery(
            agency_id=post.agency_id,
            post=post,
            account=account,
            part=part,
            key=random_id(24),
            urgency=post.urgency,
            due_at=now + after if part == 1 else None,
        )
        for part in range(1, parts + 1)
    ]


def keep_revision(post: Post, what: PostRevision.What, *, by: Actor) -> PostRevision:
    """Keep what is handed in or let go, for whoever decides on it and for comparing later."""
    return PostRevision.objects.create(
        agency_id=post.agency_id,
        post=post,
        revision=post.revision,
        what=what,
        content=plain_of(post),
        at=clock.now(),
        by_ref=by.ref,
    )


def keep_reason(post: Post, warned: list[Finding], *, words: str, by: Actor) -> None:
    """Keep why these warnings of the check may stand, with the post and on the record."""
    if not warned:
        return
    said = [{"rule": f.rule, "found": f.found, "reason": words, "by": by.ref} for f in warned]
    post.proceeded = [*post.proceeded, *said]
    Post.objects.filter(pk=post.pk).update(proceeded=post.proceeded)
    rules = ", ".join(sorted({item.rule for item in warned}))
    record(by=by, verb="post.proceed", subject=post.subject, body={"rules": rules, "reason": words})


def decide(post: Post, decision: PostRevision.Decision, *, by: Actor, note: str = "") -> None:
    """Write the decision on the revision that was handed in, or let go in one's own right, last."""
    given = (PostRevision.What.SUBMITTED, PostRevision.What.OWN)
    row = PostRevision.objects.filter(post=post, what__in=given).order_by("-pk").first()
    if row is not None:
        PostRevision.objects.filter(pk=row.pk).update(
            decision=decision, decided_at=clock.now(), decided_by=by.ref, note=note
        )
