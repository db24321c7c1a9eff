"""Reads of written posts: one, lists, what waits for whom, what went out, what is planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.channels.scope import held_by_actor, sees_all
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Delivery, DeliveryEdit, Post, PostRevision
from hueandcry.posts.scoping import seen_posts, sees

S = Post.Status
D = Delivery.Status
PAGE = 50
NOT_OUT = (S.DRAFT, S.SUBMITTED, S.APPROVED)


def get_post(*, actor: Actor, post_id: int, hold: bool = False) -> Post:
    """One post of the actor's agency. hold: nobody else changes it until the transaction ends.

    Raises NotAllowed, NotFound (also for another agency's, and for what is not of a steward's own station).
    """
    actor.require(Permission.POST_READ)
    rows = Post.objects.select_for_update(of=("self",)) if hold else Post.objects.select_related("unit")
    post = rows.filter(pk=post_id, agency_id=actor.agency_id).first()
    if post is None or not (sees_all(actor) or sees(post, actor=actor)):
        raise NotFound(_("There is no such post."))
    return post


def posts_leading_to(*, actor: Actor, address: str) -> list[Post]:
    """Posts that stand on a network and lead to this page of ours, newest first, at most a page full. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    leads = Q(link=address) | Q(text__contains=address)
    standing = Exists(Delivery.objects.filter(post=OuterRef("pk"), status=D.SENT))
    rows = Post.objects.filter(leads, standing, agency_id=actor.agency_id, status=S.ANNOUNCED)
    return list(seen_posts(rows.exclude(kind=""), actor=actor).order_by("-pk")[:PAGE])


def counts(*, actor: Actor) -> dict[str, int]:
    """Status → how many posts. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = seen_posts(Post.objects.filter(agency_id=actor.agency_id), actor=actor)
    found = rows.values_list("status").annotate(Count("pk"))
    return {**dict.fromkeys(S.values, 0), **dict(found.order_by())}


def waiting_for(*, actor: Actor) -> list[Post]:
    """Posts handed in, and posts with a change that waits, that this person could decide on. Oldest first. Raises NotAllowed."""
    actor.require(Permission.POST_APPROVE)
    rows = (
        Post.objects.filter(agency_id=actor.agency_id)
        .order_by("submitted_at", "pk")
        .select_related("agency", "video", "repost_of__video")
    )
    changed = Exists(PostRevision.objects.filter(post=OuterRef("pk"), what="edit", decision=""))
    found = list(rows.filter(Q(status=S.SUBMITTED) | (Q(status=S.ANNOUNCED) & changed)))
    changes = waiting_changes([row.pk for row in found if row.status == S.ANNOUNCED])
    return [row for row in found if actor.ref not in barred_from(row, changes.get(row.pk))]


def deciders_barred(post: Post) -> set[str]:
    """Who may not decide on a post: everybody who wrote a part of it, and of the change of it that waits."""
    return barred_from(post, waiting_change(post) if post.status == S.ANNOUNCED else None)


def barred_from(post: Post, change: PostRevision | None) -> set[str]:
    """The same, where it is known already which change waits."""
    barred = {*post.writers, post.author_ref, post.submitted_by}
    return barred | ({change.by_ref} if change else set())


def waiting_change(post: Post) -> PostRevision | None:
    """The change of a standing post that somebody must still decide on."""
    return PostRevision.objects.filter(post=post, what="edit", decision="").first()


def waiting_changes(post_ids: Collection[int]) -> dict[int, PostRevision]:
    """The same for many posts at once: post id → change."""
    rows = PostRevision.objects.filter(post_id__in=list(post_ids), what="edit", decision="")
    return {row.post_id: row for row in rows}


def revisions_of(post: Post) -> list[PostRevision]:
    """What was handed in and decided, oldest first."""
    return list(PostRevision.objects.filter(post=post).order_by("pk"))


def decided_before(post: Post) -> PostRevision | None:
    """The revision that somebody decided on last, to compare with."""
    return last_decided([post.pk]).get(post.pk)


def last_decided(post_ids: Collection[int]) -> dict[int, PostRevision]:
    """The same for many posts at once: post id → revision."""
    rows = PostRevision.objects.filter(post_id__in=list(post_ids)).exclude(decision="")
    return {row.post_id: row for row in rows.order_by("pk")}


# --- accounts ---------------------------------------------------------------------------------------


def accounts_by_id(*, actor: Actor, account_ids: Collection[int]) -> list[Account]:
    """These accounts of the agency, in the order of their names; ids that are not the agency's are left out."""
    rows = Account.objects.filter(pk__in=list(account_ids), agency_id=actor.agency_id)
    return list(rows.order_by("label", "pk"))


def open_accounts(*, actor: Actor) -> list[Account]:
    """Every account of the agency in use, by name."""
    rows = Account.objects.filter(agency_id=actor.agency_id).exclude(status__in=Account.SILENT)
    return list(rows.order_by("label", "pk"))


def own_accounts(*, actor: Actor) -> list[Account]:
    """Those of them that this person can be offered to write on: all of them, or of a steward those they hold."""
    held = held_by_actor(actor)
    return [row for row in open_accounts(actor=actor) if held is None or row.pk in held]


