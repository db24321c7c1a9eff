"""The page "Keys": whose keys tips are sealed to, made and approved in the officers' browsers."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.desk import notices
from hueandcry.desk.forms.tips import NewKeyForm
from hueandcry.desk.fresh import fresh_sign_in
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.key_locks import lock_page
from hueandcry.desk.page_data import for_script, raw, sent, unreadable, value
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Refusal
from hueandcry.tips import actions, key_actions, key_queries, queries
from hueandcry.tips.actions import NewPair
from hueandcry.tips.key_queries import DRILL_DAYS, KeysPage, Told
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
REASONS = {
    "replaced": _lazy("another key takes its place"),
    "left": _lazy("its holder has left"),
    "lost": _lazy("it may be in the wrong hands"),
    "retired": _lazy("it is no longer used"),
}
notices.add(
    {
        "key-made": _lazy("Your key is made. A colleague must approve it before it opens anything."),
        "key-approved": _lazy("Approved. New tips are sealed to this key too."),
        "key-removed": _lazy(
            "Taken out. No new tip is sealed to this key, and it opens none of the old ones here."
        ),
        "key-withdrawn": _lazy("Your request is withdrawn."),
        "tips-moved": _lazy("Your new key opens them now. You can take the old key out of use."),
    }
)


@desk_view(Permission.TIP_KEYS)
@require_safe
def keys(request: DeskRequest) -> HttpResponse:
    """The keys of the programme, what waits for somebody, and a form to make one's own."""
    return _page(request, NewKeyForm())


