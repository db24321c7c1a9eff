"""A steward sees and changes what is for their own station; what is out anybody may read (R5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from hueandcry.agencies.models import Agency, Person, Unit
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.answers.actions import change_answer, use_answer, write_version
from hueandcry.channels import queries as channels
from hueandcry.channels.models import Account, Holder
from hueandcry.channels.register import register, register_line
from hueandcry.channels.scope import NotYourStation
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotAllowed, NotFound
from hueandcry.posts import listing, queries, reading
from hueandcry.posts.actions import retry_delivery, settle_unconfirmed
from hueandcry.posts.approval_actions import submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.standing_actions import edit_post, recall_post, stop_post
from hueandcry.posts.straying import Strays, straying
from hueandcry.posts.writing_actions import discard_post, draft_post, restore_post, save_post
from hueandcry.series import actions as series
from hueandcry.series.queries import all_series, get_series
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency
from tests.factories_library import approved_answer, wording
from tests.factories_rules import number_of
from tests.factories_series import make_plan, make_series

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@dataclass
class Town:
    """Two stations. own: the account that the steward holds; beside: another of their station; far: another station's."""

    agency: Agency
    author: Actor
    approver: Actor
    steward: Actor
    own: Account
    beside: Account
    far: Account

    def draft(self, *accounts: Account, by: Actor | None = None, **changes: Any) -> Post:
        """A draft of the author's for these accounts."""
        return draft_post(content=said(*accounts), by=by or self.author, **changes)

    def out(self, *accounts: Account, by: Actor | None = None) -> Post:
        """A post that is out there, as far as our tables know."""
        post = self.draft(*accounts, by=by)
        now = clock.now()
        Post.objects.filter(pk=post.pk).update(status="announced", announced_at=now, approved_by="person:0")
        for account in accounts:
            Delivery.objects.create(
                agency=self.agency, post=post, account=account, key=f"k{post.pk}.{account.pk}", tried_at=now
            )
        post.refresh_from_db()
        return post


def said(*accounts: Account) -> Content:
    ids = tuple(row.pk for row in accounts)
    return Content(text="Mill Lane is closed.", kind="news", language="", account_ids=ids)


def account(agency: Agency, name: str, unit: Unit | None) -> Account:
    return Account.objects.create(
        agency=agency,
        channel="simulated",
        handle=name,
        label=name.title(),
        server_url="http://127.0.0.1:9",
        registered_at=clock.now(),
        unit=unit,
    )


@pytest.fixture
def town() -> Town:
    agency = make_agency()
    admin = make_actor(agency, Role.ADMINISTRATOR)
    harbour = add_unit(kind="station", name="Harbour", by=admin)
    marine = add_unit(kind="unit", name="Marine Unit", parent_id=harbour.pk, by=admin)
    mill = add_unit(kind="station", name="Mill Lane", by=admin)
    author, approver = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.APPROVER)
    steward = make_actor(agency, Role.STEWARD, name="Luis Amaro")
    rows = [account(agency, *each) for each in (("harbour", harbour), ("marine", marine), ("mill", mill))]
    Holder.objects.create(
        agency=agency, account=rows[0], person_id=number_of(steward), begun_at=clock.now() - timedelta(days=1)
    )
    return Town(agency, author, approver, steward, *rows)


def test_the_register_and_the_search_show_a_steward_their_own_station(town: Town) -> None:
    seen = {"last_posts": {}, "today": date(2026, 11, 23)}
    assert [line.account for line in register(actor=town.steward, **seen)] == [town.own, town.beside]
    assert len(register(actor=town.author, **seen)) == 3
    assert register_line(actor=town.steward, account_id=town.beside.pk, **seen).account == town.beside
    with pytest.raises(NotFound):
        register_line(actor=town.steward, account_id=town.far.pk, **seen)
    assert {line.account for line in channels.accounts(actor=town.steward)} == {town.own, town.beside}


def test_a_steward_is_offered_the_accounts_they_hold_and_an_author_all(town: Town) -> None:
    assert reading.own_accounts(actor=town.steward) == [town.own]
    assert reading.own_accounts(actor=town.author) == [town.own, town.beside, town.far]


