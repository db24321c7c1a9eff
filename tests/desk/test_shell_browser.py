"""The shell in a real browser: search or do, keys, toasts with Undo, parts that change by themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hueandcry.appeals import actions
from hueandcry.channels.models import Account
from tests.desk_client import HOST, at_desk
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium
from tests.walks.scene import Scene

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]


class Desk:
    """A browser with a page for each person of the scene."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address, self.browser, self.scene = address, browser, Scene(pictured=False)
        self.complaints: list[str] = []

    def page(self, who: str, *, scripts: bool = True, width: int = 1440) -> Page:
        """A signed-in page, on Today."""
        cookie = at_desk(getattr(self.scene, who)).cookies["hue_desk"].value
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="en-GB"
        )
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        page: Page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.address}/desk/")
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(self.address + path)


def shot(page: Page, name: str) -> None:
    """Keep what is on the screen, if pictures are wanted."""
    folder = os.environ.get("HUE_SHOTS", "")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless browser for these tests."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # its loop runs in this thread
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def desk(browser: Browser, transactional_db: None) -> Iterator[Desk]:
    """The desk with the scene on it; nothing may have gone wrong in the browser unseen."""
    with desk_door() as port:
        made = Desk(f"http://{HOST}:{port}", browser)
        yield made
        for context in browser.contexts:
            context.close()
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        assert made.complaints == []


