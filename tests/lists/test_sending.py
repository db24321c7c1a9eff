"""A message reaches everybody who asked for one like it, once; what nobody can know is shown as not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from hueandcry.agencies.models import Unit
from hueandcry.agencies.roles import Role
from hueandcry.channels.connector import Line, Recovery, Unauthorised
from hueandcry.connectors.email_list import CONNECTOR
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Unavailable
from hueandcry.lists import letters, queries, sending, tasks, vault
from hueandcry.lists.actions import close_list
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import Message, Sending, Subscriber
from hueandcry.records.models import Entry
from tests.factories import make_actor
from tests.lists.helpers import House, news, only_message, work
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow  # a mail server and many commits
PEOPLE = [f"p{number}@harbour.example" for number in range(5)]
BY = system("lists", agency_id=0)


def statuses() -> list[str]:
    return list(Sending.objects.order_by("pk").values_list("status", flat=True))


def test_everybody_who_asked_gets_it_once_whatever_is_repeated(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    message = news()
    assert [outbox.put(message) for _time in range(3)] == [5, 5, 5]
    work(4)
    assert sorted(letter.to for letter in mail.letters) == PEOPLE
    assert statuses() == ["sent"] * 5
    assert only_message().status == "done"
    outbox.put(message)
    work()
    assert len(mail.letters) == 5
    assert (
        Entry.objects.filter(verb="message.take").count()
        == Entry.objects.filter(verb="message.done").count()
        == 1
    )


def test_a_letter_says_who_and_how_grave_and_how_to_leave_with_one_click(
    house: House, mail: MailServer
) -> None:
    outbox = house.opened()
    house.join(mail, PEOPLE[0])
    outbox.put(news("Stay away from the harbour.\n\n.A line that begins with a dot", level="red"))
    work()
    (letter,) = mail.letters
    found = letter.mail
    assert letter.sender == "bounces@port-ellery.example"
    assert found["Subject"] == "Port Ellery Police URGENT: Harbour Bridge closed"
    assert str(found["From"]) == "Port Ellery Police <alerts@port-ellery.example>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["List-Unsubscribe"].startswith("<https://port-ellery.example/subscribe/leave/")
    assert found["Message-ID"].endswith("@port-ellery.example>")
    assert "\n.A line that begins with a dot" in found.get_content()
    assert "/subscribe/leave/" in found.get_content()
    assert found.get_content_type() == "text/plain"  # no picture that reports who looked
    assert max(len(line) for line in letter.raw.split(b"\r\n")) < 998
    assert any(option.startswith("ENVID=") for option in letter.options)


def test_only_those_whose_level_area_and_topic_fit(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    for name, slug in (("Harbour", "harbour"), ("Hill", "hill"), ("Eastfield", "eastfield")):
        Unit.objects.create(agency=house.agency, kind="station", name=name, slug=slug)
    wishes = {
        "all@x.example": {"levels": ["red", "amber"]},
        "red@x.example": {"levels": ["red"]},
        "harbour@x.example": {"levels": ["amber"], "areas": ["harbour"]},
        "hill@x.example": {"levels": ["amber"], "areas": ["hill"]},
        "missing@x.example": {"levels": ["amber"], "topics": ["missing"]},
        "floods@x.example": {"levels": ["amber"], "topics": ["weather"]},
    }
    for address, wish in wishes.items():
        house.join(mail, address, **wish)
    outbox.put(news(level="amber", areas=("harbour", "eastfield"), topics=("missing",)))
    work()
    assert {letter.to for letter in mail.letters} == {
        "all@x.example",
        "harbour@x.example",
        "missing@x.example",
    }


def test_quiet_hours_hold_everything_but_red(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = house.opened()
    house.join(mail, PEOPLE[0], levels=["red", "traffic"], quiet_from=22 * 60, quiet_to=7 * 60)
    night = datetime(2026, 11, 23, 2, 47, tzinfo=UTC)  # London keeps UTC in November
    monkeypatch.setattr(clock, "now", lambda: night)
    outbox.put(news(level="traffic"))
    work()
    assert mail.letters == []
    assert Sending.objects.get().due_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    outbox.put(news("Leave the harbour now.", level="red"))
    work()
    assert len(mail.letters) == 1
    monkeypatch.setattr(clock, "now", lambda: night + timedelta(hours=5))
    work()
    assert len(mail.letters) == 2


def test_red_goes_before_everything_that_waits(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE, levels=["red", "amber", "green"])
    outbox.put(news("News", level="green"))
    tasks.send_due()
    mail.letters.clear()
    Sending.objects.update(status="queued", due_at=clock.now() - timedelta(hours=1), tried_at=None)
    outbox.put(news("Now", level="red"))
    tasks.send_red()
    assert ["URGENT" in letter.mail["Subject"] for letter in mail.letters] == [True] * 5


def test_a_lost_answer_is_shown_as_not_known_and_never_sent_again(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    mail.next.extend(["", "drop_after"])
    outbox.put(news())
    work(4)
    assert sorted(statuses()) == ["sent"] * 4 + ["unknown"]
    assert len(mail.letters) == 5
    assert queries.figures(only_message().pk)["unknown"] == 1
    entry = Entry.objects.get(verb="message.done")
    assert "unknown" in entry.body_marks


def test_a_server_that_is_away_is_tried_again_and_nobody_is_lost(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    mail.stop()
    outbox.put(news())
    work()
    assert statuses() == ["queued"] * 5
    mail.start()
    settings.EMAIL_PORT = mail.port  # type: ignore[attr-defined]
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    work()
    assert statuses() == ["sent"] * 5
    assert len(mail.letters) == 5


def test_a_busy_server_is_asked_again_for_that_one_only(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    mail.next.append("busy")
    outbox.put(news())
    work()
    assert sorted(statuses()) == ["queued"] + ["sent"] * 4
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    work()
    assert sorted(letter.to for letter in mail.letters) == PEOPLE


def test_an_address_that_does_not_exist_is_paused_and_not_written_to_again(
    house: House, mail: MailServer
) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    mail.no_such.add(PEOPLE[2])
    outbox.put(news())
    work()
    assert sorted(statuses()) == ["returned"] + ["sent"] * 4
    assert Subscriber.objects.filter(status="paused").count() == 1
    outbox.put(news())
    work()
    assert Sending.objects.count() == 9
    assert Entry.objects.filter(verb="subscriber.pause").count() == 1


def test_who_leaves_meanwhile_gets_nothing_more(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    rows = house.join(mail, *PEOPLE)
    outbox.put(news(level="amber"))
    won = claim(Message.objects.all(), limit=1, hold=timedelta(minutes=1))
    sending.spread_one(message=won[0], by=BY)
    Subscriber.objects.filter(pk=rows[0].pk).delete()
    work()
    assert sorted(statuses()) == ["sent"] * 4 + ["stopped"]
    assert sorted(letter.to for letter in mail.letters) == PEOPLE[1:]


def test_what_is_recalled_goes_to_nobody_who_does_not_have_it_yet(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    message = news(level="amber")
    outbox.put(message)
    won = claim(Message.objects.all(), limit=1, hold=timedelta(minutes=1))
    sending.spread_one(message=won[0], by=BY)
    outbox.stop(message.key)
    work()
    assert mail.letters == []
    assert statuses() == ["stopped"] * 5
    assert outbox.find(message.key) is None


def test_a_closed_list_sends_nothing_more(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    outbox.put(news())
    close_list(medium="email_list", by=house.keeper)
    work()
    assert mail.letters == []
    assert outbox.trouble() == "This list is not open. Open it on the page Lists."


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle_sends_to_nobody_twice(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    outbox.put(news())
    honest = sending.carrier_for("email_list").__class__.send
    tries: list[str] = []

    def send(carrier: object, parcel: object) -> object:
        tries.append("one")
        if len(tries) == 3:
            if moment == "after":
                honest(carrier, parcel)  # type: ignore[arg-type]
            raise Killed
        return honest(carrier, parcel)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("hueandcry.lists.carrying.ByMail.send", send)
        with pytest.raises(Killed):
            tasks.send_red()
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    work(4)
    assert sorted(statuses()) == ["sent"] * 4 + ["unknown"]
    assert len(mail.letters) == {"before": 4, "after": 5}[moment]
    assert len({letter.to for letter in mail.letters}) == len(mail.letters)


def test_two_workers_share_the_rows(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, *PEOPLE)
    outbox.put(news())
    tasks._spread(Medium.EMAIL, ["red"])
    mine = claim(
        sending.due(medium=Medium.EMAIL, most=Urgency.EMERGENCY, least=Urgency.ROUTINE),
        limit=3,
        hold=timedelta(minutes=5),
    )
    assert sending.send_some(medium=Medium.EMAIL, most=Urgency.EMERGENCY, least=Urgency.ROUTINE, by=BY) == 2
    assert len(mine) == 3
    assert len(mail.letters) == 2


def test_the_database_itself_refuses_a_second_row(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, PEOPLE[0])
    outbox.put(news())
    work()
    row = Sending.objects.get()
    with pytest.raises(IntegrityError):
        Sending.objects.create(
            agency=row.agency, message=row.message, subscriber=row.subscriber, urgency=row.urgency
        )


def test_the_connector_hands_over_once_and_says_what_is_missing(house: House, mail: MailServer) -> None:
    line = Line(
        http=None,  # type: ignore[arg-type]
        secret={},
        session={},
        keep_session=lambda _session: None,
        picture=lambda _digest: b"",
        taken=lambda _id: False,
        outbox=house.outbox(),
    )
    with pytest.raises(Unauthorised, match="not open"):
        CONNECTOR.health(line)
    house.opened()
    house.join(mail, *PEOPLE)
    message = news()
    assert CONNECTOR.find(line, message, "") is None
    receipt = CONNECTOR.publish(line, message)
    assert CONNECTOR.publish(line, message) == receipt
    assert receipt.remote_id == f"email_list:{message.key}"
    assert receipt.evidence == {"people": "5"}
    assert CONNECTOR.recovery == Recovery.KEY
    CONNECTOR.delete(line, message, receipt.remote_id)
    assert CONNECTOR.find(line, message, "") is None


def test_an_estimate_counts_people_parts_and_sleepers(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.opened()
    house.join(mail, *PEOPLE[:3], levels=["red", "green"], quiet_from=21 * 60, quiet_to=6 * 60)
    house.join(mail, *PEOPLE[3:], levels=["red"])
    night = datetime(2026, 11, 23, 2, 47, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: night)
    author = make_actor(house.agency, Role.AUTHOR)
    green = queries.estimate(actor=author, channel="email_list", text="x", level="green")
    assert (green.people, green.asleep, green.wake) == (3, 3, "")
    assert green.sentence == "You are about to send to 3 people."
    red = queries.estimate(actor=author, channel="email_list", text="x", level="red")
    assert red.people == 5
    assert "Would you wake people for this?" in red.wake


def test_the_letter_of_a_message_in_another_language_has_the_words_of_the_agency(house: House) -> None:
    house.opened()
    message = Message(level="red", title="", text="First line\nSecond", link="", language="fr")
    assert letters.alert(message, agency=house.agency, language="").title.endswith("URGENT: First line")


def test_a_unit_stands_for_its_station_and_a_division_for_its_stations(house: House) -> None:
    def unit(kind: str, slug: str, parent: Unit | None = None) -> Unit:
        return Unit.objects.create(agency=house.agency, kind=kind, name=slug, slug=slug, parent=parent)

    south = unit("division", "south")
    harbour, hill = unit("station", "harbour", south), unit("station", "hill", south)
    unit("station", "eastfield")
    unit("unit", "boats", harbour)
    unit("unit", "press-office")
    reached = [
        queries.areas_reached(house.agency.pk, [slug])
        for slug in ("boats", "hill", "south", "press-office", "?")
    ]
    assert reached == [("harbour",), (hill.slug,), ("harbour", "hill"), (), ()]
    assert queries.known_topics(["weather", "cycling"]) == ("weather",)


def test_an_address_that_cannot_be_opened_loses_nobody_before_it_or_after(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = house.opened()
    rows = house.join(mail, *PEOPLE)
    outbox.put(news())
    honest, third = vault.open_address, bytes(rows[2].sealed)

    def opened(list_id: int, sealed: bytes) -> str:
        if bytes(sealed) == third:
            raise Unavailable("The key file is another one.")
        return honest(list_id, sealed)

    with monkeypatch.context() as patch:
        patch.setattr(vault, "open_address", opened)
        with pytest.raises(Unavailable):
            tasks.send_red()
    assert statuses() == ["sent", "sent", "queued", "queued", "queued"]
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    work()
    assert sorted(letter.to for letter in mail.letters) == PEOPLE
