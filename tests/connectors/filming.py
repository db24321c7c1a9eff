"""A stage on which videos go, for the networks that take one: what is sent, what is asked, and what breaks on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from hueandcry.channels.connector import Line, Outgoing, OutgoingVideo, Pending, RateLimited, Receipt
from hueandcry.kernel.http import Answer, Server
from tests.connectors.stages import Stage
from tests.servers.simulated import Inside

MOVIE = bytes(range(256)) * 300
PIECE, PART = 10_000, 30_000  # bytes: in memory at a time; of one call, which makes three of them
CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:1\n<v Ann>Have you seen\n<i>this van</i>?\n"
SHOWN = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHave you seen\n<i>this van</i>?\n"  # after SubRip and back
)
VIDEO = OutgoingVideo(
    digest="1" * 64,
    mime="video/mp4",
    size=len(MOVIE),
    seconds=9,
    width=640,
    height=360,
    alt="A van turns left",
)
BREAKS = ("drop_before", "drop_after", "error_before", "error_after")
TURNS = 6  # tries after which a video must be up


# What the contract asks of pictures and of an account's page, which a video changes nothing about.
NOT_OF_VIDEOS = dict.fromkeys(
    (
        "test_a_post_carries_the_alt_text_of_its_picture",
        "test_several_pictures_stand_in_order_each_with_its_alt_text",
        "test_an_edited_post_keeps_its_picture_and_alt_text",
        "test_limits_say_where_they_were_read",
        "test_the_profile_is_read",
        "test_the_longest_profile_text_is_kept_as_it_was_sent",
        "test_figures_are_told_for_what_stands_and_left_out_for_what_is_gone",
    ),
    "It is about pictures, an account's page or plain facts, which are tried without a video.",
)


def filmed(post: Outgoing) -> Outgoing:
    """The same with a video in place of pictures."""
    return post if post.repost_of else replace(post, pictures=(), video=VIDEO)


def breaks(places: Iterable[str]) -> list[tuple[str, str]]:
    """Every kind of break at every place."""
    return list(product(places, BREAKS))


@dataclass
class Watched:
    """A server, what was asked of it, and what happens just before a call to a place."""

    server: Server
    asked: list[str] = field(default_factory=list)
    strikes: dict[str, tuple[int, Callable[[], None]]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.server.address

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """One request, after what was arranged for it, once."""
        said = f"{method} {path}"
        self.asked.append(said)
        for place, (left, strike) in list(self.strikes.items()):
            if said.endswith(place):
                self.strikes[place] = (left - 1, strike)
                if left == 0:
                    strike()
        return self.server.call(method, path, **given)


@dataclass
class Trial:
    """sizes: of the pieces of files that were read."""

    stage: Stage
    inside: Inside
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = Watched(Server(address=self.stage.address))
        self.stage.part = self.part

    def part(self, digest: str, start: int, size: int) -> bytes:
        """A part of the video, or of its captions."""
        self.sizes.append(size)
        whole = CAPTIONS if digest == "2" * 64 else MOVIE
        return whole[start : start + size]

    def broken_after(self, most: int) -> Callable[[str, int, int], bytes]:
        """The same until so many bytes were read: then the worker is gone."""

        def part(digest: str, start: int, size: int) -> bytes:
            if start >= most:
                raise ConnectionError("killed")
            return self.part(digest, start, size)

        return part

    def line(self, **more: Any) -> Line:
        """A line whose calls are watched."""
        return self.stage.line(http=self.server, **more)

    def film(self, *, captions: bool = False, **changes: Any) -> Outgoing:
        """A post with a video."""
        video = replace(VIDEO, captions="2" * 64 if captions else "", **changes)
        return self.stage.post(link="", video=video)

    def strike(self, place: str, mode: str, *, after: int = 0) -> None:
        """Fail this way at the next call to a place (the end of a method and an address), or after so many of them."""
        self.server.strikes[place] = (after, lambda: self.inside.fail(mode))

    def asked(self, place: str) -> int:
        """How often a place was called."""
        return sum(said.endswith(place) for said in self.server.asked)

    def once(self, post: Outgoing) -> Receipt | Pending:
        """One try of the worker. Raises a failure."""
        outcome: Receipt | Pending = self.stage.connector.publish(self.line(), post)
        return outcome

    def until_up(self, post: Outgoing) -> Receipt:
        """Tries of the worker until it is up. Raises a failure other than RateLimited."""
        for _turn in range(TURNS):
            try:
                outcome = self.once(post)
            except RateLimited:
                continue
            return self.until_found(post, outcome)
        raise AssertionError("never up")

    def until_found(self, post: Outgoing, outcome: Receipt | Pending | None) -> Receipt:
        """Ask until it stands."""
        for _turn in range(TURNS):
            if not isinstance(outcome, Pending):
                break
            self.stage.handle = outcome.handle
            outcome = self.stage.connector.find(self.line(), post, outcome.handle)
        assert isinstance(outcome, Receipt)
        return outcome

    def up(self, post: Outgoing) -> list[str]:
        """The remote ids of what the public sees of a post."""
        return [seen.remote_id for seen in self.stage.standing(post)]

    def movie(self, shown: dict[str, Any]) -> bytes:
        """The video of a post as the network keeps it."""
        media = self.inside.world.media(int(shown["video"]))
        assert media is not None
        return bytes(media["blob"])
