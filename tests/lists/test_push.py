"""Notifications: a push service on loopback that opens what it is sent, as a browser would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from hueandcry.jobs.runner import discover, in_lanes
from hueandcry.kernel import clock
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.webpush import base64url
from hueandcry.lists import carrying, slips, tasks
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import Departed, Message, Sending, Subscriber
from tests.lists.helpers import POLL, House, news, work
from tests.lists.push_ends import AUTH, Browser, PushService
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow


@pytest.fixture
def service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    assert 3 <= carrying.PUSH_WITHIN <= 5
    monkeypatch.setattr(carrying, "PUSH_WITHIN", 30.0)  # this machine may be slow; silence is made by closing
    server = PushService()
    settings.HUE_ALLOW_PRIVATE = [f"127.0.0.1:{server.server_port}"]
    settings.HUE_PUSH_SERVICES = list(settings.HUE_ALLOW_PRIVATE)
    settings.HUE_PUSH_CONTACT = "mailto:it@port-ellery.example"
    threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def join(house: House, service: PushService, *names: str) -> list[Browser]:
    """Browsers that said yes to their own question."""
    house.opened(Medium.PUSH)
    browsers = []
    for name in names:
        browser = Browser()
        browsers.append(browser)
        address = f"http://127.0.0.1:{service.server_port}/push/{name}"
        house.ask(f"{address}\n{base64url(browser.point)}\n{base64url(AUTH)}", medium=Medium.PUSH)
    tasks.take_slips()
    return browsers


def test_every_browser_can_open_what_is_meant_for_it(house: House, service: PushService) -> None:
    browsers = join(house, service, "a", "b")
    house.outbox(Medium.PUSH).put(news())
    work()
    assert sorted(path for path, _headers, _body in service.pushed) == ["/push/a", "/push/b"]
    for path, headers, body in service.pushed:
        said = browsers["ab".index(path[-1])].open(body)
        assert said["title"] == "Port Ellery Police URGENT: Harbour Bridge closed"
        assert said["text"] == "Harbour Bridge is closed."
        assert said["link"] == "https://port-ellery.example/appeals/PE-1/"
        assert said["lasting"] is True
        assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high")
        assert headers["authorization"].startswith("vapid t=")
        assert len(headers["topic"]) <= 32
        assert int(headers["ttl"]) == 6 * 3600
        assert "cookie" not in headers
    assert set(Sending.objects.values_list("status", flat=True)) == {"sent"}


def test_a_text_of_any_length_fits_into_4096_bytes(house: House, service: PushService) -> None:
    (browser,) = join(house, service, "a")
    house.outbox(Medium.PUSH).put(
        news("Überflutung 🌊 " * 900, title="Ж" * 290, link="https://x.example/" + "l" * 480)
    )
    work()
    ((_path, _headers, body),) = service.pushed
    assert len(body) <= 4096
    assert browser.open(body)["text"].endswith("…")


def test_a_browser_that_has_given_it_up_is_forgotten(house: House, service: PushService) -> None:
    join(house, service, "a", "b")
    service.gone.add("/push/a")
    house.outbox(Medium.PUSH).put(news())
    work()
    assert Subscriber.objects.count() == 1
    assert Departed.objects.get().reason == "bounced"
    assert sorted(Sending.objects.values_list("status", flat=True)) == ["returned", "sent"]


def test_a_lost_answer_is_sent_again_under_the_same_topic(
    house: House, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(house, service, "a")
    service.next = [0]
    house.outbox(Medium.PUSH).put(news())
    work()
    assert Sending.objects.get().status == "trying"
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    work()
    assert Sending.objects.get().status == "sent"
    assert len({headers["topic"] for _path, headers, _body in service.pushed}) == 1
    assert len({browser_tag(body) for _path, _headers, body in service.pushed}) == 2  # closed anew each time


def test_what_was_stopped_is_not_sent_again_after_a_lost_answer(
    house: House, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(house, service, "a")
    service.next = [0]
    house.outbox(Medium.PUSH).put(news())
    work()
    assert Sending.objects.get().status == "trying"
    Message.objects.update(status="stopped")
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    before = len(service.pushed)
    work()
    assert len(service.pushed) == before
    assert Sending.objects.get().status == "unknown"


def browser_tag(body: bytes) -> bytes:
    return body[:16]


def test_too_many_at_once_waits_as_long_as_it_is_told(house: House, service: PushService) -> None:
    join(house, service, "a")
    service.next = [429]
    house.outbox(Medium.PUSH).put(news())
    before = clock.now()
    work()
    row = Sending.objects.get()
    assert row.status == "queued"
    assert row.due_at is not None
    assert timedelta(seconds=25) < row.due_at - before < timedelta(seconds=40)


def test_a_browser_cannot_name_an_address_inside_our_network(
    house: House, service: PushService, settings: Settings
) -> None:
    join(house, service, "a")
    settings.HUE_ALLOW_PRIVATE = []
    house.outbox(Medium.PUSH).put(news())
    work()
    assert service.pushed == []
    assert Subscriber.objects.get().status == "paused"


def test_a_server_that_is_no_push_service_is_never_called(
    house: House, service: PushService, settings: Settings
) -> None:
    join(house, service, "a")
    settings.HUE_PUSH_SERVICES = []  # it was one when the browser named it
    house.outbox(Medium.PUSH).put(news())
    work()
    assert service.pushed == []
    row = Sending.objects.get()
    assert (row.status, row.last_error) == ("returned", "this is no push service that we know")
    assert Subscriber.objects.get().status == "paused"


def test_a_browser_that_names_another_server_is_told_so_and_nothing_is_kept(
    house: House, service: PushService
) -> None:
    house.opened(Medium.PUSH)
    with pytest.raises(Invalid, match="do not know the notification service"):
        house.ask(f"https://somewhere.example/x\n{base64url(AUTH)}\n{base64url(AUTH)}", medium=Medium.PUSH)
    assert list(slips.waiting()) == []


def test_a_push_service_that_is_silent_is_let_be_for_the_rest_of_the_round(
    house: House, service: PushService
) -> None:
    join(house, service, *"abcde")
    service.next = [0] * 9
    house.outbox(Medium.PUSH).put(news())
    tasks.push_red()
    assert len(service.pushed) == 2  # no answer twice: the other three are not tried now
    assert sorted(Sending.objects.values_list("status", flat=True)) == ["queued"] * 3 + ["trying"] * 2


def test_no_redirect_is_followed(house: House, service: PushService) -> None:
    join(house, service, "a")
    service.next = [307]
    house.outbox(Medium.PUSH).put(news())
    tasks.push_red()
    assert service.pushed == []
    assert Sending.objects.get().last_error == "the push service answered 307"


def test_a_slow_push_service_keeps_nobody_waiting_who_is_written_to_in_another_way() -> None:
    lanes = {item.name: name for name, mine in in_lanes(discover()) for item in mine}
    for urgency in ("red", "due"):
        media = [lanes[f"lists.{verb}_{urgency}"] for verb in ("send", "text", "push")]
        assert len(set(media)) == 3  # a thread for each
    assert lanes["posts.deliver_due"] not in {lanes["lists.push_due"], lanes["lists.text_due"]}


def test_what_takes_minutes_has_a_thread_of_its_own() -> None:
    lanes = {item.name: name for name, mine in in_lanes(discover()) for item in mine}
    urgent, routine = lanes["posts.deliver_due"], lanes["records.seal_due"]
    assert lanes["posts.release_due"] == urgent
    assert lanes["posts.deliver_videos"] != urgent
    assert routine not in {lanes["assets.prepare_videos"], lanes["lists.read_mailbox"]}


def test_a_sweep_touches_its_own_medium_only(house: House, service: PushService, mail: MailServer) -> None:
    join(house, service, "a")
    house.opened()
    house.join(mail, "ada@harbour.example")
    message = news()
    house.outbox(Medium.PUSH).put(message)
    house.outbox().put(news())
    tasks.send_red()
    assert (len(mail.letters), len(service.pushed)) == (1, 0)
    tasks.push_red()
    assert (len(mail.letters), len(service.pushed)) == (1, 1)


def test_the_same_browser_twice_is_one_subscriber_with_its_newest_key(
    house: House, service: PushService
) -> None:
    join(house, service, "a")
    (browser,) = join(house, service, "a")
    house.outbox(Medium.PUSH).put(news())
    work()
    assert Subscriber.objects.count() == 1
    ((_path, _headers, body),) = service.pushed
    assert browser.open(body)["title"]
