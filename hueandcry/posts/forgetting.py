"""What a post has that was thrown away: its pictures and its video go after 30 days, its words stay.

The files themselves are erased a week later, unless something else has them or the record needs them
(assets/sweeping.py, assets/sweeping_pictures.py).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts.models import Post
from hueandcry.records.entry import record

KEPT = timedelta(days=30)
ROUND = 100
S = Post.Status


def forget_thrown_away() -> int:
    """Take pictures and videos out of posts that were thrown away 30 days ago. Returns of how many. Safe to run twice.

    What an earlier version threw away begins its 30 days now.
    """
    thrown = Post.objects.filter(status=S.DISCARDED)
    thrown.filter(thrown_at=None).update(thrown_at=clock.now())
    old = thrown.filter(~Q(pictures=[]) | Q(video__isnull=False), thrown_at__lt=clock.now() - KEPT)
    return sum(_forget(number) for number in list(old.order_by("pk").values_list("pk", flat=True)[:ROUND]))


@transaction.atomic
def _forget(post_id: int) -> bool:
    """False if somebody has taken it back meanwhile."""
    rows = Post.objects.select_for_update().filter(pk=post_id, status=S.DISCARDED)
    post = rows.filter(thrown_at__lt=clock.now() - KEPT).first()
    if post is None:
        return False
    body: dict[str, str | int | None] = {
        "pictures": ", ".join(str(item["asset"]) for item in post.pictures) or None,
        "video": post.video_id,
    }
    Post.objects.filter(pk=post.pk).update(pictures=[], video=None, video_words={})
    by = system("sweep", agency_id=post.agency_id)
    record(by=by, verb="post.forget-files", subject=post.subject, body=body)
    return True
