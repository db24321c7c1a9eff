"""Every staff route on one page, grouped by room."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import accounts, appeals, appeals_public, home, people, records, session, tips

handler400 = "hueandcry.ui.errors.bad_request"
handler403 = "hueandcry.ui.errors.forbidden"
handler404 = "hueandcry.ui.errors.not_found"
handler500 = "hueandcry.ui.errors.fault"

urlpatterns = [
    path("", session.start),
    # Session
    path("desk/sign-in/", session.sign_in, name="sign-in"),
    path("desk/sign-out/", session.sign_out, name="sign-out"),
    path("desk/agency/", session.switch_agency, name="switch-agency"),
    path("desk/join/<str:token>/", session.join, name="join"),
    path("desk/join/<str:token>/code.png", session.join_code, name="join-code"),
    # Today
    path("desk/", home.today, name="today"),
    # Appeals
    path("desk/appeals/", appeals.appeals, name="appeals"),
    path("desk/appeals/new/", appeals.new, name="appeal-new"),
    path("desk/appeals/<slug:reference>/", appeals.appeal, name="appeal"),
    path("desk/appeals/<slug:reference>/edit/", appeals.edit, name="appeal-edit"),
    path("desk/appeals/<slug:reference>/media/<str:name>", appeals.media, name="appeal-media"),
    path("desk/appeals/<slug:reference>/pictures/", appeals.add_picture, name="appeal-add-picture"),
    path(
        "desk/appeals/<slug:reference>/pictures/<int:picture_id>/",
        appeals.describe_picture,
        name="appeal-describe-picture",
    ),
    path(
        "desk/appeals/<slug:reference>/pictures/<int:picture_id>/move/",
        appeals.move_picture,
        name="appeal-move-picture",
    ),
    path(
        "desk/appeals/<slug:reference>/pictures/<int:picture_id>/remove/",
        appeals.remove_picture,
        name="appeal-remove-picture",
    ),
    path("desk/appeals/<slug:reference>/submit/", appeals.submit, name="appeal-submit"),
    path("desk/appeals/<slug:reference>/approve/", appeals.approve, name="appeal-approve"),
    path("desk/appeals/<slug:reference>/return/", appeals.send_back, name="appeal-return"),
    path("desk/appeals/<slug:reference>/publish/", appeals_public.publish, name="appeal-publish"),
    path("desk/appeals/<slug:reference>/update/", appeals_public.update, name="appeal-update"),
    path("desk/appeals/<slug:reference>/resolve/", appeals_public.resolve, name="appeal-resolve"),
    path("desk/appeals/<slug:reference>/withdraw/", appeals_public.withdraw, name="appeal-withdraw"),
    path(
        "desk/appeals/<slug:reference>/deliveries/<int:delivery_id>/retry/",
        appeals_public.retry,
        name="appeal-retry",
    ),
    path(
        "desk/appeals/<slug:reference>/deliveries/<int:delivery_id>/settle/",
        appeals_public.settle,
        name="appeal-settle",
    ),
    # Accounts
    path("desk/accounts/", accounts.accounts, name="accounts"),
    path("desk/accounts/connect/<slug:channel>/", accounts.connect, name="account-connect"),
    path("desk/accounts/<int:account_id>/", accounts.account, name="account"),
    path("desk/accounts/<int:account_id>/credential/", accounts.rotate, name="account-rotate"),
    path("desk/accounts/<int:account_id>/suspend/", accounts.suspend, name="account-suspend"),
    path("desk/accounts/<int:account_id>/resume/", accounts.resume, name="account-resume"),
    path("desk/accounts/<int:account_id>/steward/", accounts.become_steward, name="account-steward"),
    # Tips
    path("desk/tips/", tips.tips, name="tips"),
    path("desk/tips/keys/", tips.keys, name="tip-keys"),
    path("desk/tips/keys/new/", tips.new_key, name="tip-key-new"),
    path("desk/tips/keys/<int:key_id>/retire/", tips.retire_key, name="tip-key-retire"),
    path("desk/tips/<slug:number>/", tips.tips, name="tip"),
    path("desk/tips/<slug:number>/sealed/", tips.sealed, name="tip-sealed"),
    path("desk/tips/<slug:number>/read/", tips.read, name="tip-read"),
    path("desk/tips/<slug:number>/reply/", tips.reply, name="tip-reply"),
    path("desk/tips/<slug:number>/share/", tips.share, name="tip-share"),
    path("desk/tips/<slug:number>/status/", tips.status, name="tip-status"),
    # People
    path("desk/people/", people.people, name="people"),
    path("desk/people/invite/", people.invite, name="people-invite"),
    path("desk/people/<int:person_id>/", people.person, name="person"),
    path("desk/people/<int:person_id>/give/", people.give_role, name="person-give-role"),
    path("desk/people/<int:person_id>/take/", people.take_role, name="person-take-role"),
    path("desk/people/<int:person_id>/reset/", people.reset, name="person-reset"),
    path("desk/people/<int:person_id>/end/", people.end, name="person-end"),
    # Record
    path("desk/record/", records.record, name="record"),
    path("desk/record/<int:entry_id>/", records.entry, name="record-entry"),
    path("desk/record/tips/", records.tips_record, name="tips-record"),
    path("desk/record/tips/<int:entry_id>/", records.tips_entry, name="tips-record-entry"),
]
