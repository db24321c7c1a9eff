"""Work the desk by keyboard alone: reach things by their names with Tab, as a person without a mouse does."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as NoAnswer

NAME_OF_FOCUS = """() => {
  const el = document.activeElement;
  if (!el || el === document.body) return '';
  const byId = (el.getAttribute('aria-labelledby') || '').split(/\\s+/).filter(Boolean)
    .map(id => document.getElementById(id)?.textContent || '').join(' ');
  const label = el.labels && el.labels.length ? el.labels[0].textContent : '';
  const own = ['INPUT', 'TEXTAREA', 'SELECT'].includes(el.tagName) ? '' : el.textContent;
  const value = el.tagName === 'INPUT' && ['submit', 'button'].includes(el.type) ? el.value : '';
  return (el.getAttribute('aria-label') || byId || label || own || value).replace(/\\s+/g, ' ').trim();
}"""


def begins(found: str, name: str) -> bool:
    """True if the name found begins with these whole words: “Approve” is not “Approved 3”."""
    rest = found.lower().removeprefix(name.lower())
    return rest != found.lower() and not rest[:1].isalnum()


class Keyboard:
    """Keys on one page. Nothing here clicks or fills by selector."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str, *, most: int = 120) -> None:
        """Press Tab until the thing that begins with `name` has the focus."""
        seen = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            found = str(self.page.evaluate(NAME_OF_FOCUS))
            if begins(found, name):
                return
            seen.append(found)
        raise AssertionError(
            f"Tab never reached “{name}” on {self.page.url}; it reached: {[s for s in seen if s][:60]}"
        )

    def write(self, name: str, text: str) -> None:
        """Reach a field and type into it, in place of what is there."""
        self.reach(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def press(self, name: str, *, stays: bool = False) -> None:
        """Reach a link or button and press Enter; wait for the page that follows, unless it `stays`."""
        self.reach(name)
        if stays:
            self.page.keyboard.press("Enter")
            return
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        """Reach a box and tick it."""
        self.reach(name)
        self.page.keyboard.press("Space")

    def attach(self, name: str, path: Path) -> None:
        """Reach a file field, open its dialogue with the space bar and choose a file.

        A busy browser sometimes swallows the first press; a person presses again.
        """
        self.reach(name)
        for _ in range(3):
            try:
                with self.page.expect_file_chooser(timeout=8000) as chooser:
                    self.page.keyboard.press("Space")
            except NoAnswer:
                continue
            chooser.value.set_files(path)
            return
        raise AssertionError(f"“{name}” opened no dialogue")

    def choose(self, first: str, wanted: str) -> None:
        """Reach a group of radio buttons by its first, then go down with the arrow key to the one wanted."""
        self.reach(first)
        for _ in range(30):
            if begins(str(self.page.evaluate(NAME_OF_FOCUS)), wanted):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no choice “{wanted}” after “{first}”")
