"""Ask the expert: who knows about what, questions to them, and what becomes of their replies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.desk import notices
from hueandcry.desk.ages import age
from hueandcry.desk.asking import thing
from hueandcry.desk.forms.experts import AskForm, HandOnForm, ReplyForm, TopicsForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.experts import actions, queries
from hueandcry.experts.models import Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import person_number, ref
from hueandcry.ui.fields import add_refusal

CLASH, UNUSABLE = 409, 422
USUAL = timedelta(days=1)  # what the form begins with
S = Question.Status
TONES = {S.ASKED: "waiting", S.ANSWERED: "approved", S.SETTLED: "active", S.WITHDRAWN: ""}
notices.add(
    {
        "question-asked": _lazy("Asked. You are told when they answer, and if they do not in time."),
        "question-answered": _lazy("Thank you. Whoever asked is told."),
        "question-handed-on": _lazy("Handed on. They are told; the time it is needed by stays."),
        "question-taken-back": _lazy("Taken back. Nobody is asked any more."),
        "question-asked-again": _lazy("Asked again."),
        "question-settled": _lazy("Settled. The question and its reply are kept."),
        "question-unsettled": _lazy("The reply waits for you again."),
        "question-used": _lazy(
            "The words are in this draft. It goes out as any other: checked and approved."
        ),
        "expertise-set": _lazy("Saved. Colleagues find it when they ask."),
    }
)


@desk_view(Permission.REQUEST_SEND)
@require_safe
def questions(request: DeskRequest) -> HttpResponse:
    """Questions to this person, those they asked, and for those who write all of them."""
    writes = request.actor.may(Permission.POST_DRAFT)
    tabs = [("", _("To you"))] + ([("asked", _("Asked by you")), ("all", _("All"))] if writes else [])
    show = request.GET.get("show", "")
    show = show if show in dict(tabs) else ""
    rows = queries.questions(actor=request.actor, show=show)
    context = {
        "lines": [_line(row) for row in rows],
        "names": names_of({row.asker_ref for row in rows}),
        "tabs": tabs if writes else [],
        "show": show,
        "writes": writes,
    }
    return render(request, "desk/experts/questions.html", context)


def _line(row: Question) -> dict[str, Any]:
    return {"it": row, "late": queries.is_late(row), "tone": TONES[S(row.status)], "age": age(row.due_at)}


@desk_view(Permission.REQUEST_SEND)
@require_safe
def who_knows(request: DeskRequest) -> HttpResponse:
    """Everybody who can be asked, with what they know about."""
    return _people(request)


@desk_view(Permission.REQUEST_SEND)
@require_POST
def set_topics(request: DeskRequest, person_id: int) -> HttpResponse:
    """What somebody knows about."""
    queries.colleague(actor=request.actor, person_id=person_id)
    form = TopicsForm(request.POST, prefix=f"p{person_id}")
    if form.is_valid():
        try:
            actions.set_expertise(person_id=person_id, topics=form.words(), by=request.actor)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("experts-people"), "expertise-set")
    return _people(request, {person_id: form}, status=UNUSABLE)


def _people(
    request: DeskRequest, given: dict[int, TopicsForm] | None = None, *, status: int = 200
) -> HttpResponse:
    wrong = given or {}
    all_of_them = request.actor.may(Permission.PEOPLE_MANAGE)
    me = person_number(request.actor.ref)
    rows = []
    for item in queries.colleagues(actor=request.actor):
        number = item.person.pk
        form = wrong.get(number)
        if form is None and (all_of_them or number == me):
            form = TopicsForm(prefix=f"p{number}", initial={"topics": ", ".join(item.topics)})
        rows.append({"it": item, "form": form, "me": number == me})
    rows.sort(key=lambda row: not row["me"])
    context = {"rows": rows, "wrong": next(iter(wrong.values()), None)}
    return render(request, "desk/experts/people.html", context, status=status)


@desk_view(Permission.POST_DRAFT)
def ask(request: DeskRequest) -> HttpResponse:
    """Ask somebody who knows; `about` names the post, request or answer it is about."""
    found = thing(request, request.GET.get("about", "") or request.POST.get("about", ""))
    known = [item for item in queries.colleagues(actor=request.actor) if not _is_me(request, item.person.pk)]
    experts = queries.fitting(known, found.topics if found else ())
    start = {"due_at": clock.now() + USUAL}
    form = AskForm(request.POST or None, agency=request.agency, experts=experts, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = actions.ask_expert(
                text=given["text"],
                expert_id=given["expert"],
                due_at=given["due_at"],
                about=found.ref if found else "",
                about_text=found.words if found else "",
                by=request.actor,
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _back(row.pk, "question-asked", undo="expert-withdraw")
    context = {"form": form, "about": found}
    return render(request, "desk/experts/ask.html", context, status=UNUSABLE if form.is_bound else 200)


@desk_view(Permission.REQUEST_SEND)
@require_safe
def one(request: DeskRequest, question_id: int) -> HttpResponse:
    """One question: what is asked, what was said, and what this person can do with it now."""
    return _page(request, queries.get_question(actor=request.actor, question_id=question_id))


@desk_view(Permission.REQUEST_SEND)
@require_POST
def reply(request: DeskRequest, question_id: int) -> HttpResponse:
    """Answer it."""

    def act(form: BaseForm) -> None:
        actions.reply_to_question(question_id=question_id, text=form.cleaned_data["text"], by=request.actor)

    return _act(
        request, question_id, ("reply", ReplyForm(request.POST, prefix="reply")), act, "question-answered"
    )


@desk_view(Permission.REQUEST_SEND)
@require_POST
def hand_on(request: DeskRequest, question_id: int) -> HttpResponse:
    """Let somebody else answer it."""
    row = queries.get_question(actor=request.actor, question_id=question_id)

    def act(form: BaseForm) -> None:
        given = form.cleaned_data
        actions.hand_on_question(
            question_id=question_id, to_id=given["to"], note=given["note"], by=request.actor
        )

    form = HandOnForm(request.POST, prefix="on", experts=_others(request, row))
    return _act(request, question_id, ("on", form), act, "question-handed-on")


@desk_view(Permission.POST_DRAFT)
@require_POST
def withdraw(request: DeskRequest, question_id: int) -> HttpResponse:
    """Take it back."""
    actions.withdraw_question(question_id=question_id, by=request.actor)
    return _back(question_id, "question-taken-back", undo="expert-again")


@desk_view(Permission.POST_DRAFT)
@require_POST
def again(request: DeskRequest, question_id: int) -> HttpResponse:
    """Ask it again."""
    actions.ask_again(question_id=question_id, by=request.actor)
    return _back(question_id, "question-asked-again", undo="expert-withdraw")


@desk_view(Permission.POST_DRAFT)
@require_POST
def settle(request: DeskRequest, question_id: int) -> HttpResponse:
    """Be done with it, without a draft."""
    actions.settle_question(question_id=question_id, by=request.actor)
    return _back(question_id, "question-settled", undo="expert-unsettle")


@desk_view(Permission.POST_DRAFT)
@require_POST
def unsettle(request: DeskRequest, question_id: int) -> HttpResponse:
    """Not yet done with it after all."""
    actions.unsettle_question(question_id=question_id, by=request.actor)
    return _back(question_id, "question-unsettled")


@desk_view(Permission.POST_DRAFT)
@require_POST
def use(request: DeskRequest, question_id: int) -> HttpResponse:
    """Put the reply into a draft, and go on writing there."""
    post = actions.use_reply(question_id=question_id, how=request.POST.get("how", ""), by=request.actor)
    return notices.redirect_saying(reverse("compose-edit", args=[post.pk]), "question-used")


def _act(
    request: DeskRequest,
    question_id: int,
    given: tuple[str, BaseForm],
    act: Callable[[BaseForm], None],
    word: str,
) -> HttpResponse:
    """Do what a form asks for; what was typed stays on the page if it is refused."""
    name, form = given
    row = queries.get_question(actor=request.actor, question_id=question_id)
    if form.is_valid():
        try:
            act(form)
        except Invalid as refusal:
            add_refusal(form, refusal)
        except (Conflict, actions.NotTheExpert) as refusal:  # it moved on while somebody typed
            add_refusal(form, refusal)
            row = queries.get_question(actor=request.actor, question_id=question_id)
            return _page(request, row, {name: form}, status=CLASH)
        else:
            still = request.actor.may(Permission.POST_DRAFT) or name == "reply"
            place = reverse("expert-question", args=[question_id]) if still else reverse("experts")
            return notices.redirect_saying(place, word)
    return _page(request, row, {name: form}, status=UNUSABLE)


def _back(question_id: int, word: str, *, undo: str = "") -> HttpResponse:
    way_back = reverse(undo, args=[question_id]) if undo else ""
    return notices.redirect_saying(reverse("expert-question", args=[question_id]), word, undo=way_back)


def _is_me(request: DeskRequest, person_id: int) -> bool:
    return ref("person", person_id) == request.actor.ref


def _others(request: DeskRequest, row: Question) -> list[queries.Expert]:
    barred = {ref("person", row.expert_id), row.asker_ref}
    return [
        item
        for item in queries.colleagues(actor=request.actor)
        if ref("person", item.person.pk) not in barred
    ]


def _page(
    request: DeskRequest, row: Question, forms: dict[str, BaseForm] | None = None, *, status: int = 200
) -> HttpResponse:
    given, me = forms or {}, request.actor.ref
    expert, asker = ref("person", row.expert_id) == me, row.asker_ref == me
    writes = request.actor.may(Permission.POST_DRAFT)
    unused = row.status == S.ANSWERED
    found = thing(request, row.about) if row.about else None
    can_reply = expert and row.status in {S.ASKED, S.ANSWERED} and row.post_id is None
    can_hand_on = (expert or asker) and row.status == S.ASKED
    unsent = [
        given[name][field].value()
        for name, field, here in (("reply", "text", can_reply), ("on", "note", can_hand_on))
        if name in given and not here
    ]
    context = {
        **_line(row),
        "names": names_of({row.asker_ref, row.handed_by} - {""}),
        "about": found,
        "wrong": next(iter(given.values()), None),
        "expert": expert,
        "asker": asker,
        "writes": writes,
        "can_reply": can_reply,
        "can_hand_on": can_hand_on,
        "unsent": "".join(item or "" for item in unsent),
        "can_use": writes and unused,
        "into": queries.draft_of(row) if writes and unused else None,
        "own_accounts": queries.own_accounts(person_id=row.expert_id, agency_id=row.agency_id)
        if expert and writes and unused
        else [],
        "can_unsettle": asker and row.status == S.SETTLED and row.post_id is None,
        "reply_form": given.get("reply") or ReplyForm(prefix="reply", initial={"text": row.reply}),
        "on_form": given.get("on") or HandOnForm(prefix="on", experts=_others(request, row)),
    }
    return render(request, "desk/experts/question.html", context, status=status)
