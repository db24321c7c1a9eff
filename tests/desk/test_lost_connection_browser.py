"""The desk in a real Chromium while the server is away: every question that fails says so, and can be asked again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Page, Route, expect, sync_playwright

from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.assets.models import Asset
from hueandcry.channels.models import Account
from hueandcry.kernel import blobs
from hueandcry.posts.models import Post
from tests.desk_client import HOST, at_desk
from tests.factories import make_person
from tests.factories_appeals import Team, picture
from tests.helpers_tips import Programme, make_ready_programme, send
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    return make_ready_programme()


@pytest.fixture
def officer(programme: Programme) -> Person:
    return make_person(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")


@contextmanager
def browser_of(person: Person) -> Iterator[Page]:
    """A browser of this person's; `page.goto` takes a path."""
    cookie = at_desk(person).cookies["hue_desk"].value
    with desk_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(base_url=f"http://{HOST}:{port}")
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        yield context.new_page()
        connections.close_all()
        browser.close()


@pytest.fixture(autouse=True)
def _with_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def page(officer: Person) -> Iterator[Page]:
    with browser_of(officer) as page:
        yield page


def away(route: Route) -> None:
    """The server does not answer."""
    route.abort("connectionrefused")


def busy(route: Route) -> None:
    """What stands before the desk answers in its place, such as during an upgrade."""
    route.fulfill(
        status=503, content_type="text/html", body="<!doctype html><title>Later</title><h1>Later</h1>"
    )


def test_search_says_that_the_desk_did_not_answer_and_not_that_nothing_was_found(page: Page) -> None:
    page.goto("/desk/")
    page.route("**/desk/find/**", away)
    page.keyboard.press("Control+k")
    page.keyboard.type("zeppelin")
    expect(page.locator("#found-said")).to_have_text("The desk did not answer. Try again in a moment.")
    page.unroute("**/desk/find/**")
    page.keyboard.type("s")
    expect(page.locator("#found-said")).to_contain_text("Nothing found.")


def test_search_says_that_one_is_signed_out(page: Page) -> None:
    page.goto("/desk/")
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    page.keyboard.type("tips")
    expect(page.locator("#found-said")).to_contain_text("You are signed out.")


def test_a_list_that_comes_anew_by_itself_goes_on_after_an_upgrade(page: Page, programme: Programme) -> None:
    page.clock.install()
    page.goto("/desk/tips/")
    expect(page.locator("#tips")).to_contain_text("No new tips.")
    page.route(re.compile(r"/desk/tips/\?status"), busy)
    with page.expect_response(lambda answer: answer.status == 503):
        page.clock.run_for(31_000)
    page.unroute(re.compile(r"/desk/tips/\?status"))
    send(programme)
    for _minute in range(20):  # the page sets its next minute when it has read the refusal, whenever that is
        page.clock.run_for(61_000)
        page.wait_for_timeout(100)
        if page.locator("#tips [data-number]").count():
            break
    expect(page.locator("#tips [data-number]")).to_have_count(1)


def test_a_key_can_be_made_once_the_desk_answers_again(page: Page) -> None:
    page.goto("/desk/tips/keys/")
    page.route("**/words-en.txt", away)
    page.click("#make")
    expect(page.locator("#said")).to_have_text(
        "The desk does not answer, so nothing was sent. Try again in a moment."
    )
    page.unroute("**/words-en.txt")
    page.click("#make")
    expect(page.locator("#words")).to_have_text(re.compile(r"^([a-z]+ ){5}[a-z]+$"))
    expect(page.locator("#said")).to_be_hidden()


def test_no_words_are_written_down_for_a_key_without_a_name(page: Page) -> None:
    page.goto("/desk/tips/keys/")
    page.fill("[name=label]", " ")
    page.click("#make")
    expect(page.locator("[name=label]")).to_be_focused()
    expect(page.locator("#step-words")).to_be_hidden()


def test_a_passkey_that_cannot_be_asked_for_says_why(page: Page) -> None:
    page.goto("/desk/me/passkeys/new/")
    page.route("**/desk/me/passkeys/ask/", away)
    page.click("text=Make the passkey")
    said = page.locator("[data-passkey-said]")
    expect(said).to_have_text("The desk does not answer, so nothing was changed. Try again in a moment.")


def test_whoever_is_signed_out_while_writing_is_told_and_the_preview_stays(transactional_db: None) -> None:
    team = Team()
    draft = team.draft(title="A violin left in a taxi")
    with browser_of(make_person(team.agency, Role.AUTHOR, name="Pat Doe")) as page:
        page.goto(f"/desk/appeals/{draft.reference}/edit/")
        inside = page.frame_locator("#page-preview").locator("body")
        expect(inside).to_contain_text("A violin left in a taxi")
        page.context.clear_cookies(name="hue_desk")
        with page.expect_response(lambda answer: "/desk/sign-in/" in answer.url):  # the preview was led there
            page.fill("[name=title]", "A cello left in a taxi")
        expect(page.locator("#kept-said")).to_contain_text("you are not signed in any more")
        expect(inside).to_contain_text("A violin left in a taxi")
        expect(inside).not_to_contain_text("Sign in")
        page.route("**/words/", lambda route: route.fulfill(status=409, body="{}"))
        page.fill("[name=title]", "A viola left in a taxi")
        expect(page.locator("#kept-said")).to_contain_text("Not kept: the desk refused it.")
        page.on("dialog", lambda dialog: dialog.accept())


