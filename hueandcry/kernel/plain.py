"""The text that a piece of HTML shows, for comparing what was sent with what a server shows."""

from __future__ import annotations

from html.parser import HTMLParser

LINES = frozenset({"p", "br", "div", "li"})


def plain(html: str) -> str:
    """The text of some HTML, with each run of spaces and line ends as one space."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - a name of the library
        """A line begins."""
        if tag in LINES:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Text."""
        self.parts.append(data)
