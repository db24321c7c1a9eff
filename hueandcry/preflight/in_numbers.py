"""Looking at figures: plates, telephones, e-mail addresses, papers, dates that can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hueandcry.preflight.looking import NEAR, Hit, Look, Reading
from hueandcry.preflight.packs import Rule
from hueandcry.preflight.passages import words_of

PHONE = re.compile(r"(?<![\w.+/-])\(?\+?\d[\d\s().-]{5,18}\d(?![\w/])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-zA-Z]{2,24}")
PAPERS = re.compile(
    r"(?<![\w-])(?:\d{3}-\d{2}-\d{4}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4})(?![\w-])"
)
NUMBERED = re.compile(r"(?<![\w-])[A-Z]{0,3}\d[\dA-Z -]{4,20}\d(?![\w-])")
NUMERIC_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})/(?:20)?\d\d(?![\d/])")
FREE = re.compile(
    r"^(?:44)?0?(?:800|808|300|303|345|330)\d{6,7}$|^1?8(?:00|33|44|55|66|77|88)\d{7}$"
)  # freephone and office numbers
MOBILE = re.compile(r"^(?:0|44)7")
CUE_WORDS = 6  # words between “registration” and the plate
PAPER_DIGITS = 6
TWELVE = 12


def plates(rule: Rule, look: Look) -> Iterator[Hit]:
    """The pack's shapes of number plates; the weaker ones only beside a word like “registration”."""
    for reading in look.readings:
        passage = reading.passage
        if not passage.words or reading.of(rule, "unless_text"):
            continue
        for shape, needs_cue in look.pack.plates:
            for found in shape.finditer(passage.text):
                if _in_address(reading, found.start()):
                    continue
                at = passage.word_at(found.start())
                distance = min(reading.last_before(rule, "cue", at), reading.next_after(rule, "cue", at))
                if needs_cue and distance > CUE_WORDS:
                    continue
                if reading.last_before(rule, "unless", at) < min(BESIDE, distance):
                    continue
                yield Hit(passage.part, found.start(), found.end(), found[0])


BESIDE = 4  # words between “crime reference” and what would otherwise be a plate


def phones(rule: Rule, look: Look) -> Iterator[Hit]:
    """Telephone numbers, unless the agency's own or told as an office's."""
    own = {re.sub(r"\D", "", contact) for contact in look.draft.own_contacts}
    for reading in look.readings:
        passage = reading.passage
        for found in PHONE.finditer(passage.text):
            shown = found[0].strip()
            if not any(shape.match(shown) for shape in look.pack.phones) or _in_address(
                reading, found.start()
            ):
                continue
            digits = re.sub(r"\D", "", shown)
            if digits in own or FREE.match(digits) or not passage.words:
                continue
            if _private(reading, rule, passage.word_at(found.start()), unsure=bool(MOBILE.match(digits))):
                yield Hit(passage.part, found.start(), found.start() + len(found[0].rstrip()), shown)


def emails(rule: Rule, look: Look) -> Iterator[Hit]:
    """E-mail addresses, unless of an office or the agency's own."""
    own = {contact.lower() for contact in look.draft.own_contacts}
    for reading in look.readings:
        passage = reading.passage
        if "@" not in passage.text or not passage.words:
            continue
        for found in EMAIL.finditer(passage.text):
            address = found[0].lower()
            name, host = address.split("@")
            labels = set(re.split(r"[.-]", host))
            if address in own or host in own or labels & set(rule.more["own_hosts"]):
                continue
            if any("police" in label or "sheriff" in label for label in labels):
                continue
            if set(re.split(r"[._+-]", name)) & set(rule.more["roles"]):
                continue
            free = bool(labels & set(rule.more["free_hosts"]))
            if free or _private(reading, rule, passage.word_at(found.start()), unsure=True):
                yield Hit(passage.part, found.start(), found.end(), found[0])


def papers(rule: Rule, look: Look) -> Iterator[Hit]:
    """Numbers of papers and bank cards: by their shape, or any long number beside such a word."""
    for reading in look.readings:
        passage = reading.passage
        spans = [found.span() for found in PAPERS.finditer(passage.text)]
        if reading.of(rule, "cue"):
            for found in NUMBERED.finditer(passage.text):
                at = passage.word_at(found.start())
                if (
                    sum(letter.isdigit() for letter in found[0]) >= PAPER_DIGITS
                    and reading.last_before(rule, "cue", at) <= CUE_WORDS
                    and reading.last_before(rule, "unless", at) > CUE_WORDS
                    and found.span() not in spans
                ):
                    spans.append(found.span())
        for start, end in sorted(spans):
            if not _in_address(reading, start):
                yield Hit(passage.part, start, end, passage.text[start:end])


def unclear_date(rule: Rule, look: Look) -> Iterator[Hit]:
    """03/04/2026 is the third of April to one reader and the fourth of March to another."""
    del rule
    for reading in look.written:
        for found in NUMERIC_DATE.finditer(reading.passage.text):
            one, two = int(found[1]), int(found[2])
            if one != two and 0 < one <= TWELVE and 0 < two <= TWELVE:
                yield Hit(reading.passage.part, found.start(), found.end(), found[0])


def _private(reading: Reading, rule: Rule, at: int, *, unsure: bool) -> bool:
    """True if the nearest word that tells whose number it is names a private person; `unsure` if no word tells."""
    private, agency = reading.last_before(rule, "private", at), reading.last_before(rule, "agency", at)
    if min(private, agency) > NEAR:
        private, agency = reading.next_after(rule, "private", at), reading.next_after(rule, "agency", at)
    if min(private, agency) > NEAR:
        return unsure
    return private < agency


def _in_address(reading: Reading, at: int) -> bool:
    return any(start <= at < end for start, end in reading.passage.addresses)


def booking_photo(rule: Rule, look: Look) -> Iterator[Hit]:
    """A picture told as a booking photo, of somebody who was arrested and is not known to be convicted."""
    if look.draft.stage == "convicted":
        return
    for reading in look.readings:
        for match, _language in reading.of(rule, "cue"):
            passage = reading.passage
            start, end = passage.starts[match.first], passage.ends[match.after - 1]
            if look.draft.pictures or "attached" in words_of(passage.text):
                yield Hit(passage.part, start, end, passage.text[start:end])
