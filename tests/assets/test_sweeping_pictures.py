"""Pictures that nothing has go after a week, those of a thrown-away post after 30 days more; what the record needs stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hueandcry.assets.leaving import arriving
from hueandcry.assets.models import Asset, Photograph, Rendition
from hueandcry.assets.queries import renditions_of_all
from hueandcry.kernel import blobs, clock
from hueandcry.posts import tasks
from hueandcry.posts.models import LinkCard, Post, PostRevision
from hueandcry.posts.writing_actions import discard_post, remove_picture, restore_post
from hueandcry.records.models import Entry
from tests.assets.test_sweeping import age
from tests.factories_rules import number_of
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
DAY, WEEK = timedelta(days=1), timedelta(days=7, minutes=1)


@pytest.fixture
def room(desk: Desk, settings: Any, tmp_path: Path) -> Newsroom:  # noqa: F811
    settings.HUE_FILES = tmp_path
    return Newsroom.of(desk)


def picture(room: Newsroom, name: str, *, part_of: Asset | None = None) -> Asset:
    """A picture with one copy, of last week."""
    digest = part_of.digest if part_of else blobs.put(f"original of {name}".encode())
    row = Asset.objects.create(
        agency=room.desk.agency, digest=digest, kind="jpeg", size=10, width=9, height=9, part_of=part_of,
        added_at=clock.now(), added_by=room.writer.ref,
    )  # fmt: skip
    copy = blobs.put(f"copy of {name}".encode())
    Rendition.objects.create(
        agency=room.desk.agency, asset=row, format="jpeg", width=9, height=9, digest=copy, size=5,
        public_name=f"{name}{row.pk}",
    )  # fmt: skip
    for each in (digest, copy):
        age(blobs.path(each))
    return row


def item(row: Asset, **more: Any) -> dict[str, Any]:
    """How a post keeps it."""
    copies = [{"digest": copy.digest, "size": 5} for copy in renditions_of_all([row.pk])[row.pk]]
    return {"asset": row.pk, "name": "x.jpg", "alt": "A lane", "copies": copies, **more}


def shown_in(room: Newsroom, *items: dict[str, Any]) -> Post:
    post = room.draft()
    Post.objects.filter(pk=post.pk).update(pictures=list(items))
    return post


def files(*rows: Asset) -> list[bool]:
    """Whether the original and the copy of each are here."""
    digests = [digest for row in rows for digest in (row.digest, Rendition.objects.get(asset=row).digest)]
    return [blobs.path(digest).exists() for digest in digests]


def swept(room: Newsroom, commit: Any) -> int:
    """The worker notices now, and looks again in a week."""
    with commit(execute=True):
        tasks.sweep_pictures()
        room.desk.clock.pass_(WEEK)
        return tasks.sweep_pictures()


def test_what_was_taken_out_of_a_draft_goes_and_what_posts_show_stays(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    whole, other = picture(room, "a"), picture(room, "b")
    part, unused = picture(room, "c", part_of=whole), picture(room, "d", part_of=whole)
    crop = {"asset": part.pk, "part": [0, 0, 5000, 5000], "whole": item(whole)["copies"]}
    post = shown_in(room, item(whole, crop=crop), item(other))
    assert swept(room, django_capture_on_commit_callbacks) == 1  # the cut that was made anew
    assert files(whole, part, other) == [True] * 6
    assert files(unused) == [True, False]  # its original is the whole one's
    remove_picture(post_id=post.pk, asset_id=other.pk, by=room.writer)
    assert swept(room, django_capture_on_commit_callbacks) == 1
    assert files(other, whole) == [False, False, True, True]
    assert Entry.objects.filter(verb="asset.erase", subject=f"asset:{other.pk}").count() == 1
    assert renditions_of_all([other.pk]) == {}
    assert swept(room, django_capture_on_commit_callbacks) == 0


def test_what_was_handed_in_or_is_a_links_picture_stays(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    kept, linked = picture(room, "a"), picture(room, "b")
    post = shown_in(room)
    PostRevision.objects.create(
        agency=room.desk.agency, post=post, revision=1, what="submitted", at=clock.now(), by_ref="person:1",
        content={"pictures": [item(kept)]},
    )  # fmt: skip
    Post.objects.filter(pk=post.pk).update(cards=[{"picture": {"digest": linked.digest}}])
    assert swept(room, django_capture_on_commit_callbacks) == 0
    assert files(kept, linked) == [True] * 4


def test_a_post_that_was_thrown_away_keeps_its_pictures_for_thirty_days_and_its_words_for_good(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = picture(room, "a"), picture(room, "b")
    post, back = shown_in(room, item(first)), shown_in(room, item(second))
    for each in (post, back):
        discard_post(post_id=each.pk, by=room.writer)
    room.desk.clock.pass_(29 * DAY)
    assert tasks.sweep_pictures() == 0
    restore_post(post_id=back.pk, by=room.writer)
    room.desk.clock.pass_(2 * DAY)
    assert tasks.sweep_pictures() == 1
    assert Entry.objects.filter(verb="post.forget-files", subject=post.subject).count() == 1
    assert swept(room, django_capture_on_commit_callbacks) == 1
    assert files(first, second) == [False, False, True, True]
    restored = restore_post(post_id=post.pk, by=room.writer)
    restored.refresh_from_db()
    assert (restored.pictures, restored.thrown_at, bool(restored.text)) == ([], None, True)


def test_what_an_earlier_version_threw_away_begins_its_thirty_days_now(room: Newsroom) -> None:
    row = picture(room, "a")
    post = shown_in(room, item(row))
    Post.objects.filter(pk=post.pk).update(status="discarded")
    assert tasks.sweep_pictures() == 0
    post.refresh_from_db()
    assert post.thrown_at == clock.now()
    assert post.pictures


def test_what_could_not_be_erased_at_once_goes_another_day(
    room: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    rows = lost, again, linked = [picture(room, name) for name in ("a", "b", "c")]
    with arriving():  # another file just then; or the worker died
        assert swept(room, django_capture_on_commit_callbacks) == 3
    assert files(*rows) == [True] * 6
    picture(room, "b")  # somebody brought it once more
    LinkCard.objects.create(
        agency=room.desk.agency, address="https://www.port.org/", picture={"digest": linked.digest}
    )
    room.desk.clock.pass_(DAY)
    assert tasks.sweep_pictures() == 3
    assert files(lost, again, linked) == [False, False, True, True, True, False]
    assert tasks.sweep_pictures() == 0


def test_a_photograph_taken_back_goes_another_day_if_it_did_not_at_once(room: Newsroom) -> None:
    old, up = (blobs.put(name) for name in (b"old", b"up"))
    given = {"agency": room.desk.agency, "person_id": number_of(room.writer), "alt": "me", "agreed_to": "x"}
    for digest, gone_at in ((old, clock.now()), (up, None)):
        Photograph.objects.create(
            copies=[{"digest": digest}], agreed_at=clock.now(), taken_back_at=gone_at, **given
        )
        age(blobs.path(digest))
    room.desk.clock.pass_(DAY)
    assert tasks.sweep_pictures() == 1
    assert [blobs.path(digest).exists() for digest in (old, up)] == [False, True]
