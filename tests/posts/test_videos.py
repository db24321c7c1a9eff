"""A video in a post: what stands in its way, where it goes, what goes instead, and what is frozen and taken down."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.assets import filming, tasks
from hueandcry.assets.captions import CaptionsRefused
from hueandcry.assets.models import Video
from hueandcry.channels.connector import Limits, Outgoing, OutgoingVideo
from hueandcry.channels.models import Account
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from hueandcry.posts import checking, reading
from hueandcry.posts.approval_actions import approve_post, publish_post, submit_post
from hueandcry.posts.fitting import media_of, previews
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.standing_actions import recall_post
from hueandcry.posts.video_actions import add_video, caption_video, describe_video, remove_video
from hueandcry.posts.videos import why_not
from hueandcry.posts.writing_actions import add_picture
from hueandcry.records.queries import entries, entry
from tests.factories import make_actor, make_agency
from tests.fakes import LIMITS
from tests.films import PLACE, VTT, film, needs_ffmpeg, ready_video
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom, jpeg

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
TAKES = replace(LIMITS, video_bytes=1000, video_seconds=600, video_types=("video/mp4",))


@pytest.fixture
def room(desk: Desk) -> Newsroom:
    return Newsroom.of(desk, mode="free")


def takes(limits: Limits = TAKES) -> None:
    """The first account's server said that it takes this."""
    first = Account.objects.order_by("pk").first()
    assert first is not None
    Account.objects.filter(pk=first.pk).update(limits=limits.plain())


def found_in(post: Post) -> dict[str, str]:
    post = Post.objects.get(pk=post.pk)
    accounts = list(Account.objects.filter(pk__in=post.account_ids))
    return {
        f"{item.level} {item.rule}": item.sentence for item in checking.findings_of(post, accounts=accounts)
    }


def arrived(data: bytes, post: Post, room: Newsroom) -> Post:
    return add_video(
        post_id=post.pk, digest=blobs.put(data), size=len(data), file_name="C:\\x\\film 1.mp4", by=room.writer
    )


def is_kept(data: bytes) -> bool:
    """True if the file is in the house."""
    return blobs.path(hashlib.sha256(data).hexdigest()).exists()


# --- added and made ready -----------------------------------------------------------------------------


@needs_ffmpeg
@pytest.mark.slow
def test_a_video_is_made_ready_by_the_worker_and_its_original_goes(room: Newsroom) -> None:
    post = room.draft()
    arrived(film(), post, room)
    assert "stop video" in found_in(post)
    assert tasks.prepare_videos() == 1
    assert tasks.prepare_videos() == 0
    video = Video.objects.get()
    assert (video.status, video.file_name, video.original, video.seconds) == ("ready", "film 1.mp4", "", 1)
    assert PLACE.encode() not in blobs.read(video.digest)
    assert not is_kept(film())
    assert sorted(copy["width"] for copy in video.stills) == [160]
    keeper = make_actor(room.desk.agency, Role.RECORD_KEEPER)
    verbs = [line.verb for line in entries(actor=keeper)]
    assert {"video.add", "video.ready", "post.add-video"} <= set(verbs)


@needs_ffmpeg
def test_a_video_that_is_none_says_so_on_the_post_and_its_file_goes(room: Newsroom) -> None:
    post = room.draft()
    arrived(b"no film at all", post, room)
    tasks.prepare_videos()
    video = Video.objects.get()
    assert (video.status, video.original) == ("refused", "")
    assert not is_kept(b"no film at all")
    assert video.problem in found_in(post)["stop video"]
    with pytest.raises(checking.Stopped):
        publish_post(post_id=post.pk, by=room.writer)
    remove_video(post_id=post.pk, by=room.writer)
    assert publish_post(post_id=post.pk, by=room.writer).status == "announced"


@needs_ffmpeg
def test_two_posts_with_one_file_do_not_take_it_from_each_other(room: Newsroom) -> None:
    one, two = room.draft(), room.draft("Two.")
    arrived(b"the same file", one, room)
    arrived(b"the same file", two, room)
    tasks.prepare_videos()
    assert is_kept(b"the same file")
    tasks.prepare_videos()
    assert [row.status for row in Video.objects.all()] == ["refused", "refused"]
    assert not is_kept(b"the same file")