def test_a_steward_with_another_role_sees_with_that_one(town: Town) -> None:
    draft = town.draft(town.far)
    both = make_actor(town.agency, Role.STEWARD, Role.LEADER, name="Mina Falk")
    assert reading.get_post(actor=both, post_id=draft.pk) == draft
    with pytest.raises(NotYourStation):
        discard_post(post_id=draft.pk, by=both)


def test_what_is_not_out_is_seen_where_it_is_for_the_own_station_or_of_ones_own(town: Town) -> None:
    theirs, far = town.draft(town.own, town.far), town.draft(town.far)
    bare, mine = town.draft(), town.draft(town.far, by=town.steward)
    out = town.out(town.far)
    for post in (theirs, mine, out):
        assert reading.get_post(actor=town.steward, post_id=post.pk) == post
    for post in (far, bare):
        with pytest.raises(NotFound):
            reading.get_post(actor=town.steward, post_id=post.pk)
    assert set(listing.posts(actor=town.steward)) == {theirs, mine, out}
    assert reading.counts(actor=town.steward)["draft"] == 2
    assert reading.counts(actor=town.author)["draft"] == 4
    soon = clock.now() + timedelta(hours=2)
    Post.objects.filter(pk__in=[theirs.pk, far.pk]).update(status="approved", scheduled_at=soon)
    span = {"begin": soon - timedelta(minutes=1), "end": soon + timedelta(minutes=1)}
    assert reading.planned(actor=town.steward, **span) == [theirs] == reading.going_out(actor=town.steward)


def test_a_steward_changes_and_throws_away_what_is_for_their_accounts_alone(town: Town) -> None:
    shared, own = town.draft(town.own, town.far), town.draft(town.own)
    wanted = replace(said(town.own), text="Mill Lane is open again.")
    with pytest.raises(NotYourStation):
        save_post(post_id=shared.pk, content=wanted, by=town.steward)
    with pytest.raises(NotYourStation):
        discard_post(post_id=shared.pk, by=town.steward)
    discard_post(post_id=shared.pk, by=town.author)
    with pytest.raises(NotYourStation):
        restore_post(post_id=shared.pk, by=town.steward)
    assert save_post(post_id=own.pk, content=wanted, by=town.steward).text == "Mill Lane is open again."
    discard_post(post_id=own.pk, by=town.steward)
    restore_post(post_id=own.pk, by=town.steward)


def test_a_draft_for_another_station_is_kept_and_does_not_go(town: Town) -> None:
    mine = town.draft(town.own, town.far, by=town.steward)
    with pytest.raises(NotAllowed, match="Nobody holds “Mill”"):
        submit_post(post_id=mine.pk, by=town.steward)
    town.draft(town.own, by=town.steward)
    assert submit_post(post_id=Post.objects.latest("pk").pk, by=town.steward).status == "submitted"


