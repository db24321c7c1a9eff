"""The staff feed as its page shows it: each entry with where it stands, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import names_of
from hueandcry.channels.models import Account
from hueandcry.desk.guard import DeskRequest
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.posts.asked import OUT
from hueandcry.posts.blocked import going_nowhere
from hueandcry.posts.models import Post
from hueandcry.staff import queries
from hueandcry.staff.queries import Entry, OnItsWay

NAMED = 4  # accounts named under a post; of more the number is said
S = Post.Status


@dataclass(frozen=True, slots=True)
class Line:
    """One entry.

    heading: the title of a post, unless its text begins with it; tone, standing, moment: where it stands, and since or
    until when; places: whose accounts; not_told: a notice about it did not arrive; who: wrote a note; may_recall: it;
    may_say: what colleagues answer about a post that is out.
    """

    entry: Entry
    heading: str = ""
    tone: str = ""
    standing: str = ""
    moment: datetime | None = None
    places: str = ""
    staff_only: bool = False
    emergency: bool = False
    not_told: bool = False
    who: str = ""
    may_recall: bool = False
    may_say: bool = False


def lines_of(request: DeskRequest, entries: Iterable[Entry]) -> list[Line]:
    """The lines of these entries for this person."""
    shown = list(entries)
    names = names_of({entry.note.written_by for entry in shown if entry.note})
    silent: set[int] = set()
    if request.actor.may(Permission.AGENCY_MANAGE) or request.actor.may(Permission.POST_READ):
        numbers = [entry.post.pk for entry in shown if entry.post]
        silent = queries.not_told(agency_id=request.actor.agency_id, post_ids=numbers) if numbers else set()
    to_come = [entry.post for entry in shown if entry.post and entry.way and _comes(entry.post, entry.way)]
    held = going_nowhere(to_come, actor=request.actor) if to_come else set()
    return [_line(request, entry, names, silent, held) for entry in shown]


def _line(
    request: DeskRequest, entry: Entry, names: dict[str, str], silent: set[int], held: set[int]
) -> Line:
    if entry.note is not None:
        by, actor = entry.note.written_by, request.actor
        mine = by == actor.ref or actor.may(Permission.POST_RECALL)
        return Line(entry, who=names.get(by, by), may_recall=mine)
    assert entry.post is not None
    assert entry.way is not None
    post, way = entry.post, entry.way
    tone, standing, moment = _standing(post, way, held=post.pk in held)
    places = ", ".join(way.accounts[:NAMED])
    if len(way.accounts) > NAMED:
        places = f"{places} +{len(way.accounts) - NAMED}"
    return Line(
        entry,
        heading="" if post.text.startswith(post.title) else post.title,
        tone=tone,
        standing=standing,
        moment=moment,
        places=places,
        staff_only=post.audience == Account.Audience.STAFF,
        emergency=post.urgency == Urgency.EMERGENCY,
        not_told=post.pk in silent,
        may_say=post.status in OUT and request.actor.may(Permission.STAFF_WRITE),
    )


def _comes(post: Post, way: OnItsWay) -> bool:
    """True of a post that is said to go out later."""
    waits = way.goes_at is not None and way.goes_at > clock.now() and not way.sent
    return post.status == S.APPROVED or (post.status == S.ANNOUNCED and waits)


def _standing(post: Post, way: OnItsWay, *, held: bool) -> tuple[str, str, datetime | None]:
    """Tone and words for where a post stands, and the moment that belongs to it. held: nobody would get it now."""
    if post.status == S.WITHDRAWN:
        return "withdrawn", _("Taken down"), post.withdrawn_at
    if held:
        return "held", _("Held back"), None
    if post.status == S.APPROVED:
        return "waiting", _("Goes out"), post.scheduled_at
    if way.sent:
        return "active", _("Out"), way.since
    if way.goes_at and way.goes_at > clock.now():
        return "waiting", _("Goes out"), way.goes_at
    rest = (
        ("waiting", _("Going out now"))
        if way.waiting
        else ("held", _("Held back"))
        if way.held
        else ("", _("Not out"))
    )
    return *rest, None


def before_of(request: DeskRequest) -> datetime | None:
    """The moment before which entries are asked for; None for the newest."""
    given = request.GET.get("before", "")
    try:
        found = parse_datetime(given) if len(given) < 40 else None  # noqa: PLR2004 - longer is no moment
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
