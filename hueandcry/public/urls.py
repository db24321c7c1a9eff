"""Every public route on one page. The list is also in tests/public/test_public_routes.py: a new one is a decision."""

from __future__ import annotations

from django.urls import path

from hueandcry.public.views import accounts, subscribe, tips

handler400 = "hueandcry.ui.errors.bad_request"
handler403 = "hueandcry.ui.errors.forbidden"
handler404 = "hueandcry.ui.errors.not_found"
handler500 = "hueandcry.ui.errors.fault"

urlpatterns = [
    path("t/new/<slug:code>", tips.new, name="tip-new"),
    path("t/back", tips.back, name="tip-back"),
    path("t/talk", tips.talk, name="tip-talk"),
    path("t/leave", tips.leave, name="tip-leave"),
    path("accounts/verify/", accounts.verify, name="account-verify"),
    path("subscribe/", subscribe.ask, name="subscribe"),
    path("subscribe/confirm/<str:token>/", subscribe.confirm, name="subscribe-confirm"),
    path("subscribe/leave/<str:token>/", subscribe.leave, name="subscribe-leave"),
    path("subscribe/push/", subscribe.push, name="subscribe-push"),
    path("subscribe/push/off/", subscribe.push_off, name="subscribe-push-off"),
    path("subscribe/push/<str:name>", subscribe.push_file, name="subscribe-push-file"),
    path("subscribe/sms/<str:key>/", subscribe.sms, name="subscribe-sms"),
    path("subscribe/report/<str:token>/", subscribe.report, name="subscribe-report"),
]
