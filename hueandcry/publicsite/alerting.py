"""Alerts on the public site (R30): the list of those that hold now, each as a document for machines, and their feed.

The alert itself is a page among the news (news.py). Of each alert only the last message stands; those before it, and
those of an alert that was taken back, answer "gone".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import agencies
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts import alert_messages
from hueandcry.posts.alert_actions import tell_machines
from hueandcry.posts.alerts import EVENTS, LEVELS, RESPONSES, Alert
from hueandcry.posts.models import AlertMessage
from hueandcry.posts.news import News
from hueandcry.publicsite import cap

CANCEL = AlertMessage.Kind.CANCEL
PAGE = "/alerts/"


class Alerts:
    """What is said of an agency's alerts now. It is not there while the agency shows no posts on its site."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.latest = alert_messages.latest(agency.pk)
        self.now = clock.now()

    def paths(self) -> list[str]:
        """The addresses of its pages, for the site map."""
        return [PAGE]

    def files(self, items: tuple[News, ...]) -> dict[str, bytes]:
        """The page, the feed and the documents. items: the news as they stand, newest first."""
        agency, found = self.agency, published(self.latest.values(), items)
        files = {
            cap.cap_path(row.identifier).lstrip("/"): cap.document(
                row, agency=agency, references=alert_messages.before(row)
            )
            for row in found
        }
        current = [row for row in found if row.expires_at > self.now]
        current.sort(key=lambda row: (row.sent_at, row.pk), reverse=True)
        changed = alert_messages.last_change(agency.pk)
        files[cap.FEED] = cap.feed(agency, current, changed=changed, language=get_language() or "en")
        context = {"agency": agency, "section": "news", "alerts": self.lines(items), "feed": f"/{cap.FEED}"}
        files["alerts/index.html"] = render_to_string("publicsite/alerts.html", context).lstrip().encode()
        return files

    def lines(self, items: tuple[News, ...]) -> list[dict[str, Any]]:
        """The alerts that hold now, newest first, as lines."""
        return [
            {"path": item.path, "heading": item.heading, "language": item.language, **said}
            for item in items
            if (said := self.of(item)) is not None and not said["over"]
        ]

    def of(self, item: News) -> dict[str, Any] | None:
        """What belongs to an alert besides its words, for its page; None for what is no alert."""
        alert = item.alert
        if alert is None or alert.until is None or not alert.level:
            return None
        row = self.latest.get(item.post_id)
        return {
            "level": alert.level,
            "label": LEVELS[alert.level].label,
            "event": EVENTS[alert.event][0] if alert.event in EVENTS else "",
            "area": alert_messages.area_in_words(self.agency, alert),
            "since": item.at,
            "until": alert.until,
            "over": alert.until <= self.now,
            "exercise": alert.exercise,
            "response": RESPONSES[alert.response][0] if alert.response in RESPONSES else "",
            "todo": alert.todo,
            "others": _others(alert),
            "cap": cap.cap_path(row.identifier) if row is not None and row.kind != CANCEL else "",
        }


def gone_messages(agency_id: int, items: tuple[News, ...]) -> list[str]:
    """Addresses of the messages that another stands in for, or whose alert was taken back. items: the news as they stand."""
    latest = alert_messages.latest(agency_id)
    kept = {row.identifier for row in published(latest.values(), items)}
    return [cap.cap_path(name) for name in alert_messages.replaced(agency_id, kept=kept)]


def published(rows: Iterable[AlertMessage], items: tuple[News, ...]) -> list[AlertMessage]:
    """Those of the last messages whose document is on the site: of alerts that stand, and what takes one back."""
    standing = {item.post_id for item in items}
    return [row for row in rows if row.post_id in standing or row.kind == CANCEL]


def _others(alert: Alert) -> list[dict[str, str]]:
    return [
        {"language": language, "text": text, "todo": todo}
        for language, text, todo in alert.others
        if text.strip()
    ]


def tell_all() -> int:
    """Write what machines were not told yet of any agency's alerts; the files are made afterwards. Safe to run twice."""
    found = [each for each in agencies() if each.kind == Agency.Kind.AGENCY]
    return sum(tell_machines(agency_id=each.pk, by=system("alerts", agency_id=each.pk)) for each in found)
