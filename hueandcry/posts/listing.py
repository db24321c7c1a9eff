"""The list of posts, by what happens: what waits for this person, what is planned by its time, the rest newest first."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from django.db.models import Case, DateTimeField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.text import plain
from hueandcry.posts.models import Post
from hueandcry.posts.scoping import seen_posts

S = Post.Status
# When a post came to where it stands, or will leave it.
MOMENTS = {
    S.DRAFT: "edited_at",
    S.SUBMITTED: "submitted_at",
    S.APPROVED: "scheduled_at",
    S.ANNOUNCED: "announced_at",
    S.WITHDRAWN: "withdrawn_at",
}


class Group(IntEnum):
    """In which part of the list a post stands."""

    YOURS = 0
    PLANNED = 1
    LATEST = 2


def posts(*, actor: Actor, status: str = "", words: str = "", yours: Collection[int] = ()) -> QuerySet[Post]:
    """The agency's posts as the list shows them, each with its `group` (Group) and `moment`. Raises NotAllowed.

    yours: ids of those that wait for this person; the longest waiting of them and the next planned come first.
    words: all of them in title or text; case and accents do not count where the database can tell.
    """
    actor.require(Permission.POST_READ)
    rows = seen_posts(Post.objects.filter(agency_id=actor.agency_id), actor=actor)
    rows = rows.filter(status=status) if status else rows.exclude(status=S.DISCARDED)
    for typed in words.split()[:8]:
        found = Q()
        for word in {typed, plain(typed)}:  # as it was typed: no database of ours knows that é is an e
            found |= Q(text__icontains=word) | Q(title__icontains=word)
        rows = rows.filter(found)
    group = Case(
        When(pk__in=list(yours), then=Value(int(Group.YOURS))),
        When(status=S.APPROVED, then=Value(int(Group.PLANNED))),
        default=Value(int(Group.LATEST)),
        output_field=IntegerField(),
    )
    rows = rows.annotate(group=group, moment=_moment())
    soonest = Case(When(group__lt=Group.LATEST, then=F("moment")), output_field=DateTimeField())
    return rows.order_by("group", soonest, F("moment").desc(), "-pk")


def _moment() -> Coalesce:
    named = [When(status=status, then=F(name)) for status, name in MOMENTS.items()]
    return Coalesce(Case(*named, default=None, output_field=DateTimeField()), "edited_at", "created_at")
