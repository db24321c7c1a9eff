"""Pictures and a video on their way to Mastodon: sent before the post, which then names them.

Read 2026-11-22: docs.joinmastodon.org/methods/media. `POST /api/v2/media` answers 200 if it is ready and 202 if the
server still works on it; `focus`: two numbers from -1 to 1, from the middle to the right and up. `GET /api/v1/media/:id` answers 206 until it is. A video takes a server seconds to minutes, so its
id is kept with the delivery and asked for at the next try instead of sending the video again. A video alone stands in a
post, without pictures. There are no captions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus as Http

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    OutgoingPicture,
    OutgoingVideo,
    RateLimited,
    Refused,
    Unreachable,
)
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, Streamed

MEDIA = "media:"  # before the id of a video, in a handle
ASKS, PAUSE = 5, 1.0  # how often, and after how many seconds, a picture is asked for that is not ready
ASK_AGAIN = timedelta(seconds=10)  # while a video is worked on
PIECE = 256 * 1024  # bytes of a video that are in memory at a time
Send = Callable[..., Answer]  # channel.py: a call with the account's token that was done


def send_picture(send: Send, line: Line, picture: OutgoingPicture) -> str:
    """The id of a picture that is ready. Whatever becomes of it, the post was not sent."""
    data = line.picture(picture.digest)
    mark = boundary(data + picture.alt.encode())
    start, end = ends(
        alt=picture.alt, mime=picture.mime, name="picture", mark=mark, focus=focus_of(picture.focus)
    )
    try:
        answer = _post(send, line, mark, start + data + end)
        number = str(answer.json().get("id", ""))
        for _turn in range(ASKS):
            if answer.status == Http.OK:
                return number
            time.sleep(PAUSE)
            answer = send(line, "GET", f"/api/v1/media/{number}")
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None
    raise Unreachable(_("Mastodon is still busy with the picture; the post was not sent yet."))


def send_video(send: Send, line: Line, video: OutgoingVideo, absent: type[Refused]) -> str:
    """The id of the video once the server is done with it; sent once, also after a crash. absent: what 404 raises.

    Raises RateLimited while the server works on it: the post was not sent, and is tried again.
    """
    try:
        if line.handle.startswith(MEDIA):
            number = line.handle.removeprefix(MEDIA)
            try:
                answer = send(line, "GET", f"/api/v1/media/{number}")
            except absent:  # never used, and cleared away after a day: once more
                number, answer = _upload(send, line, video)
        else:
            number, answer = _upload(send, line, video)
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None
    if answer.status == Http.OK:
        return number
    raise RateLimited(
        _("Mastodon still works on the video; the post goes out when it is ready."),
        retry_at=clock.now() + ASK_AGAIN,
    )


def _upload(send: Send, line: Line, video: OutgoingVideo) -> tuple[str, Answer]:
    mark = f"video-{video.digest[:48]}"  # no file holds its own digest
    start, end = ends(alt=video.alt, mime=video.mime, name="video", mark=mark)

    def pieces() -> Iterator[bytes]:
        yield start
        at = 0
        while at < video.size:
            piece = line.part(video.digest, at, min(PIECE, video.size - at))
            if not piece:
                raise Refused(_("The video of this post is not as long as it was."))
            at += len(piece)
            yield piece
        yield end

    answer = _post(send, line, mark, Streamed(len(start) + video.size + len(end), pieces))
    number = str(answer.json().get("id", ""))
    if not number.isalnum():
        raise Unreachable(_("Mastodon took the video and did not say under which number."))
    line.keep_handle(f"{MEDIA}{number}")
    return number, answer


def _post(send: Send, line: Line, mark: str, body: bytes | Streamed) -> Answer:
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    return send(line, "POST", "/api/v2/media", body=body, headers=headers, name="uploads")


def boundary(content: bytes) -> str:
    """A word that is not in the content."""
    mark = "picture"
    while mark.encode() in content:
        mark += "x"
    return mark


def focus_of(focus: str) -> str:
    """The point that stays in view as Mastodon writes it; "" for the middle, where it is anyway."""
    if not focus:
        return ""
    across, down = (int(share) / 5_000 - 1 for share in focus.split(","))
    return f"{across:.2f},{-down:.2f}"


def ends(*, alt: str, mime: str, name: str, mark: str, focus: str = "") -> tuple[bytes, bytes]:
    """What stands before and after a file in a form with its description (RFC 7578)."""
    alt = alt.replace(f"--{mark}", "- -")
    field = f'--{mark}\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    head = (
        f"{field % ('description', alt)}{field % ('focus', focus) if focus else ''}--{mark}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}.{mime.partition("/")[2]}"\r\n'
        f"Content-Type: {mime}\r\n\r\n"
    )
    return head.encode(), f"\r\n--{mark}--\r\n".encode()
