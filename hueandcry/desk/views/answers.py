"""The library of answers: found, written, approved by a second person, used, looked at again when they lapse."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of, refs_holding
from hueandcry.answers import actions, partners, queries
from hueandcry.answers.actions import LONGEST_QUESTION
from hueandcry.answers.models import Answer, Register
from hueandcry.answers.published import public_of
from hueandcry.answers.queries import AnswerLine
from hueandcry.desk import notices
from hueandcry.desk.forms.answers import AnswerForm, AnswerNoteForm, PlaceForm, WordingForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.experts.queries import get_question
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, Refusal
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
JSON = "application/json"
notices.add(
    {
        "answer-written": _lazy("Handed in. It can be used once somebody else has approved it."),
        "answer-approved": _lazy("Approved. It can be used from now on."),
        "answer-returned": _lazy("Returned. Whoever wrote it sees your note."),
        "answer-changed": _lazy("Saved."),
        "answer-retired": _lazy("Retired. Nobody finds it while writing any more; its wordings are kept."),
        "answer-restored": _lazy("It is back in the library."),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def answers(request: DeskRequest) -> HttpResponse:
    """The library, by topic; `q` narrows by words, `show` by where an answer stands."""
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()[:80]
    every = queries.answers(actor=request.actor)
    views = {
        "": every,
        "waiting": [line for line in every if line.waiting],
        "review": [line for line in every if line.lapsed or line.soon],
        "returned": [line for line in every if line.returned],
    }
    labels = {
        "": _("All"),
        "waiting": _("To approve"),
        "review": _("To review"),
        "returned": _("Returned"),
    }
    retired = queries.answers(actor=request.actor, retired=True)
    rows = retired if show == "retired" else views.get(show, every)
    fits = queries.fitting(rows, words)
    context = {
        "lines": fits,
        "names": names_of({line.answer.owner_ref for line in fits}),
        "tabs": [(name, labels[name], len(found)) for name, found in views.items() if found or not name]
        + ([("retired", _("Retired"), len(retired))] if retired else []),
        "show": show if show in views or show == "retired" else "",
        "q": words,
        "writes": request.actor.may(Permission.POST_DRAFT),
        "languages": len(request.agency.languages) > 1,
    }
    return render(request, "desk/answers/answers.html", context)


@desk_view(Permission.POST_DRAFT)
@require_safe
def find(request: DeskRequest) -> HttpResponse:
    """What may be used and fits the words typed while a post is written: a part of that page."""
    words = request.GET.get("q", "")[:80]
    lines = queries.find(actor=request.actor, words=words)
    helping = partners.find(actor=request.actor, words=words)
    return render(request, "desk/answers/_found.html", {"lines": lines, "partners": helping})


@desk_view(Permission.POST_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """Answer a question for the first time."""
    form = AnswerForm(
        request.POST or None,
        owners=_owners(request),
        languages=request.agency.languages,
        initial={"owner": request.actor.ref, **_begun(request)},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer = actions.write_answer(
                question=given["question"],
                topic=given["topic"],
                language=given["language"],
                owner_ref=given["owner"],
                wording=form.wording(),
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _to(answer.pk, "answer-written")
    return _form_page(request, form, None)


def _begun(request: DeskRequest) -> dict[str, str]:
    """The question and the words of an expert's reply, where the address names one."""
    number = request.GET.get("reply", "")
    if not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - fits a column
        return {}
    row = get_question(actor=request.actor, question_id=int(number))
    return {"question": row.text[:LONGEST_QUESTION], "conversational": row.reply, "formal": row.reply}


@desk_view(Permission.POST_DRAFT)
def write(request: DeskRequest, answer_id: int) -> HttpResponse:
    """The next wording; the form begins with the last one."""
    answer = queries.get_answer(actor=request.actor, answer_id=answer_id)
    last = queries.versions(answer)[0]
    start = {"formal": last.formal, "conversational": last.conversational}
    form = WordingForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_version(answer_id=answer_id, wording=form.wording(), by=request.actor)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _to(answer_id, "answer-written")
    return _form_page(request, form, answer)


@desk_view(Permission.POST_READ)
@require_safe
def one(request: DeskRequest, answer_id: int) -> HttpResponse:
    """One answer: its wordings, who answers for it, and how often it was used."""
    return _page(request, answer_id)


