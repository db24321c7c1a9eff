"""The messages that are said of an alert in the Common Alerting Protocol (R30), as the site publishes them.

The content of a message is all that its document says, so that a document never changes once it is out:
level, event, response: names (alerts.py); areas: slugs; area: the same in words; until, began: ISO; exercise, test;
language, headline, text, todo; others: [[language, what happens, what to do]]; path: of its page; sender, name, contact,
zone: the agency's. Of a message that takes an alert back nothing is kept of its words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.kernel import clock
from hueandcry.lists.queries import areas
from hueandcry.posts.alerts import ALERT, EVERYWHERE, NO_ALERT, Alert
from hueandcry.posts.models import AlertMessage, NewsPage
from hueandcry.posts.news import News, standing

YEAR = timedelta(days=400)
KEPT = timedelta(days=30)  # an alert holds for days, not weeks; older ones are not looked at any more
# What makes a message another one: the rest says whose it is.
SAYS = ("level", "event", "response", "areas", "place", "until", "exercise", "text", "todo", "others")
PRIVATE = ("text", "todo", "others", "place", "headline")


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is still to be said. news: what stands there now; None where it is taken back."""

    post_id: int
    last: AlertMessage | None
    kind: AlertMessage.Kind
    content: dict[str, Any]


def due(agency: Agency) -> list[Due]:
    """What machines were not told yet of this agency's alerts: new ones, changed ones, those taken back."""
    since = clock.now() - KEPT
    rows = AlertMessage.objects.filter(agency_id=agency.pk, sent_at__gte=since).order_by("post_id", "number")
    last = {row.post_id: row for row in rows}
    if not last and not _any_page(agency.pk, since):
        return []
    found = standing(agency.pk)
    shown = {item.post_id: item for item in found.shown if item.alert is not None} if found.on else {}
    said = [(item, content_of(agency, item)) for item in shown.values() if item.alert and item.alert.until]
    fresh = [_said(last.get(item.post_id), item.post_id, content) for item, content in said]
    taken = [
        Due(row.post_id, row, AlertMessage.Kind.CANCEL, _without_words(agency, row.content))
        for row in last.values()
        if row.post_id not in shown and row.kind != AlertMessage.Kind.CANCEL and row.expires_at > clock.now()
    ]
    return [each for each in fresh if each is not None] + taken


def latest(agency_id: int) -> dict[int, AlertMessage]:
    """The last message of each alert of the last thirteen months: post id → message."""
    rows = AlertMessage.objects.filter(agency_id=agency_id, sent_at__gte=clock.now() - YEAR)
    return {row.post_id: row for row in rows.order_by("post_id", "number")}


def replaced(agency_id: int, *, kept: Collection[str]) -> list[str]:
    """Identifiers of messages that another stands in for: their words are gone. kept: what is still published."""
    rows = AlertMessage.objects.filter(agency_id=agency_id, sent_at__gte=clock.now() - YEAR)
    return [name for name in rows.order_by("pk").values_list("identifier", flat=True) if name not in kept]


def last_change(agency_id: int) -> datetime:
    """When the list of alerts in force last changed: the last message, or the last end."""
    rows = AlertMessage.objects.filter(agency_id=agency_id)
    sent = rows.order_by("-sent_at").values_list("sent_at", flat=True).first()
    ended = rows.filter(expires_at__lte=clock.now()).order_by("-expires_at")
    over = ended.values_list("expires_at", flat=True).first()
    return max((at for at in (sent, over) if at is not None), default=datetime(2026, 1, 1, tzinfo=UTC))


def before(row: AlertMessage) -> list[AlertMessage]:
    """The messages of the same alert that this one stands in for: those since it was last told anew."""
    rows = AlertMessage.objects.filter(post_id=row.post_id, number__lt=row.number).order_by("number")
    found: list[AlertMessage] = []
    for each in rows if row.kind != AlertMessage.Kind.ALERT else ():
        found = [each] if each.kind == AlertMessage.Kind.ALERT else [*found, each]
    return found


def over() -> list[AlertMessage]:
    """Messages of all agencies whose time has come to an end, and that the site may still list."""
    rows = AlertMessage.objects.filter(over_at__isnull=True, expires_at__lte=clock.now())
    return list(rows.order_by("pk")[:200])


def content_of(agency: Agency, item: News) -> dict[str, Any]:
    """What a message says of an alert as it stands."""
    alert = item.alert or NO_ALERT
    with translation.override(item.language):
        return {
            **alert.plain(),
            "area": area_in_words(agency, alert),
            "began": item.at.isoformat(),
            "test": agency.is_demo,
            "language": item.language,
            "headline": item.heading,
            "text": "\n\n".join(text for text in item.texts if text.strip()),
            "path": item.path,
            "sender": agency.public_host,
            "name": agency.name,
            "contact": agency.phone,
            "zone": agency.time_zone,
        }


def area_in_words(agency: Agency, alert: Alert) -> str:
    """Where it holds: the names of its areas, and closer if that was said."""
    names = dict(areas(agency.pk))
    said = [names[slug] for slug in alert.areas if slug in names]
    if EVERYWHERE in alert.areas or not said:
        said = [_("the whole area of %s") % agency.name]
    words = ", ".join(said)
    return f"{words}: {alert.place}" if alert.place else words


def _said(last: AlertMessage | None, post_id: int, content: dict[str, Any]) -> Due | None:
    expires = datetime.fromisoformat(content["until"])
    if last is None or last.kind == AlertMessage.Kind.CANCEL:
        return Due(post_id, last, AlertMessage.Kind.ALERT, content) if expires > clock.now() else None
    if all(last.content.get(name) == content.get(name) for name in SAYS):
        return None
    if max(expires, last.expires_at) <= clock.now():
        return None  # nobody acts on it any more
    return Due(post_id, last, AlertMessage.Kind.UPDATE, content)


def _without_words(agency: Agency, content: dict[str, Any]) -> dict[str, Any]:
    left = {name: value for name, value in content.items() if name not in PRIVATE}
    alert = Alert(areas=tuple(content["areas"]))
    with translation.override(content["language"]):
        area = area_in_words(agency, alert)
        headline = _("Taken back: this alert does not hold any more")
    return {**left, "area": area, "headline": headline, "others": [], "text": "", "todo": "", "place": ""}


def _any_page(agency_id: int, since: datetime) -> bool:
    return NewsPage.objects.filter(agency_id=agency_id, post__kind=ALERT, shown_at__gte=since).exists()
