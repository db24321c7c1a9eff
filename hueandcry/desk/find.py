"""Search or do: rooms, actions and things by words, as far as this person may open them.

Every word typed must fit; the beginning of a word counts more than its middle, and what is called exactly so stands
first. If nothing fits at all, words that are nearly right are taken for the ones meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import people
from hueandcry.appeals import queries as appeals
from hueandcry.channels.queries import AccountLine, accounts
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.kernel.text import plain
from hueandcry.tips import queries as tips
from hueandcry.tips.codes import parse_number

MOST = 12  # in the list under the field
LETTERS = 4  # a word this long may be misspelt
WORD = re.compile(r"[\w@.-]+")


@dataclass(frozen=True, slots=True)
class Found:
    """One line. what: its kind in words; also: words by which it is found too; keys: how to reach it without this."""

    label: str
    what: str
    address: str
    icon: str
    also: str = ""
    keys: str = ""


def find(actor: Actor, typed: str, rooms: Iterable[Found], *, most: int = MOST) -> list[Found]:
    """What fits `typed`, the best first; without words, the rooms and actions. Raises nothing."""
    first = [*rooms, *actions(actor)]
    words = _words(typed)
    if not words:
        return first[:most]
    everything = [*first, *_tip_by_number(actor, typed), *things(actor)]
    ranked = _ranked(everything, words) or _ranked(everything, _mended(words, everything))
    return ranked[:most]


def actions(actor: Actor) -> list[Found]:
    """What this person can begin."""
    do, go = _("Do"), _("Go to")
    offered: list[tuple[Permission | None, str, str, str, str, str]] = [
        (None, _("Start my round"), do, "round", "list-check", ""),
        (Permission.POST_DRAFT, _("New post"), do, "compose", "plus", "n"),
        (Permission.POST_DRAFT, _("Post from the scene"), do, "scene", "wifi-off", ""),
        (Permission.APPEAL_DRAFT, _("New appeal"), do, "appeal-new", "plus", ""),
        (Permission.REQUEST_SEND, _("Ask the desk"), do, "request-new", "plus", ""),
        (Permission.POST_DRAFT, _("Write an answer"), do, "answer-new", "plus", ""),
        (Permission.POST_READ, _("Unconfirmed posts"), go, "unconfirmed", "hourglass", ""),
        (Permission.ACCOUNT_CHECK, _("Accounts to look in on"), go, "checks", "eye", ""),
        (Permission.ACCOUNT_MANAGE, _("Pass accounts on"), do, "accounts-hand-over", "users", ""),
        (Permission.ACCOUNT_MANAGE, _("The text of the accounts’ pages"), go, "profile-template", "edit", ""),
        (Permission.AGENCY_MANAGE, _("Stations and units"), go, "units", "building-community", ""),
        (Permission.POST_READ, _("My public page"), go, "own-page", "user-circle", ""),
        (Permission.PEOPLE_MANAGE, _("Invite somebody"), do, "people-invite", "user-plus", ""),
        (Permission.TIP_KEYS, _("Keys of the tip desk"), go, "tip-keys", "key", ""),
        (None, _("Me: sign-in and keys"), go, "me", "fingerprint", ""),
    ]
    return [
        Found(label, what, address, icon, keys=keys)
        for needs, label, what, route, icon, keys in offered
        if (needs is None or actor.may(needs)) and (address := _address(route))
    ]


def things(actor: Actor) -> list[Found]:
    """Every appeal, person and account that this person may open."""
    lines: list[Found] = []
    if actor.may(Permission.APPEAL_READ):
        page = reverse("appeal", args=["REFERENCE"])  # once: there may be thousands
        lines += [
            Found(
                f"{row.reference} · {row.title}",
                row.status,
                page.replace("REFERENCE", row.reference),
                "speakerphone",
                also=row.place,
            )
            for row in appeals.headings(actor=actor)
        ]
    if actor.may(Permission.PEOPLE_MANAGE):
        page = reverse("person", args=[0])
        lines += [
            Found(
                line.person.name,
                _("Person"),
                page.replace("/0/", f"/{line.person.pk}/"),
                "user-circle",
                also=line.person.email,
            )
            for line in people(actor=actor)
        ]
    if actor.may(Permission.POST_READ):
        page = reverse("account", args=[0])
        lines += [
            Found(
                line.account.label,
                _("Account on %s") % line.channel,
                page.replace("/0/", f"/{line.account.pk}/"),
                "at",
                also=_told(line),
            )
            for line in accounts(actor=actor)
        ]
    return lines


def _told(line: AccountLine) -> str:
    """By what an account is found beside its name."""
    account = line.account
    unit = account.unit.name if account.unit else ""
    return f"{account.handle} {line.channel} {account.face} {account.title} {unit} {line.steward}"


def _tip_by_number(actor: Actor, typed: str) -> list[Found]:
    """A tip by its whole number: tips have no words that could be searched."""
    if not actor.may(Permission.TIP_READ):
        return []
    try:
        line = tips.tip_line(actor=actor, number=parse_number(typed))
    except (Invalid, NotFound):
        return []
    address = reverse("tip", args=[line.number])
    return [Found(_("Tip %s") % line.shown, line.label, address, "inbox", also=typed)]


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _words(text: str) -> list[str]:
    return WORD.findall(plain(text))


def _ranked(lines: list[Found], words: list[str]) -> list[Found]:
    if not words:
        return []
    scored = [(_score(line, words), -place, line) for place, line in enumerate(lines)]
    return [line for score, _place, line in sorted(scored, key=lambda item: item[:2], reverse=True) if score]


def _score(line: Found, words: list[str]) -> float:
    """0 if any word fits nowhere. A whole word counts 4, the beginning of one 3, its middle 1; beside the label half."""
    total = 0.0
    label, also = plain(line.label), plain(f"{line.also} {line.what}")
    for word in words:
        best = max(_fits(word, label), _fits(word, also) / 2)
        if not best:
            return 0.0
        total += best
    return total + (WORD.findall(label) == words)


def _fits(word: str, text: str) -> float:
    if word not in text:
        return 0.0
    found = WORD.findall(text)
    return 4.0 if word in found else 3.0 if any(item.startswith(word) for item in found) else 1.0


def _mended(words: list[str], lines: list[Found]) -> list[str]:
    """The words with misspelt ones replaced by the nearest that occurs; empty if one has no neighbour."""
    known = {item for line in lines for item in _words(f"{line.label} {line.also}")}
    mended = []
    for word in words:
        if any(word in item for item in known):
            mended.append(word)
            continue
        near = get_close_matches(word, known, n=1, cutoff=0.72) if len(word) >= LETTERS else []
        if not near:
            return []
        mended += near
    return mended
