"""What the public was told of a post that was changed when it was out: its own site never says more than the networks."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from hueandcry.posts.alerts import ALERT
from hueandcry.posts.models import Delivery, DeliveryEdit, Post, PostRevision

TEXTS = ("text", "own_texts", "thread")


def as_told(posts: Sequence[Post], up: QuerySet[Delivery]) -> list[Post]:
    """The same posts, each with the words that stand on one of these deliveries at least.

    A change that is held back, under way, refused, or that no network can make was told to nobody: the words before it
    stand, and edited_at is None if there was no change that was told. Of an alert that no network can change, the site
    says first what is new. Not saved. Three questions to the database, four with an alert.
    """
    changed = [
        post for post in posts if post.announced_at and post.edited_at and post.edited_at > post.announced_at
    ]
    if not changed:
        return list(posts)
    sent: dict[int, list[Delivery]] = {}
    for row in up.filter(post__in=[post.pk for post in changed]):
        sent.setdefault(row.post_id, []).append(row)
    edits = DeliveryEdit.objects.filter(delivery__post__in=[post.pk for post in changed])
    done = list(edits.filter(status=DeliveryEdit.Status.DONE).select_related("delivery"))
    revisions: dict[int, list[PostRevision]] = {}
    for kept in PostRevision.objects.filter(post__in=[post.pk for post in changed]).order_by("pk"):
        revisions.setdefault(kept.post_id, []).append(kept)
    asked = _asked_of_networks(changed)
    for post in changed:
        if post.kind == ALERT and post.pk not in asked:
            continue
        mine = [edit for edit in done if edit.delivery in sent.get(post.pk, [])]
        since = [row.sent_at for row in sent.get(post.pk, [])] + [edit.asked_at for edit in mine]
        if not any(moment and post.edited_at and moment >= post.edited_at for moment in since):
            _put_back(post, revisions.get(post.pk, []), changed_before=bool(mine))
    return list(posts)


def _asked_of_networks(changed: Sequence[Post]) -> set[int]:
    """Those of these alerts whose last change a network was asked to make."""
    alerts = {post.pk: post.edited_at for post in changed if post.kind == ALERT}
    rows = DeliveryEdit.objects.filter(delivery__post__in=alerts) if alerts else DeliveryEdit.objects.none()
    asked = rows.values_list("delivery__post_id", "asked_at")
    return {number for number, at in asked if at >= (alerts[number] or at)}


def _put_back(post: Post, revisions: list[PostRevision], *, changed_before: bool) -> None:
    """The words that were let go, or those of the change before this one if one was told."""
    What = PostRevision.What  # noqa: N806 - a class
    first = [row for row in revisions if row.what != What.EDIT]
    out = [
        row for row in revisions if row.what != What.EDIT or row.decision == PostRevision.Decision.APPROVED
    ]
    now = {name: getattr(post, name) for name in TEXTS}
    others = [row for row in out if {name: row.content.get(name) for name in TEXTS} != now]
    kept = (others if changed_before else first)[-1:]
    if not kept:
        return
    for name in TEXTS:
        setattr(post, name, kept[0].content.get(name, now[name]))
    if not changed_before:
        post.edited_at = None
