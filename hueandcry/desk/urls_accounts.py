"""Routes of the register: what accounts need, connecting, facts and people, profiles, tables, checks."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import account_needs, account_tables, accounts, checks, connect, register

PATHS = [
    # Accounts
    path("desk/accounts/", accounts.accounts, name="accounts"),
    path("desk/accounts/needs/", account_needs.needs, name="accounts-needs"),
    path("desk/accounts/needs/accounts.csv", account_needs.as_table, name="accounts-needs-table"),
    path("desk/accounts/connect/<slug:channel>/", accounts.connect, name="account-connect"),
    path("desk/connect/back/", connect.back, name="connect-back"),
    path("desk/connect/finish/", connect.finish, name="connect-finish"),
    path("desk/connect/<slug:channel>/", connect.begin, name="connect"),
    path("desk/accounts/<int:account_id>/connect/", connect.again, name="account-again"),
    path("desk/accounts/<int:account_id>/", accounts.account, name="account"),
    path("desk/accounts/<int:account_id>/credential/", accounts.rotate, name="account-rotate"),
    path("desk/accounts/<int:account_id>/suspend/", accounts.suspend, name="account-suspend"),
    path("desk/accounts/<int:account_id>/resume/", accounts.resume, name="account-resume"),
    path("desk/accounts/<int:account_id>/moved/", accounts.moved, name="account-moved"),
    path("desk/accounts/<int:account_id>/steward/", accounts.become_steward, name="account-steward"),
    path("desk/accounts/<int:account_id>/facts/", register.facts, name="account-facts"),
    path("desk/accounts/<int:account_id>/mode/", register.mode, name="account-mode"),
    path("desk/accounts/<int:account_id>/holders/", register.add_holder, name="account-holder-add"),
    path(
        "desk/accounts/<int:account_id>/holders/<int:person_id>/end/",
        register.end_holder,
        name="account-holder-end",
    ),
    path("desk/accounts/<int:account_id>/stewards/", register.appoint, name="account-appoint"),
    path("desk/accounts/<int:account_id>/retire/", register.retire, name="account-retire"),
    path("desk/accounts/<int:account_id>/profile/push/", register.push, name="profile-push"),
    path("desk/accounts/<int:account_id>/profile/there/", register.confirm, name="profile-confirm"),
    path("desk/accounts/hand-over/", register.hand_over, name="accounts-hand-over"),
    path("desk/accounts/profile/", register.template, name="profile-template"),
    path("desk/accounts/profile/push/", register.push_all, name="profile-push-all"),
    path("desk/accounts/table/", account_tables.send, name="account-table-send"),
    path("desk/accounts/table/accounts.csv", account_tables.export, name="accounts-export"),
    path("desk/accounts/table/template.csv", account_tables.template, name="accounts-template"),
    path("desk/accounts/table/<int:import_id>/", account_tables.look, name="account-table"),
    path("desk/accounts/table/<int:import_id>/in/", account_tables.bring_in, name="account-table-in"),
    path(
        "desk/accounts/table/<int:import_id>/discard/", account_tables.discard, name="account-table-discard"
    ),
    # Checks
    path("desk/checks/", checks.checks, name="checks"),
    path("desk/checks/plan/", checks.plan, name="checks-plan"),
    path("desk/checks/<int:account_id>/", checks.note, name="check-note"),
    path("desk/checks/<int:account_id>/end/", checks.end, name="check-end"),
]
