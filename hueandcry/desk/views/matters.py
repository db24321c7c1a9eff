"""What may not be spoken of; the case that a post or an appeal speaks of."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import queries as appeals
from hueandcry.appeals.checking import page_of
from hueandcry.desk import notices
from hueandcry.desk.forms.matters import LiftForm, MatterForm, NamesForm, StageForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.matters import actions, queries
from hueandcry.matters.models import Matter
from hueandcry.posts import reading
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "matter-held": _lazy("Held. The check tells everybody who writes of it."),
        "matter-lifted": _lazy("Lifted. It may be spoken of again."),
        "case-stage": _lazy("Noted. The check reads the words by it."),
        "case-names": _lazy("Noted. The check says nothing about these names here."),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """What may not be spoken of now, and what could not before; who may hold matters finds the form."""
    return _page(request, MatterForm())


def _page(
    request: DeskRequest, form: MatterForm, *, lift: tuple[int, LiftForm] | None = None, status: int = 200
) -> HttpResponse:
    now, over = queries.matters(actor=request.actor)
    names = names_of({ref for row in [*now, *over] for ref in (row.held_by, row.lifted_by)})
    context: dict[str, Any] = {
        "form": form,
        "now": [_row(request, row, names, lift) for row in now],
        "over": [_row(request, row, names, None) for row in over],
        "may_hold": request.actor.may(Permission.MATTER_HOLD),
        "wrong": lift[1] if lift else form,
    }
    return render(request, "desk/matters/matters.html", context, status=status)


def _row(
    request: DeskRequest, row: Matter, names: dict[str, str], lift: tuple[int, LiftForm] | None
) -> dict[str, Any]:
    open_ = queries.may_read(row, request.actor)
    return {
        "id": row.pk,
        "title": row.title if open_ else _("A matter that may not be spoken of"),
        "words": row.words if open_ else [],
        "reason": row.reason if open_ else "",
        "row": row,
        "who": names.get(row.held_by, row.held_by),
        "lifted_by": names.get(row.lifted_by, row.lifted_by),
        "lifted_why": row.lifted_why if open_ else "",
        "form": lift[1] if lift and lift[0] == row.pk else LiftForm(prefix=f"matter-{row.pk}"),
    }


@desk_view(Permission.MATTER_HOLD)
@require_POST
def hold(request: DeskRequest) -> HttpResponse:
    """Say what may not be spoken of."""
    form = MatterForm(request.POST)
    if form.is_valid():
        try:
            actions.hold_matter(by=request.actor, **form.given())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("matters"), "matter-held")
    return _page(request, form, status=UNUSABLE)


@desk_view(Permission.MATTER_HOLD)
@require_POST
def lift(request: DeskRequest, matter_id: int) -> HttpResponse:
    """End a hold before its day."""
    matter = queries.get_matter(actor=request.actor, matter_id=matter_id)
    form = LiftForm(request.POST, prefix=f"matter-{matter.pk}")
    if form.is_valid():
        actions.lift_matter(matter_id=matter.pk, reason=form.cleaned_data["lift"], by=request.actor)
        return notices.redirect_saying(reverse("matters"), "matter-lifted")
    return _page(request, MatterForm(), lift=(matter.pk, form), status=UNUSABLE)


# --- the case ---------------------------------------------------------------------------------------


@desk_view(Permission.POST_DRAFT)
def case(request: DeskRequest, subject: str) -> HttpResponse:
    """Where the case stands that this post ("post:12") or appeal ("appeal:7") speaks of, and which names may be said."""
    heading, home, public_page = _subject(request, subject)
    found = queries.case_of(agency_id=request.actor.agency_id, subject=subject)
    stage_form = StageForm(initial={"stage": found.stage if found else ""})
    names_form = NamesForm(
        initial={"names": "\n".join(found.names) if found else "", "why": found.why if found else ""}
    )
    if request.method == "POST":
        clears = request.POST.get("do") == "names"
        form: Any = NamesForm(request.POST) if clears else StageForm(request.POST)
        if form.is_valid():
            try:
                if clears:
                    why = form.cleaned_data["why"]
                    actions.clear_names(
                        subject=subject, names=form.given(), why=why, by=request.actor, page=public_page
                    )
                else:
                    stage = form.cleaned_data["stage"]
                    actions.say_stage(subject=subject, stage=stage, by=request.actor, page=public_page)
            except Invalid as refusal:
                add_refusal(form, refusal)
            else:
                return notices.redirect_saying(home, "case-names" if clears else "case-stage")
        names_form, stage_form = (form, stage_form) if clears else (names_form, form)
    people = names_of({found.stage_by, found.names_by} if found else set())
    context = {
        "subject": subject,
        "heading": heading,
        "home": home,
        "found": found,
        "people": people,
        "stage_form": stage_form,
        "names_form": names_form,
        "may_clear": request.actor.may(Permission.MATTER_HOLD),
        "wrong": next((form for form in (stage_form, names_form) if form.errors), None),
    }
    return render(
        request, "desk/matters/case.html", context, status=UNUSABLE if context["wrong"] is not None else 200
    )


def _subject(request: DeskRequest, subject: str) -> tuple[str, str, str]:
    """Heading, page on the desk and public page of what the case belongs to. Raises NotFound, NotAllowed."""
    kind, _colon, number = subject.partition(":")
    if not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - fits a column
        raise NotFound(_("There is no such page."))
    if kind == "post":
        post = reading.get_post(actor=request.actor, post_id=int(number))
        return post.heading or _("A post without words"), reverse("post", args=[post.pk]), ""
    if kind == "appeal":
        appeal = appeals.get_appeal(actor=request.actor, appeal_id=int(number))
        public_page = page_of(appeal, request.agency)
        return f"{appeal.reference} · {appeal.title}", reverse("appeal", args=[appeal.reference]), public_page
    raise NotFound(_("There is no such page."))
