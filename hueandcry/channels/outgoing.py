"""What goes out and what a channel takes: plain values, the part of the interface that is kept and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Counting(StrEnum):
    """How a channel counts the characters of a text; `channels/counting.py` does it."""

    GRAPHEMES = "graphemes"  # as a reader counts them
    LINKS_23 = "links-23"  # graphemes, each link as 23, a mention without its server (Mastodon)
    WEIGHTED = "weighted"  # twitter-text 3: links 23, most scripts 1, the others and emoji 2 (X)
    CODE_POINTS = "code-points"  # Facebook, YouTube
    SEGMENTS = "segments"  # an SMS: GSM-7 160/153, else UCS-2 70/67 (3GPP TS 23.038)


class CardBy(StrEnum):
    """Who makes the card below a link, where a channel shows one."""

    NOBODY = ""
    US = "us"  # the poster sends title, description and picture (Bluesky)
    NETWORK = "network"  # it reads the page's own tags, whatever we say (Mastodon, Facebook, X)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one post may hold on this channel. `source` and `read_on`: where that was read, and when.

    characters: counted as `counting` says; size and *_bytes: bytes; card: the channel shows a link as a card of its
    own, so the link need not stand in the text; images: how many pictures one post may show; video_seconds: the
    longest video; title_characters: of a video or an e-mail, 0 where there is no title; needs_video: nothing else goes
    there; captions: those of a video go there too, if they have no more than captions_bytes (0: any); card_by: who makes the card of a link.
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
    needs_video: bool = False
    captions: bool = False
    captions_bytes: int = 0
    card_by: CardBy = CardBy.NOBODY

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
        kept["card_by"] = CardBy(data.get("card_by", ""))
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class OutgoingPicture:
    """A picture that goes with a post. digest: its name in kernel/blobs.py; width, height: pixels.

    focus: "x,y" from the left and from the top in ten thousandths, what stays in view where a channel shows a part only;
    "": the middle.
    """

    digest: str
    mime: str
    alt: str
    width: int
    height: int
    focus: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingVideo:
    """A video that goes with a post. size: bytes; seconds: its length; captions: digest of a WebVTT file, or ""; alt: words."""

    digest: str
    mime: str
    size: int
    seconds: int
    width: int
    height: int
    captions: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingCard:
    """The card of a link as it was approved. address: where it leads; picture: small, None: none.

    Words and picture are for a channel whose cards the poster makes (CardBy.US); they are empty elsewhere.
    """

    address: str
    title: str = ""
    description: str = ""
    picture: OutgoingPicture | None = None

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> OutgoingCard:
        """Back from `asdict`."""
        picture = data["picture"]
        return cls(**{**data, "picture": OutgoingPicture(**picture) if picture else None})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frozen request: every try of a delivery hands over exactly this.

    key: unique to the delivery; created_at: the moment of the first try, shown as the post's time; reply_to: the
    remote id of the part before it in a thread; repost_of: the remote id of a post of ours on the same channel that
    is to be shown again, with no text of its own. For lists of subscribers: level ("red", "amber", "green",
    "traffic"), areas (slugs of units, empty: everywhere) and topics (empty: any). card: of the link, where one is to be
    shown; no_card: none is. A request that was frozen before there were cards says neither.
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
    level: str = ""
    areas: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    card: OutgoingCard | None = None
    no_card: bool = False

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
        video, card = known.pop("video", None), known.pop("card", None)
        return cls(
            **{**known, "created_at": datetime.fromisoformat(data["created_at"])}
            | {name: tuple(known.get(name, ())) for name in ("areas", "topics")},
            pictures=tuple(OutgoingPicture(**picture) for picture in pictures),
            video=OutgoingVideo(**video) if video else None,
            card=OutgoingCard.from_plain(card) if card else None,
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
