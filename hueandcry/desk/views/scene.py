"""Posting from the scene: a page that opens without a network, the worker that keeps it, and where notes arrive."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hueandcry.channels.queries import channel_label
from hueandcry.desk import look
from hueandcry.desk.guard import DeskRequest, desk_view, open_view
from hueandcry.fieldnotes.actions import Brought, take_note
from hueandcry.fieldnotes.models import FieldNote
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Refusal
from hueandcry.posts import reading
from hueandcry.posts.content import Content
from hueandcry.posts.pictures import MOST
from hueandcry.ui import css
from hueandcry.ui.templatetags.ui import css_url, file_url, icon_url
from hueandcry.ui.theme import is_colour

HOUSE_COLOUR = "#13294b"
SCRIPTS = Path(__file__).parents[1] / "static/desk/scene"
ICONS = (192, 512)


@open_view
@require_safe
def scene(request: HttpRequest) -> HttpResponse:
    """The page itself: the same for everybody, nobody's words or names in it, so that a phone may keep it."""
    answer = render(request, "desk/scene/scene.html", {"kept_offline": settings.HUE_DESK_OFFLINE})
    answer.kept_by_phone = True  # type: ignore[attr-defined]
    return answer


@open_view
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker with the list of what it keeps; or one that takes itself away, where that is switched off."""
    text = _worker() if settings.HUE_DESK_OFFLINE else _script("gone.js")
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@desk_view(None)
@require_safe
def manifest(request: DeskRequest) -> HttpResponse:
    """What a phone needs to put the desk beside its other applications, under the agency's name."""
    colour = request.agency.brand_colour
    told = {
        "name": _("%s: desk") % request.agency.name,
        "short_name": request.agency.short_name,
        "id": reverse("scene"),
        "start_url": reverse("scene"),
        "scope": "/desk/",
        "display": "standalone",
        "theme_color": look.used_as(colour) if is_colour(colour) else HOUSE_COLOUR,
        "background_color": "#ffffff",
        "icons": [
            {
                "src": static(f"desk/scene/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in ICONS
            for purpose in ("any", "maskable")
        ],
        "shortcuts": [{"name": _("Today"), "url": reverse("today")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@desk_view(Permission.POST_DRAFT)
@require_safe
def known(request: DeskRequest) -> HttpResponse:
    """What the page needs of this person: a mark of who it is, their accounts, a token for the form."""
    last = set(reading.last_accounts(actor=request.actor))
    rows = reading.own_accounts(actor=request.actor)
    accounts = [
        {"id": row.pk, "label": row.label, "network": channel_label(row.channel), "chosen": row.pk in last}
        for row in sorted(rows, key=lambda row: (row.pk not in last, row.label.lower(), row.pk))
    ]
    told = {
        "owner": owner_of(request),
        "who": f"{request.person.name}, {request.agency.short_name}",
        "accounts": accounts,
        "token": get_token(request),
    }
    return JsonResponse(told)


@desk_view(Permission.POST_DRAFT)
@require_POST
def send(request: DeskRequest) -> HttpResponse:
    """Take one note in. The same one twice is one post; the answer says how it stands, or why it was not taken."""
    try:
        if request.POST.get("owner") != owner_of(request):
            raise Conflict(
                _("Somebody else wrote this, or it was written for another agency. It was not sent.")
            )
        note = take_note(
            key=request.POST.get("key", ""),
            content=_content(request),
            brought=_brought(request),
            wanted=request.POST.get("wanted", ""),
            by=request.actor,
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse(
        {
            "outcome": note.outcome,
            "said": str(FieldNote.Outcome(note.outcome).label),
            "sentence": note.sentence,
            "address": reverse("post", args=[note.post_id])
            if note.outcome in {FieldNote.Outcome.GOING, FieldNote.Outcome.HANDED_IN}
            else reverse("compose-edit", args=[note.post_id]),
        }
    )


def owner_of(request: DeskRequest) -> str:
    """A mark of the person and the agency they act for, of which nothing can be read."""
    said = f"{request.person.pk}:{request.agency.pk}"
    return salted_hmac("hueandcry.desk.scene", said, algorithm="sha256").hexdigest()[:32]


def _content(request: DeskRequest) -> Content:
    numbers = [item for item in request.POST.getlist("accounts") if item.isdecimal() and len(item) <= 15]  # noqa: PLR2004 - fits a column
    return Content(
        text=request.POST.get("text", ""),
        language=request.agency.languages[0] if request.agency.languages else "en",
        account_ids=tuple(int(item) for item in numbers),
    )


def _brought(request: DeskRequest) -> list[Brought]:
    alts, ours = request.POST.getlist("alt"), "ours" in request.POST
    return [
        Brought(file.read(), file.name or "", alts[place] if place < len(alts) else "", ours)
        for place, file in enumerate(request.FILES.getlist("picture")[: MOST + 1])  # one too many is refused
    ]


@cache
def _worker() -> str:
    """The worker with its version and its files before it. Another page, script or style is another version."""
    files = [
        reverse("scene"),
        css_url("desk"),
        icon_url("desk"),
        file_url("desk/scene/scene.js"),
        static("desk/scene/vault.js"),
    ]
    code = _script("worker.js")
    told: list[Any] = [code, files, css.sheet("desk").hash, get_template("desk/scene/scene.html").render({})]
    told += [_script(name) for name in ("scene.js", "vault.js")]
    version = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    return f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n{code}"


def _script(name: str) -> str:
    return (SCRIPTS / name).read_text(encoding="utf-8")
