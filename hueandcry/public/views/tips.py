"""The tip pages: send, come back, answer. No cookie, no script, no trace of who asked."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hueandcry.appeals import queries as appeals
from hueandcry.kernel.errors import Refusal, Unavailable
from hueandcry.public.forms.tips import BackForm, TalkForm, TipForm
from hueandcry.public.guard import PublicRequest, host_name
from hueandcry.tips import intake
from hueandcry.tips.envelope import Letter
from hueandcry.ui.fields import add_refusal

LONGEST_PLACE = 3  # digits of a picture's number


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The form, reached from an appeal (its landing code) or from nowhere ("start"); then number and code."""
    programme_id = _programme(request)
    landing = appeals.landing(code=code, host=host_name(request)) if code != "start" else None
    if request.method != "POST":
        if not intake.is_open(programme_id=programme_id):
            raise _not_open()
        begun = {"ticket": intake.new_ticket(), "who": _picture(request) if landing else ""}
        return _form_page(request, TipForm(initial=begun), landing)
    form = TipForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, landing, status=422)
    try:
        filed = intake.begin_tip(
            programme_id=programme_id,
            appeal_ref=landing.appeal_ref if landing else "",
            ticket=form.cleaned_data["ticket"],
            letter=form.letter(),
        )
    except Refusal as refusal:
        again = TipForm({**request.POST.dict(), "ticket": _fresh(form, refusal)})
        add_refusal(again, refusal)
        return _form_page(request, again, landing, status=refusal.status)
    return _page(request, "public/done.html", {"filed": filed})


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest) -> HttpResponse:
    """Number and code; then the dialogue."""
    programme_id = _programme(request)
    if request.method != "POST":
        return _page(request, "public/back.html", {"form": BackForm()})
    form = BackForm(request.POST)
    if not form.is_valid():
        return _page(request, "public/back.html", {"form": form}, status=422)
    given = form.cleaned_data
    try:
        dialogue = intake.return_to_dialogue(
            programme_id=programme_id, number=given["number"], code=given["code"]
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _page(request, "public/back.html", {"form": form}, status=refusal.status)
    return _talk_page(request, dialogue, form=TalkForm(initial={"text": given["text"]}))


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest) -> HttpResponse:
    """The dialogue again, with one more message or only reloaded. Without its pass it begins at /t/back."""
    programme_id = _programme(request)
    if request.method != "POST":
        return HttpResponseRedirect("/t/back")
    form = TalkForm(request.POST)
    talk_pass, text = request.POST.get("talk_pass", ""), request.POST.get("text", "")
    try:
        if "look" in request.POST or not form.is_valid():
            dialogue = intake.read_replies(programme_id=programme_id, talk_pass=talk_pass)
            again = TalkForm(initial={"text": text}) if "look" in request.POST else form
            return _talk_page(request, dialogue, form=again, status=200 if "look" in request.POST else 422)
        letter = Letter(form.cleaned_data["text"])
        try:
            dialogue = intake.send_message(programme_id=programme_id, talk_pass=talk_pass, letter=letter)
        except intake.FormTooOld:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
            dialogue = intake.read_replies(programme_id=programme_id, talk_pass=talk_pass)
            return _talk_page(request, dialogue, form=form, status=refusal.status)
    except intake.FormTooOld as refusal:  # also while the page is made again: what was typed is not lost
        return _back_with(request, text, refusal)
    return _talk_page(request, dialogue, form=TalkForm(), sent=True)


@require_GET
def leave(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """Away from here, to a page that anybody might be reading."""
    return HttpResponseRedirect(settings.HUE_LEAVE_URL)


def _programme(request: HttpRequest) -> int:
    """The programme that this host's tips go to. Raises Unavailable if there is none."""
    programme = cast("PublicRequest", request).programme
    if programme is None:
        raise _not_open()
    return programme.pk


def _picture(request: HttpRequest) -> str:
    """Whom the tip is about, if the form was reached from a picture's own link ("?picture=3"); else ""."""
    place = request.GET.get("picture", "")
    known = place.isascii() and place.isdigit() and len(place) <= LONGEST_PLACE
    return _("The person in picture %d") % int(place) if known else ""


def _not_open() -> Unavailable:
    return Unavailable(_("This form is not open yet. Please telephone us."))


def _fresh(form: TipForm, refusal: Refusal) -> str:
    """A new ticket for a form whose own was refused; otherwise the same, so that nothing is filed twice."""
    return intake.new_ticket() if isinstance(refusal, intake.FormTooOld) else str(form.cleaned_data["ticket"])


def _form_page(
    request: HttpRequest, form: TipForm, landing: appeals.Landing | None, *, status: int = 200
) -> HttpResponse:
    return _page(request, "public/new.html", {"form": form, "landing": landing}, status=status)


def _back_with(request: HttpRequest, text: str, refusal: Refusal) -> HttpResponse:
    """The page that asks for number and code again, with the text that was not sent."""
    form = BackForm(initial={"text": text})
    context = {"form": form, "sentence": refusal.sentence}
    return _page(request, "public/back.html", context, status=refusal.status)


def _talk_page(
    request: HttpRequest, dialogue: intake.Dialogue, *, form: TalkForm, sent: bool = False, status: int = 200
) -> HttpResponse:
    zone = ZoneInfo(cast("PublicRequest", request).agency.time_zone)
    turns = [(turn, turn.hour.astimezone(zone).date()) for turn in dialogue.turns]  # the day, not the hour
    context = {"form": form, "dialogue": dialogue, "turns": turns, "sent": sent}
    return _page(request, "public/talk.html", context, status=status)


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    public = cast("PublicRequest", request)
    frame = {"agency": public.agency, "programme": public.programme}
    return render(request, template, {**frame, **context}, status=status)
