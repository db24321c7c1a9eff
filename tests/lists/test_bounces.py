"""What comes back: dead addresses are paused, and nobody but a real recipient can say that one is dead."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from hueandcry.lists import intake, vault
from hueandcry.lists.actions import resume_subscriber
from hueandcry.lists.bounces import take_bounce
from hueandcry.lists.models import Departed, Sending, Subscriber
from hueandcry.records.models import Entry
from tests.lists.helpers import House, news, token_in, work
from tests.lists.returned_mail import complaint, holiday, report
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow
ADA = "ada@harbour.example"


@pytest.fixture
def sent(house: House, mail: MailServer) -> str:
    """Ada has a message; its Message-ID."""
    outbox = house.opened()
    house.join(mail, ADA)
    outbox.put(news())
    work()
    return str(mail.letters[0].mail["Message-ID"])


def test_a_dead_address_is_paused_and_the_sending_shown_as_come_back(sent: str) -> None:
    assert "paused" in take_bounce(report(sent))
    assert Subscriber.objects.get().status == "paused"
    assert Sending.objects.get().status == "returned"
    assert take_bounce(report(sent)) == "Known already."


def test_the_envelope_id_is_enough(sent: str) -> None:
    number = Sending.objects.get().pk
    assert "paused" in take_bounce(
        report("<other@mx.example>", envelope=f"{number}.{vault.message_mark(number)}")
    )


def test_a_full_mailbox_counts_and_three_in_a_row_pause(sent: str, house: House, mail: MailServer) -> None:
    for _time in range(3):
        assert Subscriber.objects.get().status == "active"
        take_bounce(report(str(mail.letters[-1].mail["Message-ID"]), status="5.2.2"))
        house.outbox().put(news())
        work()
    assert Subscriber.objects.get().status == "paused"
    assert len(mail.letters) == 3


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: hello\r\n\r\nhello",
        report("<1.00000000000000000000@port-ellery.example>"),
        report("<9999999.deadbeefdeadbeefdead@port-ellery.example>"),
        report("nonsense"),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\xff\xfe\r\n--x--",
    ],
)
def test_an_invented_report_changes_nothing(sent: str, raw: bytes) -> None:
    assert take_bounce(raw) == "This is not a report about a message of ours. Nothing was changed."
    assert Subscriber.objects.get().status == "active"


def test_a_delay_is_no_failure(sent: str) -> None:
    assert take_bounce(report(sent, action="delayed", status="4.4.1")) == "delayed (4.4.1): nothing to do."
    assert Sending.objects.get().status == "sent"


def test_what_comes_back_because_of_us_is_shown_and_never_counted(
    sent: str, house: House, mail: MailServer
) -> None:
    for _time in range(4):
        assert "because of us" in take_bounce(
            report(str(mail.letters[-1].mail["Message-ID"]), status="5.7.1")
        )
        house.outbox().put(news())
        work()
    assert len(mail.letters) == 5
    assert Subscriber.objects.get().status == "active"
    assert Sending.objects.filter(status="returned", is_ours=True).count() == 4


def test_what_came_back_because_of_us_does_not_hide_three_that_count(
    sent: str, house: House, mail: MailServer
) -> None:
    for status in ("5.2.2", "5.7.1", "5.2.2", "5.7.1", "5.2.2"):
        assert Subscriber.objects.get().status == "active"
        take_bounce(report(str(mail.letters[-1].mail["Message-ID"]), status=status))
        house.outbox().put(news())
        work()
    assert Subscriber.objects.get().status == "paused"


def test_a_refusal_at_once_is_judged_by_the_same_rule(house: House, mail: MailServer) -> None:
    outbox = house.opened()
    house.join(mail, ADA)
    mail.next.append("refuse")  # 554 5.6.0: what we sent
    outbox.put(news())
    work()
    assert (Sending.objects.get().status, Sending.objects.get().is_ours) == ("returned", True)
    assert Subscriber.objects.get().status == "active"


def test_a_complaint_is_the_same_as_leaving(sent: str) -> None:
    assert take_bounce(complaint(sent)) == "They reported it as unwanted: taken off the list."
    assert not Subscriber.objects.exists()
    assert Departed.objects.get().reason == "complain"
    assert Entry.objects.filter(verb="subscriber.complain").count() == 1
    assert take_bounce(complaint(sent)) == "Known already."
    assert Entry.objects.filter(verb="subscriber.complain").count() == 1


def test_praise_and_a_holiday_change_nothing(sent: str) -> None:
    take_bounce(complaint(sent, kind="not-spam"))
    take_bounce(holiday(sent))
    assert Subscriber.objects.get().status == "active"
    assert Sending.objects.get().status == "sent"


def test_each_message_has_a_return_address_of_its_own_if_the_operator_wants_it(
    house: House, mail: MailServer, settings: Settings
) -> None:
    settings.HUE_MAIL_BOUNCES = "bounces+*@port-ellery.example"
    outbox = house.opened()
    house.join(mail, ADA, "bo@harbour.example")
    outbox.put(news())
    work()
    letter = next(letter for letter in mail.letters if letter.to == ADA)
    name = str(letter.mail["Message-ID"]).strip("<>").partition("@")[0]
    assert letter.sender == f"bounces+{name}@port-ellery.example"
    assert "paused" in take_bounce(report("<nothing@mx.example>", to=letter.sender))
    assert sorted(Subscriber.objects.values_list("status", flat=True)) == ["active", "paused"]


def test_a_question_that_comes_back_is_not_asked_again(house: House, mail: MailServer) -> None:
    house.opened()
    house.ask(ADA)
    work()
    asked = report(str(mail.letters[0].mail["Message-ID"]))
    assert "not asked again" in take_bounce(asked)
    assert take_bounce(asked) == "Known already."
    for _time in range(3):
        house.ask(ADA)
        work()
    assert len(mail.letters) == 1


def test_a_welcome_that_comes_back_pauses_once(house: House, mail: MailServer) -> None:
    house.opened()
    house.ask(ADA)
    work()
    intake.confirm(agency_id=house.agency.pk, token=token_in(mail, ADA, "confirm"))
    work()
    came = report(str(mail.letters[-1].mail["Message-ID"]))
    assert str(mail.letters[-1].mail["Message-ID"]).startswith("<w")
    assert "paused" in take_bounce(came)
    (who,) = Subscriber.objects.all()
    assert who.status == "paused"
    resume_subscriber(subscriber_id=who.pk, by=house.keeper)
    assert take_bounce(came) == "Known already."
    assert Subscriber.objects.get().status == "active"


def test_the_mark_of_a_letter_fits_no_message(house: House, mail: MailServer, sent: str) -> None:
    """Who was asked as number 7 must not be able to say that the seventh message came back."""
    who, row = Subscriber.objects.get(), Sending.objects.get()
    for name in (f"c{row.pk}-1", f"w{row.pk}-1", f"w{who.pk}-1"):
        mark = vault.message_mark(name)
        forged = report(f"<{row.pk}.{mark}@port-ellery.example>")
        assert take_bounce(forged) == "This is not a report about a message of ours. Nothing was changed."
