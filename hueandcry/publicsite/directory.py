"""The public directory: on which accounts an agency speaks, where its stations are, who its public voices are.

All of it is files, and none has a script. The pages are rendered anew only when something on them has changed, since
a site is built within the request that publishes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.agencies.units import UnitLine, public_units, within
from hueandcry.channels.models import Account
from hueandcry.channels.published import (
    NOT_IN_USE,
    RETIRED,
    PublicAccount,
    PublicVoice,
    public_accounts,
    public_voices,
)
from hueandcry.channels.table import written
from hueandcry.publicsite import stations
from hueandcry.publicsite.news import Newsroom
from hueandcry.publicsite.portraits import media, portraits
from hueandcry.publicsite.stations import OTHER
from hueandcry.ui import css

LETTERS_FROM = 20  # accounts; a shorter list needs no jumping
MOST_MAIN = 6  # accounts that stand first
_kept: dict[int, tuple[str, dict[str, bytes]]] = {}  # agency → what its pages were made from, and the pages


class Directory:
    """What an agency's directory is made from."""

    def __init__(self, agency: Agency, *, news: Newsroom | None = None) -> None:
        """news: what people and stations said last, for their pages."""
        self.agency = agency
        self.news = news
        every = public_accounts(agency.pk)
        self.accounts = [row for row in every if row.status != RETIRED]
        self.retired = [row for row in every if row.status == RETIRED]
        self.units = public_units(agency.pk)
        self.voices = public_voices(agency.pk)
        self.portraits = portraits(agency.pk, self.voices)

    @property
    def total(self) -> int:
        """How many accounts are ours now."""
        return len(self.accounts)

    def media(self) -> dict[str, str]:
        """File name below /media/ → digest, of every photograph that is shown."""
        return media(self.portraits.values())

    def paths(self) -> list[str]:
        """The addresses of its pages, for the site map."""
        return [f"/{name.removesuffix('index.html')}" for name in self._pages()]

    def files(self) -> dict[str, bytes]:
        """Every page by name, and the lists for programs."""
        made_from = self._made_from()
        kept = _kept.get(self.agency.pk)
        if kept is not None and kept[0] == made_from:
            return kept[1]
        files = {name: self._render(*page) for name, page in self._pages().items()}
        files |= {"accounts.json": self.as_json(), "accounts.csv": self.as_csv()}
        _kept[self.agency.pk] = (made_from, files)
        return files

    def _made_from(self) -> str:
        """The digest of all that shows on the pages."""
        agency = {
            name: getattr(self.agency, name)
            for name in (
                "name",
                "logo_text",
                "phone",
                "emergency_number",
                "brand_colour",
                "public_host",
                "languages",
            )
        }
        told: dict[str, Any] = {
            "agency": agency,
            "language": get_language() or "",
            "sheet": css.themed(self.agency.brand_colour).name,
            "address": public_url(self.agency, "/"),
            "accounts": [asdict(row) for row in [*self.accounts, *self.retired]],
            "units": [(line.path, *(str(getattr(line.unit, name)) for name in UNIT)) for line in self.units],
            "voices": [asdict(row) for row in self.voices],
            "portraits": {slug: each.shown(large=True) for slug, each in self.portraits.items()},
            "news": [self._said([row.id for row in self._spoken(voice)]) for voice in self.voices],
            "news_of_units": [self._said(self._accounts_in(line)) for line in self.units],
        }
        return json.dumps(told, sort_keys=True, default=str)

    def _render(self, template: str, context: dict[str, Any]) -> bytes:
        context = {"agency": self.agency, "section": "accounts", **context}
        return render_to_string(f"publicsite/{template}.html", context).lstrip().encode()

    # --- pages ---

    def _pages(self) -> dict[str, tuple[str, dict[str, Any]]]:
        facets = self._facets()
        shared = {
            "total": self.total,
            "facets": facets,
            "stations": bool(self.units),
            "people": bool(self.voices),
        }
        pages: dict[str, tuple[str, dict[str, Any]]] = {
            "accounts/index.html": ("accounts", {**shared, **self._front()}),
            "accounts/verify/index.html": (
                "verify",
                {**shared, "all": self._all(self.accounts)},
            ),
            "policy/comments/index.html": ("comments", {"section": ""}),
        }
        for facet in facets:
            for choice in facet["choices"]:
                pages[f"{choice['path'].strip('/')}/index.html"] = (
                    "accounts_by",
                    {"heading": choice["heading"], "accounts": self._all(choice["rows"])},
                )
        if self.units:
            numbers = {line.unit.pk: len(self._accounts_in(line)) for line in self.units}
            pages["stations/index.html"] = ("stations", stations.front(self.units, numbers))
        for line in self.units:
            pages[f"stations/{line.unit.slug}/index.html"] = ("station", self._station(line))
        if self.voices:
            pages["people/index.html"] = ("people", {"voices": self._faces(self.voices)})
        for voice in self.voices:
            pages[f"people/{voice.slug}/index.html"] = ("person", self._person(voice))
        return pages

    def _front(self) -> dict[str, Any]:
        """Main accounts, then all by letter; letters to jump to, if there are many."""
        rows = sorted(self.accounts, key=lambda row: (_letter(row), row.name.casefold()))
        groups = [
            {
                "id": "other" if letter == OTHER else f"letter-{letter.lower()}",
                "name": _("0 to 9") if letter == OTHER else letter,
                "accounts": self._all(found),
            }
            for letter, found in groupby(rows, key=_letter)
        ]
        long = len(rows) >= LETTERS_FROM
        if not long and groups:
            every = [account for group in groups for account in group["accounts"]]
            groups = [{"id": "all", "name": _("All accounts"), "accounts": every}]
        main = [row for row in self.accounts if row.is_main] or [
            row for row in self.accounts if row.kind == Account.Kind.AGENCY
        ]
        return {
            "groups": groups,
            "letters": groups if len(groups) > 1 else [],
            "main": self._all(main[:MOST_MAIN]) if long else [],
        }

    def _facets(self) -> list[dict[str, Any]]:
        """Ways to narrow the directory, each choice a page; a way with one choice is none."""
        networks = {row.network: row.channel for row in self.accounts}
        topics = {slugify(topic): topic for row in self.accounts for topic in row.topics if slugify(topic)}
        languages = {tag: tag for row in self.accounts for tag in row.languages}
        ways: list[tuple[str, str, dict[str, str]]] = [
            ("network", _("By network"), networks),
            ("topic", _("By topic"), topics),
            ("language", _("By language"), languages),
        ]
        found = []
        for way, label, choices in ways:
            if len(choices) > 1:
                shown = [
                    self._choice(way, slug, word)
                    for slug, word in sorted(choices.items(), key=lambda c: c[1])
                ]
                found.append({"label": label, "choices": shown})
        return found

    def _choice(self, way: str, slug: str, word: str) -> dict[str, Any]:
        headings = {
            "network": _("Our accounts on %s"),
            "topic": _("Our accounts about %s"),
            "language": _("Our accounts in this language: %s"),
        }
        rows = [row for row in self.accounts if _fits(row, way, slug)]
        heading = headings[way] % word
        return {
            "path": f"/accounts/{way}/{slug}/",
            "word": word,
            "heading": heading,
            "rows": rows,
            "count": len(rows),
        }

    def _unit(self, line: UnitLine) -> dict[str, Any]:
        number = sum(row.unit_id == line.unit.pk for row in self.accounts)
        return {
            "unit": line.unit,
            "depth": line.depth,
            "path": stations.path_of(line.unit),
            "count": number,
        }

    def _station(self, line: UnitLine) -> dict[str, Any]:
        inside = within(line.unit.pk, self.units)
        rows = [row for row in self.accounts if row.unit_id in inside]
        return {
            "unit": line.unit,
            "above": stations.above(line.unit, self.units),
            "languages": stations.languages_of(line.unit, self.agency.languages),
            "accounts": self._all(rows),
            "lines": self._said([row.id for row in rows]),
            "parts": [self._unit(each) for each in self.units if each.unit.parent_id == line.unit.pk],
            "voices": self._faces(voice for voice in self.voices if voice.unit_id in inside),
        }

    def _person(self, voice: PublicVoice) -> dict[str, Any]:
        rows = self._spoken(voice)
        line = next((each for each in self.units if each.unit.pk == voice.unit_id), None)
        return {
            "voice": voice,
            "portrait": self._portrait(voice.slug, large=True),
            "accounts": [_shown(row) for row in rows],  # their face stands above
            "lines": self._said([row.id for row in rows]),
            "unit": self._unit(line) if line else None,
        }

    def _spoken(self, voice: PublicVoice) -> list[PublicAccount]:
        """The accounts on which somebody speaks: those they hold, but for those that bear another's name."""
        held = [row for row in self.accounts if row.id in voice.account_ids]
        return [row for row in held if not row.face or row.voice == voice.slug]

    def _all(self, rows: Iterable[PublicAccount]) -> list[dict[str, Any]]:
        return [{**_shown(row), "portrait": self._portrait(row.voice)} for row in rows]

    def _faces(self, voices: Iterable[PublicVoice]) -> list[dict[str, Any]]:
        return [
            {"slug": each.slug, "name": each.name, "title": each.title, "portrait": self._portrait(each.slug)}
            for each in voices
        ]

    def _portrait(self, slug: str, *, large: bool = False) -> dict[str, Any] | None:
        found = self.portraits.get(slug)
        return found.shown(large=large) if found else None

    def _said(self, account_ids: Collection[int]) -> list[dict[str, Any]]:
        """The last posts of these accounts, as lines; none while the agency shows no posts."""
        return self.news.of(account_ids) if self.news else []

    def _accounts_in(self, line: UnitLine) -> list[int]:
        inside = within(line.unit.pk, self.units)
        return [row.id for row in self.accounts if row.unit_id in inside]

    # --- for programs ---

    def as_json(self) -> bytes:
        """The same list for programs: who publishes it, where, and each account; those that were ours at the end."""
        slugs = {line.unit.pk: line.unit.slug for line in self.units}
        listed = {
            "agency": self.agency.name,
            "page": public_url(self.agency, "/accounts/"),
            "checker": public_url(self.agency, "/accounts/verify/"),
            "accounts": [
                {
                    "name": row.name,
                    "network": row.channel,
                    "handle": row.handle,
                    "address": row.profile,
                    "purpose": purpose(row),
                    "in_use": row.in_use,
                    "status": row.status,
                    "main": row.is_main,
                    "face": row.face,
                    "title": row.title,
                    "photograph": self._address(row.voice),
                    "topics": list(row.topics),
                    "languages": list(row.languages),
                    "unit": row.unit if row.unit_id in slugs else "",
                    "unit_page": public_url(self.agency, f"/stations/{slugs[row.unit_id]}/")
                    if row.unit_id in slugs
                    else "",
                }
                for row in [*self.accounts, *self.retired]
            ],
        }
        return json.dumps(listed, ensure_ascii=False, indent=1).encode() + b"\n"

    def _address(self, slug: str) -> str:
        """Where the photograph of somebody is, as JPEG; "" if they show none."""
        found = self._portrait(slug, large=True)
        return public_url(self.agency, f"/media/{found['jpeg']}") if found else ""

    def as_csv(self) -> bytes:
        """The same as a table."""
        rows = [
            [
                row.name,
                row.channel,
                row.handle,
                row.profile,
                row.status,
                row.unit,
                row.face,
                row.title,
                "; ".join(row.topics),
            ]
            for row in [*self.accounts, *self.retired]
        ]
        return written(
            [["name", "network", "handle", "address", "status", "unit", "face", "title", "topics"], *rows]
        )


