"""The return mailbox of a real IMAP server (Dovecot) is read: mail goes out, comes back, and is not sent there again."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest
from django.db.models import F
from pytest_django import Settings

from hueandcry.cli.lists import run_mailbox
from hueandcry.cli.problems import Problem
from hueandcry.health import returning
from hueandcry.health.finding import Level
from hueandcry.jobs.due import claim
from hueandcry.kernel import clock
from hueandcry.lists import mailbox, tasks
from hueandcry.lists.models import ReturnMailbox, Sending, Subscriber
from hueandcry.records.models import Entry
from tests.lists.helpers import House, news, work
from tests.lists.returned_mail import answer, complaint, holiday, read_receipt, report, rfc_example
from tests.servers import dovecot
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow
ADA, BO = "ada@harbour.example", "bo@harbour.example"


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    try:
        server = dovecot.start()
    except dovecot.DovecotMissing as reason:
        if os.environ.get("HUE_TEST_NOTHING_SKIPPED") == "1":
            raise
        pytest.skip(str(reason))
    yield server
    server.stop()


@pytest.fixture
def box(imap: Dovecot, house: House, settings: Settings, tmp_path: Path) -> Dovecot:
    """An empty mailbox, set as the installation's."""
    imap.fresh()
    settings.HUE_IMAP_HOST, settings.HUE_IMAP_PORT, settings.HUE_IMAP_TLS = "127.0.0.1", imap.port, False
    settings.HUE_IMAP_USER, settings.HUE_IMAP_FOLDER, settings.HUE_IMAP_DONE = imap.user, "INBOX", ""
    settings.HUE_IMAP_PASSWORD_FILE = str(tmp_path / "mailbox.password")
    secret(settings, PASSWORD)
    return imap


def secret(settings: Settings, password: str, *, mode: int = 0o600) -> None:
    path = Path(settings.HUE_IMAP_PASSWORD_FILE)
    path.touch(mode=0o600)
    path.write_text(f"{password}\n")
    path.chmod(mode)


def read() -> int:
    """The worker looks, as if its time had come."""
    ReturnMailbox.objects.update(due_at=clock.now())
    return tasks.read_mailbox()


def sent(house: House, mail: MailServer, *addresses: str) -> list[str]:
    """Each has a message; their Message-IDs."""
    outbox = house.opened()
    house.join(mail, *addresses)
    outbox.put(news())
    work()
    return [str(mail.to(address)[-1].mail["Message-ID"]) for address in addresses]


def states() -> list[str]:
    return list(Subscriber.objects.order_by("pk").values_list("status", flat=True))


def problem() -> str:
    return ReturnMailbox.objects.get().problem


def test_mail_goes_out_comes_back_and_is_not_sent_there_again(
    box: Dovecot, house: House, mail: MailServer
) -> None:
    ada, _bo = sent(house, mail, ADA, BO)
    box.put(report(ada))
    assert read() == 1
    assert states() == ["paused", "active"]
    assert sorted(Sending.objects.values_list("status", flat=True)) == ["returned", "sent"]
    assert (box.count(), box.unread()) == (1, 0)
    house.outbox().put(news())
    work()
    assert (len(mail.to(ADA)), len(mail.to(BO))) == (1, 2)


def test_three_in_a_row_that_are_only_full_or_late(box: Dovecot, house: House, mail: MailServer) -> None:
    sent(house, mail, ADA)
    for told in (report, rfc_example, report):
        assert states() == ["active"]
        last = str(mail.letters[-1].mail["Message-ID"])
        box.put(told(last).replace(b"5.1.1", b"5.2.2"))
        read()
        house.outbox().put(news())
        work()
    assert states() == ["paused"]
    assert len(mail.letters) == 3


