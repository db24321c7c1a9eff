"""The first walk: an appeal goes out, a tip comes back, and a stranger can check the record.

One installation as an operator starts it, a real Bluesky server, a real browser: the desk by keyboard
alone, the public side without scripts. On SQLite, and on PostgreSQL when the suite runs there.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.servers.pds import Pds, PdsAccount
from tests.servers.stack import Stack
from tests.walks.officer import Officer

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.pds, pytest.mark.xdist_group("walks")]
ALT = "Drawing of a red bicycle with a basket, leaning against a wall"
TIP = "A man from the fish stall sold such a bicycle on Sunday. <script>alert(1)</script>"
ANSWER = "Was the basket still on it?"
MORE = "Yes, and the bell was blue."
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


class Walk:
    """The people of the walk and the installation they walk through."""

    def __init__(self, stack: Stack, browser: Browser, pds: Pds, account: PdsAccount) -> None:
        self.stack, self.browser, self.pds, self.account = stack, browser, pds, account
        self.links = stack.init()
        stack.up()
        self.reader = browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en-GB"
        )
        self.checker = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()

    def officer(self, link: str, email: str) -> Officer:
        """Somebody joins by their link and signs in."""
        person = Officer(self.browser, self.stack, email=email)
        person.join(link)
        person.sign_in()
        return person

    def public(self, path: str) -> Page:
        """A page of the public side, scripts off."""
        page = self.reader.new_page()
        page.goto(self.stack.public + path)
        return page

    def accessible(self, page: Page, *, at: str = "") -> None:
        """Axe finds nothing. A page without scripts is looked at again by a browser that can run axe."""
        if at:
            self.checker.goto(self.stack.public + at)
            page = self.checker
        found = Axe().run(page, options=RULES).response["violations"]
        assert found == [], [(item["id"], page.url, item["nodes"][0]["html"]) for item in found]

    def accessible_everywhere(self, path: str) -> None:
        """A public page on a wide and a narrow screen, light and dark: axe finds nothing, nothing sticks out."""
        for width in (1440, 390):
            for scheme in ("light", "dark"):
                self.checker.set_viewport_size({"width": width, "height": 900})
                self.checker.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                self.accessible(self.checker, at=path)
                assert not self.checker.evaluate("document.documentElement.scrollWidth > innerWidth"), path


def picture(path: Path) -> Path:
    """A drawing with a place in its metadata, which must not come out on the other side."""
    image = Image.new("RGB", (1600, 1200), "#dfe8f1")
    draw = ImageDraw.Draw(image)
    draw.ellipse((300, 600, 700, 1000), outline="#13294b", width=30)
    draw.ellipse((900, 600, 1300, 1000), outline="#13294b", width=30)
    draw.line((500, 800, 760, 480, 1000, 480, 1100, 800), fill="#b3261e", width=40)
    exif = Image.Exif()
    exif[0x010E] = "canary-in-the-metadata"
    image.save(path, "JPEG", quality=90, exif=exif)
    return path


def status(address: str) -> int:
    """What an address answers; 0 if nobody listens."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:  # nobody listens
        return 0


def wait_until(what: str, condition: object, *, seconds: float = 30) -> None:
    """Wait for something that the worker does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what}")


def draft(author: Officer, stack: Stack, tmp_path: Path) -> str:
    """The author writes an appeal with a picture and submits it; returns its reference."""
    keys, page = author.keys, author.page
    page.goto(f"{stack.desk}/desk/appeals/")
    keys.press("New appeal")
    keys.choose("Did you see this", "Property")
    keys.write("Heading", "Have you seen this bicycle? Old Town, Sunday")
    keys.write("What happened", "A red bicycle was taken from the rack at Fish Steps on Sunday evening.")
    keys.write("What we ask", "Tell us if you have seen it or were offered it.")
    keys.write("Place", "Fish Steps, Old Town")
    keys.write("Purpose", "Find the bicycle and whoever took it.")
    keys.write("Necessity", "No camera covers the rack and nobody has come forward.")
    keys.write("Proportionality", "Only the bicycle is shown, for two months.")
    keys.reach("Review date")
    page.keyboard.type(f"0101{datetime.now(tz=UTC).year + 1}")
    keys.press("Save the draft")
    found = re.search(r"/appeals/(PE-[^/?]+)/", page.url)
    assert found, page.inner_text("main")
    reference = found.group(1)
    keys.attach("Picture", picture(tmp_path / "IMG_canary_name.jpg"))
    expect(page.locator("#pictures img")).to_have_count(1)
    keys.write("What is to be seen", ALT)
    keys.press("Save the words", stays=True)
    expect(page.locator(f"#pictures img[alt='{ALT}']")).to_have_count(1)
    keys.press(reference)
    keys.press("Submit for approval")
    return reference


def connect(admin: Officer, walk: Walk, server: str) -> None:
    """The administrator connects the agency's account on the real network."""
    admin.page.goto(f"{walk.stack.desk}/desk/accounts/connect/bluesky/")
    admin.keys.write("Name for it here", "Main account")
    admin.keys.write("Name on the channel", walk.account.handle)
    admin.keys.write("Server", server)
    admin.keys.write("App password", walk.account.app_password)
    walk.accessible(admin.page)
    admin.keys.press("Connect")


