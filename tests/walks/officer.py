"""A person at the desk, who works by keyboard alone."""

from __future__ import annotations

import re
import time

import pyotp
from playwright.sync_api import Browser, Page

from tests.servers.stack import Stack
from tests.walks.keyboard import Keyboard

PASSWORD = "tram-copper-otter-vivid"
STEP = 30  # seconds of one code


class Officer:
    """Joins by a one-time link, signs in, and remembers password and code app."""

    def __init__(self, browser: Browser, stack: Stack, *, email: str) -> None:
        self.stack, self.email = stack, email
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.keys = Keyboard(self.page)
        self.secret = ""
        self.last_step = 0

    def code(self) -> str:
        """A code that was not used yet: waits for the next half minute if need be."""
        while int(time.time()) // STEP <= self.last_step:
            time.sleep(0.5)
        self.last_step = int(time.time()) // STEP
        return pyotp.TOTP(self.secret).at(self.last_step * STEP)

    def join(self, link: str) -> None:
        """Take up the invitation; joining itself does not use the code up for signing in."""
        self.page.goto(link)
        text = self.page.locator(".hc-code").first.inner_text()
        self.secret = re.sub(r"\s", "", text)
        self.keys.write("Choose a password", PASSWORD)
        self.keys.write("Code from the app", pyotp.TOTP(self.secret).now())
        self.keys.press("Join")
        assert "Keep these codes" in self.page.title(), self.page.inner_text("main")

    def sign_in(self) -> None:
        """Through the sign-in page to Today."""
        self.page.goto(f"{self.stack.desk}/desk/sign-in/")
        self.keys.write("E-mail", self.email)
        self.keys.write("Password", PASSWORD)
        self.keys.write("Code", self.code())
        self.keys.press("Sign in")
        self.page.wait_for_url("**/desk/")

    def invite(self, *, name: str, email: str, roles: list[str]) -> str:
        """Invite somebody; returns the one-time link that the page shows."""
        self.page.goto(f"{self.stack.desk}/desk/people/invite/")
        self.keys.write("Name", name)
        self.keys.write("E-mail", email)
        for role in roles:
            self.keys.tick(role)
        self.keys.press("Invite")
        return self.page.locator("#one-time-link").input_value()

    def leaves_the_desk(self) -> None:
        """No page of the desk is open: one that is asks by itself, and says so when nobody answers."""
        self.page.goto("about:blank")

    def close(self) -> None:
        """Leave; nothing may have gone wrong in the browser unseen."""
        self.context.close()
        assert self.complaints == [], self.complaints