def last_accounts(*, actor: Actor) -> list[int]:
    """Where this person's last post went: what a new one is set to."""
    row = Post.objects.filter(agency_id=actor.agency_id, author_ref=actor.ref).exclude(account_ids=[])
    last = row.order_by("-pk").first()
    return list(last.account_ids) if last else []


# --- where it stands --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """One part of a post on one account. edit: its last change that was asked for; channel: its label."""

    delivery: Delivery
    account: Account
    channel: str
    edit: DeliveryEdit | None
    moving: bool
    by_hand: bool

    @property
    def at(self) -> datetime | None:
        """When it reached where it stands, where known."""
        row = self.delivery
        return row.removed_at or row.sent_at or row.tried_at


def results_of(*, actor: Actor, post_ids: Collection[int]) -> dict[int, list[Result]]:
    """Where posts stand, account by account: post id → results. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    edits = Prefetch("edits", DeliveryEdit.objects.order_by("-pk"), to_attr="latest_edits")
    rows = (
        Delivery.objects.filter(post_id__in=list(post_ids), agency_id=actor.agency_id)
        .select_related("account")
        .prefetch_related(edits)
        .order_by("account__channel", "account__label", "account_id", "part")
    )
    found: dict[int, list[Result]] = defaultdict(list)
    for row in rows:
        found[row.post_id].append(_result(row))
    return dict(found)


def _result(row: Delivery) -> Result:
    edit = next(iter(getattr(row, "latest_edits", [])), None)
    changing = edit is not None and edit.status == DeliveryEdit.Status.WAITING and row.status == D.SENT
    return Result(
        delivery=row,
        account=row.account,
        channel=channel_label(row.account.channel),
        edit=edit,
        moving=row.status in {D.QUEUED, D.SENDING, D.REMOVING} or changing,
        by_hand=row.status == D.REMOVING and bool(row.last_error),
    )


def wall(*, actor: Actor, since: timedelta = timedelta(hours=1)) -> list[Delivery]:
    """Everything that went out within this time on all accounts, newest first, at most 500. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Delivery.objects.filter(agency_id=actor.agency_id, sent_at__gt=clock.now() - since, part=1)
    return list(rows.select_related("account", "post").order_by("-sent_at", "-pk")[:500])


def unconfirmed(*, actor: Actor) -> list[Delivery]:
    """Deliveries of which nobody knows whether they were sent, oldest first; a steward's own only. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Delivery.objects.filter(agency_id=actor.agency_id, status=D.UNCONFIRMED)
    held = held_by_actor(actor)
    if held is not None:
        rows = rows.filter(Q(account_id__in=held) | Q(post__author_ref=actor.ref))
    return list(rows.select_related("account", "post").order_by("tried_at", "pk")[:500])


def planned(*, actor: Actor, begin: datetime, end: datetime) -> list[Post]:
    """Posts that are to go out, or went out, between two moments, in their order. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = seen_posts(Post.objects.filter(agency_id=actor.agency_id), actor=actor)
    to_come = Q(status__in=[S.DRAFT, S.SUBMITTED, S.APPROVED], scheduled_at__gte=begin, scheduled_at__lt=end)
    gone = Q(status=S.ANNOUNCED, announced_at__gte=begin, announced_at__lt=end)
    found = rows.filter(to_come | gone)
    return sorted(
        found[:1000], key=lambda row: (row.announced_at or row.scheduled_at or row.created_at, row.pk)
    )


def returned_to(*, actor: Actor) -> list[Post]:
    """Drafts of this person's own that came back with a note, newest first. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Post.objects.filter(agency_id=actor.agency_id, status=S.DRAFT, author_ref=actor.ref)
    return list(rows.exclude(return_note="").order_by("-pk")[:PAGE])


def with_posts(*, actor: Actor) -> set[str]:
    """References of everybody who answers for a post that is not out. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Post.objects.filter(agency_id=actor.agency_id, status__in=NOT_OUT)
    return {sent or began for began, sent in rows.values_list("author_ref", "submitted_by")}


def going_out(*, actor: Actor, within: timedelta = timedelta(days=7)) -> list[Post]:
    """Approved posts that go out within this time, the next first. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = seen_posts(Post.objects.filter(agency_id=actor.agency_id, status=S.APPROVED), actor=actor)
    return list(rows.filter(scheduled_at__lt=clock.now() + within).order_by("scheduled_at", "pk")[:200])


def due_posts() -> QuerySet[Post]:
    """Approved posts whose time has come: for the worker, of all agencies."""
    return Post.objects.filter(status=S.APPROVED, scheduled_at__lte=clock.now()).order_by(
        "urgency", "scheduled_at"
    )


def headings_of(post_ids: Collection[int], *, agency_id: int) -> dict[int, str]:
    """Headings of this agency's posts by id, for pages that name them."""
    rows = Post.objects.filter(pk__in=list(post_ids), agency_id=agency_id)
    return {row.pk: row.heading[:60] for row in rows}