def test_search_or_do_opens_by_key_finds_as_one_types_and_goes_with_enter(desk: Desk) -> None:
    page = desk.page("approver")
    page.keyboard.press("Control+k")
    field = page.locator("#find")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#found [role=option]").first).to_have_text(re.compile("Today"))
    shot(page, "palette-empty")
    page.keyboard.type("vann mill")
    expect(page.locator("#found [role=option]")).to_have_count(1)
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("Did you see the blue van")
    shot(page, "palette")
    assert field.get_attribute("aria-activedescendant") == page.locator("#found [role=option]").get_attribute(
        "id"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/appeals/{desk.scene.submitted.reference}/")


def test_the_list_is_walked_with_arrows_and_left_with_escape(desk: Desk) -> None:
    page = desk.page("keeper")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    assert page.input_value("#find") == ""
    page.keyboard.type("a")
    options = page.locator("#found [role=option]")
    expect(options.nth(3)).to_be_visible()
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("/")  # one key, the name of the account, a second key
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("harbour station")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("Harbour stationAccount on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/accounts/*/")


def test_keys_lead_everywhere_and_never_fire_while_somebody_types(desk: Desk) -> None:
    page = desk.page("keeper")
    page.keyboard.press("?")
    dialog = page.locator("#keys")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Start my round")
    expect(dialog).to_contain_text("People")
    shot(page, "keys")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/desk/people/")
    page.keyboard.press("f")
    expect(page.locator("#people-q")).to_be_focused()
    page.keyboard.type("gn?")
    assert page.input_value("#people-q") == "gn?"
    expect(dialog).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-list] li a").first
    expect(first).to_be_focused()
    page.keyboard.press(".")
    expect(page.locator("#found [role=option]").first).to_have_text(re.compile("Invite somebody"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/people/\d+/"))
    page.keyboard.press("Escape")
    page.wait_for_url("**/desk/people/")


def test_single_keys_can_be_switched_off(desk: Desk) -> None:
    type(desk.scene.keeper).objects.filter(pk=desk.scene.keeper.pk).update(single_keys=False)
    page = desk.page("keeper")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()


def test_an_act_says_what_it_did_and_is_undone_by_u(desk: Desk) -> None:
    page = desk.page("keeper")
    desk.go(page, f"/desk/accounts/{desk.scene.account.pk}/?tab=connection")
    page.click("text=Suspend this account")
    toast = page.locator(".hc-toast")
    expect(toast).to_contain_text("Suspended. Nothing more is sent through it.")
    expect(page.locator("#spoken")).to_have_text(re.compile("Suspended"))
    assert "said=" not in page.url
    shot(page, "toast")
    page.locator("h1").click()
    page.keyboard.press("u")
    expect(page.locator(".hc-toast")).to_contain_text("In use again")
    assert Account.objects.get(pk=desk.scene.account.pk).status != "suspended"
    page.click("[data-dismiss]")
    expect(page.locator(".hc-toast")).to_have_count(0)


def test_a_toast_goes_after_ten_seconds_but_not_under_the_pointer(desk: Desk) -> None:
    page = desk.page("keeper")
    page.clock.install()
    desk.go(page, f"/desk/accounts/{desk.scene.account.pk}/?tab=connection")
    page.click("text=Suspend this account")
    page.wait_for_selector(".hc-toast")
    page.hover(".hc-toast")
    page.clock.run_for(15_000)
    expect(page.locator(".hc-toast")).to_have_count(1)
    page.mouse.move(5, 5)
    page.clock.run_for(11_000)
    expect(page.locator(".hc-toast")).to_have_count(0)


def test_without_scripts_everything_is_there(desk: Desk) -> None:
    page = desk.page("keeper", scripts=False)
    page.fill("#find", "harbour")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/find/?q=harbour")
    page.click("text=Harbour station")
    page.get_by_role("link", name="Connection", exact=True).click()
    page.click("text=Suspend this account")
    expect(page.locator(".hc-toast")).to_contain_text("Suspended")
    page.click(".hc-toast >> text=Undo")
    expect(page.locator(".hc-toast")).to_contain_text("In use again")
    desk.go(page, "/desk/admin/look/")
    page.check("#id_own_colour")
    page.fill("#id_brand_colour", "#e0b000")
    page.click("main >> text=Preview")
    expect(page.locator("#preview")).to_contain_text("It is darkened to")


def test_a_filter_changes_the_list_alone_and_a_preview_follows_the_keys(desk: Desk) -> None:
    page = desk.page("keeper")
    desk.go(page, "/desk/accounts/")
    page.evaluate("window.same = true")
    page.fill("#accounts-q", "traffic")
    page.keyboard.press("Enter")
    expect(page.locator("#accounts li")).to_have_count(1)
    assert page.evaluate("window.same") is True
    assert "q=traffic" in page.url
    expect(page.locator("#accounts-q")).to_be_focused()
    desk.go(page, "/desk/admin/look/")
    page.check("#id_own_colour")
    page.fill("#id_brand_colour", "#f0c040")
    expect(page.locator("#preview")).to_contain_text("It is darkened to")
    shot(page, "look")
    page.click("main >> text=Save")
    expect(page.locator(".hc-toast")).to_contain_text("Saved")
    expect(page.locator(".hc-top")).not_to_have_css("background-color", "rgb(19, 41, 75)")
    shot(page, "themed")


def test_counts_of_rail_and_title_follow_what_others_do(desk: Desk) -> None:
    page = desk.page("approver")
    before = int(re.findall(r"^\((\d+)\)", page.title())[0])
    page.clock.install()
    page.reload()
    draft = desk.scene.team.draft(title="Another matter")
    actions.submit_appeal(appeal_id=draft.pk, by=desk.scene.team.author)
    page.clock.run_for(61_000)
    expect(page).to_have_title(re.compile(rf"^\({before + 1}\) Today"))


def test_no_connection_is_said_and_a_form_keeps_its_words(desk: Desk) -> None:
    page = desk.page("keeper")
    desk.go(page, "/desk/accounts/")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.fill("#accounts-q", "traffic")
    page.keyboard.press("Enter")
    expect(page.locator(".hc-toast")).to_contain_text("Not sent")
    assert page.input_value("#accounts-q") == "traffic"
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()


def test_the_end_of_a_session_is_said_ten_minutes_before(desk: Desk) -> None:
    page = desk.page("approver")
    page.clock.install()
    page.reload()
    page.clock.fast_forward("11:51:00")
    expect(page.locator(".hc-toast")).to_contain_text("yours ends at")


def test_menus_open_and_close_by_key_and_on_a_phone_everything_is_within_reach(desk: Desk) -> None:
    page = desk.page("keeper", width=390)
    page.locator(".hc-phone summary").click()
    expect(page.locator(".hc-phone .hc-menu__list")).to_be_visible()
    shot(page, "phone-more")
    page.keyboard.press("Escape")
    expect(page.locator(".hc-phone .hc-menu__list")).to_be_hidden()
    page.locator(".hc-phone summary").click()
    page.click(".hc-phone .hc-menu__list >> text=People")
    page.wait_for_url("**/desk/people/")


def test_a_round_walks_what_needs_somebody_and_ends_with_a_line(desk: Desk) -> None:
    page = desk.page("approver")
    page.click("text=Start my round")
    expect(page.locator("#round")).to_contain_text("Round: 1 of")
    strip = page.inner_text("#round")
    steps = int(re.findall(r"Round: 1 of (\d+)", strip)[0])
    assert steps >= 3
    shot(page, "round")
    for _step in range(steps - 1):
        page.click("#round >> text=Next")
    expect(page.locator("#round")).to_contain_text(f"Round: {steps} of {steps}")
    page.click("#round >> text=Next")
    expect(page.locator("main")).to_contain_text("Your round is over.")
    expect(page.locator("main")).to_contain_text(f"0 things seen to, {steps} left for later, 0 minutes.")
    page.click("main >> text=Good")
    page.wait_for_url("**/desk/")
