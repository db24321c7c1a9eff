"""The public pages in a real browser: axe at both widths and in both lights, large text, no fault of our own policy."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.answers.public_actions import show_answer
from hueandcry.channels.actions import register_account
from hueandcry.channels.models import Account
from hueandcry.channels.register_actions import add_holder, change_account
from hueandcry.channels.voice_actions import write_own_page
from hueandcry.kernel.actor import system
from hueandcry.posts.news import news_path
from hueandcry.publicsite import actions
from hueandcry.records.seals import seal_everything
from tests.factories import make_actor, make_agency
from tests.factories_appeals import Team
from tests.factories_library import approved_answer, make_photograph
from tests.factories_news import make_news
from tests.publicsite.conftest import Server
from tests.walks.conftest import FLAGS, chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    "/": 200, "/appeals/": 200, "/appeals/PE-1/": 200, "/appeals/PE-2/": 200, "/tell/": 200, "/accounts/": 200,
    "/accounts/verify/": 200, "/accounts/topic/ferries/": 200, "/stations/": 200, "/stations/harbour/": 200,
    "/answers/": 200, "/answers/words/": 200, "/answers/how-do-i-report-something-that-i-lost/": 200,
    "/people/": 200, "/people/ruth-abara/": 200, "/policy/comments/": 200,
    "/appeals/PE-4/": 200, "/appeals/PE-5/": 200, "/tips/how-it-works/": 200, "/record/": 200, "/nothing/": 404, "/appeals/PE-3/": 410, "/t/new/start": 503,
}  # fmt: skip
LARGE_TEXT = "html { font-size: 200% !important }"


def _directory(agency: Agency) -> None:
    """A station, a public voice, two topics."""
    by = make_actor(agency, Role.ADMINISTRATOR)
    station = add_unit(
        kind="station", name="Harbour", area="Quays", address="4 Rope Walk", phone="555 0111", by=by
    )
    ruth = make_actor(agency, Role.STEWARD, name="Ruth Abara")
    write_own_page(title="Coordinator", about="I listen.", reach="Ring us.", unit_id=station.pk, by=ruth)
    make_photograph(ruth, taken_by="Noor Haddon")
    for handle, topic in (("caring-ruth", "ferries"), ("pe-dogs", "dogs")):
        account = register_account(
            channel="simulated",
            handle=handle,
            label=handle.title(),
            server_url="http://127.0.0.1:8002",
            secret={"secret": "invented"},
            by=by,
        )
        facts = {
            "topics": [topic],
            "unit_id": station.pk,
            "face": "Ruth Abara",
            "title": "Coordinator",
            "is_main": True,
        }
        change_account(account_id=account.pk, by=by, **facts)
        add_holder(account_id=account.pk, person_id=int(ruth.ref.partition(":")[2]), by=by)


def full_site() -> dict[str, int]:
    """A page of every kind; returns their paths, each with the status it answers."""
    team = Team(agency=make_agency(host="localhost"))
    Agency.objects.filter(pk=team.agency.pk).update(brand_colour="#e8b400")
    appeal = team.published(pictures=4, reference="PE-1", what_to_do="Do not approach him. Call us.")
    team.update(appeal, "He was seen at noon.")
    team.update(appeal, "It was one.", kind="correction")
    ended = team.published(pictures=1, reference="PE-2")
    actions.resolve_appeal(appeal_id=ended.pk, outcome="found", by=team.author)
    wrong = team.published(pictures=1, reference="PE-3")
    actions.take_down_appeal(appeal_id=wrong.pk, reason="Wrong man.", by=team.approver)
    endless = dict.fromkeys(("title", "what_happened", "we_ask", "what_to_do", "place"), "W" * 110)
    team.published(pictures=2, reference="PE-4", **endless)
    team.published(
        reference="PE-5",
        title="هل تعرف هذا الشخص؟ ساحة الميناء",
        what_happened="مساء السبت أُضرمت النار في مقعد.",
        we_ask="أخبرنا من هو هذا الشخص؟",
        what_to_do="لا تقترب منه. اتصل بنا على 555-0100.",
    )
    _directory(team.agency)
    answer = approved_answer(team.author, team.approver)
    show_answer(answer_id=answer.pk, register="formal", by=team.approver)
    for name in (
        "Port Ellery Police",
        *(f"{letter} station with a rather long name" for letter in "ABCDEFGHIJKLMNOPQRST"),
    ):
        register_account(
            channel="simulated",
            handle=name.lower().replace(" ", "-"),
            label=name,
            server_url="http://127.0.0.1:8002",
            secret={"secret": "invented"},
            by=make_actor(team.agency, Role.ADMINISTRATOR),
        )
    page = make_news(team.agency, account_id=Account.objects.get(handle="port-ellery-police").pk)
    seal_everything()
    actions.rebuild(by=system("operator", agency_id=0))
    return {**PAGES, news_path(page.month, page.pk): 200}


def look(page: Page) -> list[str]:
    """What is wrong with the page, in both lights and at both widths."""
    found = []
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{page.url} is too wide at {width}")
            rules = Axe().run(page, options=RULES).response["violations"]
            found += [
                f"{page.url} {light} {width}: {rule['id']} {rule['nodes'][0]['html'][:200]}" for rule in rules
            ]
    return found


def test_every_public_page_is_clean_for_axe_narrow_and_dark_and_keeps_to_our_policy(server: Server) -> None:
    paths = full_site()
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        page.on("console", lambda line: found.append(line.text) if "Content Security" in line.text else None)
        page.on("requestfailed", lambda request: found.append(f"not loaded: {request.url}"))
        for path, status in paths.items():
            answer = page.goto(f"http://localhost:{server.port}{path}")
            assert answer is not None
            assert answer.status == status, path
            found += look(page)
        assert page.context.cookies() == []
        browser.close()
    assert found == []


def test_text_of_twice_the_size_stays_on_a_narrow_page(server: Server) -> None:
    paths = full_site()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_context(bypass_csp=True, viewport={"width": 640, "height": 900}).new_page()
        for path in paths:
            page.goto(f"http://localhost:{server.port}{path}")
            page.add_style_tag(content=LARGE_TEXT)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        browser.close()
