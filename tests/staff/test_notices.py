"""Staff notices: each thing once to each address, quiet hours, crashes, failures that hold nothing up, no secrets."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import resolve

from hueandcry.channels.connector import Recovery
from hueandcry.channels.models import Account
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.posts.models import Delivery
from hueandcry.posts.standing_actions import stop_post
from hueandcry.records.models import Body
from hueandcry.staff import actions, happenings, notice_actions, queries, tasks, words
from hueandcry.staff.models import Notice, NoticeAddress
from hueandcry.staff.notice_actions import Told as Chosen
from hueandcry.staff.speaking import Outcome
from hueandcry.staff.telling import forget_old, tell_one
from tests.factories_rules import brake
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom
from tests.staff.conftest import Told
from tests.staff.test_notes import ILL, RETIRES

URL = "jsons://hooks.example/services/T0/secret-token"
ALL = tuple(kind.value for kind in Notice.CHOICES)


def address(desk: Desk, *, kinds: tuple[str, ...] = ALL, **more: Any) -> NoticeAddress:
    told = Chosen("Press team", kinds, **more)
    row = notice_actions.add_address(url=URL, told=told, by=desk.admin)
    desk.clock.pass_(timedelta(seconds=1))
    return row


def work() -> int:
    return tasks.note_what_happened() + tasks.tell_due()


def states(kind: str = "") -> list[str]:
    rows = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    return list(rows.order_by("pk").values_list("status", flat=True))


def test_each_thing_is_told_once_to_each_address(desk: Desk, room: Newsroom, told: Told) -> None:
    address(desk)
    address(desk, kinds=("feed",))
    room.out("Mill Lane is closed.")
    actions.write_note(written=RETIRES, by=room.writer)
    for _round in range(3):
        work()
    assert sorted(title for title, _body in told.said) == 2 * [
        "Port Ellery Police: A note for colleagues"
    ] + 2 * ["Port Ellery Police: A post for the public"]
    assert happenings.note_happenings() == 0


def test_a_notice_says_where_to_look_and_the_words_only_where_they_are_asked_for(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, kinds=("feed",))
    room.out("Mill Lane is closed.", if_asked="Say two o'clock.", staff_minutes=10)
    work()
    ((_title, bare),) = told.said
    assert "Mill Lane" not in bare
    assert "It goes out on 22 November 2026, 09:40." in bare
    assert bare.endswith(f"{desk.agency.desk_host}:8001/desk/staff/")
    NoticeAddress.objects.update(whole=True)
    room.out("Dock Street is closed.", if_asked="Say three o'clock.")
    work()
    assert "Dock Street is closed.\n\nIf asked: Say three o'clock." in told.said[1][1]


def test_a_note_for_colleagues_never_leaves_the_desk_in_a_notice(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, whole=True)
    actions.write_note(written=ILL, by=room.writer)
    work()
    ((title, body),) = told.said
    assert title.endswith("A note for colleagues")
    assert "Farrow" not in title + body


def test_what_waits_for_approval_and_a_pause_are_told_without_the_reason(desk: Desk, told: Told) -> None:
    address(desk)
    room = Newsroom.of(desk)
    room.submitted()
    brake(room.approver, reason="A wrong name is going round.")
    work()
    titles = [title.partition(": ")[2] for title, _body in told.said]
    assert sorted(titles) == ["A post waits for approval", "All posting is paused"]
    assert not any("wrong name" in body for _title, body in told.said)


def test_a_delivery_that_nobody_knows_of_is_told(desk: Desk, room: Newsroom, told: Told) -> None:
    address(desk, kinds=("unconfirmed",))
    post = room.out()
    Delivery.objects.filter(post=post).update(
        status="unconfirmed", tried_at=desk.clock.now(), frozen_request={"text": "x"}
    )
    work()
    work()
    ((title, body),) = told.said
    assert title == "Port Ellery Police: Nobody knows whether a post arrived"
    assert "Port Ellery Police 1" in body


def test_what_waited_a_day_before_nobody_knew_of_it_is_told_too(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    desk.channel.reset(recovery=Recovery.HOLD)
    desk.channel.next.append("killed_after")
    room.out()
    desk.clock.pass_(timedelta(seconds=11))
    desk.work()
    desk.clock.pass_(timedelta(hours=25))
    address(desk, kinds=("unconfirmed",))  # also at an address that is newer than the first try
    desk.work()
    for _round in range(2):
        work()
    assert [title for title, _body in told.said] == [
        "Port Ellery Police: Nobody knows whether a post arrived"
    ]


def test_a_notice_names_who_a_post_is_for_and_no_time_at_which_it_will_not_go(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, kinds=("feed",))
    Account.objects.filter(pk=desk.accounts[1].pk).update(audience="staff")
    room.out("The lot is full.", accounts=[desk.accounts[1].pk], audience="staff")
    room.out("Mill Lane is closed.", staff_minutes=10)
    room.out(
        "Dock Street is closed.", scheduled_at=desk.clock.now() + timedelta(minutes=20), staff_minutes=30
    )
    brake(room.approver)
    work()
    said = {title.partition(": ")[2]: body for title, body in told.said}
    assert sorted(said) == ["A post for staff only", "A post for the public"]
    assert "go out" not in said["A post for staff only"]
    bodies = [body for title, body in told.said if title.endswith("for the public")]
    assert ["As things stand now it is held back." in body for body in bodies] == [True, True]
    assert not any("It goes out on" in body for body in bodies)


def test_a_sign_in_that_ends_is_told_once(desk: Desk, told: Told) -> None:
    address(desk, kinds=("sign-in",))
    ends = desk.clock.now() + timedelta(days=5)
    said = [{"name": "credential", "limit": 0, "left": 0, "resets_at": ends.isoformat()}]
    Account.objects.filter(pk=desk.accounts[0].pk).update(quotas=said)
    for _day in range(2):
        work()
        desk.clock.pass_(timedelta(hours=26))
    assert [title for title, _body in told.said] == [
        "Port Ellery Police: The sign-in of “Port Ellery Police 1” ends"
    ]


def test_what_happened_before_the_address_was_added_is_no_news(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    room.out()
    desk.clock.pass_(timedelta(minutes=1))
    address(desk)
    work()
    assert told.said == []


def test_what_is_settled_meanwhile_is_told_to_nobody(desk: Desk, room: Newsroom, told: Told) -> None:
    address(desk, kinds=("feed",))
    post = room.out()
    tasks.note_what_happened()
    stop_post(post_id=post.pk, by=room.writer)
    tasks.tell_due()
    assert (told.said, states()) == ([], ["dropped"])


# --- quiet hours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        (time(22), time(6), datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (time(22), time(6), datetime(2026, 11, 23, 5, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (time(22), time(6), datetime(2026, 11, 23, 6, tzinfo=UTC), None),
        (time(22), time(6), datetime(2026, 7, 1, 4, 30, tzinfo=UTC), datetime(2026, 7, 1, 5, tzinfo=UTC)),
        (
            time(12),
            time(13),
            datetime(2026, 11, 22, 12, 30, tzinfo=UTC),
            datetime(2026, 11, 22, 13, tzinfo=UTC),
        ),
        (time(12), time(13), datetime(2026, 11, 22, 23, tzinfo=UTC), None),
        (None, None, datetime(2026, 11, 22, 23, tzinfo=UTC), None),
    ],
)
def test_quiet_hours_are_those_of_the_agency_s_clock(
    desk: Desk, begins: time | None, ends: time | None, now: datetime, until: datetime | None
) -> None:
    row = NoticeAddress(agency_id=desk.agency.pk, quiet_from=begins, quiet_to=ends)
    assert happenings.not_before(row, now) == (until or now)


def test_in_quiet_hours_only_emergencies_are_told_and_the_rest_afterwards(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, kinds=("feed",), quiet_from=time(9), quiet_to=time(11))
    room.out("Mill Lane is closed.")
    room.out("Leave the harbour.", urgency=Urgency.EMERGENCY.value)
    work()
    assert [title for title, _body in told.said] == ["Port Ellery Police: Emergency post"]
    desk.clock.pass_(timedelta(hours=2))
    work()
    assert len(told.said) == 2


# --- failures and crashes ----------------------------------------------------------------------------


def test_a_worker_that_dies_in_the_middle_leaves_it_open_and_nobody_is_told_twice(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, kinds=("feed",))
    room.out()
    told.next.append(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        work()
    assert states() == ["waiting"]
    desk.clock.pass_(timedelta(minutes=3))
    work()
    assert (told.said, states()) == ([], ["unconfirmed"])
    assert "not sent again" in Notice.objects.get().last_error


def test_what_certainly_did_not_arrive_is_tried_again_and_then_given_up(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, kinds=("feed",))
    room.out()
    told.next += 5 * [Outcome.NOT_REACHED]
    for _try in range(8):
        work()
        desk.clock.pass_(timedelta(hours=1))
    assert (len(told.said), states()) == (5, ["failed"])


def test_what_may_have_arrived_is_not_sent_again(desk: Desk, room: Newsroom, told: Told) -> None:
    address(desk, kinds=("feed",))
    room.out()
    told.next.append(Outcome.UNKNOWN)
    for _try in range(3):
        work()
        desk.clock.pass_(timedelta(hours=1))
    assert (len(told.said), states()) == (1, ["unconfirmed"])


def test_a_notice_that_fails_holds_no_post_up_and_the_feed_says_so(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    address(desk, kinds=("feed",))
    post = room.out()
    told.next.append(Outcome.INSIDE)
    work()
    desk.work_on(rounds=2)
    assert room.states(post) == ["sent"]
    assert queries.not_told(agency_id=desk.agency.pk, post_ids=[post.pk]) == {post.pk}


def test_two_workers_with_one_notice_tell_it_once(desk: Desk, room: Newsroom, told: Told) -> None:
    address(desk, kinds=("feed",))
    room.out()
    tasks.note_what_happened()
    (late,) = claim(Notice.objects.all(), limit=1, hold=timedelta(minutes=2))
    desk.clock.pass_(timedelta(minutes=3))
    tasks.tell_due()
    assert not tell_one(notice=late, by=system("notices", agency_id=desk.agency.pk))
    assert len(told.said) == 1
    with pytest.raises(NotAllowed):
        tell_one(notice=late, by=desk.admin)


# --- addresses ---------------------------------------------------------------------------------------


def test_an_address_is_sealed_and_nowhere_to_be_read(desk: Desk, told: Told) -> None:
    row = address(desk)
    assert b"secret-token" not in bytes(row.sealed)
    assert "secret-token" not in str([body.__dict__ for body in Body.objects.all()])


def test_only_who_looks_after_the_agency_adds_one_and_it_says_what_it_is_told(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    with pytest.raises(NotAllowed):
        notice_actions.add_address(url=URL, told=Chosen("Press team", ALL), by=room.writer)
    for chosen in (
        Chosen("", ALL),
        Chosen("Press team", ()),
        Chosen("Press team", ("test",)),
        Chosen("Press team", ("tips",)),
        Chosen("Press team", ALL, quiet_from=time(9)),
        Chosen("Press team", ALL, quiet_from=time(9), quiet_to=time(9)),
    ):
        with pytest.raises(Invalid):
            notice_actions.add_address(url=URL, told=chosen, by=desk.admin)
    assert not NoticeAddress.objects.exists()


def test_a_stopped_address_is_told_nothing_resumes_from_now_on_and_is_forgotten_after_a_week(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    row = address(desk)
    notice_actions.stop_address(address_id=row.pk, by=desk.admin)
    room.out()
    work()
    with pytest.raises(Conflict):
        notice_actions.try_address(address_id=row.pk, by=desk.admin)
    notice_actions.resume_address(address_id=row.pk, by=desk.admin)
    work()
    assert told.said == []
    notice_actions.stop_address(address_id=row.pk, by=desk.admin)
    desk.clock.pass_(timedelta(days=8))
    assert forget_old() == 1
    row.refresh_from_db()
    assert bytes(row.sealed) == b""
    with pytest.raises(Conflict):
        notice_actions.resume_address(address_id=row.pk, by=desk.admin)


def test_a_try_goes_at_any_hour(desk: Desk, told: Told) -> None:
    row = address(desk, kinds=("feed",), quiet_from=time(9), quiet_to=time(11))
    notice_actions.try_address(address_id=row.pk, by=desk.admin)
    work()
    assert [title for title, _body in told.said] == ["Port Ellery Police: A try"]


@pytest.mark.parametrize(
    "path", [words.FEED, words.APPROVALS, words.UNCONFIRMED, words.BRAKES, words.ACCOUNT % 1]
)
def test_what_a_notice_leads_to_is_a_page_of_the_desk(path: str) -> None:
    assert resolve(path)


def test_no_notice_knows_of_tips() -> None:
    assert {kind for kind, _what in words.MAKE} == set(Notice.CHOICES)
    assert not {what for _kind, what in words.MAKE} & {"tip", "dialogue", "message"}
