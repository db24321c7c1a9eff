"""Which pictures and videos a person has before them in posts that they see and act on (R5, R33)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from hueandcry.assets.rights import Thing
from hueandcry.kernel.actor import Actor
from hueandcry.posts.models import Post
from hueandcry.posts.scoping import acts_on, sees

S = Post.Status
NOT_OUT = (S.DRAFT, S.SUBMITTED, S.APPROVED)


def in_hand(actor: Actor, things: set[Thing]) -> bool:
    """True if one of these is in a post that this person sees and acts on: one that is not out, or that they let go.

    No database of ours looks into a list alike; of posts that are not out there are never many.
    """
    mine = Q(author_ref=actor.ref) | Q(submitted_by=actor.ref)
    rows = Post.objects.filter(Q(status__in=NOT_OUT) | mine, agency_id=actor.agency_id)
    few = rows.exclude(status=S.DISCARDED).only(
        "status", "writers", "author_ref", "submitted_by", "account_ids", "agency_id", "pictures", "video_id"
    )
    return any(
        not things.isdisjoint(_things(post.pictures, post.video_id))
        and sees(post, actor=actor)
        and acts_on(post, actor=actor)
        for post in few.iterator()
    )


def _things(pictures: list[Mapping[str, Any]], video_id: int | None) -> Iterator[Thing]:
    """The pictures of a post and the parts cut out of them, and its video."""
    for item in pictures:
        yield "asset", item["asset"]
        if crop := item.get("crop"):
            yield "asset", crop["asset"]
    if video_id is not None:
        yield "video", video_id
