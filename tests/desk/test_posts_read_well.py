"""Pages of posts say what happens: a change old beside new, what stays as it is, what will not go, what comes first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hueandcry.agencies import training_actions
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.posts import tasks
from hueandcry.posts.models import Delivery, Post, PostRevision
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_rules import gate, number_of
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import TEXT, Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


class Room(Newsroom):
    """The newsroom, whose two people also sit at the desk."""

    rosa: Client
    femi: Client


def room_of(desk: Desk, mode: str) -> Room:  # noqa: F811
    room = Room.of(desk, mode=mode)
    assert isinstance(room, Room)
    room.rosa, room.femi = (at_desk(_person(actor.ref)) for actor in (room.writer, room.approver))
    return room


def _person(reference: str) -> Person:
    return Person.objects.get(pk=int(reference.partition(":")[2]))


@pytest.fixture
def free(desk: Desk) -> Room:  # noqa: F811
    return room_of(desk, "free")


@pytest.fixture
def two(desk: Desk) -> Room:  # noqa: F811
    return room_of(desk, "two_person")


@pytest.fixture
def rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return plain(answer.content)


def plain(body: bytes) -> str:
    return re.sub(r"\s+", " ", body.decode())


# --- a change ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("rich")
def test_the_own_text_of_a_network_is_changed_where_it_stands_and_both_wordings_are_kept(free: Room) -> None:
    post = free.sent(own_texts=(("fake", "Short: Mill Lane is closed."),))
    body = page(free.rosa, f"/desk/posts/{post.pk}/")
    assert 'name="change-own-fake"' in body
    assert "Nobody else has to approve it." in body
    sent = {"change-text": TEXT, "change-own-fake": "Short: Mill Lane is open.", "change-revision": "1"}
    assert free.rosa.post(f"/desk/posts/{post.pk}/change/", sent).status_code == 302
    tasks.edit_due()
    assert free.desk.channel.texts() == ["Short: Mill Lane is open."]
    post.refresh_from_db()
    assert (post.text, post.own_texts) == (TEXT, {"fake": "Short: Mill Lane is open."})
    body = page(free.rosa, f"/desk/posts/{post.pk}/")
    changed = body[body.index("What was changed") :]
    assert re.search(r"<del>.*closed.*</del><ins>.*open.*</ins>", changed)
    assert "Own text: Fake channel" in changed


@pytest.mark.usefixtures("rich")
def test_an_own_text_that_is_emptied_gives_way_to_the_text_for_all(free: Room) -> None:
    post = free.sent(own_texts=(("fake", "Short."),))
    sent = {"change-text": TEXT, "change-own-fake": "", "change-revision": "1"}
    assert free.rosa.post(f"/desk/posts/{post.pk}/change/", sent).status_code == 302
    tasks.edit_due()
    assert free.desk.channel.texts() == [TEXT]
    without = {"change-text": "Mill Lane is open again.", "change-revision": "2"}
    assert free.rosa.post(f"/desk/posts/{post.pk}/change/", without).status_code == 302
    post.refresh_from_db()
    assert (post.text, post.own_texts) == ("Mill Lane is open again.", {})


@pytest.mark.usefixtures("rich")
def test_what_the_form_did_not_send_stays_and_what_was_typed_is_not_lost(free: Room) -> None:
    post = free.sent(own_texts=(("fake", "Short."),))
    address = f"/desk/posts/{post.pk}/change/"
    same = {"change-text": TEXT, "change-own-fake": "Short.", "change-revision": "1"}
    answer = free.rosa.post(address, same)
    assert answer.status_code == 422
    assert "Nothing is different from what stands there." in plain(answer.content)
    answer = free.rosa.post(address, {"change-text": "", "change-own-fake": "Typed.", "change-revision": "1"})
    assert (answer.status_code, "Typed." in plain(answer.content)) == (422, True)
    assert free.rosa.post(address, {"change-text": "New.", "change-revision": "1"}).status_code == 302
    post.refresh_from_db()
    assert post.own_texts == {"fake": "Short."}


@pytest.mark.usefixtures("rich")
def test_whoever_approves_a_change_sees_each_own_text_old_beside_new(two: Room) -> None:
    post = two.sent(own_texts=(("fake", "Short: closed."),))
    assert "Somebody else approves it first." in page(two.rosa, f"/desk/posts/{post.pk}/")
    sent = {"change-text": TEXT, "change-own-fake": "Short: open.", "change-revision": str(post.revision)}
    assert two.rosa.post(f"/desk/posts/{post.pk}/change/", sent).status_code == 302
    for address in ("/desk/approvals/", f"/desk/posts/{post.pk}/"):
        card = page(two.femi, address)
        assert re.search(r"<del>.*closed.*</del><ins>.*open.*</ins>", card), address
    change = PostRevision.objects.get(what="edit")
    two.femi.post(f"/desk/posts/{post.pk}/approve/", {"change": str(change.pk), "from": "list"})
    tasks.edit_due()
    assert two.desk.channel.texts() == ["Short: open."]


def test_before_a_change_is_asked_for_it_is_said_where_it_will_show_nothing(two: Room) -> None:
    post = two.sent()
    body = page(two.rosa, f"/desk/posts/{post.pk}/")
    assert "No network on which it stands lets a post be changed." in body
    assert "recall it there and send it again" in body
    sent = {"change-text": "Mill Lane is open.", "change-revision": str(post.revision)}
    two.rosa.post(f"/desk/posts/{post.pk}/change/", sent)
    card = page(two.femi, "/desk/approvals/")
    assert "These networks do not let a post be changed" in card
    assert "<b>Port Ellery Police 1</b>" in card


def test_what_was_not_sent_yet_takes_new_words_on_every_network(free: Room) -> None:
    post = free.out()
    assert "lets a post be changed" not in page(free.rosa, f"/desk/posts/{post.pk}/")


@pytest.mark.usefixtures("rich")
def test_where_every_network_can_nothing_is_said_of_staying(free: Room) -> None:
    body = page(free.rosa, f"/desk/posts/{free.sent().pk}/")
    assert "do not let a post be changed" not in body
    assert 'name="change-own-fake"' not in body  # one network, and no text of its own


# --- the list, the wall, the calendar ---------------------------------------------------------------


def test_the_list_says_what_waits_for_whom_and_when_each_happens(two: Room) -> None:
    two.out("Gone.")
    two.out("For tomorrow.", scheduled_at=clock.now() + timedelta(days=1))
    two.submitted("Waits.")
    body = page(two.femi, "/desk/posts/")
    places = [
        body.index(word) for word in ("Waits for you", "Waits.", "Planned, the next first", "For tomorrow.")
    ]
    assert places == sorted(places)
    assert places[-1] < body.index("Newest first") < body.index("Gone.")
    assert "in 1 day" in body
    assert "23 November 2026, 09:30" in body
    assert "Waits for you" not in page(two.rosa, "/desk/posts/?status=submitted")


def test_the_page_says_where_a_video_stands_without_its_captions(free: Room) -> None:
    post = free.sent()
    told = "The video stands there without its captions"
    for kept, times in (("added", 0), ("missing: The network is busy.", 1)):
        Delivery.objects.filter(post=post, status="sent").update(evidence={"captions": kept})
        assert page(free.rosa, f"/desk/posts/{post.pk}/").count(told) == times


def test_a_long_list_has_pages_that_keep_what_it_was_narrowed_to(free: Room) -> None:
    first = free.draft("Number 0.")
    rows = [Post(**{**_values(first), "text": f"Number {number}."}) for number in range(1, 60)]
    Post.objects.bulk_create(rows)
    body = page(free.rosa, "/desk/posts/?status=draft&q=Number")
    assert 'href="/desk/posts/?status=draft&amp;q=Number&amp;page=2"' in body
    body = page(free.rosa, "/desk/posts/?status=draft&q=Number&page=2")
    assert body.count('class="hc-rows__end') == 10
    assert "51 to 60 of 60" in body


def _values(post: Post) -> dict[str, object]:
    names = [field.attname for field in Post._meta.concrete_fields if field.name != "id"]
    return {name: getattr(post, name) for name in names}


def test_the_wall_says_the_time_and_how_long_ago_it_was(free: Room) -> None:
    free.out()
    free.desk.clock.pass_(timedelta(seconds=11))
    free.desk.work()
    assert "just now" in page(free.rosa, "/desk/wall/")
    free.desk.clock.pass_(timedelta(minutes=4))
    assert ">09:30</time> · 4 minutes ago" in page(free.rosa, "/desk/wall/")


def test_a_planned_post_that_will_not_go_says_so_wherever_it_stands(free: Room) -> None:
    admin, _course = gate(free.desk.agency, free.writer, free.approver)
    post = free.out(scheduled_at=clock.now() + timedelta(hours=3), zone="Europe/London")
    for address in ("/desk/posts/", "/desk/calendar/?view=list", f"/desk/posts/{post.pk}/"):
        assert "will not go" not in page(free.femi, address).lower()
    training_actions.revoke_training(person_id=number_of(free.writer), reason="Named a victim", by=admin)
    for view in ("month", "week", "list"):
        assert "Will not go" in page(free.femi, f"/desk/calendar/?view={view}")
    for address in ("/desk/posts/", "/desk/posts/?status=approved"):
        body = page(free.femi, address)
        assert "Will not go" in body
        assert "The right to post was revoked: Named a victim" in body
    for client in (free.rosa, free.femi):
        assert "planned post will not go out" in page(client, "/desk/")
    body = page(free.femi, f"/desk/posts/{post.pk}/")
    assert "It will not go out as things stand" in body
    assert "make it a draft again, so that somebody who may post there hands it in" in body


def test_days_to_come_are_not_grey_and_days_gone_are(free: Room) -> None:
    body = page(free.rosa, "/desk/calendar/")
    days = dict(re.findall(r'<td data-day="([0-9-]+)" class="([^"]*)"', body))
    assert "past" in days["2026-11-21"]
    assert "today" in days["2026-11-22"]
    assert "past" not in days["2026-11-23"]


# --- writing ----------------------------------------------------------------------------------------


def look(room: Room, **more: object) -> str:
    sent = {"kind": "news", "audience": "public", "text": TEXT, "urgency": "2"}
    accounts = [str(room.desk.accounts[0].pk)]
    return plain(room.rosa.post("/desk/compose/look/", {**sent, "accounts": accounts, **more}).content)


def test_who_decides_is_said_after_what_stops_it(free: Room) -> None:
    assert "You do: nobody else has to approve it here." in look(free)
    body = look(free, link="nowhere")
    assert "An address begins with https://" in body
    assert "Nobody yet. Once the checks stop nothing more, you may let it go yourself." in body
    assert "You do:" not in body
    Account.objects.update(mode="two_person")
    assert "somebody else approves it first: Port Ellery Police 1" in look(free, link="nowhere")
    assert "Somebody else approves it first: Port Ellery Police 1" in look(free)
    assert "No account is chosen." in look(free, accounts=[])


def test_somebody_who_may_not_post_there_is_not_told_that_nobody_must_approve(free: Room) -> None:
    gate(free.desk.agency, free.approver)
    body = look(free)
    assert "You cannot let it go as things stand" in body
    assert "whoever presses the button" not in body


def test_a_new_post_begins_in_its_text(free: Room) -> None:
    fields = re.findall(r"<textarea[^>]*autofocus[^>]*>", page(free.rosa, "/desk/compose/"))
    assert len(fields) == 1
    assert 'name="text"' in fields[0]
    draft = free.draft()
    assert not re.search(r"<textarea[^>]*autofocus", page(free.rosa, f"/desk/compose/{draft.pk}/"))


# --- a table of accounts ----------------------------------------------------------------------------


def test_a_table_says_line_by_line_what_would_change(free: Room) -> None:
    steward = at_desk(make_person(free.desk.agency, Role.ADMINISTRATOR))
    one, other = free.desk.accounts
    table = (
        "network,handle,name,topics,server\n"
        f"fake,{one.handle},Harbour,ferries,\nfake,{other.handle},{other.label},,\n"
        "fake,new,New one,,http://127.0.0.1:9\nfake,,Nobody,,\n"
    )
    answer = steward.post(
        "/desk/accounts/table/", {"table": SimpleUploadedFile("t.csv", table.encode())}, follow=True
    )
    body = plain(answer.content)
    assert "1 new, 1 would change, 1 stay as they are, 1 refused." in body
    assert re.search(r"<del>.*Port Ellery Police 1</del>.*<ins>.*Harbour</ins>", body)
    assert re.search(r"<dt>Topics</dt><dd><del>.*–</del>.*<ins>.*ferries</ins>", body)
    assert "The handle is missing." in body
    assert "It waits for its credential then." in body
    assert Account.objects.count() == 2
