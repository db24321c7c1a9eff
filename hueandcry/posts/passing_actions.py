"""What somebody leaves behind in the desk's line: their drafts and planned posts go to the next person."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts import reading
from hueandcry.posts.models import Post
from hueandcry.posts.writing import BACK_TO_DRAFT
from hueandcry.records.entry import record

S = Post.Status


@transaction.atomic
def pass_on_posts(
    *, from_ref: str, to_ref: str, by: Actor, account_ids: Collection[int] | None = None
) -> list[Post]:
    """Give every draft, submitted and planned post of one person to another, who answers for it from now on.

    account_ids: only posts for none but these; None: all. Who wrote in it stays noted, so that they never approve it. A
    planned one that the next person approved is a draft again: nobody answers for what they approved themselves.
    Raises NotAllowed.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    passed = []
    for post in _theirs(from_ref, by=by):
        if account_ids is not None and not (post.account_ids and set(post.account_ids) <= set(account_ids)):
            continue
        changes = {name: to_ref for name in ("author_ref", "submitted_by") if getattr(post, name) == from_ref}
        if post.status == S.APPROVED and post.approved_by == to_ref:
            note = _(
                "You approved this before it was passed on to you. Hand it in, so that somebody else does."
            )
            move(post, to=S.DRAFT, **{**changes, **BACK_TO_DRAFT, "return_note": note})
        else:
            Post.objects.filter(pk=post.pk).update(**changes)
        body: dict[str, str | int | None] = {"from": from_ref, "to": to_ref}
        record(by=by, verb="post.pass-on", subject=ref("post", post.pk), body=body)
        passed.append(post)
    return passed


def _theirs(from_ref: str, *, by: Actor) -> list[Post]:
    """Their posts that are not out yet, nobody else changing them meanwhile."""
    mine = Q(author_ref=from_ref, submitted_by="") | Q(submitted_by=from_ref)
    rows = Post.objects.select_for_update(of=("self",)).filter(mine, agency_id=by.agency_id)
    return list(rows.filter(status__in=reading.NOT_OUT).order_by("pk"))
