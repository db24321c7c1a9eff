"""Passkeys in a real Chromium with a virtual authenticator: made, used to sign in, to confirm, to take a secret out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.db import connections
from playwright.sync_api import CDPSession, Page, expect, sync_playwright
from pytest_django import Settings

from hueandcry.agencies.models import Passkey, Person
from hueandcry.agencies.roles import Role
from hueandcry.desk.guard import PROVED
from tests.desk.test_me import fresh_code
from tests.desk.test_tips_browser import Officer
from tests.desk_client import HOST, at_desk
from tests.factories import PASSWORD, make_agency, make_person
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]
DEVICE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SECRET = """async ([module, id, salt]) => {
  const { passkeySecret } = await import(module);
  const found = await passkeySecret([id], new TextEncoder().encode(salt));
  return found && { id: found.id, secret: Array.from(found.secret) };
}"""


class Holder(Officer):
    """An officer whose browser has a passkey device."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address)
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("WebAuthn.enable")
        self.device = self.line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})[
            "authenticatorId"
        ]

    def verified(self, *, yes: bool) -> None:
        self.line.send("WebAuthn.setUserVerified", {"authenticatorId": self.device, "isUserVerified": yes})

    def add(self, name: str) -> None:
        self.go("/desk/me/")
        self.keys.press("Add a passkey")
        self.keys.write("Name of this passkey", name)
        self.keys.press("Make the passkey")
        self.page.wait_for_url(re.compile(r"/desk/me/(\?|$)"))


@pytest.fixture
def nora(transactional_db: None) -> Person:
    return make_person(make_agency(), Role.ADMINISTRATOR)


@contextmanager
def at_work(person: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holder]:
    """Somebody who is signed in, with a browser and a passkey device of their own."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    cookie = at_desk(person).cookies["hue_desk"].value
    with desk_door() as port, sync_playwright() as playwright:
        settings.HUE_DESK_PORT = port
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        yield Holder(context.new_page(), f"http://{HOST}:{port}")
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        browser.close()


@pytest.fixture
def holder(nora: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holder]:
    with at_work(nora, settings, monkeypatch) as holder:
        yield holder


def test_a_passkey_is_made_and_signs_in_by_keyboard_alone(nora: Person, holder: Holder) -> None:
    holder.go("/desk/me/")
    holder.check_looks()
    holder.page.set_viewport_size({"width": 1440, "height": 900})
    holder.add("Work laptop")
    assert "Work laptop" in holder.page.inner_text("#passkeys")
    assert "can unlock tips" in holder.page.inner_text("#passkeys")
    holder.check_looks()
    holder.page.set_viewport_size({"width": 1440, "height": 900})

    holder.page.context.clear_cookies()
    holder.go("/desk/sign-in/?next=/desk/me/")
    holder.check_looks()
    holder.page.set_viewport_size({"width": 1440, "height": 900})
    holder.keys.press("Sign in with a passkey")
    holder.page.wait_for_url("**/desk/me/")
    assert "with a passkey" in holder.page.inner_text("main")
    assert Passkey.objects.get().person == nora
    assert holder.complaints == []


def test_without_a_verified_holder_nothing_happens_and_the_page_says_so(nora: Person, holder: Holder) -> None:
    holder.add("Work laptop")
    holder.page.context.clear_cookies()
    holder.go("/desk/sign-in/")
    holder.verified(yes=False)
    holder.keys.press("Sign in with a passkey", stays=True)
    expect(holder.page.locator("#passkey-form [data-passkey-said]")).to_contain_text("Nothing happened")
    assert "Sign in with a passkey" in holder.page.evaluate("document.activeElement.textContent")
    holder.keys.write("E-mail", nora.email)
    holder.keys.write("Password", PASSWORD)
    holder.keys.write("Code", fresh_code(nora))
    holder.keys.press("Sign in")
    holder.page.wait_for_url("**/desk/")


def test_the_same_device_is_not_asked_for_a_second_passkey(nora: Person, holder: Holder) -> None:
    holder.add("Work laptop")
    holder.go("/desk/me/passkeys/new/")
    holder.keys.press("Make the passkey", stays=True)
    expect(holder.page.locator("[data-passkey-said]")).to_contain_text("holds a passkey of yours")


def test_a_secret_comes_out_of_the_passkey_and_never_goes_to_the_server(nora: Person, holder: Holder) -> None:
    holder.add("Work laptop")
    sent: list[str] = []
    holder.page.on("request", lambda request: sent.append(request.url))
    name = Passkey.objects.get().credential_id
    module = "/static/desk/passkeys.js"
    first = holder.page.evaluate(SECRET, [module, name, "a salt of 32 bytes, made by a hash"])
    assert first["id"] == name
    assert len(first["secret"]) == 32
    again = holder.page.evaluate(SECRET, [module, name, "a salt of 32 bytes, made by a hash"])
    other = holder.page.evaluate(SECRET, [module, name, "another salt, for another desk key"])
    assert again == first
    assert other["secret"] != first["secret"]
    assert holder.page.evaluate(SECRET, [module, "AAAA", "x"]) is None
    assert all("/static/" in address for address in sent)


def test_after_ten_minutes_the_passkey_proves_it_again_and_the_act_is_done(
    nora: Person, holder: Holder
) -> None:
    holder.add("Work laptop")
    holder.go("/desk/me/")
    store = import_module(django_settings.SESSION_ENGINE).SessionStore(
        next(c["value"] for c in holder.page.context.cookies() if c["name"] == "hue_desk")
    )
    assert PROVED in store
    store[PROVED] = 0
    store.save()
    holder.keys.press("Make new recovery codes")
    assert "Confirm that it is you" in holder.page.title()
    holder.check_looks()
    holder.page.set_viewport_size({"width": 1440, "height": 900})
    holder.keys.press("Use a passkey")
    assert "Keep these codes" in holder.page.title()
    assert len(holder.page.locator(".hc-codes li").all()) == 10
    holder.check_looks()
