"""The video of a post: taken in, given captions, taken out, shown."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import cast

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from hueandcry.assets.leaving import arriving, forget_file
from hueandcry.assets.models import Video
from hueandcry.desk import notices
from hueandcry.desk.compose_page import form_of, page
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.video_page import Arrived, VideoToDisk, video_row
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, NotFound, Refusal, Unavailable
from hueandcry.posts import reading
from hueandcry.posts.models import Post
from hueandcry.posts.video_actions import add_video, caption_video, remove_video
from hueandcry.posts.videos import words_of

UNUSABLE, SPAN, NO_SPAN, BUSY = 422, 206, 416, 503
PIECE, LONGEST_SPAN = (
    256 * 1024,
    8 * 2**20,
)  # bytes: in memory at a time; of one answer to a browser that asks for a part
LARGEST_CAPTIONS = 2 * 2**20
# A slow line keeps a thread of the desk for as long as it takes; the others stay free for recall and pause.
UPLOADS = threading.BoundedSemaphore(3)
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")

notices.add(
    {
        "post-video-in": _lazy("The video is here. It is looked at now, which takes a moment."),
        "post-captions-in": _lazy("The captions were added."),
        "post-video-out": _lazy("The video was taken out."),
    }
)


@csrf_exempt  # `_change` asks for the token: to look for it the body is read, and a video must not be read into memory
@desk_view(Permission.POST_DRAFT)
@require_POST
def change(request: DeskRequest, post_id: int) -> HttpResponse:
    """Add a video, or captions, or take the video out. The page's script asks for JSON."""
    reading.get_post(actor=request.actor, post_id=post_id)
    if not UPLOADS.acquire(blocking=False):
        sentence = _(
            "Three videos are being uploaded already. Nothing was changed. Try again in a few minutes."
        )
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"sentence": sentence}, status=BUSY)
        raise Unavailable(sentence)
    to_disk = VideoToDisk(request, owner=request.actor.ref)
    request.upload_handlers = [to_disk, MemoryFileUploadHandler(request)]
    try:
        return _change(request, post_id, to_disk)
    finally:
        UPLOADS.release()
        to_disk.drop()


@csrf_protect
def _change(request: DeskRequest, post_id: int, to_disk: VideoToDisk) -> HttpResponse:
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        word = _do(request, post_id, to_disk)
    except Refusal as refusal:
        if wants_json:
            return JsonResponse({"sentence": refusal.sentence}, status=UNUSABLE)
        post = reading.get_post(actor=request.actor, post_id=post_id)
        more = {"video_problem": refusal.sentence}
        return page(request, form_of(request, post), post, status=UNUSABLE, more=more)
    if wants_json:
        post = reading.get_post(actor=request.actor, post_id=post_id)
        return JsonResponse({"revision": post.revision, "word": word})
    return notices.redirect_saying(f"{reverse('compose-edit', args=[post_id])}#video", word)


def _do(request: DeskRequest, post_id: int, to_disk: VideoToDisk) -> str:
    """What the button says; the word of the notice. Raises a refusal."""
    if request.POST.get("do") == "remove":
        remove_video(post_id=post_id, by=request.actor)
        return "post-video-out"
    video, captions = request.FILES.get("video"), request.FILES.get("captions")
    if to_disk.problem:
        raise Invalid(to_disk.problem, field="video")
    if isinstance(video, Arrived):
        size, name, digest = video.incoming.size, video.name or "", ""
        try:
            with arriving():
                digest = video.incoming.keep()
                add_video(post_id=post_id, digest=digest, size=size, file_name=name, by=request.actor)
        except Refusal:
            forget_file(digest)
            raise
        return "post-video-in"
    if captions is None:
        raise Invalid(_("No file was chosen. Nothing was changed."), field="video")
    data = captions.read(LARGEST_CAPTIONS)
    caption_video(post_id=post_id, data=data, file_name=captions.name or "", by=request.actor)
    return "post-captions-in"


@desk_view(Permission.POST_READ)
@require_safe
def state(request: DeskRequest, post_id: int) -> HttpResponse:
    """How far a video is: a part of the page on which it is written."""
    post = reading.get_post(actor=request.actor, post_id=post_id)
    return render(request, "desk/compose/_video_state.html", {"post": post, "video": video_row(post)})


@desk_view(Permission.POST_READ)
@require_safe
def file(request: DeskRequest, post_id: int) -> HttpResponse:
    """The video itself, or the part of it that a browser asks for (RFC 9110, 14.2)."""
    video = _ready(reading.get_post(actor=request.actor, post_id=post_id))
    begin, end, status = _span(request.headers.get("Range", ""), video.size)
    if status == NO_SPAN:
        return HttpResponse(status=status, headers={"Content-Range": f"bytes */{video.size}"})
    body = _pieces(video.digest, begin, end) if request.method == "GET" else ()
    response = StreamingHttpResponse(body, status=status, content_type=video.mime)
    response["Content-Length"] = str(end - begin)
    response["Accept-Ranges"] = "bytes"
    if status == SPAN:
        response["Content-Range"] = f"bytes {begin}-{end - 1}/{video.size}"
    return cast("HttpResponse", response)


@desk_view(Permission.POST_READ)
@require_safe
def captions(request: DeskRequest, post_id: int) -> HttpResponse:
    """The captions of a post's video."""
    post = reading.get_post(actor=request.actor, post_id=post_id)
    digest = words_of(post)["captions"]
    if not digest:
        raise NotFound(_("There are no captions with this video."))
    return HttpResponse(blobs.read(digest), content_type="text/vtt; charset=utf-8")


def _ready(post: Post) -> Video:
    if post.video is None or post.video.status != Video.Status.READY:
        raise NotFound(_("There is no video in this post that can be shown."))
    return post.video


def _span(asked: str, size: int) -> tuple[int, int, int]:
    """Begin, end (not included) and status for a Range header; the whole file for one that is none."""
    found = RANGE.match(asked)
    if found is None or found[1] == found[2] == "":
        return 0, size, 200
    if found[1] == "":
        begin, end = max(size - int(found[2]), 0), size
    else:
        begin, end = int(found[1]), min(int(found[2]) + 1 if found[2] else size, size)
    if begin >= end:
        return 0, 0, NO_SPAN
    return begin, min(end, begin + LONGEST_SPAN), SPAN


def _pieces(digest: str, begin: int, end: int) -> Iterator[bytes]:
    with blobs.open(digest) as kept:
        kept.seek(begin)
        while begin < end and (piece := kept.read(min(PIECE, end - begin))):
            begin += len(piece)
            yield piece