@desk_view(Permission.TIP_KEYS)
@require_POST
def new_key(request: DeskRequest) -> HttpResponse:
    """Keep the key that the browser has made, waiting for a colleague."""
    form = NewKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=UNUSABLE)
    given = form.cleaned_data
    try:
        key_actions.register_desk_key(
            public_key=raw(given["public_key"]),
            signing_public=raw(given["signing_public"]),
            wrapped_private=raw(given["wrapped_private"]),
            label=given["label"],
            by=request.actor,
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _page(request, form, status=refusal.status)
    return notices.redirect_saying(reverse("tip-keys"), "key-made")


@desk_view(Permission.TIP_KEYS)
@fresh_sign_in()
@require_POST
def sign(request: DeskRequest) -> HttpResponse:
    """A statement that the browser has signed: a colleague's key approved, or a key taken out."""
    body, signature = (raw(request.POST.get(name, "")) for name in ("body", "signature"))
    key = key_actions.add_statement(body=body, signature=signature, by=request.actor)
    word = "key-approved" if key.status == key.Status.ACTIVE else "key-removed"
    return notices.redirect_saying(reverse("tip-keys"), word)


@desk_view(Permission.TIP_KEYS)
@require_POST
def withdraw(request: DeskRequest, key_id: int) -> HttpResponse:
    """Give up one's own key that nobody has approved yet."""
    key_actions.withdraw_desk_key(key_id=key_id, by=request.actor)
    return notices.redirect_saying(reverse("tip-keys"), "key-withdrawn")


@desk_view(Permission.TIP_READ)
@require_safe
def log(request: DeskRequest) -> HttpResponse:
    """The key log, for the browser to verify by itself."""
    return JsonResponse(key_queries.public_log(actor=request.actor))


@desk_view(Permission.TIP_KEYS)
@require_POST
@for_script
def lock(request: DeskRequest, key_id: int) -> HttpResponse:
    """One more way to unlock one's own key: closed by the browser under what a passkey gives."""
    queries.get_desk_key(actor=request.actor, key_id=key_id)
    credential, wrapped = value(request, "credential_id", str), raw(value(request, "wrapped", str))
    key_actions.add_key_lock(key_id=key_id, credential_id=credential, wrapped=wrapped, by=request.actor)
    return JsonResponse({})


@desk_view(Permission.TIP_KEYS)
@require_safe
@for_script
def to_move(request: DeskRequest, key_id: int) -> HttpResponse:
    """The next tips that this key opens and the one named by ?to= does not, for the browser to close for that."""
    old = queries.get_desk_key(actor=request.actor, key_id=key_id)
    target = request.GET.get("to", "")[:9]
    new = queries.get_desk_key(actor=request.actor, key_id=int(target) if target.isdecimal() else 0)
    tips = queries.tips_to_move(actor=request.actor, old=old, new=new)
    left = queries.left_to_move(old=old.fingerprint, new=new.fingerprint)
    return JsonResponse({"tips": tips, "left": left})


@desk_view(Permission.TIP_KEYS)
@require_POST
@for_script
def rekey(request: DeskRequest, number: str) -> HttpResponse:
    """A new key pair for a tip that somebody who has left could open, made by the browser."""
    queries.get_tip(actor=request.actor, number=number)
    actions.rekey_tip(number=number, pair=_pair(request), by=request.actor)
    return JsonResponse({})


def _pair(request: DeskRequest) -> NewPair:
    """Raises Invalid."""
    given = sent(request)
    try:
        return NewPair(
            generation=value(request, "generation", int),
            public_key=raw(given["public_key"]),
            messages={int(place): raw(item) for place, item in given["messages"].items()},
            wraps={name: raw(item) for name, item in given["wraps"].items()},
            recovery=raw(given["recovery"]),
            tipster=raw(given["tipster"]),
            proof=raw(given["proof"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable() from error


def _page(request: DeskRequest, form: NewKeyForm, *, status: int = 200) -> HttpResponse:
    page = key_queries.keys_page(actor=request.actor)
    context = {
        "form": form,
        "page": page,
        "warnings": _warnings(page),
        "history": [_in_words(request, told) for told in page.history],
        "drilled": _day(request, page.drilled) if page.drilled else "",
        "my_signers": [line for line in page.keys if line.mine and line.can_sign],
        "my_old": [line for line in page.keys if line.mine and not line.can_sign],
        "has_mine": any(line.mine for line in [*page.keys, *page.waiting]),
        **lock_page(request.actor, page.keys),
    }
    return render(request, "desk/tips/keys.html", context, status=status)


def _warnings(page: KeysPage) -> list[str]:
    """What somebody should see to, in sentences."""
    if page.problem:
        return [
            _(
                "The list of keys could not be verified. Tips are still sealed to the keys that were good before. Tell whoever runs this machine: it may have been tampered with."
            )
        ]
    said = []
    if not page.root:
        said.append(
            _("This programme has no root yet, so no key can be approved. Tell whoever runs this machine.")
        )
    if page.people == 0:
        said.append(
            _(
                "Nobody has an approved key, so the tip form is closed to the public. The first key is approved with two shares of the root."
            )
        )
    elif page.people == 1:
        said.append(
            _(
                "Only one person can read tips. Have a second person make a key, so that one absence closes nothing."
            )
        )
    if page.root and page.drill_due:
        said.append(
            _(
                "Nobody has tried the shares of the root for %(days)d days. Two of their holders should do the drill: hue tips drill."
            )
            % {"days": DRILL_DAYS}
        )
    return said


def _in_words(request: DeskRequest, told: Told) -> dict[str, Any]:
    """One statement as a plain sentence, with its day."""
    values = {
        "who": told.who or _("The root"),
        "whose": told.whose,
        "label": told.label,
        "why": REASONS.get(told.reason, ""),
    }
    sentence = {
        "begin": _("The root begins this list."),
        "hand-over": _("The root handed over to a new root."),
        "add": _("%(who)s approved a key of %(whose)s: %(label)s."),
        "remove": _("%(who)s took out a key of %(whose)s, %(label)s: %(why)s."),
    }[told.act]
    return {"seq": told.seq, "day": _day(request, told.hour), "text": sentence % values}


def _day(request: DeskRequest, moment: Any) -> str:
    return format_date(moment.astimezone(ZoneInfo(request.agency.time_zone)), _("j F Y"))
