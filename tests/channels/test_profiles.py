"""What the accounts' own pages say: pushed, read, compared."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.channels import (
    profile,
    profile_actions,
    tasks,
)
from hueandcry.channels import register_actions as verbs
from hueandcry.channels.audit import unknown_in
from hueandcry.channels.connector import Unreachable
from hueandcry.channels.models import ProfileCheck
from hueandcry.channels.register import Code
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.records.models import Entry
from tests.channels.profile_fakes import SHOWN_CHANNEL, WRITABLE_CHANNEL
from tests.channels.registering import codes, connect, lines, looked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fakes")]


# --- profiles ---------------------------------------------------------------------------------------


def test_a_page_changed_by_hand_is_found_within_a_day_and_pushed_back(admin: Actor, agency: Agency) -> None:
    account = connect(admin, channel="writable")
    profile_actions.write_template(text=profile.default_template(), by=admin)
    assert profile_actions.push_profiles(account_ids=[account.pk], by=admin) == 1
    check = looked(account)
    assert (check.state, check.missing, check.links_back) == ("same", [], True)
    assert "Port Ellery Police" in WRITABLE_CHANNEL.page
    WRITABLE_CHANNEL.page = "Best ferry photos of Port Ellery Police!"
    assert tasks.look_at_profiles_due() == 0  # once a day
    due = ProfileCheck.objects.get(account=account).due_at
    assert due is not None
    assert due - clock.now() <= timedelta(days=1)
    check = looked(account)
    assert (check.state, check.missing) == ("drift", ["emergency", "policy", "record"])
    assert {Code.DRIFT, Code.PARTS, Code.LINK} <= codes(admin, account)
    profile_actions.push_profiles(account_ids=[account.pk], by=admin)
    assert looked(account).state == "same"
    verbs_seen = list(
        Entry.objects.filter(verb__startswith="profile.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs_seen == [
        "profile.write",
        "profile.push",
        "profile.same",
        "profile.drift",
        "profile.push",
        "profile.same",
    ]


def test_how_many_follow_is_kept_where_the_network_says_so_and_unknown_where_not(admin: Actor) -> None:
    account = connect(admin, channel="shown")
    assert looked(account).followers is None
    SHOWN_CHANNEL.followers = 762
    assert looked(account).followers == 762
    SHOWN_CHANNEL.followers = -1
    assert looked(account).followers is None


def test_a_page_without_a_picture_or_words_for_it_is_found_and_unknown_stays_unknown(admin: Actor) -> None:
    account = connect(admin, channel="shown")
    looks = {Code.PICTURE, Code.BANNER, Code.ALT}
    assert looked(account).picture is None
    assert not looks & codes(admin, account)
    assert unknown_in(lines(admin)).looks == 1
    SHOWN_CHANNEL.picture, SHOWN_CHANNEL.banner, SHOWN_CHANNEL.described = False, True, False
    looked(account)
    assert looks & codes(admin, account) == {Code.PICTURE, Code.ALT}
    assert unknown_in(lines(admin)).looks == 0
    SHOWN_CHANNEL.picture, SHOWN_CHANNEL.banner, SHOWN_CHANNEL.described = True, False, True
    looked(account)
    assert looks & codes(admin, account) == {Code.BANNER}


def test_nothing_is_pushed_unless_somebody_asked(admin: Actor) -> None:
    account = connect(admin, channel="writable")
    profile_actions.write_template(text=profile.default_template(), by=admin)
    assert looked(account).state == "drift"
    assert WRITABLE_CHANNEL.writes == []


def test_a_network_that_refuses_the_text_is_asked_once_and_what_it_said_is_kept(admin: Actor) -> None:
    account = connect(admin, channel="writable")
    profile_actions.write_template(text=profile.default_template(), by=admin)
    WRITABLE_CHANNEL.refuses = True
    profile_actions.push_profiles(account_ids=[account.pk], by=admin)
    check = looked(account)
    assert (check.push_asked_at, check.last_error) == (None, "The channel did not take the text.")


def test_a_push_waits_for_a_network_out_of_reach(admin: Actor) -> None:
    account = connect(admin, channel="writable")
    profile_actions.write_template(text=profile.default_template(), by=admin)
    profile_actions.push_profiles(account_ids=[account.pk], by=admin)
    WRITABLE_CHANNEL.failure = Unreachable("Nobody there.")
    check = looked(account)
    assert check.push_asked_at is not None
    WRITABLE_CHANNEL.failure = None
    assert looked(account).push_asked_at is None


def test_where_we_cannot_read_a_person_says_that_the_text_is_there_until_it_changes(admin: Actor) -> None:
    account = connect(admin)
    text = "((face)): ((agency)). Not 24/7: ((emergency)). ((policy)) ((record))"
    profile_actions.write_template(text=text, by=admin)
    assert profile_actions.push_profiles(account_ids=[account.pk], by=admin) == 0
    assert looked(account).state == "unreadable"
    assert Code.BY_HAND in codes(admin, account)
    profile_actions.confirm_profile(account_id=account.pk, by=admin)
    assert looked(account).confirmed_by == "Petra Solway"
    assert Code.BY_HAND not in codes(admin, account)
    verbs.change_account(account_id=account.pk, face="Cst. Luis Amaro", by=admin)
    assert looked(account).confirmed_at is None
    assert Code.BY_HAND in codes(admin, account)


def test_without_a_text_of_the_agency_no_page_drifts(admin: Actor) -> None:
    account = connect(admin, channel="shown")
    SHOWN_CHANNEL.page, SHOWN_CHANNEL.verified = "Hello", ("http://ellery.example:8000/accounts/",)
    check = looked(account)
    assert (check.state, check.missing, check.proved) == ("same", [], True)
    with pytest.raises(Conflict):
        profile_actions.push_profiles(account_ids=[account.pk], by=admin)
    with pytest.raises(Invalid):
        profile_actions.write_template(text="Hello", by=admin)
