"""What is said about a request, as it is kept. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.kernel.given import filled, paragraphs

LONGEST_NOTE = 2000


def note_text(text: str) -> str:
    """What somebody says, stripped. Raises Invalid if it is nothing or too long."""
    return filled(
        paragraphs(text), field="text", longest=LONGEST_NOTE, empty=_("Write what you want to say.")
    )
