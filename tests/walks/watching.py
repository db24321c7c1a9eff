"""What every browser of every test is watched for: a refusal by the page's policy, an error nobody caught.

Loaded once for the whole run (tests/conftest.py). Whatever way a test opens its browser, each context tells this
file; the test that was running fails and the violation is named. Nothing needs to be asked for.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError, expect

expect.set_options(timeout=60_000)  # a ceiling for a busy machine, not a wait

OF_THE_POLICY = re.compile(
    r"content security policy|content-security-policy|trusted ?types?\b|TrustedHTML|TrustedScript|permissions policy",
    re.IGNORECASE,
)
BINDING = "hueSawViolation"
# Runs before any script of any page and frame; the page's own policy does not touch it.
LISTEN = f"""document.addEventListener("securitypolicyviolation", (seen) => window.{BINDING}?.({{
  directive: seen.effectiveDirective, blocked: seen.blockedURI, sample: seen.sample, at: seen.documentURI,
}}), true);"""


@dataclass
class Watch:
    """What was seen since the running test began. `expecting` is for tests that provoke it."""

    seen: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)  # weak references

    def watch(self, context: BrowserContext) -> None:
        """Listen to a context from now on, and to every page it opens."""
        if any(known() is context for known in self.contexts):
            return
        self.contexts = [*(known for known in self.contexts if known()), weakref.ref(context)]
        context.on("console", self._hear)
        context.on("weberror", self._catch)
        context.expose_binding(BINDING, self._violated)
        context.add_init_script(LISTEN)

    def take(self) -> list[str]:
        """What was seen until now, which then no longer counts against the test."""
        found, self.seen = self.seen, []
        return found

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and OF_THE_POLICY.search(said.text):
            self._note(f"console: {said.text}")

    def _catch(self, error: WebError) -> None:
        self._note(f"uncaught: {error.error}")

    def _violated(self, _source: dict[str, Any], what: dict[str, str]) -> None:
        self._note(
            f"violation: {what['directive']} refused {what['blocked']} {what['sample']} at {what['at']}"
        )

    def _note(self, text: str) -> None:
        if text not in self.seen:
            self.seen.append(text)


WATCH = Watch()


def also_watched(make: Callable[..., Any]) -> Callable[..., Any]:
    """Browser.new_context or Browser.new_page, telling WATCH of what it made."""

    @wraps(make)
    def made(browser: Browser, *args: Any, **options: Any) -> Any:
        found: BrowserContext | Page = make(browser, *args, **options)
        WATCH.watch(found.context if isinstance(found, Page) else found)
        return found

    return made


@pytest.fixture(scope="session", autouse=True)
def _browsers_are_watched() -> Iterator[None]:
    """From the first test to the last, no context is opened unwatched."""
    kept = Browser.new_context, Browser.new_page
    Browser.new_context = also_watched(Browser.new_context)  # type: ignore[method-assign]
    Browser.new_page = also_watched(Browser.new_page)  # type: ignore[method-assign]
    yield
    Browser.new_context, Browser.new_page = kept  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    """Fails the test in which a page broke its policy or left an error uncaught."""
    WATCH.take()
    yield WATCH
    found = WATCH.take()
    assert not found, "In the browser of this test:\n" + "\n".join(found)
