"""The recovery key: made once, kept on paper or a stick in another building, used from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor, system
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.keyfiles import write_secret
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import actions, codes, keys, opening, passphrase
from hueandcry.tips.models import RecoveryKey, Tip

_PER_LINE = 6


def make_recovery_key(*, programme_id: int, out: Path, by: Actor) -> RecoveryKey:
    """Make a recovery key, write its 24 words to the new file `out` (owner only), and use its public half.

    Raises NotAllowed, Conflict if `out` exists.
    """
    if by.agency_id != programme_id:
        raise NotAllowed(_("A recovery key is made for the programme one acts for."))
    if out.exists():
        raise Conflict(_("%(path)s exists already and is never overwritten.") % {"path": out})
    seed = sealing.new_seed()
    public = sealing.public_key(seed)
    words = passphrase.paper_words(seed)
    rows = [" ".join(words[first : first + _PER_LINE]) for first in range(0, len(words), _PER_LINE)]
    text = "\n".join(
        [
            "# Recovery key of a tip programme. Whoever has these 24 words can open its tips.",
            f"# Fingerprint {keys.fingerprint(public)}",
            *rows,
            "",
        ]
    )
    write_secret(out, text.encode())
    return actions.set_recovery_key(public_key=public, by=by)


def read_key_file(path: Path) -> bytes:
    """The private key of a recovery key file. Raises Invalid with a sentence."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_("%(path)s cannot be read.") % {"path": path}) from error
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return passphrase.seed_from_paper(" ".join(lines))


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
    return _lines(tip, opened)


def _lines(tip: Tip, opened: list[opening.Opened]) -> Iterator[str]:
    yield _("Tip %(number)s, appeal %(appeal)s") % {
        "number": codes.show_number(tip.number),
        "appeal": tip.appeal_ref or "-",
    }
    for message in opened:
        ours = message.direction == "from_desk"
        yield ""
        yield f"{message.hour:%Y-%m-%d %H}h UTC  " + (_("The desk:") if ours else _("The tipster:"))
        yield from (_harmless(line) for line in message.letter.text.splitlines())
        yield from (f"  {name}: {_harmless(text)}" for name, text in sorted(message.letter.details.items()))


def _harmless(text: str) -> str:
    """Text without control characters: a terminal obeys them."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
