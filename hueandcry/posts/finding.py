"""What the check found, as posts and appeals show it: one value for both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hueandcry.kernel.errors import Invalid
from hueandcry.preflight import checks

STOP, WARN, HINT = (level.value for level in (checks.Level.STOP, checks.Level.WARN, checks.Level.HINT))
ORDER = (STOP, WARN, HINT)
MATTER = "matter:"  # begins what a finding is about, where a matter may not be spoken of
LONGEST = 300  # characters of what was found that are kept with an answer (matters.models.Answered)


class Stopped(Invalid):
    """The pre-flight check found what may not go out."""


class NeedsReason(Invalid):
    """The pre-flight check warns, and nobody has said why it may go out all the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. level: stop, warn or hint; offer: the words to put in place of start..end of the text, or "".

    part: what it is about, as "text" or "own:mastodon"; found: the words themselves, or of a matter its reference and a
    digest of the text it stands in, so that it is the same whoever reads it and another once something else is written; about: the picture, video or matter that it is about, as "asset:12", or "".
    """

    rule: str
    level: str
    sentence: str
    why: str = ""
    cure: str = ""
    offer: str = ""
    part: str = "text"
    start: int = 0
    end: int = 0
    found: str = ""
    about: str = ""


def as_shown(item: checks.Finding, draft: checks.Draft, things: Mapping[str, str]) -> Finding:
    """A finding of the check for a page. things: name of a picture → its reference."""
    kind, _colon, name = item.part.partition(":")
    texts = {"text": draft.text, "title": draft.title, "card": draft.card}
    text = texts.get(item.part, draft.own_texts.get(name, ""))
    about = item.about or (things.get(name, "") if kind == "picture" else "")
    words = text[item.start : item.end] or item.part
    if item.about:
        words = f"{item.about} {item.part} {_digest(text)}"
    return Finding(
        rule=item.topic or item.rule,
        level=item.level.value,
        sentence=item.sentence,
        why=item.why,
        cure=item.cure,
        offer=item.offer if item.offer and kind in {"text", "own"} else "",
        part=item.part,
        start=item.start,
        end=item.end,
        found=words if len(words) <= LONGEST else f"{words[: LONGEST - 20]} {_digest(words)}",
        about=about,
    )


def stops_first(found: Iterable[Finding]) -> list[Finding]:
    """Each once, the gravest first."""
    return sorted(dict.fromkeys(found), key=lambda item: ORDER.index(item.level))


def unanswered(found: Iterable[Finding], answered: Iterable[tuple[str, str]]) -> list[Finding]:
    """Warnings that nobody has given a reason for yet. answered: (rule, what was found).

    What was answered of a matter before a digest was kept with it stays answered.
    """
    known = set(answered)
    return [
        item
        for item in found
        if item.level == WARN
        and (item.rule, item.found) not in known
        and not (item.about.startswith(MATTER) and (item.rule, f"{item.about} {item.part}") in known)
    ]


def _digest(text: str) -> str:
    """16 hexadecimal digits of SHA-256 over the words of a text, whatever their case and the space between them."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:16]
