"""Approvals: everything that waits for this person's yes, decided in two taps."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.desk import notices
from hueandcry.desk.appeal_page import ago
from hueandcry.desk.decisions import decisions_of
from hueandcry.desk.forms.appeals import NoteForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.posts import reading, standing_actions
from hueandcry.posts.approval_actions import approve_post, return_post
from hueandcry.posts.models import Post

UNUSABLE = 422
PAGE = 20  # cards, each with everything that its decision needs

notices.add(
    {
        "post-approved": _lazy("Approved. It goes out."),
        "post-returned": _lazy("Returned to its author."),
    }
)


@desk_view(Permission.POST_APPROVE)
@require_safe
def approvals(request: DeskRequest) -> HttpResponse:
    """Posts, changes of posts, appeals and their lines that wait for this person."""
    return _page(request)


@desk_view(Permission.POST_APPROVE)
@require_POST
def approve(request: DeskRequest, post_id: int) -> HttpResponse:
    """Approve what was shown; refused if it was changed since."""
    post = reading.get_post(actor=request.actor, post_id=post_id)
    if post.status == Post.Status.ANNOUNCED:
        # Without a number it was the post that was shown, and not a change of it.
        seen = _number(request, "change") or 0
        standing_actions.approve_change(post_id=post.pk, change_id=seen, by=request.actor)
    else:
        approve_post(post_id=post.pk, revision=_number(request, "revision"), by=request.actor)
    return _on(request, "post-approved", post)


@desk_view(Permission.POST_APPROVE)
@require_POST
def send_back(request: DeskRequest, post_id: int) -> HttpResponse:
    """Return it to its author with a note."""
    post = reading.get_post(actor=request.actor, post_id=post_id)
    form = NoteForm(request.POST, prefix=f"post-{post.pk}")
    if not form.is_valid():
        return _page(request, wrong=(post.pk, form))
    undo = standing_actions.return_change if post.status == Post.Status.ANNOUNCED else return_post
    undo(post_id=post.pk, note=form.cleaned_data["note"], by=request.actor)
    return _on(request, "post-returned", post)


def _number(request: DeskRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - fits a column


def _on(request: DeskRequest, word: str, post: Post) -> HttpResponse:
    """To where the person was: the list, which shows the next one, or the page of the post."""
    if request.POST.get("from") == "post":
        return notices.redirect_saying(f"{reverse('post', args=[post.pk])}#results", word)
    return notices.redirect_saying(reverse("approvals"), word)


def _page(request: DeskRequest, *, wrong: tuple[int, NoteForm] | None = None) -> HttpResponse:
    pager = Paginator(request.asked.posts_waiting, PAGE).get_page(request.GET.get("page"))
    shown = decisions_of(request, list(pager.object_list))
    for card in shown:
        if wrong and card["post"].pk == wrong[0]:
            card["note_form"] = wrong[1]
    context = {
        "cards": shown,
        "pager": pager,
        "appeals": [{"appeal": row, "ago": ago(row.submitted_at)} for row in request.asked.waiting],
        "lines": request.asked.proposed,
        "wrong": wrong[1] if wrong else None,
    }
    return render(request, "desk/approvals/approvals.html", context, status=UNUSABLE if wrong else 200)
