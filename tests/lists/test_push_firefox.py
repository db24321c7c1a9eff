"""Web push against a real browser: Firefox asks on our page, is sent a closed message, opens it and shows it.

Its push service is ours, on loopback (autopush.py), because its maker's is on the internet; all else is the browser's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from hueandcry.kernel import clock
from hueandcry.lists import tasks
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import Sending, Subscriber
from tests.lists.autopush import DELIVERED, PASSED_OVER, Autopush
from tests.lists.firefox import Firefox, FirefoxMissing, firefox
from tests.lists.helpers import House, news, work
from tests.lists.public_side import PublicSide

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SHOWN = """
const registration = await navigator.serviceWorker.getRegistration("/subscribe/push/");
const shown = await registration.getNotifications();
return shown.map((one) => [one.title, one.body, one.tag !== "", one.requireInteraction, one.data.link]);
"""
WORDS = [
    "Port Ellery Police URGENT: Harbour Bridge closed",
    "Harbour Bridge is closed.",
    True,
    True,
    "https://port-ellery.example/appeals/PE-1/",
]


@pytest.fixture
def push_service(settings: Settings) -> Iterator[Autopush]:
    service = Autopush()
    settings.HUE_ALLOW_PRIVATE = settings.HUE_PUSH_SERVICES = [service.address]
    settings.HUE_PUSH_CONTACT = "mailto:it@port-ellery.example"
    yield service
    service.stop()


@pytest.fixture
def side(house: House) -> Iterator[PublicSide]:
    type(house.agency).objects.filter(pk=house.agency.pk).update(public_host="localhost")
    server = PublicSide()
    yield server
    server.stop()


@pytest.fixture
def window(push_service: Autopush, side: PublicSide) -> Iterator[Firefox]:
    try:
        with firefox(push_service=push_service.address, meanwhile=side.answer_all) as found:
            yield found
    except FirefoxMissing as reason:
        if os.environ.get("HUE_TEST_NOTHING_SKIPPED") == "1":
            raise
        pytest.skip(str(reason))


def test_a_real_browser_joins_opens_what_is_meant_for_it_shows_it_once_and_leaves(
    house: House, push_service: Autopush, side: PublicSide, window: Firefox, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.opened(Medium.PUSH)
    page = f"http://localhost:{side.server_port}/subscribe/push/"

    window.go(page)
    window.click("Show me notifications")
    window.until(lambda: "This browser shows our messages" in window.text(), what="the browser did not join")
    assert tasks.take_slips() == 1
    assert Subscriber.objects.get().status == "active"
    assert len(push_service.keys) == 1

    push_service.next = ["drop_after"]  # the browser has it, and we do not know
    house.outbox(Medium.PUSH).put(news())
    work()
    assert Sending.objects.get().status == "trying"
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    push_service.next = ["twice"]  # and the push service repeats itself
    work()
    assert Sending.objects.get().status == "sent"
    window.go(page)
    window.until(lambda: len(push_service.codes()) >= 3 and window.run(SHOWN), what="nothing was shown")
    assert sorted(push_service.codes()) == [DELIVERED, DELIVERED, PASSED_OVER]  # opened; what came again, not
    assert window.run(SHOWN) == [WORDS]
    assert len(push_service.pushed) == 2

    offered = "return !document.getElementById('push-off').hidden"
    window.until(lambda: window.run(offered), what="leaving was not offered")
    window.click("No more notifications here")
    window.until(lambda: push_service.heard("unregister"), what="the browser did not leave")
    window.until(lambda: "You have left the list" in window.text(), what="it was not told so")
    tasks.take_slips()
    assert not Subscriber.objects.exists()
