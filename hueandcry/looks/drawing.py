"""The worker's part: a draw for every month, the lots of what went out, the number shown once the month is over.

Everything here is safe to run twice and in parallel: a draw is held while its lots are looked up.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import agencies
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.looks import queries
from hueandcry.looks.lots import commitment, is_drawn
from hueandcry.looks.models import Draw, SecondLook
from hueandcry.posts.models import Post, PostRevision
from hueandcry.records.entry import record

S = SecondLook.Status
AHEAD = timedelta(days=7)  # so long before its month a draw is made, so that nobody makes one to measure
AFTER = timedelta(days=1)  # so long after its month its number is shown
WITHIN = timedelta(days=3)  # in which somebody takes a look
ROUND = 500  # lots looked up before the worker looks round


def make_draws() -> int:
    """Make the draw of this month where there is none, and of the next within its last week. Returns how many."""
    made = 0
    known = set(Draw.objects.filter(ends_at__gt=clock.now()).values_list("agency_id", "month"))
    for agency in agencies():
        if agency.kind != Agency.Kind.AGENCY:
            continue
        now = clock.now().astimezone(ZoneInfo(agency.time_zone))
        for moment in (now, now + AHEAD):
            if (agency.pk, f"{moment:%Y-%m}") not in known:
                made += _make(agency, moment, now=now)
                known.add((agency.pk, f"{moment:%Y-%m}"))
    return made


def look_up_lots() -> int:
    """Look up the lot of every post, and every change of one, that is out and in a draw. Returns how many."""
    numbers = Draw.objects.filter(shown_at__isnull=True, begins_at__lte=clock.now()).values_list(
        "pk", flat=True
    )
    return sum(_look_up(number) for number in list(numbers))


def show_numbers() -> int:
    """Show the secret numbers of months that are over, so that anybody can work them out. Returns how many."""
    over = Draw.objects.filter(shown_at__isnull=True, ends_at__lte=clock.now() - AFTER)
    return sum(_show(number) for number in list(over.values_list("pk", flat=True)))


def _make(agency: Agency, moment: datetime, *, now: datetime) -> int:
    """moment: any of the month, where the agency is."""
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    seed = secrets.token_hex(32)
    month = f"{first:%Y-%m}"
    try:
        with transaction.atomic():
            row = Draw.objects.create(
                agency=agency,
                month=month,
                seed=seed,
                commitment=commitment(seed),
                begins_at=max(first, now),  # nothing that was out before anybody knew of this
                ends_at=following,
                made_at=now,
            )
            body: dict[str, str | int | None] = {"month": month, "commitment": row.commitment}
            by = system("looks", agency_id=agency.pk)
            record(by=by, verb="draw.make", subject=ref("draw", row.pk), body=body)
    except IntegrityError:  # another worker was faster
        return 0
    return 1


@transaction.atomic
def _look_up(draw_id: int) -> int:
    draw = Draw.objects.select_for_update().get(pk=draw_id)
    if draw.shown_at is not None:
        return 0
    by = system("looks", agency_id=draw.agency_id)
    percent = queries.percent_of(draw.agency_id)
    found = list(queries.not_considered(draw)[:ROUND])
    drawn = {post.pk for post in found if is_drawn(draw.seed, post.pk, percent=percent)}
    # Passed over, failed, stopped, written anew and let go again: its lot counts anew.
    SecondLook.objects.filter(post__in=found, change__isnull=True, status=S.PASSED).delete()
    changes = list(queries.changes_not_considered(draw)[:ROUND])
    changed = {row.pk for row in changes if is_drawn(draw.seed, row.pk, percent=percent, kind="change")}
    rows = [_row(draw, post, None, percent=percent, drawn=post.pk in drawn) for post in found]
    rows += [_row(draw, row.post, row, percent=percent, drawn=row.pk in changed) for row in changes]
    SecondLook.objects.bulk_create(rows)
    for row in rows:
        if row.status == S.WAITING:
            body: dict[str, str | int | None] = {"percent": percent, **queries.change_of(row)}
            record(by=by, verb="look.draw", subject=row.post.subject, body=body)
    return len(rows)


def _row(draw: Draw, post: Post, change: PostRevision | None, *, percent: int, drawn: bool) -> SecondLook:
    now = clock.now()
    return SecondLook(
        agency_id=draw.agency_id,
        draw=draw,
        post=post,
        change=change,
        percent=percent,
        status=S.WAITING if drawn else S.PASSED,
        considered_at=now,
        due_at=now + WITHIN if drawn else None,
    )


@transaction.atomic
def _show(draw_id: int) -> int:
    draw = Draw.objects.select_for_update().get(pk=draw_id)
    waits = queries.not_considered(draw).exists() or queries.changes_not_considered(draw).exists()
    if draw.shown_at is not None or waits:
        return 0
    Draw.objects.filter(pk=draw_id).update(shown_at=clock.now())
    by = system("looks", agency_id=draw.agency_id)
    body: dict[str, str | int | None] = {"month": draw.month, "seed": draw.seed}
    record(by=by, verb="draw.show", subject=ref("draw", draw_id), body=body)
    return 1
