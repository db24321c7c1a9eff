"""The tip desk when things are not smooth: server gone, somebody faster, idle, undo, handing on, unlocking by passkey."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Route, expect
from pytest_django import Settings

from hueandcry.agencies import queries as agencies
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.tips import actions, opening, queries
from hueandcry.tips.models import KeyLock, Tip
from tests.desk.test_passkeys_browser import Holder, at_work
from tests.factories import make_actor, make_person
from tests.helpers_tips import PASSPHRASE, Programme, make_key, make_ready_programme, send

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    return make_ready_programme()


@pytest.fixture
def luis(programme: Programme) -> Person:
    person = make_person(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    make_key(agencies.actor_for(person_id=person.pk, agency_id=programme.agency.pk), label="Tablet")
    return person


@pytest.fixture
def officer(luis: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holder]:
    with at_work(luis, settings, monkeypatch) as holder:
        yield holder


def at_tip(officer: Holder, tip: Tip) -> None:
    """The tip, opened."""
    officer.go(f"/desk/tips/{tip.number}/")
    officer.unlock()
    officer.page.wait_for_selector("#thread li")


def test_a_passkey_unlocks_the_key_after_the_words_have_once(
    programme: Programme, luis: Person, officer: Holder
) -> None:
    tip, _filed = send(programme, "Grey van.")
    officer.add("Work laptop")
    at_tip(officer, tip)
    officer.keys.press("Unlock with my passkey next time", stays=True)
    expect(officer.page.locator("#lock-said")).to_contain_text("Next time your passkey")
    lock = KeyLock.objects.get()
    assert len(bytes(lock.wrapped)) == 60
    officer.page.reload()
    assert "Grey van." not in officer.page.content()
    officer.check_looks()
    officer.page.set_viewport_size({"width": 1440, "height": 900})
    officer.keys.press("Unlock with passkey", stays=True)
    expect(officer.page.locator("#thread")).to_contain_text("Grey van.")

    officer.go("/desk/me/")
    officer.keys.press("Remove")
    assert not KeyLock.objects.exists()  # a passkey that is gone opens no key either
    assert officer.complaints == []


def test_the_page_of_keys_is_unlocked_by_a_passkey_which_can_be_taken_off_there(
    programme: Programme, luis: Person, officer: Holder
) -> None:
    officer.add("Work laptop")
    officer.go("/desk/tips/keys/")
    page = officer.page
    take_out = page.locator("[data-sign=remove] button", has_text="Take out of use")
    expect(take_out).to_be_disabled()
    officer.keys.write("Your six words", PASSPHRASE)
    officer.keys.press("Unlock", stays=True)
    expect(take_out).to_be_enabled()
    officer.keys.press("Unlock with my passkey next time")
    expect(page.locator("main")).to_contain_text("Next time your passkey unlocks this key")

    officer.keys.press("Unlock with passkey", stays=True)
    expect(page.locator("#sign-said")).to_contain_text("Unlocked until you leave the page")
    expect(take_out).to_be_enabled()
    officer.check_looks()
    page.set_viewport_size({"width": 1440, "height": 900})
    officer.keys.press("Remove")
    expect(page.locator("main")).to_contain_text("That passkey no longer unlocks your key")
    expect(page.locator("#unlock-passkey")).to_have_count(0)
    assert not KeyLock.objects.exists()
    assert officer.complaints == []


def test_a_server_that_is_gone_takes_no_text_away_and_the_answer_is_kept_once(
    programme: Programme, luis: Person, officer: Holder
) -> None:
    tip, _filed = send(programme)
    at_tip(officer, tip)
    page = officer.page

    def lost(route: Route) -> None:
        """The answer arrives, but the desk's word for it does not."""
        sealed = base64.b64decode(json.loads(route.request.post_data or "")["sealed"])
        by = agencies.actor_for(person_id=luis.pk, agency_id=programme.agency.pk)
        actions.reply_to_tipster(number=tip.number, sealed=sealed, by=by)
        connections.close_all()  # this handler has connections of its own
        route.abort()

    page.route("**/reply/", lost)
    page.fill("#reply-text", "Was the car blue?")
    page.click("#reply-send")
    expect(page.locator("#reply-said")).to_contain_text("does not answer")
    assert page.input_value("#reply-text") == "Was the car blue?"
    page.unroute("**/reply/")
    page.click("#reply-send")
    expect(page.locator("#reply-said")).to_contain_text("went on while you were writing")
    page.click("#send-anyway")
    expect(page.locator("#thread li")).to_have_count(2)
    assert tip.messages.count() == 2
    assert page.input_value("#reply-text") == ""


def test_somebody_who_was_faster_is_seen_before_the_answer_goes(
    programme: Programme, officer: Holder
) -> None:
    tip, _filed = send(programme)
    at_tip(officer, tip)
    page = officer.page
    page.fill("#reply-text", "Which car?")
    sealed = opening.seal_reply(tip, text="Was it grey?")
    actions.reply_to_tipster(number=tip.number, sealed=sealed, by=programme.officer)
    page.click("#reply-send")
    expect(page.locator("#reply-said")).to_contain_text("went on while you were writing")
    assert tip.messages.count() == 2
    officer.check_looks()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.click("#see-stale")
    expect(page.locator("#thread")).to_contain_text("Was it grey?")
    assert page.input_value("#reply-text") == "Which car?"
    page.click("#reply-send")
    expect(page.locator("#thread li")).to_have_count(3)


