"""What a connector is tried on: a Stage, which is a connector before its server, and what the public sees there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from hueandcry.channels.connector import Line, Outgoing, OutgoingPicture, Pending, Publishes, Quota, Receipt
from hueandcry.kernel.http import Server
from hueandcry.kernel.ids import random_id
from hueandcry.posts.compose import fit
from tests.servers.pds import free_port
from tests.servers.simulated import Inside

# A real JPEG of 1 x 1 pixel.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a"
    "1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f"
    "0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d010203"
    "00041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a343536373839"
    "3a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4"
    "a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
    "ffda0008010100003f00fbd3ffd9"
)
PICTURE = OutgoingPicture(
    digest="0" * 64, mime="image/jpeg", alt="A grey van with a dented door", width=1, height=1
)
LINK = "https://appeals.port-ellery.example/appeals/PE-2418/"
MOST_ASKS = 20  # how often `find` is asked about a post that is Pending


@dataclass
class Seen:
    """A post as the public sees it. alt: all alt texts; edited: how the channel marks it, "" if it does not."""

    remote_id: str
    text: str
    link: str
    title: str
    alt: str
    alts: tuple[str, ...] = ()
    edited: str = ""
    reply_to: str = ""
    repost_of: str = ""


@dataclass
class Stage:
    """A connector before its server. seen: what the public sees; lose: lose the "answer" or "request" of the
    calls that put up or delete ("" for none); secret, wrong_secret: credentials; nowhere: an address where nobody
    listens; fail: fail once by mode (see simnet/world.py), with so many seconds; reconnect: a new secret, for a
    connector that cannot renew its token by itself; shows_title: of a link; marks_edits: the public sees that a
    post was edited; make: a post that this channel takes, from one that any takes.
    """

    connector: Any
    address: str
    secret: Mapping[str, str]
    wrong_secret: Mapping[str, str]
    seen: Callable[[], list[Seen]]
    lose: Callable[[str], None]
    end_tokens: Callable[[Line], None]
    nowhere: str
    enforces_length: bool = True
    fail: Callable[[str, float], None] = lambda _mode, _seconds: None
    reconnect: Callable[[], Mapping[str, str]] | None = None
    shows_title: bool = True
    marks_edits: bool = True
    make: Callable[[Outgoing], Outgoing] = lambda post: post
    part: Callable[[str, int, int], bytes] = lambda _digest, start, size: JPEG[start : start + size]
    kept: dict[str, str] = field(default_factory=dict)
    handle: str = ""
    quotas: list[Quota] = field(default_factory=list)

    def line(self, **changes: Any) -> Line:
        """A line with the tokens kept so far."""

        def keep(session: Mapping[str, str]) -> None:
            self.kept = dict(session)

        def keep_handle(handle: str) -> None:
            self.handle = handle

        line = Line(
            http=Server(address=self.address),
            secret=self.secret,
            session=dict(self.kept),
            keep_session=keep,
            picture=lambda _digest: JPEG,
            taken=lambda _remote_id: False,
            part=self.part,
            keep_handle=keep_handle,
            note_quota=self.quotas.append,
            handle=self.handle,
        )
        return replace(line, **changes)

    def post(self, text: str = "", **changes: Any) -> Outgoing:
        """A request of its own, fitted to the channel as compose.fit does it."""
        self.handle = ""
        post = self.make(outgoing(text, **changes))
        limits = self.connector.limits
        return replace(post, text=fit(text=post.text, link=post.link, limits=limits)) if post.text else post

    def publish(self, post: Outgoing) -> Receipt:
        """Put it up, and ask until it is."""
        connector: Publishes = self.connector
        return self.wait(connector.publish(self.line(), post), post)

    def wait(self, outcome: Receipt | Pending | None, post: Outgoing) -> Receipt:
        """Ask until it is up."""
        for _ in range(MOST_ASKS):
            if not isinstance(outcome, Pending):
                break
            self.handle = outcome.handle
            outcome = self.connector.find(self.line(), post, outcome.handle)
        assert isinstance(outcome, Receipt)
        return outcome

    def standing(self, post: Outgoing) -> list[Seen]:
        """Every post with this text, or every repost of the same."""
        if post.repost_of:
            return [seen for seen in self.seen() if seen.repost_of == post.repost_of]
        return [seen for seen in self.seen() if seen.text == post.text and not seen.repost_of]


def outgoing(text: str = "", **changes: Any) -> Outgoing:
    """A request of its own, with text that no other test uses."""
    return replace(
        Outgoing(
            key=random_id(24),
            text=text or f"Appeal PE-2418 ({random_id(6)}): did you see this van? Café, 17:40 🚐",
            link=LINK,
            title="Grey van on Harbour Road",
            language="en",
            created_at=datetime.now(tz=UTC),
        ),
        **changes,
    )


def stage_on(
    inside: Inside,
    connector: Any,
    settings: Any,
    *,
    secret: Callable[[], Mapping[str, str]],
    renews: bool,
    remote_id: Callable[[dict[str, Any]], str] = lambda post: str(post["id"]),
    **more: Any,
) -> Stage:
    """A stage on one simulated network (`simulated_network.network("mastodon")`).

    secret: what a steward would enter, asked again when a token has ended; renews: the connector gets a new token by
    itself; remote_id: what the connector calls a post of the world; more: fields of Stage.
    """
    nowhere = f"127.0.0.1:{free_port()}"
    settings.HUE_ALLOW_PRIVATE = [inside.address, nowhere]

    def lose(what: str) -> None:
        inside.work_properly()
        if what:
            inside.fail({"answer": "drop_after", "request": "drop_before"}[what])

    given = secret()
    return Stage(
        connector=connector,
        address=inside.url,
        secret=given,
        wrong_secret=dict.fromkeys(given, "not this one"),
        seen=lambda: [_seen(inside, post, remote_id) for post in inside.posts()],
        lose=lose,
        end_tokens=lambda _line: inside.world.end_tokens(),
        nowhere=f"http://{nowhere}",
        fail=lambda mode, seconds: inside.fail(mode, seconds=seconds),
        reconnect=None if renews else secret,
        **more,
    )


def _seen(inside: Inside, post: dict[str, Any], remote_id: Callable[[dict[str, Any]], str]) -> Seen:
    def named(number: Any) -> str:
        found = inside.world.post(int(number)) if number else None
        return remote_id(found) if found else ""

    alts = tuple(picture["alt"] for picture in post["pictures"])
    return Seen(
        remote_id=remote_id(post),
        text=post["text"],
        link=post["link"],
        title=post["title"],
        alt=" ".join(alts),
        alts=alts,
        edited=str(post.get("edited_at") or ""),
        reply_to=named(post["reply_to"]),
        repost_of=named(post.get("repost_of")),
    )
