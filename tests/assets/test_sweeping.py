"""What nobody needs goes, and nothing that somebody needs: videos, films without a row, work folders."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hueandcry.assets import leaving, sweeping
from hueandcry.assets import tasks as asset_tasks
from hueandcry.assets.models import Video
from hueandcry.kernel import blobs
from hueandcry.posts import tasks
from hueandcry.posts.approval_actions import submit_post
from hueandcry.posts.models import Post
from hueandcry.posts.video_actions import remove_video
from hueandcry.posts.writing_actions import discard_post
from hueandcry.records.models import Entry
from tests.assets.hostile import MP4
from tests.films import ready_video
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
WEEK = timedelta(days=7, minutes=1)


@pytest.fixture
def room(desk: Desk, settings: Any, tmp_path: Path) -> Newsroom:  # noqa: F811
    settings.HUE_FILES = tmp_path
    return Newsroom.of(desk)


def age(place: Path, days: float = 8) -> None:
    """As if it lay there for so long."""
    then = time.time() - days * 86_400
    os.utime(place, (then, then))


def added(room: Newsroom, data: bytes = MP4 + b"one") -> tuple[Post, Video, Path]:
    """A ready video in a draft, and its file, of last week."""
    post = room.draft()
    video = ready_video(post, by=room.writer, data=data)
    place = blobs.path(video.digest)
    age(place)
    return post, video, place


def swept(room: Newsroom, commit: Any) -> int:
    """The worker notices now, and looks again in a week."""
    with commit(execute=True):
        assert tasks.sweep_videos() == 0
        room.desk.clock.pass_(WEEK)
        return tasks.sweep_videos()


def test_a_video_that_was_taken_out_of_a_draft_goes_after_a_week(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    post, video, place = added(room)
    remove_video(post_id=post.pk, by=room.writer)
    assert swept(room, django_capture_on_commit_callbacks) == 1
    assert not place.exists()
    video.refresh_from_db()
    assert video.erased_at is not None
    assert Entry.objects.filter(verb="video.erase", subject=f"video:{video.pk}").exists()
    assert tasks.sweep_videos() == 0


def test_what_a_post_has_stays_also_of_one_that_was_thrown_away(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    _post, _video, place = added(room)
    other, _other, thrown = added(room, MP4 + b"two")
    discard_post(post_id=other.pk, by=room.writer)
    assert swept(room, django_capture_on_commit_callbacks) == 0
    assert place.exists()
    assert thrown.exists()


def test_what_was_handed_in_once_stays_for_the_record(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    post, video, place = added(room)
    submit_post(post_id=post.pk, by=room.writer)
    remove_video(post_id=post.pk, by=room.writer)
    assert swept(room, django_capture_on_commit_callbacks) == 0
    assert place.exists()
    video.refresh_from_db()
    assert video.erased_at is None


def test_a_video_that_somebody_has_again_begins_its_week_anew(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    post, video, place = added(room)
    remove_video(post_id=post.pk, by=room.writer)
    tasks.sweep_videos()
    room.desk.clock.pass_(timedelta(days=6))
    Post.objects.filter(pk=post.pk).update(video=video)
    tasks.sweep_videos()
    Post.objects.filter(pk=post.pk).update(video=None)
    room.desk.clock.pass_(timedelta(days=2))
    assert swept(room, django_capture_on_commit_callbacks) == 1
    assert not place.exists()


def test_a_file_that_another_video_has_too_stays(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    post, _video, place = added(room)
    added(room)
    remove_video(post_id=post.pk, by=room.writer)
    assert swept(room, django_capture_on_commit_callbacks) == 1
    assert place.exists()


def test_a_film_without_a_row_goes_and_nothing_else_does(room: Newsroom) -> None:
    _post, _video, kept = added(room)
    lost, fresh = blobs.path(blobs.put(MP4 + b"lost")), blobs.path(blobs.put(MP4 + b"fresh"))
    words = blobs.path(blobs.put(b"WEBVTT\n\n"))
    for place in (lost, words):
        age(place)
    assert asset_tasks.sweep_films() == 1
    assert [place.exists() for place in (lost, fresh, words, kept)] == [False, True, True, True]


def test_old_work_folders_go(room: Newsroom, tmp_path: Path) -> None:
    old, fresh, other = (tmp_path / name for name in ("hue-video-a", "hue-video-b", "other"))
    for folder in (old, fresh, other):
        folder.mkdir()
        (folder / "clean.mp4").write_bytes(MP4)
    for folder in (old, other):
        age(folder)
    asset_tasks.drop_forgotten()
    assert [folder.exists() for folder in (old, fresh, other)] == [False, True, True]
    assert sweeping.bytes_kept() == 0


def test_a_film_that_comes_in_again_while_its_earlier_copy_goes_stays(room: Newsroom) -> None:
    digest = blobs.put(MP4 + b"twice")
    with leaving.arriving():  # its row is not written yet
        leaving.forget_file(digest)
        assert blobs.path(digest).exists()
    leaving.forget_file(digest)
    assert not blobs.path(digest).exists()
