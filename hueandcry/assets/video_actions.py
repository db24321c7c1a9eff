"""What may be done with videos: keep one that was sent, and make it ready in the background."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.assets import queries
from hueandcry.assets.actions import keep_asset, plain_name
from hueandcry.assets.filming import PreparedVideo, VideoRefused, missing, prepare_video
from hueandcry.assets.leaving import arriving, forget_file
from hueandcry.assets.models import Video
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission, system
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound, Unavailable
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

TRIES = 3  # after which a worker that dies of a video does not look at it any more
AGAIN = timedelta(minutes=1)


@transaction.atomic
def keep_video(*, digest: str, size: int, file_name: str, by: Actor) -> Video:
    """Keep a video that arrived, to be looked at by the worker. digest: of the file as it came, in blobs.

    Raises NotAllowed; Unavailable where the programs for it are missing: nobody would ever look at it.
    """
    by.require(Permission.POST_DRAFT)
    if lacking := missing():
        raise Unavailable(
            _("Videos cannot be added: %s is not installed on the server. Nothing was kept.")
            % ", ".join(lacking)
        )
    video = Video.objects.create(
        agency_id=by.agency_id,
        original=digest,
        size=size,
        file_name=plain_name(file_name),
        due_at=clock.now(),
        added_at=clock.now(),
        added_by=by.ref,
    )
    body: dict[str, str | int | None] = {"file_name": video.file_name, "size": size, "digest": digest}
    record(by=by, verb="video.add", subject=ref("video", video.pk), body=body)
    return video


def prepare_one(*, video: Video, by: Actor) -> bool:
    """Look at a claimed video, copy it clean and take its still. Safe to run twice and to be killed.

    Returns False if the row was no longer ours. Raises NotAllowed for anybody but the worker.
    """
    if not by.ref.startswith("system:"):
        raise NotAllowed(_("Only the worker does this."))
    if video.attempts > TRIES:
        return _refuse(
            video, _("This video could not be looked at. Save it again as MP4 and choose that."), by
        )
    try:
        prepared = prepare_video(video.original)
    except VideoRefused as refusal:
        return _refuse(video, refusal.sentence, by)
    except (FileNotFoundError, NotFound):
        return _refuse(video, _("The file of this video is not kept here any more. Choose it again."), by)
    except Unavailable as refusal:
        return postpone(video, until=clock.now() + AGAIN, error=refusal.sentence)
    original = video.original
    try:
        with arriving():
            _ready(video, prepared, by)
    except Conflict:
        return False
    forget_file(original)
    return True


@transaction.atomic
def _ready(video: Video, prepared: PreparedVideo, by: Actor) -> None:
    """Raises Conflict if the lease was lost: nothing of it is kept then."""
    keeper = system("video", agency_id=by.agency_id, permissions=frozenset({Permission.POST_DRAFT}))
    still = keep_asset(prepared=prepared.still, file_name=video.file_name, alt="", by=keeper)
    facts = prepared.facts
    kept = settle(
        video,
        status=Video.Status.READY,
        original="",
        digest=prepared.digest,
        size=prepared.size,
        mime=facts.mime,
        seconds=facts.seconds,
        width=facts.width,
        height=facts.height,
        still=still,
        stills=queries.jpeg_copies(still.pk),
    )
    if not kept:
        raise Conflict(_("Another worker has this video now."))
    body: dict[str, str | int | None] = {
        "digest": prepared.digest,
        "seconds": facts.seconds,
        "walls": " ".join(prepared.walls),
    }
    record(by=by, verb="video.ready", subject=ref("video", video.pk), body=body)


@transaction.atomic
def _mark_refused(video: Video, sentence: str, by: Actor) -> bool:
    kept = settle(video, status=Video.Status.REFUSED, problem=sentence[:400], original="")
    if kept:
        record(by=by, verb="video.refuse", subject=ref("video", video.pk), body={"reason": sentence})
    return kept


def _refuse(video: Video, sentence: str, by: Actor) -> bool:
    original = video.original
    kept = _mark_refused(video, sentence, by)
    if kept:
        forget_file(original)
    return kept
