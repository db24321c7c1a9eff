"""A video is chosen in a real browser: sent by itself, looked at, described, and taken out; words typed meanwhile stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hueandcry.agencies.roles import Role
from hueandcry.assets import tasks
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import draft_post
from tests.desk_client import HOST, at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.films import VTT, film, needs_ffmpeg
from tests.walks.test_desk_looks import browser_here as browser_here  # noqa: PLC0414 - the fixture

pytestmark = [
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
    pytest.mark.slow,
    needs_ffmpeg,
]


def test_a_chosen_video_is_sent_made_ready_described_and_taken_out(
    browser_here: tuple[Browser, str], tmp_path: Path
) -> None:
    browser, address = browser_here
    agency = make_agency()
    cookie = at_desk(make_person(agency, Role.AUTHOR)).cookies["hue_desk"].value
    post = draft_post(
        content=Content(text="Seen this van?"), by=make_actor(agency, Role.AUTHOR, name="Kit Roe")
    )
    (tmp_path / "film.mp4").write_bytes(film())
    (tmp_path / "film.vtt").write_bytes(VTT)
    (tmp_path / "wrong.mp4").write_bytes(b"not a film")
    page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
    page.context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
    page.goto(f"{address}/desk/compose/{post.pk}/")

    page.locator("#video-file").set_input_files(tmp_path / "wrong.mp4")
    expect(page.locator("#video-problem")).to_contain_text("not a video that we can read")
    page.locator("#video-file").set_input_files(tmp_path / "film.mp4")
    expect(page.locator("#video-state")).to_contain_text("being looked at")
    page.locator("#video-alt").fill("A test pattern")
    tasks.prepare_videos()
    expect(page.locator("#video-state video")).to_be_visible()
    expect(page.locator("#video-alt")).to_have_value("A test pattern")
    page.locator("#video-captions").set_input_files(tmp_path / "film.vtt")
    expect(page.locator("#video")).to_contain_text("film.vtt")
    expect(page.locator("#video-alt")).to_have_value("A test pattern")
    expect(page.locator("#video-state track")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    kept = Post.objects.get(pk=post.pk).video_words
    assert (kept["alt"], kept["captions_name"]) == ("A test pattern", "film.vtt")
    page.get_by_role("button", name="Take the video out").click()
    expect(page.locator("#video-file")).to_be_visible()
    assert Post.objects.get(pk=post.pk).video_id is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
