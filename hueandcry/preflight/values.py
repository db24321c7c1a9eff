"""What is looked at (Draft and its parts) and what is said about it (Finding)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How loud a finding is."""

    STOP = "stop"  # may not go out: the law forbids it, or it is for staff alone
    WARN = "warn"  # may go out with a reason, which is kept on the record
    HINT = "hint"  # better cured; needs no reason


@dataclass(frozen=True)
class PictureFacts:
    """What is known about one picture of a draft."""

    name: str
    alt: str = ""
    rights: str = ""  # own | licensed | missing | expired | "" not recorded
    consent: str = ""  # given | not needed | missing | "" not recorded
    guardian: str = ""  # given | not needed | missing | "" not recorded: for children in it
    music: str = ""  # none | licensed | missing | "" not recorded, or no video
    expires_on: dt.date | None = None  # last day on which it may be shown; compared with `Draft.today`
    faces_checked: bool | None = None  # somebody looked for faces that must be covered; None: nobody asked
    plates_checked: bool | None = None  # likewise for number plates


@dataclass(frozen=True)
class HeldMatter:
    """A matter that may not be spoken of, and what may be said instead."""

    name: str
    words: tuple[str, ...]  # each a phrase that means the matter: "Harbour Bridge shooting"
    permitted: str = ""  # the line that may be said
    forbidden: bool = False  # a law or a court's order forbids it outright
    blind: bool = False  # the finding says neither what it is nor which words mean it
    ask: str = ""  # whom to ask about it
    key: str = ""  # what `Finding.about` says of it


@dataclass(frozen=True)
class Draft:
    """What somebody is about to publish, as plain values. Only `text` is needed; what is not known stays empty."""

    text: str
    own_texts: Mapping[str, str] = field(default_factory=dict)  # account or network → its own text
    title: str = ""
    card: str = ""  # what somebody else's page says of itself, where that stands below our words
    links: tuple[str, ...] = ()  # addresses beside the text (those inside it are found)
    pictures: tuple[PictureFacts, ...] = ()
    audience: str = "public"  # public | staff: for whom it was written
    account_audiences: tuple[str, ...] = ()  # public | staff of each account it goes to
    kind: str = ""
    topics: tuple[str, ...] = ()
    lanes: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # account → its topics; none: any topic
    other_lanes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # accounts that could be offered
    language: str = ""  # en | fr | es | "" not known
    names_cleared: frozenset[str] = frozenset()  # names that somebody with the right allowed in this post
    stage: str = (
        ""  # of the person: "" | unknown | named | wanted | arrested | charged | convicted | acquitted
    )
    held_matters: tuple[HeldMatter, ...] = ()
    dead_links: frozenset[str] = frozenset()  # addresses that gave no page when they were tried
    own_contacts: frozenset[str] = frozenset()  # the agency's published numbers, e-mail addresses and hosts
    today: dt.date | None = None  # in the agency's zone; without it no date is compared


@dataclass(frozen=True)
class Finding:
    """One thing worth another look. `text[start:end]` of the part is what was seen; 0, 0 means the whole part.

    `part`: "text", "title", "card", "own:<label>", "picture:<name>", "link:<n>" (of `Draft.links`) or "draft".
    """

    rule: str  # the rule's id in the pack
    level: Level
    part: str
    start: int  # Python string offsets, on borders between the characters a reader sees
    end: int
    sentence: str  # what was seen, second person
    why: str  # the reason and its source
    cure: str  # what to do
    offer: str | None = None  # may replace text[start:end] as it is; for a lane, the account to hand it to
    topic: str = ""  # what several rules have in common ("guilt-language")
    about: str = ""  # `HeldMatter.key` of the matter that was touched
