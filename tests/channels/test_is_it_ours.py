"""Whoever pastes a name or an address learns whether the account is ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels import actions, catalogue, intake
from hueandcry.channels import register_actions as verbs
from hueandcry.kernel.actor import Actor
from tests.channels.registering import connect
from tests.factories import make_actor, make_agency
from tests.fakes import FAKE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fakes")]


@pytest.fixture(autouse=True)
def _profiles(fakes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake network has pages."""
    monkeypatch.setitem(catalogue.CHANNELS, "fake", replace(FAKE, profile="https://x.com/{handle}"))


def answer(asked: str, agency: Agency) -> str:
    return intake.is_it_ours(asked=asked, agency_id=agency.pk).answer


@pytest.mark.parametrize(
    "asked",
    [
        "pe-traffic",
        "@PE-Traffic",
        "  @pe-traffic ",
        "pe-traffic@127.0.0.1:9",
        "https://x.com/pe-traffic",
        "https://www.x.com/pe-traffic/?s=20",
        "http://mobile.twitter.com/pe-traffic",
        "x.com/pe-traffic",
    ],
)
def test_a_real_account_is_known_however_it_is_pasted(admin: Actor, agency: Agency, asked: str) -> None:
    connect(admin, "pe-traffic")
    assert answer(asked, agency) == "real"


@pytest.mark.parametrize(
    "asked",
    [
        "pe-traffic2",
        "pe-trаffic",  # the a is Cyrillic
        "https://x.example/pe-traffic",
        "https://x.com.evil.example/pe-traffic",
        "https://x.com/pe-traffic/status/1/../../other",
        "https://evil.example/?x.com/pe-traffic",
        "https://x.com@evil.example/pe-traffic",
        "pe-traffic@mastodon.example",
        "javascript:alert(1)",
        "' OR 1=1 --",
        "https://[",
        "\x00",
        "x" * 5000,
    ],
)  # fmt: skip
def test_a_false_one_is_not_ours(admin: Actor, agency: Agency, asked: str) -> None:
    connect(admin, "pe-traffic")
    assert answer(asked, agency) == "not-ours"


def test_a_likeness_is_shown_beside_the_real_one(admin: Actor, agency: Agency) -> None:
    connect(admin, "pe-traffic")
    for asked in ("pe-trafflc", "https://x.com/pe-trafflc"):
        verdict = intake.is_it_ours(asked=asked, agency_id=agency.pk)
        assert (verdict.answer, [row.handle for row in verdict.alike]) == ("not-ours", ["pe-traffic"])


def test_suspended_is_not_retired_and_what_is_for_staff_is_nobodys_business(
    admin: Actor, agency: Agency
) -> None:
    paused, over, staff = connect(admin, "paused"), connect(admin, "over"), connect(admin, "inside")
    actions.suspend_account(account_id=paused.pk, by=admin)
    verbs.retire_account(account_id=over.pk, reason="Network closed.", by=admin)
    verbs.change_account(account_id=staff.pk, audience="staff", by=admin)
    assert [answer(asked, agency) for asked in ("paused", "over", "inside", "")] == [
        "paused",
        "retired",
        "not-ours",
        "",
    ]


def test_another_agencys_account_is_not_ours(admin: Actor, agency: Agency) -> None:
    connect(make_actor(make_agency(), Role.ADMINISTRATOR), "theirs")
    assert answer("theirs", agency) == "not-ours"
