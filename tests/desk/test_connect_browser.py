"""Connecting in a real browser: to another site and back, with a cookie of ours that no other site's link brings along."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Page, sync_playwright

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.simnet.consent import CLIENT
from tests.desk_client import HOST, at_desk
from tests.factories import make_agency, make_person
from tests.servers.desk_door import desk_door
from tests.servers.simulated import SimulatedNetwork
from tests.walks.conftest import FLAGS, chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A browser signed in at a desk of this process, its session's cookie as strict as the desk sets it."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    agency = make_agency()
    Agency.objects.filter(pk=agency.pk).update(is_demo=True)
    cookie = at_desk(make_person(agency, Role.ADMINISTRATOR)).cookies["hue_desk"]
    assert cookie["samesite"] == "Strict"
    with desk_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(base_url=f"http://{HOST}:{port}", locale="en-GB")
        kept = {"name": "hue_desk", "value": cookie.value, "domain": HOST, "path": "/", "sameSite": "Strict"}
        context.add_cookies([kept])  # type: ignore[list-item]
        yield context.new_page()
        connections.close_all()
        browser.close()


def looked_at(page: Page, name: str) -> None:
    """No rule of axe is broken; with HUE_PICTURES=<folder> the page is pictured there at two widths."""
    page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run()")["violations"]
    assert not found, [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]
    for width, height, light in ((1440, 900, "light"), (390, 844, "dark")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (name, width)
        if folder := os.environ.get("HUE_PICTURES"):
            page.screenshot(path=Path(folder) / f"connect-{name}-{width}-{light}.png", full_page=True)


def test_the_way_to_a_network_and_back(
    page: Page, simulated_network: SimulatedNetwork, settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    inside = simulated_network.network("x")
    page.goto("/desk/accounts/connect/x/")
    looked_at(page, "begin")
    page.fill("[name=client_id]", CLIENT)
    page.fill("[name=client_secret]", CLIENT)
    page.fill("[name=label]", "Main account")
    page.fill("[name=server_url]", inside.url)
    page.click("main button:has-text('Go on')")
    page.wait_for_selector("text=Go to X")
    looked_at(page, "go")
    page.click("text=Go to X")
    page.click("text=Cancel")
    page.wait_for_selector("text=without a permission")
    looked_at(page, "declined")
    page.click("text=Begin again")
    page.fill("[name=client_id]", CLIENT)
    page.fill("[name=client_secret]", CLIENT)
    page.fill("[name=label]", "Main account")
    page.fill("[name=server_url]", inside.url)
    page.click("main button:has-text('Go on')")
    page.click("text=Go to X")
    page.click(f"text=@{inside.handle}")
    page.wait_for_selector("text=The worker tries it")
    account = Account.objects.get()
    assert (account.handle, account.label) == (inside.handle, "Main account")
    page.goto(f"/desk/accounts/{account.pk}/?tab=connection")
    looked_at(page, "connection")
    page.click("text=Connect again >> nth=-1")
    page.wait_for_selector("text=uses is used again")
    looked_at(page, "again")
