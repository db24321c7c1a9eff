"""Pure: the text that every account's own page carries, and what is missing in one that says something else.

A template is written once for the agency, line by line, with gaps. Four parts are obligatory (IACP model policy,
product/PRACTICE.md 2.1 and 2.14): whose account this is, that nobody watches it around the clock and whom to call,
where the comment policy is, and that what is posted is public record. Where a network gives less room than the text
needs, lines without an obligatory part go first, the last one first; then the obligatory parts stand in short form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hueandcry.kernel.text import length, shorten

GAP = re.compile(r"\(\(\s*([a-z]+)\s*\)\)")
WATCHED = "24/7"
LONGEST = 2000  # characters of a template
# Gaps and what each is filled with, as the page that edits the template says it.
GAPS = {
    "agency": gettext_lazy("the agency's name"),
    "unit": gettext_lazy("the unit or station of the account"),
    "face": gettext_lazy("the person whom the public sees there"),
    "title": gettext_lazy("that person's rank and post"),
    "topics": gettext_lazy("what the account speaks about"),
    "emergency": gettext_lazy("the emergency number"),
    "site": gettext_lazy("the address of the public site"),
    "policy": gettext_lazy("the address of the comment policy"),
    "record": gettext_lazy("the notice that posts are public record"),
}


class Part(StrEnum):
    """What must stand on the page of every account."""

    WHOSE = "whose"
    EMERGENCY = "emergency"
    POLICY = "policy"
    RECORD = "record"

    @property
    def words(self) -> str:
        """The part as people call it."""
        return str(IN_WORDS[self])


IN_WORDS = {
    Part.WHOSE: gettext_lazy("whose account it is"),
    Part.EMERGENCY: gettext_lazy("that it is not watched around the clock, with the emergency number"),
    Part.POLICY: gettext_lazy("where the comment policy is"),
    Part.RECORD: gettext_lazy("that posts are public record"),
}
OF_GAP = {"agency": Part.WHOSE, "emergency": Part.EMERGENCY, "policy": Part.POLICY, "record": Part.RECORD}


@dataclass(frozen=True, slots=True)
class Facts:
    """What fills the gaps for one account; face, title, unit and topics may be empty."""

    agency: str
    emergency: str
    site: str
    policy: str
    unit: str = ""
    face: str = ""
    title: str = ""
    topics: str = ""

    @property
    def record(self) -> str:
        """The notice in the reader's words."""
        return _("What is posted here is public record.")


def default_template() -> str:
    """The text that an agency begins with."""
    return "\n".join(
        [
            _("((title)) ((face)), ((unit)), ((agency))."),
            _("We speak about ((topics))."),
            _("Not monitored 24/7: in an emergency call ((emergency))."),
            _("Comment policy: ((policy))"),
            "((record))",
            "((site))",
        ]
    )


def problems_of(template: str) -> list[str]:
    """What is wrong with a template, one sentence each; empty if it can be used."""
    names = GAP.findall(template)
    found = [_("There is no gap called ((%s)).") % name for name in sorted(set(names) - GAPS.keys())]
    lines = template.splitlines()
    for gap, part in OF_GAP.items():
        if gap not in names:
            found.append(_("It must say %(part)s: put ((%(gap)s)) in.") % {"part": part.words, "gap": gap})
    watch = [line for line in lines if "emergency" in GAP.findall(line)]
    if watch and not any(WATCHED in line for line in watch):
        found.append(_("The line with ((emergency)) must say that the account is not monitored 24/7."))
    if len(template) > LONGEST:
        found.append(_("At most %d characters.") % LONGEST)
    return found


def filled(template: str, facts: Facts, *, characters: int) -> str:
    """The text for one account, in at most `characters` characters as a reader counts them."""
    lines = [(_line(line, facts), _parts(line)) for line in template.splitlines()]
    kept = [(text, parts) for text, parts in lines if text]
    while (text := "\n".join(line for line, _p in kept)) and length(text) > characters:
        spare = [place for place, (_text, parts) in enumerate(kept) if not parts]
        if not spare:
            break
        kept.pop(spare[-1])
    if length(text) <= characters:
        return text
    for short in _short(facts):
        if length(short) <= characters:
            return short
    return shorten(short, characters=characters)


def missing(shown: str, facts: Facts) -> list[Part]:
    """The obligatory parts that a text lacks, whoever wrote it."""
    seen = plain(shown)
    number = plain(facts.emergency)
    has = {
        Part.WHOSE: plain(facts.agency) in seen,
        Part.EMERGENCY: WATCHED in seen and bool(re.search(rf"(?<!\d){re.escape(number)}(?!\d)", seen)),
        Part.POLICY: plain(facts.policy) in seen,
        Part.RECORD: plain(facts.record).rstrip(".") in seen
        or plain(_("Public record.")).rstrip(".") in seen,
    }
    return [part for part in Part if not has[part]]


def same(shown: str, wanted: str) -> bool:
    """True if two texts say the same, however a network breaks lines or writes addresses."""
    return plain(shown) == plain(wanted)


def plain(text: str) -> str:
    """A text to compare: one space between words, no case, addresses without their scheme and last slash."""
    bare = re.sub(r"https?://", "", text.casefold())
    return " ".join(word.rstrip("/") for word in bare.split())


def leads_to(site: str, links: tuple[str, ...], text: str) -> bool:
    """True if a page's links, or its text, name our site."""
    host = plain(site).partition("/")[0]
    inside = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w|:\d)")
    return any(inside.search(plain(each)) for each in (*links, text))


def _parts(line: str) -> list[Part]:
    return [OF_GAP[name] for name in GAP.findall(line) if name in OF_GAP]


def _line(line: str, facts: Facts) -> str:
    """One line with its gaps filled. An empty gap takes the comma after it along; a line that loses all its gaps goes."""
    names = [name for name in GAP.findall(line) if name in GAPS]
    values = {name: str(getattr(facts, name)).strip() for name in names}
    if names and not any(values.values()):
        return ""
    text = GAP.sub(lambda found: values.get(found[1], ""), line)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?:^|(?<=,))\s*,\s*", " ", text)
    return re.sub(r"\s+([,.;])", r"\1", text).strip(" ,")


def _short(facts: Facts) -> list[str]:
    """The obligatory parts alone, ever shorter. The last one is what any network has room for."""
    policy = re.sub(r"^https?://", "", facts.policy).rstrip("/")
    words = {"agency": facts.agency, "number": facts.emergency, "policy": policy}
    return [
        _("%(agency)s. Not monitored 24/7: emergency %(number)s. Comments: %(policy)s Public record.")
        % words,
        _("%(agency)s. Not 24/7: call %(number)s. %(policy)s Public record.") % words,
        _("%(agency)s. Not 24/7: call %(number)s. Public record.") % words,
        _("%(agency)s. Not 24/7: %(number)s") % words,
    ]
