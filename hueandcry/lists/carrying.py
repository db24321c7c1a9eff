"""Carriers: hand one message for one person to the mail server, the SMS gateway or a push service.

Each says one of four things: `Taken`, `Back` (it will not take it for this person), `Later` (it certainly did not
arrive; all: nor would the next one) or `Lost` (nobody can tell). None of them touches a table.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from hueandcry.kernel import clock, mail, webpush
from hueandcry.kernel.http import AddressRefused, Answer, HttpFailure, NotSent, Server
from hueandcry.kernel.mail import Mailer
from hueandcry.kernel.sealing import same
from hueandcry.kernel.segments import segments
from hueandcry.lists import push_services, vault
from hueandcry.lists.choices import Level, Medium
from hueandcry.lists.verdicts import Verdict, verdict

ACCEPTED, CREATED, BAD, BUSY = 202, 201, 400, 429
LATER = 503  # Kannel's “temporal failure, try again later”: not taken
NOT_OURS = (401, 403)  # RFC 8292 section 4.2: it does not accept who we are
GONE = (404, 410)
REPORTS = 1 | 2 | 16  # Kannel dlr-mask: delivered, not delivered, refused by the network
TTL = {
    Level.RED: 6 * 3600,
    Level.AMBER: 24 * 3600,
}  # seconds a push service keeps it for a browser that sleeps
NEVER_TEXTED = {21610, 21211, 21614}  # Twilio: they said STOP there; no number; no mobile
A_MINUTE = timedelta(minutes=1)
LOOK_SOON, LOOK_AGAIN = timedelta(seconds=20), A_MINUTE  # after a lost answer
LOOKED_ENOUGH = timedelta(minutes=5)  # for what is not there
ASKED_ENOUGH = timedelta(hours=1)  # where the gateway does not let us look
PUSH_WITHIN, PUSH_ANSWER = 4.0, 64 * 1024  # seconds for one hand-over, bytes of its answer
SILENT_AFTER = 2  # hand-overs in a row without an answer


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one person. to: the opened address; data: as it travels; name: ours for it, never used twice.

    report_to: where the gateway tells what became of a text; topic: what replaces it while it waits (push); known: what
    the carrier calls other messages to them, which are not this one.
    """

    to: str = field(repr=False)
    data: bytes = field(repr=False)
    name: str
    level: str
    report_to: str = ""
    topic: str = ""
    tried_at: datetime | None = None
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier has it. provider_id: what it calls it."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """It will not be taken for this person. for_good: nor any other; gone: the address has ceased to exist.

    ours: because of how or what we send, so it says nothing about the address.
    """

    reason: str
    for_good: bool = False
    gone: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """It certainly did not arrive. all: the carrier itself cannot be used now. until: not before, if it said so."""

    reason: str
    all: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """It may have arrived. look_after: how long from now it can be looked up, None: that would tell nothing more."""

    reason: str
    look_after: timedelta | None = None


Outcome = Taken | Back | Later | Lost


class Carrier(Protocol):
    """repeats: a second try of the same parcel reaches nobody twice."""

    repeats: bool

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, parcel: Parcel) -> Outcome:
        """Hand it over."""

    def find(self, parcel: Parcel) -> Outcome:
        """What became of an earlier try; Lost if the carrier cannot tell."""


@dataclass(slots=True)
class _Plain:
    """What carriers without a connection of their own share."""

    repeats: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def find(self, parcel: Parcel) -> Outcome:  # noqa: ARG002 - part of the protocol
        """Nobody can tell."""
        return Lost("unknown")


@dataclass(slots=True)
class ByMail(_Plain):
    """The mail server of the settings, over one connection for many parcels."""

    mailer: Mailer = field(default_factory=Mailer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mailer.close()

    def send(self, parcel: Parcel) -> Outcome:
        """Hand it over by SMTP."""
        sender = (settings.HUE_MAIL_BOUNCES or settings.DEFAULT_FROM_EMAIL).replace("*", parcel.name)
        try:
            word = self.mailer.send(parcel.data, sender=sender, to=parcel.to, envelope_id=parcel.name)
        except mail.NotSent as failure:
            return Later(str(failure), all=True)
        except mail.Busy as failure:
            return Later(f"{failure} ({failure.status or failure.code})")
        except mail.Returned as failure:
            found = verdict(failure.status)
            return Back(
                f"{failure} ({failure.status or failure.code})",
                for_good=found == Verdict.DEAD,
                ours=found == Verdict.OURS,
            )
        except mail.MayHaveArrived as failure:
            return Lost(str(failure))
        return Taken(word[:120])


@dataclass(slots=True)
class ByKannel(_Plain):
    """An SMS gateway that speaks Kannel's sendsms (User's Guide 1.4.5, chapter 6, read 2026-11-22)."""

    def send(self, parcel: Parcel) -> Outcome:
        """Hand it over; the gateway calls `report_to` when the telephone has it or not."""
        text = parcel.data.decode()
        query = {
            "username": settings.HUE_SMS_USER,
            "password": settings.HUE_SMS_PASSWORD,
            "from": settings.HUE_SMS_FROM,
            "to": parcel.to,
            "text": text,
            "charset": "UTF-8",
            "coding": "2" if segments(text).unicode else "0",
            "dlr-mask": str(REPORTS),
            "dlr-url": f"{parcel.report_to}?status=%d",
        }
        answer = _asked("GET", "/cgi-bin/sendsms", query=query)
        if not isinstance(answer, Answer):
            return answer
        if answer.status == ACCEPTED:
            return Taken(answer.body.decode("ascii", "replace")[:120])
        if answer.status in {401, 403}:
            return Later("the gateway does not accept our password", all=True)
        if answer.status == BAD:
            return Back("the gateway refused it")
        if answer.status == LATER or answer.status < 500:  # noqa: PLR2004 - HTTP's own
            return Later(f"the gateway answered {answer.status}", all=True)
        return Lost(f"the gateway answered {answer.status}")  # it may have been taken before it broke


@dataclass(slots=True)
class ByTwilio(_Plain):
    """Twilio's Messages resource (API 2010-04-01, read 2026-11-22). It has no key against repeats: an unknown outcome is looked up."""

    def send(self, parcel: Parcel) -> Outcome:
        """Hand it over."""
        form = {"To": parcel.to, "From": settings.HUE_SMS_FROM, "Body": parcel.data.decode()}
        if parcel.report_to.startswith("https://"):
            form["StatusCallback"] = parcel.report_to
        answer = _asked(
            "POST",
            self._path(),
            body=urlencode(form).encode(),
            headers={**self._who(), "Content-Type": "application/x-www-form-urlencoded"},
        )
        if not isinstance(answer, Answer):
            return Lost(answer.reason, look_after=LOOK_SOON) if isinstance(answer, Lost) else answer
        said = answer.json()
        if answer.status == CREATED:
            return Taken(str(said.get("sid", ""))[:120])
        if answer.status == BAD:
            return Back(
                f"the gateway refused it ({said.get('code')})", for_good=said.get("code") in NEVER_TEXTED
            )
        if answer.status in {401, 403}:
            return Later("the gateway does not accept our password", all=True)
        if answer.status == BUSY:
            return Later("too many at once", all=True, until=clock.now() + A_MINUTE)
        return Lost(f"the gateway answered {answer.status}", look_after=LOOK_SOON)

    def find(self, parcel: Parcel) -> Outcome:
        """Look it up by number, sender and words since a minute before the first try; for five minutes, if need be.

        What was taken stands in the list a moment later, so that it is not there at once says little. Where the gateway
        does not tell (it does not answer, or our key may send and not look) the others do not wait for it.
        """
        tried_at = parcel.tried_at or clock.now()
        since = tried_at - A_MINUTE
        query = {
            "To": parcel.to,
            "From": settings.HUE_SMS_FROM,
            "DateSent>": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "PageSize": "50",
        }
        answer = _asked("GET", self._path(), query=query, headers=self._who())
        if not isinstance(answer, Answer) or answer.status != 200:  # noqa: PLR2004 - HTTP's own
            return self._not_told(answer, enough=clock.now() - tried_at >= ASKED_ENOUGH)
        wanted = parcel.data.decode()
        for message in answer.json().get("messages", []):
            sid = str(message.get("sid", ""))[:120]
            if same(str(message.get("body", "")).encode(), wanted.encode()) and sid not in parcel.known:
                return Taken(sid)
        enough = clock.now() - tried_at >= LOOKED_ENOUGH
        return Lost("not found at the gateway", look_after=None if enough else LOOK_AGAIN)

    @staticmethod
    def _not_told(answer: Answer | Outcome, *, enough: bool) -> Outcome:
        """Nobody can look. A gateway that does not answer at all is let be for the others too."""
        said = "the gateway cannot be asked now"
        if enough:
            return Lost(said)
        if isinstance(answer, Answer):
            return Lost(said, look_after=LOOK_AGAIN)
        return Later(said, all=True, until=clock.now() + LOOK_AGAIN)

    @staticmethod
    def _path() -> str:
        return f"/2010-04-01/Accounts/{settings.HUE_SMS_USER}/Messages.json"

    @staticmethod
    def _who() -> dict[str, str]:
        pair = f"{settings.HUE_SMS_USER}:{settings.HUE_SMS_PASSWORD}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@dataclass(slots=True)