@needs_ffmpeg
def test_a_video_that_kills_the_worker_is_given_up(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(_digest: str) -> None:
        raise Killed

    arrived(b"deadly", room.draft(), room)
    monkeypatch.setattr("hueandcry.assets.video_actions.prepare_video", die)
    for _turn in range(3):
        with pytest.raises(Killed):
            tasks.prepare_videos()
        assert tasks.prepare_videos() == 0  # its lease still runs
        room.desk.clock.pass_(timedelta(minutes=9))
    assert tasks.prepare_videos() == 1
    assert Video.objects.get().status == "refused"


@needs_ffmpeg
def test_where_the_tool_is_gone_meanwhile_the_video_waits_and_says_why(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived(b"film", room.draft(), room)
    monkeypatch.setattr(filming, "missing", lambda: ["ffmpeg"])
    tasks.prepare_videos()
    video = Video.objects.get()
    assert (video.status, "ffmpeg" in video.last_error) == ("waiting", True)


def test_where_the_tool_is_missing_nothing_is_added(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    post = room.draft()
    monkeypatch.setattr("hueandcry.assets.video_actions.missing", lambda: ["ffprobe"])
    with pytest.raises(Unavailable, match="ffprobe"):
        arrived(b"film", post, room)
    assert not Video.objects.exists()


# --- words ---------------------------------------------------------------------------------------------


def test_words_and_captions_are_wanted_before_it_goes_out(room: Newsroom) -> None:
    takes()
    post = room.draft()
    ready_video(post, by=room.writer, words={"alt": "", "ours": False, "quiet": False})
    found = found_in(post)
    assert "stop alt-text" in found
    assert "warn captions" in found
    describe_video(post_id=post.pk, alt=" A van turns left ", ours=True, by=room.writer)
    assert "stop alt-text" not in found_in(post)
    with pytest.raises(checking.NeedsReason):
        publish_post(post_id=post.pk, by=room.writer)
    caption_video(post_id=post.pk, data=VTT, file_name="film.vtt", by=room.writer)
    assert not [name for name in found_in(post) if "captions" in name]
    post.refresh_from_db()
    assert post.video_words["alt"] == "A van turns left"
    assert blobs.read(post.video_words["captions"]).startswith(b"WEBVTT")
    publish_post(post_id=post.pk, by=room.writer)


def test_a_silent_video_needs_no_captions_and_words_are_counted_as_a_revision(room: Newsroom) -> None:
    post = room.draft()
    ready_video(post, by=room.writer, words={"quiet": False})
    before = post.revision
    describe_video(post_id=post.pk, alt="A van", ours=True, quiet=True, by=room.writer)
    describe_video(post_id=post.pk, alt="A van", ours=True, quiet=True, by=room.writer)
    post.refresh_from_db()
    assert post.revision == before + 1
    assert not [name for name in found_in(post) if "captions" in name]


def test_captions_that_cannot_be_read_leave_those_that_are_there(room: Newsroom) -> None:
    post = room.draft()
    ready_video(post, by=room.writer)
    caption_video(post_id=post.pk, data=VTT, file_name="film.vtt", by=room.writer)
    with pytest.raises(CaptionsRefused):
        caption_video(post_id=post.pk, data=b"PK\3\4", file_name="film.vtt", by=room.writer)
    post.refresh_from_db()
    assert post.video_words["captions_name"] == "film.vtt"


def test_a_submitted_post_is_a_draft_again_after_its_video_changed(room: Newsroom) -> None:
    Account.objects.update(mode="two_person")
    post = room.draft()
    ready_video(post, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)
    describe_video(post_id=post.pk, alt="Another thing", quiet=True, by=room.writer)
    post.refresh_from_db()
    assert post.status == "draft"


# --- where it goes -------------------------------------------------------------------------------------


def test_it_goes_where_it_can_and_its_still_picture_elsewhere_which_is_said_before(room: Newsroom) -> None:
    takes()
    first, second = room.desk.accounts[:2]
    post = room.draft(accounts=[first.pk, second.pk])
    video = ready_video(post, by=room.writer)
    shown = {item.accounts[0].pk: item for item in previews(post, list(Account.objects.order_by("pk")))}
    assert (shown[first.pk].video, shown[first.pk].still) == (True, False)
    assert (shown[second.pk].video, shown[second.pk].still) == (False, True)
    (hint,) = [text for name, text in found_in(post).items() if name == "hint limits"]
    assert "Its still picture goes instead." in hint
    publish_post(post_id=post.pk, by=room.writer)
    room.desk.clock.pass_(timedelta(seconds=11))
    room.desk.work()
    rows = {row.account_id: row for row in Delivery.objects.all()}
    assert {row.status for row in rows.values()} == {"sent"}
    frozen = rows[first.pk].frozen_request
    assert (frozen["video"]["digest"], frozen["video"]["alt"]) == (video.digest, "A grey van turns left")
    assert list(frozen["pictures"]) == []
    other = Outgoing.from_plain(rows[second.pk].frozen_request)
    assert other.video is None
    assert [item.alt for item in other.pictures] == ["A grey van turns left"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"size": 1001}, "too large"),
        ({"seconds": 601}, "too long"),
        ({"mime": "video/webm"}, "of this kind"),
    ],
)
def test_a_network_says_why_it_does_not_take_a_video(facts: dict[str, Any], says: str) -> None:
    video = OutgoingVideo(digest="1" * 64, mime="video/mp4", size=1000, seconds=600, width=1, height=1)
    assert why_not(video, TAKES) == ""
    assert says in why_not(replace(video, **facts), TAKES)
    assert why_not(video, LIMITS) == "Videos are not sent to this network."


