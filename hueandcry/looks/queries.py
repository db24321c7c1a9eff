"""Reads of second looks: what waits for whom, what was found, how often, and whether the lots were the right ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.channels.scope import seen_by, sees_all
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.looks.lots import Rate, commitment, is_drawn
from hueandcry.looks.models import USUAL, Draw, SecondLook, Share
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.posts.reading import barred_from
from hueandcry.posts.scoping import wrote_in

S = SecondLook.Status
V = SecondLook.Verdict
OUT = (Post.Status.ANNOUNCED, Post.Status.WITHDRAWN)
MONTHS = timedelta(days=365)  # how far back the figures reach
NEWS = timedelta(days=7)  # how long Today tells the author what was found
SETTLED = timedelta(minutes=5)  # after a first try, so that what the worker writes meanwhile is there


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found in a year: in all, and by kind, account and month; each as (name, Rate), named as the row names it."""

    whole: Rate
    kinds: list[tuple[str, Rate]]
    accounts: list[tuple[str, Rate]]
    months: list[tuple[str, Rate]]


@dataclass(frozen=True, slots=True)
class Proof:
    """A draw worked out again from its number.

    right: the number is the one promised; wrong: posts that do not fit; missing: those never looked up; wrong_changes,
    missing_changes: the same of changes of posts that were out.
    """

    right: bool
    considered: int
    drawn: int
    wrong: tuple[int, ...]
    missing: tuple[int, ...]
    wrong_changes: tuple[int, ...] = ()
    missing_changes: tuple[int, ...] = ()

    @property
    def holds(self) -> bool:
        """True if everything is as it must be."""
        return self.right and not (self.wrong or self.missing or self.wrong_changes or self.missing_changes)


def percent_of(agency_id: int) -> int:
    """Of how many in a hundred posts somebody takes a second look."""
    found = Share.objects.filter(agency_id=agency_id).values_list("percent", flat=True).first()
    return USUAL if found is None else found


def eligible(draw: Draw) -> QuerySet[Post]:
    """Posts of a draw: let go without a second person, and first tried in its month. Reposts show another.

    What nobody has tried to send may be stopped and written anew, however long it is held back.
    """
    rows = Post.objects.filter(
        agency_id=draw.agency_id, status__in=OUT, approved_by="", repost_of__isnull=True
    ).exclude(kind="")
    tried = Delivery.objects.filter(
        post=OuterRef("pk"), tried_at__gte=draw.begins_at, tried_at__lt=_until(draw)
    )
    before = Delivery.objects.filter(post=OuterRef("pk"), tried_at__lt=draw.begins_at)
    return rows.filter(Exists(tried)).exclude(Exists(before))


def _until(draw: Draw) -> datetime:
    return min(draw.ends_at, clock.now() - SETTLED)


def not_considered(draw: Draw) -> QuerySet[Post]:
    """Those of them whose lot was not looked up yet since they were let go, the oldest first."""
    known = SecondLook.objects.filter(post=OuterRef("pk"), change__isnull=True)
    old = Q(status=S.PASSED, considered_at__lte=OuterRef("announced_at"))
    return eligible(draw).exclude(Exists(known.exclude(old))).order_by("pk")


def changes_not_considered(draw: Draw) -> QuerySet[PostRevision]:
    """Changes of posts that were out, made in a draw's month by somebody in their own right, not looked up yet; oldest first."""
    if not draw.with_changes:
        return PostRevision.objects.none()
    rows = PostRevision.objects.filter(
        agency_id=draw.agency_id,
        what=PostRevision.What.EDIT,
        decision=PostRevision.Decision.APPROVED,
        decided_by=F("by_ref"),
        decided_at__gte=draw.begins_at,
        decided_at__lt=_until(draw),
        post__status__in=OUT,
        post__repost_of__isnull=True,
    )
    known = SecondLook.objects.filter(change=OuterRef("pk"))
    return rows.exclude(Exists(known)).select_related("post").order_by("pk")


def change_of(row: SecondLook) -> dict[str, int]:
    """Which change a look is about, for the record; nothing for the post as it was let go."""
    return {"change": row.change_id} if row.change_id else {}


def waiting(*, actor: Actor) -> list[SecondLook]:
    """Looks that this person could take, the longest due first: they wrote no part of the post. Raises NotAllowed."""
    actor.require(Permission.POST_APPROVE)
    rows = _rows().filter(_still_out(), agency_id=actor.agency_id, status=S.WAITING).order_by("due_at", "pk")
    return [row for row in rows if actor.ref not in barred_from(row.post, row.change)]


def is_late(row: SecondLook) -> bool:
    """True if it should have been taken by now."""
    return row.status == S.WAITING and row.due_at is not None and row.due_at < clock.now()


