"""The wall: everything that all accounts said in the last hour, with recall and pause beside each (R20)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.channels.queries import channel_label
from hueandcry.desk.ages import age
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.posts_page import pause_address
from hueandcry.kernel.actor import Permission
from hueandcry.posts import reading


@desk_view(Permission.POST_READ)
@require_safe
def wall(request: DeskRequest) -> HttpResponse:
    """Newest first; the same text on several accounts stands once."""
    rows = reading.wall(actor=request.actor)
    names = names_of({row.post.author_ref for row in rows} | {row.post.approved_by for row in rows})
    zone = ZoneInfo(request.agency.time_zone)
    tiles: dict[int, dict[str, object]] = {}
    for row in rows:
        tile = tiles.setdefault(
            row.post_id,
            {
                "post": row.post,
                "age": age(row.sent_at),
                "at": row.sent_at,
                "clock": f"{row.sent_at.astimezone(zone):%H:%M}" if row.sent_at else "",
                "who": names.get(row.post.author_ref, ""),
                "approved": names.get(row.post.approved_by, ""),
                "where": [],
                "may_recall": request.actor.may(Permission.POST_RECALL)
                or request.actor.ref == row.post.author_ref,
            },
        )
        where = tile["where"]
        assert isinstance(where, list)
        where.append({"delivery": row, "channel": channel_label(row.account.channel)})
    context = {"tiles": list(tiles.values()), "number": len(rows), "pause_address": pause_address()}
    return render(request, "desk/wall/wall.html", context)
