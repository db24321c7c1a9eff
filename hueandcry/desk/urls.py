"""Every staff route on one page, grouped by room."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import (
    accounts,
    appeal_editor,
    appeal_pictures,
    appeals,
    appeals_public,
    health,
    home,
    look,
    me,
    passkeys,
    people,
    records,
    session,
    tip_keys,
    tip_locks,
    tips,
)

handler400 = "hueandcry.ui.errors.bad_request"
handler403 = "hueandcry.ui.errors.forbidden"
handler404 = "hueandcry.ui.errors.not_found"
handler500 = "hueandcry.ui.errors.fault"

urlpatterns = [
    path("", session.start),
    # Session
    path("desk/sign-in/", session.sign_in, name="sign-in"),
    path("desk/sign-in/passkey/", passkeys.sign_in, name="sign-in-passkey"),
    path("desk/sign-in/passkey/ask/", passkeys.ask_sign_in, name="sign-in-passkey-ask"),
    path("desk/sign-out/", session.sign_out, name="sign-out"),
    path("desk/agency/", session.switch_agency, name="switch-agency"),
    path("desk/join/<str:token>/", session.join, name="join"),
    path("desk/join/<str:token>/code.png", session.join_code, name="join-code"),
    # Me
    path("desk/me/", me.me, name="me"),
    path("desk/me/confirm/", me.confirm, name="me-confirm"),
    path("desk/me/confirm/ask/", passkeys.ask_confirm, name="me-confirm-ask"),
    path("desk/me/password/", me.password, name="me-password"),
    path("desk/me/codes/", me.codes, name="me-codes"),
    path("desk/me/passkeys/new/", me.new_passkey, name="me-passkey-new"),
    path("desk/me/passkeys/ask/", passkeys.ask_new, name="me-passkey-ask"),
    path("desk/me/passkeys/<int:passkey_id>/rename/", me.rename_passkey, name="me-passkey-rename"),
    path("desk/me/passkeys/<int:passkey_id>/remove/", me.remove_passkey, name="me-passkey-remove"),
    path("desk/me/sessions/end/", me.end_others, name="me-end-others"),
    path("desk/me/sessions/<int:sitting_id>/end/", me.end_sitting, name="me-end"),
    path("desk/me/keys/", me.single_keys, name="me-single-keys"),
    # Today
    path("desk/", home.today, name="today"),
    path("desk/find/", home.search, name="find"),
    path("desk/pulse/", home.pulse, name="pulse"),
    path("desk/round/", home.round_page, name="round"),
    path("desk/round/start/", home.round_start, name="round-start"),
    path("desk/round/next/", home.round_next, name="round-next"),
    path("desk/round/stop/", home.round_stop, name="round-stop"),
    path("desk/round/done/", home.round_forget, name="round-forget"),
    # Look
    path("desk/admin/look/", look.look, name="look"),
    path("desk/admin/look/preview/", look.preview, name="look-preview"),
    path("desk/theme/<slug:colour>.css", look.style, name="theme"),
    path("desk/theme/<slug:colour>.svg", look.sample, name="theme-sample"),
    # Appeals
    path("desk/appeals/", appeals.appeals, name="appeals"),
    path("desk/appeals/preview.css", appeal_editor.preview_style, name="appeal-preview-style"),
    path("desk/appeals/new/", appeal_editor.new, name="appeal-new"),
    path("desk/appeals/new/words/", appeal_editor.keep_new, name="appeal-new-words"),
    path("desk/appeals/new/words/discard/", appeal_editor.discard_new, name="appeal-new-discard"),
    path("desk/appeals/new/preview/", appeal_editor.preview_new, name="appeal-new-preview"),
    path("desk/appeals/new/networks/", appeal_editor.networks_new, name="appeal-new-networks"),
    path("desk/appeals/<slug:reference>/", appeals.appeal, name="appeal"),
    path("desk/appeals/<slug:reference>/edit/", appeal_editor.edit, name="appeal-edit"),
    path("desk/appeals/<slug:reference>/words/", appeal_editor.keep, name="appeal-words"),
    path("desk/appeals/<slug:reference>/words/discard/", appeal_editor.discard, name="appeal-discard"),
    path("desk/appeals/<slug:reference>/preview/", appeal_editor.preview_one, name="appeal-preview"),
    path("desk/appeals/<slug:reference>/networks/", appeal_editor.networks, name="appeal-networks"),
    path("desk/appeals/<slug:reference>/media/<str:name>", appeal_pictures.media, name="appeal-media"),
    path("desk/appeals/<slug:reference>/pictures/", appeal_pictures.add, name="appeal-add-picture"),
    path(
        "desk/appeals/<slug:reference>/pictures/order/", appeal_pictures.order, name="appeal-order-pictures"
    ),
    path(
        "desk/appeals/<slug:reference>/pictures/restore/<int:removed_id>/",
        appeal_pictures.restore,
        name="appeal-restore-picture",
    ),
    path(
        "desk/appeals/<slug:reference>/pictures/<int:picture_id>/",
        appeal_pictures.describe,
        name="appeal-describe-picture",
    ),
    path(
        "desk/appeals/<slug:reference>/pictures/<int:picture_id>/move/",
        appeal_pictures.move,
        name="appeal-move-picture",
    ),
    path(
        "desk/appeals/<slug:reference>/pictures/<int:picture_id>/remove/",
        appeal_pictures.remove,
        name="appeal-remove-picture",
    ),
    path("desk/appeals/<slug:reference>/submit/", appeals.submit, name="appeal-submit"),
    path("desk/appeals/<slug:reference>/take-back/", appeals.take_back, name="appeal-take-back"),
    path("desk/appeals/<slug:reference>/approve/", appeals.approve, name="appeal-approve"),
    path(
        "desk/appeals/<slug:reference>/approve/take-back/",
        appeals.take_back_approval,
        name="appeal-take-back-approval",
    ),
    path("desk/appeals/<slug:reference>/return/", appeals.send_back, name="appeal-return"),
    path("desk/appeals/<slug:reference>/publish/", appeals_public.publish, name="appeal-publish"),
    path("desk/appeals/<slug:reference>/results/", appeals_public.results, name="appeal-results"),
    path("desk/appeals/<slug:reference>/stop/", appeals_public.stop, name="appeal-stop"),
    path("desk/appeals/<slug:reference>/update/", appeals_public.update, name="appeal-update"),
    path(
        "desk/appeals/<slug:reference>/update/now/", appeals_public.update_at_once, name="appeal-update-now"
    ),
    path(
        "desk/appeals/<slug:reference>/lines/<int:update_id>/approve/",
        appeals_public.line_approve,
        name="appeal-line-approve",
    ),
    path(
        "desk/appeals/<slug:reference>/lines/<int:update_id>/return/",
        appeals_public.line_return,
        name="appeal-line-return",
    ),
    path(
        "desk/appeals/<slug:reference>/lines/<int:update_id>/take-back/",
        appeals_public.line_take_back,
        name="appeal-line-take-back",
    ),
    path(
        "desk/appeals/<slug:reference>/lines/<int:update_id>/seen/",
        appeals_public.line_seen,
        name="appeal-line-seen",
    ),
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
    path(
        "desk/appeals/<slug:reference>/deliveries/<int:delivery_id>/removed/",
        appeals_public.removed,
        name="appeal-removed",
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
    path("desk/tips/keys/", tip_keys.keys, name="tip-keys"),
    path("desk/tips/keys/new/", tip_keys.new_key, name="tip-key-new"),
    path("desk/tips/keys/sign/", tip_keys.sign, name="tip-key-sign"),
    path("desk/tips/keys/log/", tip_keys.log, name="tip-keylog"),
    path("desk/tips/keys/<int:key_id>/withdraw/", tip_keys.withdraw, name="tip-key-withdraw"),
    path("desk/tips/keys/<int:key_id>/lock/", tip_keys.lock, name="tip-key-lock"),
    path("desk/tips/keys/locks/<int:lock_id>/remove/", tip_locks.remove, name="tip-key-lock-remove"),
    path("desk/tips/keys/<int:key_id>/move/", tip_keys.to_move, name="tip-key-move"),
    path("desk/tips/<slug:number>/", tips.tips, name="tip"),
    path("desk/tips/<slug:number>/sealed/", tips.sealed, name="tip-sealed"),
    path("desk/tips/<slug:number>/line/", tips.line, name="tip-line"),
    path("desk/tips/<slug:number>/assign/", tips.assign, name="tip-assign"),
    path("desk/tips/<slug:number>/read/", tips.read, name="tip-read"),
    path("desk/tips/<slug:number>/reply/", tips.reply, name="tip-reply"),
    path("desk/tips/<slug:number>/rekey/", tip_keys.rekey, name="tip-rekey"),
    path("desk/tips/<slug:number>/share/", tips.share, name="tip-share"),
    path("desk/tips/<slug:number>/status/", tips.status, name="tip-status"),
    # Health
    path("desk/health/", health.health, name="health"),
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
    path("desk/record/seals/", records.seals, name="record-seals"),
    path("desk/record/check/", records.check, name="record-check"),
    path("desk/record/state/", records.state, name="record-state"),
    path("desk/record/export/", records.export, name="record-export"),
    path("desk/record/export/all/", records.exports, name="record-exports"),
    path("desk/record/export/<int:run_id>/bundle.zip", records.bundle, name="record-bundle"),
    path("desk/record/tips/", records.tips_record, name="tips-record"),
    path("desk/record/tips/seals/", records.tips_seals, name="tips-record-seals"),
    path("desk/record/tips/check/", records.tips_check, name="tips-record-check"),
    path("desk/record/tips/state/", records.tips_state, name="tips-record-state"),
    path("desk/record/tips/<int:entry_id>/", records.tips_entry, name="tips-record-entry"),
]