def crop_by_hand(page: Page, post: Post) -> None:
    """Only the middle of its picture, by mouse and arrow keys; the frame and the numbers say the same. Then a point in it."""
    Post.objects.filter(pk=post.pk).update(status="draft")
    number = post.pictures[0]["asset"]
    page.goto(f"/desk/compose/{post.pk}/")
    page.click(f"#crop-{number} summary")
    frame = page.locator(f"#crop-{number} .hc-crop__frame")
    page.fill(f"#crop-{number}-width", "50")
    page.fill(f"#crop-{number}-height", "50")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown"):
        frame.press(key)
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2)  # by half of its width
    page.mouse.up()
    page.click(f"[value='crop:{number}']")
    expect(page.locator(f"[value='whole:{number}']")).to_have_count(1)
    left, *rest = Post.objects.get(pk=post.pk).pictures[0]["crop"]["part"]
    assert (round(left, -3), rest) == (3000, [100, 5000, 5100])
    page.click(f"#crop-{number} summary")
    for key in ("ArrowRight", "Shift+ArrowUp"):
        page.locator(f"#crop-{number} .hc-point__dot").press(key)
    page.click(f"[value='focus:{number}']")
    expect(page.locator("body")).to_contain_text("keep this point in view")
    assert Post.objects.get(pk=post.pk).pictures[0]["focus"] == "5100,4500"


def answers_once(page: Page, status: int, body: str) -> None:
    """The next note is sent, if the status says so, and this is what the page hears."""
    page.evaluate(
        """([status, body]) => {
          const real = window.fetch;
          window.fetch = async (...given) => {
            window.fetch = real;
            if (status === 200) await real(...given);
            return new Response(body, { status });
          };
        }""",
        [status, body],
    )


def send_until(page: Page, there: str) -> None:
    """What waits is tried again, as when the network comes back, until this is so."""
    page.wait_for_function(f"() => {there} || void dispatchEvent(new Event('online'))", polling=200)


def the_answer_is_cut_short_or_no(page: Page) -> None:
    """What was taken in is not taken for refused; what was refused can be changed, and nothing written is lost."""
    answers_once(page, 200, '{"said": "Going')  # taken in, but the answer was cut short
    page.fill("#scene-text", "Dock Street is closed.")
    page.click("#scene-keep")
    expect(page.locator("#scene-notes")).to_contain_text("Waits for the network")
    expect(page.locator("#scene-stand")).to_contain_text("No connection to the desk.")
    send_until(page, "document.querySelectorAll('#scene-sent li').length === 2")
    assert Post.objects.count() == 2  # the same key: not a second time
    answers_once(page, 422, '{"sentence": "Not like this."}')
    page.fill("#scene-text", "Quay Road is closed.")
    page.click("#scene-keep")
    send_until(page, "document.querySelector('#scene-notes').textContent.includes('Not like this.')")
    page.fill("#scene-text", "Words of a second note")
    page.click("#scene-notes button:has-text('Change')")
    expect(page.locator("#scene-text")).to_have_value("Quay Road is closed.")
    expect(page.locator("#scene-notes")).to_contain_text("Words of a second note")
    page.reload()  # neither is lost with the page
    expect(page.locator("#scene-text")).to_have_value("Quay Road is closed.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#scene-notes li:has-text('Words of a second note') button:has-text('Throw away')")
    expect(page.locator("#scene-waiting")).to_be_hidden()


def test_what_is_written_at_the_scene_waits_for_the_network_and_is_sent_once(transactional_db: None) -> None:
    team = Team()
    account = team.account()
    Account.objects.update(mode="free")
    rosa = make_person(team.agency, Role.AUTHOR, name="Rosa Lindqvist")
    with browser_of(rosa) as page:
        page.goto("/desk/scene/")
        expect(page.locator("#scene-who")).to_contain_text("Rosa Lindqvist")
        page.wait_for_function(
            "caches.keys().then((all) => all.some((name) => name.startsWith('hue-scene-')))"
        )
        page.wait_for_function(
            "navigator.serviceWorker.ready.then((kept) => kept.active?.state === 'activated')"
        )
        page.context.set_offline(True)
        page.reload()  # the page opens without a network
        expect(page.locator("#scene-stand")).to_contain_text("No connection to the desk.")
        page.set_input_files(
            "#scene-camera", {"name": "lane.jpg", "mimeType": "image/jpeg", "buffer": picture(900, 600)}
        )
        page.fill("#alt-0", "A lane without cars")
        page.check("#scene-ours")
        page.fill("#scene-text", "Mill Lane is closed both ways.")
        page.click("#scene-where summary")
        page.check(f"#account-{account.pk}")
        page.click("#scene-go")
        page.click("#scene-yes")
        expect(page.locator("#scene-waiting-title")).to_have_text("Waiting for the network: 1")
        assert not Post.objects.exists()
        page.reload()  # and what waits outlives the page
        expect(page.locator("#scene-notes")).to_contain_text("Mill Lane is closed both ways.")
        page.context.set_offline(False)
        expect(page.locator("#scene-sent")).to_contain_text("Going out.")
        expect(page.locator("#scene-waiting")).to_be_hidden()
        post = Post.objects.order_by("pk")[0]
        assert (post.text, post.status) == ("Mill Lane is closed both ways.", "announced")
        the_answer_is_cut_short_or_no(page)
        kept = blobs.read(Asset.objects.get().digest)
        assert b"SECRET-PLACE" not in kept  # the place was cut out before it left the phone
        crop_by_hand(page, post)
        page.goto("/desk/")
        page.click("summary:has-text('Rosa Lindqvist')")
        page.click("#sign-out button")
        page.wait_for_url("**/desk/sign-in/**")
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        assert page.evaluate("caches.keys().then((all) => all.length)") == 0
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
