"""What colleagues say if they are asked about a post that is out: it can change while the post stands (R128)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict
from hueandcry.kernel.given import fitting, paragraphs
from hueandcry.posts.asked import get_out
from hueandcry.posts.content import LONGEST
from hueandcry.posts.models import Delivery, Post
from hueandcry.records.entry import record


@transaction.atomic
def change_if_asked(*, post_id: int, text: str, seen: str, by: Actor) -> Post:
    """Say what colleagues answer about a post that is out; "": nothing in particular. The post itself stays as it is.

    seen: what the page showed, so that nobody overwrites a colleague unread. Whoever may write notes for colleagues may
    write this. Until it is sent somewhere it can be stopped and be a draft again: then they wrote a part of it.

    Raises NotAllowed, NotFound, Invalid; Conflict if somebody changed it meanwhile.
    """
    by.require(Permission.STAFF_WRITE)
    row = get_out(actor=by, post_id=post_id, hold=True)
    words = paragraphs(text)
    fitting(words, field="text", longest=LONGEST)
    if paragraphs(row.if_asked) != paragraphs(seen):
        raise Conflict(
            _("A colleague has changed it meanwhile. What they wrote stands above; yours is kept below.")
        )
    if words != row.if_asked:
        before, row.if_asked = row.if_asked, words
        if (
            by.ref not in row.writers
            and not Delivery.objects.filter(post=row, sent_at__isnull=False).exists()
        ):
            row.writers = [*row.writers, by.ref]
        Post.objects.filter(pk=row.pk).update(if_asked=words, writers=row.writers)
        record(
            by=by,
            verb="post.change-if-asked",
            subject=row.subject,
            body={"before": before or None, "if_asked": words or None},
        )
    return row
