"""The counter counts: each kind of violation, provoked on purpose in a real Chromium, is seen and named."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hueandcry.desk.headers import POLICY
from hueandcry.kernel.headers import CONTENT_SECURITY_POLICY
from tests.walks.conftest import FLAGS, chromium
from tests.walks.watching import Watch

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ROOT = Path(__file__).resolve().parents[2]
EMPTY = "<!doctype html><html lang=en><title>x</title><p id=p>x</p>"
SCRIPT = EMPTY + '<script src="/own.js"></script>'


class Pages(BaseHTTPRequestHandler):
    """Serves the page of the running test under its policy, and one script."""

    page, policy, script = "", "", ""

    def do_GET(self) -> None:
        is_script = self.path == "/own.js"
        body = (Pages.script if is_script else Pages.page).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
        self.send_header("Content-Security-Policy", Pages.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()


def visit(
    chrome: Browser, address: str, *, page: str, policy: str, script: str = "", scripts: bool = True
) -> Page:
    Pages.page, Pages.policy, Pages.script = page, policy, script
    opened = chrome.new_context(java_script_enabled=scripts).new_page()
    opened.goto(address)
    return opened


def wait_for(page: Page, watch: Watch, named: str, *, times: int = 1) -> None:
    """The reports come from another process: listen until so many are there, then count them off."""
    for _ in range(200):
        if sum(named in one for one in watch.seen) >= times:
            break
        page.wait_for_timeout(50)
    found = watch.take()
    assert any(named in one for one in found), found


FROM_ELSEWHERE = EMPTY + "<img src='http://127.0.0.1:9/x.png'>"
INTO_THE_PAGE = "document.getElementById('p').innerHTML = '<b>x</b>'"
CALLS_HOME = "fetch('http://127.0.0.1:9/').catch(() => 0)"
PUBLIC = CONTENT_SECURITY_POLICY
PROVOKED = {  # page, policy, script, what the report names
    "inline script at the desk": (EMPTY + "<script>1</script>", POLICY, "", "script-src"),
    "inline handler": (EMPTY + "<p onclick='1'>x", POLICY, "", "script-src"),
    "inline style": (EMPTY + "<p style='color:red'>x", POLICY, "", "style-src"),
    "public style": (EMPTY + "<style>p{}</style>", PUBLIC, "", "style-src"),
    "own script on a public page": (SCRIPT, PUBLIC, "1", "script-src"),
    "frame": (EMPTY + "<iframe src='http://127.0.0.1:9/'></iframe>", POLICY, "", "frame-src"),
    "plug-in": (EMPTY + "<object data='/x'></object>", POLICY, "", "object-src"),
    "picture from elsewhere": (FROM_ELSEWHERE, PUBLIC, "", "img-src"),
    "text into the page": (SCRIPT, POLICY, INTO_THE_PAGE, "require-trusted-types-for"),
    "text as code": (SCRIPT, POLICY, "setTimeout('1', 0)", "require-trusted-types-for"),
    "a policy of one's own": (SCRIPT, POLICY, "trustedTypes.createPolicy('x', {})", "trusted-types"),
    "calls home": (SCRIPT, POLICY, CALLS_HOME, "connect-src"),
    "uncaught error": (SCRIPT, POLICY, "null.x", "uncaught: "),
    "uncaught promise": (SCRIPT, POLICY, "Promise.reject(new Error('lost'))", "uncaught: "),
}


@pytest.mark.parametrize("case", PROVOKED)
def test_what_is_provoked_is_counted_and_named(
    chrome: Browser, address: str, watch: Watch, case: str
) -> None:
    page, policy, script, named = PROVOKED[case]
    opened = visit(chrome, address, page=page, policy=policy, script=script)
    wait_for(opened, watch, named)


def test_a_page_without_scripts_is_watched_too(chrome: Browser, address: str, watch: Watch) -> None:
    page = visit(
        chrome, address, page=EMPTY + "<p style='color:red'>x", policy=CONTENT_SECURITY_POLICY, scripts=False
    )
    wait_for(page, watch, "style-src")


def test_a_page_that_keeps_its_policy_is_counted_nothing(chrome: Browser, address: str, watch: Watch) -> None:
    page = visit(chrome, address, page=SCRIPT, policy=POLICY, script="document.title = 'y'")
    page.wait_for_timeout(200)
    assert watch.seen == []


def test_a_page_opened_by_the_browser_itself_is_watched_too(
    chrome: Browser, address: str, watch: Watch
) -> None:
    Pages.page, Pages.policy = EMPTY + "<script>1</script>", POLICY
    page = chrome.new_page()
    page.goto(address)
    wait_for(page, watch, "script-src", times=2)  # by the console and by an event
    page.close()


BAD = """
from playwright.sync_api import sync_playwright
from tests.walks.conftest import FLAGS, chromium

def open_page(text):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        page.goto("data:text/html," + text)
        page.wait_for_timeout(150)
        browser.close()

def test_one(): open_page("<meta http-equiv=content-security-policy content='script-src none'><script>1</script>")
def test_two(): open_page("<p>fine")
"""


def test_the_test_in_which_it_happened_fails_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(BAD)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider", "-p", "tests.walks.watching",
         "-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path / "test_inner.py")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "ERROR" in done.stdout
    assert "::test_one" in done.stdout
    assert "script-src" in done.stdout
    assert "2 passed, 1 error" in done.stdout