UNIT = ("slug", "name", "kind", "about", "area", "address", "phone", "hours", "parent_id", "languages")


def purpose(row: PublicAccount) -> str:
    """What an account is for, in one sentence."""
    if row.topics:
        return _("Speaks about %s.") % ", ".join(row.topics)
    sentences = {
        Account.Kind.AGENCY: _("Speaks for all of us; announces appeals."),
        Account.Kind.STATION: _("Speaks for one station; announces appeals."),
        Account.Kind.UNIT: _("Speaks for one unit or station; announces appeals."),
        Account.Kind.PERSON: _("One officer, in their own name; announces appeals."),
        Account.Kind.ALERTS: _("Warnings, when there is something to do."),
    }
    return sentences.get(Account.Kind(row.kind), "")


def _fits(row: PublicAccount, way: str, slug: str) -> bool:
    """True if an account stands on the page of this network, topic or language."""
    if way == "network":
        return row.network == slug
    return slug in row.languages if way == "language" else slug in map(slugify, row.topics)


def _shown(row: PublicAccount) -> dict[str, Any]:
    return {
        "name": row.name,
        "there": row.there,
        "channel": row.channel,
        "profile": row.profile,
        "in_use": row.status != NOT_IN_USE,
        "purpose": purpose(row),
        "face": row.face,
        "title": row.title,
        "unit": row.unit,
        "voice": row.voice,
        "new_since": row.new_since,
    }


def _letter(row: PublicAccount) -> str:
    return stations.letter_of(row.name)
