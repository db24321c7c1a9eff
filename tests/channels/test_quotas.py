"""Limits, allowances and the end of a credential are kept with the account; tokens are renewed by one worker at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels import actions, catalogue, credentials, queries, quotas, tasks
from hueandcry.channels.connector import Health, Limits, Quota, Unreachable
from hueandcry.channels.lines import open_line, part_of
from hueandcry.channels.models import Account, Credential
from hueandcry.channels.register import Code, register_line
from hueandcry.health import rooms
from hueandcry.health.finding import Level
from hueandcry.kernel import blobs, clock
from hueandcry.posts.compose import problems
from tests.factories import make_actor, make_agency
from tests.fakes import CHANNEL, FAKE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    CHANNEL.reset()
    settings.HUE_ALLOW_PRIVATE = ["127.0.0.1:9"]
    monkeypatch.setitem(catalogue.CHANNELS, "fake", FAKE)
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def account() -> Account:
    return registered("ellery")


def registered(handle: str, by: Any = None) -> Account:
    return actions.register_account(
        channel="fake",
        handle=handle,
        label=handle,
        server_url="http://127.0.0.1:9",
        secret={"secret": "right"},
        by=by or make_actor(make_agency(), Role.ADMINISTRATOR),
    )


def again(account: Account) -> Account:
    Account.objects.update(due_at=NOW)
    tasks.check_accounts_due()
    account.refresh_from_db()
    return account


def test_what_the_server_says_it_takes_is_kept_and_counts(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = CHANNEL.limits
    assert quotas.limits_of(account) == own
    said = replace(own, characters=11_111, read_on=NOW.date(), source="the server")
    asked: list[int] = []

    def limits_now(_line: Any) -> Limits:
        asked.append(1)
        return said

    monkeypatch.setattr(CHANNEL, "limits_now", limits_now, raising=False)
    assert quotas.limits_of(again(account)) == said
    again(account)
    assert len(asked) == 1  # once a day

    def silent(_line: Any) -> Limits:
        raise Unreachable("no")

    monkeypatch.setattr(CHANNEL, "limits_now", silent)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))
    Account.objects.update(due_at=NOW)
    tasks.check_accounts_due()
    account.refresh_from_db()
    assert (quotas.limits_of(account), account.status) == (said, Account.Status.ACTIVE)


def test_what_is_left_is_told_scarcest_first_until_it_is_whole_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(minutes=5)
    quotas.note(account.pk, Quota("posts", 300, 299, later))
    quotas.note(account.pk, Quota("posts", 300, 298, later))
    quotas.note(account.pk, Quota("uploads", 30, 1, later))
    account.refresh_from_db()
    assert [(quota.name, quota.left) for quota in quotas.quotas_of(account)] == [
        ("uploads", 1),
        ("posts", 298),
    ]
    monkeypatch.setattr(clock, "now", lambda: later)
    assert quotas.quotas_of(account) == []


def test_what_calls_cost_is_counted_for_all_accounts_of_the_agency_there(account: Account) -> None:
    by = make_actor(account.agency, Role.ADMINISTRATOR)
    other, stranger = registered("other", by), registered("stranger")
    midnight = NOW + timedelta(hours=20)
    for one in (account, other):
        quotas.spend(one, name="units", cost=400, size=10_000, whole_again=midnight)
    for row in (account, other, stranger):
        row.refresh_from_db()
    assert [quota.left for row in (account, other) for quota in quotas.quotas_of(row)] == [9_200, 9_200]
    assert stranger.quotas == []
    quotas.spend(account, name="units", cost=1, size=10_000, whole_again=midnight + timedelta(days=1))
    account.refresh_from_db()
    assert [quota.left for quota in quotas.quotas_of(account)] == [9_999]


def test_the_end_of_a_credential_is_kept_and_told_two_weeks_before(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = NOW + timedelta(days=20)
    monkeypatch.setattr(CHANNEL, "health", lambda _line: Health("fake:1", "ellery", ends_at=ends))
    assert quotas.credential_ends(again(account)) == ends
    assert quotas.quotas_of(account) == []
    assert quotas.ending() == []
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=6))
    assert [(row.pk, left) for row, left in quotas.ending(agency_id=account.agency_id)] == [
        (account.pk, timedelta(days=14))
    ]
    assert quotas.ending(agency_id=account.agency_id + 1) == []
    monkeypatch.setattr(CHANNEL, "health", lambda _line: Health("fake:1", "ellery"))
    assert quotas.credential_ends(again(account)) is None


def test_one_worker_at_a_time_renews_and_the_next_finds_its_tokens(account: Account) -> None:
    _connector, one = open_line(account, until=None, picture=lambda _digest: b"")
    _connector, two = open_line(account, until=None, picture=lambda _digest: b"")
    with one.turn() as stored:
        assert stored == {}
        with pytest.raises(Unreachable), two.turn():
            pytest.fail("two at once")
        one.remember({"access": "new", "refresh": "rotated"})
    with two.turn() as stored:
        assert stored == {"access": "new", "refresh": "rotated"}
    assert tokens(account) == {"access": "new", "refresh": "rotated"}


def test_a_turn_that_came_to_nothing_is_given_back_with_the_tokens(account: Account) -> None:
    credentials.keep_session(account_id=account.pk, version=1, session={"refresh": "old"})
    before = bytes(Credential.objects.get(account=account).session or b"")
    with pytest.raises(Unreachable), credentials.turn(account.pk, 1):
        raise Unreachable("the network is away")
    assert bytes(Credential.objects.get(account=account).session or b"") == before


def test_a_worker_killed_while_it_renews_loses_nothing_and_blocks_nobody_for_long(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials.keep_session(account_id=account.pk, version=1, session={"refresh": "old"})
    killed = credentials.turn(account.pk, 1)
    killed.__enter__()  # and nothing after it
    assert tokens(account) == {"refresh": "old"}
    with pytest.raises(Unreachable), credentials.turn(account.pk, 1):
        pytest.fail("it may still be at it")
    monkeypatch.setattr(clock, "now", lambda: NOW + credentials.TURN_LASTS)
    with credentials.turn(account.pk, 1) as stored:
        assert stored == {"refresh": "old"}


def test_a_turn_of_an_old_credential_is_over(account: Account) -> None:
    by = make_actor(account.agency, Role.ADMINISTRATOR)
    actions.rotate_credential(account_id=account.pk, secret={"secret": "right"}, by=by)
    with pytest.raises(Unreachable), credentials.turn(account.pk, 1):
        pytest.fail("the credential was replaced")


def test_parts_of_a_file_are_handed_over() -> None:
    digest = blobs.put(b"0123456789")
    assert [part_of(digest, start, 4) for start in (0, 4, 8, 12)] == [b"0123", b"4567", b"89", b""]
    for missing in ("f" * 64, "no digest"):
        with pytest.raises(Exception, match="no longer kept"):
            part_of(missing, 0, 1)


def tokens(account: Account) -> dict[str, str]:
    read: Callable[[Credential], dict[str, str]] = credentials.open_session
    return read(Credential.objects.get(account=account))


def test_hue_doctor_warns_before_a_credential_ends(account: Account) -> None:
    for days, level, words in (
        (20, Level.GOOD, "All accounts answer"),
        (13, Level.WATCH, "ends in 13 days"),
        (3, Level.WRONG, "ends in 3 days"),
        (-1, Level.WRONG, "has ended"),
    ):
        quotas.note_end(account.pk, NOW + timedelta(days=days))
        (finding,) = rooms.accounts(account.agency_id)
        assert (finding.level, words in finding.says) == (level, True)


def test_an_account_that_takes_videos_only_is_not_among_those_an_appeal_goes_to(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_actor(account.agency, Role.AUTHOR)
    assert queries.announcing_accounts(actor=by) == [account]
    monkeypatch.setattr(CHANNEL, "limits", replace(CHANNEL.limits, needs_video=True))
    assert queries.announcing_accounts(actor=by) == []
    assert queries.announcing_accounts(actor=by, account_ids=[account.pk]) == [account]
    (problem,) = problems(text="Seen?", link="", picture=None, limits=quotas.limits_of(account))
    assert (problem.stops, problem.sentence) == (True, "This channel takes videos only. Leave it out.")


def test_the_register_names_a_permission_that_ends_soon(account: Account) -> None:
    by = make_actor(account.agency, Role.ADMINISTRATOR)

    def found() -> list[str]:
        line = register_line(actor=by, account_id=account.pk, last_posts={}, today=NOW.date())
        return [finding.says for finding in line.findings if finding.code == Code.ENDING]

    assert found() == []
    quotas.note_end(account.pk, NOW + timedelta(days=14))
    assert found() == ["The network ends its permission in 14 days. Connect it again."]
