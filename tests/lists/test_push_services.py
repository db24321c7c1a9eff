"""Which servers may be called as push services."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from hueandcry.lists.push_services import SERVICES, is_known


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://FCM.googleapis.com:443/fcm/send/abc",
    ],
)
def test_those_of_the_browsers_are(address: str) -> None:
    assert is_known(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://evilpush.apple.com/x",
        "https://.push.apple.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[fcm.googleapis.com/x",
        "https://fcm.googleapis.com:port/x",
        "wss://fcm.googleapis.com/x",
        "",
    ],
)
def test_nothing_else_is(address: str) -> None:
    assert not is_known(address)


def test_an_operator_may_add_some(settings: Settings) -> None:
    settings.HUE_PUSH_SERVICES = ["push.port-ellery.example", "*.far.example", "127.0.0.1:8099"]
    assert is_known("https://push.port-ellery.example/x")
    assert is_known("https://a.far.example/x")
    assert is_known("http://127.0.0.1:8099/x")  # kernel/http.py asks for HUE_ALLOW_PRIVATE too
    assert not is_known("http://push.port-ellery.example/x")
    assert not is_known("http://127.0.0.1:8098/x")


def test_each_says_where_it_was_read_and_when() -> None:
    assert all(item.source and item.browsers and item.read_on.year >= 2026 for item in SERVICES)
