"""One's own public page and photograph: written, shown and taken down by oneself."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.units import units
from hueandcry.assets import photographs
from hueandcry.assets.photograph_actions import put_photograph
from hueandcry.channels import queries, voice_actions
from hueandcry.desk import notices
from hueandcry.desk.forms.register import OwnPageForm, PhotographForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.publicsite.actions import take_back_photograph
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "own-page-shown": _lazy("Your page is public within a minute."),
        "own-page-kept": _lazy("Kept. Nobody outside sees it."),
        "own-page-hidden": _lazy("Your page is no longer public."),
        "photograph-put": _lazy("Your photograph is here. It is public within a minute, if your page is."),
        "photograph-back": _lazy("Your photograph is gone from every page, and its files are erased."),
        "photograph-soon": _lazy(
            "Taken back. The public pages follow within a minute; its files are erased."
        ),
    }
)


@desk_view(Permission.POST_READ)
def own_page(request: DeskRequest) -> HttpResponse:
    """What it says, and whether anybody sees it."""
    form = _form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, shown = form.cleaned_data, "show" in request.POST
        try:
            voice_actions.write_own_page(
                title=given["title"],
                about=given["about"],
                reach=given["reach"],
                unit_id=given["unit"],
                shown=shown,
                by=request.actor,
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            said = "own-page-shown" if shown else "own-page-kept"
            return notices.redirect_saying(reverse("own-page"), said)
    return _page(request, form)


def _page(request: DeskRequest, form: OwnPageForm, picturing: PhotographForm | None = None) -> HttpResponse:
    voice = queries.own_page(actor=request.actor)
    mine = photographs.own_photograph(actor=request.actor)
    context = {
        "form": form,
        "picturing": picturing or PhotographForm(prefix="photo"),
        "photograph": mine.shown(large=True) if mine else None,
        "voice": voice,
        "address": public_url(request.agency, f"/people/{voice.slug}/") if voice and voice.shown_at else "",
    }
    wrong = form.is_bound or picturing is not None
    return render(request, "desk/me/page.html", context, status=UNUSABLE if wrong else 200)


def _form(request: DeskRequest, given: QueryDict | None = None) -> OwnPageForm:
    """What the page says now, or what was typed."""
    voice = queries.own_page(actor=request.actor)
    initial = {}
    if voice is not None:
        initial = {name: getattr(voice, name) for name in ("title", "about", "reach")}
        initial["unit"] = voice.unit_id or ""
    return OwnPageForm(given, units=units(actor=request.actor), initial=initial)


@desk_view(Permission.POST_READ)
@require_POST
def photograph(request: DeskRequest) -> HttpResponse:
    """Put one's own photograph up, or take it back."""
    if "back" in request.POST:
        shown = take_back_photograph(by=request.actor)
        word = "photograph-back" if shown.done else "photograph-soon"
        return notices.redirect_saying(reverse("own-page"), word)
    form = PhotographForm(request.POST, request.FILES, prefix="photo")
    if form.is_valid():
        given = form.cleaned_data
        try:
            put_photograph(
                data=given["picture"].read(),
                alt=given["alt"],
                taken_by=given["taken_by"],
                place=given["place"],
                agreed=given["agreed"],
                by=request.actor,
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("own-page"), "photograph-put")
    return _page(request, _form(request), form)


@desk_view(Permission.POST_READ)
@require_safe
def media(request: DeskRequest, name: str) -> HttpResponse:
    """A copy of one's own photograph."""
    copy = photographs.own_copy(actor=request.actor, name=name)
    return HttpResponse(blobs.read(copy.digest), content_type=f"image/{copy.format}")


@desk_view(Permission.POST_READ)
@require_POST
def hide(request: DeskRequest) -> HttpResponse:
    """Take it down."""
    voice_actions.hide_page(person_id=request.person.pk, by=request.actor)
    return notices.redirect_saying(reverse("own-page"), "own-page-hidden")
