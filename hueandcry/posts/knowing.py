"""What the house knows that no draft tells, for the check: held matters, the case, tried addresses, rights of pictures.

Asked once for many drafts; the check itself (preflight) asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import get_agency
from hueandcry.assets import rights
from hueandcry.assets.models import Rights
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import ref
from hueandcry.matters import queries as matters
from hueandcry.matters.models import Matter, Stage, TriedAddress
from hueandcry.matters.trying import ask_for, without_mark
from hueandcry.posts import alerts
from hueandcry.posts.cards import Card, ask_for_cards, frozen_cards, known_cards
from hueandcry.posts.models import Post
from hueandcry.preflight import checks

ADDRESS = re.compile(r"https?://[^\s<>\"“”]+")
AROUND = ".,;:!?)]}'’»…"
CONSENT = {"none": "not needed", "agreed": "given", "purpose": "not needed", "missing": "missing"}


@dataclass(frozen=True, slots=True)
class Said:
    """One draft as far as the house may know something of it. links: as they are written; shown: pictures and video."""

    subject: str = ""
    links: tuple[str, ...] = ()
    things: tuple[rights.Thing, ...] = ()


def addresses_in(*texts: str) -> tuple[str, ...]:
    """The web addresses that stand in these texts, each once."""
    found = (match[0].rstrip(AROUND) for text in texts for match in ADDRESS.finditer(text))
    return tuple(dict.fromkeys(without_mark(item) for item in found))


def said_in(post: Post) -> Said:
    """A post as the house may know something of it."""
    return Said(post.subject, addresses_in(*texts_in(post)), things_in(post))


def texts_in(post: Post) -> tuple[str, ...]:
    """Everything in a post where an address can stand."""
    return (post.link, post.text, *post.thread, *post.own_texts.values(), *alerts.texts_in(post))


def things_in(post: Post) -> tuple[rights.Thing, ...]:
    """The pictures and the video of a post."""
    pictures: list[rights.Thing] = [("asset", item["asset"]) for item in post.pictures]
    return (*pictures, *([("video", post.video_id)] if post.video_id is not None else []))


def ask_for_links(*texts: str, agency_id: int) -> None:
    """Let the worker try the addresses that stand in these texts."""
    if links := addresses_in(*texts):
        ask_for(links, agency_id=agency_id, own_host=get_agency(agency_id).public_host)


def ask_about(post: Post, *, again: bool = False) -> None:
    """Let the worker look at what the post leads to: whether its addresses give a page, and what their cards show.

    again: also cards that were read before.
    """
    if not again:
        ask_for_links(*texts_in(post), agency_id=post.agency_id)
    ask_for_cards(addresses_in(*texts_in(post)), agency=get_agency(post.agency_id), again=again)


def card_address(post: Post, texts: list[str]) -> tuple[str, int]:
    """The address whose card stands below a post of these parts, and below which part; ("", 0) if there is none.

    A post's own link goes with its last part; without one, networks take the first address of the text.
    """
    if post.repost_of_id or post.link:
        return (post.link, len(texts)) if not post.repost_of_id else ("", 0)
    for part, text in enumerate(texts, 1):
        if found := addresses_in(text):
            return found[0], part
    return "", 0


class Known:
    """What is known of some drafts of one agency: five questions, however many they are. Never kept: it changes."""

    def __init__(self, agency: Agency, drafts: Collection[Said]) -> None:
        self.day: date = clock.now().astimezone(ZoneInfo(agency.time_zone)).date()
        self.own_host = agency.public_host
        self._agency = agency
        self._cards: dict[str, Card] | None = None
        links = {link for draft in drafts for link in draft.links}
        self._links = links
        things = {thing for draft in drafts for thing in draft.things}
        self._agency_id = agency.pk
        self._held: list[Matter] | None = None
        subjects = [draft.subject for draft in drafts if draft.subject]
        self._cases = (
            matters.cases_about(agency_id=agency.pk, subjects=subjects, links=links)
            if subjects or links
            else []
        )
        self._tried = matters.tried(agency_id=agency.pk, addresses=links)
        self._rights = rights.stated(
            agency_id=agency.pk,
            asset_ids=[number for kind, number in things if kind == "asset"],
            video_ids=[number for kind, number in things if kind == "video"],
        )

    def matters_for(self, reader: Actor | None) -> tuple[checks.HeldMatter, ...]:
        """What may not be spoken of, as this reader may be told of it."""
        if self._held is None:
            self._held = matters.in_force(agency_id=self._agency_id, day=self.day)
        return tuple(
            checks.HeldMatter(
                name=row.title,
                words=tuple(row.words),
                permitted=row.permitted,
                forbidden=row.forbidden,
                blind=not matters.may_read(row, reader),
                ask=row.ask,
                key=ref("matter", row.pk),
            )
            for row in self._held
        )

    def facts(self, draft: Said) -> matters.Facts:
        """Where the case stands, and which names may be said."""
        return matters.facts_of(self._cases, subject=draft.subject, links=draft.links)

    def dead(self, draft: Said) -> frozenset[str]:
        """Addresses of the draft that gave no page."""
        nothing = TriedAddress.Found.NOTHING
        return frozenset(x for x in draft.links if x in self._tried and self._tried[x].found == nothing)

    def cards_of(self, post: Post) -> dict[str, Card]:
        """The cards of a post's addresses: kept ones once it was handed in, else as they are known now.

        One that was handed in before cards were kept has none.
        """
        if post.cards is not None or (post.pk and post.status != Post.Status.DRAFT):
            return frozen_cards(post)
        if self._cards is None:
            self._cards = known_cards(self._links, agency=self._agency)
        return self._cards

    def rights_of(self, thing: rights.Thing) -> Rights | None:
        """What is stated of a picture or video; None if nobody has."""
        return self._rights.get(thing)

    def lines(self, draft: Said) -> list[str]:
        """What is known, and what is not known yet, one sentence each, for the page."""
        said, facts = [], self.facts(draft)
        if facts.stage:
            said.append(_("The case: %s.") % Stage(facts.stage).label)
        if facts.names:
            said.append(_("Names that may be said: %s.") % ", ".join(sorted(facts.names)))
        return said + [line for link in draft.links if (line := self._of_link(link))]

    def _of_link(self, link: str) -> str:
        row = self._tried.get(link)
        try:
            ours = urlsplit(link).hostname == self.own_host
        except ValueError:
            ours = False
        if ours or (row is not None and row.found in {"page", "nothing"}):
            return ""
        if row is None or row.due_at is not None:
            return _("%s was not tried yet: it is not known whether it gives a page.") % link
        return _("%s could not be tried from here: open it yourself once.") % link


def picture_facts(
    item: Mapping[str, Any], name: str, stated: Rights | None, *, unstated: str = ""
) -> checks.PictureFacts:
    """A picture or video as the check looks at it. unstated: what its rights count as where nobody stated them."""
    if stated is None:
        ours = bool(item.get("ours"))
        return checks.PictureFacts(
            name=name,
            alt=item["alt"],
            rights="own" if ours else unstated,
            consent="not needed" if ours else "",
        )
    owner = stated.owner
    return checks.PictureFacts(
        name=name,
        alt=item["alt"],
        rights=owner if owner in {Rights.Owner.OWN, Rights.Owner.MISSING} else "licensed",
        consent=CONSENT[stated.people],
        guardian=CONSENT[stated.minors],
        music=stated.music,
        expires_on=stated.expires_on,
    )


def known_of(agency: Agency, posts: Iterable[Post]) -> Known:
    """What is known of these posts, and of those that they show again."""
    shown = [item for post in posts for item in (post, post.repost_of) if item is not None]
    return Known(agency, [said_in(item) for item in shown])
