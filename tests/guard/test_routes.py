"""The route tables: who may go where, found by trying every route."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import KINDS, PERMISSIONS, Role
from hueandcry.desk import urls as desk
from hueandcry.kernel.actor import Permission
from tests.desk_client import at_desk, stranger
from tests.factories import make_agency, make_person, make_programme
from tests.guard.others import BODIES, FORMS, things_of

pytestmark = pytest.mark.django_db(databases=["default", "tips"])

OPEN = {
    "": "leads to Today, which asks",
    "desk/sign-in/": "where one signs in",
    "desk/sign-in/passkey/": "the same with a passkey",
    "desk/sign-in/passkey/ask/": "the question to the passkey, the same for everybody",
    "desk/join/<str:token>/": "the one-time link is the right",
    "desk/join/<str:token>/code.png": "part of that page",
    "desk/connect/back/": "where a network sends the browser, which brings no cookie; shows nothing, leads on",
    "desk/scene/": "the same empty page for everybody; a phone keeps it, so nobody's words may be in it",
    "desk/scene/worker.js": "what keeps that page; no more secret than its script",
    "desk/theme/<slug:colour>.css": "the style rules of a colour, the same for everybody",
    "desk/theme/<slug:colour>.svg": "a drawing in a colour, the same for everybody",
}
ANYBODY_SIGNED_IN = {
    "desk/": "Today shows each only what they may see",
    "desk/find/": "finds only what they may open",
    "desk/pulse/": "the frame that every page shows them",
    "desk/round/": "one's own round, kept in one's session",
    "desk/round/start/": "one's own",
    "desk/round/next/": "one's own",
    "desk/round/stop/": "one's own",
    "desk/round/done/": "one's own",
    "desk/sign-out/": "everybody may leave",
    "desk/app.webmanifest": "the name of the agency they act for",
    "desk/agency/": "only to one's own agencies",
    "desk/me/": "one's own sign-in, nobody else's",
    "desk/me/confirm/": "one's own",
    "desk/me/confirm/ask/": "one's own",
    "desk/me/password/": "one's own",
    "desk/me/codes/": "one's own",
    "desk/me/passkeys/new/": "one's own",
    "desk/me/passkeys/ask/": "one's own",
    "desk/me/passkeys/<int:passkey_id>/rename/": "one's own (tests/desk/test_me.py asks for another's)",
    "desk/me/passkeys/<int:passkey_id>/remove/": "one's own (tests/desk/test_me.py asks for another's)",
    "desk/me/sessions/end/": "one's own",
    "desk/me/sessions/<int:sitting_id>/end/": "one's own (tests/desk/test_me.py asks for another's)",
    "desk/me/keys/": "one's own",
    "desk/rules/paused/": "the strip that every page shows: what is paused and concerns them",
    "desk/training/<int:person_id>/": "one's own; of others for who records training (tests/desk/test_rules.py asks)",
}
NOT_A_THING = {
    "desk/lists/<slug:medium>/": "names a kind of list, the same for every agency",
    "desk/lists/<slug:medium>/open/": "the same",
    "desk/lists/<slug:medium>/close/": "the same",
    "desk/lists/<slug:medium>/add/": "the same",
    "desk/lists/<slug:medium>/export/": "the same",
    "desk/accounts/connect/<slug:channel>/": "names a kind of network, the same for every agency",
    "desk/connect/<slug:channel>/": "the same",
}
PUBLIC = {
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
}

Route = tuple[str, Callable[..., Any]]


def routes(urlconf: Any) -> list[Route]:
    """Every route of a flat URL list. Raises AssertionError if one is nested: all stand on one page."""
    assert all(isinstance(pattern, URLPattern) for pattern in urlconf.urlpatterns)
    return [(str(pattern.pattern), pattern.callback) for pattern in urlconf.urlpatterns]


GUARDED = [(route, view) for route, view in routes(desk) if route not in OPEN]
WITH_PERMISSION = [(r, v.desk_permission) for r, v in GUARDED if getattr(v, "desk_permission", None)]
WITH_THINGS = [
    (route, permission) for route, permission in WITH_PERMISSION if "<" in route and route not in NOT_A_THING
]


def arguments(route: str) -> list[str]:
    """The names of the things a route is about: ["person_id"]."""
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def address(route: str, values: dict[str, object]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)


def somebody(permission: Permission, *, holds: bool) -> tuple[Person, Agency]:
    """A person with the permission (or without it) in an agency where it could be held, and that agency."""
    for role in Role:
        if (permission in PERMISSIONS[role]) is holds:
            agency = make_agency(name="Far Point Police")
            if "agency" not in KINDS[role]:
                agency = make_programme(agency=agency, name="Far Point Tips")
            return make_person(agency, role, name="Pat Doe"), agency
    raise AssertionError(permission)


def ask(client: Client, route: str, values: dict[str, object]) -> int:
    """The status of a page, or of a form sent to it where it only takes forms."""
    path = address(route, values)
    status = client.get(path).status_code
    if status != 405:
        return status
    if route in BODIES:
        return client.post(path, BODIES[route], content_type="application/json").status_code
    form = {name.format(**values): value for name, value in FORMS.get(route, {}).items()}
    return client.post(path, form).status_code


def test_every_desk_route_carries_a_permission_or_is_listed() -> None:
    bare = {route for route, view in GUARDED if getattr(view, "desk_permission", None) is None}
    assert bare == set(ANYBODY_SIGNED_IN)
    assert {route for route, view in routes(desk) if getattr(view, "desk_open", False)} == set(OPEN)
    assert all(hasattr(view, "desk_permission") for _route, view in GUARDED)


@pytest.mark.parametrize("route", [route for route, _view in GUARDED])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_sign_in_every_route_leads_to_the_sign_in_page(route: str, method: str) -> None:
    make_agency()
    client = stranger()
    path = address(route, dict.fromkeys(arguments(route), "1"))
    answer = getattr(client, method)(path)
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0] == "/desk/sign-in/"


@pytest.mark.parametrize(("route", "permission"), WITH_PERMISSION)
def test_without_the_permission_the_answer_is_403(route: str, permission: Permission) -> None:
    person, agency = somebody(permission, holds=False)
    client = at_desk(person, agency=agency)
    path = address(route, dict.fromkeys(arguments(route), "1"))
    assert client.get(path).status_code == 403
    assert client.post(path).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(("route", "permission"), WITH_THINGS)
def test_another_agencys_things_are_404(route: str, permission: Permission) -> None:
    person, agency = somebody(permission, holds=True)
    theirs = things_of(make_agency(name="Elsewhere Police", reference_prefix="EW"), route)
    assert arguments_fit(route, theirs)
    assert ask(at_desk(person, agency=agency), route, theirs) == 404


@pytest.mark.slow
@pytest.mark.parametrize(("route", "permission"), [item for item in WITH_THINGS if item[0].count("<") > 1])
def test_a_thing_of_ones_own_does_not_open_a_part_of_another_agencys(
    route: str, permission: Permission
) -> None:
    person, agency = somebody(permission, holds=True)
    ours = things_of(agency, route)
    theirs = things_of(make_agency(name="Elsewhere Police", reference_prefix="EW"), route)
    client = at_desk(person, agency=agency)
    mixed = {**theirs, arguments(route)[0]: ours[arguments(route)[0]]}
    assert ask(client, route, mixed) == 404


def arguments_fit(route: str, values: dict[str, object]) -> bool:
    return set(arguments(route)) <= values.keys()


def test_the_public_route_table_holds_only_what_is_listed() -> None:
    public = import_module("hueandcry.public.urls")
    assert {route for route, _view in routes(public)} == PUBLIC
    assert not any("desk" in view.__module__ for _route, view in routes(public))
