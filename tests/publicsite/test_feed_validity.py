"""The feeds hold before validators: Atom before the schema of its standard, RSS and JSON Feed before their rules."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.publicsite import feeds, pages
from hueandcry.publicsite.feeds import FeedEntry
from tests.factories_appeals import Team
from tests.publicsite.feed_rules import json_feed_faults, rss_faults

SCHEMA = Path(__file__).with_name("atom.rng")
ATOM = "{http://www.w3.org/2005/Atom}"
BEGUN = datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC)
ODD = [
    "",
    "Who is <this> & that?",
    "]]> <!-- <![CDATA[ &amp; &#0; &lt;script&gt;alert(1)&lt;/script&gt;",
    "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)",
    "First\r\n\r\nSecond\nwith a line\r\rThird\n\n\n",
    "\x00\x01\x0b\x1f\ufffe\uffff\ud800 what XML cannot hold",
    "مفقود: عمر ١٢ سنة \u202e reversed",
    "行方不明 👩‍👩‍👧‍👦 e\u0301",
    "https://port-ellery.example/?a=1&b=2 100 % 'quoted' \"twice\"",
    "x" * 20_000,
]


def atom_faults(data: bytes, xmllint: str, folder: Path) -> list[str]:
    """What the schema of RFC 4287 finds wrong, and the rules that it has in Schematron."""
    path = folder / "feed.atom"
    path.write_bytes(data)
    done = subprocess.run(
        [xmllint, "--nonet", "--noout", "--huge", "--relaxng", str(SCHEMA), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [] if done.returncode == 0 else done.stderr.splitlines()
    feed = ET.fromstring(data)
    entries = feed.findall(f"{ATOM}entry")
    if feed.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        found.append("nobody is the author")
    for element in (feed, *entries):
        links = [
            (link.get("type"), link.get("hreflang"))
            for link in element.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        if len(links) != len(set(links)) or (not links and element.find(f"{ATOM}content") is None):
            found.append("two alternates of one kind, or neither alternate nor content")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    return found + (["an id twice"] if len(ids) != len(set(ids)) else [])


def entry(number: int, text: str) -> FeedEntry:
    moment = BEGUN + timedelta(days=number, microseconds=number)
    return FeedEntry(
        id=f"tag:port-ellery.example,{moment:%Y-%m-%d}:/appeals/PE-{number}/",
        url=f"https://port-ellery.example/appeals/PE-{number}/",
        title=text[:200],
        text=text,
        published=moment,
        updated=moment + timedelta(hours=1),
    )


def of(texts: list[str]) -> dict[str, bytes]:
    """The three feeds with these texts."""
    agency = Agency(name="Port Ellery Police & “Friends” <PEP>", public_host="port-ellery.example")
    return feeds.build(agency, [entry(number, text) for number, text in enumerate(texts)], changed=BEGUN)


@pytest.mark.parametrize("texts", [[], ODD, ["words"] * 250], ids=["empty", "odd", "many"])
def test_the_feeds_are_valid_whatever_is_written(texts: list[str], xmllint: str, tmp_path: Path) -> None:
    made = of(texts)
    assert atom_faults(made["feed.atom"], xmllint, tmp_path) == []
    assert rss_faults(made["feed.rss"]) == []
    assert json_feed_faults(made["feed.json"]) == []


@pytest.mark.slow
@pytest.mark.django_db(databases=["default", "tips"])
@pytest.mark.usefixtures("own_site")
def test_the_feeds_of_a_real_site_are_valid(xmllint: str, tmp_path: Path) -> None:
    team = Team()
    appeal = team.published(title="Who is <this> & that?\x0b", reference="PE-2418")
    team.update(appeal, "Was it <b>blue</b>?\n\nOr grey & green?")
    team.published(title="Otis", reference="PE-2419")
    texts = pages.site_of(team.agency).texts
    assert atom_faults(texts["feed.atom"], xmllint, tmp_path) == []
    assert rss_faults(texts["feed.rss"]) == []
    assert json_feed_faults(texts["feed.json"]) == []


BROKEN_ATOM = {
    "no id": (rb"<id>[^<]*</id>", b""),
    "two titles": (rb"<title>", b"<title>x</title><title>"),
    "no date": (rb"<updated>[^<]*", b"<updated>yesterday"),
    "an unknown element": (rb"<published>", b"<publisht/><published>"),
    "a type that is none": (rb'type="text"', b'type="words"'),
    "no author": (rb"<author>.*?</author>", b""),
    "an id twice": (rb"<entry><id>[^<]*", b"<entry><id>tag:x.example,2026:same"),
}
BROKEN_RSS = {
    "no description": (rb"<description>Appeals[^<]*</description>", b""),
    "an address that is none": (rb"<link>https:", b"<link>"),
    "a day that was another": (rb"<pubDate>\w{3}", b"<pubDate>Xyz"),
    "a date of another kind": (rb"<pubDate>[^<]*", b"<pubDate>2026-01-01T00:00:00Z"),
    "an unknown element": (rb"<pubDate>", b"<published>x</published><pubDate>"),
    "a guid that is no address": (rb' isPermaLink="false"', b""),
    "a script": (rb"&#x3C;p&gt;", b"&lt;script&gt;x&lt;/script&gt;"),
    "a title that some readers take for HTML": (rb"&#x26;", b"&amp;"),
    "no address of its own": (rb'rel="self"', b'rel="other"'),
}


@pytest.mark.parametrize("fault", BROKEN_ATOM)
def test_the_validator_of_atom_sees(fault: str, xmllint: str, tmp_path: Path) -> None:
    broken = re.sub(BROKEN_ATOM[fault][0], BROKEN_ATOM[fault][1], of(["one", "two"])["feed.atom"])
    assert atom_faults(broken, xmllint, tmp_path) != []


@pytest.mark.parametrize("fault", BROKEN_RSS)
def test_the_rules_of_rss_see(fault: str) -> None:
    broken = re.sub(BROKEN_RSS[fault][0], BROKEN_RSS[fault][1], of(["one", "two"])["feed.rss"])
    assert rss_faults(broken) != []


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""}, {"id": 7}, {"url": "/appeals/"}, {"date_published": "yesterday"}, {"author": {"name": "x"}},
        {"content_text": None}, {"tags": [1]}, {"authors": [{}]},
    ],
)  # fmt: skip
def test_the_rules_of_json_feed_see(change: dict[str, object]) -> None:
    feed = json.loads(of(["one"])["feed.json"])
    feed["items"][0] |= change
    assert json_feed_faults(json.dumps(feed).encode()) != []
    assert json_feed_faults(json.dumps({**feed, "version": "1"}).encode()) != []
