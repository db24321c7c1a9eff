"""A refresh token that works once (X): two workers never spend it twice, and a kill at any point is survived or told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels import actions, credentials, tasks
from hueandcry.channels.connector import Unreachable
from hueandcry.channels.lines import open_line
from hueandcry.channels.models import Account, Credential
from hueandcry.kernel import clock, oauth
from hueandcry.simnet.consent import CLIENT
from tests.factories import make_actor, make_agency
from tests.servers.simulated import Inside, SimulatedNetwork

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Killed(BaseException):
    """kill -9, as far as the database can tell."""


@pytest.fixture
def inside(simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Inside]:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    found = simulated_network.network("x")
    yield found
    found.work_properly()


@pytest.fixture
def account(inside: Inside) -> Iterator[Account]:
    yield actions.register_account(
        channel="x",
        handle=inside.handle,
        label="Main account",
        server_url=inside.url,
        secret={"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": inside.secret},
        by=make_actor(make_agency(), Role.ADMINISTRATOR),
    )
    while KEPT:
        KEPT.pop().__exit__(None, None, None)


def checked(account: Account) -> Account:
    Account.objects.update(due_at=clock.now(), claimed_until=None)
    tasks.check_accounts_due()
    account.refresh_from_db()
    return account


def test_two_workers_at_once_spend_the_refresh_token_once(
    account: Account, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, real = [], oauth.ask
    connector, one = open_line(account, until=None, picture=lambda _digest: b"")
    _same, two = open_line(account, until=None, picture=lambda _digest: b"")

    def ask(*given: Any, **more: Any) -> Any:
        asked.append(given)
        if len(asked) == 1:  # the other worker comes in the middle of it
            with pytest.raises(Unreachable):
                connector.health(two)
        return real(*given, **more)

    monkeypatch.setattr(oauth, "ask", ask)
    assert connector.health(one).handle == inside.handle
    assert connector.health(two).handle == inside.handle  # with what the first one stored
    assert len(asked) == 1


def test_a_kill_before_the_network_was_asked_costs_a_minute(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(oauth, "ask", _killed)
        killed_in_its_turn(account)
    assert checked(account).status == Account.Status.ACTIVE
    assert "Another worker" in account.last_error
    later = clock.now() + credentials.TURN_LASTS
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (checked(account).status, account.last_error) == (Account.Status.ACTIVE, "")


def test_a_kill_between_the_answer_and_keeping_it_is_told_to_the_steward(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(credentials, "keep_session", _killed)
        killed_in_its_turn(account)
    later = clock.now() + credentials.TURN_LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert checked(account).status == Account.Status.NEEDS_ATTENTION
    assert "Connect again" in account.problem


def killed_in_its_turn(account: Account) -> None:
    """A check in which the process ends: no `finally` of it reaches the database."""
    connector, line = open_line(account, until=None, picture=lambda _digest: b"")
    turn = credentials.turn(account.pk, 1)

    class Held:
        def __enter__(self) -> dict[str, str]:
            return turn.__enter__()

        def __exit__(self, *_trouble: object) -> None:
            """A dead process gives nothing back."""

    line.turn = Held
    KEPT.append(turn)  # or it would be given back when it is swept away
    with pytest.raises(Killed):
        connector.health(line)
    assert Credential.objects.filter(account=account, session__isnull=False).exists()


KEPT: list[Any] = []


def _killed(*_given: Any, **_more: Any) -> Any:
    raise Killed
