"""A notice that did not go out: somebody learns of it, on Today and in Health, until they say so or it works again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.health import telling
from hueandcry.health.finding import Level
from hueandcry.health.queries import examine_accounts
from hueandcry.kernel.errors import NotAllowed
from hueandcry.records.models import Entry
from hueandcry.staff import notice_actions, queries, tasks
from hueandcry.staff.models import Notice
from hueandcry.staff.notice_actions import Told as Chosen
from hueandcry.staff.speaking import Outcome
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom
from tests.staff.conftest import Told

URL = "jsons://hooks.example/services/T0/secret-token"


def tell(desk: Desk) -> None:
    tasks.note_what_happened()
    tasks.tell_due()
    desk.clock.pass_(timedelta(seconds=1))


def levels(desk: Desk) -> list[Level]:
    return [found.level for found in examine_accounts(desk.agency.pk) if found.check == telling.CHECK]


def test_a_notice_that_did_not_go_out_is_shown_until_somebody_has_seen_it(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    notice_actions.add_address(url=URL, told=Chosen("Press team", ("feed",)), by=desk.admin)
    desk.clock.pass_(timedelta(seconds=1))
    assert levels(desk) == [Level.GOOD]
    told.next = [Outcome.INSIDE, Outcome.UNKNOWN]
    room.out("Mill Lane is closed.")
    tell(desk)
    assert levels(desk) == [Level.WRONG]
    room.out("Dock Street is closed.")
    tell(desk)
    assert levels(desk) == [Level.WATCH]
    latest, first = queries.not_out(actor=desk.admin)
    with pytest.raises(NotAllowed):
        queries.not_out(actor=room.writer)
    with pytest.raises(NotAllowed):
        notice_actions.see_notices(shown={latest.pk}, by=room.writer)
    assert notice_actions.see_notices(shown={latest.pk}, by=desk.admin) == 1
    assert notice_actions.see_notices(shown={latest.pk}, by=desk.admin) == 0
    assert queries.not_out(actor=desk.admin) == [first]  # made before, but it failed after the page was shown
    assert Entry.objects.filter(verb="notice.see").count() == 1
    desk.clock.pass_(timedelta(days=8))
    assert queries.not_out(actor=desk.admin) == []


def test_health_is_well_again_once_a_try_arrives_or_the_address_is_stopped(
    desk: Desk, room: Newsroom, told: Told
) -> None:
    row = notice_actions.add_address(url=URL, told=Chosen("Press team", ("feed",)), by=desk.admin)
    told.next = [Outcome.INSIDE]
    notice_actions.try_address(address_id=row.pk, by=desk.admin)
    tell(desk)
    assert levels(desk) == [Level.WRONG]
    assert queries.not_out(actor=desk.admin) == []  # whoever makes a try sees what became of it
    notice_actions.try_address(address_id=row.pk, by=desk.admin)
    tell(desk)
    assert levels(desk) == [Level.GOOD]
    Notice.objects.update(status=Notice.Status.FAILED)
    notice_actions.stop_address(address_id=row.pk, by=desk.admin)
    assert levels(desk) == [Level.GOOD]
