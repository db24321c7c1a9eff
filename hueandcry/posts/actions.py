"""Verbs of posts: announce, release, withdraw, and what a person settles when the worker cannot.

`announce`, `page_is_up` and `withdraw_announcements` are called inside the transaction of a higher room's
action, or by its sweep as the system; none of them calls a channel.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.agencies.standing import require_standing
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import Outgoing, OutgoingPicture, ReadsAddresses
from hueandcry.channels.queries import announcing_accounts
from hueandcry.channels.scope import require_held
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import random_id, ref
from hueandcry.kernel.states import move
from hueandcry.posts import queries
from hueandcry.posts.fitting import freeze
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.taking_back import take_back
from hueandcry.posts.threads import release_next_part
from hueandcry.records.entry import record

__all__ = [
    "OutgoingPicture",
    "announce",
    "page_is_up",
    "retry_delivery",
    "settle_removal",
    "settle_unconfirmed",
    "stop_announcements",
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
        status=Post.Status.ANNOUNCED,
        author_ref=by.ref,
        approved_by=approved_by,
        **dict.fromkeys(("created_at", "announced_at", "staff_at"), clock.now()),
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
def page_is_up(*, subject: str, by: Actor, after: timedelta = timedelta(0)) -> int:
    """The page that the posts link to stands now: make what waits for it due. Returns how many.

    after: time in which somebody can still say stop. Safe to run twice. Raises NotAllowed.
    """
    _allow(by, Permission.APPEAL_PUBLISH)
    waiting = Delivery.objects.filter(
        agency_id=by.agency_id,
        post__subject=subject,
        status=S.QUEUED,
        due_at__isnull=True,
        withdraw_asked_at__isnull=True,
    )
    count = waiting.update(due_at=clock.now() + after)
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
    changed = take_back(Delivery.objects.filter(agency_id=by.agency_id, post__in=list(posts)))
    if changed:
        record(by=by, verb="post.withdraw", subject=subject, body={"deliveries": changed})
    return changed


@transaction.atomic
def stop_announcements(*, subject: str, by: Actor) -> int:
    """Do not send what has not been sent yet; what is up or under way stays. Returns how many were stopped.

    Raises NotAllowed; Conflict if nothing waits any more.
    """
    by.require(Permission.APPEAL_PUBLISH)
    waiting = Delivery.objects.filter(
        agency_id=by.agency_id,
        post__subject=subject,
        status__in=[S.QUEUED, S.HELD],
        withdraw_asked_at__isnull=True,
    )
    # A worker that has one in hand begins only with a row that is still queued (delivering.py).
    stopped = waiting.update(status=S.CANCELLED, due_at=None, last_error="")
    if not stopped:
        raise Conflict(_("Nothing waits any more: each post is sent, or being sent at this moment."))
    record(by=by, verb="post.stop", subject=subject, body={"deliveries": stopped})
    return stopped


@transaction.atomic
def retry_delivery(*, delivery_id: int, by: Actor) -> Delivery:
    """Send again what failed, after its cause was mended; the request is made anew.

    Raises NotAllowed (also for somebody who may not post now), NotFound; Conflict if it did not fail or is withdrawn.
    """
    delivery = queries.get_delivery(actor=by, delivery_id=delivery_id)
    _require_hand(by, delivery)
    require_standing(by)
    if delivery.status != S.FAILED or delivery.withdraw_asked_at:
        raise Conflict(_("Only a delivery that was not sent can be tried again."))
    move(
        delivery,
        to=S.QUEUED,
        due_at=clock.now(),
        attempts=0,
        frozen_request=None,
        tried_at=None,
        meant_at=None,
        last_error="",
    )
    record(by=by, verb="delivery.retry", subject=ref("delivery", delivery.pk))
    return delivery


@transaction.atomic
def settle_unconfirmed(*, delivery_id: int, landed: bool, remote_url: str, by: Actor) -> Delivery:
    """Say what a person found at the channel: it is up (at `remote_url`), or it is not and may be sent again.

    What was changed since is sent with its new words; to have it sent again one must be allowed to post now. Raises
    NotAllowed, NotFound, Invalid; NotHeld if the worker knows what became of it.
    """
    delivery = queries.get_delivery(actor=by, delivery_id=delivery_id)
    _require_hand(by, delivery)
    if delivery.status != S.UNCONFIRMED:
        raise NotHeld(_("It is known what became of this delivery. Reload to see it."))
    if landed and not remote_url.startswith("https://"):
        raise Invalid(_("Paste the address of the post, so that it can be found again."), field="remote_url")
    if landed:
        known = {"remote_id": _named(delivery, remote_url), "remote_url": remote_url[:500]}
        move(delivery, to=S.SENT, sent_at=clock.now(), due_at=None, last_error="", **known)
        release_next_part(delivery)
    else:
        require_standing(by)
        anew = {"meant_at": None, **_anew(delivery)}
        move(delivery, to=S.QUEUED, due_at=clock.now(), attempts=0, tried_at=None, last_error="", **anew)
    record(
        by=by,
        verb="delivery.settle",
        subject=ref("delivery", delivery.pk),
        body={"landed": "yes" if landed else "no", "remote_url": remote_url},
    )
    return delivery


@transaction.atomic
def settle_removal(*, delivery_id: int, by: Actor) -> Delivery:
    """Say that a person looked at the channel and the post is not there, where the worker cannot know or delete it.

    The worker then stops trying, also one that has it in hand. Raises NotAllowed, NotFound; NotHeld
    unless taking it down has failed at least once.
    """
    delivery = queries.get_delivery(actor=by, delivery_id=delivery_id)
    if not by.may(Permission.POST_RECALL):
        by.require(Permission.APPEAL_WITHDRAW)
    if not queries.needs_a_hand(delivery):
        raise NotHeld(_("The worker takes this post down by itself. Reload to see how far it is."))
    freed = {"due_at": None, "last_error": "", "claimed_by": "", "claimed_until": None}
    reason = delivery.last_error
    move(delivery, to=S.REMOVED, removed_at=clock.now(), **freed)
    body: dict[str, str | int | None] = {"account": delivery.account.handle, "worker_said": reason}
    record(by=by, verb="delivery.settle-removal", subject=ref("delivery", delivery.pk), body=body)
    return delivery


def _named(delivery: Delivery, address: str) -> str:
    """What the channel is asked by for the post at this address. Raises Invalid if it is another post of ours.

    Where an address tells the id, a handle that an earlier try kept is no name of what stands there, and without an id
    the address is kept: a removal then fails and a person looks. The address of a repost is that of somebody's post.
    """
    connector = connector_for(delivery.account.channel)
    if not isinstance(connector, ReadsAddresses) or delivery.post.repost_of_id:
        return delivery.remote_id or address[:300]
    told = connector.id_in_address(address, server=delivery.account.server_url)
    if told and queries.is_taken(delivery=delivery, remote_id=told):
        raise Invalid(
            _("This is the address of another post of ours. Paste that of this one."), field="remote_url"
        )
    return told or address[:300]


def _anew(delivery: Delivery) -> dict[str, object]:
    """What the next try begins without, if the post says something else by now than the one that nobody knows of.

    A change of it that waits stays: should the first try stand there after all, it puts the words right.
    """
    if delivery.frozen_request is None:
        return {}
    before = Outgoing.from_plain(delivery.frozen_request)
    if replace(freeze(delivery), created_at=before.created_at) == before:
        return {}
    return {"frozen_request": None, "remote_id": ""}


def _allow(by: Actor, permission: Permission) -> None:
    """A person needs the permission; the system repeats what a person decided and the record holds."""
    if not by.ref.startswith("system:"):
        by.require(permission)


def _require_hand(by: Actor, delivery: Delivery) -> None:
    """Who may say what became of a delivery: of a written post its writers' desk, of an appeal those who publish them.

    A steward says it of their own posts and accounts.
    """
    by.require(Permission.POST_DRAFT if delivery.post.kind else Permission.APPEAL_PUBLISH)
    if delivery.post.author_ref != by.ref:
        require_held([delivery.account_id], by=by)
