"""What the anonymous public may ask of the lists. It is sealed and left for the worker; the answer is always the same.

Nothing here says whether an address is on a list, and nothing here could find out.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.kernel import clock, sealing
from hueandcry.kernel.errors import Invalid, NotFound, Unavailable
from hueandcry.kernel.mail import is_address
from hueandcry.lists import push_services, queries, slips
from hueandcry.lists.choices import Choices, Medium
from hueandcry.lists.numbers import international
from hueandcry.lists.slips import Link, LinkTooOld, Purpose, check_ticket, new_ticket
from hueandcry.lists.words import Word, read_word

__all__ = [
    "Link",
    "LinkTooOld",
    "ask",
    "choices_of",
    "confirm",
    "hear",
    "leave",
    "leave_browser",
    "look_at_link",
    "new_ticket",
    "offer",
    "report",
]
BURST, EACH = 60, 1.0  # forms taken at once, and seconds until the next one may come
EACH_LEAVING = 0.1  # the worker takes 200 in a second
PUSH_KEYS = {"p256dh": 65, "auth": 16}  # bytes, RFC 8291 sections 3.1 and 3.2
LONGEST_ENDPOINT = 1_000
WEB_ADDRESS = re.compile(r"[!-~]+\Z")  # printable ASCII, RFC 3986


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be joined and chosen. areas: (slug, name)."""

    media: list[Medium]
    areas: list[tuple[str, str]]


@dataclass(slots=True)
class _Bucket:
    """Forms that this process takes: a number at once, then one after the other. It knows nobody apart.

    each: seconds until the next one may come.
    """

    each: float = EACH
    left: float = BURST
    at: float = 0.0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """True if one more may pass."""
        with self.turn:
            moment = clock.now().timestamp()
            gained = max(0.0, moment - self.at) / self.each
            self.left, self.at = min(BURST, self.left + gained), moment
            if self.left < 1:
                return False
            self.left -= 1
            return True


_bucket = _Bucket()
_leaving = _Bucket(each=EACH_LEAVING)  # of its own: who wants to leave does not wait for those who join


def offer(*, agency_id: int) -> Offer:
    """What the agency's lists offer now; nothing before its key was made."""
    media = queries.open_media(agency_id) if slips.is_ready() else []
    return Offer(media, queries.areas(agency_id))


def choices_of(data: Mapping[str, object]) -> Choices:
    """The filled form as choices. Raises Invalid without a level."""
    made = Choices.from_plain(dict(data))
    if not made.levels:
        raise Invalid(_("Choose at least one kind of message."), field="levels")
    return made


def ask(*, agency_id: int, medium: str, address: str, choices: Choices, ticket: str) -> None:
    """Ask to be put on a list. Raises Invalid (address, ticket), NotFound (no such list), Unavailable."""
    if medium not in {item.value for item in queries.open_media(agency_id)}:
        raise NotFound(_("This list cannot be joined now."))
    kept = _clean(medium, address)
    check_ticket(ticket)
    if not _bucket.take():
        raise Unavailable(
            _("Many people sign up right now. Nothing was saved. Wait a minute and press the button again.")
        )
    slips.drop(
        agency_id=agency_id, kind="ask", said={"medium": medium, "address": kept, "choices": choices.plain()}
    )


def look_at_link(*, agency_id: int, token: str, purpose: Purpose) -> Link:
    """What a link is for, without doing it. Raises LinkTooOld, NotFound."""
    return slips.read_link(token, purpose=purpose, agency_id=agency_id)


def confirm(*, agency_id: int, token: str) -> None:
    """Say yes by the link of the message. Raises LinkTooOld, NotFound, Unavailable."""
    link = look_at_link(agency_id=agency_id, token=token, purpose=Purpose.CONFIRM)
    slips.drop(agency_id=agency_id, kind="confirm", said={"subscriber": link.number})


def leave(*, agency_id: int, token: str) -> None:
    """Leave by the link of a message. Raises NotFound, Unavailable."""
    link = look_at_link(agency_id=agency_id, token=token, purpose=Purpose.LEAVE)
    slips.drop(agency_id=agency_id, kind="leave", said={"subscriber": link.number})


