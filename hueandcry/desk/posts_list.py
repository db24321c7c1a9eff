"""The list of posts: what waits for this person first, then what is planned by its time, then the newest."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hueandcry.agencies.queries import names_of
from hueandcry.desk.ages import age
from hueandcry.desk.guard import DeskRequest
from hueandcry.posts import blocked, listing, reading
from hueandcry.posts.listing import Group
from hueandcry.posts.models import Post

S = Post.Status
STATES = (S.DRAFT, S.SUBMITTED, S.APPROVED, S.ANNOUNCED, S.WITHDRAWN)
STUCK = {"failed", "unconfirmed", "held"}
HEADINGS = {
    Group.YOURS: _lazy("Waits for you"),
    Group.PLANNED: _lazy("Planned, the next first"),
    Group.LATEST: _lazy("Newest first"),
}
# What happened at the moment that stands at the end of a line.
SAID = {
    S.DRAFT: _lazy("written"),
    S.SUBMITTED: _lazy("handed in"),
    S.APPROVED: _lazy("goes out"),
    S.ANNOUNCED: _lazy("let go"),
    S.WITHDRAWN: _lazy("recalled"),
}


def context(request: DeskRequest) -> dict[str, Any]:
    """Lines, tabs and the page of a longer list. `status` and `q` narrow it. Raises NotAllowed."""
    wanted, words = request.GET.get("status", ""), request.GET.get("q", "").strip()[:80]
    chosen = wanted if wanted in STATES else ""
    yours = [row.pk for row in (*request.asked.posts_waiting, *request.asked.posts_returned)]
    rows = listing.posts(actor=request.actor, status=chosen, words=words, yours=yours)
    pager = Paginator(rows, reading.PAGE).get_page(request.GET.get("page"))
    return {
        "lines": _lines(request, list(pager.object_list)),
        "tabs": _tabs(request),
        "chosen": chosen,
        "words": words,
        "pager": pager,
    }


def _lines(request: DeskRequest, rows: list[Post]) -> list[dict[str, Any]]:
    names = names_of({row.author_ref for row in rows})
    where = reading.results_of(actor=request.actor, post_ids=[row.pk for row in rows])
    stopped = blocked.blocked(rows, actor=request.actor)
    grouped = len({_group(row) for row in rows}) > 1
    lines: list[dict[str, Any]] = []
    before = None
    for row in rows:
        results, group = where.get(row.pk, []), _group(row)
        lines.append(
            {
                "post": row,
                "heading": HEADINGS[group] if grouped and group != before else "",
                "who": names.get(row.author_ref, _("The worker")),
                "did": SAID.get(S(row.status), ""),
                "at": _moment(row),
                "age": age(_moment(row)),
                "sent": sum(item.delivery.status == "sent" for item in results),
                "all": len(results) or len(row.account_ids),
                "stuck": sum(item.delivery.status in STUCK for item in results),
                "blocked": stopped.get(row.pk),
            }
        )
        before = group
    return lines


def _group(row: Any) -> Group:
    return Group(row.group)


def _moment(row: Any) -> Any:
    return row.moment


def _tabs(request: DeskRequest) -> list[tuple[str, str, int]]:
    numbers = reading.counts(actor=request.actor)
    tabs = [("", _("All"), sum(numbers[state] for state in STATES))]
    return tabs + [(state.value, str(state.label), numbers[state]) for state in STATES]