@desk_view(Permission.POST_APPROVE)
@require_POST
def approve(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Let the wording that was shown count."""
    actions.approve_version(answer_id=answer_id, number=_number(request), by=request.actor)
    return _to(answer_id, "answer-approved")


@desk_view(Permission.POST_APPROVE)
@require_POST
def send_back(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Return it with a note."""
    queries.get_answer(actor=request.actor, answer_id=answer_id)
    form = AnswerNoteForm(request.POST, prefix="return")
    if not form.is_valid():
        return _page(request, answer_id, {"note": form}, status=UNUSABLE)
    note = form.cleaned_data["note"]
    actions.return_version(answer_id=answer_id, number=_number(request), note=note, by=request.actor)
    return _to(answer_id, "answer-returned")


@desk_view(Permission.POST_DRAFT)
@require_POST
def change(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Another topic or owner."""
    form = _place_form(request, queries.get_answer(actor=request.actor, answer_id=answer_id), request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_answer(
                answer_id=answer_id, topic=given["topic"], owner_ref=given["owner"], by=request.actor
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _to(answer_id, "answer-changed")
    return _page(request, answer_id, {"place": form}, status=UNUSABLE)


@desk_view(Permission.POST_READ)
@require_POST
def retire(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Nobody uses it any more."""
    actions.retire_answer(answer_id=answer_id, by=request.actor)
    return _to(answer_id, "answer-retired", undo="answer-restore")


@desk_view(Permission.POST_READ)
@require_POST
def restore(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Take it back into use."""
    actions.restore_answer(answer_id=answer_id, by=request.actor)
    return _to(answer_id, "answer-restored", undo="answer-retire")


@desk_view(Permission.POST_DRAFT)
@require_POST
def use(request: DeskRequest, answer_id: int) -> HttpResponse:
    """The words of an answer, counted: for the page where somebody writes, or as the beginning of a post."""
    register = request.POST.get("register", "")
    if JSON not in request.headers.get("Accept", ""):
        used = actions.use_answer(answer_id=answer_id, register=register, by=request.actor)
        return HttpResponseRedirect(f"{reverse('compose')}?answer={used.pk}")
    try:
        used = actions.use_answer(answer_id=answer_id, register=register, by=request.actor)
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse({"text": getattr(used.version, used.register)})


def _to(answer_id: int, word: str, *, undo: str = "") -> HttpResponse:
    way_back = reverse(undo, args=[answer_id]) if undo else ""
    return notices.redirect_saying(reverse("answer", args=[answer_id]), word, undo=way_back)


def _number(request: DeskRequest) -> int:
    """The number of the wording that the person saw; 0 for none."""
    given = request.POST.get("number", "")
    return int(given) if given.isdecimal() and len(given) < 6 else 0  # noqa: PLR2004 - fits a column


def _owners(request: DeskRequest) -> list[tuple[str, str]]:
    """Who writes posts in this agency, by name."""
    refs = refs_holding(Permission.POST_DRAFT, agency_id=request.actor.agency_id)
    return sorted(names_of(refs).items(), key=lambda item: (item[1].casefold(), item[0]))


def _place_form(request: DeskRequest, answer: Answer, data: Any = None) -> PlaceForm:
    """Topic and owner; who may not give it away sees the owner and cannot choose another."""
    place = {"topic": answer.topic, "owner": answer.owner_ref}
    owners = dict(_owners(request)) | names_of({answer.owner_ref})  # who left stays until another is named
    form = PlaceForm(data, prefix="place", owners=list(owners.items()), initial=place)
    form.fields["owner"].disabled = not queries.owns(actor=request.actor, answer=answer)
    return form


def _form_page(request: DeskRequest, form: BaseForm, answer: Answer | None) -> HttpResponse:
    context = {"form": form, "answer": answer}
    return render(request, "desk/answers/write.html", context, status=UNUSABLE if form.is_bound else 200)


def _page(
    request: DeskRequest, answer_id: int, forms: dict[str, BaseForm] | None = None, *, status: int = 200
) -> HttpResponse:
    given = forms or {}
    line: AnswerLine = queries.answer_line(actor=request.actor, answer_id=answer_id)
    answer, may = line.answer, request.actor.may
    versions = queries.versions(answer)
    used = queries.uses_of(answer)
    refs = {ref for version in versions for ref in (version.written_by, version.decided_by) if ref}
    writes = may(Permission.POST_DRAFT) and answer.retired_at is None
    context: dict[str, Any] = {
        "line": line,
        "answer": answer,
        "versions": [{"it": version, "uses": used.get(version.pk, 0)} for version in versions],
        "names": names_of({*refs, answer.owner_ref}),
        "registers": [
            (name, label, getattr(line.current, name) if line.current else "")
            for name, label in Register.choices
        ],
        "writes": writes,
        "decides": line.waiting is not None
        and may(Permission.POST_APPROVE)
        and line.waiting.written_by != request.actor.ref,
        "owns": queries.owns(actor=request.actor, answer=answer),
        "restores": queries.may_restore(actor=request.actor, answer=answer),
        "public": public_of(answer),
        "wrong": next(iter(given.values()), None),
        "note_form": given.get("note") or AnswerNoteForm(prefix="return"),
        "place_form": given.get("place") or (_place_form(request, answer) if writes else None),
    }
    return render(request, "desk/answers/answer.html", context, status=status)
