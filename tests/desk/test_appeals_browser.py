"""The editor in a real Chromium: words are kept, the page follows, a colleague is not overwritten, pictures come in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions, queries
from hueandcry.appeals.models import Appeal, WorkingCopy
from hueandcry.channels.models import Account
from tests.desk_client import HOST, at_desk
from tests.factories import make_person
from tests.factories_appeals import Team, content, picture
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.usefixtures("own_site"),
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Writer:
    """An author in a browser, and a colleague beside them; what the browser complains about is collected."""

    def __init__(self, page: Page, address: str, team: Team) -> None:
        self.page, self.address, self.team = page, address, team
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, said: ConsoleMessage) -> None:
        # Chromium reports the status of every refused request as an error; those are looked at on purpose.
        if said.type == "error" and "the server responded with a status of" not in said.text:
            self.complaints.append(said.text)

    def edit(self, appeal: Appeal) -> None:
        self.page.goto(f"{self.address}/desk/appeals/{appeal.reference}/edit/")

    def preview(self) -> str:
        return self.page.frame_locator("#page-preview").locator("main").inner_text()


@pytest.fixture
def writer(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    team = Team()
    team.account()
    person = make_person(team.agency, Role.AUTHOR, name="Kit Roe")
    team.author = actor_for(person_id=person.pk, agency_id=team.agency.pk)
    cookie = at_desk(person).cookies["hue_desk"].value
    with desk_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        made = Writer(context.new_page(), f"http://{HOST}:{port}", team)
        yield made
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        browser.close()
        assert made.complaints == []


def test_words_are_kept_as_they_are_typed_and_the_page_follows(writer: Writer) -> None:
    appeal = writer.team.draft(pictures=1)
    writer.edit(appeal)
    page = writer.page
    expect(page.frame_locator("#page-preview").locator("h1")).to_have_text(appeal.title)
    page.get_by_label("Heading", exact=True).fill("Who is this? Quay, Sunday <b>")
    expect(page.frame_locator("#page-preview").locator("h1")).to_have_text("Who is this? Quay, Sunday <b>")
    expect(page.locator("#previews")).to_contain_text("Who is this? Quay, Sunday <b>")
    page.get_by_label("Text for the networks").fill("x" * 501)
    expect(page.locator(".hc-post__count")).to_contain_text("501/500")
    expect(page.locator("#previews")).to_contain_text("will be cut")
    page.get_by_label("Place").focus()
    expect(page.locator("#kept-said")).to_have_text(re.compile(r"Kept \d\d:\d\d:\d\d"))
    assert WorkingCopy.objects.get().words["title"] == "Who is this? Quay, Sunday <b>"
    appeal.refresh_from_db()
    assert appeal.title != "Who is this? Quay, Sunday <b>"
    writer.edit(appeal)
    expect(page.get_by_label("Heading", exact=True)).to_have_value("Who is this? Quay, Sunday <b>")
    expect(page.locator("main")).to_contain_text("These are your words of")
    expect(page.frame_locator("#page-preview").locator("h1")).to_have_text("Who is this? Quay, Sunday <b>")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("h1")).to_contain_text("Who is this? Quay, Sunday <b>")
    assert WorkingCopy.objects.count() == 0


def test_a_colleague_who_saves_meanwhile_is_seen_and_not_overwritten(writer: Writer) -> None:
    appeal = writer.team.draft()
    writer.edit(appeal)
    page = writer.page
    theirs = content(title=appeal.title, place="Old Town")
    actions.edit_appeal(appeal_id=appeal.pk, content=theirs, by=writer.team.approver)
    page.get_by_label("Place").fill("Mill Lane")
    page.get_by_label("Heading", exact=True).focus()
    expect(page.locator("#changed")).to_contain_text(re.compile(r"Ife Okafor changed this \d+ s ago"))
    page.get_by_role("link", name="See both").click()
    expect(page.get_by_role("heading", name="Ife Okafor changed this")).to_be_visible()
    expect(page.locator(".hc-both")).to_contain_text("Old Town")
    expect(page.get_by_label("Place")).to_have_value("Mill Lane")
    assert not Axe().run(page, options=RULES).response["violations"]
    page.get_by_role("button", name="Keep mine").first.click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    appeal.refresh_from_db()
    assert appeal.place == "Mill Lane"


def test_pictures_come_in_by_choice_are_described_ordered_and_brought_back(
    writer: Writer, tmp_path: Path
) -> None:
    appeal = writer.team.draft()
    files = []
    for number in range(2):
        files.append(tmp_path / f"camera-{number}.jpg")
        files[-1].write_bytes(picture(seed=number))
    broken = tmp_path / "no-picture.jpg"
    broken.write_bytes(b"<svg></svg>")
    writer.edit(appeal)
    page = writer.page
    page.locator("#id_picture").set_input_files([*files, broken])
    expect(page.locator(".hc-pic")).to_have_count(2, timeout=30_000)
    expect(page.locator(".hc-sending")).to_contain_text("no-picture.jpg")
    expect(page.locator("#pictures")).to_contain_text("it cannot be submitted without")
    expect(page.frame_locator("#page-preview").locator("main img")).to_have_count(2)
    assert not Axe().run(page, options=RULES).response["violations"]
    page.get_by_label("What is to be seen").first.fill("A quay")
    page.get_by_role("button", name="Save the words").first.click()
    expect(page.locator("#pictures img[alt='A quay']")).to_have_count(1)
    page.get_by_role("button", name="Take out").first.click()
    expect(page.locator(".hc-pic")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".hc-pic")).to_have_count(2)
    assert [item.alt for item in queries.pictures_of(appeal)] == ["A quay", ""]
    expect(page.locator(".hc-pic[draggable=true]")).to_have_count(2)
    place = {"x": 5, "y": 8}  # beside the picture, where nothing else takes the mouse
    second = page.locator(".hc-pic").nth(1)
    with page.expect_response("**/pictures/order/"):  # the page shows the new order before it is kept
        second.drag_to(page.locator(".hc-pic").first, source_position=place, target_position=place)
    expect(page.locator("#pictures .hc-pic").nth(1).locator("img")).to_have_attribute("alt", "A quay")
    assert [item.alt for item in queries.pictures_of(appeal)] == ["", "A quay"]


def test_words_of_pictures_are_saved_by_whatever_one_goes_on_to(writer: Writer) -> None:
    appeal = writer.team.draft(pictures=2)
    writer.edit(appeal)
    page = writer.page
    first, second = page.locator(".hc-pic").nth(0), page.locator(".hc-pic").nth(1)
    first.get_by_label("Caption").fill("Dock Street, 19:02")
    second.get_by_label("Caption").fill("Fish Steps, 19:03")
    expect(page.locator("#kept-said")).to_have_text("The words of the picture are saved.")
    page.keyboard.press("ControlOrMeta+s")  # the second still has the focus
    expect(page.locator("h1")).to_contain_text(appeal.title)
    expect(page).to_have_url(re.compile(rf"/desk/appeals/{appeal.reference}/(\?|#|$)"))
    assert list(appeal.pictures.order_by("place").values_list("caption", flat=True)) == [
        "Dock Street, 19:02", "Fish Steps, 19:03",
    ]  # fmt: skip


def test_words_of_a_picture_that_do_not_arrive_keep_one_on_the_page(writer: Writer) -> None:
    appeal = writer.team.draft(pictures=1)
    writer.edit(appeal)
    page = writer.page
    page.route("**/words/", lambda route: route.fulfill(status=503, body="busy"))
    page.route(re.compile(r"/pictures/\d+/"), lambda route: route.fulfill(status=503, body="busy"))
    page.locator(".hc-pic").get_by_label("Caption").fill("Dock Street")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#kept-said")).to_contain_text("were not saved")
    expect(page.locator(".hc-pic").get_by_label("Caption")).to_have_value("Dock Street")
    assert page.url.endswith("/edit/")
    page.unroute(re.compile(r"/pictures/\d+/"))
    page.get_by_role("button", name="Save the draft").click()
    expect(page).not_to_have_url(re.compile("/edit/"))
    assert appeal.pictures.get().caption == "Dock Street"


def test_ones_own_pictures_do_not_stand_against_the_words_one_types(writer: Writer) -> None:
    appeal = writer.team.draft(pictures=2)
    writer.edit(appeal)
    page = writer.page
    page.get_by_label("Place").fill("Mill Lane")
    page.get_by_label("Heading", exact=True).focus()
    expect(page.locator("#kept-said")).to_have_text(re.compile(r"Kept \d\d:\d\d:\d\d"))
    page.get_by_label("What is to be seen").first.fill("A quay")
    page.get_by_role("button", name="Save the words").first.click()
    expect(page.locator("#pictures img[alt='A quay']")).to_have_count(1)
    expect(page.locator("#id_revision")).to_have_value(str(queries.fresh(appeal).revision))
    page.get_by_role("button", name="Later").first.click()
    expect(page.locator(".hc-pic").nth(1).locator("img")).to_have_attribute("alt", "A quay")
    expect(page.locator("#id_revision")).to_have_value(str(queries.fresh(appeal).revision))
    assert page.locator("#changed").is_hidden()
    with page.expect_response(lambda answer: answer.url.endswith("/edit/")) as again:
        writer.edit(appeal)
    assert again.value.status == 200
    expect(page.get_by_label("Place")).to_have_value("Mill Lane")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert queries.fresh(appeal).place == "Mill Lane"


def test_accounts_are_ticked_all_or_none_and_counted(writer: Writer) -> None:
    Account.objects.update(label="Port Ellery Police", handle="police")
    writer.team.account()
    Account.objects.filter(label="Main account").update(kind=Account.Kind.UNIT)
    appeal = writer.team.approved()
    page = writer.page
    page.goto(f"{writer.address}/desk/appeals/{appeal.reference}/publish/")
    expect(page.locator("#ticked")).to_have_text("1")
    page.get_by_role("button", name="All accounts").click()
    expect(page.locator("#ticked")).to_have_text("2")
    page.get_by_label("Main account").uncheck()
    expect(page.locator("#ticked")).to_have_text("1")
    page.get_by_role("button", name="No account").click()
    expect(page.locator("[name=accounts]:checked")).to_have_count(0)
    expect(page.locator("#ticked")).to_have_text("0")
    assert not Axe().run(page, options=RULES).response["violations"]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_word_without_an_end_widens_no_page(writer: Writer, width: int) -> None:
    endless = "Hafenpolizeidienststellenleiterin" * 3
    appeal = writer.team.draft(title=endless, place=endless[:70])
    writer.page.set_viewport_size({"width": width, "height": 900})
    actions.submit_appeal(appeal_id=appeal.pk, by=writer.team.author)
    actions.approve_appeal(appeal_id=appeal.pk, by=writer.team.approver)
    for path in ("", f"{appeal.reference}/", f"{appeal.reference}/edit/", f"{appeal.reference}/publish/"):
        writer.page.goto(f"{writer.address}/desk/appeals/{path}")
        assert writer.page.evaluate("document.documentElement.scrollWidth") <= width, path
        outside = writer.page.evaluate(
            "() => Array.from(document.querySelectorAll('main h1, main h2, main li a, main li p'))"
            ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map(e => e.textContent.slice(0, 40))"
        )
        assert outside == [], path
