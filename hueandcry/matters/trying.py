"""Whether an address gives a page: asked for when a draft is kept, tried by the worker, never while somebody waits.

Nothing here is on the record: an answer of somebody else's server is not an act of ours. Tried are https addresses of
public hosts alone (kernel/http.py refuses every other); a place that cannot be tried stays *unknown* and is said to be
so, because a desk without a way out must not call every address dead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.http import AddressRefused, HttpFailure, NotSent, Server
from hueandcry.matters.models import TriedAddress

FRESH = timedelta(hours=12)  # an answer is believed so long
SOON = timedelta(seconds=3)  # somebody is still typing the address
AGAIN = timedelta(minutes=2)
TRIES = 3
WITHIN = 8.0  # seconds for one try
LARGEST = 256 * 1024  # bytes read of a page; a longer one is a page all the same
MOST_WAITING = 300  # of one agency; further ones stay unknown until there is room
MOST_OF_ONE = 12  # addresses of one draft
GONE = {404, 410}
NO_NAME = "name not found"  # kernel/http.py
NO_WAY = "could not be tried"
OURS_ONLY = re.compile(
    r"(?:^|\.)(?:localhost|local|internal|test|invalid|example|onion)$"
)  # RFC 6761, RFC 7686
Found = TriedAddress.Found


def can_be_tried(address: str) -> bool:
    """True for an https address of a public name without credentials in it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and "." in host
        and not parts.username
        and len(address) <= 500  # noqa: PLR2004 - fits the column
        and not OURS_ONLY.search(host)
    )


def without_mark(address: str) -> str:
    """The address without the part behind #, which no server is told."""
    return address.partition("#")[0]


def ask_for(addresses: Iterable[str], *, agency_id: int, own_host: str = "") -> int:
    """Let the worker try these addresses of a draft. own_host: the agency's own pages are not tried. Returns how many.

    Safe to call again and again: an answer that is fresh is kept.
    """
    wanted = [
        address
        for address in dict.fromkeys(without_mark(item) for item in addresses)
        if can_be_tried(address) and urlsplit(address).hostname != own_host
    ][:MOST_OF_ONE]
    if not wanted:
        return 0
    moment = clock.now()
    rows = TriedAddress.objects.filter(agency_id=agency_id)
    known = {row.address: row for row in rows.filter(address__in=wanted)}
    stale = [
        row.pk
        for row in known.values()
        if row.due_at is None and (row.tried_at is None or moment - row.tried_at > FRESH)
    ]
    asked = rows.filter(pk__in=stale, due_at__isnull=True).update(due_at=moment, attempts=0) if stale else 0
    new = [address for address in wanted if address not in known]
    if new and rows.filter(due_at__isnull=False).count() < MOST_WAITING:
        asked += sum(_begin(agency_id, address) for address in new)
    return asked


def _begin(agency_id: int, address: str) -> bool:
    try:
        with transaction.atomic():
            TriedAddress.objects.create(agency_id=agency_id, address=address, due_at=clock.now() + SOON)
    except IntegrityError:  # somebody else's draft named it in the same moment
        return False
    return True


def try_one(row: TriedAddress) -> bool:
    """Try a claimed address and keep what it gave. Safe to run twice and to be killed. False if the lease was lost.

    One of which every try broke off is *unknown*: it must not keep the others waiting.
    """
    found, said = _tried(row.address, row) if row.attempts <= TRIES else (Found.UNKNOWN, NO_WAY)
    if found == Found.NOTHING and said not in {str(code) for code in GONE} and row.attempts < TRIES:
        return postpone(row, until=clock.now() + AGAIN, error=said)
    return settle(row, found=found, said=said[:60], tried_at=clock.now())


def _tried(address: str, row: TriedAddress) -> tuple[str, str]:
    """What it gave, and the answer in a word. A server that asks robots to stay out is unknown, not dead."""
    try:
        parts = urlsplit(address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        server = Server(
            f"{parts.scheme}://{parts.netloc}", until=row.claimed_until, largest=LARGEST, within=WITHIN
        )
        status = server.call("GET", path, headers={"Accept": "text/html,*/*;q=0.5"}).status
    except (AddressRefused, ValueError) as refusal:  # or no request can be made of it
        return Found.UNKNOWN, NO_WAY if isinstance(refusal, ValueError) else "not a public address"
    except NotSent as failure:
        missing = failure.reason == NO_NAME and _others_answer()
        return (Found.NOTHING if missing else Found.UNKNOWN), failure.reason
    except HttpFailure as failure:
        if failure.reason == "answer too large":  # it has begun to arrive, so there is a page
            return Found.PAGE, "200"
        return Found.UNKNOWN, failure.reason
    if status in GONE or status >= 500:  # noqa: PLR2004 - the server's own failures
        return Found.NOTHING, str(status)
    return (Found.PAGE if status < 400 else Found.UNKNOWN), str(status)  # noqa: PLR2004 - refused to a program


def _others_answer() -> bool:
    """True if another address gave a page lately: then this machine reaches the outside, and a missing name is wrong."""
    since = clock.now() - timedelta(days=1)
    return TriedAddress.objects.filter(found=Found.PAGE, tried_at__gte=since).exists()