class ByPush(_Plain):
    """Push services of the browsers. A repeat has the same Topic, and the browser shows it in the place of the first.

    unheard: how often in a row each server gave no answer; one that is silent is let be for the rest of the batch.
    """

    repeats: bool = True
    unheard: dict[str, int] = field(default_factory=dict)

    def send(self, parcel: Parcel) -> Outcome:
        """Close it for this browser and hand it over."""
        endpoint, p256dh, auth = parcel.to.split("\n")
        if not push_services.is_known(endpoint):
            return Back("this is no push service that we know", for_good=True)
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        if self.unheard.get(origin, 0) >= SILENT_AFTER:
            return Later("the push service does not answer")
        try:
            body = webpush.encrypt(parcel.data, p256dh=p256dh, auth=auth)
        except webpush.BadBrowserKey:
            return Back("the browser's key is none", for_good=True, gone=True)
        headers = {
            "Authorization": webpush.authorisation(
                vault.push_key(), origin=origin, contact=settings.HUE_PUSH_CONTACT, moment=clock.now()
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL.get(Level(parcel.level), 48 * 3600)),
            "Urgency": "high" if parcel.level in {Level.RED, Level.AMBER} else "normal",
            "Topic": parcel.topic,
        }
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return self._hand_over(origin, path, headers, body)

    def _hand_over(self, origin: str, path: str, headers: dict[str, str], body: bytes) -> Outcome:
        server = Server(address=origin, within=PUSH_WITHIN, largest=PUSH_ANSWER)
        try:
            answer = server.call("POST", path, headers=headers, body=body)
        except AddressRefused as failure:  # no push service lies inside our network
            return Back(failure.reason, for_good=True)
        except HttpFailure as failure:
            self.unheard[origin] = self.unheard.get(origin, 0) + 1
            return Later(failure.reason) if isinstance(failure, NotSent) else Lost(failure.reason)
        self.unheard.pop(origin, None)
        return _pushed(answer)


