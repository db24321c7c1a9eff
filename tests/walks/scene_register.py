"""The register of the scene: stations, a rota, holders, a text for the pages, a table that waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hueandcry.agencies.models import Unit
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.channels import import_actions, profile, register_actions
from hueandcry.channels.check_actions import note_look, plan_checks
from hueandcry.channels.models import Account, ProfileCheck
from hueandcry.channels.profile_actions import write_template
from hueandcry.channels.proving import why_not
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from tests.factories_library import make_photograph

if TYPE_CHECKING:
    from tests.walks.scene import Scene

TABLE = b"""network,handle,name,kind,unit,steward
simulated,riverside,Riverside Station,station,harbour-station,
nowhere,airport,,station,moon,nobody@port-ellery.example
"""
Example = tuple[str, Callable[["Scene"], str]]


def furnish(*, by: Actor, checker: Actor, holder_id: int) -> None:
    """Units, facts, a rota, holders and the text of the pages."""
    station = add_unit(kind="station", name="Harbour Station", area="Quays and ferries", by=by)
    add_unit(kind="unit", name="Marine Unit", parent_id=station.pk, by=by)
    accounts = list(Account.objects.filter(agency_id=by.agency_id, channel="simulated").order_by("pk"))
    register_actions.change_account(
        account_id=accounts[-1].pk,
        unit_id=station.pk,
        face="Cst. Luis Amaro",
        title="Harbour steward",
        topics=["ferries", "quays"],
        goal="Tell the quays what is closed.",
        every_days=7,
        by=by,
    )
    register_actions.add_holder(account_id=accounts[-1].pk, person_id=holder_id, by=by)
    write_template(text=profile.default_template(), by=by)
    ProfileCheck.objects.update_or_create(
        account=accounts[-1],
        defaults={
            "agency_id": by.agency_id,
            "state": "drift",
            "shown": "Coffee and ferries.",
            "missing": ["whose", "emergency"],
            "links_back": False,
            "checked_at": clock.now(),
            "due_at": None,
        },
    )
    today = clock.now().date()
    plan_checks(account_ids=[row.pk for row in accounts], every_days=1, today=today, by=by)
    note_look(account_id=accounts[0].pk, outcome="note", note="Out of its lane.", today=today, by=checker)


def table_sent(scene: Scene) -> str:
    """The page of a table with a good and a bad line."""
    sent = import_actions.send_table(data=TABLE, by=scene.actor(scene.keeper, scene.programme.force))
    return f"/desk/accounts/table/{sent.pk}/"


def unit(_scene: Scene) -> str:
    """The page of a station."""
    return f"/desk/units/{Unit.objects.order_by('pk')[0].pk}/"


def opens_another(scene: Scene) -> str:
    """The connection of an account whose sign-in opens another one."""
    account = Account.objects.filter(agency=scene.programme.force, channel="simulated").order_by("pk")[0]
    found = {"unproved_at": clock.now(), "other_id": "77", "other_handle": "ellery-football"}
    Account.objects.filter(pk=account.pk).update(**found, status="needs_attention", problem="Not ours")
    account.refresh_from_db()
    Account.objects.filter(pk=account.pk).update(problem=why_not(account))
    return f"/desk/accounts/{account.pk}/?tab=connection"


def own_page(scene: Scene) -> str:
    """One's own public page, with a photograph."""
    if scene.pictured:
        make_photograph(scene.actor(scene.approver, scene.programme.force))
    return "/desk/me/page/"


EXAMPLES: dict[str, Example] = {
    "desk/accounts/hand-over/": ("keeper", lambda _s: "/desk/accounts/hand-over/"),
    "desk/accounts/profile/": ("keeper", lambda _s: "/desk/accounts/profile/"),
    "desk/accounts/table/": ("keeper", lambda _s: "/desk/accounts/table/"),
    "desk/accounts/table/<int:import_id>/": ("keeper", table_sent),
    "desk/checks/": ("approver", lambda _s: "/desk/checks/"),
    "desk/checks/plan/": ("keeper", lambda _s: "/desk/checks/plan/"),
    "desk/units/": ("keeper", lambda _s: "/desk/units/"),
    "desk/units/new/": ("keeper", lambda _s: "/desk/units/new/"),
    "desk/units/<int:unit_id>/": ("keeper", unit),
    "desk/me/page/": ("approver", own_page),
}
STATES: dict[str, Example] = {
    "accounts-narrowed": ("keeper", lambda _s: "/desk/accounts/?q=harbour&show=any"),
    "account-profile": ("keeper", lambda s: f"/desk/accounts/{s.account.pk}/?tab=profile"),
    "account-people": ("keeper", lambda s: f"/desk/accounts/{s.account.pk}/?tab=people"),
    "account-rules": ("keeper", lambda s: f"/desk/accounts/{s.account.pk}/?tab=rules"),
    "account-checks": ("keeper", lambda s: f"/desk/accounts/{s.account.pk}/?tab=checks"),
    "account-opens-another": ("keeper", opens_another),
    "account-connection": ("keeper", lambda s: f"/desk/accounts/{s.account.pk}/?tab=connection"),
}
NOT_PAGES = {
    "desk/me/page/media/<str:name>": "a picture",
    "desk/accounts/needs/accounts.csv": "a file",
    "desk/accounts/table/accounts.csv": "a file",
    "desk/accounts/table/template.csv": "a file",
}
