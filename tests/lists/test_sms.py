"""Text messages through a real gateway (Kannel), and through a server that speaks as Twilio does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from pytest_django import Settings

from hueandcry.kernel import clock
from hueandcry.lists import queries, slips, tasks
from hueandcry.lists.choices import Choices, Medium, pack
from hueandcry.lists.models import Message, Sending, Subscriber
from hueandcry.settings import public
from tests.lists.helpers import POLL, House, news, work
from tests.servers import kannel as gateway
from tests.servers.pds import free_port

pytestmark = pytest.mark.slow
ADA = "+447700900123"


class PublicSide(HTTPServer):
    """The public process as the gateway reaches it, answered in the test's own thread."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", free_port()), _Handler)
        self.timeout = 0.2
        self.asked: list[str] = []

    def until(self, done: Callable[[], bool], *, seconds: float = 15) -> None:
        """Answer until it is done."""
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, self.asked
            self.handle_request()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, PublicSide)
        self.server.asked.append(self.path)
        with override_settings(ROOT_URLCONF=public.ROOT_URLCONF, MIDDLEWARE=public.MIDDLEWARE):
            answer = Client().get(self.path, headers={"host": "localhost"})
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer["Content-Type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def side() -> Iterator[PublicSide]:
    server = PublicSide()
    yield server
    server.server_close()


@pytest.fixture(scope="module")
def kannel(side: PublicSide) -> Iterator[gateway.Kannel]:
    try:
        made = gateway.start(inbound=f"http://127.0.0.1:{side.server_port}/subscribe/sms/a-long-word/")
    except gateway.KannelMissing as reason:
        if os.environ.get("HUE_TEST_NOTHING_SKIPPED") == "1":
            raise
        pytest.skip(str(reason))
    yield made
    made.stop()


@pytest.fixture
def texting(house: House, settings: Settings) -> House:
    """The SMS list is open, and numbers are set."""
    settings.HUE_SMS_KEY, settings.HUE_SMS_FROM = "a-long-word", "8400"
    settings.HUE_SMS_USER, settings.HUE_SMS_PASSWORD = "hue", "secret"
    settings.HUE_HTTPS = False
    type(house.agency).objects.filter(pk=house.agency.pk).update(public_host="localhost", short_name="PEP")
    house.agency.refresh_from_db()
    house.opened(Medium.SMS)
    return house


@pytest.fixture
def through_kannel(texting: House, kannel: gateway.Kannel, side: PublicSide, settings: Settings) -> House:
    settings.HUE_SMS_GATEWAY, settings.HUE_SMS_URL = "kannel", f"http://{kannel.address}"
    settings.HUE_ALLOW_PRIVATE = [kannel.address]
    settings.HUE_PUBLIC_PORT = side.server_port
    side.asked.clear()
    return texting


def put_on_list(house: House, *numbers: str) -> None:
    for number in numbers:
        house.ask(number, medium=Medium.SMS)
    tasks.take_slips()
    Subscriber.objects.update(
        status="active",
        confirmed_at=clock.now(),
        wanted=None,
        owed="",
        due_at=None,
        levels=pack(Choices().levels),
    )


def test_a_text_goes_out_in_parts_and_the_gateway_says_what_became_of_it(
    through_kannel: House, kannel: gateway.Kannel, side: PublicSide
) -> None:
    put_on_list(through_kannel, ADA)
    with kannel.network() as out:
        outbox = through_kannel.outbox(Medium.SMS)
        outbox.put(news("Harbour Bridge is closed until six. " * 8, link=""))
        outbox.put(news("Ğüneş: Мост закрыт", link=""))
        work()
        side.until(lambda: len(side.asked) >= 2)
        side.until(lambda: len(gateway.handed_over(out)) >= 3)
        handed = gateway.handed_over(out)
    assert {to for to, _text in handed} == {ADA}
    assert len(handed) == 3  # 293 characters are two parts; the Turkish and Russian one is a part of its own
    assert "PEP URGENT: Ğüneş: Мост закрыт" in [text for _to, text in handed]
    assert all(asked.endswith("?status=1") for asked in side.asked)
    tasks.take_slips()
    assert list(Sending.objects.values_list("status", flat=True)) == ["sent", "sent"]


def test_join_yes_and_stop_by_text_and_each_is_answered(
    through_kannel: House, kannel: gateway.Kannel, side: PublicSide
) -> None:
    heard = []
    for word, status in (("Join", "waiting"), ("Yes", "active"), ("STOP", None)):
        with kannel.network(word) as out:
            side.until(lambda found=out: bool(gateway.handed_over(found)))
            heard.append(gateway.handed_over(out)[0][1])
        tasks.take_slips()
        row = Subscriber.objects.first()
        assert (row.status if row else None) == status
    assert ["YES" in heard[0], "thank you" in heard[1], "off the list" in heard[2]] == [True] * 3


def test_a_gateway_that_is_away_is_tried_again(texting: House, settings: Settings) -> None:
    settings.HUE_SMS_URL = f"http://127.0.0.1:{free_port()}"
    settings.HUE_ALLOW_PRIVATE = [settings.HUE_SMS_URL.removeprefix("http://")]
    put_on_list(texting, ADA, "+447700900124")
    texting.outbox(Medium.SMS).put(news())
    work()
    assert set(Sending.objects.values_list("status", flat=True)) == {"queued"}


def test_an_estimate_counts_the_parts_that_are_billed(texting: House) -> None:
    put_on_list(texting, ADA, "+447700900124", "+447700900125")
    told = queries.estimate(actor=texting.keeper, channel="sms_list", text="x" * 200, level="red")
    assert (told.people, told.segments) == (3, 6)
    assert told.sentence == "You are about to send to 3 people, about 6 billed parts."


# --- Twilio -----------------------------------------------------------------------------------------


class Twilio(HTTPServer):
    """Messages of API 2010-04-01: create and list. next: "lose" (kept, no answer), "drop" (neither), or a status and a code.

    deaf: its key may send and not look.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Messages)
        self.kept: list[dict[str, str]] = []
        self.next: list[Any] = []
        self.deaf = False


class _Messages(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Twilio)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        how = self.server.next.pop(0) if self.server.next else None
        if not self.headers.get("Authorization", "").startswith("Basic "):
            how = (401, 20003)
        if isinstance(how, tuple):
            return self._say(how[0], f'{{"code": {how[1]}, "message": "no"}}')
        if how == "drop":
            self.close_connection = True
            return self.connection.close()
        self.server.kept.append({"sid": f"SM{len(self.server.kept)}", **form})
        if how == "lose":
            self.close_connection = True
            return self.connection.close()
        return self._say(201, f'{{"sid": "SM{len(self.server.kept) - 1}", "status": "queued"}}')

    def do_GET(self) -> None:
        assert isinstance(self.server, Twilio)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        assert "DateSent>" in asked
        if self.server.deaf:
            return self._say(401, '{"code": 20003, "message": "no"}')
        found = [
            f'{{"sid": "{kept["sid"]}", "body": "{kept["Body"]}"}}'
            for kept in self.server.kept
            if kept["To"] == asked["To"] and kept["From"] == asked["From"]
        ]
        return self._say(200, f'{{"messages": [{", ".join(found)}]}}')

    def _say(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.fixture
def twilio(texting: House, settings: Settings) -> Iterator[Twilio]:
    import threading  # noqa: PLC0415

    server = Twilio()
    settings.HUE_SMS_GATEWAY = "twilio"
    settings.HUE_SMS_URL = f"http://127.0.0.1:{server.server_port}"
    settings.HUE_ALLOW_PRIVATE = [f"127.0.0.1:{server.server_port}"]
    put_on_list(texting, ADA, "+447700900124")
    threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_twilio_takes_a_message_for_each(twilio: Twilio, texting: House) -> None:
    texting.outbox(Medium.SMS).put(news("Closed.", link=""))
    work()
    assert [kept["Body"] for kept in twilio.kept] == ["PEP URGENT: Closed."] * 2
    assert list(Sending.objects.values_list("status", flat=True)) == ["sent"] * 2


def test_twilio_that_knows_they_said_stop_pauses_them(twilio: Twilio, texting: House) -> None:
    twilio.next.append((400, 21610))
    texting.outbox(Medium.SMS).put(news())
    work()
    assert sorted(Sending.objects.values_list("status", flat=True)) == ["returned", "sent"]
    assert Subscriber.objects.filter(status="paused").count() == 1


def test_a_lost_answer_is_looked_up_before_anybody_is_told_that_it_is_not_known(
    twilio: Twilio, texting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = clock.now()
    stand(monkeypatch, begun)
    twilio.next.append("lose")
    texting.outbox(Medium.SMS).put(news("Closed.", link=""))
    work(3)
    assert sorted(Sending.objects.values_list("status", flat=True)) == ["sent", "trying"]
    stand(monkeypatch, begun + timedelta(seconds=30))
    work()
    assert len(twilio.kept) == 2
    assert list(Sending.objects.values_list("status", flat=True)) == ["sent"] * 2
    assert sorted(Sending.objects.values_list("provider_id", flat=True)) == ["SM0", "SM1"]


def test_what_the_gateway_does_not_have_is_not_known_after_five_minutes_and_never_sent_again(
    twilio: Twilio, texting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = clock.now()
    stand(monkeypatch, begun)
    texting.outbox(Medium.SMS).put(news("Closed.", link=""))
    work()  # the same words to the same people, in the same minute
    twilio.next.append("drop")
    texting.outbox(Medium.SMS).put(news("Closed.", link=""))
    work()
    for minutes in (1, 3, 6):
        stand(monkeypatch, begun + timedelta(minutes=minutes))
        work()
        found = sorted(Sending.objects.values_list("status", flat=True))
        assert found == ["sent"] * 3 + (["unknown"] if minutes == 6 else ["trying"])
    assert len(twilio.kept) == 3


def test_a_gateway_that_does_not_let_us_look_holds_up_no_further_warning(
    twilio: Twilio, texting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = clock.now()
    stand(monkeypatch, begun)
    twilio.deaf = True
    twilio.next.append("lose")
    texting.outbox(Medium.SMS).put(news("Closed.", link=""))
    work()
    stand(monkeypatch, begun + timedelta(seconds=30))
    texting.outbox(Medium.SMS).put(news("Open again.", link=""))
    work()
    assert [kept["Body"] for kept in twilio.kept].count("PEP URGENT: Open again.") == 2
    for minutes, status in ((10, "trying"), (62, "unknown")):
        stand(monkeypatch, begun + timedelta(minutes=minutes))
        work()
        assert sorted(Sending.objects.values_list("status", flat=True)) == ["sent"] * 3 + [status]
    assert len(twilio.kept) == 4


def stand(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The clock stands at this moment."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_after_a_crash_the_message_is_looked_up_by_number_and_words(
    twilio: Twilio, texting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    texting.outbox(Medium.SMS).put(news("Closed.", link=""))
    work()
    Sending.objects.update(status="trying", due_at=clock.now(), sent_at=None, provider_id="")
    Message.objects.update(status="sending", ended_at=None)
    stand(monkeypatch, clock.now() + timedelta(minutes=1))
    work()
    assert len(twilio.kept) == 2
    assert sorted(Sending.objects.values_list("provider_id", flat=True)) == ["SM0", "SM1"]
    assert Path(slips.folder()).exists()
