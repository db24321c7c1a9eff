"""Verbs of alerts for machines: say what was not said yet, note what has ended. The site publishes them afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hueandcry.agencies.queries import get_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import ref
from hueandcry.posts import alert_messages
from hueandcry.posts.models import AlertMessage, Post
from hueandcry.records.entry import record


@transaction.atomic
def tell_machines(*, agency_id: int, by: Actor) -> int:
    """Write the messages that the agency's alerts still lack: Alert, Update, Cancel. Returns how many.

    What is said follows from what stands on the site, which somebody else decided. Safe to run twice and in parallel.
    Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_READ)
    agency = get_agency(agency_id)
    waiting = alert_messages.due(agency)
    posts = [each.post_id for each in waiting]
    if not posts:
        return 0
    list(Post.objects.select_for_update(of=("self",)).filter(pk__in=posts).order_by("pk"))
    for each in alert_messages.due(agency):  # again, now that nobody else writes
        _write(each, agency_id=agency_id, host=agency.public_host, by=by)
    return len(waiting)


def _write(each: alert_messages.Due, *, agency_id: int, host: str, by: Actor) -> None:
    number = each.last.number + 1 if each.last else 1
    sent = clock.now().replace(microsecond=0)
    if each.last is not None and sent <= each.last.sent_at:
        sent = each.last.sent_at + timedelta(seconds=1)  # a message is later than the one it stands in for
    expires = datetime.fromisoformat(each.content["until"])
    name = f"{host}-{sent:%Y%m%d}-{each.post_id}-{number}"
    AlertMessage.objects.create(
        agency_id=agency_id,
        post_id=each.post_id,
        number=number,
        kind=each.kind,
        identifier=name,
        sent_at=sent,
        expires_at=expires,
        content=each.content,
    )
    body: dict[str, str | int | None] = {"identifier": name, "kind": str(each.kind.value)}
    record(by=by, verb="post.tell-machines", subject=ref("post", each.post_id), body=body)


@transaction.atomic
def note_over(*, message_ids: list[int], by: Actor) -> int:
    """Note that the site lists these no more, since their time has come to an end. Returns how many. Safe to run twice.

    Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_READ)
    rows = AlertMessage.objects.filter(
        pk__in=message_ids, over_at__isnull=True, expires_at__lte=clock.now()
    ).order_by("pk")
    found = list(rows)
    AlertMessage.objects.filter(pk__in=[row.pk for row in found]).update(over_at=clock.now())
    for row in found:
        body: dict[str, str | int | None] = {"identifier": row.identifier}
        record(by=by, verb="post.alert-over", subject=ref("post", row.post_id), body=body)
    return len(found)
