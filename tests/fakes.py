"""A channel in memory that fails on request, as a connector sees one. Add it with `with_fake_channel`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hueandcry.channels.catalogue import Channel
from hueandcry.channels.connector import (
    ChannelFailure,
    Health,
    Limits,
    Line,
    OutcomeUnknown,
    Outgoing,
    Pending,
    RateLimited,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)

FAKE = Channel("fake", "Fake channel", "tests.fakes:CHANNEL", "")
LIMITS = Limits(
    characters=300,
    card=True,
    images=1,
    image_bytes=1_000_000,
    card_image_bytes=1_000_000,
    image_types=("image/jpeg",),
    alt_characters=1000,
    source="tests/fakes.py",
    read_on=date(2026, 11, 22),
)


@dataclass
class FakeChannel:
    """next: what the coming calls of publish do, one each (see FAILURES); up: what the public sees."""

    recovery: Recovery = Recovery.KEY
    key_lasts: timedelta | None = None
    lookup_lag: timedelta = timedelta(0)
    limits: Limits = LIMITS
    secret_fields: tuple[str, ...] = ("secret",)
    up: dict[str, dict[str, Any]] = field(default_factory=dict)
    next: deque[str] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    during: Any = None  # called once, in the middle of the next publish
    number: int = 0
    opens: tuple[str, str] = ("fake:1", "")  # whose credential it is: lasting id and name, if it says one

    def reset(self, **changes: Any) -> FakeChannel:
        """As new, with these changes."""
        self.__init__(**changes)  # type: ignore[misc]
        return self

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Put it up, or fail as asked."""
        self.calls.append("publish")
        self._check(line)
        how = self.next.popleft() if self.next else ""
        if self.during:
            during, self.during = self.during, None
            during()
        if how in BEFORE:
            raise _failure(how)
        if how == "killed_before":
            raise Killed
        if outgoing.picture:
            line.picture(outgoing.picture.digest)
        if len(outgoing.text) > LIMITS.characters:
            raise Refused("The fake channel refused the post: too long")
        remote_id = self._put(outgoing)
        if how == "killed_after":
            raise Killed
        if how == "unknown_after":
            raise OutcomeUnknown("The fake channel gave no answer.")
        return Receipt(
            remote_id=remote_id, remote_url=f"https://fake.example/{remote_id}", evidence={"id": remote_id}
        )

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """By handle, by key or by text, as the recovery class allows."""
        self.calls.append("find")
        self._check(line)
        if self.next and self.next[0] == "find_unreachable":
            self.next.popleft()
            raise _failure("unreachable")
        for remote_id, post in self.up.items():
            by_key = self.recovery == Recovery.KEY and post["key"] == outgoing.key
            by_text = self.recovery == Recovery.LOOKUP and post["text"] == outgoing.text
            if handle == remote_id or by_key or (by_text and not line.taken(remote_id)):
                return Receipt(remote_id=remote_id, remote_url=f"https://fake.example/{remote_id}")
        return None

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Take it down."""
        self.calls.append("delete")
        self._check(line)
        if self.next and self.next[0] in BEFORE:
            raise _failure(self.next.popleft())
        for name, post in list(self.up.items()):
            if name == remote_id or (self.recovery == Recovery.KEY and post["key"] == outgoing.key):
                del self.up[name]

    def health(self, line: Line) -> Health:
        """Good unless the secret is wrong."""
        self._check(line)
        return Health(*self.opens)

    def texts(self) -> list[str]:
        """What the public reads, oldest first."""
        return [post["text"] for post in self.up.values()]

    def _put(self, outgoing: Outgoing) -> str:
        if self.recovery == Recovery.KEY:
            for remote_id, post in self.up.items():
                if post["key"] == outgoing.key:
                    return remote_id
        self.number += 1
        picture = outgoing.picture
        self.up[f"f{self.number}"] = {
            "key": outgoing.key,
            "text": outgoing.text,
            "link": outgoing.link,
            "title": outgoing.title,
            "alt": picture.alt if picture else "",
            "at": outgoing.created_at,
        }
        return f"f{self.number}"

    def _check(self, line: Line) -> None:
        if line.secret.get("secret") != "right":
            raise Unauthorised("The fake channel does not accept our credential.")


class Killed(BaseException):
    """The worker dies here: nothing after this line runs, no transaction is open."""


BEFORE = {"refused", "unauthorised", "rate_limited", "unreachable", "unknown_before"}


class RichChannel(FakeChannel):
    """It can do what only some can: change, thread, show again.

    A class of its own: Python remembers of a class which protocol it has, so no test may add a method to FakeChannel.
    """

    threads = True
    reposts = True

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Make it say this."""
        self.calls.append("edit")
        if self.next and self.next[0] in {"unreachable", "refused"}:
            return self.publish(line, outgoing)  # fails as asked
        self.up[remote_id]["text"] = outgoing.text
        return Receipt(
            remote_id=remote_id, remote_url=f"https://fake.example/{remote_id}", evidence={"edited": "yes"}
        )


CHANNEL = FakeChannel()


def _failure(how: str) -> ChannelFailure:
    return {
        "refused": Refused("The fake channel refused the post."),
        "unauthorised": Unauthorised("The fake channel does not accept our credential."),
        "rate_limited": RateLimited("Wait.", retry_at=datetime(2030, 1, 1, tzinfo=UTC)),
        "unreachable": Unreachable("The fake channel could not be reached."),
        "unknown_before": OutcomeUnknown("The fake channel gave no answer."),
    }[how]
