"""What comes in while something goes: nobody's file is lost between its arrival and its row, and what was replaced goes."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hueandcry.appeals import picture_actions as of_appeals
from hueandcry.assets import actions, leaving, sweeping, tasks, video_actions
from hueandcry.assets.filming import Facts, PreparedVideo
from hueandcry.assets.models import Photograph
from hueandcry.assets.photograph_actions import keep_photograph
from hueandcry.assets.preparing import Copy, Prepared
from hueandcry.fieldnotes import actions as notes
from hueandcry.kernel import blobs
from hueandcry.kernel.files import Kind
from hueandcry.posts import card_reading, crop_actions, writing_actions
from hueandcry.posts.models import LinkCard
from hueandcry.requests import actions as requests
from tests.assets.test_sweeping import age
from tests.factories_appeals import Team
from tests.factories_library import ask
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom
from tests.posts.test_reading_cards import LINK, Pages, html

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def room(desk: Desk, settings: Any, tmp_path: Path) -> Newsroom:  # noqa: F811
    settings.HUE_FILES = tmp_path
    return Newsroom.of(desk)


def prepared(name: str = "a quay") -> Prepared:
    """A picture as the decoder leaves it, without the decoder."""
    return Prepared(b"as it came", Kind.JPEG, 9, 9, (Copy(Kind.JPEG, 9, 9, name.encode()),), ())


def is_held() -> bool:
    """True while `forget_file` would erase nothing."""
    with leaving._lock() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def keep(room: Newsroom) -> None:
    actions.keep_asset(prepared=prepared(), file_name="a.jpg", alt="", by=room.writer)


def place(room: Newsroom) -> None:
    given = {"prepared": prepared(), "file_name": "a.jpg", "by": room.writer}
    writing_actions.place_picture(post_id=room.draft().pk, **given)


def crop(room: Newsroom) -> None:
    given = {"prepared": prepared(), "file_name": "a.jpg", "by": room.writer}
    post = writing_actions.place_picture(post_id=room.draft().pk, **given)
    part = (0, 0, 5_000, 5_000)
    crop_actions.crop_picture(post_id=post.pk, asset_id=post.pictures[0]["asset"], part=part, by=room.writer)


def to_appeal(room: Newsroom) -> None:
    team = Team(agency=room.desk.agency)
    given = {"prepared": prepared(), "file_name": "a.jpg", "alt": "", "by": team.author}
    of_appeals.add_prepared_picture(appeal_id=team.draft().pk, **given)


def request(room: Newsroom) -> None:
    ask(room.writer, picture=b"x")


def note(room: Newsroom) -> None:
    brought = [notes.Brought(data=b"x", file_name="a.jpg", alt="", ours=True)]
    given = {"brought": brought, "wanted": "draft", "by": room.writer}
    notes.take_note(key="0" * 32, content=room.content(), **given)


def still(room: Newsroom) -> None:
    film = PreparedVideo("0" * 64, 6, Facts("video/mp4", 1, 9, 9, "h264", "", 1), prepared(), ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(video_actions, "missing", list)
        patch.setattr(video_actions, "prepare_video", lambda _digest: film)
        digest = blobs.put(b"a film")
        video_actions.keep_video(digest=digest, size=6, file_name="a.mp4", by=room.writer)
        assert tasks.prepare_videos() == 1


def card(room: Newsroom) -> None:
    quay = f"{LINK}/quay.jpg"
    page = f'<title>Ferries</title><meta property="og:image" content="{quay}">'
    row = LinkCard.objects.create(agency=room.desk.agency, address=LINK, claimed_by="me")
    assert card_reading.read_one(row, web=Pages({LINK: html(page), quay: html("")}))
    assert row.picture is not None


WAYS: dict[str, tuple[Callable[[Newsroom], None], Any, str]] = {
    "alone": (keep, actions, "record"),
    "in a post": (place, writing_actions, "record"),
    "cut": (crop, crop_actions, "record"),
    "in an appeal": (to_appeal, of_appeals, "record"),
    "in a request": (request, requests, "record"),
    "from the scene": (note, notes, "record"),
    "of a video": (still, video_actions, "record"),
    "of a link": (card, card_reading, "settle"),
}


@pytest.mark.parametrize("way", WAYS)
def test_while_a_picture_arrives_and_its_row_is_not_committed_nothing_is_erased(
    way: str, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    do, module, last = WAYS[way]
    before, held = getattr(module, last), []

    def look(*given: Any, **named: Any) -> Any:
        held.append(is_held())
        return before(*given, **named)

    monkeypatch.setattr(module, last, look)
    for each in (crop_actions, requests, notes, card_reading):
        monkeypatch.setattr(each, "prepare", lambda _data, **_given: prepared())
    do(room)
    assert held[-1]
    assert not is_held()


def test_what_is_put_again_is_not_old_any_more(room: Newsroom) -> None:
    digest = blobs.put(b"the same picture")
    age(blobs.path(digest))
    assert blobs.put(b"the same picture") == digest  # its row is not committed yet
    assert sweeping.forget({digest}) == 0
    assert blobs.path(digest).exists()
    age(blobs.path(digest))
    assert sweeping.forget({digest}) == 1
    assert sweeping.forget({digest}) == 0
    assert not blobs.path(digest).exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, databases=["default", "tips"])
def test_a_new_photograph_of_oneself_erases_the_one_before(room: Newsroom) -> None:
    keep_photograph(prepared=prepared("one"), alt="me", by=room.writer)
    [old] = [copy["digest"] for copy in Photograph.objects.get().copies]
    keep_photograph(prepared=prepared("two"), alt="me", by=room.writer)
    [new] = [copy["digest"] for copy in Photograph.objects.get(taken_back_at=None).copies]
    assert [blobs.path(digest).exists() for digest in (old, new)] == [False, True]
