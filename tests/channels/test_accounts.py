"""Accounts, their credentials and their health."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from hueandcry.agencies.roles import Role
from hueandcry.channels import actions, catalogue, credentials, queries, tasks
from hueandcry.channels.models import Account, Credential, Steward
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from hueandcry.records.models import Body, Entry
from tests.factories import make_actor, make_agency
from tests.fakes import CHANNEL, FAKE

SECRET = "right"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    CHANNEL.reset()
    settings.HUE_ALLOW_PRIVATE = ["127.0.0.1:9"]
    monkeypatch.setitem(catalogue.CHANNELS, "fake", FAKE)


@pytest.fixture
def admin() -> Actor:
    return make_actor(make_agency(), Role.ADMINISTRATOR)


def register(by: Actor, **changes: Any) -> Account:
    given = {
        "channel": "fake",
        "handle": "ellery",
        "label": "Port Ellery Police",
        "server_url": "http://127.0.0.1:9",
        "secret": {"secret": SECRET},
        "by": by,
    }
    return actions.register_account(**{**given, **changes})


def test_a_registered_account_is_checked_by_the_worker(admin: Actor) -> None:
    account = register(admin)
    assert tasks.check_accounts_due() == 1
    account.refresh_from_db()
    assert (account.external_id, account.status) == ("fake:1", Account.Status.ACTIVE)
    assert tasks.check_accounts_due() == 0


def test_no_credential_stands_readable_in_the_database_or_the_record(admin: Actor) -> None:
    account = register(admin, secret={"secret": "canary-7f3a"})
    credential = Credential.objects.get(account=account)
    credentials.keep_session(account_id=account.pk, version=1, session={"token": "canary-7f3a"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, session FROM channels_credential")
        assert not any(b"canary" in bytes(value) for value in cursor.fetchone())
    assert not Body.objects.filter(lines__contains="canary").exists()
    credential.refresh_from_db()
    assert credentials.open_secret(credential) == {"secret": "canary-7f3a"}
    assert credentials.open_session(credential) == {"token": "canary-7f3a"}


def test_a_credential_opens_for_its_own_account_only(admin: Actor) -> None:
    one, other = register(admin), register(admin, handle="other")
    stolen = Credential.objects.get(account=one)
    stolen.account_id = other.pk
    with pytest.raises(Unavailable):
        credentials.open_secret(stolen)


def test_without_the_key_file_a_credential_stays_shut(admin: Actor, tmp_path: Any, settings: Any) -> None:
    credential = Credential.objects.get(account=register(admin))
    assert (django_settings.HUE_KEYS / credentials.KEY_FILE).stat().st_mode & 0o077 == 0
    settings.HUE_KEYS = tmp_path
    with pytest.raises(Unavailable):
        credentials.open_secret(credential)


def test_a_bad_credential_marks_the_account_and_a_new_one_heals_it(admin: Actor) -> None:
    account = register(admin, secret={"secret": "wrong"})
    tasks.check_accounts_due()
    account.refresh_from_db()
    assert (account.status, account.problem) == (
        Account.Status.NEEDS_ATTENTION,
        "The fake channel does not accept our credential.",
    )
    actions.rotate_credential(account_id=account.pk, secret={"secret": SECRET}, by=admin)
    tasks.check_accounts_due()
    account.refresh_from_db()
    assert (account.status, account.problem) == (Account.Status.ACTIVE, "")
    verbs = (
        Entry.objects.filter(subject=f"account:{account.pk}").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["account.register", "account.attention", "account.rotate", "account.healthy"]


def test_a_token_of_an_old_credential_is_not_kept(admin: Actor) -> None:
    account = register(admin)
    actions.rotate_credential(account_id=account.pk, secret={"secret": SECRET}, by=admin)
    assert not credentials.keep_session(account_id=account.pk, version=1, session={"token": "old"})
    assert credentials.open_session(Credential.objects.get(account=account)) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "nowhere"}, "channel"),
        ({"handle": " "}, "handle"),
        ({"kind": "pet"}, "kind"),
        ({"secret": {}}, "secret"),
        ({"server_url": "http://127.0.0.1:10"}, "server_url"),
        ({"server_url": "javascript:alert(1)"}, "server_url"),
    ],
)
def test_what_cannot_be_registered(admin: Actor, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        register(admin, **changes)
    assert refusal.value.field == field
    assert not Account.objects.exists()


def test_an_account_is_registered_once(admin: Actor) -> None:
    register(admin)
    with pytest.raises(actions.AlreadyRegistered):
        register(admin, server_url="http://127.0.0.1:9/")


def test_one_steward_at_a_time(admin: Actor) -> None:
    account = register(admin)
    for number in (1, 2):
        actions.name_steward(
            account_id=account.pk, person_ref=f"person:{number}", person_name=f"Officer {number}", by=admin
        )
    assert Steward.objects.filter(account=account).count() == 2
    assert [line.steward for line in queries.accounts(actor=admin)] == ["Officer 2"]


def test_suspending_and_resuming(admin: Actor) -> None:
    account = register(admin)
    actions.suspend_account(account_id=account.pk, by=admin)
    assert queries.announcing_accounts(actor=admin) == []
    with pytest.raises(NotFound):
        queries.announcing_accounts(actor=admin, account_ids=[account.pk])
    with pytest.raises(Conflict):
        actions.suspend_account(account_id=account.pk, by=admin)
    actions.resume_account(account_id=account.pk, by=admin)
    with pytest.raises(Conflict):
        actions.resume_account(account_id=account.pk, by=admin)
    assert [row.pk for row in queries.announcing_accounts(actor=admin)] == [account.pk]


def test_who_may_and_whose_it_is(admin: Actor) -> None:
    account = register(admin)
    author = make_actor(make_agency(name="Elsewhere"), Role.AUTHOR)
    stranger = make_actor(make_agency(name="Elsewhere too"), Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        register(author)
    with pytest.raises(NotAllowed):
        actions.mark_account(account_id=account.pk, problem="x", by=admin)
    given: dict[str, Any] = {"secret": {"secret": SECRET}}
    for act, more in (
        (actions.suspend_account, {}),
        (actions.resume_account, {}),
        (actions.rotate_credential, given),
        (actions.name_steward, {"person_ref": "person:1", "person_name": "X"}),
    ):
        with pytest.raises(NotFound):
            act(account_id=account.pk, by=stranger, **more)
    assert queries.accounts(actor=stranger) == []


def test_every_channel_in_the_catalogue_loads() -> None:
    for name in catalogue.CHANNELS:
        connector = catalogue.connector_for(name)
        assert connector.limits.characters > 0
        assert callable(connector.publish)
