"""The worker reads a page for the card of a link: once, from the public web alone, never while somebody waits.

Nothing here is on the record: a page of somebody else's is not an act of ours; what is taken of it into a post is kept
there when the post is handed in. Every step of a redirect is looked at like the first: https, a public name, no
address that only our own servers are let to (HUE_ALLOW_PRIVATE), and kernel/http.py refuses a name that leads inside. A
picture is decoded in the limited process (ADR 0009), and only our own small copies of it are kept.
"""

from __future__ import annotations

import ipaddress
import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from hueandcry.assets.leaving import arriving
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.errors import Invalid, Unavailable
from hueandcry.kernel.files import Kind
from hueandcry.kernel.http import AddressRefused, Answer, HttpFailure, Server
from hueandcry.matters.trying import can_be_tried
from hueandcry.posts.card_page import Tags, read_page
from hueandcry.posts.cards import NO_PAGE, NO_PICTURE, NO_WORDS, NOT_PUBLIC, TOO_FAR
from hueandcry.posts.models import LinkCard

WITHIN = 8.0  # seconds for one call
LARGEST_PAGE = 384 * 1024  # bytes read of a page; tags stand at its beginning
LARGEST_PICTURE = 5_000_000  # bytes
HOPS = 3  # redirects that are followed
TRIES = 3
AGAIN = timedelta(minutes=2)
SMALL = 320  # pixels wide, for the desk
HTML = ("text/html", "application/xhtml+xml")
LED_ON = {301, 302, 303, 307, 308}
GONE = {404, 410}
Found = LinkCard.Found
log = logging.getLogger("hueandcry.posts")


class Web:
    """The public web, one page at a time."""

    def get(self, address: str, *, accept: str, largest: int, cut: bool, until: datetime | None) -> Answer:
        """One answer. Raises HttpFailure; ValueError for what no request can be made of."""
        parts = urlsplit(address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        server = Server(
            f"{parts.scheme}://{parts.netloc}", until=until, largest=largest, within=WITHIN, cut=cut
        )
        return server.call("GET", path, headers={"Accept": accept, "Accept-Encoding": "identity"})


class Unread(Exception):  # noqa: N818 - it says what the page is
    """There is no card in it. found: LinkCard.Found; said: why, in a word; again: another try may find one."""

    def __init__(self, found: str, said: str, *, again: bool = False) -> None:
        super().__init__(said)
        self.found, self.said, self.again = found, said, again


def read_one(row: LinkCard, *, web: Web | None = None) -> bool:
    """Read a claimed page and keep what it says of itself. Safe to run twice and to be killed. False if the lease was lost."""
    if row.attempts > TRIES:  # every try broke off: it must not keep the others waiting
        return _nothing(row, Found.UNKNOWN, row.last_error or "broke off")
    try:
        tags = _page(row, web or Web())
        prepared = _picture(tags, row, web or Web())
    except Unread as none:
        if none.again and row.attempts < TRIES:
            return postpone(row, until=clock.now() + AGAIN, error=none.said)
        return _nothing(row, none.found, none.said)
    said = "" if tags.title else NO_WORDS
    with arriving():
        return settle(
            row,
            found=Found.PAGE,
            said=NO_PICTURE if tags.picture and not prepared else said,
            title=tags.title,
            description=tags.description,
            picture=_kept(prepared) if prepared else None,
            read_at=clock.now(),
        )


def _nothing(row: LinkCard, found: str, said: str) -> bool:
    empty: dict[str, Any] = {"title": "", "description": "", "picture": None}
    return settle(row, found=found, said=said[:60], read_at=clock.now(), **empty)


def _page(row: LinkCard, web: Web) -> Tags:
    """Raises Unread."""
    answer, address = _followed(row.address, row, web, accept="text/html", largest=LARGEST_PAGE, cut=True)
    kind = answer.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() not in HTML:
        raise Unread(Found.UNKNOWN, NO_PAGE)
    return read_page(answer.body, kind=kind, address=address)


def _picture(tags: Tags, row: LinkCard, web: Web) -> Prepared | None:
    """The picture that a page offers, decoded; None if there is none, or none that can be used."""
    if not tags.picture:
        return None
    try:
        given = {"accept": "image/*", "largest": LARGEST_PICTURE, "cut": False}
        answer, _address = _followed(tags.picture, row, web, **given)
        return prepare(answer.body)
    except (Unread, Invalid, Unavailable) as none:
        log.info("the picture of link card %d cannot be used: %s", row.pk, type(none).__name__)
        return None


def _kept(prepared: Prepared) -> dict[str, Any]:
    """Small copies of it alone."""
    copies = sorted((copy for copy in prepared.copies if copy.kind == Kind.JPEG), key=lambda copy: copy.width)
    small = next((copy for copy in reversed(copies) if copy.width <= SMALL), copies[0])
    return {
        "digest": blobs.put(copies[-1].data),
        "small": blobs.put(small.data),
        "width": small.width,
        "height": small.height,
    }


def _followed(address: str, row: LinkCard, web: Web, **given: Any) -> tuple[Answer, str]:
    """The answer at the end of at most HOPS redirects, and where that is. Raises Unread."""
    for _hop in range(HOPS + 1):
        if not may_be_read(address):
            raise Unread(Found.UNKNOWN, NOT_PUBLIC)
        try:
            answer = web.get(address, until=row.claimed_until, **given)
            if answer.status not in LED_ON or not answer.headers.get("location"):
                break
            address = urljoin(address, answer.headers["location"])
        except (AddressRefused, ValueError):
            raise Unread(Found.UNKNOWN, NOT_PUBLIC) from None
        except HttpFailure as failure:
            raise Unread(Found.UNKNOWN, failure.reason, again=True) from None
    else:
        raise Unread(Found.UNKNOWN, TOO_FAR)
    if answer.status != HTTPStatus.OK:
        failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise Unread(
            Found.NOTHING if answer.status in GONE else Found.UNKNOWN, str(answer.status), again=failed
        )
    return answer, address


def may_be_read(address: str) -> bool:
    """True for an https address of a public name, on no server that only our connectors are let to."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return can_be_tried(address) and f"{host}:{port}" not in settings.HUE_ALLOW_PRIVATE
    return False  # no page that people pass on has a number for a name