def test_a_status_is_undone_with_u(programme: Programme, officer: Holder) -> None:
    tip, _filed = send(programme)
    at_tip(officer, tip)
    officer.page.keyboard.press("t")
    expect(officer.page.locator("[data-fill=label]")).to_have_text("Being worked on")
    expect(officer.page.locator("[data-fill=taken_by]")).to_have_text("Luis Amaro")
    officer.page.keyboard.press("u")
    expect(officer.page.locator("[data-fill=label]")).to_have_text("New")
    officer.keys.press("Close", stays=True)
    expect(officer.page.locator("[data-fill=label]")).to_have_text("Closed")
    officer.page.keyboard.press("u")
    expect(officer.page.locator("[data-fill=label]")).to_have_text("New")
    assert Tip.objects.get().taken_by == ""


def test_keys_lead_through_the_list_into_a_dialogue_and_back(programme: Programme, officer: Holder) -> None:
    texts = {send(programme, text)[0].number: text for text in ("The one.", "The other.")}
    page = officer.page
    officer.go("/desk/tips/")
    officer.unlock()
    page.wait_for_selector("#unlocked:visible")
    first, second = (row.get_attribute("data-number") for row in page.locator("#tips li").all())
    page.locator("#tips a").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text(texts[str(second)])
    page.keyboard.press("q")
    assert page.evaluate("document.activeElement.id") == "reply-text"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector("#tip", state="hidden")
    assert page.url.endswith("/desk/tips/?status=new")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text(texts[str(first)])
    page.go_back()
    page.wait_for_selector("#tip", state="hidden")
    assert officer.complaints == []


def test_after_a_quarter_of_an_hour_the_page_locks_and_keeps_the_draft_sealed(
    programme: Programme, officer: Holder
) -> None:
    tip, _filed = send(programme, "Grey van.")
    page = officer.page
    page.clock.install()
    at_tip(officer, tip)
    page.fill("#reply-text", "Half a sentence")
    page.clock.fast_forward("14:00")
    assert "Grey van." in page.inner_text("#thread")
    page.clock.fast_forward("02:00")
    page.wait_for_selector("#locked:visible")
    expect(page.locator("#lock-said")).to_contain_text("15 minutes")
    assert "Grey van." not in page.content()
    assert page.input_value("#reply-text") == ""
    officer.unlock()
    expect(page.locator("#thread")).to_contain_text("Grey van.")
    expect(page.locator("#reply-text")).to_have_value("Half a sentence")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_tip_is_given_to_a_colleague_alone(programme: Programme, officer: Holder) -> None:
    nora = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    tip, _filed = send(programme, "Grey van.")
    seed = make_key(nora)
    at_tip(officer, tip)
    page = officer.page
    page.select_option("#give-to", label="Nora Vance")
    page.check("#give-only")
    officer.keys.press("Give", stays=True)
    page.wait_for_selector("#not-mine:visible")
    assert "Nora Vance" in page.inner_text("#sharers")
    assert "Nora Vance" in page.inner_text("[data-fill=taken_by]")
    assert opening.open_tip(tip, private=seed)[0].letter.text == "Grey van."
    assert not queries.tip_line(actor=programme.officer, number=tip.number).has_my_key
    assert officer.complaints == []


def test_a_session_that_ended_meanwhile_keeps_the_text(
    programme: Programme, luis: Person, officer: Holder
) -> None:
    tip, _filed = send(programme)
    at_tip(officer, tip)
    officer.page.fill("#reply-text", "Which car?")
    luis.sittings.all().delete()
    officer.page.click("#reply-send")
    expect(officer.page.locator("#reply-said")).to_contain_text("You are signed out")
    assert officer.page.input_value("#reply-text") == "Which car?"


def test_a_colleague_who_took_it_first_is_named(programme: Programme, officer: Holder) -> None:
    tip, _filed = send(programme)
    at_tip(officer, tip)
    actions.take_tip(number=tip.number, by=programme.officer)
    officer.keys.press("Take it", stays=True)
    expect(officer.page.locator("#tip-said")).not_to_be_empty()
    expect(officer.page.locator("[data-fill=taken_by]")).to_have_text("Samira Quist")
    assert Tip.objects.get().taken_by == programme.officer.ref


def test_the_list_comes_anew_by_itself_and_keeps_the_open_tip_marked(
    programme: Programme, officer: Holder
) -> None:
    tip, _filed = send(programme, "The first.")
    officer.page.clock.install()
    at_tip(officer, tip)
    send(programme, "The second.")
    officer.page.clock.fast_forward("00:31")
    expect(officer.page.locator("#tips li")).to_have_count(2)
    expect(officer.page.locator(".hc-row--chosen")).to_have_attribute("data-number", tip.number)
    other = officer.page.locator("#tips li:not(.hc-row--chosen) a")
    other.click()
    expect(officer.page.locator("#thread")).to_contain_text("The second.")


def test_the_first_load_brings_no_crypto(programme: Programme, officer: Holder) -> None:
    tip, _filed = send(programme)
    asked: list[str] = []
    officer.page.on("request", lambda request: asked.append(request.url.partition("/static/")[2]))
    officer.go(f"/desk/tips/{tip.number}/")
    officer.page.wait_for_load_state("networkidle")
    assert not [name for name in asked if "hpke" in name or "crypto" in name]
    assert len([name for name in asked if name.partition("?")[0].endswith(".js")]) == 2
