"""Lines of Today about second looks: what was drawn for this person, and what was found in posts of their own."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission
from hueandcry.looks.queries import is_late, news_for

SHOWN = 3


def needs(asked: Asked) -> list[Line]:
    """Posts drawn for a second look that this person could take, and what others found in theirs within a week."""
    lines = []
    if rows := asked.looks_waiting:
        text = ngettext("post was drawn for a second look", "posts were drawn for a second look", len(rows))
        named = tuple(
            (row.post.heading or _("A post without words"), reverse("second-look", args=[row.pk]))
            for row in rows[:SHOWN]
        )
        late = any(is_late(row) for row in rows)
        lines.append(Line(text, reverse("second-looks"), len(rows), late=late, things=named))
    if asked.may(Permission.POST_DRAFT) and (news := news_for(actor=asked.actor)):
        text = ngettext(
            "note on a post of yours from a second look",
            "notes on posts of yours from second looks",
            len(news),
        )
        named = tuple((row.note[:80], reverse("post", args=[row.post_id])) for row in news[:SHOWN])
        lines.append(Line(text, named[0][1], len(news), things=named))
    return lines
