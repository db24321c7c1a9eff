"""A video on the desk's pages: the words around it, and how one is taken in without ever being in memory."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers, StopUpload
from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.assets import filming
from hueandcry.assets.models import Video
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import Invalid
from hueandcry.posts.models import Post
from hueandcry.posts.pictures import thumbnail
from hueandcry.posts.videos import still_of, words_of

FIELD = "video"
MOST_UNFINISHED = 3  # uploads of one person that did not come whole, within a day
SHOWN = 640  # pixels: the widest copy of a still that a page of the desk shows


def video_row(post: Post | None) -> dict[str, Any] | None:
    """The video of a saved post for a page; None if it has none."""
    if post is None or not post.pk or post.video is None:
        return None
    video, words = post.video, words_of(post)
    still = still_of(video, alt=words["alt"])
    small = thumbnail(still, SHOWN) if still and still["copies"] else None
    return {
        **words,
        "waiting": video.status == Video.Status.WAITING,
        "refused": video.status == Video.Status.REFUSED,
        "problem": video.problem,
        "delayed": video.last_error,
        "name": video.file_name,
        "right": f"video:{video.pk}",
        "length": f"{video.seconds // 60}:{video.seconds % 60:02}",
        "megabytes": f"{video.size / 2**20:.1f}",
        "width": video.width,
        "height": video.height,
        "small": small,
        "still": reverse("post-media", args=[post.pk, small["name"]]) if small else "",
        "address": reverse("post-video-file", args=[post.pk]),
        "captions_address": reverse("post-video-captions", args=[post.pk]),
        "language": post.language or "en",
    }


def video_help() -> dict[str, Any]:
    """What the page says where a video can be added: what is missing on the server, and the largest file."""
    return {"missing": ", ".join(filming.missing()), "most": filming.largest()}


class Arrived(UploadedFile):  # type: ignore[type-arg]
    """A video that came whole and lies in the folder of what arrives. incoming: keep it, or drop it."""

    def __init__(self, incoming: blobs.Incoming, name: str) -> None:
        super().__init__(file=None, name=name, size=incoming.size)
        self.incoming = incoming


class VideoToDisk(FileUploadHandler):
    """Writes the field `video` to disk as it comes, and stops at what is no video or too large. problem: the sentence then.

    Set on a request once it is known who sends it. Other files go to the next handler. owner: a reference; each person
    may have a few uploads that are not whole, within a day.
    """

    def __init__(self, request: Any = None, *, owner: str = "") -> None:
        super().__init__(request)
        self.owner = owner.replace(":", "-")
        self.incoming: blobs.Incoming | None = None
        self.problem = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The first video is ours."""
        super().new_file(*args, **kwargs)
        if self.field_name == FIELD and self.incoming is None:
            if blobs.unfinished(self.owner) >= MOST_UNFINISHED:
                self.problem = _(
                    "Three of your videos did not arrive whole today. Wait until those under way are here, or try again"
                    " tomorrow: what did not arrive is removed after a day."
                )
                raise StopUpload(connection_reset=False)
            self.incoming = blobs.Incoming(self.owner)
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece; look at the first."""
        if self.field_name != FIELD or self.incoming is None:
            return raw_data
        if start == 0:
            try:
                filming.reader_of(raw_data[: blobs.HEAD])
            except Invalid as refusal:
                self.problem = refusal.sentence
                raise SkipFile from None
        if self.incoming.size + len(raw_data) > filming.largest():
            self.problem = filming.too_large()
            raise StopUpload
        self.incoming.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> Arrived | None:
        """What the view finds among the files."""
        if self.field_name != FIELD or self.incoming is None:
            return None
        if not file_size:
            self.problem = _("This file is empty. Choose the video again.")
        return Arrived(self.incoming, self.file_name or "")

    def drop(self) -> None:
        """Forget what was not kept."""
        if self.incoming is not None:
            self.incoming.drop()
