"""Every page of the desk's own in a real browser: joining, signing in, people, record. No rule of axe broken,
nothing wider than the screen, nothing refused by the policy, at two widths in light and dark."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.servers.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PASSWORD = "lantern-otter-mill-nine"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Looker:
    """A page that is looked at: what was found wrong is collected, so that one run names all of it."""

    def __init__(self, page: Page, desk: str) -> None:
        self.page, self.desk, self.axe = page, desk, Axe()
        self.wrong: list[str] = []
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium reports the status of every refused request as an error; those are looked at on purpose.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def look(self, name: str) -> None:
        """Look at the page as it stands, in every size and light."""
        for light in ("light", "dark"):
            self.page.emulate_media(color_scheme=light)
            for width, height in ((1440, 900), (390, 844)):
                self.page.set_viewport_size({"width": width, "height": height})
                where = f"{name} at {width} px, {light}"
                if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    self.wrong.append(f"{where}: wider than the screen")
                found = self.axe.run(self.page, options=RULES).response["violations"]
                self.wrong += [f"{where}: {rule['id']} {rule['nodes'][0]['html'][:120]}" for rule in found]

    def open(self, path: str, name: str) -> None:
        self.page.goto(self.desk + path)
        self.look(name)

    def send(self) -> None:
        self.page.click("main form button.govuk-button:not(.govuk-button--secondary)")


def join(looker: Looker, link: str) -> str:
    """Take up a one-time link through the page; returns the TOTP secret."""
    page = looker.page
    page.goto(link)
    looker.look("join")
    looker.send()
    looker.look("join, with errors")
    focused = page.evaluate("document.activeElement.className")
    assert focused == "govuk-error-summary"
    secret = re.sub(r"\s", "", page.inner_text(".hc-code"))
    page.fill("#id_password", PASSWORD)
    page.fill("#id_code", pyotp.TOTP(secret).now())
    looker.send()
    assert page.locator(".hc-codes li").count() == 10
    looker.look("recovery codes")
    return secret


def sign_in(looker: Looker, email: str, secret: str) -> None:
    page = looker.page
    page.goto(looker.desk + "/desk/people/")
    looker.look("sign-in")
    page.fill("#id_email", email)
    page.fill("#id_password", "not the password")
    page.fill("#id_code", "123456")
    looker.send()
    looker.look("sign-in refused")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_code", pyotp.TOTP(secret).now())
    looker.send()
    page.wait_for_url("**/desk/people/")


def test_the_desks_own_pages_look_right_everywhere(stack: Stack, browser: Browser) -> None:
    links = stack.init()
    stack.up()
    looker = Looker(browser.new_page(), stack.desk)
    page = looker.page
    secret = join(looker, links["Hadley"])
    sign_in(looker, "moreau@port-ellery.example", secret)
    looker.look("people")
    looker.open("/desk/", "Today")
    looker.open("/desk/people/invite/", "invite")
    looker.send()
    looker.look("invite, with errors")
    page.fill("#id_name", "Pat Doe")
    page.fill("#id_email", "doe@port-ellery.example")
    page.check("#id_roles_3")
    looker.send()
    keeper_link = page.input_value("#one-time-link")
    looker.look("link made")
    page.goto(stack.desk + "/desk/people/")
    page.click("text=Pat Doe")
    looker.look("person")
    looker.open("/desk/nothing/", "no such page")
    looker.open("/desk/record/", "not allowed")
    page.click("text=Sign out")
    page.wait_for_url("**/desk/sign-in/")

    looker.page = browser.new_page()
    secret = join(looker, keeper_link)
    time.sleep(1)
    looker.page.goto(stack.desk + "/desk/sign-in/?next=/desk/record/")
    looker.page.fill("#id_email", "doe@port-ellery.example")
    looker.page.fill("#id_password", PASSWORD)
    looker.page.fill("#id_code", pyotp.TOTP(secret).now())
    looker.send()
    looker.page.wait_for_url("**/desk/record/")
    looker.look("record")
    looker.page.click(".hc-log a >> nth=0")
    looker.look("entry")
    assert looker.wrong == []
