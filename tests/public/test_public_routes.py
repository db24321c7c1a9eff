"""The public door has these routes and no others."""

from __future__ import annotations

from hueandcry.public.urls import urlpatterns


def test_the_list_of_public_routes_is_a_decision() -> None:
    assert [str(route.pattern) for route in urlpatterns] == [
        "t/new/<slug:code>",
        "t/back",
        "t/talk",
        "t/leave",
        "accounts/verify/",
        "subscribe/",
        "subscribe/confirm/<str:token>/",
        "subscribe/leave/<str:token>/",
        "subscribe/push/",
        "subscribe/push/off/",
        "subscribe/push/<str:name>",
        "subscribe/sms/<str:key>/",
        "subscribe/report/<str:token>/",
    ]
