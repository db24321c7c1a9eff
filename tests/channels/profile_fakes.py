"""A channel in memory that shows, and lets us write, the page of an account."""

from __future__ import annotations

from dataclasses import dataclass, field

from hueandcry.channels.catalogue import Channel
from hueandcry.channels.connector import ChannelFailure, Line, Profile, Refused
from tests.fakes import FakeChannel

SHOWN = Channel(
    "shown", "Shown channel", "tests.channels.profile_fakes:SHOWN_CHANNEL", "https://shown.example"
)
WRITABLE = Channel(
    "writable",
    "Writable channel",
    "tests.channels.profile_fakes:WRITABLE_CHANNEL",
    "https://writable.example",
)


@dataclass
class ShownChannel(FakeChannel):
    """page: what the public reads there now; failure: what the next call raises."""

    profile_characters: int = 500
    page: str = ""
    links: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    failure: ChannelFailure | None = None
    followers: int | None = None
    picture: bool | None = None
    banner: bool | None = None
    described: bool | None = None

    def profile(self, line: Line) -> Profile:
        """The page as it stands."""
        self._check(line)
        if self.failure:
            raise self.failure
        return Profile(
            name="Port Ellery",
            text=self.page,
            links=self.links,
            verified=self.verified,
            followers=self.followers,
            picture=self.picture,
            banner=self.banner,
            described=self.described,
        )


@dataclass
class WritableChannel(ShownChannel):
    """The same, and we may write there."""

    writes: list[str] = field(default_factory=list)
    refuses: bool = False

    def set_profile(self, line: Line, text: str) -> None:
        """Write it."""
        self._check(line)
        if self.refuses:
            raise Refused("The channel did not take the text.")
        self.writes.append(text)
        self.page = text


SHOWN_CHANNEL, WRITABLE_CHANNEL = ShownChannel(), WritableChannel()