def leave_browser(*, agency_id: int, endpoint: str, ticket: str) -> None:
    """Take this browser off the push list: only it knows its endpoint. Raises Invalid (ticket, no push service), Unavailable.

    The browser has ended it itself by then, so that nothing shows there any more even if this cannot be taken now; a
    link to leave in a letter asks for no ticket and waits for nobody.
    """
    if not push_services.is_known(endpoint[:LONGEST_ENDPOINT]):
        raise Invalid(_("This browser gets no notifications from us."))
    try:
        check_ticket(ticket)
    except Invalid:
        raise Invalid(
            _(
                "This page was open for too long. Your browser shows no more notifications from us; it falls off our list by itself with the next message."
            )
        ) from None
    if not _leaving.take():
        raise Unavailable(
            _(
                "Your browser shows no more notifications from us. Many people leave right now, so it falls off our list with the next message. You need not do anything."
            )
        )
    slips.drop(
        agency_id=agency_id,
        kind="stop",
        said={"medium": Medium.PUSH.value, "address": endpoint[:LONGEST_ENDPOINT]},
    )


def report(*, agency_id: int, token: str, status: str) -> None:
    """What a carrier says became of a text message (Kannel's dlr values). Raises NotFound, Unavailable."""
    link = look_at_link(agency_id=agency_id, token=token, purpose=Purpose.REPORT)
    slips.drop(agency_id=agency_id, kind="report", said={"sending": link.number, "status": status[:20]})


def hear(*, agency_id: int, agency_name: str, phone: str, sender: str, text: str, key: str) -> str:
    """Take in a text message that somebody sent to our number; returns what to answer, "" for nothing.

    key: what only the carrier knows (HUE_SMS_KEY). Raises NotFound for a stranger, Unavailable.
    """
    wanted = settings.HUE_SMS_KEY
    if not wanted or not sealing.same(key.encode(), wanted.encode()):
        raise NotFound(_("There is nothing here."))
    number = international(sender, country=settings.HUE_SMS_COUNTRY)
    if not number:
        return ""
    known = queries.areas(agency_id)
    heard = read_word(text, known)
    to = {"medium": Medium.SMS.value, "address": number}
    if heard.word == Word.JOIN and Medium.SMS in queries.open_media(agency_id):
        choices = Choices(areas=(heard.area,) if heard.area else ())
        slips.drop(agency_id=agency_id, kind="join", said={**to, "choices": choices.plain()})
    elif heard.word in {Word.YES, Word.STOP}:
        slips.drop(agency_id=agency_id, kind=heard.word.value, said=to)
    return heard.answer(agency=agency_name, phone=phone, areas=known)


def _clean(medium: str, address: str) -> str:
    """The address as it is kept. Raises Invalid."""
    typed = address.strip()
    if medium == Medium.EMAIL:
        name, at, server = typed.rpartition("@")
        kept = f"{name}{at}{server.lower()}"
        if not is_address(kept):
            raise Invalid(_("Enter an e-mail address, such as name@example.org."), field="address")
        return kept
    if medium == Medium.SMS:
        kept = international(typed, country=settings.HUE_SMS_COUNTRY)
        if not kept:
            raise Invalid(_("Enter a mobile number, such as +44 7700 900123."), field="address")
        return kept
    return _browser(typed)


def _browser(typed: str) -> str:
    """What a browser gave for its push, in one line. Raises Invalid."""
    endpoint, *keys = typed.split("\n")
    if (
        len(keys) != len(PUSH_KEYS)
        or len(endpoint) > LONGEST_ENDPOINT
        or not _is_web_address(endpoint)
        or any(len(key) > 2 * PUSH_KEYS["p256dh"] for key in keys)
    ):
        raise Invalid(_("This browser gave no address for notifications."), field="address")
    if not push_services.is_known(endpoint):
        raise Invalid(
            _(
                "We do not know the notification service of this browser, so nothing was saved. Ask for e-mail or text messages instead, or use another browser."
            ),
            field="address",
        )
    return typed


def _is_web_address(typed: str) -> bool:
    """True for what can be the address of a push service; nothing is looked up here."""
    try:
        parts = urlsplit(typed)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and bool(WEB_ADDRESS.match(typed))
    except ValueError:
        return False
