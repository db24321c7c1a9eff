"""One's own public page: written, shown and taken down by oneself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.units import units
from hueandcry.channels import queries, voice_actions
from hueandcry.desk import notices
from hueandcry.desk.forms.register import OwnPageForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "own-page-shown": _lazy("Your page is public within a minute."),
        "own-page-kept": _lazy("Kept. Nobody outside sees it."),
        "own-page-hidden": _lazy("Your page is no longer public."),
    }
)


@desk_view(Permission.POST_READ)
def own_page(request: DeskRequest) -> HttpResponse:
    """What it says, and whether anybody sees it."""
    voice = queries.own_page(actor=request.actor)
    initial = {}
    if voice is not None:
        initial = {name: getattr(voice, name) for name in ("title", "about", "reach")}
        initial["unit"] = voice.unit_id or ""
    form = OwnPageForm(request.POST or None, units=units(actor=request.actor), initial=initial)
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
    address = public_url(request.agency, f"/people/{voice.slug}/") if voice and voice.shown_at else ""
    context = {"form": form, "voice": voice, "address": address}
    return render(request, "desk/me/page.html", context, status=UNUSABLE if form.is_bound else 200)


@desk_view(Permission.POST_READ)
@require_POST
def hide(request: DeskRequest) -> HttpResponse:
    """Take it down."""
    voice_actions.hide_page(person_id=request.person.pk, by=request.actor)
    return notices.redirect_saying(reverse("own-page"), "own-page-hidden")
