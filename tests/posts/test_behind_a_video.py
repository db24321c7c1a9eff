"""What a video does to the other posts of its account, what a person pastes of one, and when a lost try is looked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import Line, Outgoing, Recovery
from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.errors import Invalid
from hueandcry.posts.actions import settle_unconfirmed
from hueandcry.posts.approval_actions import publish_post
from hueandcry.posts.models import Delivery, Post
from tests.fakes import CHANNEL, FakeChannel
from tests.films import ready_video
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

S = Delivery.Status
TAKES = {"video_bytes": 100_000_000, "video_seconds": 600, "video_types": ["video/mp4"]}


class InParts(FakeChannel):
    """It sends in two parts, and tells the id in an address."""

    def publish(self, line: Line, outgoing: Outgoing) -> Any:
        """After each part it is kept how far it is."""
        for part in ("1", "2") if outgoing.video else ():
            if part > line.handle.removeprefix("part:"):
                self.calls.append(f"part {part}")
                line.keep_handle(f"part:{part}")
        return super().publish(line, outgoing)

    def id_in_address(self, address: str, *, server: str) -> str:
        """The last word of it."""
        assert server == "http://127.0.0.1:9"
        return address.removeprefix("https://fake.example/") if "fake.example" in address else ""


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr(CHANNEL, "__class__", InParts)
    return Newsroom.of(desk, mode="free")


def film_on_its_way(room: Newsroom) -> Delivery:
    Account.objects.update(limits={**CHANNEL.limits.plain(), **TAKES})
    post = room.draft("Seen this van?")
    ready_video(post, by=room.writer)
    publish_post(post_id=post.pk, by=room.writer)
    room.desk.clock.pass_(timedelta(seconds=11))
    return Delivery.objects.get(post=post)


def comes_up_meanwhile(monkeypatch: pytest.MonkeyPatch, then: Callable[[], object]) -> None:
    """Something happens while the first part is on its way."""
    real, left = InParts.publish, [then]

    def publish(self: InParts, line: Line, outgoing: Outgoing) -> Any:
        if outgoing.video and left:
            left.pop()()
        return real(self, line, outgoing)

    monkeypatch.setattr(InParts, "publish", publish)


def test_an_upload_stands_back_between_two_parts_for_something_more_urgent(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, film = room.desk, film_on_its_way(room)
    comes_up_meanwhile(monkeypatch, lambda: desk.release("Leave your houses.", urgency=Urgency.EMERGENCY))
    desk.work()
    film.refresh_from_db()
    assert (film.status, film.remote_id) == (S.QUEUED, "part:1")
    assert film.last_error == "Something more urgent goes out first."
    desk.work_on(rounds=2, every=timedelta(seconds=6))
    assert desk.channel.texts()[0].startswith("Leave your houses.")
    assert len(desk.channel.texts()) == 2
    assert [call for call in desk.channel.calls if call.startswith("part")] == ["part 1", "part 2"]
    assert desk.verbs(film) == ["wait", "sent"]


def test_an_upload_does_not_stand_back_for_what_may_wait(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, film = room.desk, film_on_its_way(room)
    comes_up_meanwhile(monkeypatch, lambda: desk.release("Mill Lane is open again."))
    desk.work()
    film.refresh_from_db()
    assert film.status == S.SENT


def test_what_may_be_up_already_does_not_stand_back(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, film = room.desk, film_on_its_way(room)
    desk.channel.next.append("unknown_before")
    desk.work()
    film.refresh_from_db()
    assert film.status == S.SENDING
    Delivery.objects.update(remote_id="")  # as if its parts had been forgotten there
    desk.release("Leave your houses.", urgency=Urgency.EMERGENCY)
    desk.work_on(rounds=2, every=timedelta(seconds=30))
    film.refresh_from_db()
    assert film.status == S.SENT


# --- a person found it -------------------------------------------------------------------------------


def nobody_knows(room: Newsroom, *, handle: str) -> Delivery:
    room.desk.channel.recovery = Recovery.HOLD
    room.desk.channel.next.append("unknown_after")
    delivery = room.desk.release()
    room.desk.work()
    Delivery.objects.filter(pk=delivery.pk).update(remote_id=handle)
    delivery.refresh_from_db()
    assert delivery.status == S.UNCONFIRMED
    return delivery


@pytest.mark.parametrize(
    ("address", "remote_id"),
    [("https://fake.example/f1", "f1"), ("https://elsewhere.example/f1", "https://elsewhere.example/f1")],
)
@pytest.mark.parametrize("handle", ["", "media:7:whole:1790000000"])
def test_what_a_person_found_goes_by_its_address_and_not_by_what_a_try_kept(
    room: Newsroom, handle: str, address: str, remote_id: str
) -> None:
    delivery = nobody_knows(room, handle=handle)
    found = settle_unconfirmed(delivery_id=delivery.pk, landed=True, remote_url=address, by=room.desk.by)
    assert (found.remote_id, found.remote_url) == (remote_id, address)


def test_what_a_person_found_is_no_other_post_of_ours(room: Newsroom) -> None:
    room.sent()
    other = Delivery.objects.get()
    delivery = nobody_knows(room, handle="")
    with pytest.raises(Invalid, match="another post of ours"):
        settle_unconfirmed(delivery_id=delivery.pk, landed=True, remote_url=other.remote_url, by=room.desk.by)


def test_a_repost_that_a_person_found_is_not_the_post_it_shows(room: Newsroom) -> None:
    delivery = nobody_knows(room, handle="")
    shown = room.draft()
    Post.objects.filter(pk=delivery.post_id).update(repost_of=shown)
    address = "https://fake.example/f1"
    found = settle_unconfirmed(delivery_id=delivery.pk, landed=True, remote_url=address, by=room.desk.by)
    assert found.remote_id == address


# --- a search that is behind -------------------------------------------------------------------------


def test_a_lost_try_is_looked_for_when_a_search_would_show_it_however_long_the_first_is_ago(
    desk: Desk,
) -> None:
    desk.channel.recovery, desk.channel.lookup_lag = Recovery.LOOKUP, timedelta(minutes=2)
    desk.channel.next.extend(["unreachable"] * 3 + ["unknown_after"])
    delivery = desk.release()
    desk.work_on(rounds=4, every=timedelta(minutes=1))
    assert desk.channel.calls == ["publish"] * 4
    delivery.refresh_from_db()
    assert delivery.due_at == desk.clock.now() + timedelta(minutes=1)
    desk.work_on(rounds=2, every=timedelta(minutes=1))
    delivery.refresh_from_db()
    assert (delivery.status, len(desk.channel.texts())) == (S.SENT, 1)


def test_the_first_lost_try_is_not_looked_for_before_a_search_would_show_it(desk: Desk) -> None:
    desk.channel.recovery, desk.channel.lookup_lag = Recovery.LOOKUP, timedelta(seconds=30)
    desk.channel.next.append("unknown_after")
    delivery = desk.release()
    desk.work()
    delivery.refresh_from_db()
    assert delivery.due_at == desk.clock.now() + timedelta(seconds=30)
