"""THE INTERFACE between Hue & Cry and a network. A connector imports this file and the kernel only.

A connector's `publish` says exactly one of seven things:

* `Receipt`         it is up, under this remote id
* `Pending`         taken in, not up yet                  → `find` is asked again at `ask_at`
* `Refused`         the channel read it and said no       → stop; tell the author why
* `Unauthorised`    our credential is not accepted        → stop; tell the steward
* `RateLimited`     come back at `retry_at`               → wait; same request
* `Unreachable`     it certainly did not arrive           → try again; same request
* `OutcomeUnknown`  it may have arrived                   → recover first; never send blind

How to write one: docs/connectors.md. What it must pass: tests/connectors/contract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from hueandcry.kernel.http import Http

Secrets = Mapping[str, str]


class Recovery(StrEnum):
    """What makes a second try safe after an outcome that nobody knows (ADR 0007)."""

    KEY = "key"  # a key chosen by us makes a repeat a no-op
    SESSION = "session"  # a handle kept from the first try can be asked “did it land?”
    LOOKUP = "lookup"  # our own timeline can be searched for it
    HOLD = "hold"  # nothing can tell: a person decides


@dataclass(frozen=True, slots=True)
class Limits:
    """What one post may hold on this channel. `source` and `read_on`: where that was read, and when.

    characters: as a reader counts them (grapheme clusters); size and *_bytes: bytes; card: the channel
    shows a link as a card of its own, so the link need not stand in the text.
    """

    characters: int
    source: str
    read_on: date
    size: int | None = None
    card: bool = False
    images: int = 0
    image_bytes: int = 0
    card_image_bytes: int = 0
    image_types: tuple[str, ...] = ()
    alt_characters: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingPicture:
    """A picture that goes with a post. digest: its name in kernel/blobs.py; width, height: pixels."""

    digest: str
    mime: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frozen request: every try of a delivery hands over exactly this.

    key: unique to the delivery; created_at: the moment of the first try, shown as the post's time.
    """

    key: str
    text: str
    link: str
    title: str
    language: str
    created_at: datetime
    picture: OutgoingPicture | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**asdict(self), "created_at": self.created_at.isoformat()}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Outgoing:
        """Back from `plain`."""
        picture = data["picture"]
        return cls(
            key=data["key"],
            text=data["text"],
            link=data["link"],
            title=data["title"],
            language=data["language"],
            created_at=datetime.fromisoformat(data["created_at"]),
            picture=OutgoingPicture(**picture) if picture else None,
        )


@dataclass(slots=True)
class Line:
    """All that a connector may use to speak for one account.

    http: calls to the account's server; secret: what the steward gave (opened); session: what the channel
    gave last time (tokens), empty at first; keep_session: stores tokens, sealed; picture: the bytes of a
    picture by digest; taken: True if a remote id belongs to another delivery of ours (for LOOKUP).
    """

    http: Http
    secret: Secrets = field(repr=False)  # never in a traceback
    session: Secrets = field(repr=False)
    keep_session: Callable[[Secrets], None]
    picture: Callable[[str], bytes]
    taken: Callable[[str], bool]

    def remember(self, session: Secrets) -> None:
        """Keep new tokens: stored first, used after, so that a crash cannot lose the only copy."""
        self.keep_session(session)
        self.session = session


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
    """The account can be used, and is this one on the channel (external_id never changes, a name may)."""

    external_id: str
    handle: str


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
