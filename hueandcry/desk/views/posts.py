"""Posts: the list, one post with its results, and what becomes of it once it is out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.desk import notices, post_changes, posts_list
from hueandcry.desk.appeal_page import ago
from hueandcry.desk.forms.appeals import SettleForm
from hueandcry.desk.forms.compose import ChangeForm, PlanForm, RecallForm, RepostForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.posts_page import post_page, repost_accounts, results
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.posts import actions, queries, reading, standing_actions
from hueandcry.posts.approval_actions import plan_post, take_back_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import restore_post
from hueandcry.publicsite import actions as publicsite
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422

notices.add(
    {
        "post-taken-back": _lazy("It is a draft again."),
        "post-restored": _lazy("The draft is back."),
        "post-stopped": _lazy("Stopped. What was not sent yet will not be sent."),
        "post-recalled": _lazy("It is being taken down. Each network says below when it is gone."),
        "post-changed": _lazy("Kept. Below stands who approves it, or where it was changed."),
        "post-moved": _lazy("It has another time now."),
        "post-shown-again": _lazy("Done. It is shown again, or waits for somebody’s approval."),
        "post-settled": _lazy("Noted."),
        "post-asks-why": _lazy(
            "Kept as a draft: the check warns. Say why it may go out like this, or leave it."
        ),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def posts(request: DeskRequest) -> HttpResponse:
    """The agency's posts by what happens: what waits for this person, what is planned, what went out."""
    return render(request, "desk/posts/posts.html", posts_list.context(request))


@desk_view(Permission.POST_READ)
@require_safe
def post(request: DeskRequest, post_id: int) -> HttpResponse:
    """One post: what it says, where it stands, and what this person can do with it now."""
    return post_page(request, reading.get_post(actor=request.actor, post_id=post_id))


@desk_view(Permission.POST_READ)
@require_safe
def post_results(request: DeskRequest, post_id: int) -> HttpResponse:
    """The part of the page that says where it stands; the page asks for it again and again."""
    found = reading.get_post(actor=request.actor, post_id=post_id)
    return render(request, "desk/posts/_results.html", {"post": found, **results(request, found)})


@desk_view(Permission.POST_DRAFT)
@require_POST
def take_back(request: DeskRequest, post_id: int) -> HttpResponse:
    """Make a submitted or planned post a draft again."""
    return _back(take_back_post(post_id=post_id, by=request.actor), "post-taken-back")


@desk_view(Permission.POST_DRAFT)
@require_POST
def restore(request: DeskRequest, post_id: int) -> HttpResponse:
    """Take a draft back that was thrown away."""
    return _back(restore_post(post_id=post_id, by=request.actor), "post-restored")


@desk_view(Permission.POST_READ)
@require_POST
def stop(request: DeskRequest, post_id: int) -> HttpResponse:
    """Do not send what has not been sent yet."""
    standing_actions.stop_post(post_id=post_id, by=request.actor)
    return _back(reading.get_post(actor=request.actor, post_id=post_id), "post-stopped", "results")


@desk_view(Permission.POST_READ)
@require_POST
def recall(request: DeskRequest, post_id: int) -> HttpResponse:
    """Take it down everywhere, or on the one account that `account` names."""
    one = request.POST.get("account", "")
    only = [int(one)] if one.isdecimal() and len(one) <= 15 else None  # noqa: PLR2004 - fits a column

    def act(found: Post, form: BaseForm) -> None:
        reason = form.cleaned_data["reason"]
        publicsite.recall_post(post_id=found.pk, reason=reason, by=request.actor, account_ids=only)

    form = RecallForm(request.POST, prefix="recall")
    return _act(request, post_id, ("recall", form), act, "post-recalled")


@desk_view(Permission.POST_DRAFT)
@require_POST
def change(request: DeskRequest, post_id: int) -> HttpResponse:
    """Other words for a post that is out."""

    def act(found: Post, form: BaseForm) -> None:
        assert isinstance(form, ChangeForm)
        text, thread = form.texts()
        standing_actions.edit_post(
            post_id=found.pk,
            content=Content(text=text, thread=thread, own_texts=form.own_texts(), alert=form.alert()),
            revision=form.cleaned_data["revision"],
            reason=form.cleaned_data["reason"],
            by=request.actor,
        )

    post = reading.get_post(actor=request.actor, post_id=post_id)
    accounts = reading.accounts_by_id(actor=request.actor, account_ids=post.account_ids)
    form = post_changes.form_of(post, accounts, request.POST)
    return _act(request, post_id, ("change", form), act, "post-changed")


