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
    """Posts that this person could approve, and those of their own that came back with a note."""
    lines = []
    if waiting := asked.posts_waiting:
        text = ngettext("post waits for your approval", "posts wait for your approval", len(waiting))
        lines.append(Line(text, reverse("approvals"), len(waiting), things=_named(waiting)))
    if asked.may(Permission.POST_DRAFT) and (returned := asked.posts_returned):
        text = ngettext("post of yours was returned", "posts of yours were returned", len(returned))
        lines.append(Line(text, f"{reverse('posts')}?status=draft", len(returned), things=_named(returned)))
    return lines


def planned(asked: Asked) -> list[Line]:
    """Posts that go out within a week."""
    if not asked.may(Permission.POST_READ):
        return []
    rows = asked.posts_planned
    text = ngettext("post goes out within a week", "posts go out within a week", len(rows))
    return [Line(text, reverse("calendar"), len(rows), things=_named(rows))] if rows else []


def _named(rows: Iterable[Post]) -> tuple[tuple[str, str], ...]:
    """The first few by name, each with its page."""
    return tuple(
        (row.heading or _("A post without words"), reverse("post", args=[row.pk]))
        for row in islice(rows, SHOWN)
    )
