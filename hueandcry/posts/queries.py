"""Reads of posts and deliveries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.channels.scope import held_by_actor
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Delivery, DeliveryEdit, Post

LINE = (Delivery.Status.QUEUED, Delivery.Status.SENDING)


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as a page shows it.

    account, channel: names; state: a Delivery.Status; label: the state in words; at: when it reached the
    state, where known; error: one sentence, empty if there is none. moving: the worker will change it by
    itself; stoppable: nothing was sent yet; soon: it leaves within seconds, unless somebody says stop;
    by_hand: only a person can say that it is gone.
    """

    id: int
    account: str
    channel: str
    state: str
    label: str
    remote_url: str
    error: str
    at: datetime | None
    waits_for_page: bool
    moving: bool = False
    stoppable: bool = False
    soon: bool = False
    by_hand: bool = False


def get_delivery(*, actor: Actor, delivery_id: int) -> Delivery:
    """The delivery with its account and post. Raises NotFound, also for another agency's."""
    row = (
        Delivery.objects.select_related("account", "post")
        .filter(pk=delivery_id, agency_id=actor.agency_id)
        .first()
    )
    if row is None:
        raise NotFound(_("There is no such delivery."))
    return row


def posts_about(*, actor: Actor, subject: str) -> QuerySet[Post]:
    """The agency's posts about one thing."""
    return Post.objects.filter(agency_id=actor.agency_id, subject=subject)


def deliveries_about(*, subject: str, actor: Actor) -> list[DeliveryView]:
    """Where the posts about one thing stand, account by account."""
    rows = (
        Delivery.objects.filter(agency_id=actor.agency_id, post__subject=subject)
        .select_related("account")
        .order_by("account__channel", "account__label", "pk")
    )
    return [_view(row) for row in rows]


def accounts_of(delivery_ids: Collection[int], *, agency_id: int) -> dict[int, str]:
    """The label of the account of each of this agency's deliveries, for pages that name them."""
    rows = Delivery.objects.filter(pk__in=delivery_ids, agency_id=agency_id)
    return dict(rows.values_list("pk", "account__label"))


def needing_a_person(*, actor: Actor) -> list[DeliveryView]:
    """Deliveries that only a person can settle: not known whether sent, not sent, or not removable yet."""
    stuck = Q(status__in=[Delivery.Status.UNCONFIRMED, Delivery.Status.FAILED]) | Q(
        status=Delivery.Status.REMOVING, attempts__gt=5
    )
    held = held_by_actor(actor)
    if held is not None:
        stuck &= Q(account_id__in=held)
    rows = Delivery.objects.filter(stuck, agency_id=actor.agency_id).select_related("account").order_by("pk")
    return [_view(row) for row in rows]


def unconfirmed(*, actor: Actor) -> list[Delivery]:
    """Deliveries of which nobody knows whether they were sent, that this person may settle, oldest first."""
    whose = Q(pk__in=[])
    if actor.may(Permission.POST_DRAFT):
        whose |= ~Q(post__kind="")
    if actor.may(Permission.APPEAL_PUBLISH):
        whose |= Q(post__kind="")
    held = held_by_actor(actor)
    if held is not None:
        whose &= Q(account_id__in=held) | Q(post__author_ref=actor.ref)
    rows = Delivery.objects.filter(whose, agency_id=actor.agency_id, status=Delivery.Status.UNCONFIRMED)
    return list(rows.select_related("account", "post").order_by("pk"))


def on_their_way(*, actor: Actor) -> int:
    """How many of the agency's deliveries wait for the worker or are being sent."""
    return Delivery.objects.filter(agency_id=actor.agency_id, status__in=LINE).count()


def needs_a_hand(row: Delivery) -> bool:
    """True if taking it down failed, so that a person may look and say that it is gone."""
    return row.status == Delivery.Status.REMOVING and bool(row.last_error)


def sendable() -> QuerySet[Delivery]:
    """What the worker may claim for sending: the first in line of each account in use, most urgent first.

    A delivery under way, or one that a dead worker may have sent, is always the first of its line. A
    delivery that must wait (a rate limit, an unreachable server) keeps its line waiting: order holds. One whose
    time has not come yet holds nobody up.
    """
    sending = Delivery.objects.filter(account=OuterRef("account"), status=Delivery.Status.SENDING)
    before = Delivery.objects.filter(
        Q(urgency__lt=OuterRef("urgency")) | Q(urgency=OuterRef("urgency"), pk__lt=OuterRef("pk")),
        Q(due_at__lte=clock.now()) | Q(due_at__isnull=False, attempts__gt=0),
        account=OuterRef("account"),
        status=Delivery.Status.QUEUED,
    )
    first = Q(status=Delivery.Status.SENDING) | (
        Q(status=Delivery.Status.QUEUED) & ~Exists(sending) & ~Exists(before)
    )
    return (
        Delivery.objects.filter(first, status__in=LINE)
        .exclude(account__status__in=Account.SILENT, status=Delivery.Status.QUEUED)
        .order_by("urgency", "due_at", "pk")
    )


def is_overtaken(delivery: Delivery) -> bool:
    """True if something more urgent is due on the same account, which waits until this one is out of hand."""
    return Delivery.objects.filter(
        account_id=delivery.account_id,
        status=Delivery.Status.QUEUED,
        urgency__lt=delivery.urgency,
        due_at__lte=clock.now(),
    ).exists()


def removable() -> QuerySet[Delivery]:
    """What the worker may claim for taking down, and removals to be looked at once more."""
    return Delivery.objects.filter(status__in=[Delivery.Status.REMOVING, Delivery.Status.REMOVED])


def editable() -> QuerySet[DeliveryEdit]:
    """Changes that the worker may claim: of posts that stand, on accounts in use, each delivery's in their order."""
    before = DeliveryEdit.objects.filter(
        delivery=OuterRef("delivery"), status=DeliveryEdit.Status.WAITING, pk__lt=OuterRef("pk")
    )
    rows = DeliveryEdit.objects.filter(~Exists(before), status=DeliveryEdit.Status.WAITING)
    return rows.filter(delivery__status=Delivery.Status.SENT).exclude(
        delivery__account__status__in=Account.SILENT
    )


def video_bytes(row: Delivery) -> int:
    """How large the video of this delivery's post is, as it is sent; 0 if it has none that is ready."""
    return Post.objects.filter(pk=row.post_id).values_list("video__size", flat=True).first() or 0


def is_taken(*, delivery: Delivery, remote_id: str) -> bool:
    """True if another delivery to the same account is known to be this remote post."""
    return (
        Delivery.objects.filter(account_id=delivery.account_id, remote_id=remote_id)
        .exclude(pk=delivery.pk)
        .exists()
    )


def _view(row: Delivery) -> DeliveryView:
    state = Delivery.Status(row.status)
    return DeliveryView(
        id=row.pk,
        account=row.account.label,
        channel=channel_label(row.account.channel),
        state=state.value,
        label=str(state.label),
        remote_url=row.remote_url if state in {Delivery.Status.SENT, Delivery.Status.REMOVING} else "",
        error=row.last_error,
        at=row.removed_at or row.sent_at or row.tried_at,
        waits_for_page=state == Delivery.Status.QUEUED and row.due_at is None and row.part == 1,
        moving=state in {Delivery.Status.QUEUED, Delivery.Status.SENDING, Delivery.Status.REMOVING},
        stoppable=state == Delivery.Status.QUEUED,
        soon=state == Delivery.Status.QUEUED and row.due_at is not None and not row.attempts,
        by_hand=needs_a_hand(row),
    )
