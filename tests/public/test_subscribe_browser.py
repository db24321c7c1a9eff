"""The lists' pages in a real browser: without scripts by keyboard; with one, a notification that really shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.public.test_canary import encodings, sightings
from tests.servers.public_door import ROOT, PublicDoor, public_door
from tests.walks.conftest import browser  # noqa: F401 - a fixture
from tests.walks.keyboard import Keyboard

pytestmark = [pytest.mark.slow, pytest.mark.browser]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OPEN = """
from hueandcry.agencies.models import Agency
from hueandcry.kernel.actor import Permission, system
from hueandcry.lists.actions import open_list
by = system("init", agency_id=Agency.objects.get(kind="agency").pk, permissions=frozenset({Permission.LIST_MANAGE}))
for medium in ("email_list", "sms_list", "push_list"):
    open_list(medium=medium, by=by)
"""
TAKE = """
from hueandcry.lists import tasks, vault
from hueandcry.lists.models import Subscriber
tasks.take_slips()
for row in Subscriber.objects.order_by("pk"):
    print(row.list.medium, row.status, row.levels, repr(vault.open_address(row.list_id, row.sealed)))
"""
# Chromium's own push service is on the internet: the address is invented, all else is the browser's.
INVENTED = """
PushManager.prototype.subscribe = async function (options) {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  globalThis.asked = [options.userVisibleOnly, new Uint8Array(options.applicationServerKey).length];
  return { endpoint: "https://fcm.googleapis.com/fcm/send/one", getKey: (name) => (name === "auth" ? new Uint8Array(16).buffer : point) };
};
"""


def worker(door: PublicDoor, code: str) -> str:
    """Run code as the worker would."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        cwd=ROOT,
        env={
            **door.environment,
            "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
            "HUE_PROCESS": "worker",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicDoor]:
    with public_door(home=tmp_path_factory.mktemp("lists") / "var") as running:
        worker(running, OPEN)
        yield running


def look(page: Page) -> None:
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, [(page.url, rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]


def test_the_form_works_without_scripts_and_leaves_no_address_in_the_clear(
    door: PublicDoor,
    browser: Browser,  # noqa: F811
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://localhost:{door.port}/subscribe/")
    keys = Keyboard(page)
    page.get_by_label("E-mail").first.check()
    keys.write("Your e-mail address or mobile number", "canary5f3a.lovell@harbour.example")
    keys.press("Ask for messages")
    assert "One more step" in page.inner_text("h1")
    assert context.cookies() == []
    needle = {"address": encodings("canary5f3a.lovell@harbour.example")}
    assert sightings(needle, [door.home]) == []
    assert "email_list waiting  'canary5f3a.lovell@harbour.example'" in worker(door, TAKE)
    assert sightings(needle, [door.home]) == []
    context.close()


def test_the_pages_are_whole_at_both_widths(door: PublicDoor, browser: Browser) -> None:  # noqa: F811
    page = browser.new_page()
    for path in ("/subscribe/", "/subscribe/push/"):
        page.goto(f"http://localhost:{door.port}{path}")
        look(page)
    page.close()


def test_a_browser_that_says_no_is_told_what_to_do(door: PublicDoor, browser: Browser) -> None:  # noqa: F811
    page = browser.new_page()
    page.goto(f"http://localhost:{door.port}/subscribe/push/")
    page.get_by_role("button", name="Show me notifications").click()
    page.get_by_text("Your browser did not allow notifications.").wait_for()
    page.close()


def test_a_notification_shows_in_a_real_browser(door: PublicDoor, browser: Browser) -> None:  # noqa: F811
    address = f"http://localhost:{door.port}"
    context = browser.new_context()
    context.grant_permissions(["notifications"], origin=address)
    page = context.new_page()
    complaints: list[str] = []
    # The icon of a notification is a file of the static site, which does not stand behind this door.
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{said.text} {said.location['url']}")
            if said.type == "error" and "/assets/icon." not in said.location["url"]
            else None
        ),
    )
    page.add_init_script(INVENTED)
    page.goto(f"{address}/subscribe/push/")
    registration = _registration(page)
    page.get_by_role("button", name="Show me notifications").click()
    page.get_by_text("This browser shows our messages from now on.").wait_for()
    assert re.search(
        r"push_list active ,amber,red, 'https://fcm.googleapis.com/fcm/send/one\\n", worker(door, TAKE)
    )

    page.goto(f"{address}/subscribe/push/")
    said = {
        "title": "PEP URGENT: Harbour Bridge closed",
        "text": "Stay away.",
        "link": "/",
        "tag": "key1",
        "lasting": True,
    }
    for _time in range(2):  # the same message twice is shown once
        registration.push(json.dumps(said))
    shown = registration.shown(page)
    assert shown == [["PEP URGENT: Harbour Bridge closed", "Stay away.", "key1", True]]
    assert complaints == []
    context.close()


class _registration:  # noqa: N801 - reads as a function
    """The page's service worker, to which the browser's own developer tools deliver a push."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.found: list[dict[str, str]] = []
        self.origin = "/".join(page.url.split("/")[:3])
        self.session.on(
            "ServiceWorker.workerRegistrationUpdated", lambda event: self.found.extend(event["registrations"])
        )
        self.session.send("ServiceWorker.enable")

    def push(self, data: str) -> None:
        deadline = time.monotonic() + 10
        while not self.found:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.origin, "registrationId": self.found[-1]["registrationId"], "data": data},
        )

    @staticmethod
    def shown(page: Page) -> list[object]:
        found: list[object] = page.evaluate(
            """async () => {
              const registration = await navigator.serviceWorker.getRegistration("/subscribe/push/");
              for (let turn = 0; turn < 100; turn += 1) {
                const shown = await registration.getNotifications();
                if (shown.length) {
                  return shown.map((one) => [one.title, one.body, one.tag, one.requireInteraction]);
                }
                await new Promise((done) => setTimeout(done, 50));
              }
              return [];
            }"""
        )
        return found
