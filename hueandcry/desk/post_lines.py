"""Lines of Today about posts: what waits for this person, and what goes out within a week."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission
from hueandcry.posts.models import Post

SHOWN = 3


def needs(asked: Asked) -> list[Line]:
    """Posts to approve, those of one's own that came back with a note, and planned ones that will not go out."""
    lines = []
    if waiting := asked.posts_waiting:
        text = ngettext("post waits for your approval", "posts wait for your approval", len(waiting))
        lines.append(Line(text, reverse("approvals"), len(waiting), things=_named(waiting)))
    if asked.may(Permission.POST_DRAFT) and (returned := asked.posts_returned):
        text = ngettext("post of yours was returned", "posts of yours were returned", len(returned))
        lines.append(Line(text, f"{reverse('posts')}?status=draft", len(returned), things=_named(returned)))
    stopped = [row for row in asked.posts_planned if row.pk in asked.posts_blocked and _concerns(row, asked)]
    if stopped:
        text = ngettext("planned post will not go out", "planned posts will not go out", len(stopped))
        address = f"{reverse('posts')}?status=approved"
        lines.append(Line(text, address, len(stopped), late=True, things=_named(stopped)))
    return lines


def _concerns(row: Post, asked: Asked) -> bool:
    """True for whoever wrote it and for those who approve."""
    return asked.may(Permission.POST_APPROVE) or asked.actor.ref in {row.author_ref, *row.writers}


def planned(asked: Asked) -> list[Line]:
    """Posts that go out within a week, without those that will not go anywhere."""
    if not asked.may(Permission.POST_READ):
        return []
    stopped = asked.posts_blocked
    rows = [row for row in asked.posts_planned if row.pk not in stopped or not stopped[row.pk].whole]
    text = ngettext("post goes out within a week", "posts go out within a week", len(rows))
    return [Line(text, reverse("calendar"), len(rows), things=_named(rows))] if rows else []


def _named(rows: Iterable[Post]) -> tuple[tuple[str, str], ...]:
    """The first few by name, each with its page."""
    return tuple(
        (row.heading or _("A post without words"), reverse("post", args=[row.pk]))
        for row in islice(rows, SHOWN)
    )
