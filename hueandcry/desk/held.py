"""What is held back, as a page lists it: posts, then changes of posts that are up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from hueandcry.agencies.queries import names_of
from hueandcry.kernel.actor import Actor
from hueandcry.posts import held, holding
from hueandcry.posts.models import Delivery, DeliveryEdit

PAGE = 50


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One of them. reason: empty once nothing stands in its way and it waits for a person; change: of a post that is up.

    send, drop: where the actor lets it go or gives it up; "" if they may not. asks: to let it go they say why what was
    held since may be spoken of.
    """

    text: str
    account: str
    author: str
    since: datetime
    reason: str
    change: bool
    send: str
    drop: str
    asks: bool


def page(actor: Actor, number: str | None) -> Page[Any]:
    """One page of everything of the agency that is held back, the first held first. Its items are HeldRow."""
    return Paginator(_Rows(actor), PAGE).get_page(number)


class _Rows(Sequence[HeldRow]):
    """Only what a page shows is read."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def __len__(self) -> int:
        return held.number(self._actor.agency_id)

    def __getitem__(self, wanted: Any) -> Any:
        size = wanted.stop - wanted.start
        posts, edits = held.page_of(self._actor.agency_id, start=wanted.start, size=size)
        known = holding.Known()
        names = names_of({row.post.author_ref for row in posts} | {row.asked_by for row in edits})
        return [
            *(_of_post(row, names, self._actor, known) for row in posts),
            *(_of_change(row, names, self._actor, known) for row in edits),
        ]


def _asks(row: Delivery | DeliveryEdit, delivery: Delivery, known: holding.Known) -> bool:
    """True if nothing stands in its way but a matter that somebody may answer for."""
    open_ = holding.to_answer(delivery.post, delivery.account, known=known) if row.last_error else []
    return bool(open_) and holding.of_matters_said(open_)[:200] == row.last_error


def _of_post(row: Delivery, names: dict[str, str], actor: Actor, known: holding.Known) -> HeldRow:
    asks = _asks(row, row, known)
    sends = (asks or not row.last_error) and actor.may(holding.releasing(row.post))
    drops = row.post.author_ref == actor.ref or actor.may(holding.dropping(row.post))
    return HeldRow(
        text=row.post.text,
        account=row.account.label,
        author=names.get(row.post.author_ref, ""),
        since=held.held_since(row),
        reason=row.last_error,
        change=False,
        send=reverse("held-send", args=[row.pk]) if sends else "",
        drop=reverse("held-drop", args=[row.pk]) if drops else "",
        asks=asks,
    )


def _of_change(row: DeliveryEdit, names: dict[str, str], actor: Actor, known: holding.Known) -> HeldRow:
    post = row.delivery.post
    asks = _asks(row, row.delivery, known)
    sends = (asks or not row.last_error) and actor.may(holding.releasing(post))
    drops = actor.ref in {post.author_ref, row.asked_by} or actor.may(holding.dropping(post))
    return HeldRow(
        text=row.request["text"],
        account=row.delivery.account.label,
        author=names.get(row.asked_by, ""),
        since=held.held_since(row),
        reason=row.last_error,
        change=True,
        send=reverse("held-change-make", args=[row.pk]) if sends else "",
        drop=reverse("held-change-drop", args=[row.pk]) if drops else "",
        asks=asks,
    )
