"""What the public reads: complete, light, without cookie, script or third party."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import ClassVar

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.appeals import actions
from hueandcry.kernel import clock
from hueandcry.publicsite import pages
from hueandcry.publicsite.sites import Site, state_of
from hueandcry.records.entry import Ledger
from hueandcry.records.numbering import number
from hueandcry.records.seals import seal
from tests.factories import make_agency
from tests.factories_appeals import Team

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]
BUDGET = 25_000  # bytes of HTML and CSS, gzip -9: product/DESIGN.md


class Reader(HTMLParser):
    """Raises if the HTML is not well-formed; collects ids, images and addresses."""

    VOID: ClassVar = {"meta", "link", "img", "source", "br", "input", "hr"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.images: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute twice on {tag}"
        self.tags.add(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.images.append(given)
        for name in ("src", "href", "action"):
            if name in given:
                self.addresses.append(str(given[name]))
        self.addresses += [
            part.split()[0] for part in str(given.get("srcset") or "").split(",") if part.strip()
        ]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def html_of(site: Site) -> dict[str, str]:
    return {name: data.decode() for name, data in site.texts.items() if name.endswith(".html")}


def full_site() -> tuple[Team, Site]:
    team = Team()
    open_ = team.published(pictures=3, reference="PE-2418", what_to_do="Do not approach him. Call us.")
    team.update(open_, "The coat was <b>blue</b>.\nNot green.")
    ended = team.published(pictures=1, title="Have you seen Otis?")
    actions.resolve_appeal(appeal_id=ended.pk, outcome="found", by=team.author)
    team.published(kind="property", shows_people=False, title="Whose bicycle is this?")
    number(Ledger.MAIN)
    seal(Ledger.MAIN)
    return team, pages.site_of(Agency.objects.get(pk=team.agency.pk))


def test_every_page_is_well_formed_and_named() -> None:
    _team, site = full_site()
    found = html_of(site)
    assert {
        "index.html",
        "appeals/index.html",
        "appeals/PE-2418/index.html",
        "tell/index.html",
        "record/index.html",
    } < set(found)
    assert {"tips/how-it-works/index.html", "_404/index.html", "_410/index.html", "_down/index.html"} < set(
        found
    )
    for name, text in found.items():
        page = Reader(text)
        assert text.startswith("<!doctype html>"), name
        assert re.search(r"<html lang=\"en\"", text), name
        assert len(page.ids) == len(set(page.ids)), name
        assert page.headings[0] == 1, name
        assert page.headings.count(1) == 1, name
        assert all(
            after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)
        ), name
        assert re.search(r"<title>[^<]{4,}</title>", text), name


def test_no_page_has_a_cookie_a_script_or_anything_from_elsewhere() -> None:
    team, site = full_site()
    own = f"http://{team.agency.public_host}:8000/"
    for name, text in html_of(site).items():
        page = Reader(text)
        asks = 'method="get" action="/accounts/verify/"' in text  # the one form: is this account ours?
        assert not asks or name in {"accounts/index.html", "accounts/verify/index.html"}, name
        assert text.count("<form") == asks, name
        assert not (page.tags - {"form"} if asks else page.tags) & {
            "script",
            "iframe",
            "object",
            "embed",
            "svg",
            "style",
            "form",
            "video",
            "audio",
        }, name
        assert not re.search(r"\s(on[a-z]+|style)=", text), name
        assert "cookie" not in text.replace("sets no cookies", "").lower(), name
        assert not re.search(r"http-equiv", text), name
        for address in page.addresses:
            assert re.match(r"(/(?!/)|#|tel:)", address) or address.startswith(own), (name, address)
    css = next(data for name, data in site.texts.items() if name.endswith(".css")).decode()
    assert "@import" not in css
    assert not re.search(r"url\((?!data:|#)", css)


def test_every_page_keeps_to_its_bytes() -> None:
    _team, site = full_site()
    sheets = [name for name in site.texts if name.endswith(".css")]
    assert len(sheets) == 1
    css = len(gzip.compress(site.texts[sheets[0]], 9))
    for name, text in html_of(site).items():
        weight = css + len(gzip.compress(text.encode(), 9))
        assert weight <= BUDGET, (name, weight)
        assert text.count('rel="stylesheet"') == 1
        assert f"/{sheets[0]}" in text


def test_a_long_list_stays_light_and_complete() -> None:
    team = Team()
    for place in range(30):
        team.published(
            title=f"Question number {place}, which is a heading of some length",
            what_happened=f"It was {place}.",
        )
    site = pages.site_of(team.agency)
    text = html_of(site)["appeals/index.html"]
    Reader(text)
    assert all(f"Question number {place}, " in text for place in range(30))
    assert text.count("hc-appeals__text") == pages.WITH_PICTURE
    assert html_of(site)["index.html"].count("hc-appeals__text") == pages.LATEST
    css = next(data for name, data in site.texts.items() if name.endswith(".css"))
    assert len(gzip.compress(css, 9)) + len(gzip.compress(text.encode(), 9)) <= BUDGET


def test_an_appeal_shows_what_it_must() -> None:
    _team, site = full_site()
    text = html_of(site)["appeals/PE-2418/index.html"]
    for words in (
        "What you should do:</strong> <bdi>Do not approach him. Call us.</bdi>",
        "Appeal PE-2418",
        "review ",
        "Do you know this person? Harbour Square",
        "Being shown here does not mean that a person has done wrong.",
        "Send a tip, no name needed",
        "Ellery Crime Stoppers",
        "555 0199",
        "555 0100",
        "The coat was &lt;b&gt;blue&lt;/b&gt;.",
        "This is me, or I should not be here",
        "/appeals/PE-2418/</p>",
    ):
        assert words in text, words
    assert re.search(r'href="/t/new/[0-9a-z]{8}"', text)
    assert text.index("Update, ") < text.index("Published, ")


def test_pictures_come_in_three_formats_with_measures_words_and_one_address_each() -> None:
    _team, site = full_site()
    page = Reader(html_of(site)["appeals/PE-2418/index.html"])
    *pictures, code = page.images
    assert (len(pictures), code["src"]) == (3, "/appeals/PE-2418/qr.png")
    for place, image in enumerate(pictures):
        assert image["alt"] == f"A drawn figure, number {place}"
        assert image["loading"] == "lazy"
        assert (image["width"], image["height"]) == ("640", "427")
    media = [address for address in page.addresses if address.startswith("/media/")]
    assert {address.rsplit(".", 1)[1] for address in media} == {"avif", "webp", "jpg"}
    assert {address.removeprefix("/media/") for address in media} <= set(site.media)
    assert site.texts["appeals/PE-2418/qr.png"].startswith(b"\x89PNG")


def test_an_appeal_that_pictures_no_people_does_not_speak_of_guilt() -> None:
    team = Team()
    team.published(pictures=1, kind="property", shows_people=False, reference="PE-7")
    text = html_of(pages.site_of(team.agency))["appeals/PE-7/index.html"]
    assert "done wrong" not in text
    assert "This is me" not in text


def test_an_ended_appeal_says_so_without_a_name_a_word_or_a_picture_of_it() -> None:
    _team, site = full_site()
    ended = next(
        text for name, text in html_of(site).items() if "Found. Thank you." in text and name.count("/") == 2
    )
    assert "Otis" not in ended
    assert "/media/" not in ended
    assert "Harbour Square" not in ended
    everything = b"".join(site.texts.values())
    assert b"Otis" not in everything


def test_what_is_not_public_is_nowhere() -> None:
    team = Team()
    team.draft(title="Secret draft", pictures=1)
    team.approved(title="Approved and waiting")
    gone = team.published(title="Withdrawn words", pictures=1, reference="PE-3")
    actions.withdraw_appeal(appeal_id=gone.pk, reason="Because of the secret reason", by=team.approver)
    site = pages.site_of(team.agency)
    everything = b"".join(site.texts.values())
    for words in (
        b"Secret draft",
        b"Approved and waiting",
        b"Withdrawn words",
        b"secret reason",
        b"PE-3",
        b"Nora Vance",
    ):
        assert words not in everything
    assert site.media == {}
    assert "/appeals/PE-3/" in site.gone
    assert sum(address.startswith("/media/") for address in site.gone) == 9


def test_purpose_and_necessity_stay_inside() -> None:
    team = Team()
    team.published(purpose="INNER-PURPOSE", necessity="INNER-NECESSITY", proportionality="INNER-PROPORTION")
    assert b"INNER-" not in b"".join(pages.site_of(team.agency).texts.values())


def test_a_review_that_is_due_is_said_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team()
    appeal = team.published(reference="PE-5")
    later = clock.now() + timedelta(days=14)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.ask_for_review(appeal_id=appeal.pk, by=team.author)
    assert "being reviewed" in html_of(pages.site_of(team.agency))["appeals/PE-5/index.html"]


def test_times_are_those_of_the_agency() -> None:
    team = Team(make_agency(time_zone="America/New_York"))
    begin = clock.now().replace(year=2026, month=7, day=1, hour=2, minute=30, second=0, microsecond=0)
    team.published(happened_from=begin, happened_to=begin + timedelta(hours=1), reference="PE-6")
    text = html_of(pages.site_of(team.agency))["appeals/PE-6/index.html"]
    assert "30 June 2026, 22:30</time> to 23:30" in text


def test_without_a_tip_programme_no_page_leads_to_the_form() -> None:
    agency = make_agency()
    for text in html_of(pages.site_of(agency)).values():
        assert "/t/new/" not in text
    assert b"555 0100" in pages.site_of(agency).texts["tell/index.html"]


def test_an_empty_site_says_what_is_true() -> None:
    text = html_of(pages.site_of(make_agency()))
    assert "There is no open appeal at this moment" in text["index.html"]
    assert "There is no seal yet" in text["record/index.html"]


def test_the_record_page_shows_the_seal_whole() -> None:
    _team, site = full_site()
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", html_of(site)["record/index.html"], re.DOTALL)
    assert shown is not None
    assert "\n\n— hue-and-cry/" in shown[1]


def test_each_agency_has_its_own_site() -> None:
    one, two = Team(), Team()
    one.published(title="Only ours")
    sites = {site.host: site for site in pages.all_sites()}
    assert set(sites) == {one.agency.public_host, two.agency.public_host}
    assert b"Only ours" in sites[one.agency.public_host].texts["index.html"]
    assert b"Only ours" not in b"".join(sites[two.agency.public_host].texts.values())


def test_the_state_changes_with_what_is_shown_and_not_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team()
    appeal = team.published()
    before = state_of(pages.all_sites())
    later = clock.now() + timedelta(days=70)
    monkeypatch.setattr(clock, "now", lambda: later)
    number(Ledger.MAIN)
    seal(Ledger.MAIN)
    assert b"hue-and-cry/" in pages.site_of(team.agency).texts["record/index.html"]
    assert state_of(pages.all_sites()) == before
    team.update(appeal, "New.")
    assert state_of(pages.all_sites()) != before


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Who is it? Tell us.", "Who is it?"),
        ("no end", "no end"),
        ("", ""),
        (
            "At 4.30 p.m. she left St. Anne's school. Then he came.",
            "At 4.30 p.m. she left St. Anne's school.",
        ),
        ("See www.port-ellery.example for it. More.", "See www.port-ellery.example for it."),
        ("هل تعرف هذا الشخص؟ اتصل بنا.", "هل تعرف هذا الشخص؟"),
        ("何を見ましたか。電話してください。", "何を見ましたか。"),
        ("x" * 400, "x" * 159 + "…"),
    ],
)
def test_the_first_sentence_stands_in_lists(text: str, first: str) -> None:
    assert pages.first_sentence(text) == first


def test_what_is_written_in_another_script_runs_in_its_own_direction() -> None:
    team = Team()
    appeal = team.published(
        title="هل تعرف هذا الشخص؟", what_happened="مساء السبت.", what_to_do="لا تقترب منه.", place="الميناء"
    )
    texts = pages.site_of(team.agency).texts
    page = texts[f"appeals/{appeal.reference}/index.html"].decode()
    assert re.search(r'<h1[^>]* dir="auto"[^>]*>هل', page)
    assert re.search(r'<p[^>]* dir="auto">مساء', page)
    assert "<bdi>لا تقترب منه.</bdi>" in page
    assert "<bdi>الميناء</bdi>" in page
    assert "<bdi>لا تقترب منه.</bdi>" in texts["index.html"].decode()
