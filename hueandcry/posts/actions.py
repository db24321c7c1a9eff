"""Verbs of posts: announce, release, withdraw, and what a person settles when the worker cannot.

`announce`, `page_is_up` and `withdraw_announcements` are called inside the transaction of a higher room's
action, or by its sweep as the system; none of them calls a channel.
"""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.channels.connector import OutgoingPicture
from hueandcry.channels.queries import announcing_accounts
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import random_id, ref
from hueandcry.kernel.states import move
from hueandcry.posts import queries
from hueandcry.posts.models import Delivery, Post
from hueandcry.records.entry import record

__all__ = [
    "OutgoingPicture",
    "announce",
    "page_is_up",
    "retry_delivery",
    "settle_unconfirmed",
    "withdraw_announcements",
]
S = Delivery.Status


class NotHeld(Conflict):
    """The worker knows what became of this delivery, so nobody has to say."""


@transaction.atomic
def announce(
    *,
    subject: str,
    text: str,
    link: str,
    title: str,
    picture: OutgoingPicture | None,
    account_ids: list[int] | None,
    by: Actor,
    approved_by: str = "",
    urgency: Urgency = Urgency.ROUTINE,
) -> Post:
    """Write a post and one delivery for each account; they wait until `page_is_up(subject)`.

    account_ids: None for every public account in use. With no account at all the post is kept and goes
    nowhere. Raises NotAllowed, Invalid, NotFound (a chosen account is not in use).
    """
    _allow(by, Permission.APPEAL_PUBLISH)
    if not text.strip():
        raise Invalid(_("Write what the post should say."), field="text")
    if picture is not None and not picture.alt.strip():
        raise Invalid(_("Describe the picture for people who cannot see it."), field="alt")
    accounts = announcing_accounts(actor=by, account_ids=account_ids)
    post = Post.objects.create(
        agency_id=by.agency_id,
        subject=subject,
        text=text.strip(),
        title=title.strip()[:300],
        link=link,
        language=get_agency(by.agency_id).languages[0],
        picture=asdict(picture) if picture else None,
        author_ref=by.ref,
        approved_by=approved_by,
        created_at=clock.now(),
    )
    Delivery.objects.bulk_create(
        Delivery(agency_id=by.agency_id, post=post, account=account, key=random_id(24), urgency=urgency)
        for account in accounts
    )
    body: dict[str, str | int | None] = {
        "about": subject,
        "text": post.text,
        "link": post.link,
        "alt": picture.alt if picture else None,
        "accounts": ", ".join(account.handle for account in accounts),
    }
    record(by=by, verb="post.announce", subject=ref("post", post.pk), body=body)
    return post


@transaction.atomic
def page_is_up(*, subject: str, by: Actor) -> int:
    """The page that the posts link to stands now: make what waits for it due. Returns how many.

    Safe to run twice. Raises NotAllowed.
    """
    _allow(by, Permission.APPEAL_PUBLISH)
    waiting = Delivery.objects.filter(
        agency_id=by.agency_id,
        post__subject=subject,
        status=S.QUEUED,
        due_at__isnull=True,
        withdraw_asked_at__isnull=True,
    )
    count = waiting.update(due_at=clock.now())
    if count:
        record(by=by, verb="post.release", subject=subject)
    return count


@transaction.atomic
def withdraw_announcements(*, subject: str, by: Actor) -> int:
    """Take back every post about a subject.

    What was not sent is cancelled, what was sent is taken down by the worker, and what is being sent at
    this moment is taken down as soon as that is over. Returns how many deliveries this changed. Safe to run twice. Raises NotAllowed.
    """
    _allow(by, Permission.APPEAL_WITHDRAW)
    posts = queries.posts_about(actor=by, subject=subject)
    for post in posts.filter(status=Post.Status.ANNOUNCED):
        move(post, to=Post.Status.WITHDRAWN)
    rows = Delivery.objects.filter(agency_id=by.agency_id, post__in=list(posts))
    moment = clock.now()
    # First the mark, which a worker reads when it concludes; then every row that no worker has in hand.
    changed = rows.filter(withdraw_asked_at__isnull=True).update(withdraw_asked_at=moment)
    rows.filter(status__in=[S.QUEUED, S.FAILED]).update(status=S.CANCELLED, due_at=None)
    rows.filter(status__in=[S.SENT, S.UNCONFIRMED]).update(status=S.REMOVING, due_at=moment, attempts=0)
    rows.filter(status=S.SENDING).update(due_at=moment)
    if changed:
        record(by=by, verb="post.withdraw", subject=subject, body={"deliveries": changed})
    return changed


@transaction.atomic
def retry_delivery(*, delivery_id: int, by: Actor) -> Delivery:
    """Send again what failed, after its cause was mended; the request is made anew.

    Raises NotAllowed, NotFound; Conflict if it did not fail or is withdrawn.
    """
    by.require(Permission.APPEAL_PUBLISH)
    delivery = queries.get_delivery(actor=by, delivery_id=delivery_id)
    if delivery.status != S.FAILED or delivery.withdraw_asked_at:
        raise Conflict(_("Only a delivery that was not sent can be tried again."))
    move(
        delivery,
        to=S.QUEUED,
        due_at=clock.now(),
        attempts=0,
        frozen_request=None,
        tried_at=None,
        last_error="",
    )
    record(by=by, verb="delivery.retry", subject=ref("delivery", delivery.pk))
    return delivery


@transaction.atomic
def settle_unconfirmed(*, delivery_id: int, landed: bool, remote_url: str, by: Actor) -> Delivery:
    """Say what a person found at the channel: it is up (at `remote_url`), or it is not and may be sent again.

    Raises NotAllowed, NotFound, Invalid; NotHeld if the worker knows what became of it.
    """
    by.require(Permission.APPEAL_PUBLISH)
    delivery = queries.get_delivery(actor=by, delivery_id=delivery_id)
    if delivery.status != S.UNCONFIRMED:
        raise NotHeld(_("It is known what became of this delivery. Reload to see it."))
    if landed and not remote_url.startswith("https://"):
        raise Invalid(_("Paste the address of the post, so that it can be found again."), field="remote_url")
    if landed:
        known = {"remote_id": delivery.remote_id or remote_url[:300], "remote_url": remote_url[:500]}
        move(delivery, to=S.SENT, sent_at=clock.now(), due_at=None, last_error="", **known)
    else:
        move(delivery, to=S.QUEUED, due_at=clock.now(), attempts=0, last_error="")
    record(
        by=by,
        verb="delivery.settle",
        subject=ref("delivery", delivery.pk),
        body={"landed": "yes" if landed else "no", "remote_url": remote_url},
    )
    return delivery


def _allow(by: Actor, permission: Permission) -> None:
    """A person needs the permission; the system repeats what a person decided and the record holds."""
    if not by.ref.startswith("system:"):
        by.require(permission)
