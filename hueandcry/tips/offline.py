"""Recovery keys of 24 words, from before programmes had a root: they keep opening the tips sealed to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import sealing
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import codes, opening, passphrase
from hueandcry.tips.envelope import Direction
from hueandcry.tips.models import Tip


def read_key_file(path: Path) -> bytes:
    """The private key of a recovery key file. Raises Invalid with a sentence."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_("%(path)s cannot be read.") % {"path": path}) from error
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    return passphrase.seed_from_paper(" ".join(rows))


def open_with_key_file(*, number: str, key_file: Path) -> Iterator[str]:
    """The dialogue of a tip as lines for the terminal; the use of the key is on the record.

    Raises NotFound (no such tip), Invalid (not a key file, not this tip's key).
    """
    tip = Tip.objects.filter(number=codes.parse_number(number)).first()
    if tip is None:
        raise NotFound(_("There is no tip with this number."))
    private = read_key_file(key_file)
    try:
        opened = opening.open_tip(tip, private=private)
    except sealing.CannotOpen as error:
        raise Invalid(_("This key does not open this tip.")) from error
    with transaction.atomic(using="tips"):
        by = system("offline-key", agency_id=tip.agency_id)
        record(by=by, verb="tip.open-offline", subject=ref("tip", tip.number), ledger=Ledger.TIPS)
    return lines(tip, opened)


def lines(tip: Tip, opened: list[opening.Opened]) -> Iterator[str]:
    """A dialogue as lines for the terminal."""
    yield _("Tip %(number)s, appeal %(appeal)s") % {
        "number": codes.show_number(tip.number),
        "appeal": tip.appeal_ref or "-",
    }
    for message in opened:
        ours = message.direction == Direction.FROM_DESK
        yield ""
        yield f"{message.hour:%Y-%m-%d %H}h UTC  " + (_("The desk:") if ours else _("The tipster:"))
        yield from (_harmless(line) for line in message.letter.text.splitlines())
        yield from (f"  {name}: {_harmless(text)}" for name, text in sorted(message.letter.details.items()))


def _harmless(text: str) -> str:
    """Text without control characters: a terminal obeys them."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
