"""What one simulated network is made of: accounts, tokens, posts and ways to fail.

A post is kept with `text`, `link`, `title`, `pictures` ([{media, alt}]), `video` (a media id or ""), `reply_to`
(a post id or 0) and whatever else its network needs, so that shown.py can show what the public would see.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any

from hueandcry.simnet.api import Response
from hueandcry.simnet.store import Fault, Store

TOKEN_LASTS = 3600  # seconds
# Ways to fail, by name: when something is put up, changed or deleted.
FAULTS = {
    "drop_after": "Take it, then drop the connection",
    "drop_before": "Drop the connection before taking it",
    "error_after": "Take it, then answer with an error of its own (500)",
    "error_before": "Answer with an error of its own (500) before taking it",
    "rate_limit": "Answer that there were too many calls, and name the time to come back",
    "slow": "Take it, answer late",
    "expired_token": "End every token",
    "refuse": "Refuse it",
    "refuse_duplicate": "Refuse a text that stands already",
}
# Of a network that tells us afterwards what became of something (CALLS_BACK in its module).
REPORTS = {
    "reports_twice": "Take it, then tell everything about it twice",
    "reports_backwards": "Take it, then tell the last word about it first",
}
UPLOAD = "upload."  # before the name of a fault: it strikes when a file is sent, not when a post is put up


def is_fault(mode: str) -> bool:
    """True for the name of a fault, with or without `upload.` before it."""
    return mode in REPORTS or mode.removeprefix(UPLOAD) in FAULTS


class World:
    """One network: its part of the store. root: its own address, such as http://127.0.0.1:8002/mastodon."""

    def __init__(self, store: Store, name: str, root: str = "") -> None:
        self.store, self.name, self.root = store, name, root

    # --- accounts and tokens ---

    def add_account(self, handle: str, name: str, **more: object) -> str:
        """Make an account, or give an existing one a new secret; returns the secret."""
        secret = secrets.token_urlsafe(24)
        data = {"handle": handle, "name": name, "secret": _digest(secret), "text": "", **more}
        if known := self.account(handle):
            self.store.change_thing(known["id"], {**known, **data})
        else:
            self.store.add_thing(self.name, "account", data, key=handle)
        return secret

    def account(self, handle: str) -> dict[str, Any] | None:
        """The account of this handle."""
        return next(iter(self.store.things(self.name, "account", "key = ?", handle)), None)

    def account_with(self, secret: str) -> dict[str, Any] | None:
        """The account that this secret opens."""
        wanted = _digest(secret)
        return next((row for row in self.store.things(self.name, "account") if row["secret"] == wanted), None)

    def account_number(self, number: int) -> dict[str, Any] | None:
        """The account of this id."""
        return next(iter(self.store.things(self.name, "account", "id = ?", number)), None)

    def new_token(
        self, account: int, *, kind: str = "token", lasts: float = TOKEN_LASTS, scopes: str = ""
    ) -> str:
        """A token of an account. kind: "token" or "refresh"; scopes: what it may do, "" for all."""
        token = secrets.token_urlsafe(24)
        data = {"ends": time.time() + lasts, "scopes": scopes}
        self.store.add_thing(self.name, kind, data, owner=account, key=_digest(token))
        return token

    def scopes_of(self, token: str) -> str:
        """What a token may do; "" for all."""
        found = next(iter(self.store.things(self.name, "token", "key = ?", _digest(token))), {})
        return str(found.get("scopes", ""))

    def account_of(self, token: str, *, kind: str = "token") -> dict[str, Any] | None:
        """Whose token this is, if it has not ended."""
        for row in self.store.things(self.name, kind, "key = ?", _digest(token)):
            if row["ends"] > time.time():
                return self.account_number(row["owner"])
        return None

    def spend_token(self, token: str, *, kind: str = "refresh") -> None:
        """It works no more (a refresh token that is used once)."""
        for row in self.store.things(self.name, kind, "key = ?", _digest(token)):
            self.store.drop_thing(row["id"])

    def end_tokens(self) -> None:
        """Every access token ends now; refresh tokens stay good."""
        for row in self.store.things(self.name, "token"):
            self.store.drop_thing(row["id"])

    # --- media and posts ---

    def add_media(self, data: bytes, mime: str, *, owner: int, alt: str = "", **more: object) -> int:
        """Keep a picture or a video; returns its id."""
        fields = {"mime": mime, "alt": alt, **more}
        return self.store.add_thing(self.name, "media", fields, owner=owner, blob=data)

    def media(self, number: int) -> dict[str, Any] | None:
        """A picture or video with `mime`, `alt` and `blob`."""
        return next(iter(self.store.things(self.name, "media", "id = ?", number)), None)

    def add_post(self, owner: int, *, key: str = "", **fields: Any) -> dict[str, Any]:
        """Put up a post; see the head of this file."""
        plain = {"text": "", "link": "", "title": "", "pictures": [], "video": "", "reply_to": 0}
        number = self.store.add_thing(self.name, "post", {**plain, **fields}, owner=owner, key=key)
        post = self.post(number)
        assert post is not None
        return post

    def post(self, number: int) -> dict[str, Any] | None:
        """A standing post, of any account."""
        return next(iter(self.store.things(self.name, "post", "id = ?", number)), None)

    def post_with(self, key: str, *, owner: int) -> dict[str, Any] | None:
        """The standing post that was put up under a key (an Idempotency-Key)."""
        found = self.store.things(self.name, "post", "key = ? AND owner = ?", key, owner) if key else []
        return next(iter(found), None)

    def posts(self, owner: int | None = None) -> list[dict[str, Any]]:
        """Standing posts, newest first, of one account or of all."""
        if owner is None:
            return self.store.things(self.name, "post")
        return self.store.things(self.name, "post", "owner = ?", owner)

    def reposts_of(self, number: int, owner: int | None = None) -> list[dict[str, Any]]:
        """Standing reposts of a post, of one account or of all."""
        found = self.store.things(self.name, "post", "json_extract(data, '$.repost_of') = ?", number)
        return [post for post in found if owner is None or post["owner"] == owner]

    def count_replies(self, number: int) -> int:
        """Standing posts below a post."""
        return self.store.count_things(self.name, "post", "json_extract(data, '$.reply_to') = ?", number)

    def count_posts(self, owner: int) -> int:
        """Standing posts of an account."""
        return self.store.count_things(self.name, "post", "owner = ?", owner)

    def says_already(self, owner: int, text: str) -> bool:
        """True if a standing post of this account has this very text."""
        return any(post["text"] == text for post in self.posts(owner))

    def refuses_duplicate(self, owner: int, text: str) -> bool:
        """True if somebody asked for a refusal of standing texts and this is one; counted as used once.

        For a network that takes the same text twice by itself; one that never does asks `says_already`.
        """
        asked = any(fault.mode == "refuse_duplicate" for fault in self.faults())
        return asked and self.says_already(owner, text) and self.take_fault("refuse_duplicate") is not None

    # --- allowances ---

    def hit(self, bucket: str, owner: int, *, limit: int, period: int, cost: int = 1) -> tuple[int, float]:
        """Count a call against an allowance; how much is left (below 0: too much), and when it is whole again.

        period: seconds; the windows begin at whole multiples of it. Moments are seconds since 1970.
        """
        window = int(time.time() // period)
        key = f"{bucket}:{window}"
        row = next(iter(self.store.things(self.name, "hits", "key = ? AND owner = ?", key, owner)), None)
        used = (row["used"] if row else 0) + cost
        if row:
            self.store.change_thing(row["id"], {**row, "used": used})
        else:
            for old in self.store.things(self.name, "hits", "owner = ? AND key LIKE ?", owner, f"{bucket}:%"):
                self.store.drop_thing(old["id"])
            self.store.add_thing(self.name, "hits", {"used": used}, owner=owner, key=key)
        return limit - used, float((window + 1) * period)

    # --- ways to fail ---

    def set_fault(self, mode: str, times: int, seconds: float) -> None:
        """Fail this way for so many calls (0: until switched off)."""
        self.store.set_fault(f"{self.name}:{mode}", times, seconds)

    def clear_faults(self) -> None:
        """Work properly again."""
        for fault in self.faults():
            self.store.set_fault(f"{self.name}:{fault.mode}", -1, 0)

    def faults(self) -> list[Fault]:
        """What is switched on here."""
        start = f"{self.name}:"
        return [
            Fault(fault.mode.removeprefix(start), fault.times, fault.seconds)
            for fault in self.store.faults()
            if fault.mode.startswith(start)
        ]

    def take_fault(self, mode: str) -> Fault | None:
        """The fault if it is on, counted as used once."""
        return self.store.take_fault(f"{self.name}:{mode}")

    def faulty(  # noqa: PLR0911 - one for each fault
        self,
        work: Callable[[], Response],
        *,
        refused: Response,
        expired: Response,
        broken: Response,
        limited: Callable[[float], Response],
        step: str = "",
    ) -> Response:
        """Do the work, or fail as somebody asked for, in this network's own words.

        limited: the answer that names the time to come back, in so many seconds; step: UPLOAD where a file is sent,
        "" where something is put up, changed or deleted.
        """
        if self.take_fault(f"{step}drop_before"):
            return Response(drop=True)
        if self.take_fault(f"{step}error_before"):
            return broken
        if self.take_fault(f"{step}refuse"):
            return refused
        if fault := self.take_fault(f"{step}rate_limit"):
            return limited(fault.seconds)
        if self.take_fault(f"{step}expired_token"):
            self.end_tokens()
            return expired
        done = work()
        if fault := self.take_fault(f"{step}slow"):
            time.sleep(fault.seconds)
            return done  # a fault that was switched on meanwhile is for a later call
        if self.take_fault(f"{step}drop_after"):
            return Response(drop=True)
        if self.take_fault(f"{step}error_after"):
            return broken
        return done


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
