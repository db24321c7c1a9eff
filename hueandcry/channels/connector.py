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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from hueandcry.kernel.http import Http

Secrets = Mapping[str, str]


class Recovery(StrEnum):
    """What makes a second try safe after an outcome that nobody knows (ADR 0007)."""

    KEY = "key"  # a key chosen by us makes a repeat a no-op
    SESSION = "session"  # a handle kept from the first try can be asked “did it land?”
    LOOKUP = "lookup"  # our own timeline can be searched for it
    HOLD = "hold"  # nothing can tell: a person decides


class Counting(StrEnum):
    """How a channel counts the characters of a text; `channels/counting.py` does it."""

    GRAPHEMES = "graphemes"  # as a reader counts them
    LINKS_23 = "links-23"  # graphemes, each link as 23, a mention without its server (Mastodon)
    WEIGHTED = "weighted"  # twitter-text 3: links 23, most scripts 1, the others and emoji 2 (X)
    CODE_POINTS = "code-points"  # Facebook, YouTube
    SEGMENTS = "segments"  # an SMS: GSM-7 160/153, else UCS-2 70/67 (3GPP TS 23.038)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one post may hold on this channel. `source` and `read_on`: where that was read, and when.

    characters: counted as `counting` says; size and *_bytes: bytes; card: the channel shows a link as a card of its
    own, so the link need not stand in the text; images: how many pictures one post may show; video_seconds: the
    longest video; title_characters: of a video or an e-mail, 0 where there is no title.
    """

    characters: int
    source: str
    read_on: date
    counting: Counting = Counting.GRAPHEMES
    size: int | None = None
    card: bool = False
    images: int = 0
    image_bytes: int = 0
    card_image_bytes: int = 0
    image_types: tuple[str, ...] = ()
    alt_characters: int = 0
    video_bytes: int = 0
    video_seconds: int = 0
    video_types: tuple[str, ...] = ()
    title_characters: int = 0

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**asdict(self), "read_on": self.read_on.isoformat()}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Limits:
        """Back from `plain`."""
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        kept |= {"read_on": date.fromisoformat(data["read_on"]), "counting": Counting(data["counting"])}
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class OutgoingPicture:
    """A picture that goes with a post. digest: its name in kernel/blobs.py; width, height: pixels."""

    digest: str
    mime: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OutgoingVideo:
    """A video that goes with a post. size: bytes; seconds: its length; captions: digest of a WebVTT file, or ""."""

    digest: str
    mime: str
    size: int
    seconds: int
    width: int
    height: int
    captions: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frozen request: every try of a delivery hands over exactly this.

    key: unique to the delivery; created_at: the moment of the first try, shown as the post's time; reply_to: the
    remote id of the part before it in a thread; repost_of: the remote id of a post of ours on the same channel that
    is to be shown again, with no text of its own.
    """

    key: str
    text: str
    link: str
    title: str
    language: str
    created_at: datetime
    pictures: tuple[OutgoingPicture, ...] = ()
    video: OutgoingVideo | None = None
    reply_to: str = ""
    repost_of: str = ""

    @property
    def picture(self) -> OutgoingPicture | None:
        """The first picture, for a channel that shows one."""
        return self.pictures[0] if self.pictures else None

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**asdict(self), "created_at": self.created_at.isoformat()}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Outgoing:
        """Back from `plain`, also as it was before a post could show several pictures."""
        known = dict(data)
        single = known.pop("picture", None)
        pictures = known.pop("pictures", [single] if single else [])
        video = known.pop("video", None)
        return cls(
            **{**known, "created_at": datetime.fromisoformat(data["created_at"])},
            pictures=tuple(OutgoingPicture(**picture) for picture in pictures),
            video=OutgoingVideo(**video) if video else None,
        )

    def without_media(self) -> Outgoing:
        """The same without pictures and video."""
        return replace(self, pictures=(), video=None)


@dataclass(frozen=True, slots=True)
class Quota:
    """What a channel says is left of an allowance. name: such as "posts"; resets_at: when it is whole again."""

    name: str
    limit: int
    left: int
    resets_at: datetime


def _no_file(_digest: str, _start: int, _size: int) -> bytes:
    raise Refused("This post has no file.")


@dataclass(slots=True)
class Line:
    """All that a connector may use to speak for one account.

    http: calls to the account's server; secret: what the steward gave (opened); session: what the channel
    gave last time (tokens), empty at first; keep_session: stores tokens, sealed; picture: the bytes of a
    picture by digest; taken: True if a remote id belongs to another delivery of ours (for LOOKUP); part: bytes of
    a file by digest, from an offset, at most so many; keep_handle: stores what `find` is to be asked with after a
    crash (SESSION), before the first byte is sent; note_quota: tells what the channel says is left.
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
    where it does not say.
    """

    name: str
    text: str
    links: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    followers: int | None = None


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
