"""The page "Keys" in two officers' browsers: made here, approved there, moved, taken out; nothing planted counts."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import Settings

from hueandcry.agencies import queries as agencies
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import system
from hueandcry.tips import intake, key_actions, keylog, keyring, opening, passphrase, queries, trust
from hueandcry.tips.keylog import Statement
from hueandcry.tips.models import DeskKey, KeyStatement, KeyWrap, Tip
from hueandcry.tips.root import new_root
from tests.desk_client import HOST, at_desk
from tests.factories import make_person
from tests.helpers_drills import append, leave, opens
from tests.helpers_tips import (
    PASSPHRASE,
    ROOTS,
    Programme,
    fingerprint_of,
    make_key,
    make_ready_programme,
    make_waiting_key,
    send,
    signed,
)
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium
from tests.walks.keyboard import Keyboard

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PICTURES = os.environ.get("HUE_PICTURES", "")


class Browsers:
    """The desk in a real browser, once for each person."""

    def __init__(self, browser: Browser, port: int) -> None:
        self.browser, self.port = browser, port
        self.complaints: list[str] = []

    def of(self, person: Person, path: str = "/desk/tips/keys/") -> Page:
        """A page of this person's own browser."""
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        cookie = at_desk(person).cookies["hue_desk"].value
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"http://{HOST}:{self.port}{path}")
        return page


LOGS = """async (logs) => {
  const { verifyLog } = await import("/static/desk/tips/keylog.js");
  const said = [];
  for (const log of logs) said.push(await verifyLog(log).then((state) => state.keys.size, (error) => error.word));
  return said;
}"""


@pytest.fixture
def programme(transactional_db: None, tmp_path: Path, settings: Settings) -> Programme:
    settings.HUE_HOME = tmp_path / "home"
    settings.HUE_KEYS = tmp_path / "home" / "keys"
    settings.HUE_HOME.mkdir()
    return make_ready_programme()


@pytest.fixture
def browsers(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browsers]:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with desk_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield Browsers(browser, port)
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        browser.close()


def person_with_key(programme: Programme, name: str) -> tuple[Person, bytes]:
    person = make_person(programme.agency, Role.TIP_COORDINATOR, name=name)
    return person, make_key(agencies.actor_for(person_id=person.pk, agency_id=programme.agency.pk))


