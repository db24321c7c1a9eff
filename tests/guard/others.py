"""Things of another agency, made for real, to be asked for by somebody who must not see them.

A route about a new kind of thing needs a maker here; without it tests/guard/test_routes.py fails.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.appeals.picture_actions import remove_picture
from hueandcry.appeals.queries import pictures_of
from hueandcry.appeals.update_actions import propose_update
from hueandcry.channels.actions import register_account
from hueandcry.kernel.ids import ref
from hueandcry.posts.queries import deliveries_about
from hueandcry.records import running
from hueandcry.records.actions import ask_for_export
from hueandcry.records.entry import Ledger, record
from hueandcry.tips.key_actions import add_key_lock
from hueandcry.tips.queries import my_keys
from tests.factories import make_actor, make_person, make_programme
from tests.factories_appeals import Team
from tests.helpers_tips import make_ready_programme, send


def _person(agency: Agency) -> dict[str, object]:
    return {"person_id": make_person(agency, Role.AUTHOR, name="Kit Roe").pk}


def _entry(agency: Agency) -> dict[str, object]:
    by = make_actor(agency, Role.AUTHOR, name="Kit Roe")
    with transaction.atomic():
        return {"entry_id": record(by=by, verb="appeal.edit", subject="appeal:1", body={"text": "theirs"})}


def _tips_entry(agency: Agency) -> dict[str, object]:
    by = make_actor(make_programme(agency=agency), Role.TIP_COORDINATOR, name="Kit Roe")
    with transaction.atomic(using="tips"):
        return {"entry_id": record(by=by, verb="tip.answer", subject="tip:1", ledger=Ledger.TIPS)}


def _export(agency: Agency) -> dict[str, object]:
    run = ask_for_export(by=make_actor(agency, Role.RECORD_KEEPER, name="Kit Roe"))
    while running.run_one():
        continue
    return {"run_id": run.pk}


def _account(agency: Agency) -> dict[str, object]:
    account = register_account(
        channel="simulated",
        handle="elsewhere",
        label="Elsewhere on the simulated network",
        server_url=f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}",
        secret={"secret": "a-secret-of-theirs"},
        by=make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe"),
    )
    return {"account_id": account.pk}


def _appeal(agency: Agency) -> dict[str, object]:
    return {"reference": Team(agency).draft().reference}


def _picture(agency: Agency) -> dict[str, object]:
    appeal = Team(agency).draft(pictures=1)
    (picture,) = pictures_of(appeal)
    name = picture.renditions[0].public_name
    return {"reference": appeal.reference, "picture_id": picture.id, "name": name}


def _removed_picture(agency: Agency) -> dict[str, object]:
    team = Team(agency)
    appeal = team.draft(pictures=1)
    (picture,) = pictures_of(appeal)
    removed = remove_picture(appeal_id=appeal.pk, picture_id=picture.id, by=team.author)
    return {"reference": appeal.reference, "removed_id": removed.pk}


def _line(agency: Agency) -> dict[str, object]:
    team = Team(agency)
    appeal = team.published()
    line = propose_update(appeal_id=appeal.pk, text="Theirs.", by=team.author)
    return {"reference": appeal.reference, "update_id": line.pk}


def _delivery(agency: Agency) -> dict[str, object]:
    _account(agency)
    team = Team(agency)
    appeal = team.published()
    (delivery,) = deliveries_about(subject=ref("appeal", appeal.pk), actor=team.author)
    return {"reference": appeal.reference, "delivery_id": delivery.id}


def _tip(_agency: Agency) -> dict[str, object]:
    tip, _filed = send(make_ready_programme(host="elsewhere.example"))
    return {"number": tip.number}


def _desk_key(_agency: Agency) -> dict[str, object]:
    return {"key_id": my_keys(actor=make_ready_programme(host="elsewhere.example").officer)[0].pk}


def _key_lock(_agency: Agency) -> dict[str, object]:
    programme = make_ready_programme(host="elsewhere.example")
    key = my_keys(actor=programme.officer)[0]
    lock = add_key_lock(key_id=key.pk, credential_id="one", wrapped=bytes(60), by=programme.officer)
    return {"lock_id": lock.pk}


# Beginning of the route → what makes the things it is about; the longest beginning that fits is taken.
MAKERS: dict[str, Callable[[Agency], dict[str, object]]] = {
    "desk/people/": _person,
    "desk/record/": _entry,
    "desk/record/export/": _export,
    "desk/record/tips/": _tips_entry,
    "desk/accounts/": _account,
    "desk/appeals/": _appeal,
    "desk/appeals/<slug:reference>/pictures/<": _picture,
    "desk/appeals/<slug:reference>/pictures/restore/": _removed_picture,
    "desk/appeals/<slug:reference>/lines/": _line,
    "desk/appeals/<slug:reference>/media/": _picture,
    "desk/appeals/<slug:reference>/deliveries/": _delivery,
    "desk/tips/": _tip,
    "desk/tips/keys/": _desk_key,
    "desk/tips/keys/locks/": _key_lock,
}

# What a whole request to a route carries, where an empty one is refused before anything is looked for.
BODIES: dict[str, dict[str, object]] = {
    "desk/tips/<slug:number>/read/": {"position": 1},
    "desk/tips/<slug:number>/reply/": {"sealed": "AAAA"},
    "desk/tips/<slug:number>/share/": {"wraps": {}},
    "desk/tips/<slug:number>/assign/": {"to": "person:1", "wraps": {}, "only": False},
    "desk/tips/<slug:number>/status/": {"status": "working"},
}
# The same for plain forms; {names} are filled in.
FORMS: dict[str, dict[str, str]] = {
    "desk/appeals/<slug:reference>/deliveries/<int:delivery_id>/settle/": {
        "delivery-{delivery_id}-landed": "no"
    },
}


def things_of(agency: Agency, route: str) -> dict[str, object]:
    """Values for every argument of a route, naming things of this agency (of tips: of a programme elsewhere)."""
    fitting = [start for start in MAKERS if route.startswith(start)]
    assert fitting, f"tests/guard/others.py has no maker for {route}"
    return MAKERS[max(fitting, key=len)](agency)
