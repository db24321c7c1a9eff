"""What a tipster writes down: the tip number and the access code. Pure.

The number (nine random digits and a check digit) is a public handle: it may be said on the radio. The code
is the secret: 80 random bits and 8 check bits, shown in three forms that mean the same.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid

CODE = 10  # bytes of the secret part of an access code: 80 bits
WORDS = 8  # words of a shown code, 11 bits each
GROUPED = 18  # letters and digits of a code shown in groups
DIGITS = 27  # digits of a code as read over a telephone
NUMBER = 10  # digits of a tip number, check digit included
_CHECK_BITS = 8
_WORD_BITS = 11
_PREFIX = 4  # letters that tell two words of the list apart (BIP-39)
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford
_LOOKALIKES = str.maketrans("oil", "011")
_WORD_LOOKALIKES = str.maketrans("01", "oi")
# The quasigroup of order 10 by Damm (2004): finds every wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


class Typo(Invalid):
    """What was typed cannot be a number or a code that we ever gave out."""


# --- tip number -------------------------------------------------------------------------------------


def number_from(nine: int) -> str:
    """The tip number, ten digits, of a whole number below 10^9."""
    digits = f"{nine:09d}"
    return digits + str(_damm(digits))


def show_number(number: str) -> str:
    """As shown to people: 743-122-0846."""
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


def parse_number(typed: str) -> str:
    """The ten digits of a typed number; spaces, hyphens and look-alike letters do not matter.

    Raises Typo if the check digit says that it was mistyped.
    """
    digits = re.sub(r"[^a-z0-9]", "", typed.lower()).translate(_LOOKALIKES)
    if len(digits) != NUMBER or not (digits.isascii() and digits.isdigit()) or _damm(digits) != 0:
        raise Typo(
            _("This is not a number of ours: check the ten digits. One of them may be wrong or swapped."),
            field="number",
        )
    return digits


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


# --- access code: showing ---------------------------------------------------------------------------


@cache
def words() -> tuple[str, ...]:
    """The 2,048 words, in order; no two share their first four letters."""
    path = Path(__file__).with_name("data") / "words-en.txt"
    return tuple(path.read_text(encoding="ascii").split())


def as_words(code: bytes) -> list[str]:
    """The code as eight words."""
    _with_check(code)
    return to_words(code)


def to_words(data: bytes) -> list[str]:
    """Any secret and its check byte as words of 11 bits (10 bytes: 8 words; 32 bytes: 24 words)."""
    whole = int.from_bytes(data + _check(data))
    count = (len(data) * 8 + _CHECK_BITS) // _WORD_BITS
    return [words()[(whole >> (_WORD_BITS * place)) & 0x7FF] for place in reversed(range(count))]


def as_groups(code: bytes) -> str:
    """The code as 18 letters and digits in groups, such as 1esz-dnm9-hgdb-y00-4gd."""
    whole = _with_check(code)
    text = "".join(_BASE32[(whole >> (5 * place)) & 31] for place in reversed(range(GROUPED)))
    return "-".join([text[:4], text[4:8], text[8:12], text[12:15], text[15:]])


def as_digits(code: bytes) -> str:
    """The code as 27 digits in nine groups of three, for the telephone."""
    text = f"{_with_check(code):0{DIGITS}d}"
    return " ".join(text[place : place + 3] for place in range(0, DIGITS, 3))


def _with_check(code: bytes) -> int:
    if len(code) != CODE:
        raise ValueError(f"an access code has {CODE} bytes")
    return int.from_bytes(code + _check(code))


def _check(code: bytes) -> bytes:
    return hashlib.sha256(b"hue-and-cry/1/code-check" + code).digest()[: _CHECK_BITS // 8]


# --- access code: reading ---------------------------------------------------------------------------


def parse_code(typed: str) -> bytes:
    """The ten secret bytes of a typed code, in any of its three forms.

    Case, spaces, hyphens and commas do not matter; in groups and digits O is 0 and I or L is 1; of each word
    the first four letters are enough. Raises Typo, with a sentence where one helps, if the check bits do
    not fit: then it is mistyped, and asking the database would be pointless.
    """
    parts = re.findall(r"[a-z0-9]+", typed.lower())
    joined = "".join(parts)
    plain = joined.translate(_LOOKALIKES)
    if len(joined) == DIGITS and plain.isdigit():
        return _checked(int(plain))
    if len(joined) == GROUPED:
        return _checked(_from_base32(plain))
    if len(parts) == WORDS:
        return from_words(parts)
    for indexes in _split_words(joined.translate(_WORD_LOOKALIKES)):
        return _checked(_from_indexes(indexes))
    raise _mistyped()


def from_words(parts: list[str]) -> bytes:
    """The secret of `to_words`; four letters of each word are enough. Raises Typo, UnknownWord."""
    whole = _from_indexes([_index(part, place) for place, part in enumerate(parts, 1)])
    return _checked(whole, size=len(parts) * _WORD_BITS // 8 - 1)


def _mistyped() -> Typo:
    return Typo(
        _(
            "There is a slip in this code: a word or letter is missing, wrong or out of order. Compare it with what you wrote down."
        ),
        field="code",
    )


def _checked(whole: int, *, size: int = CODE) -> bytes:
    if whole.bit_length() > size * 8 + _CHECK_BITS:
        raise _mistyped()
    data = whole.to_bytes(size + _CHECK_BITS // 8)
    code, check = data[:size], data[size:]
    if check != _check(code):
        raise _mistyped()
    return code


def _from_base32(text: str) -> int:
    whole = 0
    for letter in text:
        value = _BASE32.find(letter)
        if value < 0:
            raise _mistyped()
        whole = whole << 5 | value
    return whole


def _from_indexes(indexes: list[int]) -> int:
    whole = 0
    for index in indexes:
        whole = whole << _WORD_BITS | index
    return whole


@cache
def _by_prefix() -> dict[str, int]:
    return {word[:_PREFIX]: index for index, word in enumerate(words())}


def _index(typed: str, place: int) -> int:
    """The list's index of a typed word. Raises UnknownWord with its place, counted from 1."""
    for text in (typed.translate(_WORD_LOOKALIKES), typed.translate(str.maketrans("01", "ol"))):
        index = _by_prefix().get(text[:_PREFIX])
        if index is not None and words()[index].startswith(text):
            return index
    raise UnknownWord(place)


class UnknownWord(Typo):
    """One of the eight words is not on the list; place: which one, from 1."""

    def __init__(self, place: int) -> None:
        sentence = _("Word %(place)d is not one of our words. Compare it with what you wrote down.")
        super().__init__(sentence % {"place": place}, field="code")
        self.place = place


def _split_words(text: str) -> list[list[int]]:
    """The one way to read run-together text as eight whole words whose check fits, or nothing."""
    found: list[list[int]] = []

    def walk(start: int, indexes: list[int]) -> None:
        if found or len(indexes) > WORDS:
            return
        if start == len(text):
            if len(indexes) == WORDS and _fits(indexes):
                found.append(indexes)
            return
        index = _by_prefix().get(text[start : start + _PREFIX])
        for candidate in {index, _by_prefix().get(text[start : start + 3])} - {None}:
            assert candidate is not None
            if text.startswith(words()[candidate], start):
                walk(start + len(words()[candidate]), [*indexes, candidate])

    walk(0, [])
    return found


def _fits(indexes: list[int]) -> bool:
    try:
        _checked(_from_indexes(indexes))
    except Typo:
        return False
    return True
