"""THE INTERFACE between Hue & Cry and a network. A connector imports this file and the kernel only.

A connector's `publish` says exactly one of seven things:

* `Receipt`         it is up, under this remote id
* `Pending`         taken in, not up yet                  → `find` is asked again at `ask_at`
* `Refused`         the channel read it and said no       → stop; tell the author why
* `Unauthorised`    our credential is not accepted        → stop; tell the steward
* `RateLimited`     come back at `retry_at`               → wait; same request
* `Unreachable`     it certainly did not arrive           → try again; same request
* `OutcomeUnknown`  it may have arrived                   → recover first; never send blind

What else a network can do (edit, count, show a profile, say its limits) is an ability of its own: see the
protocols at the end of this file. How to write one: docs/connectors.md. What it must pass: tests/connectors/contract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from django.utils.translation import gettext as _

# ruff: noqa: PLC0414 - handed on by their own names, so that a connector has one file to import
from hueandcry.channels.outgoing import CardBy as CardBy
from hueandcry.channels.outgoing import Counting as Counting
from hueandcry.channels.outgoing import Limits as Limits
from hueandcry.channels.outgoing import Outgoing as Outgoing
from hueandcry.channels.outgoing import OutgoingCard as OutgoingCard
from hueandcry.channels.outgoing import OutgoingPicture as OutgoingPicture
from hueandcry.channels.outgoing import OutgoingVideo as OutgoingVideo
from hueandcry.channels.outgoing import Quota as Quota
from hueandcry.kernel.http import Http

Secrets = Mapping[str, str]
PIECE = 256 * 1024  # bytes of a file that are in memory at a time


class Recovery(StrEnum):
    """What makes a second try safe after an outcome that nobody knows (ADR 0007)."""

    KEY = "key"  # a key chosen by us makes a repeat a no-op
    SESSION = "session"  # a handle kept from the first try can be asked “did it land?”
    LOOKUP = "lookup"  # our own timeline can be searched for it
    HOLD = "hold"  # nothing can tell: a person decides


class Outbox(Protocol):
    """Where a whole message for a list of subscribers is handed over; sending to each of them is not the connector's."""

    def put(self, outgoing: Outgoing) -> int:
        """Hand it over; the same key again is a no-op. Returns to how many it goes. Raises Refused."""

    def find(self, key: str) -> int | None:
        """To how many the message of this key goes; None: it was never handed over."""

    def stop(self, key: str) -> None:
        """Send it to nobody who does not have it yet."""

    def trouble(self) -> str:
        """A sentence about what keeps this list from being sent to; "" if nothing does."""


def _no_file(_digest: str, _start: int, _size: int) -> bytes:
    raise Refused("This post has no file.")


@dataclass(slots=True)
class Line:
    """All that a connector may use to speak for one account.

    http: calls to the account's server; secret: what the steward gave (opened); session: what the channel
    gave last time (tokens), empty at first; keep_session: stores tokens, sealed; picture: the bytes of a
    picture by digest; taken: True if a remote id belongs to another delivery of ours (for LOOKUP); part: bytes of
    a file by digest, from an offset, at most so many; keep_handle: stores what `find` is to be asked with after a
    crash (SESSION), before the first byte is sent; handle: what it stored at an earlier try of this delivery, or "";
    note_quota: tells what the channel says is left; spend: for a channel that does not say, what a call cost (name of
    the allowance, cost, its size, when it is whole again); turn: around a renewal of tokens, so that one worker at a
    time makes it: the tokens as stored now (None: nobody else is there), Unreachable while another has the turn;
    outbox: for a list of subscribers.
    """

    http: Http
    secret: Secrets = field(repr=False)  # never in a traceback
    session: Secrets = field(repr=False)
    keep_session: Callable[[Secrets], None]
    picture: Callable[[str], bytes]
    taken: Callable[[str], bool]
    part: Callable[[str, int, int], bytes] = field(default=_no_file)
    keep_handle: Callable[[str], None] = field(default=lambda _handle: None)
    note_quota: Callable[[Quota], None] = field(default=lambda _quota: None)
    handle: str = ""
    spend: Callable[[str, int, int, datetime], None] = field(default=lambda _name, _cost, _size, _whole: None)
    turn: Callable[[], AbstractContextManager[Secrets | None]] = field(default=nullcontext)
    outbox: Outbox | None = None

    def remember(self, session: Secrets) -> None:
        """Keep new tokens: stored first, used after, so that a crash cannot lose the only copy."""
        self.keep_session(session)
        self.session = session

    def pieces(self, digest: str, start: int, size: int) -> Iterator[bytes]:
        """So many bytes of a file from an offset, a piece at a time. Raises Refused if it does not have as many."""
        end = start + size
        while start < end:
            piece = self.part(digest, start, min(PIECE, end - start))
            if not piece:
                raise Refused(_("The video of this post is not as long as it was."))
            start += len(piece)
            yield piece


