"""Words that somebody typed, as they are kept: without what no database takes, filled in, and not too long."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid


def one_line(text: str) -> str:
    """The text in one line, with single spaces and without NUL, which PostgreSQL does not take."""
    return " ".join(text.replace("\0", "").split())


def paragraphs(text: str) -> str:
    """The text with its lines, stripped, without NUL and without a browser's carriage returns."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def filled(words: str, *, field: str, longest: int, empty: str = "") -> str:
    """The words, if there are some and at most `longest` characters. Raises Invalid; empty: its sentence if there are none."""
    if not words:
        raise Invalid(empty or _("Fill this in."), field=field)
    return fitting(words, field=field, longest=longest)


def fitting(words: str, *, field: str, longest: int) -> str:
    """The words, also none, if they are at most `longest` characters. Raises Invalid."""
    if len(words) > longest:
        raise Invalid(_("At most %d characters.") % longest, field=field)
    return words
