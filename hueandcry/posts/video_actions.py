"""Verbs of the video of a draft: add it, say what is to be seen, add captions, take it out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.assets.actions import plain_name
from hueandcry.assets.captions import plain_captions
from hueandcry.assets.video_actions import keep_video
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.posts import reading
from hueandcry.posts.models import Post
from hueandcry.posts.videos import words_of
from hueandcry.posts.writing import Body, touch
from hueandcry.records.entry import record

LONGEST_ALT = 1500


@transaction.atomic
def add_video(*, post_id: int, digest: str, size: int, file_name: str, by: Actor) -> Post:
    """Add a video that arrived (digest of the file as it came, size in bytes) to a draft; a worker makes it ready.

    Raises NotAllowed, NotFound, Unavailable, Conflict unless it is a draft; Invalid if it has one already.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    if post.video_id is not None:
        raise Invalid(_("A post can have one video. Take the other one out first."), field="video")
    video = keep_video(digest=digest, size=size, file_name=file_name, by=by)
    touch(post, by=by, video=video, video_words={})
    body: Body = {"video": video.pk, "file_name": video.file_name}
    record(by=by, verb="post.add-video", subject=post.subject, body=body)
    return post


@transaction.atomic
def describe_video(*, post_id: int, alt: str, by: Actor, ours: bool = False, quiet: bool = False) -> Post:
    """Say what is to be seen in the video of a draft. ours: we took it, and nobody has to agree; quiet: nothing is said in it.

    Raises NotAllowed, NotFound, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    _require_video(post)
    said = alt.strip()[:LONGEST_ALT].replace("\0", "")
    _say(post, by, verb="post.describe-video", alt=said, ours=ours, quiet=quiet)
    return post


@transaction.atomic
def caption_video(*, post_id: int, data: bytes, file_name: str, by: Actor) -> Post:
    """Add captions (WebVTT or SubRip) to the video of a draft, in place of those it has.

    Raises NotAllowed, NotFound, CaptionsRefused, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    video = _require_video(post)
    captions = plain_captions(data, seconds=video.seconds or None)
    digest = blobs.put(captions)
    name = plain_name(file_name)
    _say(post, by, verb="post.caption-video", captions=digest, captions_name=name, quiet=False)
    return post


@transaction.atomic
def remove_video(*, post_id: int, by: Actor) -> Post:
    """Take the video out of a draft. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    number = _require_video(post).pk
    touch(post, by=by, video=None, video_words={})
    record(by=by, verb="post.remove-video", subject=post.subject, body={"video": number})
    return post


def _require_video(post: Post) -> Any:
    if post.video is None:
        raise NotFound(_("There is no video in this post."))
    return post.video


def _say(post: Post, by: Actor, *, verb: str, **changes: Any) -> None:
    words = {**words_of(post), **changes}
    if words == words_of(post):
        return
    touch(post, by=by, video_words=words)
    body: Body = {name: str(value) for name, value in changes.items()}
    record(by=by, verb=verb, subject=post.subject, body=body)
