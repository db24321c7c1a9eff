"""YouTube: what an answer means that is not the one we hoped for. No server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    OutgoingVideo,
    RateLimited,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.youtube.channel import CONNECTOR
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived
from tests.connectors.stages import outgoing

VIDEO = OutgoingVideo(digest="1" * 64, mime="video/mp4", size=3, seconds=1, width=1, height=1)
TOKEN = {"access": "a", "ends": "2100-01-01T00:00:00+00:00"}
POST = outgoing(video=VIDEO)


@dataclass
class Script:
    """A server that gives these answers in turn."""

    answers: list[Answer | Exception]
    asked: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **_given: Any) -> Answer:
        """The next answer."""
        self.asked.append(f"{method} {path.rpartition('/')[2]}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def said(status: int, data: Mapping[str, Any] | None = None, **headers: str) -> Answer:
    return Answer(
        status, {k.replace("_", "-"): v for k, v in headers.items()}, json.dumps(data or {}).encode()
    )


def wrong(status: int, reason: str, **headers: str) -> Answer:
    return said(status, {"error": {"message": "words", "errors": [{"reason": reason}]}}, **headers)


def line(*answers: Answer | Exception, session: dict[str, str] | None = None, **changes: Any) -> Line:
    return Line(
        http=Script(list(answers)),
        secret={"client_id": "c", "client_secret": "s", "refresh_token": "r"},
        session=TOKEN if session is None else session,
        keep_session=lambda _session: None,
        picture=lambda _digest: b"",
        taken=lambda _remote_id: False,
        part=lambda _digest, start, size: b"abc"[start : start + size],
        **changes,
    )


OPEN = said(200, location="https://x.example/upload/youtube/v3/videos?upload_id=U1")
LOST = MayHaveArrived("ReadTimeout", "x")


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([LOST], Unreachable),  # opening an upload shows nothing
        ([said(200)], Unreachable),
        ([OPEN, LOST], OutcomeUnknown),  # the last part
        ([OPEN, said(500)], OutcomeUnknown),
        ([OPEN, said(200, {"no": "id"})], OutcomeUnknown),
        ([OPEN, said(404)], Unreachable),  # the session is gone: nothing is up, it begins again
        ([OPEN, wrong(400, "invalidTitle")], Refused),
        ([wrong(403, "quotaExceeded")], RateLimited),
        ([wrong(400, "uploadLimitExceeded")], RateLimited),
        ([wrong(403, "youtubeSignupRequired")], Unauthorised),
    ],
)
def test_putting_up(answers: list[Answer | Exception], failure: type[Exception]) -> None:
    with pytest.raises(failure):
        CONNECTOR.publish(line(*answers), POST)


@pytest.mark.parametrize("answer", [said(200), said(200, {"items": "?"}), LOST, said(503)])
def test_what_cannot_be_read_is_not_taken_for_absence(answer: Answer | Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.find(line(answer), POST, "dQw4w9WgXcQ")


def test_a_search_that_ran_out_of_page_is_not_taken_for_absence() -> None:
    channel = {"items": [{"id": "UC1", "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}}}]}
    moment = datetime.now(tz=UTC).isoformat()
    one = {
        "snippet": {
            "title": "x",
            "description": "y",
            "publishedAt": moment,
            "resourceId": {"videoId": "abcdef1"},
        }
    }
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.find(line(said(200, channel), said(200, {"items": [one] * 50})), POST, "")
    assert CONNECTOR.find(line(said(200, channel), said(200, {"items": [one] * 49})), POST, "") is None
    assert (
        CONNECTOR.find(line(said(200, channel), said(404)), POST, "") is None
    )  # no upload yet, no such list


@pytest.mark.parametrize(("state", "word"), [("rejected", "copyright"), ("failed", "codec")])
def test_a_video_that_youtube_threw_out_is_refused(state: str, word: str) -> None:
    status = {"uploadStatus": state, "rejectionReason" if state == "rejected" else "failureReason": word}
    with pytest.raises(Refused, match=word):
        CONNECTOR.find(line(said(200, {"items": [{"id": "v", "status": status}]})), POST, "dQw4w9WgXcQ")


def test_a_token_is_renewed_before_it_ends_and_kept_before_it_is_used() -> None:
    kept: list[Mapping[str, str]] = []
    soon = {"access": "old", "ends": (clock.now() - timedelta(seconds=1)).isoformat()}
    fresh = said(200, {"access_token": "new", "expires_in": 3599})
    asking = line(fresh, LOST, session=soon)
    asking.keep_session = kept.append
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.health(asking)
    assert [session["access"] for session in kept] == ["new"]
    left = datetime.fromisoformat(kept[0]["ends"]) - clock.now()
    assert timedelta(minutes=57) < left < timedelta(minutes=59)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (said(400, {"error": "invalid_grant"}), Unauthorised),
        (said(401, {"error": "invalid_client"}), Unauthorised),
        (said(503), Unreachable),
        (LOST, Unreachable),
        (said(429, retry_after="30"), RateLimited),
    ],
)
def test_trouble_with_the_token_means_that_nothing_was_sent(
    answer: Answer | Exception, failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        CONNECTOR.publish(line(answer, session={}), POST)


def test_the_stored_token_of_another_worker_is_used_instead_of_another_renewal() -> None:
    class Turn:
        def __enter__(self) -> dict[str, str]:
            return {"access": "theirs", "ends": TOKEN["ends"]}

        def __exit__(self, *_trouble: object) -> None:
            """Nothing to give back."""

    channel = said(200, {"items": [{"id": "UC1", "snippet": {"title": "T"}}]})
    asking = line(said(401), channel, turn=Turn)
    assert CONNECTOR.health(asking).external_id == "UC1"
    assert asking.session["access"] == "theirs"
