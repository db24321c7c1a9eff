"""Feeds, sitemap, robots.txt and security.txt are what their standards ask for."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from hueandcry.appeals import actions
from hueandcry.kernel import clock
from hueandcry.publicsite import pages
from tests.factories_appeals import Team

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]
ATOM = "{http://www.w3.org/2005/Atom}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def atom(team: Team) -> ET.Element:
    return ET.fromstring(pages.site_of(team.agency).texts["feed.atom"])


def check_atom(feed: ET.Element) -> None:
    """RFC 4287: what a feed and an entry must have, once each, and what form it must have."""
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert (element.findtext(f"{ATOM}id") or "").startswith("tag:")
        assert STAMP.fullmatch(element.findtext(f"{ATOM}updated") or "")
    assert len(feed.findall(f"{ATOM}author/{ATOM}name")) == 1
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}link[@rel='alternate']") is not None
        assert entry.find(f"{ATOM}content") is not None


def test_the_atom_feed_is_valid_and_its_ids_stay() -> None:
    team = Team()
    appeal = team.published(title="Who is <this> & that?\x0b", reference="PE-2418")
    before = atom(team)
    check_atom(before)
    assert before.findtext(f"{ATOM}entry/{ATOM}title") == "Who is <this> & that?"
    team.update(appeal, "The coat was blue.")
    after = atom(team)
    check_atom(after)
    assert after.findtext(f"{ATOM}entry/{ATOM}id") == before.findtext(f"{ATOM}entry/{ATOM}id")
    assert (after.findtext(f"{ATOM}entry/{ATOM}updated") or "") >= (
        before.findtext(f"{ATOM}entry/{ATOM}updated") or ""
    )
    assert "The coat was blue." in (after.findtext(f"{ATOM}entry/{ATOM}content") or "")


def test_a_withdrawn_appeal_vanishes_and_the_feed_says_that_it_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    team = Team()
    appeal = team.published(title="Words to forget")
    team.published(title="Words that stay")
    before = atom(team)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.withdraw_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    after = atom(team)
    check_atom(after)
    assert [entry.findtext(f"{ATOM}title") for entry in after.findall(f"{ATOM}entry")] == ["Words that stay"]
    assert (after.findtext(f"{ATOM}updated") or "") > (before.findtext(f"{ATOM}updated") or "")
    site = pages.site_of(team.agency)
    assert (
        b"Words to forget"
        not in site.texts["feed.atom"] + site.texts["feed.json"] + site.texts["sitemap.xml"]
    )


def test_a_resolved_appeal_stays_under_its_id_and_says_only_how_it_ended() -> None:
    team = Team()
    appeal = team.published(title="Have you seen Otis?", reference="PE-9")
    before = atom(team).findtext(f"{ATOM}entry/{ATOM}id")
    actions.resolve_appeal(appeal_id=appeal.pk, outcome="found", by=team.author)
    entry = atom(team).find(f"{ATOM}entry")
    assert entry is not None
    assert (entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}title")) == (before, "PE-9")
    assert entry.findtext(f"{ATOM}content") == "Found. Thank you."


def test_the_json_feed_says_the_same() -> None:
    team = Team()
    team.published(title="Who is this?", reference="PE-2418")
    feed = json.loads(pages.site_of(team.agency).texts["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"title", "home_page_url", "feed_url", "items"} <= set(feed)
    item = feed["items"][0]
    assert {"id", "url", "title", "content_text", "date_published", "date_modified"} <= set(item)
    assert item["id"] == atom(team).findtext(f"{ATOM}entry/{ATOM}id")
    assert item["url"].endswith("/appeals/PE-2418/")
    assert STAMP.fullmatch(item["date_published"])


def rss(team: Team) -> ET.Element:
    root = ET.fromstring(pages.site_of(team.agency).texts["feed.rss"])
    assert (root.tag, root.get("version"), len(root.findall("channel"))) == ("rss", "2.0", 1)
    channel = root.find("channel")
    assert channel is not None
    return channel


def check_rss(channel: ET.Element) -> None:
    """RSS 2.0 and its Best Practices Profile, as the W3C validator asks: what must be there, once, and in what form."""
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert len(channel.findall(name)) == 1, name
    assert [link.get("rel") for link in channel.findall(f"{ATOM}link")] == ["self"]
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "").tzinfo is not None
    for item in channel.findall("item"):
        for name in ("title", "link", "guid", "pubDate", "description"):
            assert len(item.findall(name)) == 1, name
        guid = item.find("guid")
        assert guid is not None
        assert (guid.get("isPermaLink"), (guid.text or "")[:4]) == ("false", "tag:")
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", item.findtext("pubDate") or "")
        assert "<script" not in (item.findtext("description") or "")


def test_the_rss_feed_is_valid_and_says_the_same_under_the_same_ids() -> None:
    team = Team()
    appeal = team.published(title="Who is <this> & that?\x0b", reference="PE-2418")
    team.update(appeal, "Was it <b>blue</b>?\n\nOr grey?")
    channel = rss(team)
    check_rss(channel)
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Who is <this> & that?"
    assert item.findtext("guid") == atom(team).findtext(f"{ATOM}entry/{ATOM}id")
    assert item.findtext(f"{ATOM}updated") == atom(team).findtext(f"{ATOM}entry/{ATOM}updated")
    assert "Was it &lt;b&gt;blue&lt;/b&gt;?</p><p>Or grey?</p>" in (item.findtext("description") or "")


def test_what_is_withdrawn_leaves_every_feed_at_once() -> None:
    team = Team()
    appeal = team.published(title="Words to forget")
    for name in ("feed.atom", "feed.rss", "feed.json"):
        assert b"Words to forget" in pages.site_of(team.agency).texts[name]
    actions.withdraw_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    for name in ("feed.atom", "feed.rss", "feed.json"):
        assert b"Words to forget" not in pages.site_of(team.agency).texts[name]
    check_rss(rss(team))


def test_the_pages_name_every_feed() -> None:
    team = Team()
    team.published(reference="PE-2418")
    texts = pages.site_of(team.agency).texts
    for page in ("index.html", "appeals/index.html", "appeals/PE-2418/index.html"):
        named = set(re.findall(rb'rel="alternate" type="([^"]+)"[^>]* href="/(feed[^"]+)"', texts[page]))
        assert named == {
            (b"application/atom+xml", b"feed.atom"),
            (b"application/rss+xml", b"feed.rss"),
            (b"application/feed+json", b"feed.json"),
        }


def test_no_feed_carries_a_picture() -> None:
    team = Team()
    team.published(pictures=1)
    site = pages.site_of(team.agency)
    assert b"/media/" not in site.texts["feed.atom"] + site.texts["feed.json"] + site.texts["feed.rss"]


def test_sitemap_robots_and_security_txt() -> None:
    team = Team()
    team.published(reference="PE-2418")
    site = pages.site_of(team.agency)
    found = [
        loc.text or "" for loc in ET.fromstring(site.texts["sitemap.xml"]).iter() if loc.tag.endswith("loc")
    ]
    base = f"http://{team.agency.public_host}:8000"
    assert f"{base}/appeals/PE-2418/" in found
    assert all(address.startswith(f"{base}/") for address in found)
    robots = site.texts["robots.txt"].decode()
    assert "Disallow: /t/" in robots
    assert f"Sitemap: {base}/sitemap.xml" in robots
    lines = dict(line.split(": ", 1) for line in site.texts[".well-known/security.txt"].decode().splitlines())
    assert lines["Contact"].startswith(base)
    expires = datetime.fromisoformat(lines["Expires"])
    assert timedelta(days=100) < expires - clock.now() < timedelta(days=365)


def test_behind_tls_every_address_is_https_without_a_port(settings: object) -> None:
    settings.HUE_HTTPS = True  # type: ignore[attr-defined]
    team = Team()
    team.published()
    site = pages.site_of(team.agency)
    assert f"https://{team.agency.public_host}/appeals/".encode() in site.texts["sitemap.xml"]
    assert b"http://" not in site.texts["sitemap.xml"].replace(b"http://www.sitemaps.org", b"")
