"""Which posts a steward of a station sees, and which of them they change (R5; channels/scope.py says who is one)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from hueandcry.channels.scope import NotYourStation, acts_on_all, require_held, seen_by
from hueandcry.kernel.actor import Actor
from hueandcry.posts.models import Post

S = Post.Status
OUT = (S.ANNOUNCED, S.WITHDRAWN)  # what anybody could read


def wrote_in(post: Post, actor: Actor) -> bool:
    """True if any part of it is this person's."""
    return actor.ref in {*post.writers, post.author_ref, post.submitted_by}


def sees(post: Post, *, actor: Actor) -> bool:
    """True if it is out, theirs, or meant for an account that they watch."""
    if post.status in OUT or wrote_in(post, actor):
        return True
    seen = seen_by(actor)
    return seen is None or not seen.isdisjoint(post.account_ids)


def seen_posts(rows: QuerySet[Post], *, actor: Actor) -> QuerySet[Post]:
    """Those of these posts that this person sees; what was thrown away only if they began it or handed it in."""
    seen = seen_by(actor)
    if seen is None:
        return rows
    mine = Q(author_ref=actor.ref) | Q(submitted_by=actor.ref)
    # No database of ours looks into a list alike; of posts that are not out there are never many.
    open_ = Post.objects.filter(agency_id=actor.agency_id).exclude(status__in=[*OUT, S.DISCARDED])
    meant = [
        number
        for number, writers, account_ids in open_.values_list("pk", "writers", "account_ids")
        if actor.ref in writers or not seen.isdisjoint(account_ids)
    ]
    return rows.filter(Q(status__in=OUT) | mine | Q(pk__in=meant))


def require_acts_on(post: Post, *, by: Actor) -> None:
    """Return quietly if this person may change it: they wrote in it, or act on all its accounts.

    Raises NotYourStation.
    """
    if not acts_on_all(by) and not wrote_in(post, by):
        require_held(post.account_ids, by=by)


def acts_on(post: Post, *, actor: Actor) -> bool:
    """The same as an answer, for pages that offer it."""
    try:
        require_acts_on(post, by=actor)
    except NotYourStation:
        return False
    return True
