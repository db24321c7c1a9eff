"""The sweep repairs whatever a crashed request left: files, server, posts that wait for their page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hueandcry.appeals import actions as appeals
from hueandcry.kernel import clock
from hueandcry.kernel.ids import ref
from hueandcry.posts.models import Delivery
from hueandcry.publicsite import actions, build, tasks
from hueandcry.publicsite.models import Cursor
from hueandcry.records.entry import Ledger
from hueandcry.records.numbering import number
from tests.factories_appeals import Team

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


def followed() -> int:
    number(Ledger.MAIN)
    return tasks.follow_record()


def page(team: Team, reference: str, own_site: Path) -> Path:
    return own_site / "current" / team.agency.slug / f"appeals/{reference}/index.html"


def test_a_request_that_died_after_its_commit_is_finished(own_site: Path) -> None:
    team = Team()
    followed()
    appeal = appeals.publish_appeal(appeal_id=team.approved(pictures=1, reference="PE-1").pk, by=team.author)
    assert not page(team, "PE-1", own_site).exists()
    assert followed() == 1
    assert page(team, "PE-1", own_site).exists()
    appeals.withdraw_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    assert followed() == 1
    assert not page(team, "PE-1", own_site).exists()
    assert (own_site / "current" / team.agency.slug / ".gone/appeals/PE-1/gone").exists()
    assert followed() == 0


def test_what_a_request_has_done_is_not_done_again(own_site: Path) -> None:
    team = Team()
    followed()
    actions.publish_appeal(appeal_id=team.approved().pk, by=team.author)
    release = build.current()
    assert followed() == 1
    assert build.current() == release


def test_the_posts_of_a_crashed_request_are_let_go_once_the_page_stands(own_site: Path) -> None:
    team = Team()
    account = team.account()
    appeal = appeals.publish_appeal(appeal_id=team.approved().pk, by=team.author)
    delivery = Delivery.objects.get(post__subject=ref("appeal", appeal.pk), account=account)
    assert delivery.due_at is None
    with clock.pretending(clock.now() + timedelta(minutes=2)):  # the worker was away as well
        followed()
        delivery.refresh_from_db()
        assert delivery.due_at is not None
        assert delivery.due_at <= clock.now()


def test_a_worker_faster_than_the_request_leaves_the_time_to_stop() -> None:
    team = Team()
    account = team.account()
    moment = clock.now()
    with clock.pretending(moment):
        appeal = appeals.publish_appeal(appeal_id=team.approved().pk, by=team.author)
    stands = moment + timedelta(seconds=15)  # a large site takes its time
    with clock.pretending(stands):
        followed()
    delivery = Delivery.objects.get(post__subject=ref("appeal", appeal.pk), account=account)
    assert delivery.due_at == stands + actions.STOP_WITHIN


def test_the_cursor_stays_until_the_files_are_made(own_site: Path) -> None:
    team = Team()
    followed()
    before = Cursor.objects.get().position
    appeals.publish_appeal(appeal_id=team.approved(reference="PE-1").pk, by=team.author)
    number(Ledger.MAIN)
    away = own_site.with_name("away")
    own_site.rename(away)
    own_site.write_text("in the way")
    with pytest.raises(OSError):  # noqa: PT011 - whatever the file system says
        tasks.follow_record()
    assert Cursor.objects.get().position == before
    own_site.unlink()
    away.rename(own_site)
    assert tasks.follow_record() == 1
    assert page(team, "PE-1", own_site).exists()
    assert Cursor.objects.get().position > before


def test_acts_that_show_nothing_move_the_cursor_and_build_nothing(own_site: Path) -> None:
    team = Team()
    followed()
    release = build.current()
    team.draft()
    assert followed() == 0
    assert build.current() == release
    assert tasks.follow_record() == 0


def test_new_seals_are_shown_by_the_slow_sweep(own_site: Path) -> None:
    team = Team()
    assert tasks.refresh_seals() == 0
    assert build.current() is None
    actions.rebuild(by=team.author)
    assert tasks.refresh_seals() == 0
    release = build.current()
    assert release is not None
    assert release.number == 2