def test_pictures_stay_behind_where_the_video_goes_and_go_where_it_does_not(room: Newsroom) -> None:
    post = room.draft()
    add_picture(post_id=post.pk, data=jpeg(), file_name="a.jpg", alt="Tape", ours=True, by=room.writer)
    ready_video(post, by=room.writer)
    goes, stays = media_of(post, TAKES), media_of(post, LIMITS)
    assert (bool(goes.video), goes.pictures) == (True, ())
    assert "the pictures do not" in goes.notes[0]
    assert (stays.video, [item.alt for item in stays.pictures]) == (None, ["Tape"])
    assert "The pictures go instead." in stays.notes[0]
    bare = media_of(post, replace(LIMITS, images=0))
    assert (bare.video, bare.pictures, "Only the text" in bare.notes[0]) == (None, (), True)


def test_captions_that_do_not_go_are_told_before_anything_is_sent(room: Newsroom) -> None:
    post = room.draft()
    ready_video(post, by=room.writer)
    cues = "".join(f"00:00:0{second}.000 --> 00:00:0{second}.900\nSeen it?\n\n" for second in range(3))
    caption_video(post_id=post.pk, data=f"WEBVTT\n\n{cues}".encode(), file_name="c.vtt", by=room.writer)
    post.refresh_from_db()
    takes_none, takes_few = TAKES, replace(TAKES, captions=True, captions_bytes=60)
    assert "takes no captions" in media_of(post, replace(takes_none, captions=False)).notes[0]
    assert "too long for this network" in media_of(post, takes_few).notes[0]
    assert media_of(post, replace(takes_few, captions_bytes=2000)).notes == ()
    assert media_of(post, replace(takes_few, captions_bytes=0)).notes == ()


def test_a_channel_for_videos_alone_takes_a_post_with_one(room: Newsroom) -> None:
    takes(replace(TAKES, needs_video=True, images=0))
    post = room.draft()
    assert "videos only" in found_in(post)["stop limits"]
    ready_video(post, by=room.writer)
    assert "stop limits" not in found_in(post)


def test_the_words_that_were_approved_name_the_video_and_recall_takes_it_down(room: Newsroom) -> None:
    takes()
    Account.objects.update(mode="two_person")
    post = room.draft()
    video = ready_video(post, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)
    (kept,) = reading.revisions_of(post)
    assert kept.content["video"]["digest"] == video.digest
    approve_post(post_id=post.pk, by=room.approver)
    keeper = make_actor(room.desk.agency, Role.RECORD_KEEPER)
    line = entries(actor=keeper, verb="post.submit")[0]
    assert video.digest in str(entry(actor=keeper, entry_id=line.id).body["video"])
    room.desk.clock.pass_(timedelta(seconds=11))
    room.desk.work()
    assert len(room.desk.channel.up) == 1
    recall_post(post_id=post.pk, reason="Wrong van", by=room.approver)
    room.desk.work()
    assert room.desk.channel.up == {}
    with pytest.raises(Conflict):
        remove_video(post_id=post.pk, by=room.writer)


# --- whose -----------------------------------------------------------------------------------------------


def test_one_video_for_a_post_and_only_by_who_may(room: Newsroom) -> None:
    post = room.draft()
    ready_video(post, by=room.writer)
    with pytest.raises(Invalid, match="one video"):
        arrived(b"film", post, room)
    reader = make_actor(room.desk.agency, Role.RECORD_KEEPER)
    stranger = make_actor(make_agency(name="Elsewhere Police", slug="elsewhere"), Role.AUTHOR)
    given: dict[str, Any] = {"post_id": post.pk}
    for by, refusal in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            describe_video(**given, alt="x", by=by)
        with pytest.raises(refusal):
            caption_video(**given, data=VTT, file_name="a", by=by)
        with pytest.raises(refusal):
            remove_video(**given, by=by)
        with pytest.raises(refusal):
            add_video(**given, digest="1" * 64, size=1, file_name="a", by=by)
