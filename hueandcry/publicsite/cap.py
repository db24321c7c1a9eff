"""An alert as a document of the Common Alerting Protocol, and the feed of those in force. Pure.

OASIS CAP 1.2 (1 July 2010), sections 3.2 and 3.3; what the IPAWS profile 1.0 (13 October 2009) asks besides is kept where
it says nothing that only a sender of that network can say (no SAME codes): expires is there, one category, no "Z".
"""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.appeals.addresses import public_url
from hueandcry.posts.alerts import EVENTS, LEVELS, RESPONSES
from hueandcry.posts.models import AlertMessage
from hueandcry.publicsite.feeds import ATOM, add, stamp, xml

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
MIME = "application/cap+xml"
FEED = "alerts/cap.atom"
HEADLINE = 160  # characters that section 3.2.2 asks to keep to
CANCEL = AlertMessage.Kind.CANCEL


def cap_path(identifier: str) -> str:
    """The address of a message's document."""
    return f"/alerts/{identifier}.cap.xml"


def document(row: AlertMessage, *, agency: Agency, references: list[AlertMessage]) -> bytes:
    """A message as CAP 1.2. references: the messages that it stands in for, oldest first."""
    said = row.content
    root = Element("alert", {"xmlns": CAP})
    add(root, "identifier", row.identifier)
    add(root, "sender", said["sender"])
    add(root, "sent", _sent(row))
    add(root, "status", "Test" if said["test"] else "Exercise" if said["exercise"] else "Actual")
    add(root, "msgType", row.kind)
    add(root, "scope", "Public")
    if said["test"] or said["exercise"]:
        with translation.override(said["language"]):
            add(root, "note", _("Nothing has happened: this is an exercise."))
    if references:
        named = [f"{each.content['sender']},{each.identifier},{_sent(each)}" for each in references]
        add(root, "references", " ".join(named))
    _info(root, row, agency, (said["language"], said["text"], said["todo"]), said["headline"])
    for language, text, todo in said["others"]:
        if text.strip():
            _info(root, row, agency, (language, text, todo), text)
    return xml(root)


def _info(
    root: Element, row: AlertMessage, agency: Agency, words: tuple[str, str, str], headline: str
) -> None:
    """The alert in one language, in the order of the schema."""
    said, zone = row.content, ZoneInfo(row.content["zone"])
    (language, text, todo), level = words, LEVELS[said["level"]]
    label, category = EVENTS[said["event"]]
    info = SubElement(root, "info")
    with translation.override(language):
        add(info, "language", language)
        add(info, "category", category)
        add(info, "event", str(label))
        if response := "AllClear" if row.kind == CANCEL else RESPONSES.get(said["response"], ("", ""))[1]:
            add(info, "responseType", response)
        add(info, "urgency", "Past" if row.kind == CANCEL else level.urgency)
        add(info, "severity", level.severity)
        add(info, "certainty", level.certainty)
        add(info, "onset", moment(datetime.fromisoformat(said["began"]), zone))
        add(info, "expires", moment(row.expires_at, zone))
        add(info, "senderName", said["name"])
        add(info, "headline", _short(headline))
        if text.strip():
            add(info, "description", text)
        if todo.strip():
            add(info, "instruction", todo)
        add(info, "web", public_url(agency, "/alerts/" if row.kind == CANCEL else said["path"]))
        if said["contact"]:
            add(info, "contact", said["contact"])
    add(SubElement(info, "area"), "areaDesc", said["area"])


def feed(agency: Agency, rows: list[AlertMessage], *, changed: datetime, language: str) -> bytes:
    """The Atom feed (RFC 4287) of the messages in force, newest first, each leading to its document."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": language})
    add(root, "id", f"tag:{agency.public_host},2026-01-01:/alerts/")
    add(root, "title", _("Alerts of %s") % agency.name)
    add(root, "updated", stamp(changed))
    _link(root, "self", "application/atom+xml", public_url(agency, f"/{FEED}"))
    _link(root, "alternate", "text/html", public_url(agency, "/alerts/"))
    add(SubElement(root, "author"), "name", agency.name)
    for row in rows:
        entry = SubElement(root, "entry")
        add(entry, "id", f"tag:{agency.public_host},{row.sent_at:%Y-%m-%d}:{cap_path(row.identifier)}")
        add(entry, "title", row.content["headline"])
        add(entry, "published", stamp(row.sent_at))
        add(entry, "updated", stamp(row.sent_at))
        _link(entry, "alternate", MIME, public_url(agency, cap_path(row.identifier)))
        if row.kind != CANCEL:
            _link(entry, "related", "text/html", public_url(agency, row.content["path"]))
        summary = "\n\n".join(part for part in (row.content["area"], row.content["todo"]) if part)
        add(entry, "summary", summary)
    return xml(root)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Section 3.3.2: to the second, with the distance from UTC as +hh:mm, that of UTC itself as -00:00; never "Z"."""
    text = at.astimezone(zone).replace(microsecond=0).isoformat()
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def _sent(row: AlertMessage) -> str:
    return moment(row.sent_at, ZoneInfo(row.content["zone"]))


def _short(headline: str) -> str:
    line = " ".join(headline.split())
    return line if len(line) <= HEADLINE else f"{line[: HEADLINE - 1].rstrip()}…"


def _link(parent: Element, rel: str, mime: str, address: str) -> None:
    SubElement(parent, "link", {"rel": rel, "type": mime, "href": address})
