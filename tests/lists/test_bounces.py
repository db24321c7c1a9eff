"""What comes back: dead addresses are paused, and nobody but a real recipient can say that one is dead."""

from __future__ import annotations

import pytest

from hueandcry.lists import bounces, vault
from hueandcry.lists.bounces import take_bounce
from hueandcry.lists.models import Sending, Subscriber
from tests.lists.helpers import House, news, work
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow
ADA = "ada@harbour.example"


def report(message_id: str, *, status: str = "5.1.1", action: str = "failed", envelope: str = "") -> bytes:
    """A report as mail servers write it (RFC 3464), after a real one of Postfix 3.7."""
    own = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: bounces@port-ellery.example\r\nSubject: Undelivered Mail\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\nMIME-Version: 1.0\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you\r\n"
        f"--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n{own}\r\n"
        f"Final-Recipient: rfc822; ada@harbour.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--x\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\nSubject: x\r\n\r\n--x--\r\n"
    ).encode()


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
    assert bounces.read_report(report(sent)) is not None
