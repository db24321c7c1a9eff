"""What is said about a request, as it is kept. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid

LONGEST_NOTE = 2000


def note_text(text: str) -> str:
    """What somebody says, stripped. Raises Invalid if it is nothing or too long."""
    words = text.strip().replace("\r\n", "\n").replace("\0", "")
    if not words:
        raise Invalid(_("Write what you want to say."), field="text")
    if len(words) > LONGEST_NOTE:
        raise Invalid(_("At most %d characters.") % LONGEST_NOTE, field="text")
    return words
