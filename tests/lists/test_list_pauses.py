"""A pause holds back the rest of a message to a list, and lets it go when it ends (R25)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from hueandcry.agencies.brake_actions import lift_brake
from hueandcry.agencies.models import Unit
from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.catalogue import OURSELVES
from hueandcry.channels.lines import open_line
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound
from hueandcry.lists import pause_actions, sending, tasks
from hueandcry.lists.handing import ListOutbox
from hueandcry.lists.models import Sending
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_rules import brake, gate
from tests.lists.helpers import House, news, only_message, work
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow
PEOPLE = [f"p{number}@harbour.example" for number in range(5)]
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Clock = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is nine in the morning; the clock goes on when told."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)

    def go_on(by: timedelta) -> None:
        moment = clock.now() + by
        monkeypatch.setattr(clock, "now", lambda: moment)

    return go_on


@pytest.fixture
def supervisor(house: House) -> Actor:
    return make_actor(house.agency, Role.APPROVER, name="Robin Castell")


@pytest.fixture
def two_sent(house: House, mail: MailServer, later: Clock, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """Five people on the list; two of them have the message."""
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    monkeypatch.setattr(sending, "BATCH", 2)
    outbox.put(news())
    tasks.send_red()
    assert len(mail.letters) == 2
    return mail


def verbs() -> list[str]:
    rows = Entry.objects.filter(verb__startswith="message.").order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_a_pause_holds_the_rest_and_its_end_lets_it_go(
    house: House, two_sent: MailServer, supervisor: Actor
) -> None:
    pressed = brake(supervisor, reason="Wrong bridge")
    tasks.send_red()  # before the sweep for pauses has looked
    assert len(two_sent.letters) == 2
    message = only_message()
    assert message.held_at is not None
    assert message.held_why.startswith("All posting is paused until 23 November 2026, 11:00: Wrong bridge")
    work(4)
    assert len(two_sent.letters) == 2
    assert only_message().status == "sending"
    lift_brake(brake_id=pressed.pk, by=supervisor)
    work(4)
    assert sorted(letter.to for letter in two_sent.letters) == PEOPLE
    assert only_message().status == "done"
    assert verbs() == ["message.take", "message.hold", "message.let-go", "message.done"]


def test_what_nobody_has_yet_is_not_even_prepared(house: House, mail: MailServer, supervisor: Actor) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    outbox.put(news())
    brake(supervisor)
    tasks.send_red()
    assert not Sending.objects.exists()
    assert only_message().held_at is not None


@pytest.mark.parametrize("scope", ["account", "unit", "above", "post's unit", "topic"])
def test_every_pause_that_concerns_it_holds_it(
    house: House, mail: MailServer, supervisor: Actor, scope: str
) -> None:
    division = Unit.objects.create(agency=house.agency, kind="division", name="East", slug="east")
    unit = Unit.objects.create(
        agency=house.agency, kind="station", name="Harbour", slug="harbour", parent=division
    )
    house.opened()
    house.join(mail, PEOPLE[0])
    theirs = unit.pk if scope in {"unit", "above"} else None
    outbox = ListOutbox(agency_id=house.agency.pk, medium="email_list", account_id=77, unit_id=theirs)
    areas = ("harbour",) if scope == "post's unit" else ()
    outbox.put(news(areas=areas, topics=("Bridges",)))
    wanted = {
        "account": ("account", 77),
        "unit": ("unit", unit.pk),
        "above": ("unit", division.pk),
        "post's unit": ("unit", unit.pk),
        "topic": ("topic", "bridges"),
    }
    kind, number = wanted[scope]
    brake(supervisor, "account", 78, name="Another account")
    tasks.mind_pauses()
    assert only_message().held_at is None
    brake(supervisor, kind, number, name="It")
    tasks.mind_pauses()
    assert only_message().held_why
    work()
    assert mail.letters == []


def test_another_agencys_pause_holds_nothing(house: House, two_sent: MailServer) -> None:
    brake(make_actor(make_agency(name="Far Point Police"), Role.APPROVER))
    work(4)
    assert len(two_sent.letters) == 5


def test_after_a_day_a_person_decides(
    house: House, two_sent: MailServer, supervisor: Actor, later: Clock
) -> None:
    brake(supervisor, hours=30)
    tasks.mind_pauses()
    message = only_message()
    with pytest.raises(pause_actions.StillPaused, match="All posting is paused"):
        pause_actions.send_rest(message_id=message.pk, by=supervisor)
    later(timedelta(hours=31))
    work(3)
    assert len(two_sent.letters) == 2
    message = only_message()
    assert (message.held_at is not None, message.held_why) == (True, "")
    with pytest.raises(NotAllowed):
        pause_actions.send_rest(message_id=message.pk, by=house.keeper)
    stranger = make_actor(make_agency(name="Far Point Police"), Role.APPROVER)
    with pytest.raises(NotFound):
        pause_actions.send_rest(message_id=message.pk, by=stranger)
    untrained = make_actor(house.agency, Role.APPROVER)
    gate(house.agency, supervisor)
    with pytest.raises(NotAllowed, match="No course"):
        pause_actions.send_rest(message_id=message.pk, by=untrained)
    pause_actions.send_rest(message_id=message.pk, by=supervisor)
    work(4)
    assert sorted(letter.to for letter in two_sent.letters) == PEOPLE
    with pytest.raises(Conflict):
        pause_actions.drop_rest(message_id=message.pk, by=supervisor)


def test_a_person_may_send_it_to_nobody_more(house: House, two_sent: MailServer, supervisor: Actor) -> None:
    brake(supervisor)
    tasks.mind_pauses()
    pause_actions.drop_rest(message_id=only_message().pk, by=supervisor)
    work(4)
    assert len(two_sent.letters) == 2
    assert sorted(Sending.objects.values_list("status", flat=True)) == ["sent"] * 2 + ["stopped"] * 3
    assert only_message().status == "stopped"
    entry = Entry.objects.get(verb="message.drop")
    assert entry.actor == supervisor.ref


def test_a_recall_stops_what_is_held(house: House, two_sent: MailServer, supervisor: Actor) -> None:
    brake(supervisor)
    tasks.mind_pauses()
    house.outbox().stop(only_message().key)
    assert (only_message().status, only_message().held_at) == ("stopped", None)
    assert Sending.objects.filter(status="queued").count() == 0


def test_a_pause_that_ends_at_night_wakes_nobody(
    house: House, mail: MailServer, supervisor: Actor, later: Clock
) -> None:
    outbox = house.opened()
    house.join(mail, PEOPLE[0], levels=["green"], quiet_from=22 * 60, quiet_to=7 * 60)
    outbox.put(news(level="green"))
    brake(supervisor, hours=14)
    tasks.mind_pauses()
    later(timedelta(hours=14, minutes=1))  # a minute past eleven at night
    work()
    assert mail.letters == []
    assert Sending.objects.get().due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    later(timedelta(hours=8))
    work()
    assert len(mail.letters) == 1


def test_the_account_of_a_list_says_whose_it_is(house: House, mail: MailServer) -> None:
    house.opened()
    account = register_account(
        channel="email_list",
        handle="port-ellery.example",
        label="E-mail list",
        server_url=OURSELVES,
        secret={},
        by=house.keeper,
    )
    connector, line = open_line(account, until=None, picture=lambda _digest: b"")
    connector.publish(line, news())
    assert only_message().account_id == account.pk
