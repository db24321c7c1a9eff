"""Posts as public pages (R26): the newest, a page for each month, a page for each post. All of it is files, without a script.

Pages are rendered anew only when something on them has changed, since a site is built within the request that takes
something down.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.appeals.queries import PictureView
from hueandcry.posts.news import News, standing
from hueandcry.publicsite.alerting import Alerts
from hueandcry.publicsite.feeds import FeedEntry
from hueandcry.publicsite.picturing import shown
from hueandcry.ui import css

NEWEST = 20  # posts on the first page
A_PAGE = 60  # posts on one page of a month
IN_FEEDS = 50  # so that news never push appeals out of a feed (feeds.MOST)
OF_VOICE = 5  # last posts of a person or a station
NAMED = 8  # accounts named below a post

_kept: dict[int, dict[str, tuple[str, bytes]]] = {}  # agency → page → what it was made from, and the page


class Newsroom:
    """What an agency's posts look like on its site. Nothing is there while the agency shows none."""

    def __init__(self, agency: Agency, *, never: Collection[str] = (), alerts: Alerts | None = None) -> None:
        """never: public names of pictures that were taken down elsewhere, so that no post shows them either."""
        self.alerts = alerts or Alerts(agency)
        self.agency = agency
        found = standing(agency.pk)
        self.on, self.items = found.on, found.shown if found.on else ()
        self.changed_at = found.changed_at
        self.gone, self.gone_pictures = found.gone, found.gone_pictures
        self.never = frozenset(never)

    def paths(self) -> list[str]:
        """The addresses of its pages, for the site map."""
        names = [name for name, _template, _context in self._pages()]
        own = self.alerts.paths() if self.on else []
        return [*(f"/{name.removesuffix('index.html')}" for name in names), *own]

    def files(self) -> dict[str, bytes]:
        """Every page by name."""
        before = _kept.get(self.agency.pk, {})
        now: dict[str, tuple[str, bytes]] = {}
        frame = self._frame()
        for name, template, context in self._pages():
            made_from = repr((frame, context))
            kept = before.get(name)
            page = kept[1] if kept and kept[0] == made_from else self._render(template, context)
            now[name] = (made_from, page)
        _kept[self.agency.pk] = now
        return {name: page for name, (_made_from, page) in now.items()}

    def media(self) -> dict[str, str]:
        """File name below /media/ → digest, of every picture that is shown."""
        return {
            copy.public_name: copy.digest
            for item in self.items
            for picture in self._pictures(item)
            for copy in picture.renditions
        }

    def entries(self) -> list[FeedEntry]:
        """The newest posts for the feeds, without pictures."""
        return [
            FeedEntry(
                id=f"tag:{self.agency.public_host},{item.at:%Y-%m-%d}:{item.path}",
                url=public_url(self.agency, item.path),
                title=item.heading,
                text="\n\n".join([*item.texts, *([item.link] if item.link else [])]),
                published=item.at,
                updated=item.updated,
            )
            for item in self.items[:IN_FEEDS]
        ]

    def of(self, account_ids: Collection[int]) -> list[dict[str, Any]]:
        """The last posts that one of these accounts said, as lines."""
        mine = [item for item in self.items if any(said.account_id in account_ids for said in item.said)]
        return [self._line(item) for item in mine[:OF_VOICE]]

    def latest(self, most: int) -> list[dict[str, Any]]:
        """The newest posts as lines."""
        return [self._line(item) for item in self.items[:most]]

    # --- pages ---

    def _pages(self) -> list[tuple[str, str, dict[str, Any]]]:
        if not self.on:
            return []
        months = [(month, list(rows)) for month, rows in groupby(self.items, key=lambda item: item.month)]
        listed = [
            {"path": f"/news/{month}/", "day": _first_of(month), "count": len(rows)} for month, rows in months
        ]
        pages = [("news/index.html", "news", {"lines": self.latest(NEWEST), "months": listed})]
        for month, rows in months:
            pages += self._month(month, rows)
        pages += [(f"{item.path.lstrip('/')}index.html", "post", self._one(item)) for item in self.items]
        return pages

    def _month(self, month: str, rows: list[News]) -> list[tuple[str, str, dict[str, Any]]]:
        """A month, in as many pages as keep each of them light."""
        parts = [rows[first : first + A_PAGE] for first in range(0, len(rows), A_PAGE)]
        paths = [
            f"/news/{month}/" if not number else f"/news/{month}/more-{number}/"
            for number in range(len(parts))
        ]
        return [
            (
                f"{paths[number].lstrip('/')}index.html",
                "news_month",
                {
                    "day": _first_of(month),
                    "lines": [self._line(item) for item in part],
                    "newer": paths[number - 1] if number else "",
                    "older": paths[number + 1] if number + 1 < len(parts) else "",
                },
            )
            for number, part in enumerate(parts)
        ]

    def _line(self, item: News) -> dict[str, Any]:
        return {
            "path": item.path,
            "heading": item.heading,
            "language": item.language,
            "at": item.at,
            "corrects": item.corrects,
            "who": item.said[0].name if item.said else "",
        }

    def _one(self, item: News) -> dict[str, Any]:
        pictures = [shown(picture) for picture in self._pictures(item)]
        return {
            "post": item,
            "heading": item.heading,
            "page_language": get_language() or "en",
            "pictures": pictures,
            "said": item.said[:NAMED],
            "others": max(len(item.said) - NAMED, 0),
            "address": public_url(self.agency, item.path),
            "month": {"path": f"/news/{item.month}/", "day": _first_of(item.month)},
            "alert": self.alerts.of(item),
        }

    def _pictures(self, item: News) -> list[PictureView]:
        kept = [
            picture
            for picture in item.pictures
            if not any(copy.public_name in self.never for copy in picture.copies)
        ]
        return [
            PictureView(
                id=picture.asset_id,
                asset_id=picture.asset_id,
                place=number,
                alt=picture.alt,
                caption="",
                file_name="",
                renditions=list(picture.copies),
            )
            for number, picture in enumerate(kept, 1)
        ]

    def _frame(self) -> tuple[Any, ...]:
        """All that stands around the words."""
        names = ("name", "logo_text", "phone", "emergency_number", "brand_colour", "public_host", "time_zone")
        agency = [getattr(self.agency, name) for name in names]
        return (
            agency,
            get_language(),
            css.themed(self.agency.brand_colour).name,
            public_url(self.agency, "/"),
        )

    def _render(self, template: str, context: dict[str, Any]) -> bytes:
        context = {"agency": self.agency, "section": "news", "news_on": self.on, **context}
        return render_to_string(f"publicsite/{template}.html", context).lstrip().encode()


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
