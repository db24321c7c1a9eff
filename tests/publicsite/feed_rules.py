"""What RSS 2.0 and JSON Feed 1.1 ask of a feed, as rules; each function lists what is wrong, as a validator would.

RSS: rssboard.org/rss-specification 2.0.11 and its best practices profile, and the errors of the W3C's feed validator.
JSON Feed: jsonfeed.org/version/1.1. Both read 2026-11-22.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as ET

ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/[!-~]*\Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d (GMT|[+-]\d{4})\Z"
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CHANNEL = {
    "title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate",
    "category", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours", "skipDays", "item",
}  # fmt: skip
ITEM = {
    "title",
    "link",
    "description",
    "author",
    "category",
    "comments",
    "enclosure",
    "guid",
    "pubDate",
    "source",
}
UNSAFE = re.compile(
    r"<\s*(script|style|iframe|object|embed|meta|link|base|form|img)\b|\son\w+\s*=|javascript:", re.IGNORECASE
)
RELATIVE = re.compile(r"(?:href|src)\s*=\s*[\"']?(?!https?:|mailto:|tel:)", re.IGNORECASE)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
FEED_STRINGS = {
    "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon", "language",
}  # fmt: skip
ITEM_STRINGS = {
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
    "date_published", "date_modified", "language",
}  # fmt: skip


def rss_faults(data: bytes) -> list[str]:
    """What is wrong with an RSS 2.0 feed."""
    root = ET.fromstring(data)
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        return ["no rss 2.0 with one channel"]
    (channel,) = root
    found = _elements(channel, CHANNEL, needed=("title", "link", "description"), many=("item", "category"))
    found += [
        f"{name} is no date" for name in ("pubDate", "lastBuildDate") if not _is_date(channel.findtext(name))
    ]
    if not LANGUAGE.match(channel.findtext("language") or "en"):
        found.append("language")
    found += [
        f"no address: {link.text}" for link in channel.findall("link") if not URL.match(link.text or "")
    ]
    if re.search(rb"<title>[^<]*&(?:amp|lt);", data):
        found.append("& and < in a title are written as &#x26; and &#x3C; (best practice)")
    own = [link for link in channel.findall(ATOM_LINK) if link.get("rel") == "self"]
    if (
        len(own) != 1
        or not URL.match(own[0].get("href") or "")
        or own[0].get("type") != "application/rss+xml"
    ):
        found.append("no address of its own (best practice)")
    for item in channel.findall("item"):
        found += _rss_item(item)
    guids = Counter(guid.text for guid in channel.iter("guid"))
    return found + [f"twice: {guid}" for guid, count in guids.items() if count > 1]


def _rss_item(item: ET.Element) -> list[str]:
    found = _elements(item, ITEM, needed=(), many=("category",))
    if item.find("title") is None and item.find("description") is None:
        found.append("neither title nor description")
    if not _is_date(item.findtext("pubDate")):
        found.append("pubDate is no date")
    for link in item.findall("link"):
        if not URL.match(link.text or ""):
            found.append(f"no address: {link.text}")
    for guid in item.findall("guid"):
        if not guid.text or (guid.get("isPermaLink", "true") == "true" and not URL.match(guid.text)):
            found.append(f"guid is no address: {guid.text}")
        if guid.get("isPermaLink", "true") not in {"true", "false"}:
            found.append("isPermaLink")
    html = item.findtext("description") or ""
    tags = " ".join(re.findall(r"<[^>]*>?", html))
    if UNSAFE.search(tags) or RELATIVE.search(tags):
        found.append("unsafe or relative in a description")
    if re.search(r"&(?!(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);)", html):
        found.append("a bare & in a description, which is HTML")
    return found


def _elements(
    parent: ET.Element, known: set[str], *, needed: Iterable[str], many: Iterable[str]
) -> list[str]:
    """Elements without a namespace: known ones only, the needed ones there, no more than one of each but `many`."""
    counts = Counter(child.tag for child in parent if not child.tag.startswith("{"))
    found = [f"unknown: {name}" for name in counts if name not in known]
    found += [f"missing: {name}" for name in needed if not counts[name]]
    return found + [f"twice: {name}" for name, count in counts.items() if count > 1 and name not in many]


def _is_date(text: str | None) -> bool:
    """RFC 822 with a year of four digits; the day of the week must be right. True if there is none."""
    if text is None:
        return True
    return bool(RFC_822.match(text)) and DAYS[parsedate_to_datetime(text).weekday()] == text[:3]


def json_feed_faults(data: bytes) -> list[str]:
    """What is wrong with a JSON Feed 1.1."""
    feed = json.loads(data.decode("utf-8"))
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not isinstance(feed.get("items"), list):
        return ["no JSON Feed 1.1"]
    known = FEED_STRINGS | {"version", "items", "authors", "expired", "hubs"}
    found = _members(feed, FEED_STRINGS, known)
    if not feed.get("title"):
        found.append("missing: title")
    found += _authors(feed) + _addresses(feed, ("home_page_url", "feed_url", "next_url", "icon", "favicon"))
    for item in feed["items"]:
        found += _json_item(item)
    ids = Counter(item.get("id") for item in feed["items"])
    return found + [f"twice: {name}" for name, count in ids.items() if count > 1]


def _json_item(item: dict[str, Any]) -> list[str]:
    found = _members(item, ITEM_STRINGS, ITEM_STRINGS | {"authors", "tags", "attachments"})
    if not item.get("id"):
        found.append("missing: id")
    if "content_text" not in item and "content_html" not in item:
        found.append("missing: content_text or content_html")
    for name in ("date_published", "date_modified"):
        text = item.get(name)
        if text is not None and not (RFC_3339.match(str(text)) and datetime.fromisoformat(str(text)).tzinfo):
            found.append(f"{name} is no date")
    if not all(isinstance(tag, str) for tag in item.get("tags", [])):
        found.append("tags")
    return found + _authors(item) + _addresses(item, ("url", "external_url", "image", "banner_image"))


def _members(thing: dict[str, Any], strings: set[str], known: set[str]) -> list[str]:
    found = [f"unknown: {name}" for name in thing if name not in known and not name.startswith("_")]
    return found + [f"no text: {name}" for name in strings & thing.keys() if not isinstance(thing[name], str)]


def _authors(thing: dict[str, Any]) -> list[str]:
    """A list of objects, each with a name, an address or a picture. The single author of version 1 is unknown here."""
    given = thing.get("authors", [])
    good = isinstance(given, list) and all(isinstance(each, dict) for each in given)
    return [] if good and all({"name", "url", "avatar"} & each.keys() for each in given) else ["authors"]


def _addresses(thing: dict[str, Any], names: Iterable[str]) -> list[str]:
    return [f"no address: {name}" for name in names if name in thing and not URL.match(str(thing[name]))]
