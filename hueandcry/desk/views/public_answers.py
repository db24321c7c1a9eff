"""Putting an answer of the library on the public site, and taking it off."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from hueandcry.answers import public_actions
from hueandcry.desk import notices
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission

notices.add(
    {
        "answer-shown": _lazy("Everybody can read it within seconds. It goes off by itself when it lapses."),
        "answer-hidden": _lazy("It is off the public site within seconds. Its address says that it is gone."),
    }
)


@desk_view(Permission.POST_APPROVE)
@require_POST
def show(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Let everybody read it, in the wording that `register` names."""
    register = request.POST.get("register", "")
    public_actions.show_answer(answer_id=answer_id, register=register, by=request.actor)
    address = reverse("answer", args=[answer_id])
    return notices.redirect_saying(address, "answer-shown", undo=reverse("answer-hide", args=[answer_id]))


@desk_view(Permission.POST_READ)
@require_POST
def hide(request: DeskRequest, answer_id: int) -> HttpResponse:
    """Take it off."""
    public_actions.hide_answer(answer_id=answer_id, by=request.actor)
    return notices.redirect_saying(reverse("answer", args=[answer_id]), "answer-hidden")