def check_looks(page: Page, name: str) -> None:
    """No rule of axe broken and nothing wider than the screen, at both widths, light and dark."""
    for width in (1440, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (name, width)
            found = Axe().run(page, options=RULES).response["violations"]
            assert not found, [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


def make_in(page: Page, label: str) -> str:
    """Make a key by keyboard; returns the six words."""
    keyboard = Keyboard(page)
    keyboard.write("Name of this key", label)
    keyboard.press("Make my key", stays=True)
    page.wait_for_selector("#step-words:visible")
    words = page.inner_text("#words")
    assert len(words.split()) == passphrase.WORDS
    keyboard.write("Now type them", words + " wrong")
    keyboard.press("Keep this key", stays=True)
    expect(page.locator("#said")).to_contain_text("not the six words")
    keyboard.write("Now type them", words.upper())
    keyboard.press("Keep this key")
    return words


def unlock(page: Page, words: str = PASSPHRASE) -> None:
    keyboard = Keyboard(page)
    keyboard.write("Your six words", words)
    keyboard.press("Unlock", stays=True)
    expect(page.locator("#sign-said")).to_contain_text("Unlocked")


def test_a_new_device_is_approved_by_a_colleague_who_hears_the_same_eight_words(
    programme: Programme, browsers: Browsers
) -> None:
    luis, _luis_seed = person_with_key(programme, "Luis Amaro")
    nora = make_person(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    page = browsers.of(nora)
    check_looks(page, "keys-none")
    words = make_in(page, "New laptop")
    expect(page.locator("body")).to_contain_text("A colleague must approve it")
    expect(page.locator("[data-spoken]")).to_have_text(re.compile(r"^(\w+ ){7}\w+$"))
    spoken = page.locator("[data-spoken]").inner_text()
    check_looks(page, "keys-waiting")
    key = DeskKey.objects.get(label="New laptop")
    seed = passphrase.open_desk_seed(
        bytes(key.wrapped_private), passphrase=words, fingerprint=key.fingerprint
    )
    assert sealing.public_key(seed) == bytes(key.public_key)
    assert sealing.ed25519_public(keylog.signing_seed(seed)) == bytes(key.signing_public)
    early, _filed = send(programme, "Before.")
    assert not opens(early, seed)

    approving = browsers.of(luis)
    expect(approving.locator("[data-spoken]")).to_have_text(spoken)
    assert approving.get_by_role("button", name="The words are the same").is_disabled()
    unlock(approving)
    check_looks(approving, "keys-approving")
    Keyboard(approving).press("The words are the same: approve")
    expect(approving.locator("body")).to_contain_text("Approved. New tips are sealed to this key too.")
    assert (
        approving.locator("ol", has_text="Luis Amaro approved a key of Nora Vance: New laptop.").count() == 1
    )
    check_looks(approving, "keys-approved")
    tip, _filed = send(programme, "After.")
    assert opens(tip, seed)
    assert trust.trusted(programme.agency.pk).problem is None
    assert browsers.complaints == []


def test_a_key_put_in_the_place_of_a_waiting_one_is_told_to_its_holder(
    programme: Programme, browsers: Browsers
) -> None:
    nora = make_person(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    page = browsers.of(nora)
    make_in(page, "New laptop")
    expect(page.locator("[data-spoken]")).to_have_text(re.compile(r"^(\w+ ){7}\w+$"))
    DeskKey.objects.filter(label="New laptop").update(signing_public=sealing.ed25519_public(bytes(32)))
    page.goto(page.url.partition("?")[0])
    expect(page.locator("[data-spoken]")).to_contain_text("This browser did not make this key")


def test_tips_are_moved_to_a_new_key_and_the_old_one_is_taken_out(
    programme: Programme, browsers: Browsers
) -> None:
    luis, seed = person_with_key(programme, "Luis Amaro")
    actor = agencies.actor_for(person_id=luis.pk, agency_id=programme.agency.pk)
    tips = [send(programme, f"Tip {number}.")[0] for number in range(3)]
    new, new_seed = make_waiting_key(actor, label="Tablet")
    key_actions.add_statement(**signed("add", new, seed=programme.officer_seed), by=programme.officer)
    page = browsers.of(luis)
    expect(page.locator("body")).to_contain_text("3 tips open with “laptop” and not yet with “Tablet”")
    unlock(page)
    check_looks(page, "keys-moving")
    Keyboard(page).press("Move them")
    expect(page.locator("body")).to_contain_text("Your new key opens them now")
    assert all(opens(tip, new_seed) for tip in tips)
    unlock(page)
    Keyboard(page).press("Take out of use: Luis Amaro, laptop")
    expect(page.locator("body")).to_contain_text("Taken out.")
    assert not opens(tips[0], seed)
    assert opens(tips[0], new_seed)
    assert DeskKey.objects.get(fingerprint=fingerprint_of(seed)).status == DeskKey.Status.RETIRED
    assert browsers.complaints == []


def test_a_log_that_does_not_hold_is_told_and_nothing_is_signed(
    programme: Programme, browsers: Browsers
) -> None:
    luis, _seed = person_with_key(programme, "Luis Amaro")
    waiting, _waiting_seed = make_waiting_key(programme.officer, label="tablet")
    planted = signed("add", waiting, seed=programme.officer_seed)
    append(programme, Statement(**planted))  # approved by its own holder
    page = browsers.of(luis)
    expect(page.locator("#log-said")).to_contain_text("The list of keys does not hold")
    expect(page.locator("body")).to_contain_text("could not be verified")
    check_looks(page, "keys-alarm")
    before = KeyStatement.objects.count()
    unlock(page)
    Keyboard(page).press("The words are the same: approve", stays=True)
    expect(page.locator("form[data-sign=add] [role=status]")).to_contain_text("does not hold")
    assert KeyStatement.objects.count() == before
    assert browsers.complaints == []


def test_the_browser_remembers_root_and_log_and_tells_when_they_are_others(
    programme: Programme, browsers: Browsers
) -> None:
    luis, _seed = person_with_key(programme, "Luis Amaro")
    make_waiting_key(programme.officer, label="tablet")
    page = browsers.of(luis)
    expect(page.locator("[data-spoken]")).to_have_text(re.compile(r"^(\w+ ){7}\w+$"))
    page.evaluate(
        f"localStorage.setItem('hue-key-log-{programme.agency.pk}', JSON.stringify({{root: 'ff', seq: 1, digest: 'x'}}))"
    )
    page.reload()
    expect(page.locator("#log-said")).to_contain_text("The root of the programme is not the one")
    root = trust.trusted(programme.agency.pk).root
    assert root is not None
    page.evaluate(
        f"localStorage.setItem('hue-key-log-{programme.agency.pk}', JSON.stringify({{root: '{root.signing.hex()}', seq: 2, digest: 'x'}}))"
    )
    page.reload()
    expect(page.locator("#log-said")).to_contain_text("not the one this browser saw before")


def test_the_browser_gives_a_tip_new_keys_after_somebody_left(
    programme: Programme, browsers: Browsers
) -> None:
    luis, luis_seed = person_with_key(programme, "Luis Amaro")
    gone, gone_seed = person_with_key(programme, "Nora Vance")
    tip, filed = send(programme, "A grey van.")
    leave(agencies.actor_for(person_id=gone.pk, agency_id=programme.agency.pk), programme)
    keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    old_seed = opening.seed_of(tip, private=luis_seed)
    page = browsers.of(luis)
    done = page.evaluate(
        """async ([number, seedText]) => {
          const tools = await import("/static/desk/tips/page.js");
          const { openTipSeed, openLetter } = await import("/static/desk/tips/crypto.js");
          const { fromHex } = await import("/static/desk/bytes.js");
          const { renewIfAsked } = await import("/static/desk/tips/renew.js");
          const sealed = await tools.post(`/desk/tips/${number}/sealed/`);
          const seed = await openTipSeed(fromHex(seedText), sealed.wraps[0], sealed.id);
          const got = await renewIfAsked({ sealed, seed, post: tools.post, rekey: `/desk/tips/${number}/rekey/`, keylog: "/desk/tips/keys/log/" });
          const letter = await openLetter(got.seed, got.sealed.messages[0], sealed.id);
          return [sealed.renew, got.sealed.renew, letter.text];
        }""",
        [tip.number, luis_seed.hex()],
    )
    assert done == [True, False, "A grey van."]
    tip = Tip.objects.get(pk=tip.pk)
    assert (tip.renew, tip.generation) == (False, 1)
    assert opening.seed_of(tip, private=luis_seed) != old_seed
    for seed in (luis_seed, programme.officer_seed, programme.recovery_seed):
        assert opening.open_tip(tip, private=seed)[0].letter.text == "A grey van."
    assert not opens(tip, gone_seed)
    page_of_tipster = intake.return_to_dialogue(
        programme_id=programme.agency.pk, number=filed.number, code=filed.groups
    )
    assert [turn.text for turn in page_of_tipster.turns] == ["A grey van."]
    assert KeyWrap.objects.filter(tip=tip).count() == 3
    assert len(queries.sealing_keys(programme.agency.pk)) == 2


def test_the_browser_refuses_every_statement_that_python_refuses(
    programme: Programme, browsers: Browsers
) -> None:
    luis, luis_seed = person_with_key(programme, "Luis Amaro")
    good = trust.statements(programme.agency.pk)
    waiting, _waiting_seed = make_waiting_key(programme.officer, label="tablet")
    state = trust.trusted(programme.agency.pk).state
    assert state is not None
    fake = new_root()
    hour = "2026-11-22T09:00:00+00:00"
    own = signed("add", waiting, seed=programme.officer_seed)
    spelled = {"signing": bytes(waiting.signing_public).hex().upper()}
    wrong = [
        Statement(**own),  # its own holder's
        Statement(own["body"], bytes(64)),
        Statement(**signed("add", waiting, seed=sealing.new_seed())),
        Statement(own["body"].replace(b'"v":1', b'"v": 1'), own["signature"]),
        Statement(**signed("add", waiting, seed=luis_seed, **spelled)),
        Statement(**signed("remove", waiting, seed=luis_seed)),
        Statement(
            **signed(
                "remove",
                DeskKey.objects.get(fingerprint=fingerprint_of(luis_seed)),
                seed=luis_seed,
                reason="other",
            )
        ),
        keylog.begin(state, root=fake, hour=hour),
        keylog.hand_over(state, old=fake, new=fake.public, hour=hour),
        keylog.hand_over(
            state, old=ROOTS[programme.agency.pk], new=fake.public, hour=hour
        ),  # and no begin after it
        keylog.begin(replace(state, programme=state.programme + 1), root=fake, hour=hour),
        keylog.begin(replace(state, seq=state.seq + 1), root=fake, hour=hour),
        Statement(b"[" * 10_000, bytes(64)),
    ]
    chains = [good, *([*good, each] for each in wrong), good[1:], [good[0], *good[2:]], good[::-1]]
    right = Statement(**signed("add", waiting, seed=luis_seed))
    chains.append([*good, right])
    logs = [
        {
            "programme": programme.agency.pk,
            "statements": [
                {"body": b64encode(one.body).decode(), "signature": b64encode(one.signature).decode()}
                for one in chain
            ],
        }
        for chain in chains
    ]
    python = []
    for chain in chains:
        at = keylog.State(programme.agency.pk)
        try:
            for one in chain:
                at = keylog.step(at, one)
            python.append(len(at.keys))
        except keylog.Broken:
            python.append("log-broken")
    assert python.count("log-broken") == len(wrong) - 1 + 3
    assert browsers.of(luis).evaluate(LOGS, logs) == python
