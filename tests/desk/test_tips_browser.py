"""The officer's browser: makes its key, opens what Python sealed, seals what Python opens; by keyboard alone."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from hueandcry.agencies import queries as agencies
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.tips import founding, intake, keys, opening, passphrase, queries
from hueandcry.tips.models import DeskKey, Tip
from tests.desk_client import HOST, at_desk
from tests.factories import make_actor, make_person
from tests.helpers_tips import PASSPHRASE, ROOTS, Programme, make_key, make_ready_programme, send
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium
from tests.walks.keyboard import Keyboard

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">{{7*7}}</p><a href="javascript:alert(3)">x</a>'
)


class Officer:
    """A signed-in page; what the browser complains about is collected."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.keys = page, address, Keyboard(page)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        page.on("dialog", lambda box: self.complaints.append(f"dialog {box.message}") or box.dismiss())

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.location["url"].endswith("/favicon.ico"):
            self.complaints.append(said.text)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def unlock(self, words: str = PASSPHRASE) -> None:
        self.keys.write("Your six words", words)
        self.keys.press("Unlock", stays=True)

    def check_looks(self) -> None:
        for width, light in product((1440, 390), ("light", "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
            assert not self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found = Axe().run(self.page, options=RULES).response["violations"]
            assert not found, [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    return make_ready_programme()


@pytest.fixture
def officer(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Officer]:
    """The programme's officer, whose key opens with PASSPHRASE, in a real Chromium."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    person = make_person(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    actor = agencies.actor_for(person_id=person.pk, agency_id=programme.agency.pk)
    make_key(actor, label="Tablet")
    cookie = at_desk(person).cookies["hue_desk"].value
    with desk_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        yield Officer(context.new_page(), f"http://{HOST}:{port}")
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        browser.close()


def test_a_tip_is_read_and_answered_by_keyboard_and_hostile_text_stays_text(
    programme: Programme, officer: Officer
) -> None:
    tip, filed = send(programme, HOSTILE, where="Quay Street", risk="yes")
    officer.go("/desk/tips/")
    officer.unlock()
    officer.page.wait_for_selector("#unlocked:visible")
    officer.keys.reach(filed.number)
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_selector("#thread li")
    shown = officer.page.inner_text("#thread")
    assert HOSTILE in shown
    assert "someone may be hurt soon" in shown
    assert re.search(r"Where:\s+Quay Street", shown)
    assert officer.page.locator("#thread script, #thread img, #thread a").count() == 0
    assert officer.page.evaluate("document.activeElement.id") == "tip-heading"
    officer.page.wait_for_selector(f'[data-unread="{tip.number}"]', state="hidden")
    officer.check_looks()
    officer.page.set_viewport_size({"width": 1440, "height": 900})
    officer.keys.press("Take it", stays=True)
    expect(officer.page.locator("[data-fill=label]")).to_have_text("Being worked on")
    officer.keys.write("Your answer", "Was the car blue or green? <b>Ω</b>")
    officer.keys.press("Seal and send", stays=True)
    expect(officer.page.locator("#thread li")).to_have_count(2)
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    assert page.turns[1].text == "Was the car blue or green? <b>Ω</b>"
    assert [item.letter.text for item in opening.open_tip(tip, private=programme.recovery_seed)][
        1
    ] == page.turns[1].text
    tip.refresh_from_db()
    assert tip.status == "working"
    assert tip.read_to >= 1
    assert officer.complaints == []


def test_the_plaintext_of_an_answer_never_leaves_the_browser(programme: Programme, officer: Officer) -> None:
    tip, _filed = send(programme)
    sent: list[str] = []
    officer.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    officer.go(f"/desk/tips/{tip.number}/")
    officer.unlock()
    officer.page.wait_for_selector("#thread li")
    officer.page.fill("#reply-text", "canary-4711")
    officer.page.click("#reply-send")
    expect(officer.page.locator("#thread li")).to_have_count(2)
    everything = "\n".join(sent)
    assert "/reply/" in everything
    for secret in ("canary-4711", base64.b64encode(b"canary-4711").decode()[:-4], *PASSPHRASE.split()):
        assert secret not in everything


def test_a_key_made_in_the_browser_opens_what_python_seals(programme: Programme, officer: Officer) -> None:
    officer.go("/desk/tips/keys/")
    officer.check_looks()
    officer.page.set_viewport_size({"width": 1440, "height": 900})
    officer.keys.write("Name of this key", "New laptop")
    officer.keys.press("Make my key", stays=True)
    officer.page.wait_for_selector("#step-words:visible")
    words = officer.page.inner_text("#words")
    assert len(words.split()) == passphrase.WORDS
    officer.keys.write("Now type them", words + " wrong")
    officer.keys.press("Keep this key", stays=True)
    officer.page.wait_for_selector("#said:visible")
    assert "not the six words" in officer.page.inner_text("#said")
    officer.keys.write("Now type them", words.upper())
    officer.check_looks()
    officer.page.set_viewport_size({"width": 1440, "height": 900})
    officer.keys.press("Keep this key")
    key = DeskKey.objects.get(label="New laptop")
    seed = passphrase.open_desk_seed(
        bytes(key.wrapped_private), passphrase=words, fingerprint=key.fingerprint
    )
    assert sealing.public_key(seed) == bytes(key.public_key)
    founding.enrol(key, root=ROOTS[programme.agency.pk], by=programme.officer)
    tip, _filed = send(programme, "Sealed by Python.")
    officer.go(f"/desk/tips/{tip.number}/")
    officer.unlock("wrong words of another key entirely")
    expect(officer.page.locator("#lock-said")).to_contain_text("do not open")
    officer.unlock(words)
    officer.page.wait_for_selector("#thread li")
    assert "Sealed by Python." in officer.page.inner_text("#thread")
    assert [item.letter.text for item in opening.open_tip(tip, private=seed)] == ["Sealed by Python."]
    assert officer.complaints == []


def test_a_colleague_is_told_to_wait_and_can_read_after_sharing(
    programme: Programme, officer: Officer
) -> None:
    tip, _filed = send(programme, "Grey van.")
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    late_seed = make_key(late)
    with pytest.raises(sealing.CannotOpen):
        opening.open_tip(tip, private=late_seed)
    officer.go(f"/desk/tips/{tip.number}/")
    officer.unlock()
    officer.page.wait_for_selector("#share-form:visible")
    assert "Nora Vance" in officer.page.inner_text("#colleagues")
    officer.keys.press("Share with", stays=True)
    officer.page.wait_for_selector("#share-form", state="hidden")
    assert opening.open_tip(tip, private=late_seed)[0].letter.text == "Grey van."
    early, _filed = send(programme, "Before mine.")
    early.wraps.exclude(fingerprint=keys.fingerprint(sealing.public_key(late_seed))).delete()
    officer.go(f"/desk/tips/{early.number}/")
    officer.unlock()
    officer.page.wait_for_selector("#not-mine:visible")
    assert "sealed before your key existed" in officer.page.inner_text("#not-mine")
    assert not queries.tip_line(actor=programme.officer, number=early.number).has_my_key
    assert officer.complaints == []


def test_locking_and_reloading_take_the_opened_text_away(programme: Programme, officer: Officer) -> None:
    tip, _filed = send(programme, "Grey van.")
    officer.go(f"/desk/tips/{tip.number}/")
    assert "Grey van." not in officer.page.content()
    officer.unlock()
    officer.page.wait_for_selector("#thread li")
    officer.page.click("#lock")
    assert "Grey van." not in officer.page.content()
    officer.unlock()
    officer.page.wait_for_selector("#thread li")
    officer.page.reload()
    assert "Grey van." not in officer.page.content()
    assert officer.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert Tip.objects.get().number == tip.number


def test_a_late_tip_never_comes_between_an_answer_and_its_tipster(
    programme: Programme, officer: Officer
) -> None:
    (slow, _s), (quick, _q) = send(programme, "The slow one."), send(programme, "The quick one.")
    page, held = officer.page, []
    officer.go("/desk/tips/")
    officer.unlock()
    page.wait_for_selector("#unlocked:visible")
    page.route(f"**/{slow.number}/sealed/", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks the function
    page.click(f'#tips [data-number="{slow.number}"] a')
    page.click(f'#tips [data-number="{quick.number}"] a')
    page.wait_for_selector("#thread li")
    page.fill("#reply-text", "For the quick one only.")
    with page.expect_response(f"**/{slow.number}/sealed/"):
        held[0].continue_()
    page.wait_for_timeout(500)
    assert "The quick one." in page.inner_text("#thread")
    assert page.get_attribute("#tip", "data-number") == quick.number

    page.unroute(f"**/{slow.number}/sealed/")
    page.click(f'#tips [data-number="{slow.number}"] a')
    expect(page.locator("#thread")).to_contain_text("The slow one.")
    assert page.input_value("#reply-text") == ""  # begun for another tipster
    page.click(f'#tips [data-number="{quick.number}"] a')
    expect(page.locator("#thread")).to_contain_text("The quick one.")
    assert page.input_value("#reply-text") == "For the quick one only."
    page.click("#lock")
    assert page.input_value("#reply-text") == ""
    assert officer.complaints == []


def test_the_words_of_the_browser_are_those_of_the_room() -> None:
    root = Path(__file__).resolve().parents[2] / "hueandcry"
    browser = (root / "desk/static/desk/vendor/words-en.txt").read_bytes()
    assert browser == (root / "tips/data/words-en.txt").read_bytes()