def test_the_first_walk(stack: Stack, browser: Browser, pds: Pds, tmp_path: Path) -> None:
    account = pds.create_account(f"pe{int(time.time()) % 10**8}.test")
    stack.environment["HUE_ALLOW_PRIVATE"] = pds.address
    walk = Walk(stack, browser, pds, account)

    # Two administrators set the house up: people, an account, the programme's coordinator.
    admin = walk.officer(walk.links["Hadley"], "moreau@port-ellery.example")
    author_link = admin.invite(name="Nora Vance", email="vance@port-ellery.example", roles=["Author"])
    approver_link = admin.invite(
        name="Imogen Castellane", email="castellane@port-ellery.example", roles=["Approver"]
    )
    connect(admin, walk, pds.url)
    programme_admin = walk.officer(walk.links["Ellis"], "thornbury@tips.example")
    coordinator_link = programme_admin.invite(
        name="Samira Quist", email="quist@tips.example", roles=["Tip coordinator"]
    )

    # The coordinator makes a key in the browser; being the first, it is approved with two shares of the root.
    coordinator = walk.officer(coordinator_link, "quist@tips.example")
    passphrase = make_key(coordinator, walk)
    assert status(f"{stack.public}/t/new/start") == 503
    assert "Approved" in stack.hue("tips", "approve", waiting_words(coordinator), *stack.two_shares())
    assert status(f"{stack.public}/t/new/start") == 200

    # An appeal goes out: written, approved by somebody else, published.
    author = walk.officer(author_link, "vance@port-ellery.example")
    reference = draft(author, stack, tmp_path)
    assert author.page.get_by_role("button", name="Approve").count() == 0
    approver = walk.officer(approver_link, "castellane@port-ellery.example")
    approver.page.goto(f"{stack.desk}/desk/appeals/{reference}/")
    walk.accessible(approver.page)
    approver.keys.press("Approve")
    author.page.goto(f"{stack.desk}/desk/appeals/{reference}/")
    author.keys.press("Publish")
    walk.accessible(author.page)
    author.keys.press("Publish now")
    walk.accessible(author.page)

    # It stands as files, and on the real network with link, card and alt text.
    page = walk.public(f"/appeals/{reference}/")
    assert page.locator("h1").inner_text() == "Have you seen this bicycle? Old Town, Sunday"
    assert page.locator("img").first.get_attribute("alt") == ALT
    walk.accessible(page, at=f"/appeals/{reference}/")
    media = [str(link.get_attribute("src")) for link in page.locator("img").all()]
    walk_post_is_up(walk, reference)
    for path in (
        "/",
        "/appeals/",
        f"/appeals/{reference}/",
        "/tell/",
        "/tips/how-it-works/",
        "/record/",
        "/none",
    ):
        walk.accessible_everywhere(path)

    for officer in (admin, programme_admin, coordinator, author, approver):
        officer.leaves_the_desk()
    everything_behind_is_dead(walk, [f"/appeals/{reference}/", *media, "/feed.atom", "/"])

    # A tip comes back, without scripts; the desk reads it and answers; the tipster reads the answer.
    number, words = tell(walk, page)
    read_and_answer(coordinator, walk, number, passphrase)
    thread = return_and_add(walk, number, words)
    assert ANSWER in thread
    coordinator.page.reload()
    unlock(coordinator, passphrase)
    expect(coordinator.page.locator("#thread li")).to_have_count(3)
    assert MORE in coordinator.page.inner_text("#thread")

    # Two shares of the root open it too; it comes down everywhere.
    assert TIP in stack.hue("tips", "open", number, *stack.two_shares())
    withdraw(approver, walk, reference, media)

    # A stranger checks the record.
    check_as_a_stranger(stack, tmp_path)
    for officer in (admin, programme_admin, coordinator, author, approver):
        officer.close()


