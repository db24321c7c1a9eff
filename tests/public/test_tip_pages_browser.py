"""The tip pages in a real browser with scripts off, by keyboard, at two widths; and axe's opinion of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.servers.public_door import public_door
from tests.walks.conftest import FLAGS, chromium
from tests.walks.keyboard import Keyboard

pytestmark = [pytest.mark.slow, pytest.mark.browser]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def look(page: Page) -> None:
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, [(page.url, rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]


def send(page: Page, address: str) -> tuple[str, str]:
    """File a tip by keyboard: number and words as the page shows them."""
    keys = Keyboard(page)
    page.goto(f"{address}/t/new/start")
    keys.write("What do you know?", "The man in 14 is my neighbour.")
    keys.reach("Someone may be hurt soon")
    page.keyboard.press("Space")
    keys.press("Send")
    assert page.title() == "Form"
    return page.inner_text("#number"), page.inner_text("#words")


def come_back(page: Page, number: str, words: str) -> None:
    keys = Keyboard(page)
    keys.press("Come back here")
    keys.write("Your number", number)
    keys.write("Your code", words)
    keys.press("Open")
    assert "The man in 14 is my neighbour." in page.inner_text("#thread")


def test_the_whole_way_works_without_scripts_and_by_keyboard(tmp_path: Path) -> None:
    with public_door(home=tmp_path / "var") as door, sync_playwright() as playwright:
        address = f"http://localhost:{door.port}"
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(java_script_enabled=False)
        come_back(page := context.new_page(), *send(page, address))
        Keyboard(page).write("Your message", "He drives a grey van.")
        Keyboard(page).press("Send")
        assert "Sent. We have your message." in page.inner_text("main")
        assert page.locator("#thread li").count() == 2
        assert context.cookies() == []
        browser.close()


def test_axe_finds_nothing_on_any_tip_page(tmp_path: Path) -> None:
    with public_door(home=tmp_path / "var") as door, sync_playwright() as playwright:
        address = f"http://localhost:{door.port}"
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_context().new_page()
        page.goto(f"{address}/t/new/start")
        look(page)
        page.click("button[type=submit]")
        look(page)
        number, words = send(page, address)
        look(page)
        page.goto(f"{address}/t/back")
        page.fill("#id_number", number)
        page.fill("#id_code", f"{words} x")
        page.click("button[type=submit]")
        look(page)
        page.fill("#id_code", words)
        page.click("button[type=submit]")
        look(page)
        page.goto(f"{address}/t/nothing")
        look(page)
        browser.close()
