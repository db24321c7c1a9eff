"""A video on the desk's pages: taken in without being in memory, shown in parts, and only to whom it may be."""

from __future__ import annotations

import hashlib
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hueandcry.agencies.roles import Role
from hueandcry.assets import filming, tasks
from hueandcry.assets.models import Video
from hueandcry.channels.models import Account
from hueandcry.desk.views import post_video
from hueandcry.kernel import blobs
from hueandcry.posts.models import Post
from tests.assets.hostile import MP4
from tests.desk_client import HOST, at_desk
from tests.factories import make_agency, make_person
from tests.films import VTT, film, needs_ffmpeg, ready_video
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
JSON = {"HTTP_ACCEPT": "application/json"}


class Page:
    """Somebody who writes, at the desk, and a draft of theirs."""

    def __init__(self, desk: Desk) -> None:  # noqa: F811
        Account.objects.update(mode="free")
        self.room = Newsroom.of(desk, mode="free")
        self.browser = at_desk(make_person(desk.agency, Role.AUTHOR, name="Rosa Lindqvist"))
        self.post = self.room.draft()
        self.address = f"/desk/posts/{self.post.pk}/video/"

    def text(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.content[:2000]
        return re.sub(r"\s+", " ", answer.content.decode())

    def send(self, data: bytes, name: str = "film.mp4", **more: Any) -> Any:
        sent = {"do": "add", "video": SimpleUploadedFile(name, data, content_type="text/plain")}
        return self.browser.post(self.address, sent, **more)


def test_nobody_leaves_more_than_a_few_uploads_that_did_not_come_whole(at: Page) -> None:
    left = [blobs.Incoming(f"person-{at.browser.session['person']}") for _upload in range(3)]
    answer = at.send(MP4, **JSON)
    assert (answer.status_code, "did not arrive whole" in answer.json()["sentence"]) == (422, True)
    assert not Video.objects.exists()
    left.pop().drop()
    assert at.send(MP4, **JSON).status_code == 200
    for each in left:
        each.drop()


@pytest.fixture
def at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Page:  # noqa: F811
    monkeypatch.setattr("hueandcry.assets.video_actions.missing", list)
    monkeypatch.setattr("hueandcry.desk.video_page.filming.missing", list)
    return Page(desk)


def arriving() -> list[Path]:
    folder = Path(django_settings.HUE_FILES) / ".arriving"
    return list(folder.iterdir()) if folder.is_dir() else []


def test_a_video_goes_to_disk_and_the_page_says_that_it_is_looked_at(at: Page) -> None:
    data = MP4 + b"\0" * 3_000_000
    answer = at.send(data)
    assert answer["Location"] == f"/desk/compose/{at.post.pk}/?said=post-video-in#video"
    video = Video.objects.get()
    assert (video.status, video.size, video.file_name) == ("waiting", len(data), "film.mp4")
    assert video.original == hashlib.sha256(data).hexdigest()
    assert blobs.path(video.original).stat().st_size == len(data)
    assert arriving() == []
    text = at.text(f"/desk/compose/{at.post.pk}/")
    assert "The video is being looked at." in text
    assert "The video is still being looked at." in text
    assert "being looked at" in at.text(f"{at.address}state/")
    assert at.browser.get(f"{at.address}file").status_code == 404
    blobs.erase(video.original)


def test_a_fourth_upload_at_once_is_asked_to_wait_and_the_desk_stays_free(
    at: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_video, "UPLOADS", threading.BoundedSemaphore(1))
    with post_video.UPLOADS:
        told = at.send(MP4, **JSON)
        assert (told.status_code, "Try again" in told.json()["sentence"]) == (503, True)
        assert at.send(MP4).status_code == 503
    assert at.send(MP4).status_code == 302


def test_the_script_is_told_the_revision_or_the_sentence(at: Page) -> None:
    told = at.send(MP4, **JSON).json()
    at.post.refresh_from_db()
    assert (told["revision"], at.post.video_id) == (at.post.revision, Video.objects.get().pk)
    again = at.send(MP4, **JSON)
    assert (again.status_code, "one video" in again.json()["sentence"]) == (422, True)
    assert Video.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "This file is empty"),
        (b"not a film", "not a video that we can read"),
        (b"\x7fELF" + b"\0" * 200_000, "not a video that we can read"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "not a video that we can read"),
    ],
)
def test_what_is_no_video_is_refused_before_it_is_kept(at: Page, data: bytes, says: str) -> None:
    answer = at.send(data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Video.objects.exists()
    assert arriving() == []
    if data:
        assert not blobs.path(hashlib.sha256(data).hexdigest()).exists()


def test_a_video_beyond_the_limit_is_refused_with_the_limit(at: Page, settings: Any) -> None:
    settings.HUE_VIDEO_MEGABYTES = 1
    answer = at.send(MP4 + b"\0" * 2**20)
    assert answer.status_code == 422
    assert "more than 1 megabytes" in answer.content.decode()
    assert arriving() == []


def test_without_the_token_of_the_form_nothing_is_kept(at: Page) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME=HOST)
    strict.cookies = at.browser.cookies
    sent = {"do": "add", "video": SimpleUploadedFile("film.mp4", MP4)}
    assert strict.post(at.address, sent).status_code == 403
    page = strict.get(f"/desk/compose/{at.post.pk}/").content.decode()
    token = re.search(r'id="video-form".*?name="csrfmiddlewaretoken" value="([^"]+)"', page, re.DOTALL)
    assert token is not None
    assert arriving() == []
    assert not Video.objects.exists()
    sent = {"csrfmiddlewaretoken": token[1], "do": "add", "video": SimpleUploadedFile("film.mp4", MP4)}
    assert strict.post(at.address, sent).status_code == 302
    assert Video.objects.count() == 1