def get_look(*, actor: Actor, look_id: int, hold: bool = False) -> SecondLook:
    """A post that was drawn, with what was found. hold: nobody else changes it. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_READ)
    rows = SecondLook.objects.select_for_update(of=("self",)) if hold else SecondLook.objects.all()
    found = rows.select_related("post", "change").filter(pk=look_id, agency_id=actor.agency_id)
    row = found.exclude(status=S.PASSED).first()
    if row is None:
        raise NotFound(_("There is no such second look."))
    return row


def look_of(*, actor: Actor, post_id: int) -> SecondLook | None:
    """What a second look found about a post, once it was taken; of another station's a steward is not told. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = _rows().filter(agency_id=actor.agency_id, post_id=post_id, status=S.DONE).order_by("-looked_at")
    return next(iter(_told(rows, actor)), None)


def news_for(*, actor: Actor) -> list[SecondLook]:
    """What was found in this person's posts within a week, fine ones left out: to learn from. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = _rows().filter(agency_id=actor.agency_id, status=S.DONE, looked_at__gt=clock.now() - NEWS)
    return list(rows.filter(post__author_ref=actor.ref).exclude(verdict=V.FINE).order_by("-looked_at"))


def taken(*, actor: Actor) -> list[SecondLook]:
    """The latest looks that were taken, at most 20; a steward is told of their own station's. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = _rows().filter(agency_id=actor.agency_id, status=S.DONE).order_by("-looked_at", "-pk")
    return _told(rows[:20] if sees_all(actor) else rows[:200], actor)[:20]


def _told(rows: Iterable[SecondLook], actor: Actor) -> list[SecondLook]:
    """Those of these looks that this person is told of: what was found is no matter of another station's steward."""
    seen = seen_by(actor)
    return [
        row
        for row in rows
        if seen is None or wrote_in(row.post, actor) or not seen.isdisjoint(row.post.account_ids)
    ]


def draws(*, actor: Actor) -> list[Draw]:
    """The draws of the agency, the latest first, each with `considered` and `drawn`. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Draw.objects.filter(agency_id=actor.agency_id).order_by("-month")[:13]
    counted: dict[int, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    states = SecondLook.objects.filter(agency_id=actor.agency_id).values_list("draw_id", "status")
    for draw_id, status, number in states.annotate(Count("pk")).order_by():
        counted[draw_id][status != S.PASSED] += number
    found = list(rows)
    for row in found:
        row.drawn = counted[row.pk][True]  # type: ignore[attr-defined]
        row.considered = sum(counted[row.pk].values())  # type: ignore[attr-defined]
    return found


def proof_of(*, actor: Actor, draw_id: int) -> Proof:
    """Work a month out again, once its number is shown. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_READ)
    draw = Draw.objects.filter(pk=draw_id, agency_id=actor.agency_id, shown_at__isnull=False).first()
    if draw is None:
        raise NotFound(_("There is no such draw, or its month is not over yet."))
    rows = list(SecondLook.objects.filter(draw=draw).order_by("pk"))
    wrong = [row for row in rows if _lot_of(row, draw.seed) != (row.status != S.PASSED)]
    return Proof(
        right=commitment(draw.seed) == draw.commitment,
        considered=len(rows),
        drawn=sum(row.status != S.PASSED for row in rows),
        wrong=tuple(row.post_id for row in wrong if row.change_id is None),
        missing=tuple(not_considered(draw).values_list("pk", flat=True)),
        wrong_changes=tuple(row.change_id for row in wrong if row.change_id is not None),
        missing_changes=tuple(changes_not_considered(draw).values_list("pk", flat=True)),
    )


def _lot_of(row: SecondLook, seed: str) -> bool:
    """Whether what a row is about is drawn by this number."""
    if row.change_id is not None:
        return is_drawn(seed, row.change_id, percent=row.percent, kind="change")
    return is_drawn(seed, row.post_id, percent=row.percent)


def figures(*, actor: Actor) -> Figures:
    """How often we misstep, measured by the second looks of a year. Three queries. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = SecondLook.objects.filter(
        agency_id=actor.agency_id, status=S.DONE, looked_at__gt=clock.now() - MONTHS
    )
    found = list(rows.values_list("verdict", "post__kind", "draw__month", "post__account_ids"))
    labels = dict(Account.objects.filter(agency_id=actor.agency_id).values_list("pk", "label"))
    kinds = _by(found, lambda row: [row[1]])
    months = _by(found, lambda row: [row[2]])
    accounts = _by(found, lambda row: [labels[number] for number in row[3] if number in labels])
    whole = _rate(row[0] for row in found)
    return Figures(whole, sorted(kinds), sorted(accounts), sorted(months, reverse=True))


Found = tuple[str, str, str, list[int]]


def _by(found: list[Found], names: Callable[[Found], list[str]]) -> list[tuple[str, Rate]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in found:
        for name in names(row):
            groups[name].append(row[0])
    return [(name, _rate(verdicts)) for name, verdicts in groups.items()]


def _rate(verdicts: Iterable[str]) -> Rate:
    rows = list(verdicts)
    return Rate(rows.count(V.MISSTEP), len(rows), rows.count(V.SMALL))


def _rows() -> QuerySet[SecondLook]:
    return SecondLook.objects.select_related("post", "change")


def _still_out() -> Q:
    """A post that was stopped before it was sent, and then approved by somebody, is no more of this kind."""
    return Q(post__status__in=OUT) & (Q(post__approved_by="") | Q(change__isnull=False))