def _pushed(answer: Answer) -> Outcome:
    if answer.status in {200, CREATED, ACCEPTED}:
        return Taken(answer.headers.get("location", "")[-120:])
    if answer.status in GONE:
        return Back("the browser has given it up", for_good=True, gone=True)
    if answer.status == BUSY:
        wait = answer.headers.get("retry-after", "")
        seconds = min(int(wait), 3600) if wait.isdigit() else 60
        return Later("too many at once", until=clock.now() + timedelta(seconds=seconds))
    if answer.status in NOT_OURS:  # the browser is not to blame: kept for a day, and counted against nobody
        return Later("the push service does not accept our key")
    if answer.status < 500:  # noqa: PLR2004 - HTTP's own
        return Back(f"the push service answered {answer.status}", ours=True)
    return Lost(f"the push service answered {answer.status}")


def _asked(method: str, path: str, **what: object) -> Answer | Outcome:
    """One call to the SMS gateway."""
    try:
        return Server(address=settings.HUE_SMS_URL, until=clock.now() + timedelta(seconds=15)).call(
            method,
            path,
            **what,  # type: ignore[arg-type]
        )
    except NotSent as failure:
        return Later(failure.reason, all=True)
    except HttpFailure as failure:
        return Lost(failure.reason)


def carrier_for(medium: str) -> Carrier:
    """What carries this medium here."""
    if medium == Medium.EMAIL:
        return ByMail()
    if medium == Medium.PUSH:
        return ByPush()
    return ByTwilio() if settings.HUE_SMS_GATEWAY == "twilio" else ByKannel()


def trouble(medium: str) -> str:
    """Which setting keeps this medium from being used, "" if none does."""
    if medium == Medium.EMAIL:
        return "" if settings.EMAIL_HOST else "HUE_SMTP_HOST"
    if medium == Medium.PUSH:
        return "" if settings.HUE_PUSH_CONTACT else "HUE_PUSH_CONTACT"
    return "" if settings.HUE_SMS_URL and settings.HUE_SMS_FROM else "HUE_SMS_URL, HUE_SMS_FROM"