def make_key(coordinator: Officer, walk: Walk) -> str:
    """Make a desk key by keyboard; returns the six words."""
    page, keys = coordinator.page, coordinator.keys
    page.goto(f"{walk.stack.desk}/desk/tips/keys/")
    walk.accessible(page)
    keys.write("Name of this key", "Office computer")
    keys.press("Make my key", stays=True)
    page.wait_for_selector("#step-words:visible")
    words = page.inner_text("#words")
    keys.write("Now type them", words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return words


def waiting_words(coordinator: Officer) -> str:
    """The eight words of the key that waits, as its holder reads them out."""
    place = coordinator.page.locator("[data-spoken]")
    expect(place).to_have_text(re.compile(r"^(\w+ ){7}\w+$"))
    return place.inner_text()


def walk_post_is_up(walk: Walk, reference: str) -> None:
    """The post is on the PDS once, with link, card and alt text."""
    wait_until("the post is on the network", lambda: walk.pds.posts(walk.account.did))
    posts = walk.pds.posts(walk.account.did)
    assert len(posts) == 1
    value = posts[0]["value"]
    shape = rf"{re.escape(walk.stack.public)}/l/[2-9a-z]{{7}}/appeals/{reference}/"
    address = re.search(shape, str(value))
    assert address, value
    assert status(address[0]) == 200  # the counted link leads to the appeal
    assert ALT in str(value), value


def everything_behind_is_dead(walk: Walk, paths: list[str]) -> None:
    """Public process, desk, worker and databases gone: the files answer, and the tip form says where else to go."""
    stack = walk.stack
    with stack.dead("public", "desk", "worker"), stack.databases_gone():
        assert [status(stack.public + path) for path in paths] == [200] * len(paths)
        page = walk.public("/t/new/start")
        assert "555 0199" in page.inner_text("main")
        assert status(f"{stack.public}/t/new/start") == 503
        walk.accessible(page, at="/t/new/start")
    wait_until("the tip form is back", lambda: status(f"{stack.public}/t/new/start") == 200)
    wait_until("the desk is back", lambda: status(f"http://127.0.0.1:{stack.desk_port}/") == 421)


def tell(walk: Walk, page: Page) -> tuple[str, str]:
    """A member of the public sends a tip from the appeal's page; returns number and words."""
    page.get_by_role("link", name="Send a tip", exact=True).click()
    assert page.title().startswith("Form")
    walk.accessible(page, at=page.url.removeprefix(walk.stack.public))
    page.get_by_label("What do you know?").fill(TIP)
    page.get_by_role("button", name="Send").click()
    number, words = page.locator("#number").inner_text(), page.locator("#words").inner_text()
    assert page.context.cookies() == []
    assert len(words.split()) == 8
    return number, words


def unlock(coordinator: Officer, passphrase: str) -> None:
    """Unlock the key in this page."""
    coordinator.keys.write("Your six words", passphrase)
    coordinator.keys.press("Unlock", stays=True)
    coordinator.page.wait_for_selector("#unlocked:visible")


def read_and_answer(coordinator: Officer, walk: Walk, number: str, passphrase: str) -> None:
    """The tip desk opens the tip and answers."""
    page = coordinator.page
    page.goto(f"{walk.stack.desk}/desk/tips/")
    unlock(coordinator, passphrase)
    coordinator.keys.reach(number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#thread li")
    assert TIP in page.inner_text("#thread")
    assert page.locator("#thread script").count() == 0
    walk.accessible(page)
    coordinator.keys.write("Your answer", ANSWER)
    coordinator.keys.press("Seal and send", stays=True)
    expect(page.locator("#thread li")).to_have_count(2)


def return_and_add(walk: Walk, number: str, words: str) -> str:
    """The tipster comes back with number and words, reads and adds; returns what the page showed."""
    page = walk.public("/t/back")
    walk.accessible(page, at="/t/back")
    page.get_by_label("Your number").fill(number)
    page.get_by_label("Your code").fill(words.upper())
    page.get_by_role("button", name="Open").click()
    thread = page.locator("#thread").inner_text()
    page.locator("textarea").fill(MORE)
    page.get_by_role("button", name="Send").click()
    assert MORE in page.locator("#thread").inner_text()
    return thread


def withdraw(approver: Officer, walk: Walk, reference: str, media: list[str]) -> None:
    """Withdrawn: every address answers 410 at once, and the post is deleted."""
    page = approver.page
    addresses = [f"{walk.stack.public}/appeals/{reference}/", *(walk.stack.public + item for item in media)]
    assert [status(address) for address in addresses] == [200] * len(addresses)
    page.goto(f"{walk.stack.desk}/desk/appeals/{reference}/")
    with walk.stack.dead("worker"):
        approver.keys.write("Reason", "The bicycle was found.")
        begun = time.monotonic()
        approver.keys.press("Withdraw now")
        assert [status(address) for address in addresses] == [410] * len(addresses)
        assert time.monotonic() - begun < 2
        walk.accessible(page)
        assert len(walk.pds.posts(walk.account.did)) == 1
    wait_until("the post is deleted", lambda: walk.pds.posts(walk.account.did) == [])
    for feed in ("/feed.atom", "/feed.json", "/sitemap.xml", "/appeals/"):
        with urllib.request.urlopen(walk.stack.public + feed, timeout=5) as answer:
            assert reference not in answer.read().decode()


def check_as_a_stranger(stack: Stack, tmp_path: Path) -> None:
    """A seal from the public site, a bundle from the agency, and the checker inside it."""
    stack.hue("records", "seal")
    stack.hue("site", "build")
    with urllib.request.urlopen(f"{stack.public}/record/main.txt", timeout=5) as answer:
        (tmp_path / "main.seal").write_bytes(answer.read())
    said = stack.hue("records", "verify")
    assert "main:" in said
    assert "tips:" in said
    stack.hue("records", "verify", "--against", str(tmp_path / "main.seal"))
    stack.hue("records", "export", "--out", str(tmp_path / "bundle.zip"), "--redact")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "bundle.zip").read_bytes())) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "bundle.zip", "--seal", "main.seal"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
