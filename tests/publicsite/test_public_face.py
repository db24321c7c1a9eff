"""What the public pages offer beyond the appeal itself: home, directory, story, square code, the agency's colour."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape

import pytest

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.appeals.actions import resolve_appeal
from hueandcry.channels.actions import register_account, resume_account, suspend_account
from hueandcry.channels.voice_actions import write_own_page
from hueandcry.kernel.actor import system
from hueandcry.lists.actions import close_list, open_list
from hueandcry.publicsite import actions as site_actions
from hueandcry.publicsite import build, card_tags, following, pages
from hueandcry.publicsite.sites import Site
from hueandcry.records.entry import Ledger
from hueandcry.records.numbering import number
from hueandcry.ui import css, theme
from tests.factories import make_actor, make_agency
from tests.factories_appeals import Team

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]
BUDGET = 25_000
TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)">')
OPERATOR = system("operator", agency_id=0)
AWKWARD = ("#ffee00", "#000000", "#ffffff", "#7f7f7f", "#13294b", "#b3261e", "#00ff7f")


def text_of(site: Site, name: str) -> str:
    return site.texts[name].decode()


def connect(agency: Agency, label: str, *, kind: str = "agency", is_public: bool = True) -> int:
    """An account on the simulated network, by its name here."""
    return register_account(
        channel="simulated",
        handle=label.lower().replace(" ", "-"),
        label=label,
        server_url="http://127.0.0.1:8002",
        secret={"secret": "invented"},
        kind=kind,
        is_public=is_public,
        by=make_actor(agency, Role.ADMINISTRATOR),
    ).pk


def test_the_home_page_says_first_what_to_do_now_and_then_what_happened_since() -> None:
    team = Team()
    appeal = team.published(what_to_do="Do not approach him.", reference="PE-9")
    team.update(appeal, "He was seen at noon. We look on.")
    team.update(appeal, "It was one.", kind="correction")
    home = text_of(pages.site_of(team.agency), "index.html")
    assert home.index("What you should do now:</strong> <bdi>Do not approach him.</bdi>") < home.index("<h1")
    assert home.index("It was one.") < home.index("He was seen at noon.")
    assert "We look on" not in home
    assert "Correction</strong>" in home
    assert 'href="/appeals/PE-9/#since"' in home


def test_a_home_page_without_anything_to_do_keeps_the_emergency_number_on_top() -> None:
    home = text_of(pages.site_of(make_agency()), "index.html")
    assert home.index("Call 999") < home.index("<h1")


def test_the_directory_shows_public_accounts_and_no_others() -> None:
    team = Team()
    connect(team.agency, "Port Ellery Police")
    connect(team.agency, "Mill Lane station", kind="unit")
    paused = connect(team.agency, "Airport station", kind="unit")
    connect(team.agency, "Kept for ourselves", is_public=False)
    administrator = make_actor(team.agency, Role.ADMINISTRATOR)
    suspend_account(account_id=paused, by=administrator)
    site = pages.site_of(team.agency)
    page, listed = text_of(site, "accounts/index.html"), json.loads(site.texts["accounts.json"])
    assert "these 3 accounts" in page
    assert "Kept for ourselves" not in page + json.dumps(listed)
    assert 'rel="me noreferrer" href="http://127.0.0.1:8002/@mill-lane-station"' in page
    assert page.count("Not in use now") == 1
    assert [each["in_use"] for each in listed["accounts"]] == [False, True, True]
    resume_account(account_id=paused, by=administrator)
    assert "Not in use now" not in text_of(pages.site_of(team.agency), "accounts/index.html")


def test_a_long_directory_has_letters_to_jump_to_and_stays_light() -> None:
    team = Team()
    for place in range(121):
        connect(team.agency, f"{chr(65 + place % 24)} station number {place}", kind="unit")
    connect(team.agency, "12 o'clock desk")
    site = pages.site_of(team.agency)
    page = text_of(site, "accounts/index.html")
    targets = set(re.findall(r'href="#(letter-[a-z]|other)"', page))
    assert len(targets) == 25
    assert all(page.count(f'id="{target}"') == 1 for target in targets)
    sheet = max(len(gzip.compress(data, 9)) for name, data in site.texts.items() if name.endswith(".css"))
    assert sheet + len(gzip.compress(page.encode(), 9)) <= BUDGET


def test_an_agency_on_no_network_says_that_accounts_in_its_name_are_false() -> None:
    page = text_of(pages.site_of(make_agency()), "accounts/index.html")
    assert "speaks on no network" in page
    assert "is not ours" in page


def test_a_new_account_reaches_the_directory_by_the_record(own_site: object) -> None:
    team = Team()
    site_actions.rebuild(by=OPERATOR)
    connect(team.agency, "Riverside station", kind="unit")
    number(Ledger.MAIN)
    assert following.follow() >= 1
    served = build.current()
    assert served is not None
    assert "Riverside station" in (served.folder / team.agency.slug / "accounts/index.html").read_text()


def test_the_home_page_leads_to_the_lists_while_one_is_open(own_site: object) -> None:
    team = Team()
    keeper = make_actor(team.agency, Role.ADMINISTRATOR)
    site_actions.rebuild(by=OPERATOR)
    for change, shown in ((open_list, True), (close_list, False)):
        change(medium="email_list", by=keeper)
        number(Ledger.MAIN)
        assert following.follow() >= 1
        served = build.current()
        assert served is not None
        page = (served.folder / team.agency.slug / "index.html").read_text()
        assert ('href="/subscribe/"' in page) is shown


def test_the_story_of_a_tip_has_five_drawn_steps_that_are_in_the_release() -> None:
    site = pages.site_of(Team().agency)
    page = text_of(site, "tips/how-it-works/index.html")
    drawn = re.findall(r'<img src="/(assets/[a-z]+\.[0-9a-f]{10}\.png)" [^>]*alt=""', page)
    assert len(drawn) == 5
    assert all(len(site.texts[name]) < 6_000 for name in drawn)


def test_a_face_is_never_offered_to_the_cards_of_other_sites() -> None:
    team = Team()
    team.published(pictures=1, reference="PE-1")
    team.published(pictures=1, reference="PE-2", kind="property", shows_people=False)
    site = pages.site_of(team.agency)
    assert "og:image" not in text_of(site, "appeals/PE-1/index.html")
    assert re.search(
        r'og:image" content="http://[^"]+/media/[^"]+\.jpg"', text_of(site, "appeals/PE-2/index.html")
    )


@pytest.mark.slow
def test_every_page_says_of_itself_what_a_card_may_show_and_nothing_else() -> None:
    team = Team()
    team.published(pictures=1, reference="PE-1", title='The "Grey" & <b>van</b>')
    team.published(pictures=1, reference="PE-2", kind="property", shows_people=False)
    over = team.published(pictures=1, reference="PE-3", title="Have you seen Mira Osei?")
    resolve_appeal(appeal_id=over.pk, outcome="found", by=team.approver)
    write_own_page(title="Sergeant", about="I walk the quays.", reach="", by=team.author)
    site = pages.site_of(team.agency)
    shown = {name: data.decode() for name, data in site.texts.items() if card_tags.is_shown(name)}
    assert {"people/nora-vance/index.html", "appeals/PE-3/index.html", "accounts/index.html"} <= shown.keys()
    for name, page in shown.items():
        said = {key: unescape(value) for key, value in TAG.findall(page)}
        at = public_url(team.agency, f"/{name.removesuffix('index.html')}")
        assert said["og:url"] == at, name
        title = re.search(r"<title>([^<]*)</title>", page)
        assert title
        assert said["og:title"] in unescape(title[1]), name
        assert all(said[key] for key in ("og:type", "og:title", "og:description", "og:site_name")), name
        pictured = name == "appeals/PE-2/index.html"
        assert ("og:image" in said, said["twitter:card"]) == (
            pictured,
            "summary_large_image" if pictured else "summary",
        )
        assert not pictured or said["og:image:alt"] == said["twitter:image:alt"] == "A drawn figure, number 0"
        assert "Osei" not in page
    assert 'og:description" content="I walk the quays."' in shown["people/nora-vance/index.html"]
    assert (
        'og:title" content="The &quot;Grey&quot; &amp; &lt;b&gt;van&lt;/b&gt;"'
        in shown["appeals/PE-1/index.html"]
    )


def test_a_picture_of_somebody_to_identify_leads_to_the_form_with_its_number() -> None:
    team = Team()
    appeal = team.published(pictures=2, reference="PE-1")
    other = team.published(pictures=1, reference="PE-2", kind="missing")
    site = pages.site_of(team.agency)
    assert f'href="/t/new/{appeal.landing_code}?picture=2"' in text_of(site, "appeals/PE-1/index.html")
    assert f"{other.landing_code}?" not in text_of(site, "appeals/PE-2/index.html")


def test_the_square_code_of_an_appeal_goes_with_it(own_site: object) -> None:
    team = Team()
    appeal = team.published(reference="PE-4")
    site_actions.rebuild(by=OPERATOR)
    site_actions.take_down_appeal(appeal_id=appeal.pk, reason="Over.", by=team.approver)
    left = [
        place
        for release in build.releases()
        for place in release.folder.rglob("*qr.png*")
        if "PE-4" in str(place)
    ]
    assert [place.name for place in left if not place.name.endswith("gone")] == []
    assert "/appeals/PE-4/qr.png" in pages.gone_addresses(team.agency.pk)


@pytest.mark.parametrize("colour", AWKWARD)
def test_any_colour_of_an_agency_becomes_one_that_can_be_read(colour: str) -> None:
    rules = theme.rules(colour)
    light, dark = rules.split("@media", 1)

    def value(block: str, name: str) -> str:
        found = re.search(rf"--{name}:(#[0-9a-f]{{6}})", block)
        assert found
        return found[1]

    assert theme.contrast("#ffffff", value(light, "hc-bar")) >= 4.5
    assert theme.contrast("#ffffff", value(light, "hc-button-hover")) >= 4.5
    assert theme.contrast("#e6eaee", value(dark, "hc-bar")) >= 4.5
    assert theme.contrast(theme.DARK_INK, value(dark, "hc-button")) >= 4.5
    assert theme.contrast(theme.DARK_RAISED, value(dark, "hc-button")) >= 4.5


@pytest.mark.parametrize("words", ["", "navy", "#fff", "#13294b;}body{display:none", "red"])
def test_what_is_no_colour_changes_nothing(words: str) -> None:
    assert theme.rules(words) == ""
    assert css.themed(words) == css.sheet("public")


def test_an_agency_with_a_colour_has_its_own_sheet_and_still_one_request() -> None:
    agency = Team().agency
    agency.brand_colour = "#7a1f5c"
    site = pages.site_of(agency)
    page = text_of(site, "index.html")
    own = css.themed("#7a1f5c")
    assert page.count('rel="stylesheet"') == 1
    assert f'href="/assets/{own.name}"' in page
    assert site.texts[f"assets/{own.name}"].startswith(css.sheet("public").data)
    assert f"assets/{css.sheet('public').name}" in site.texts
