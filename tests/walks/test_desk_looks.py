"""Every page of the desk in a real browser: no rule of axe broken, nothing wider than the screen, everything
reached by Tab with a focus that is seen, light enough to load, at two widths in the light and in the dark.

A new route without an example in scene.py fails. With HUE_PICTURES=<folder> every page is also pictured there.
"""

from __future__ import annotations

import gzip
import io
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from playwright.sync_api import Error as NoBody

from hueandcry.agencies.models import Person
from hueandcry.desk import urls
from tests.desk_client import HOST, at_desk
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium
from tests.walks.scene import EXAMPLES, NOT_PAGES, STATES, Example, Scene

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]

ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A frame shows a page of the public site, which has tests of its own; axe would wait for an answer out of it.
BRIEF = {"resultTypes": ["violations"], "iframes": False}
EVERY_RULE = {"runOnly": {"type": "tag", "values": ALL}, **BRIEF}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **BRIEF}
# Of what is found only what is named below leaves the page: to hand over the whole report takes longer than to make it.
BROKEN = """async rules => (await axe.run(document, rules)).violations
  .map(({id, nodes}) => ({id, nodes: [{html: nodes[0].html}]}))"""
WIDTHS = {1440: 900, 390: 844}
LIGHTS: dict[str, dict[str, object]] = {"light": EVERY_RULE, "dark": COLOURS}
ONLY_OPENED = (
    "HUE_DATABASE_URL" in os.environ
)  # how a page looks does not hang on the database; that it opens may
# product/DESIGN part 4A, "Budgets"; the crypto of the tip desk comes on top.
FIRST_LOAD, SCRIPTS, REQUESTS, CRYPTO = 60_000, 35_000, 6, 30_000
CRYPTO_PAGES = ("/desk/tips/",)
FAULT = 500  # a refusal is a page too
PICTURE = 60_000  # bytes of one picture in docs/
PICTURED = {(1440, "light"), (390, "dark")}

# A part that refreshes itself meanwhile is another node with the same words: a stop is known by its words and number.
TABBABLE = """() => (window.count = () => { const found = Array.from(document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'))
  .filter(e => !e.disabled && e.checkVisibility() && !e.closest('[inert], [hidden]')
    && getComputedStyle(e).visibility !== 'hidden' && e.tabIndex >= 0
    && !(e.type === 'radio' && e !== (document.querySelector(`[name="${e.name}"]:checked`) ?? document.querySelector(`[name="${e.name}"]`))));
  const words = e => (e.getAttribute('aria-label') || e.textContent || e.name || e.id).trim().slice(0, 40);
  const known = {}; window.stops = new Map(found.map(e => [e, `${words(e)} ${known[words(e)] = (known[words(e)] ?? 0) + 1}`]));
  return Array.from(stops.values()) })()"""
# Notes what gets the focus and whether one can see it there. A frame's and a date field's inner parts draw their own.
LISTEN = """() => { window.reached = new Set(); window.unseen = new Set();
  document.addEventListener('focusin', ({target: e}) => { const s = getComputedStyle(e);
    if (!stops.has(e)) count();
    reached.add(stops.get(e));
    const seen = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'
      || ['radio', 'checkbox'].includes(e.type) || e.tagName === 'IFRAME';
    if (!seen) unseen.add(e.outerHTML.slice(0, 100)) }) }"""


