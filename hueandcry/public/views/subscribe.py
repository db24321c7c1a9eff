"""The lists' pages: join, say yes, leave; what the SMS gateway calls. No cookie, and a script on one page only."""

from __future__ import annotations

from html import escape
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hueandcry.kernel.errors import Invalid, Refusal, Unavailable
from hueandcry.lists import intake
from hueandcry.lists.choices import Level, Medium
from hueandcry.lists.slips import Purpose
from hueandcry.public import push_files
from hueandcry.public.forms.subscribe import AskForm, BrowserForm, ChoicesForm
from hueandcry.public.guard import PublicRequest
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
FIRST = [Level.RED.value, Level.AMBER.value]  # ticked at first


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form; then the same page for everybody, whether the address is known or not."""
    agency = _agency(request)
    offer = intake.offer(agency_id=agency)
    typed = [medium for medium in offer.media if medium != Medium.PUSH]
    by_browser = Medium.PUSH in offer.media
    if not typed:
        if by_browser and request.method != "POST":
            return _page(request, "public/subscribe_none.html", {"by_browser": True})
        raise _none_open()
    if request.method != "POST":
        begun = {"ticket": intake.new_ticket(), "levels": FIRST, "medium": typed[0].value}
        return _form(request, AskForm(initial=begun, media=typed, areas=offer.areas), by_browser=by_browser)
    form = AskForm(request.POST, media=typed, areas=offer.areas)
    if not form.is_valid():
        return _form(request, form, by_browser=by_browser, status=UNUSABLE)
    given = form.cleaned_data
    try:
        intake.ask(
            agency_id=agency,
            medium=given["medium"],
            address=given["address"],
            choices=intake.choices_of(form.chosen()),
            ticket=given["ticket"],
        )
    except Refusal as refusal:
        again = AskForm({**_typed(request), "ticket": intake.new_ticket()}, media=typed, areas=offer.areas)
        add_refusal(again, refusal)
        return _form(request, again, by_browser=by_browser, status=refusal.status)
    return _page(request, "public/subscribe_asked.html", {"by_text": given["medium"] == Medium.SMS})


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, since mail programs open links by themselves; then the yes is kept."""
    agency = _agency(request)
    if request.method == "POST":
        intake.confirm(agency_id=agency, token=token)
        return _page(request, "public/subscribe_done.html", {"joined": True})
    intake.look_at_link(agency_id=agency, token=token, purpose=Purpose.CONFIRM)
    return _page(request, "public/subscribe_link.html", {"joining": True})


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The same for leaving. Mail programs send the POST themselves, with one click (RFC 8058)."""
    agency = _agency(request)
    if request.method == "POST":
        intake.leave(agency_id=agency, token=token)
        return _page(request, "public/subscribe_done.html", {"joined": False})
    intake.look_at_link(agency_id=agency, token=token, purpose=Purpose.LEAVE)
    return _page(request, "public/subscribe_link.html", {"joining": False})


@require_http_methods(["GET", "HEAD", "POST"])
def push(request: HttpRequest) -> HttpResponse:
    """The page with the button that asks the browser; then its answer."""
    agency = _agency(request)
    offer = intake.offer(agency_id=agency)
    if Medium.PUSH not in offer.media:
        raise _none_open()
    if request.method != "POST":
        begun = {"ticket": intake.new_ticket(), "levels": FIRST}
        return _push_page(request, BrowserForm(initial=begun, areas=offer.areas))
    form = BrowserForm(request.POST, areas=offer.areas)
    if not form.is_valid():
        return _push_page(request, form, status=UNUSABLE)
    given = form.cleaned_data
    try:
        intake.ask(
            agency_id=agency,
            medium=Medium.PUSH,
            address=given["address"].replace("\r\n", "\n"),
            choices=intake.choices_of(form.chosen()),
            ticket=given["ticket"],
        )
    except Refusal as refusal:
        again = BrowserForm({**_typed(request), "ticket": intake.new_ticket()}, areas=offer.areas)
        add_refusal(again, refusal)
        return _push_page(request, again, status=refusal.status)
    return _page(request, "public/subscribe_done.html", {"joined": True, "by_browser": True})


@require_POST
def push_off(request: HttpRequest) -> HttpResponse:
    """The browser that asks leaves the list, by the form of our page."""
    agency = _agency(request)
    try:
        intake.leave_browser(
            agency_id=agency,
            endpoint=request.POST.get("endpoint", ""),
            ticket=request.POST.get("ticket", ""),
        )
    except Invalid as refusal:
        begun = {"ticket": intake.new_ticket(), "levels": FIRST}
        form = BrowserForm(initial=begun, areas=intake.offer(agency_id=agency).areas)
        return _push_page(request, form, said=refusal.sentence, status=refusal.status)
    return _page(request, "public/subscribe_done.html", {"joined": False})


@require_GET
def push_file(_request: HttpRequest, name: str) -> HttpResponse:
    """The script of the page, or the service worker that shows a notification."""
    answer = HttpResponse(push_files.read(name), content_type="text/javascript; charset=utf-8")
    answer.has_our_script = True  # type: ignore[attr-defined]  # a worker's own policy counts for what it calls
    return answer


@require_http_methods(["GET", "POST"])
def sms(request: HttpRequest, key: str) -> HttpResponse:
    """What somebody texted to our number, told by the gateway; the answer is texted back."""
    given = request.POST if request.method == "POST" else request.GET
    agency = cast("PublicRequest", request).agency
    answer = intake.hear(
        agency_id=agency.pk,
        agency_name=agency.short_name,
        phone=agency.phone,
        sender=given.get("From") or given.get("from", ""),
        text=given.get("Body") or given.get("text", ""),
        key=key,
    )
    if settings.HUE_SMS_GATEWAY == "twilio":
        told = f"<Message>{escape(answer)}</Message>" if answer else ""
        return HttpResponse(f"<Response>{told}</Response>", content_type="text/xml; charset=utf-8")
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a text, told by the gateway."""
    status = request.POST.get("MessageStatus") or request.GET.get("status", "")
    intake.report(agency_id=_agency(request), token=token, status=status)
    return HttpResponse("", content_type="text/plain; charset=utf-8")


def _agency(request: HttpRequest) -> int:
    return cast("PublicRequest", request).agency.pk


def _none_open() -> Unavailable:
    return Unavailable(_("Our lists are not open now. Our accounts and this site have the news."))


def _typed(request: HttpRequest) -> dict[str, object]:
    """The form as it was sent, its ticks too."""
    many = ("levels", "areas", "topics")
    return {name: request.POST.getlist(name) if name in many else request.POST[name] for name in request.POST}


def _form(request: HttpRequest, form: AskForm, *, by_browser: bool, status: int = 200) -> HttpResponse:
    return _page(request, "public/subscribe.html", {"form": form, "by_browser": by_browser}, status=status)


def _push_page(request: HttpRequest, form: ChoicesForm, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "key": push_files.key(), "said": said}
    answer = _page(request, "public/subscribe_push.html", context, status=status)
    answer.has_our_script = True  # type: ignore[attr-defined]  # public/guard.py lets it in
    return answer


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    agency = cast("PublicRequest", request).agency
    return render(request, template, {"agency": agency, "section": "subscribe", **context}, status=status)