@desk_view(Permission.POST_DRAFT)
@require_POST
def plan(request: DeskRequest, post_id: int) -> HttpResponse:
    """Another time: as typed, or another day (`day`) at the same time of day, as the calendar asks for."""
    found = reading.get_post(actor=request.actor, post_id=post_id)
    day = _day(request.POST.get("day", ""))
    if day is not None:
        zone = ZoneInfo(request.agency.time_zone)
        was = found.scheduled_at.astimezone(zone).time() if found.scheduled_at else time(9)
        plan_post(post_id=found.pk, at=datetime.combine(day, was, tzinfo=zone), by=request.actor)
        return notices.redirect_saying(f"{reverse('calendar')}?day={day.isoformat()}", "post-moved")
    form = PlanForm(request.POST, prefix="plan", agency=request.agency)

    def act(found: Post, form: BaseForm) -> None:
        plan_post(post_id=found.pk, at=form.cleaned_data["scheduled_at"], by=request.actor)

    answer = _act(request, post_id, ("plan", form), act, "post-moved")
    at = form.cleaned_data.get("scheduled_at") if form.is_valid() else None
    if answer.status_code != UNUSABLE and at is not None and request.POST.get("from") == "calendar":
        day = at.astimezone(ZoneInfo(request.agency.time_zone)).date()
        return notices.redirect_saying(f"{reverse('calendar')}?day={day.isoformat()}", "post-moved")
    return answer


@desk_view(Permission.POST_DRAFT)
@require_POST
def repost(request: DeskRequest, post_id: int) -> HttpResponse:
    """Show it again on other accounts, in one step."""
    found = reading.get_post(actor=request.actor, post_id=post_id)
    form = RepostForm(request.POST, prefix="repost", accounts=repost_accounts(request, found))
    made: list[Post] = []

    def act(found: Post, form: BaseForm) -> None:
        chosen = [int(number) for number in form.cleaned_data["accounts"]]
        made.append(standing_actions.repost_post(post_id=found.pk, account_ids=chosen, by=request.actor))

    answer = _act(request, post_id, ("repost", form), act, "post-shown-again")
    if made and made[0].status == Post.Status.DRAFT:  # the check warns, and nobody has said why it may go out
        return notices.redirect_saying(reverse("compose-edit", args=[made[0].pk]), "post-asks-why")
    return answer


# --- what a person settles --------------------------------------------------------------------------


@desk_view(Permission.POST_DRAFT)
@require_POST
def retry(request: DeskRequest, post_id: int, delivery_id: int) -> HttpResponse:
    """Send again what failed."""
    found = _of(request, post_id, delivery_id)
    actions.retry_delivery(delivery_id=delivery_id, by=request.actor)
    return _settled(request, found)


@desk_view(Permission.POST_DRAFT)
@require_POST
def settle(request: DeskRequest, post_id: int, delivery_id: int) -> HttpResponse:
    """Say what was found at the network: it is up, or it is not."""
    found = _of(request, post_id, delivery_id)
    name = f"delivery-{delivery_id}"
    form = SettleForm(request.POST, prefix=name)
    if form.is_valid():
        try:
            actions.settle_unconfirmed(
                delivery_id=delivery_id,
                landed=form.cleaned_data["landed"] == "yes",
                remote_url=form.cleaned_data["remote_url"],
                by=request.actor,
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _settled(request, found)
    return post_page(request, found, forms={name: form}, status=UNUSABLE)


@desk_view(Permission.POST_RECALL)
@require_POST
def removed(request: DeskRequest, post_id: int, delivery_id: int) -> HttpResponse:
    """Say that it was looked for and is not there."""
    found = _of(request, post_id, delivery_id)
    actions.settle_removal(delivery_id=delivery_id, by=request.actor)
    return _settled(request, found)


@desk_view(Permission.POST_READ)
@require_safe
def unconfirmed(request: DeskRequest) -> HttpResponse:
    """Posts of which nobody knows whether they are up, with the evidence and two buttons."""
    rows = [
        {"it": row, "form": SettleForm(prefix=f"delivery-{row.pk}"), "ago": ago(row.tried_at)}
        for row in reading.unconfirmed(actor=request.actor)
    ]
    return render(request, "desk/posts/unconfirmed.html", {"rows": rows})


# --- shared -----------------------------------------------------------------------------------------


def _day(text: str) -> date | None:
    """The day in "2026-11-22"; None where none is given. Raises Invalid: no day is not “no time any more”."""
    try:
        day = parse_date(text[:20])
    except ValueError:
        day = None
    if text and day is None:
        raise Invalid(_("There is no such day."))
    return day


def _of(request: DeskRequest, post_id: int, delivery_id: int) -> Post:
    """The post, if this delivery is one of its own. Raises NotFound."""
    found = reading.get_post(actor=request.actor, post_id=post_id)
    if queries.get_delivery(actor=request.actor, delivery_id=delivery_id).post_id != found.pk:
        raise NotFound(_("There is no such delivery."))
    return found


def _settled(request: DeskRequest, found: Post) -> HttpResponse:
    if request.POST.get("from") == "unconfirmed":
        return notices.redirect_saying(reverse("unconfirmed"), "post-settled")
    return _back(found, "post-settled", "results")


def _back(found: Post, word: str, part: str = "") -> HttpResponse:
    address = reverse("post", args=[found.pk])
    return notices.redirect_saying(f"{address}#{part}" if part else address, word)


def _act(
    request: DeskRequest,
    post_id: int,
    given: tuple[str, Any],
    act: Callable[[Post, BaseForm], None],
    word: str,
) -> HttpResponse:
    """Do what a form asks for, or show the page again with what must be put right."""
    name, form = given
    found = reading.get_post(actor=request.actor, post_id=post_id)
    if form.is_valid():
        try:
            act(found, form)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _back(found, word, "results")
    return post_page(request, found, forms={name: form}, status=UNUSABLE)