@dataclass(frozen=True, slots=True)
class Receipt:
    """It is up.

    remote_id: the channel's name for it; remote_url: where people see it; evidence: what the channel
    answered, kept with the delivery (no token, no text).
    """

    remote_id: str
    remote_url: str = ""
    evidence: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Taken in, not up yet. handle: what `find` is given at `ask_at`."""

    handle: str
    ask_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """The account can be used, and is this one on the channel (external_id never changes, a name may).

    handle: how people know it there; "" where a channel has no such names. ends_at: when the credential ends for good, if the channel says so.
    """

    external_id: str
    handle: str
    ends_at: datetime | None = None


class ChannelFailure(Exception):  # noqa: N818 - "failure" is the word of the house
    """One of the five failures. `sentence` is fit for staff: what the channel did, no token, no address."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(ChannelFailure):
    """The channel read it and said no; trying again changes nothing."""


class Unauthorised(ChannelFailure):
    """The channel does not accept our credential."""


class RateLimited(ChannelFailure):
    """Too many; nothing was done. retry_at: when the channel will listen again."""

    def __init__(self, sentence: str, *, retry_at: datetime) -> None:
        super().__init__(sentence)
        self.retry_at = retry_at


class Unreachable(ChannelFailure):
    """It certainly did not arrive."""


class OutcomeUnknown(ChannelFailure):
    """It may have arrived: no answer, half an answer, or an error of the channel's own making."""


class Publishes(Protocol):
    """A connector that can put up a post and take it down. It holds no state: one object serves all accounts.

    recovery: see Recovery; key_lasts: how long a KEY protects (None: for ever), after that LOOKUP applies;
    lookup_lag: how long after a try a search may still miss it; secret_fields: what a steward must give.
    """

    @property
    def recovery(self) -> Recovery: ...  # noqa: D102 - said above
    @property
    def key_lasts(self) -> timedelta | None: ...  # noqa: D102
    @property
    def lookup_lag(self) -> timedelta: ...  # noqa: D102
    @property
    def limits(self) -> Limits: ...  # noqa: D102
    @property
    def secret_fields(self) -> tuple[str, ...]: ...  # noqa: D102

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Put it up. Raises one of the five failures."""

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """Is it up? handle: the remote id or Pending handle, if known. None: not there now. Raises a failure."""

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Take it down; quiet if it is not there. remote_id may be empty for KEY. Raises a failure."""

    def health(self, line: Line) -> Health:
        """Is the credential good? Reads only. Raises a failure."""


# --- abilities: what only some networks can do. Ask with isinstance(connector, Edits). ----------------


@runtime_checkable
class Edits(Protocol):
    """The channel lets a standing post be changed, and shows that it was."""

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Make the post say `outgoing`; the same again is a no-op. Raises a failure; Refused if it is gone."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a channel counts for one post; None where it does not say."""

    replies: int | None = None
    reposts: int | None = None
    likes: int | None = None
    views: int | None = None


@runtime_checkable
class Measures(Protocol):
    """The channel counts what becomes of a post."""

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """Figures by remote id; one that is gone is left out. Reads only. Raises a failure."""


@runtime_checkable
class SaysLimits(Protocol):
    """The channel (this very server) says what it takes."""

    def limits_now(self, line: Line) -> Limits:
        """Its limits today. Reads only. Raises a failure."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An account's page as the public sees it.

    links: web addresses named there; verified: those that the channel itself has proved (rel="me"); followers: None
    where it does not say. picture, banner: whether there is one; described: whether what there is has alt text; None
    where the channel does not say.
    """

    name: str
    text: str
    links: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    followers: int | None = None
    picture: bool | None = None
    banner: bool | None = None
    described: bool | None = None


@runtime_checkable
class ShowsProfile(Protocol):
    """The channel lets us read an account's own page. profile_characters: the longest text of it."""

    @property
    def profile_characters(self) -> int: ...  # noqa: D102 - said above

    def profile(self, line: Line) -> Profile:
        """The page as it stands. Reads only. Raises a failure."""


@runtime_checkable
class SetsProfile(ShowsProfile, Protocol):
    """The channel lets us write the text of an account's own page."""

    def set_profile(self, line: Line, text: str) -> None:
        """Make the text of the page this; the same again is a no-op. Raises a failure."""


@runtime_checkable
class ReadsAddresses(Protocol):
    """A post's address tells its remote id. For one that a person found: what an earlier try kept is then no name of it."""

    def id_in_address(self, address: str, *, server: str) -> str:
        """The remote id of the post at an address; "" if it tells none. server: whom the account calls."""


@runtime_checkable
class Reposts(Protocol):
    """`publish` with `repost_of` shows a standing post again; a marker, for there is nothing else to do."""

    reposts: bool


@runtime_checkable
class Threads(Protocol):
    """`publish` with `reply_to` puts a post below another of ours; a marker."""

    threads: bool


@dataclass(frozen=True, slots=True)
class Application:
    """What the agency registered at the channel once, for all its accounts there (OAuth client)."""

    client_id: str
    client_secret: str = field(repr=False)
    server: str = ""


@runtime_checkable
class Authorises(Protocol):
    """The steward signs in at the channel itself (OAuth 2), instead of typing a credential here."""

    def authorise_address(self, application: Application, *, back: str, state: str, challenge: str) -> str:
        """Where to send the steward's browser. challenge: of PKCE (S256), RFC 7636."""

    def authorised(
        self, http: Http, application: Application, *, code: str, back: str, verifier: str
    ) -> Secrets:
        """The secret to keep, for the code that the browser brought back. Raises a failure."""
