"""Atom (RFC 4287), RSS 2.0, JSON Feed 1.1, sitemap, robots.txt, security.txt (RFC 9116). Pure but for its clock.

No feed carries a picture or a name that could outlive a withdrawal in somebody's reader longer than its text must.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.appeals.addresses import appeal_path, public_url
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import PublicAppeal
from hueandcry.kernel import clock

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 section 2.2
MOST = 200  # entries of one feed
SECURITY_MONTHS = 6  # how long security.txt is good for; RFC 9116 recommends less than a year


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing in a feed. id: a tag URI (RFC 4151) that never changes; text: plain, paragraphs apart by empty lines."""

    id: str
    url: str
    title: str
    text: str
    published: datetime
    updated: datetime


def entries(agency: Agency, public: list[PublicAppeal], closed: list[Appeal]) -> list[FeedEntry]:
    """Public and resolved appeals, latest change first. A resolved one says how it ended and nothing else."""
    rows = [(item.appeal, item.appeal.title, _text(item)) for item in public]
    rows += [(appeal, appeal.reference, str(appeal.get_outcome_display())) for appeal in closed]
    found = [_entry(agency, appeal, title, text) for appeal, title, text in rows]
    return sorted(found, key=lambda entry: entry.updated, reverse=True)


def _entry(agency: Agency, appeal: Appeal, title: str, text: str) -> FeedEntry:
    published = appeal.published_at or appeal.created_at
    path = appeal_path(appeal.reference)
    return FeedEntry(
        id=f"tag:{agency.public_host},{published:%Y-%m-%d}:{path}",
        url=public_url(agency, path),
        title=title,
        text=text,
        published=published,
        updated=appeal.changed_at or published,
    )


def _text(item: PublicAppeal) -> str:
    lines = [item.appeal.what_happened, item.appeal.we_ask]
    lines += [f"{update.get_kind_display()}: {update.text}" for update in item.updates]
    return "\n\n".join(line.strip() for line in lines if line.strip())


def build(agency: Agency, items: list[FeedEntry], *, changed: datetime) -> dict[str, bytes]:
    """Every feed of the site by its name, with these entries, newest change first. What is not among them is gone.

    changed: the last change of anything that is or was among them, withdrawals included.
    """
    shown = sorted(items, key=lambda entry: entry.updated, reverse=True)[:MOST]
    return {
        "feed.atom": atom(agency, shown, changed),
        "feed.rss": rss(agency, shown, changed),
        "feed.json": json_feed(agency, shown),
    }


def atom(agency: Agency, items: list[FeedEntry], changed: datetime) -> bytes:
    """The Atom feed. changed: the last change of anything in it, withdrawals included."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": get_language() or "en"})
    add(feed, "id", f"tag:{agency.public_host},2026-01-01:/appeals/")
    add(feed, "title", agency.name)
    add(feed, "updated", stamp(changed))
    SubElement(
        feed,
        "link",
        {"rel": "self", "type": "application/atom+xml", "href": public_url(agency, "/feed.atom")},
    )
    SubElement(
        feed, "link", {"rel": "alternate", "type": "text/html", "href": public_url(agency, "/appeals/")}
    )
    add(SubElement(feed, "author"), "name", agency.name)
    for item in items:
        entry = SubElement(feed, "entry")
        add(entry, "id", item.id)
        add(entry, "title", item.title)
        add(entry, "published", stamp(item.published))
        add(entry, "updated", stamp(item.updated))
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": item.url})
        add(entry, "content", item.text).set("type", "text")
    return xml(feed)


def rss(agency: Agency, items: list[FeedEntry], changed: datetime) -> bytes:
    """The same as RSS 2.0 (RSS Advisory Board, 2.0.11, and its Best Practices Profile: guid, atom:link)."""
    root = Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = SubElement(root, "channel")
    add(channel, "title", agency.name)
    add(channel, "link", public_url(agency, "/appeals/"))
    news = any(urlsplit(entry.url).path.startswith("/news/") for entry in items)
    add(channel, "description", (_("Appeals and news of %s") if news else _("Appeals of %s")) % agency.name)
    add(channel, "language", get_language() or "en")
    add(channel, "lastBuildDate", _day_and_time(changed))
    SubElement(
        channel,
        "atom:link",
        {"rel": "self", "type": "application/rss+xml", "href": public_url(agency, "/feed.rss")},
    )
    for entry in items:
        item = SubElement(channel, "item")
        add(item, "title", entry.title)
        add(item, "link", entry.url)
        add(item, "guid", entry.id).set("isPermaLink", "false")
        add(item, "pubDate", _day_and_time(entry.published))
        add(item, "atom:updated", stamp(entry.updated))
        add(item, "description", _as_html(entry.text))
    # The profile asks for it: some readers take a title for HTML, and then read these as they stand.
    return xml(root).replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def _as_html(text: str) -> str:
    """A plain text as RSS wants it: a reader takes a description for HTML."""
    return "".join(
        f"<p>{escape(paragraph.strip()).replace(chr(10), '<br>')}</p>"
        for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
        if paragraph.strip()
    )


def _day_and_time(moment: datetime) -> str:
    """RFC 822 with a year of four digits, in UTC."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def json_feed(agency: Agency, items: list[FeedEntry]) -> bytes:
    """The same as JSON Feed 1.1 (jsonfeed.org/version/1.1, read 2026-11-22)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": agency.name,
        "home_page_url": public_url(agency, "/appeals/"),
        "feed_url": public_url(agency, "/feed.json"),
        "language": get_language() or "en",
        "authors": [{"name": agency.name}],
        "items": [
            {
                "id": item.id,
                "url": item.url,
                "title": NOT_IN_XML.sub("", item.title),
                "content_text": NOT_IN_XML.sub("", item.text),
                "date_published": stamp(item.published),
                "date_modified": stamp(item.updated),
            }
            for item in items
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def sitemap(urls: list[str]) -> bytes:
    """The sitemap (sitemaps.org protocol 0.9)."""
    root = Element("urlset", {"xmlns": SITEMAP})
    for url in urls:
        add(SubElement(root, "url"), "loc", url)
    return xml(root)


def robots(sitemap_url: str) -> bytes:
    """robots.txt: everything but the tip pages."""
    return f"User-agent: *\nDisallow: /t/\nSitemap: {sitemap_url}\n".encode()


def security_txt(*, contact: str, canonical: str) -> bytes:
    """security.txt. It expires on the first day of a month, so that it changes monthly and not with each build."""
    moment = clock.now()
    month = moment.month - 1 + SECURITY_MONTHS
    expires = datetime(moment.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return f"Contact: {contact}\nExpires: {stamp(expires)}\nPreferred-Languages: en\nCanonical: {canonical}\n".encode()


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def add(parent: Element, name: str, text: str) -> Element:
    """Append an element with this text, without what XML cannot hold, and return it."""
    child = SubElement(parent, name)
    child.text = NOT_IN_XML.sub("", text)
    return child


def xml(root: Element) -> bytes:
    """The document as it is written to a file."""
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
