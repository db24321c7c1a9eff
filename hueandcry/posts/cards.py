"""Cards of links: what a network shows below a post beside its words, and what we know of the page for it.

Known is what the worker read of somebody else's page (card_reading.py), or what our own page says of itself
(own_pages.py). It is looked at like the words of the post, since on a network where the poster makes the card it stands
under our name (CardBy.US): the check reads it (checking.py), whoever approves sees it, and handing in keeps it with the
post. What was approved is what is sent. Of our own page only that goes which also still stands there, so that a name or a
picture that was taken down meanwhile is never sent.

A picture is {"digest", "small": digests of JPEG files, "width", "height": of the small one, in pixels}.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.channels.connector import OutgoingPicture
from hueandcry.kernel import clock
from hueandcry.kernel.files import MIME, Kind
from hueandcry.matters.trying import can_be_tried, without_mark
from hueandcry.posts.models import LinkCard, Post
from hueandcry.posts.own_pages import is_own, own_tags

MOST = 4  # addresses of one post; a network shows the card of one
MOST_WAITING = 300  # of one agency; further ones stay unread until there is room
SOON = timedelta(seconds=3)  # somebody is still typing the address
FAILED_FOR = timedelta(hours=12)  # then a page that could not be read is asked for again by itself
Found = LinkCard.Found
NO_PAGE, NOT_PUBLIC, NO_WORDS, TOO_FAR, NO_PICTURE = (
    "no page",
    "not public",
    "no words",
    "too many redirects",
    "no picture",
)


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of the page at an address. found: as LinkCard.Found; said: why there is nothing; read_at: ISO, or "".

    own: a page of our own site, which is as it stands now.
    """

    address: str
    found: str = ""
    said: str = ""
    title: str = ""
    description: str = ""
    picture: Mapping[str, Any] | None = None
    read_at: str = ""
    own: bool = False

    @property
    def is_known(self) -> bool:
        """True if there is more to show than the address."""
        return self.found == Found.PAGE and bool(self.title or self.description or self.picture)

    @property
    def words(self) -> str:
        """What would stand there in words, for the check and for the record."""
        return "\n".join(line for line in (self.title, self.description) if line)

    @property
    def moment(self) -> datetime | None:
        """When it was read."""
        return datetime.fromisoformat(self.read_at) if self.read_at else None

    def sentence(self) -> str:
        """What is not known, and why; "" if nothing is missing."""
        if self.own:
            return "" if self.found else _("No page of ours stands at this address now.")
        if self.found == Found.NOT_YET:
            return _("The page was not read yet.")
        if self.found == Found.PAGE:
            return {
                NO_WORDS: _("The page does not say what it is."),
                NO_PICTURE: _("Its picture cannot be used."),
            }.get(self.said, "")
        return {
            NO_PAGE: _("What stands there is no web page."),
            NOT_PUBLIC: _("The address is not one of the public web, so it was not read."),
            TOO_FAR: _("The page leads on and on, so it was not read."),
        }.get(self.said, _("The page did not answer (%s).") % self.said)


def host_of(address: str) -> str:
    """The name of the server, as a card shows it."""
    try:
        return (urlsplit(address).hostname or address).removeprefix("www.")
    except ValueError:
        return address


def outgoing_picture(card: Card) -> OutgoingPicture | None:
    """Its picture as a connector takes it. A card has no place for alt text; the title says what it is."""
    kept = card.picture
    if not kept:
        return None
    return OutgoingPicture(kept["digest"], MIME[Kind.JPEG], "", kept["width"], kept["height"])


# --- what is known ----------------------------------------------------------------------------------


def known_cards(addresses: Collection[str], *, agency: Agency) -> dict[str, Card]:
    """What is known now of these addresses of an agency's drafts, one question for all of them."""
    wanted = list(dict.fromkeys(without_mark(item) for item in addresses))
    theirs = [item for item in wanted if not is_own(item, agency)]
    rows = LinkCard.objects.filter(agency_id=agency.pk, address__in=theirs) if theirs else ()
    kept = {row.address: _card(row) for row in rows}
    return {item: kept.get(item) or own_card(item, agency) or _not_asked(item) for item in wanted}


def own_card(address: str, agency: Agency) -> Card | None:
    """The card of an address below our own site, as it stands now; None for anybody else's."""
    if not is_own(address, agency):
        return None
    told = own_tags(address, agency)
    if told is None:
        return Card(address, own=True)
    tags, picture = told
    return Card(address, Found.PAGE, "", tags.title, tags.description, picture, own=True)


def frozen_cards(post: Post) -> dict[str, Card]:
    """The cards of a post as they were when it was handed in; of an older post, none."""
    return {item["address"]: Card(**item) for item in post.cards or ()}


def standing_card(card: Card, agency: Agency) -> Card:
    """A kept card as it may still go out: of a page of ours only what it says to this day, of another's all."""
    if not card.own:
        return card
    now = own_card(card.address, agency) or Card(card.address, own=True)
    return replace(
        card,
        title=card.title if card.title == now.title else "",
        description=card.description if card.description == now.description else "",
        picture=card.picture if card.picture == now.picture else None,
    )


def kept_cards(addresses: Collection[str], *, agency: Agency) -> list[dict[str, Any]]:
    """What is known now, as a post keeps it when it is handed in."""
    return [asdict(card) for card in known_cards(list(addresses)[:MOST], agency=agency).values()]


def _not_asked(address: str) -> Card:
    return Card(address) if can_be_tried(address) else Card(address, Found.UNKNOWN, NOT_PUBLIC)


def _card(row: LinkCard) -> Card:
    return Card(
        row.address,
        row.found,
        row.said,
        row.title,
        row.description,
        row.picture,
        row.read_at.isoformat() if row.read_at else "",
    )


# --- asking -----------------------------------------------------------------------------------------


def ask_for_cards(addresses: Iterable[str], *, agency: Agency, again: bool = False) -> int:
    """Let the worker read these pages; our own are never asked for over the network. Returns how many.

    again: also what was read before. Safe to call again and again: what is known is kept, and what failed stays so for
    half a day.
    """
    wanted = [
        item
        for item in dict.fromkeys(without_mark(item) for item in addresses)
        if can_be_tried(item) and not is_own(item, agency)
    ][:MOST]
    if not wanted:
        return 0
    moment, rows = clock.now(), LinkCard.objects.filter(agency_id=agency.pk)
    known = {row.address: row for row in rows.filter(address__in=wanted)}
    stale = [row.pk for row in known.values() if row.due_at is None and (again or _is_stale(row, moment))]
    asked = rows.filter(pk__in=stale, due_at=None).update(due_at=moment, attempts=0) if stale else 0
    new = [item for item in wanted if item not in known]
    if new and rows.filter(due_at__isnull=False).count() < MOST_WAITING:
        asked += sum(_begin(agency.pk, item, moment if again else moment + SOON) for item in new)
    return asked


def _is_stale(row: LinkCard, moment: datetime) -> bool:
    """True if it could not be read, and not just now."""
    return row.found != Found.PAGE and (row.read_at is None or moment - row.read_at > FAILED_FOR)


def _begin(agency_id: int, address: str, due_at: datetime) -> bool:
    try:
        with transaction.atomic():
            LinkCard.objects.create(agency_id=agency_id, address=address, due_at=due_at)
    except IntegrityError:  # somebody else's draft named it in the same moment
        return False
    return True