def test_what_stands_on_another_stations_account_is_only_watched(town: Town) -> None:
    post, by = town.out(town.far), town.steward
    for act in (
        lambda: edit_post(post_id=post.pk, content=replace(said(town.far), text="Open."), by=by),
        lambda: recall_post(post_id=post.pk, reason="Wrong", by=by),
        lambda: stop_post(post_id=post.pk, by=by),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            act()
    failed, unknown = Delivery.objects.get(post=post), Delivery.objects.get(post=town.out(town.own))
    Delivery.objects.filter(pk=failed.pk).update(status="failed", last_error="No")
    with pytest.raises(NotYourStation):
        retry_delivery(delivery_id=failed.pk, by=by)
    for row in (failed, unknown):
        Delivery.objects.filter(pk=row.pk).update(status="unconfirmed")
    with pytest.raises(NotYourStation):
        settle_unconfirmed(delivery_id=failed.pk, landed=False, remote_url="", by=by)
    assert reading.unconfirmed(actor=by) == [unknown] == queries.unconfirmed(actor=by)
    assert [row.id for row in queries.needing_a_person(actor=by)] == [unknown.pk]
    assert len(reading.unconfirmed(actor=town.author)) == 2
    settle_unconfirmed(delivery_id=unknown.pk, landed=False, remote_url="", by=by)


def test_series_and_days_are_the_agencys_and_a_stations_own_are_its_stewards(town: Town) -> None:
    far, mine = (
        make_series(town.author, content=said(town.far)),
        make_series(town.steward, content=said(town.own)),
    )
    assert all_series(actor=town.steward) == [mine]
    with pytest.raises(NotFound):
        get_series(actor=town.steward, series_id=far.pk)
    shared = make_series(town.author, content=said(town.own, town.far))
    for act in (series.pause_series, series.end_series):
        with pytest.raises(NotYourStation):
            act(series_id=shared.pk, by=town.steward)
    with pytest.raises(NotYourStation):
        series.change_series(series_id=mine.pk, plan=make_plan(content=said(town.far)), by=town.steward)
    series.pause_series(series_id=mine.pk, by=town.steward)
    day = series.add_day(name="Quay Day", on=date(2027, 5, 1), days=1, yearly=True, by=town.author)
    with pytest.raises(NotYourStation):
        series.remove_day(day_id=day.pk, by=town.steward)


def test_a_steward_uses_every_answer_and_words_those_they_own(town: Town) -> None:
    answer = approved_answer(town.author, town.approver)
    use_answer(answer_id=answer.pk, register="formal", by=town.steward)
    with pytest.raises(NotYourStation):
        write_version(answer_id=answer.pk, wording=wording(town.steward), by=town.steward)
    given = {"answer_id": answer.pk, "topic": "lost", "owner_ref": town.steward.ref}
    with pytest.raises(NotYourStation):
        change_answer(**given, by=town.steward)
    change_answer(**given, by=town.author)
    assert write_version(answer_id=answer.pk, wording=wording(town.steward), by=town.steward).number == 2


def test_the_pages_of_the_desk_say_the_same(town: Town) -> None:
    theirs, far = town.draft(town.own, town.far), town.draft(town.far)
    client = at_desk(Person.objects.get(pk=number_of(town.steward)))
    shown = client.get("/desk/posts/").content.decode()
    assert f"/desk/posts/{theirs.pk}/" in shown
    assert f"/desk/posts/{far.pk}/" not in shown
    wanted = {f"/desk/posts/{far.pk}/": 404, f"/desk/accounts/{town.far.pk}/": 404}
    wanted |= {f"/desk/accounts/{town.own.pk}/": 200, "/desk/wall/": 200, "/desk/calendar/series/": 200}
    assert {path: client.get(path).status_code for path in wanted} == wanted
    written = client.get("/desk/compose/").content.decode()
    assert "Harbour" in written
    assert "Marine" not in written
    assert client.post(f"/desk/posts/{theirs.pk}/discard/").status_code == 403


def test_leaders_see_how_often_posts_leave_the_lane(town: Town) -> None:
    """Three accounts with a lane or none; each post once in a line, whatever the number of its accounts."""
    Account.objects.filter(pk__in=[town.own.pk, town.beside.pk]).update(topics=["Ferries"])
    leader = make_actor(town.agency, Role.LEADER, name="Imogen Castellane")
    assert straying(actor=leader).whole == Strays("", 0, 0)
    for topics, rows in (
        (["ferries"], [town.own]),
        (["ferries", "dogs"], [town.own, town.beside]),
        (["dogs"], [town.own, town.far]),
        ([], [town.own]),
        (["dogs"], [town.far]),
    ):
        post = town.out(*rows)
        Post.objects.filter(pk=post.pk).update(topics=topics)
        sent = {"status": "sent", "sent_at": clock.now(), "remote_id": "1"}
        Delivery.objects.filter(post=post).update(**sent)
    Delivery.objects.filter(post=town.out(town.own)).update(status="failed")
    found = straying(actor=leader)
    assert found.whole == Strays("", 2, 3)
    assert found.accounts == [Strays("Marine", 1, 1), Strays("Harbour", 2, 3)][::-1]
    assert found.people == [Strays("Nora Vance", 2, 3)]
    Delivery.objects.update(sent_at=clock.now() - timedelta(days=91))
    assert straying(actor=leader).whole.posts == 0
    with pytest.raises(NotAllowed):
        straying(actor=town.author)