def test_a_complaint_takes_off_and_what_is_no_report_stays_unread(
    box: Dovecot, house: House, mail: MailServer
) -> None:
    ada, bo = sent(house, mail, ADA, BO)
    box.put(holiday(bo), answer(bo), read_receipt(bo), complaint(ada), report("<1.00000000000000000000@x>"))
    assert read() == 5
    assert states() == ["active"]
    assert Entry.objects.filter(verb="subscriber.complain").count() == 1
    assert box.unread() == 2  # the holiday and what a person wrote; the others say that they are reports


def test_nothing_is_counted_twice_whatever_is_read_again(
    box: Dovecot, house: House, mail: MailServer
) -> None:
    (ada,) = sent(house, mail, ADA)
    box.put(report(ada, status="5.2.2"), report(ada, status="5.2.2"))
    read()
    ReturnMailbox.objects.update(last_uid=0)  # killed before it wrote how far it was
    assert read() == 2
    ReturnMailbox.objects.update(validity=F("validity") - 1)  # and the server has numbered everything anew
    assert read() == 2
    assert read() == 0
    assert states() == ["active"]
    assert Sending.objects.get().status == "returned"


def test_what_was_read_is_moved_if_a_folder_is_named(
    box: Dovecot, house: House, mail: MailServer, settings: Settings
) -> None:
    settings.HUE_IMAP_DONE = "Reports read"
    (ada,) = sent(house, mail, ADA)
    box.put(report(ada), answer(ada))
    read()
    assert states() == ["paused"]
    assert (box.count(), box.unread()) == (1, 1)
    assert (box.count('"Reports read"'), box.unread('"Reports read"')) == (1, 0)


def test_a_wrong_password_is_said_and_nothing_else_stops(
    box: Dovecot, house: House, mail: MailServer, settings: Settings
) -> None:
    (ada,) = sent(house, mail, ADA)
    box.put(report(ada))
    secret(settings, "wrong")
    assert read() == 0
    assert problem() == "password"
    (finding,) = returning.mail_that_came_back()
    assert finding.level == Level.WRONG
    assert "does not accept user or password" in finding.says
    assert "HUE_IMAP_PASSWORD_FILE" in finding.do
    house.outbox().put(news())
    work()
    assert len(mail.letters) == 2
    secret(settings, PASSWORD)
    assert read() == 1
    assert (problem(), states()) == ("", ["paused"])
    (finding,) = returning.mail_that_came_back()
    assert finding.level == Level.GOOD
    assert "was last read" in finding.says


def test_what_else_can_be_wrong_is_told_apart(box: Dovecot, settings: Settings) -> None:
    settings.HUE_IMAP_FOLDER = "Nowhere"
    read()
    assert problem() == "folder"
    settings.HUE_IMAP_FOLDER = "INBOX"
    ReturnMailbox.objects.all().delete()
    secret(settings, PASSWORD, mode=0o640)
    read()
    assert problem() == "secret"
    Path(settings.HUE_IMAP_PASSWORD_FILE).unlink()
    read()
    assert problem() == "secret"
    secret(settings, PASSWORD)
    ReturnMailbox.objects.all().delete()
    settings.HUE_IMAP_HOST = "mail.port-ellery.example"  # not this machine: nothing is sent to it without TLS
    read()
    assert problem() == "clear"
    ReturnMailbox.objects.all().delete()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.HUE_IMAP_HOST, settings.HUE_IMAP_PORT = "127.0.0.1", closed.getsockname()[1]
    read()
    assert problem() == "away"


