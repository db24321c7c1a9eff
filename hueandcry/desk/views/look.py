"""The agency's look: its colour and the words in place of its logo, with a preview as it is chosen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import actions
from hueandcry.desk import notices
from hueandcry.desk.forms.look import HOUSE, LookForm
from hueandcry.desk.guard import DeskRequest, desk_view, open_view, wants_fragment
from hueandcry.desk.look import used_as
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.ui import theme
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add({"look-saved": gettext_lazy("Saved. The desk shows it now, the public site within a minute.")})


@desk_view(Permission.AGENCY_MANAGE)
def look(request: DeskRequest) -> HttpResponse:
    """Choose colour and words; saving shows them everywhere."""
    before = {
        "brand_colour": request.agency.brand_colour or HOUSE,
        "logo_text": request.agency.logo_text,
        "own_colour": bool(request.agency.brand_colour),
    }
    form = LookForm(request.POST or None, initial=before)
    if form.is_valid():
        try:
            actions.set_look(**form.chosen(), by=request.actor)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("look"), "look-saved")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/look/look.html", {"form": form, **_shown(request, form)}, status=status)


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def preview(request: DeskRequest) -> HttpResponse:
    """The preview of what is typed now; nothing is kept. Without a script, the page with it."""
    form = LookForm(request.POST)
    form.is_valid()
    page = "desk/look/_preview.html" if wants_fragment(request) else "desk/look/look.html"
    return render(request, page, {"form": form, **_shown(request, form)})


@open_view
@require_safe
def style(_request: HttpRequest, colour: str) -> HttpResponse:
    """The style rules of a colour. The same for everybody and for ever, and nobody's secret."""
    rules = theme.rules(f"#{colour}")
    if not rules:
        return HttpResponseNotFound()
    answer = HttpResponse(rules, content_type="text/css; charset=utf-8")
    answer.may_be_kept = True  # type: ignore[attr-defined]
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@open_view
@require_safe
def sample(_request: HttpRequest, colour: str) -> HttpResponse:
    """A small drawing of bar and button in a colour, in the light and in the dark: pages carry no inline style."""
    if not theme.is_colour(f"#{colour}"):
        return HttpResponseNotFound()
    text = _drawing(f"#{colour}")
    answer = HttpResponse(text, content_type="image/svg+xml")
    answer.may_be_kept = True  # type: ignore[attr-defined]
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _shown(request: DeskRequest, form: LookForm) -> dict[str, Any]:
    data = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else form.initial
    chosen = str(data.get("brand_colour") or HOUSE).lower()
    if not data.get("own_colour") or not theme.is_colour(chosen):
        chosen = HOUSE
    used = used_as(chosen)
    return {
        "colour": chosen.removeprefix("#"),
        "words": " ".join(str(data.get("logo_text") or "").split()) or request.agency.name,
        "ratio": f"{theme.contrast(used, '#ffffff'):.1f}",
        "moved": _(
            "White text on %(chosen)s cannot be read well enough (%(ratio)s to 1). It is darkened to %(used)s."
        )
        % {"chosen": chosen, "ratio": f"{theme.contrast(chosen, '#ffffff'):.1f}", "used": used}
        if used != chosen
        else "",
    }


def _drawing(colour: str) -> str:
    """Two panels of 240 by 120: bar, line of text, button. Only colours that were checked go in."""
    light, dark = theme.values(colour)
    panels = [
        (0, light, "#ffffff", "#14181d", "#ffffff", "#ffffff"),
        (240, dark, "#11161b", "#e6eaee", "#e6eaee", "#0b1420"),
    ]
    parts = [
        f'<g transform="translate({left})"><rect width="240" height="120" fill="{ground}"/>'
        f'<rect width="240" height="30" fill="{values["hc-bar"]}"/><rect x="12" y="11" width="90" height="8" rx="4" fill="{bar_text}"/>'
        f'<rect x="12" y="46" width="150" height="9" rx="4" fill="{text}"/><rect x="12" y="63" width="200" height="6" rx="3" fill="{text}" opacity=".5"/>'
        f'<rect x="12" y="82" width="96" height="26" rx="5" fill="{values["hc-button"]}"/><rect x="26" y="92" width="68" height="6" rx="3" fill="{button_text}"/></g>'
        for left, values, ground, text, bar_text, button_text in panels
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 120" width="480" height="120">{"".join(parts)}</svg>'
