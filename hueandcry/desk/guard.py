"""Who is at the desk, and what each route asks for.

`SignedIn` finds the person of the session and the agency they act for. `@desk_view(Permission.X)` marks
a view with what it asks for; `@open_view` marks the few that anybody may see. A view with neither mark
is never called, so a forgotten mark shuts a page instead of opening it. The decorator is courtesy: the
actions and queries check again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hueandcry.agencies import own, queries
from hueandcry.agencies.models import Agency, Membership, Person, Sitting
from hueandcry.desk import refusals
from hueandcry.desk.asked import Asked
from hueandcry.desk.notices import keep_undo
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound

PERSON, EPOCH, AGENCY, SITTING, PROVED = (
    "person",
    "epoch",
    "agency",
    "sitting",
    "proved",
)  # keys of the session
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of somebody signed in: `person`, the `agency` acted for, and the `actor` of both.

    asked: what the page has asked for that actor; shown_at: the page that an answer is a part of, if not its own.
    """

    person: Person
    agency: Agency
    actor: Actor
    agencies: list[Agency]
    sitting: Sitting
    desk_host: str
    asked: Asked
    shown_at: str


class SignedIn:
    """Sets person, agency and actor on the request, and lets no unmarked or unsigned request through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who it is, then pass on."""
        who_is_it(cast("DeskRequest", request))
        response = self.get_response(request)
        keep_undo(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Send strangers to the sign-in page, unless the view is marked open."""
        if getattr(view, "desk_open", False):
            return None
        if not hasattr(view, "desk_permission"):
            raise RuntimeError(f"{view.__module__}.{view.__name__} carries no permission")
        return None if hasattr(request, "actor") else to_sign_in(request)


def desk_view(
    permission: Permission | None,
) -> Callable[[Callable[Concatenate[DeskRequest, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a view with the permission it asks for; None means: anybody who is signed in.

    The view gets a DeskRequest. Without sign-in the answer is a redirect to the sign-in page, without
    the permission 403.
    """

    def mark(view: Callable[Concatenate[DeskRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not hasattr(request, "actor"):
                return to_sign_in(request)
            desk = cast("DeskRequest", request)
            if permission is not None:
                desk.actor.require(permission)
            return view(desk, *args, **kwargs)

        guarded.desk_permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def open_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that anybody may see: sign-in and the page of a one-time link. Listed in tests/guard."""
    view.desk_open = True  # type: ignore[attr-defined]
    return view


def who_is_it(request: DeskRequest) -> None:
    """Set person, agencies, agency and actor from the session, or none of them.

    A session ends when the person's sign-in was reset (epoch), when its sitting was ended or is over, or
    when their last role in the agency acted for ended. Only agencies of this host name count.
    """
    number = request.session.get(PERSON)
    person = queries.get_person(number) if number else None
    if person is None or request.session.get(EPOCH) != person.session_epoch:
        return
    sitting = queries.open_sitting(person_id=person.pk, sitting_id=request.session.get(SITTING) or 0)
    if sitting is None:
        return
    held = queries.memberships_of(person.pk)
    choices = _agencies_of(held, host=request.desk_host)
    wanted = request.session.get(AGENCY)
    agency = next((item for item in choices if item.pk == wanted), None)
    if agency is None:  # never slip into another agency: a form on the screen was meant for this one
        return
    own.touch_sitting(sitting)
    request.person, request.agencies, request.agency, request.sitting = person, choices, agency, sitting
    request.actor = queries.actor_of(person, held=held, agency_id=agency.pk)
    request.asked = Asked(request.actor)
    request.error_base = "desk/base.html"  # type: ignore[attr-defined]
    request.error_help = partial(refusals.more, request)  # type: ignore[attr-defined]


def agencies_here(*, person_id: int, host: str) -> list[Agency]:
    """The agencies under this desk's host name in which the person holds a role, forces first."""
    return _agencies_of(queries.memberships_of(person_id), host=host)


def _agencies_of(held: list[Membership], *, host: str) -> list[Agency]:
    return list({item.agency_id: item.agency for item in held if item.agency.desk_host == host}.values())


def begin_session(request: HttpRequest, person: Person, *, way: str = Sitting.Way.CODE) -> Agency:
    """Sign the person in: a fresh session under a fresh key. Raises NotFound if they hold no role here."""
    choices = agencies_here(person_id=person.pk, host=request.desk_host)  # type: ignore[attr-defined]
    if not choices:
        raise NotFound
    request.session.flush()
    request.session[PERSON] = person.pk
    request.session[EPOCH] = person.session_epoch
    request.session[AGENCY] = choices[0].pk
    sitting = own.begin_sitting(person=person, way=way, browser=browser_of(request))
    request.session[SITTING] = sitting.pk
    note_proof(request)
    return choices[0]


def note_proof(request: HttpRequest) -> None:
    """The person has just proved who they are (desk/fresh.py)."""
    request.session[PROVED] = int(clock.now().timestamp())


def browser_of(request: HttpRequest) -> str:
    """The browser in words, such as "Firefox on Windows", for the person's own list; no version."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS if mark in agent), _("Another browser"))
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


def switch_agency(request: DeskRequest, agency_id: int) -> None:
    """Act for another of one's agencies from now on. Raises NotFound if it is not one of them."""
    if agency_id not in {agency.pk for agency in request.agencies}:
        raise NotFound
    request.session[AGENCY] = agency_id


def wants_fragment(request: HttpRequest) -> bool:
    """True if the page's own script asks, which takes only a part of the answer (desk/js/shell/fragments.js)."""
    return request.headers.get("X-Fragment") == "1"


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect to the sign-in page, which leads back to the page asked for."""
    address = reverse("sign-in")
    if request.method in {"GET", "HEAD"}:
        return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
    return HttpResponseRedirect(address)


def own_path(path: str) -> str:
    """`path` if it is a path of this desk, else that of Today: a link never leads elsewhere."""
    if path.startswith("/desk/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return reverse("today")
