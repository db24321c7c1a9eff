"""What comes in from carriers comes more than once and in any order: the outcome is always the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from pytest_django import Settings

from hueandcry.jobs.due import claim, settle
from hueandcry.kernel import clock
from hueandcry.lists import sending, tasks, vault
from hueandcry.lists.bounces import take_bounce
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import Departed, Sending, Subscriber
from hueandcry.lists.slips import Link, Purpose
from hueandcry.records.models import Entry
from hueandcry.simnet.world import REPORTS
from tests.connectors.contract import plays
from tests.lists.carriers import ByKannel, end_of
from tests.lists.helpers import House, news, work
from tests.lists.public_side import PublicSide, as_public
from tests.lists.returned_mail import complaint, report

pytestmark = pytest.mark.slow
S = Sending.Status


@pytest.fixture
def side(settings: Settings) -> Iterator[PublicSide]:
    server = PublicSide()
    settings.HUE_HTTPS, settings.HUE_PUBLIC_PORT = False, server.server_port
    yield server
    server.stop()


@pytest.fixture
def kannel(house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[ByKannel]:
    with end_of("kannel", house, settings, monkeypatch) as end:
        end.listen()
        yield end


def told(row: Sending, values: Sequence[str]) -> None:
    """The gateway calls us, each time as another process would; the worker takes it in."""
    token = vault.link(Link(Purpose.REPORT, row.agency_id, row.pk))
    for value in values:
        kannel, body = f"?status={value}", urlencode({"MessageStatus": value}).encode()
        kind = "application/x-www-form-urlencoded"
        path = f"/subscribe/report/{token}/"
        answer = as_public("GET", path + kannel) if value.isdigit() else as_public("POST", path, body, kind)
        assert answer.status_code == 200
    tasks.take_slips()


@plays("up", *REPORTS, channels=("sms_list",))
@pytest.mark.parametrize("mode", REPORTS)
def test_a_gateway_that_repeats_itself_settles_what_was_not_known_once(
    kannel: ByKannel, side: PublicSide, mode: str
) -> None:
    kannel.world.set_fault("drop_after", 1, 1)  # the first one's answer is lost, its report is not
    kannel.world.set_fault(mode, 0, 1)
    kannel.house.outbox(Medium.SMS).put(news())
    work()
    side.until(lambda: len(side.heard) == (4 if mode == "reports_twice" else 2))
    tasks.take_slips()
    assert list(Sending.objects.values_list("status", flat=True)) == ["sent", "sent"]
    assert [len(kannel.got(person)) for person in kannel.people] == [1, 1]
    assert {urlsplit(path).query for path in side.heard} == {"status=1"}


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        (("queued", "sent", "delivered"), S.SENT),
        (("sent", "sent", "undelivered"), S.RETURNED),
        (("delivered", "delivered", "failed"), S.RETURNED),  # two words of which one is wrong: not hidden
        (("4", "8", "1"), S.SENT),
        (("8", "2", "2"), S.RETURNED),
        (("16", "1", "16"), S.RETURNED),
    ],
)
def test_the_word_on_a_text_is_the_same_in_whatever_order_it_comes(
    kannel: ByKannel, settings: Settings, values: tuple[str, ...], ends: str
) -> None:
    kannel.house.outbox(Medium.SMS).put(news())
    work()
    row = Sending.objects.order_by("pk")[0]
    for before, order in itertools.product((S.SENT, S.UNKNOWN, S.TRYING), (values, values[::-1])):
        Sending.objects.filter(pk=row.pk).update(status=before, due_at=None, last_error="")
        told(row, order)
        assert Sending.objects.get(pk=row.pk).status == ends, (before, order)
    assert (
        Subscriber.objects.filter(status="active").count() == 2
    )  # one message that came back, however often


@pytest.mark.parametrize(("value", "ends"), [("1", S.SENT), ("2", S.RETURNED)])
def test_a_word_that_is_here_before_our_own_answer_stands(kannel: ByKannel, value: str, ends: str) -> None:
    kannel.house.outbox(Medium.SMS).put(news())
    work()
    row = Sending.objects.order_by("pk")[0]
    Sending.objects.filter(pk=row.pk).update(status=S.TRYING, due_at=clock.now())
    (mine,) = claim(Sending.objects.filter(pk=row.pk), limit=1, hold=sending.HOLD)
    told(row, [value])
    assert not settle(mine, status=S.UNKNOWN)  # the worker that sent it comes back, and has lost it
    assert Sending.objects.get(pk=row.pk).status == ends
    work()
    assert Sending.objects.get(pk=row.pk).status == ends
    assert len(kannel.got(kannel.people[0])) == 1


def test_words_of_people_that_come_twice_count_once(kannel: ByKannel, settings: Settings) -> None:
    settings.HUE_SMS_KEY = "a-long-word"
    number = "+447700900199"
    for word, state in (("JOIN", "waiting"), ("YES", "active"), ("STOP", None)):
        query = urlencode({"from": number, "text": word})
        for _time in range(2):
            assert as_public("GET", f"/subscribe/sms/a-long-word/?{query}").status_code == 200
        tasks.take_slips()
        row = Subscriber.objects.exclude(confirmed_at__isnull=False, consent="").order_by("pk").last()
        assert (row.status if row else None) == state
    assert [Entry.objects.filter(verb=f"subscriber.{verb}").count() for verb in ("join", "leave")] == [1, 1]


@plays("up", *REPORTS, channels=("email_list",))
@pytest.mark.parametrize(
    ("said", "ends"),
    [
        (("delayed", "5.2.2", "5.2.2"), ("active", False)),
        (("5.7.1", "5.2.2", "5.7.1"), ("active", False)),
        (("delayed", "5.1.1", "5.2.2"), ("paused", False)),
        (("5.1.1", "complaint", "complaint"), (None, False)),
    ],
)
def test_mail_that_comes_back_counts_the_same_in_whatever_order_it_comes(
    house: House,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    said: tuple[str, ...],
    ends: tuple[str | None, bool],
) -> None:
    """One message to one person for each order: what became of the person, and whether it was because of us."""
    orders = sorted(set(itertools.permutations(said)))
    with end_of("mail", house, settings, monkeypatch, people=len(orders)) as end:
        end.listen()
        house.outbox().put(news())
        work()
        rows = list(Sending.objects.order_by("pk"))
        for row, person, order in zip(rows, end.people, orders, strict=True):
            name = str(end.server.to(person)[-1].mail["Message-ID"])
            who = row.subscriber_id
            for what in order:
                take_bounce(_mail(what, name))
            found: Any = Subscriber.objects.filter(pk=who).first()
            row.refresh_from_db()
            assert row.status == S.RETURNED
            assert (found.status if found else None, row.is_ours) == ends, order
            before = Entry.objects.count()
            Subscriber.objects.filter(pk=who).update(status="active")  # somebody presses “Write again”
            for what in order:
                take_bounce(_mail(what, name))
            assert Entry.objects.count() == before, order  # known already, all of it
    gone = Departed.objects.filter(reason="complain").count()
    assert gone == Entry.objects.filter(verb="subscriber.complain").count()


def _mail(what: str, name: str) -> bytes:
    if what == "complaint":
        return complaint(name)
    return report(name, action="delayed", status="4.4.7") if what == "delayed" else report(name, status=what)
