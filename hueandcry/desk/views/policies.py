"""Policies: read them, acknowledge them with their questions, write the next wording, put it in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import acknowledging, policies, policy_actions, queries, quiz, shipped
from hueandcry.agencies.models import Policy
from hueandcry.desk import notices
from hueandcry.desk.forms.policies import PolicyForm, QuizForm, WordingForm
from hueandcry.desk.guard import DeskRequest, desk_view, own_path
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "policy-kept": _lazy("Saved. It counts once you put it in force."),
        "policy-in-force": _lazy("In force. Everybody is asked to acknowledge it before their next post."),
        "policy-retired": _lazy("Retired. Nobody has to acknowledge it any more."),
        "policy-acknowledged": _lazy("All right. You have acknowledged this version."),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def policies_page(request: DeskRequest) -> HttpResponse:
    """The agency's policies, and which of them one has still to acknowledge."""
    lines = policies.policies(actor=request.actor)
    taken = {line.policy.title for line in lines}
    texts = [shipped.policy(name) for name in shipped.POLICIES]
    context = {
        "lines": lines,
        "to_do": [line for line in lines if line.current and not line.mine],
        "shipped": [text for text in texts if text.title not in taken],
    }
    return render(request, "desk/policies/policies.html", context)


@desk_view(Permission.RULES_MANAGE)
def new(request: DeskRequest) -> HttpResponse:
    """A new policy, empty or beginning with a shipped text (?from=official-use)."""
    start = {"layer": Policy.Layer.AGENCY.value}
    name = request.GET.get("from", "")
    if name:
        text = shipped.policy(name, gaps=_gaps(request))
        start = {
            "title": text.title,
            "layer": text.layer,
            "text": text.text,
            "questions": quiz.write(text.questions),
        }
    form = PolicyForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            policy = policy_actions.draft_policy(
                layer=data["layer"],
                title=data["title"],
                text=data["text"],
                questions=quiz.parse(data["questions"]),
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("policy", args=[policy.pk]), "policy-kept")
    return render(
        request, "desk/policies/write.html", {"form": form}, status=UNUSABLE if form.is_bound else 200
    )


def _gaps(request: DeskRequest) -> dict[str, str]:
    agency = request.agency
    return {"agency": agency.name, "emergency": agency.emergency_number}


@desk_view(Permission.POST_READ)
@require_safe
def policy(request: DeskRequest, policy_id: int) -> HttpResponse:
    """One policy: the wording in force, the next one for those who write it, every earlier one."""
    row = policies.get_policy(actor=request.actor, policy_id=policy_id)
    every = policies.versions(actor=request.actor, policy=row)
    current = next((version for version in every if version.in_force_at), None)
    context: dict[str, Any] = {
        "policy": row,
        "current": current,
        "draft": next((version for version in every if not version.in_force_at), None),
        "versions": every,
        "mine": policies.mine(actor=request.actor, version=current) if current else None,
        "names": queries.names_of({version.put_in_force_by for version in every}),
    }
    if current and request.actor.may(Permission.RULES_MANAGE):
        team = {line.person.pk: line.person.name for line in queries.people(actor=request.actor)}
        done = policies.acknowledged_by(version=current, person_ids=team)
        context["missing"] = [name for number, name in team.items() if number not in done]
        context["done"] = len(done)
    return render(request, "desk/policies/policy.html", context)


@desk_view(Permission.RULES_MANAGE)
def write(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Write the next wording."""
    row = policies.get_policy(actor=request.actor, policy_id=policy_id)
    every = policies.versions(actor=request.actor, policy=row)
    last = every[0]
    start = {"text": last.text, "questions": quiz.write(last.questions)}
    form = WordingForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            policy_actions.write_policy(
                policy_id=policy_id,
                text=form.cleaned_data["text"],
                questions=quiz.parse(form.cleaned_data["questions"]),
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("policy", args=[policy_id]), "policy-kept")
    context = {"form": form, "policy": row}
    return render(request, "desk/policies/write.html", context, status=UNUSABLE if form.is_bound else 200)


@desk_view(Permission.RULES_MANAGE)
@require_POST
def put_in_force(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Let the next wording count."""
    policy_actions.put_in_force(policy_id=policy_id, by=request.actor)
    return notices.redirect_saying(reverse("policy", args=[policy_id]), "policy-in-force")


@desk_view(Permission.RULES_MANAGE)
@require_POST
def retire(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Nobody has to know it any more."""
    policy_actions.retire_policy(policy_id=policy_id, by=request.actor)
    return notices.redirect_saying(reverse("policies"), "policy-retired")


@desk_view(Permission.POST_READ)
def acknowledge(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Read the wording in force and answer its questions; leads back to ?next=… where somebody came from."""
    row = policies.get_policy(actor=request.actor, policy_id=policy_id)
    version = policies.version_in_force(row)
    mine = policies.mine(actor=request.actor, version=version)
    form = QuizForm(request.POST if request.method == "POST" else None, questions=version.questions)
    if request.method == "POST" and form.is_valid():
        number = request.POST.get("version", "")
        answered = acknowledging.acknowledge_policy(
            policy_id=policy_id,
            number=int(number) if number.isdigit() else 0,
            answers=form.answers(),
            by=request.actor,
        )
        if answered.done:
            asked = request.POST.get("next", "")
            back = own_path(asked) if asked else reverse("policies")
            return notices.redirect_saying(back, "policy-acknowledged")
        for place in answered.wrong:
            said = _("Question %d: not this one. Read it again, and try once more.") % (place + 1)
            form.add_error(f"q{place}", said)
    context = {
        "policy": row,
        "version": version,
        "mine": mine,
        "form": form,
        "next": request.POST.get("next", "") or request.GET.get("next", ""),
    }
    status = UNUSABLE if form.is_bound and form.errors else 200
    return render(request, "desk/policies/acknowledge.html", context, status=status)
