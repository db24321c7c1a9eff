"""The one question of this room: what should somebody look at again before this goes out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from hueandcry.kernel.text import shorten
from hueandcry.preflight import in_numbers, in_pieces, in_words, in_writing
from hueandcry.preflight.looking import Hit, Look, look_at
from hueandcry.preflight.packs import Pack, Rule
from hueandcry.preflight.values import Draft, Finding, HeldMatter, Level, PictureFacts

__all__ = ["LOOKS", "Draft", "Finding", "HeldMatter", "Level", "PictureFacts", "check"]

MOST = 25  # findings of one rule in one part; whoever cures them finds the next
SHOWN = 80  # characters of the text that a sentence repeats
ORDER = {Level.STOP: 0, Level.WARN: 1, Level.HINT: 2}
# How the packs' rules look, by the name they give in `looks`.
LOOKS: Mapping[str, Callable[[Rule, Look], Iterator[Hit]]] = {
    "phrases": in_words.phrases,
    "masked": in_words.masked,
    "held": in_words.held,
    "plates": in_numbers.plates,
    "phones": in_numbers.phones,
    "emails": in_numbers.emails,
    "papers": in_numbers.papers,
    "unclear-date": in_numbers.unclear_date,
    "booking-photo": in_numbers.booking_photo,
    "capitals": in_writing.capitals,
    "hashtags": in_writing.hashtags,
    "emoji": in_writing.emoji,
    "fancy": in_writing.fancy,
    "alt-missing": in_pieces.alt_missing,
    "alt-poor": in_pieces.alt_poor,
    "rights": in_pieces.rights,
    "rights-unknown": in_pieces.rights_unknown,
    "consent": in_pieces.consent,
    "guardian": in_pieces.guardian,
    "music": in_pieces.music,
    "unchecked": in_pieces.unchecked,
    "link-dead": in_pieces.link_dead,
    "link-short": in_pieces.link_short,
    "link-open": in_pieces.link_open,
    "staff": in_pieces.staff,
    "lane": in_pieces.lane,
}


def check(draft: Draft, pack: Pack) -> list[Finding]:
    """Everything the pack's rules find in the draft, in the order of its parts and of the text in them.

    The same draft gives the same findings. No two findings of one topic stand on the same words. Time grows
    with the length of the text, not faster.
    """
    look = look_at(draft, pack)
    texts = {reading.passage.part: reading.passage.text for reading in look.readings}
    places = {part: at for at, part in enumerate([*texts, *(f"picture:{p.name}" for p in draft.pictures)])}
    found: list[tuple[int, Finding]] = []
    for number, rule in enumerate(pack.rules):
        if _concerns(rule, draft):
            taken: dict[str, int] = {}
            for hit in islice(LOOKS[rule.looks](rule, look), MOST * max(1, len(look.readings))):
                taken[hit.part] = taken.get(hit.part, 0) + 1
                if taken[hit.part] <= MOST:
                    found.append((number, _finding(rule, hit, texts.get(hit.part, ""))))
    kept = _without_doubles(found)
    kept.sort(
        key=lambda pair: (
            places.get(pair[1].part, len(places)),
            pair[1].part,
            pair[1].start,
            -pair[1].end,
            pair[0],
        )
    )
    return [finding for _number, finding in kept]


def _concerns(rule: Rule, draft: Draft) -> bool:
    """True if the rule speaks at this stage of the case and about this way out of the house."""
    if draft.stage in rule.quiet_stages or (rule.only_stages and draft.stage not in rule.only_stages):
        return False
    return not rule.to_public or "public" in (draft.account_audiences or ("public",))


def _finding(rule: Rule, hit: Hit, text: str) -> Finding:
    start, end = (hit.start, hit.end) if hit.part.startswith("link:") else _whole(text, hit.start, hit.end)
    values = {**hit.values, "seen": shorten(" ".join(hit.seen[: SHOWN * 4].split()), characters=SHOWN)}
    matter = hit.matter
    level = Level.STOP if matter is not None and matter.forbidden else rule.level
    blind = "blind_" if matter is not None and matter.blind else ""
    return Finding(
        rule=rule.id,
        level=level,
        part=hit.part,
        start=0 if blind else start,
        end=0 if blind else end,
        sentence=_fill(str(rule.more["blind_sentence"]) if blind else rule.sentence, values),
        why=rule.reason,
        cure=_fill(str(rule.more["blind_cure"]) if blind else rule.cure, values),
        offer=hit.offer,
        topic=rule.topic,
        about=matter.key if matter is not None else "",
    )


def _fill(sentence: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        sentence = sentence.replace(f"{{{key}}}", value)
    return sentence


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets moved outward so that no character a reader sees is cut in two."""
    while 0 < start < len(text) and _joins(text, start):
        start -= 1
    while 0 < end < len(text) and _joins(text, end):
        end += 1
    return start, end


def _joins(text: str, at: int) -> bool:
    """True if text[at] belongs to the same character, as a reader sees it, as text[at - 1]."""
    here, before = text[at], text[at - 1]
    if here.isascii() and before.isascii():
        return before == "\r" and here == "\n"
    return (
        unicodedata.category(here) in {"Mn", "Me", "Mc"}
        or here in "\u200c\u200d\ufe0f"
        or before == "\u200d"
        or 0x1F3FB <= ord(here) <= 0x1F3FF  # noqa: PLR2004 - skin tones
        or 0xE0020 <= ord(here) <= 0xE007F  # noqa: PLR2004 - tags of flags
    )


def _without_doubles(found: list[tuple[int, Finding]]) -> list[tuple[int, Finding]]:
    """Of the findings of one topic on the same words, the gravest; of equal ones, the longest."""
    kept: list[tuple[int, Finding]] = []
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    whole: set[tuple[str, str, str]] = set()
    for number, finding in sorted(
        found, key=lambda pair: (ORDER[pair[1].level], pair[1].start - pair[1].end, pair[0], pair[1].start)
    ):
        if finding.start == finding.end:
            key = (finding.rule, finding.part, finding.sentence)
            if key not in whole:
                whole.add(key)
                kept.append((number, finding))
            continue
        spans = taken.setdefault((finding.topic, finding.part), [])
        if not any(start < finding.end and finding.start < end for start, end in spans):
            spans.append((finding.start, finding.end))
            kept.append((number, finding))
    return kept