class Looker:
    """A signed-in page; what is found wrong is collected, so that one run names all of it."""

    def __init__(self, browser: Browser, address: str, person: Person | None) -> None:
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        if person is not None:
            cookie = at_desk(person).cookies["hue_desk"].value
            self.context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(120_000)  # a ceiling for a busy machine, not a wait
        self.address, self.axe = address, Axe()
        self.wrong: list[str] = []
        self.loaded: list[Response] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("response", self._loaded)

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium reports the status of every refused request as an error; those are looked at on purpose.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _loaded(self, answer: Response) -> None:
        # What stands in a frame is the public site's page, with budgets of its own.
        if answer.frame.parent_frame is None:
            self.loaded.append(answer)

    def look(self, name: str, path: str) -> None:
        """Open a page and look at it in every size and light."""
        self.loaded.clear()
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        answer = self.page.goto(self.address + path, wait_until="load")
        if answer is None or answer.status >= FAULT:
            self.wrong.append(f"{name}: does not open")
        if ONLY_OPENED:
            return
        self.weigh(name, path)
        self.page.evaluate(self.axe.axe_script)
        for light, rules in LIGHTS.items():
            self.page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
            for width, height in WIDTHS.items():
                self.page.set_viewport_size({"width": width, "height": height})
                where = f"{name} at {width} px, {light}"
                if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    self.wrong.append(f"{where}: wider than the screen")
                self.wrong += [
                    f"{where}: {rule['id']} {rule['nodes'][0]['html'][:160]}" for rule in self.examine(rules)
                ]
                self.picture(name, width, light)
        self.page.emulate_media(color_scheme="light")
        self.walk(name)

    def examine(self, rules: dict[str, object]) -> list[dict[str, Any]]:
        """What axe finds; the page has its script already."""
        return list(self.page.evaluate(BROKEN, rules))

    def weigh(self, name: str, path: str) -> None:
        """The bytes of the first load, as a server with gzip sends them."""
        sizes = {}
        for answer in list(self.loaded):
            with suppress(NoBody):  # a picture the browser had already
                if answer.ok:
                    sizes[answer.url] = len(gzip.compress(answer.body(), 9))
        kinds = {answer.url: answer.request.resource_type for answer in self.loaded}
        pictures = sum(kinds[url] == "image" and "icons.svg" not in url for url in sizes)
        own = {url: size for url, size in sizes.items() if kinds[url] != "image" or "icons.svg" in url}
        spare = CRYPTO if path.startswith(CRYPTO_PAGES) else 0
        scripts = sum(size for url, size in own.items() if kinds[url] == "script")
        if sum(own.values()) > FIRST_LOAD + spare or scripts > SCRIPTS + spare:
            self.wrong.append(f"{name}: {sum(own.values())} bytes to load, scripts {scripts}: {own}")
        if not spare and len(sizes) - pictures > REQUESTS:
            self.wrong.append(f"{name}: {len(sizes) - pictures} requests: {sorted(own)}")

    def walk(self, name: str) -> None:
        """Tab through the page: everything is reached, the focus is seen, and it comes round again."""
        self.page.set_viewport_size({"width": 1440, "height": 900})
        stops = self.page.evaluate(TABBABLE)
        self.page.evaluate("document.activeElement?.blur?.()")
        self.page.locator("body").evaluate(
            "body => { body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex') }"
        )
        self.page.evaluate(LISTEN)
        parts = 8 * self.page.locator("input[type=date], input[type=datetime-local]").count()  # day, month, …
        for _press in range(len(stops) + 3 + parts):
            self.page.keyboard.press("Tab")
        reached, unseen = self.page.evaluate("[Array.from(reached), Array.from(unseen)]")
        missed = [stop for stop in stops if stop not in reached]
        self.wrong += [f"{name}: Tab never reaches {stop!r}" for stop in missed]
        self.wrong += [f"{name}: no focus to be seen on {html}" for html in sorted(unseen)]

    def picture(self, name: str, width: int, light: str) -> None:
        """Keep what is on the screen, if pictures are wanted: small, in few colours."""
        folder = os.environ.get("HUE_PICTURES", "")
        if not folder or ((width, light) not in PICTURED and "HUE_EVERY_PICTURE" not in os.environ):
            return
        shot = Image.open(io.BytesIO(self.page.screenshot(full_page=width < 500)))
        shot = shot.convert("RGB")
        if shot.height > 1800:
            shot = shot.crop((0, 0, shot.width, 1800))
        for quality in (60, 45, 30, 15):
            out = io.BytesIO()
            shot.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= PICTURE:
                break
        (Path(folder) / f"desk-{name}-{width}-{light}.webp").write_bytes(out.getvalue())


@pytest.fixture
def browser_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Browser, str]]:
    """A browser, and the desk on a port of this process."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with desk_door() as port, sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running, f"http://{HOST}:{port}"
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        running.close()


def shown(name: str) -> str:
    """A route as the name of a picture."""
    return (
        re.sub(r"[^a-z0-9]+", "-", re.sub(r"<\w+:(\w+)>", r"\1", name).removeprefix("desk/")).strip("-")
        or "today"
    )


def pages() -> dict[str, Example]:
    return {shown(route): example for route, example in {**EXAMPLES, **STATES}.items()}


def test_every_desk_page_is_good_to_look_at_and_to_use(browser_here: tuple[Browser, str]) -> None:
    scene, (browser, address) = Scene(), browser_here
    only = os.environ.get("HUE_LOOK_AT", "").split()
    people = {
        "approver": scene.approver,
        "keeper": scene.keeper,
        "coordinator": scene.coordinator,
        "record": scene.record_keeper(),
        "nobody": None,
    }
    lookers = {who: Looker(browser, address, person) for who, person in people.items()}
    for name, (who, path) in pages().items():
        if not only or name in only:
            scene.beat()
            lookers[who].look(name, path(scene))
    if not only or "round-under-way" in only:
        approver = lookers["approver"]
        approver.page.goto(f"{address}/desk/")
        approver.page.click("text=Start my round")
        approver.look("round-under-way", "/desk/round/")
        approver.look("today-in-a-round", "/desk/")
    wrong = [f"{who}: {line}" for who, looker in lookers.items() for line in looker.wrong]
    assert not wrong, "\n".join(wrong)


def test_every_route_that_answers_get_with_a_page_has_an_example() -> None:
    scene = Scene(pictured=False)
    client, keeper = at_desk(scene.approver), at_desk(scene.keeper)
    coordinator, record = at_desk(scene.coordinator), at_desk(scene.record_keeper())
    lost = []
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern)
        if route in EXAMPLES or route in NOT_PAGES:
            continue
        path = "/" + re.sub(r"<(?:\w+:)?\w+>", "1", route)
        answers = {browser.get(path).status_code for browser in (client, keeper, coordinator, record)}
        if 405 not in answers:
            lost.append((route, answers))
    assert not lost, f"no example in scene.py: {lost}"
