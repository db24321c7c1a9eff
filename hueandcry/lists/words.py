"""What people text to us, and what they are answered (CTIA messaging principles: STOP, HELP, opt-in). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from hueandcry.kernel.text import plain


class Word(StrEnum):
    """What a text message asks for."""

    JOIN = "join"
    YES = "yes"
    STOP = "stop"
    HELP = "help"
    OTHER = "other"


# Carriers ask for these in capitals; people write them anyhow. French and Spanish beside English.
WORDS = {
    Word.JOIN: {"join", "start", "subscribe", "unstop", "inscription", "alta"},
    Word.YES: {"yes", "y", "oui", "si"},
    Word.STOP: {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "arret", "alto", "baja"},
    Word.HELP: {"help", "info", "aide", "ayuda"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """A text message understood. area: the slug it named, if any."""

    word: Word
    area: str = ""

    def answer(self, *, agency: str, phone: str, areas: Sequence[tuple[str, str]]) -> str:
        """What to send back; "" for nothing, so that two machines never talk with each other for ever."""
        if self.word == Word.JOIN:
            place = dict(areas).get(self.area, "") or _("everywhere")
            return _(
                "%(agency)s: urgent messages and advice for %(place)s. Reply YES within 48 hours to get them. Fees of your carrier may apply. HELP for help, STOP to end."
            ) % {"agency": agency, "place": place}
        if self.word == Word.YES:
            return _(
                "%(agency)s: thank you. If you asked to join in the last 48 hours you are on the list now. STOP ends it."
            ) % {"agency": agency}
        if self.word == Word.STOP:
            return _("%(agency)s: you are off the list and get no more messages. JOIN brings you back.") % {
                "agency": agency
            }
        if self.word == Word.HELP:
            return _(
                "%(agency)s: JOIN, or JOIN and your area, to get messages. STOP to end. Not read around the clock. %(phone)s"
            ) % {
                "agency": agency,
                "phone": phone,
            }
        return ""


def read_word(text: str, areas: Sequence[tuple[str, str]]) -> Heard:
    """What a text message asks for. areas: (slug, name), any beginning of a name will do."""
    said = re.sub(r"[^\w\s-]", " ", plain(text)[:160]).split()
    whole = " ".join(said)
    for word in (Word.STOP, Word.HELP, Word.YES):
        if whole in WORDS[word] or (word == Word.STOP and said[:1] == ["stop"]):
            return Heard(word)
    if said and said[0] in WORDS[Word.JOIN]:
        named = " ".join(said[1:])
        found = [
            slug
            for slug, name in areas
            if named and (slug.startswith(named.replace(" ", "-")) or plain(name).startswith(named))
        ]
        return Heard(Word.JOIN, found[0] if len(found) == 1 else "")
    return Heard(Word.OTHER)