def test_the_operator_tries_it_with_a_command(
    box: Dovecot, house: House, mail: MailServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (ada,) = sent(house, mail, ADA)
    box.put(report(ada))
    run_mailbox(argparse.Namespace())
    assert capsys.readouterr().out == "The mailbox answers. New messages looked at: 1.\n"
    assert states() == ["paused"]
    secret(settings, "wrong")
    with pytest.raises(Problem, match="does not accept user or password"):
        run_mailbox(argparse.Namespace())
    settings.HUE_IMAP_HOST = ""
    with pytest.raises(Problem, match="Set HUE_IMAP_HOST"):
        run_mailbox(argparse.Namespace())


def test_a_mailbox_that_is_not_read_any_more_is_noticed(box: Dovecot) -> None:
    read()
    ReturnMailbox.objects.update(read_at=F("read_at") - timedelta(hours=1))
    (finding,) = returning.mail_that_came_back()
    assert finding.level == Level.WATCH
    assert "minutes ago" in finding.says


def test_without_a_mailbox_nothing_is_read_and_nothing_is_wrong(db: None) -> None:
    assert tasks.read_mailbox() == 0
    assert returning.mail_that_came_back() == []


@pytest.mark.parametrize("at", ["AUTHENTICATE", "SELECT", "SEARCH", "HEADER.FIELDS", "BODY.PEEK[]", "STORE"])
def test_a_connection_that_is_cut_loses_and_doubles_nothing(
    box: Dovecot, house: House, mail: MailServer, settings: Settings, at: str
) -> None:
    ada, bo = sent(house, mail, ADA, BO)
    box.put(report(ada), report(bo, status="5.2.2"))
    with Cut(box.port, at=at.encode()) as cut:
        settings.HUE_IMAP_PORT = cut.port
        for heard in (False, True) * (mailbox.TRIES - 1):  # before the server hears the word, and after
            cut.heard = heard
            read()
            assert problem() == "away"
        cut.at = None
        read()
    assert problem() == ""
    assert states() == ["paused", "active"]
    assert Entry.objects.filter(verb="subscriber.pause").count() == 1


def test_many_are_read_a_few_at_a_time_and_a_large_one_only_at_its_beginning(
    box: Dovecot, house: House, mail: MailServer
) -> None:
    (ada,) = sent(house, mail, ADA)
    many = mailbox.MOST + 60
    box.put_files(*[b"Subject: hello\r\n\r\nhello\r\n"] * many, report(ada) + b"A" * (50 * 1024 * 1024))
    passes: list[int] = []
    while sum(passes) < many + 1:
        passes.append(read())
        assert len(passes) < 50, problem()
    assert len(passes) > 1
    assert max(passes) <= mailbox.MOST + mailbox.BATCH
    assert states() == ["paused"]
    assert box.unread() == many


def test_a_message_at_which_the_worker_always_ended_is_left_and_the_next_is_read(
    box: Dovecot, house: House, mail: MailServer
) -> None:
    ada, bo = sent(house, mail, ADA, BO)
    read()
    box.put(report(ada), report(bo))
    ReturnMailbox.objects.update(uid=1, tries=mailbox.TRIES)
    read()
    assert states() == ["active", "paused"]
    assert box.unread() == 1


def test_where_a_worker_ended_in_the_middle_the_next_begins(
    box: Dovecot, house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo = sent(house, mail, ADA, BO)
    read()
    box.put(report(ada), report(bo))
    taken: list[bytes] = []

    def ends(data: bytes) -> None:
        taken.append(data)
        if len(taken) > 1:
            raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(mailbox, "take_bounce", ends)
        with pytest.raises(SystemExit):
            read()
    row = ReturnMailbox.objects.get()
    assert (row.last_uid, row.uid, row.tries) == (1, 2, 1)


def test_two_workers_do_not_read_at_the_same_time(box: Dovecot, house: House, mail: MailServer) -> None:
    (ada,) = sent(house, mail, ADA)
    read()
    box.put(report(ada))
    ReturnMailbox.objects.update(due_at=clock.now())
    assert len(claim(ReturnMailbox.objects.all(), limit=1, hold=timedelta(minutes=1))) == 1
    assert tasks.read_mailbox() == 0
    assert states() == ["active"]


class Cut:
    """A relay that ends a connection when the client says `at`, before or after the server hears it."""

    def __init__(self, target: int, *, at: bytes) -> None:
        self.at: bytes | None = at
        self.heard = False
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            while data := client.recv(4096):
                ends = self.at is not None and self.at in data
                if not ends or self.heard:
                    server.sendall(data)
                if ends:
                    break
            for end in (client, server):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(4096):
            target.sendall(data)
