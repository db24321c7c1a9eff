"""Posts that are out, and of which colleagues can be told what to say if asked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Post

S = Post.Status
OUT = (S.ANNOUNCED, S.WITHDRAWN)  # before that it is a part of the draft, and approved with it


def get_out(*, actor: Actor, post_id: int, hold: bool = False) -> Post:
    """A post that is out, or was taken down, and stands on the staff feed. hold: nobody else changes it. Raises NotAllowed, NotFound."""
    actor.require(Permission.STAFF_WRITE)
    rows = Post.objects.select_for_update() if hold else Post.objects.all()
    found = rows.filter(pk=post_id, agency_id=actor.agency_id, status__in=OUT, staff_at__lte=clock.now())
    row = found.first()
    if row is None:
        raise NotFound(_("There is no such post on the staff feed, or it is not out yet."))
    return row
