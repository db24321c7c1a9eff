"""The video of a post: what its row keeps of it, and who takes it.

Words of a video: {"alt": what is to be seen, "ours": somebody said that we took it and nobody in it has to agree,
"quiet": nothing is said in it, "captions": digest of a WebVTT file or "", "captions_name": what that was called}. The
video itself is a row of the assets, which never changes once it is ready.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.assets.models import Video
from hueandcry.channels.connector import Limits, OutgoingPicture, OutgoingVideo
from hueandcry.kernel import blobs
from hueandcry.posts.models import Post
from hueandcry.posts.pictures import copy_for, fitting

MEGABYTE = 2**20
NO_WORDS: Mapping[str, Any] = {"alt": "", "ours": False, "quiet": False, "captions": "", "captions_name": ""}


@dataclass(frozen=True, slots=True)
class Media:
    """What goes with a post to one network. notes: sentences for the author on what does not go, and what goes instead."""

    pictures: tuple[OutgoingPicture, ...] = ()
    video: OutgoingVideo | None = None
    notes: tuple[str, ...] = ()


def words_of(post: Post) -> dict[str, Any]:
    """What was said about the video of a post."""
    return {**NO_WORDS, **(post.video_words or {})}


def shown_in(post: Post) -> list[Mapping[str, Any]]:
    """The pictures of a post, and its video last, for whoever looks at words, rights and consent."""
    if post.video is None:
        return list(post.pictures)
    return [*post.pictures, {**words_of(post), "name": post.video.file_name}]


def outgoing_video(post: Post) -> OutgoingVideo | None:
    """The video as a connector is handed it; None if there is none that is ready."""
    video = post.video
    if video is None or video.status != Video.Status.READY:
        return None
    words = words_of(post)
    return OutgoingVideo(
        digest=video.digest,
        mime=video.mime,
        size=video.size,
        seconds=video.seconds,
        width=video.width,
        height=video.height,
        captions=words["captions"],
        alt=words["alt"],
    )


def why_not(video: OutgoingVideo, limits: Limits) -> str:
    """Why a network does not take this video; "" if it does."""
    if not limits.video_bytes or not limits.video_types:
        return _("Videos are not sent to this network.")
    if video.mime not in limits.video_types:
        return _("This network does not take a video of this kind.")
    if video.size > limits.video_bytes:
        return _("The video is too large for this network, which takes %d MB.") % (
            limits.video_bytes // MEGABYTE
        )
    if limits.video_seconds and video.seconds > limits.video_seconds:
        return _("The video is too long for this network, which takes %d seconds.") % limits.video_seconds
    return ""


def still_of(video: Video, *, alt: str) -> dict[str, Any] | None:
    """The picture that stands for a video, as posts/pictures.py keeps one; None until it is ready."""
    if video.still_id is None:
        return None
    return {"asset": video.still_id, "name": video.file_name, "alt": alt, "copies": video.stills}


def _size_of(digest: str) -> int:
    """How many bytes a kept file has; 0 if it is not there."""
    try:
        return blobs.path(digest).stat().st_size
    except OSError:
        return 0


def media_for(post: Post, pictures: Sequence[Mapping[str, Any]], limits: Limits) -> Media:
    """What one network is sent of a post's pictures and video: the video where it can go, else its still picture."""
    plain = fitting(pictures, limits)
    video = outgoing_video(post)
    if video is None or post.video is None:
        return Media(plain)
    reason = why_not(video, limits)
    if not reason:
        notes = []
        if pictures:
            notes.append(_("The video goes there, the pictures do not."))
        if video.captions and not limits.captions:
            notes.append(_("This network takes no captions with a video; say in the text where they are."))
        elif video.captions and 0 < limits.captions_bytes < _size_of(video.captions):
            notes.append(
                _(
                    "The captions are too long for this network and stay behind; say in the text where they are."
                )
            )
        return Media((), video, tuple(notes))
    if plain:
        return Media(plain, None, (reason + " " + _("The pictures go instead."),))
    still = still_of(post.video, alt=video.alt) if limits.images else None
    if still is None or not still["copies"]:
        return Media((), None, (reason + " " + _("Only the text goes there."),))
    return Media((copy_for(still, limits),), None, (reason + " " + _("Its still picture goes instead."),))