def test_a_stranger_and_another_agency_send_and_see_nothing(at: Page) -> None:
    ready_video(at.post, by=at.room.writer)
    other = make_agency(name="Elsewhere Police", slug="elsewhere")
    them = at_desk(make_person(other, Role.AUTHOR, name="Ida Roe"))
    for name in ("state/", "file", "captions"):
        assert them.get(at.address + name).status_code == 404
        assert Client(SERVER_NAME=HOST).get(at.address + name).status_code == 302
    assert them.post(at.address, {"do": "remove"}).status_code == 404
    assert Client(SERVER_NAME=HOST).post(at.address, {"do": "remove"}).status_code == 302
    assert Post.objects.get(pk=at.post.pk).video_id is not None


def test_words_captions_and_taking_out(at: Page) -> None:
    ready_video(at.post, by=at.room.writer, words={"alt": "", "ours": False, "quiet": False})
    text = at.text(f"/desk/compose/{at.post.pk}/")
    assert "The video has no captions" in text
    assert "Say in words what is to be seen in the video." in text
    answer = at.browser.post(
        at.address, {"do": "captions", "captions": SimpleUploadedFile("film.vtt", VTT)}, **JSON
    )
    revision = answer.json()["revision"]
    form = {"kind": "news", "audience": "public", "urgency": "2", "text": "Seen this van?", "do": "save"}
    form |= {"revision": str(revision), "video-alt": "A van turns left", "video-ours": "on"}
    at.browser.post(f"/desk/compose/{at.post.pk}/", {**form, "accounts": [str(at.post.account_ids[0])]})
    at.post.refresh_from_db()
    words = at.post.video_words
    assert (words["alt"], words["ours"], words["quiet"], words["captions_name"]) == (
        "A van turns left",
        True,
        False,
        "film.vtt",
    )
    shown = at.browser.get(f"{at.address}captions")
    assert shown["Content-Type"] == "text/vtt; charset=utf-8"
    assert shown.content.startswith(b"WEBVTT")
    text = at.text(f"/desk/posts/{at.post.pk}/")
    assert 'aria-label="A van turns left"' in text
    assert '<track kind="captions"' in text
    wrong = at.browser.post(at.address, {"do": "captions", "captions": SimpleUploadedFile("a.vtt", b"no")})
    assert "There are no captions in this file." in wrong.content.decode()
    assert at.browser.post(at.address, {"do": "remove"}).status_code == 302
    assert "Choose a video" in at.text(f"/desk/compose/{at.post.pk}/")


@pytest.mark.parametrize(
    ("asked", "status", "span", "body"),
    [
        ("", 200, None, b"0123456789"),
        ("bytes=2-4", 206, "bytes 2-4/10", b"234"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=-3", 206, "bytes 7-9/10", b"789"),
        ("bytes=0-99", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=-0", 416, "bytes */10", b""),
        ("bytes=5-2", 416, "bytes */10", b""),
        ("bytes=-", 200, None, b"0123456789"),
        ("lines=1-2", 200, None, b"0123456789"),
    ],
)
def test_a_browser_gets_the_part_it_asks_for(
    at: Page, asked: str, status: int, span: str | None, body: bytes
) -> None:
    ready_video(at.post, by=at.room.writer, data=b"0123456789")
    answer = at.browser.get(f"{at.address}file", HTTP_RANGE=asked)
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == span
    assert (b"".join(answer.streaming_content) if answer.streaming else answer.content) == body  # type: ignore[attr-defined]
    if status != 416:
        assert (answer["Content-Type"], answer["Content-Length"]) == ("video/mp4", str(len(body)))
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_page_shows_what_each_network_gets(at: Page) -> None:
    ready_video(at.post, by=at.room.writer)
    text = at.text(f"/desk/compose/{at.post.pk}/")
    assert "its still picture instead of the video" in text
    still = re.search(rf"/desk/posts/{at.post.pk}/media/[^\"]+", text)
    assert still is not None
    assert at.browser.get(still[0])["Content-Type"] == "image/jpeg"
    assert "media-src 'self'" in at.browser.get(f"/desk/compose/{at.post.pk}/")["Content-Security-Policy"]


def test_a_new_post_is_saved_before_a_video_is_added(at: Page) -> None:
    assert "Save, then add a video" in at.text("/desk/compose/")


def test_where_the_tool_is_missing_the_page_says_so(at: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filming, "missing", lambda: ["ffmpeg", "ffprobe"])
    text = at.text(f"/desk/compose/{at.post.pk}/")
    assert "ffmpeg, ffprobe is not installed on the server" in text
    assert "video-file" not in text.replace('id="video-form"', "")


@needs_ffmpeg
@pytest.mark.slow
def test_from_the_file_to_the_page(desk: Desk) -> None:  # noqa: F811
    at = Page(desk)
    at.send(film())
    tasks.prepare_videos()
    assert "<video " in at.text(f"{at.address}state/")
    answer = at.browser.get(f"{at.address}file")
    assert b"".join(answer.streaming_content)[4:8] == b"ftyp"  # type: ignore[attr-defined]
