"""The root of a tip programme: one secret from which its signing key and its recovery key follow. Pure.

Whoever has the root says whose keys tips are sealed to, and opens every tip. So nobody has it: it is split
into three shares on paper, two of which give it back, and is kept nowhere. Its public half is pinned in a file
beside the databases (tips/pins.py), so that no row of a database can stand in for it (ADR 0014).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.kernel import sealing, shamir
from hueandcry.kernel.errors import Invalid
from hueandcry.tips import codes, keys

SHARES, NEEDED = 3, 2
MARK = 10  # bytes of the programme's fingerprint in every share
SHARE_WORDS = 32  # number (1 byte), mark (10), share (32) and a check byte, 11 bits to a word
SPOKEN = 8  # words of a fingerprint read aloud: 88 bits


class WrongShare(Invalid):
    """The words are not a share, or not of this programme's root."""


@dataclass(frozen=True, slots=True)
class RootPublic:
    """The public half. signing: 32 bytes (Ed25519); recovery: 1,216 bytes (X-Wing)."""

    signing: bytes
    recovery: bytes

    @property
    def fingerprint(self) -> str:
        """80 bits in hexadecimal: the name of the root on its sheets, in the browser and in `hue doctor`."""
        material = f"{keys.VERSION}/programme-root".encode() + self.signing + self.recovery
        return hashlib.sha256(material).digest()[:MARK].hex()


@dataclass(frozen=True, slots=True, repr=False)
class Root:
    """The secret half, for the length of one command. signing, recovery: 32-byte seeds."""

    secret: bytes

    @property
    def signing(self) -> bytes:
        """Seed of the key that signs statements."""
        return sealing.hkdf(self.secret, info=f"{keys.VERSION}/root-signing".encode())

    @property
    def recovery(self) -> bytes:
        """Seed of the key that every tip is also sealed to."""
        return sealing.hkdf(self.secret, info=f"{keys.VERSION}/root-recovery".encode())

    @property
    def public(self) -> RootPublic:
        """What may be known."""
        return RootPublic(sealing.ed25519_public(self.signing), sealing.public_key(self.recovery))


def new_root() -> Root:
    """A root that nobody has seen."""
    return Root(sealing.new_seed())


def share_words(root: Root) -> dict[int, list[str]]:
    """The three shares, each 32 words that name share and programme and carry a check."""
    mark = bytes.fromhex(root.public.fingerprint)
    shares = shamir.split(root.secret, shares=SHARES, needed=NEEDED)
    return {number: codes.to_words(bytes([number]) + mark + share) for number, share in shares.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Share:
    """One share as read from paper. fingerprint: of the root it belongs to."""

    number: int
    fingerprint: str
    part: bytes


def read_share(text: str) -> Share:
    """A share from its sheet or from typed words; lines with a colon or # are not words of it. Raises WrongShare."""
    lines = [line for line in text.splitlines() if not re.search(r"[:#]", line)]
    parts = re.findall(r"[a-z]+", " ".join(lines).lower())
    if len(parts) != SHARE_WORDS:
        raise WrongShare(
            _("A share has %(words)d words; %(found)d were found. Check the sheet.")
            % {"words": SHARE_WORDS, "found": len(parts)}
        )
    data = codes.from_words(parts)
    return Share(data[0], data[1 : 1 + MARK].hex(), data[1 + MARK :])


def join_shares(shares: list[Share]) -> Root:
    """The root of two different shares. Raises WrongShare with what is the matter."""
    if len({share.fingerprint for share in shares}) > 1:
        raise WrongShare(
            _("These shares belong to different roots. Use two sheets with the same fingerprint.")
        )
    if len({share.number for share in shares}) < NEEDED:
        raise WrongShare(_("Two different shares are needed: this is one of them only."))
    root = Root(shamir.combine({share.number: share.part for share in shares}))
    if root.public.fingerprint != shares[0].fingerprint:
        raise WrongShare(_("These shares do not fit together: a sheet was changed or copied wrongly."))
    return root


def spoken(fingerprint: str) -> str:
    """A fingerprint (hexadecimal) as words to compare by voice: its first 88 bits, or all of a shorter one."""
    bits = int(fingerprint, 16)
    length = len(fingerprint) * 4
    count = min(SPOKEN, length // 11)
    return " ".join(codes.words()[bits >> (length - 11 * (place + 1)) & 0x7FF] for place in range(count))


def sheet(*, programme: str, public: RootPublic, number: int, words: list[str], day: str) -> str:
    """One share as a page to print: whose it is, what it is for, how it is used."""
    rows = [" ".join(words[first : first + 8]) for first in range(0, len(words), 8)]
    return "\n".join(
        [
            "# "
            + _("Share %(number)d of %(of)d of a tip programme's root") % {"number": number, "of": SHARES},
            "#",
            _("Programme: %s") % programme.replace("\n", " "),
            _("Fingerprint: %(hex)s (%(words)s)")
            % {"hex": public.fingerprint, "words": spoken(public.fingerprint)},
            _("Made on: %s") % day,
            _("Kept by: %s") % "______________________________",
            "",
            *rows,
            "",
            "# "
            + _(
                "Any two of the three shares open every tip and say whose keys count. One alone does nothing."
            ),
            "# "
            + _("Print this sheet, give it to one person only, and delete the file. Keep the three apart:"),
            "# " + _("such as with the chair of the board, the chief and the programme's counsel."),
            "# "
            + _("Used with: hue tips approve, drill, recover, new-root (each is written to the record)."),
            "",
        ]
    )
