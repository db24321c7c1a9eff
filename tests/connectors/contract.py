"""The contract every connector must pass, against a real server or a fake one. See docs/connectors.md.

A test file gives a fixture `stage` (a Stage) and lists the tests by subclassing Contract.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    Outgoing,
    OutgoingPicture,
    Publishes,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel.http import Server
from hueandcry.kernel.ids import random_id
from hueandcry.kernel.text import length

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


@dataclass
class Seen:
    """A post as the public sees it."""

    remote_id: str
    text: str
    link: str
    title: str
    alt: str


@dataclass
class Stage:
    """A connector before its server. seen: what the public sees; lose: lose the "answer" or "request" of the
    calls that put up or delete ("" for none); secret, wrong_secret: credentials; nowhere: an address where nobody
    listens.
    """

    connector: Publishes
    address: str
    secret: Mapping[str, str]
    wrong_secret: Mapping[str, str]
    seen: Callable[[], list[Seen]]
    lose: Callable[[str], None]
    end_tokens: Callable[[Line], None]
    nowhere: str
    enforces_length: bool = True
    kept: dict[str, str] = field(default_factory=dict)

    def line(self, **changes: Any) -> Line:
        """A line with the tokens kept so far."""

        def keep(session: Mapping[str, str]) -> None:
            self.kept = dict(session)

        line = Line(
            http=Server(address=self.address),
            secret=self.secret,
            session=dict(self.kept),
            keep_session=keep,
            picture=lambda _digest: JPEG,
            taken=lambda _remote_id: False,
        )
        return replace(line, **changes)


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


class Contract:
    """The tests."""

    def test_a_post_is_up_once_and_the_receipt_says_where(self, stage: Stage) -> None:
        post = outgoing()
        receipt = stage.connector.publish(stage.line(), post)
        assert isinstance(receipt, Receipt)
        assert [s.remote_id for s in stage.seen() if s.text == post.text] == [receipt.remote_id]

    def test_a_post_carries_the_link_the_title_and_the_alt_text(self, stage: Stage) -> None:
        post = outgoing(pictures=(PICTURE,))
        stage.connector.publish(stage.line(), post)
        (seen,) = [s for s in stage.seen() if s.text == post.text]
        assert (seen.link, seen.title) == (LINK, post.title)
        assert PICTURE.alt in seen.alt

    def test_what_was_never_sent_is_not_found(self, stage: Stage) -> None:
        assert stage.connector.find(stage.line(), outgoing(), "") is None

    def test_a_lost_answer_is_an_unknown_outcome_and_recovery_does_not_double(self, stage: Stage) -> None:
        post = outgoing(pictures=(PICTURE,))
        stage.connector.health(stage.line())
        stage.lose("answer")
        with pytest.raises(OutcomeUnknown):
            stage.connector.publish(stage.line(), post)
        stage.lose("")
        if stage.connector.recovery != Recovery.HOLD:
            found = stage.connector.find(stage.line(), post, "")
            assert isinstance(found, Receipt)
        if stage.connector.recovery == Recovery.KEY:
            assert stage.connector.publish(stage.line(), post).remote_id == found.remote_id
        assert len([s for s in stage.seen() if s.text == post.text]) == 1

    def test_a_lost_request_is_an_unknown_outcome_and_is_not_found(self, stage: Stage) -> None:
        post = outgoing()
        stage.connector.health(stage.line())
        stage.lose("request")
        with pytest.raises(OutcomeUnknown):
            stage.connector.publish(stage.line(), post)
        stage.lose("")
        assert stage.connector.find(stage.line(), post, "") is None

    def test_a_deleted_post_is_gone_and_deleting_again_is_quiet(self, stage: Stage) -> None:
        post = outgoing()
        receipt = stage.connector.publish(stage.line(), post)
        for _ in range(2):
            stage.connector.delete(stage.line(), post, receipt.remote_id)
        assert not [s for s in stage.seen() if s.text == post.text]
        assert stage.connector.find(stage.line(), post, "") is None

    def test_a_wrong_credential_is_told_from_every_other_failure(self, stage: Stage) -> None:
        line = stage.line(secret=stage.wrong_secret, session={}, keep_session=lambda _s: None)
        with pytest.raises(Unauthorised):
            stage.connector.publish(line, outgoing())
        with pytest.raises(Unauthorised):
            stage.connector.health(line)

    def test_a_server_that_does_not_listen_is_unreachable(self, stage: Stage) -> None:
        with pytest.raises(Unreachable):
            stage.connector.publish(stage.line(http=Server(address=stage.nowhere)), outgoing())

    def test_the_longest_text_is_taken_and_one_more_is_refused(self, stage: Stage) -> None:
        limit = stage.connector.limits.characters
        start = f"{random_id(8)} "
        family = "👩🏽‍🚒"  # one character to a reader, five code points
        room = min(limit - len(start), (stage.connector.limits.size or 10**6) // 40)
        longest = start + family * room
        longest += "x" * (limit - length(longest))
        assert length(longest) == limit
        if stage.enforces_length:
            stage.connector.publish(stage.line(), outgoing(longest))
            with pytest.raises(Refused):
                stage.connector.publish(stage.line(), outgoing(longest + "x" * 400))

    def test_a_token_that_has_ended_is_renewed_without_the_caller_noticing(self, stage: Stage) -> None:
        stage.connector.health(stage.line())
        stage.end_tokens(stage.line())
        post = outgoing()
        stage.connector.publish(stage.line(), post)
        assert len([s for s in stage.seen() if s.text == post.text]) == 1

    def test_a_request_that_was_kept_as_json_is_found_again(self, stage: Stage) -> None:
        post = outgoing(created_at=datetime.now(tz=UTC) - timedelta(minutes=3), pictures=(PICTURE,))
        receipt = stage.connector.publish(stage.line(), post)
        thawed = Outgoing.from_plain(json.loads(json.dumps(post.plain())))
        assert stage.connector.find(stage.line(), thawed, "").remote_id == receipt.remote_id

    def test_limits_say_where_they_were_read(self, stage: Stage) -> None:
        assert stage.connector.limits.source
        assert stage.connector.limits.read_on.year >= 2026
