"""The page of one post: what it says, where it stands on each network, and what this person can do with it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.queries import names_of
from hueandcry.channels.models import Account
from hueandcry.counts.queries import Figures, figures_of
from hueandcry.counts.words import in_words, openings_in_words
from hueandcry.desk import post_changes
from hueandcry.desk.alert_lines import alert_lines
from hueandcry.desk.compose_page import picture_rows
from hueandcry.desk.decisions import decision_of
from hueandcry.desk.forms.appeals import SettleForm
from hueandcry.desk.forms.compose import PlanForm, RecallForm, RepostForm
from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.video_page import video_row
from hueandcry.experts.queries import about_thing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.looks.queries import look_of
from hueandcry.posts import blocked, reading
from hueandcry.posts.fitting import can_edit, can_repost
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.posts.news import news_path, page_of, stands
from hueandcry.posts.reading import Result
from hueandcry.posts.scoping import acts_on
from hueandcry.posts.site_first import did_not_wait
from hueandcry.requests.queries import request_of_post

S, D = Post.Status, Delivery.Status
SECONDS_OFF = timedelta(seconds=30)  # what goes out sooner is said to go within seconds
SETTLING = timedelta(minutes=10)  # how long after a recall the page looks at the proof by itself


def post_page(
    request: DeskRequest, post: Post, *, forms: Mapping[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page; `forms` are those with something to put right, by name, and replace the empty ones."""
    given = dict(forms or {})
    accounts = reading.accounts_by_id(actor=request.actor, account_ids=post.account_ids)
    shown = results(request, post, given)
    rows = [row["it"] for row in shown["results"]]
    context = {
        "post": post,
        "wrong": next(iter(given.values()), None),
        "names": names_of(
            {post.author_ref, post.submitted_by, post.approved_by, post.withdrawn_by, post.edited_by}
        ),
        "pictures": picture_rows(post),
        "video": video_row(post),
        "alert": alert_lines(post, request.agency),
        "texts": [post.text, *post.thread],
        "own": [(post_changes.name_of(name, accounts), text) for name, text in post.own_texts.items()],
        "changed": post_changes.history(post, accounts) if post.edited_at and post.announced_at else [],
        "ahead": post_changes.ahead(request, post, accounts, rows),
        "blocked": blocked.blocked([post], actor=request.actor).get(post.pk),
        "accounts": accounts,
        "decision": decision_of(request, post),
        "steps": _steps(post),
        "corrects": post.corrects,
        "questions": about_thing(actor=request.actor, subject=post.subject),
        "second_look": look_of(actor=request.actor, post_id=post.pk),
        "asked_in": request_of_post(actor=request.actor, post_id=post.pk),
        **shown,
        **_can(request, post),
        **_forms(request, post, accounts, given),
    }
    return render(request, "desk/posts/post.html", context, status=status)


def results(request: DeskRequest, post: Post, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Where it stands, network by network. refresh: the page should look again by itself."""
    rows = reading.results_of(actor=request.actor, post_ids=[post.pk]).get(post.pk, [])
    lately = post.withdrawn_at is not None and clock.now() - post.withdrawn_at < SETTLING
    waiting = [row for row in rows if row.delivery.status in {D.QUEUED, D.HELD}]
    sent = [row.delivery for row in rows if row.delivery.status == D.SENT]
    figures = figures_of(actor=request.actor, deliveries=sent) if sent else {}
    return {
        "results": [_result(row, dict(given or {}), figures.get(row.delivery.pk)) for row in rows],
        "refresh": any(row.moving and not row.by_hand for row in rows)
        or (lately and any(row.delivery.status != D.REMOVED for row in rows)),
        "stoppable": len(waiting) if post.status == S.ANNOUNCED and post.kind and _mine(request, post) else 0,
        "can_settle": request.actor.may(Permission.POST_DRAFT) and acts_on(post, actor=request.actor),
        "can_recall": post.status == S.ANNOUNCED and _mine(request, post),
        "on_site": _on_site(request, post),
        "sent": sum(row.delivery.status == D.SENT for row in rows),
        "gone": sum(row.delivery.status in {D.REMOVED, D.CANCELLED} for row in rows),
        "unchanged": [row.account for row in rows if _is_behind(row, post)] if post.kind else [],
    }


def _on_site(request: DeskRequest, post: Post) -> dict[str, Any] | None:
    """Its page on the public site: the address, and whether it stands there now; None if it never had one."""
    page = page_of(post)
    if page is None:
        return None
    return {
        "address": public_url(request.agency, news_path(page.month, page.pk)),
        "stands": stands(post),
        "late": did_not_wait(page),
    }


def _is_behind(row: Result, post: Post) -> bool:
    """True if it was changed since and this network cannot show that."""
    changed = PostRevision.What.EDIT
    if row.delivery.status != D.SENT or can_edit(row.account.channel):
        return False
    return any(
        item.what == changed and item.decision == "approved" and item.at > (row.delivery.tried_at or item.at)
        for item in reading.revisions_of(post)
    )


def _waits(row: Result) -> bool:
    """True if it waits for its moment, and nothing went wrong with it yet."""
    return row.delivery.status == D.QUEUED and row.delivery.due_at is not None and not row.delivery.attempts


def _later(row: Result) -> datetime | None:
    """When it goes out, if that is not within seconds: colleagues read it first."""
    at = row.delivery.due_at if _waits(row) else None
    return at if at is not None and at > clock.now() + SECONDS_OFF else None


def _result(row: Result, given: Mapping[str, Any], figures: Figures | None) -> dict[str, Any]:
    name = f"delivery-{row.delivery.pk}"
    state = row.delivery.status
    tone = "moving" if row.moving else "plain"
    if state in {D.SENT, D.REMOVED}:
        tone = "ok"
    if row.by_hand or state in {D.FAILED, D.UNCONFIRMED, D.HELD}:
        tone = "stop"
    return {
        "it": row,
        "delivery": row.delivery,
        "tone": tone,
        "mark": {"ok": "✓", "stop": "!", "moving": "…"}.get(tone, "–"),
        "soon": _waits(row) and _later(row) is None,
        "goes_at": _later(row),
        "waits_part": state == D.QUEUED and row.delivery.due_at is None and row.delivery.part > 1,
        "shown": state in {D.SENT, D.REMOVING} and bool(row.delivery.remote_url),
        "uncaptioned": state == D.SENT
        and str(row.delivery.evidence.get("captions", "")).startswith("missing"),
        "form": given.get(name) or SettleForm(prefix=name),
        "counts": in_words(figures.counted, row.account.channel) if figures and figures.at else [],
        "counted_at": figures.at if figures else None,
        "opened": openings_in_words(figures.openings) if figures and figures.openings is not None else "",
    }


def _mine(request: DeskRequest, post: Post) -> bool:
    """True if this person may stop and recall it."""
    return request.actor.may(Permission.POST_RECALL) or request.actor.ref in {
        post.author_ref,
        post.submitted_by,
    }


def _can(request: DeskRequest, post: Post) -> dict[str, Any]:
    """What this person can do with it now; the actions check again."""
    may, status, me = request.actor.may, post.status, request.actor.ref
    wrote = me in post.writers
    writes = may(Permission.POST_DRAFT) and acts_on(post, actor=request.actor)
    open_ = status in {S.DRAFT, S.SUBMITTED, S.APPROVED}
    return {
        "can_write": writes and bool(post.kind) and (status == S.DRAFT or (open_ and wrote)),
        "can_take_back": writes
        and status in {S.SUBMITTED, S.APPROVED}
        and (wrote or may(Permission.POST_APPROVE)),
        "can_plan": writes and open_ and (wrote or may(Permission.POST_APPROVE)),
        "can_change": writes and status == S.ANNOUNCED and bool(post.kind) and not post.repost_of_id,
        "can_correct": writes and status == S.WITHDRAWN,
        "can_restore": writes and status == S.DISCARDED,
        "pause_address": pause_address(),
    }


def pause_address() -> str:
    """The page of brakes, where there is one."""
    try:
        return reverse("brakes")
    except NoReverseMatch:
        return ""


def _forms(
    request: DeskRequest, post: Post, accounts: list[Account], given: dict[str, Any]
) -> dict[str, Any]:
    plan = {"scheduled_at": post.scheduled_at}
    chosen = repost_accounts(request, post)
    return {
        "change_form": given.get("change") or post_changes.form_of(post, accounts),
        "recall_form": given.get("recall") or RecallForm(prefix="recall"),
        "plan_form": given.get("plan") or PlanForm(prefix="plan", agency=request.agency, initial=plan),
        "repost_form": given.get("repost")
        or (RepostForm(prefix="repost", accounts=chosen) if chosen else None),
    }


def repost_accounts(request: DeskRequest, post: Post) -> list[Any]:
    """Accounts that can show it again: of a network on which it stands, and not where it stands already."""
    if post.status != S.ANNOUNCED or not request.actor.may(Permission.POST_DRAFT):
        return []
    rows = reading.results_of(actor=request.actor, post_ids=[post.pk]).get(post.pk, [])
    channels = {row.account.channel for row in rows if row.delivery.status == D.SENT}
    there = {row.account.pk for row in rows}
    open_ = (row for row in reading.own_accounts(actor=request.actor) if row.pk not in there)
    return [row for row in open_ if row.channel in channels and can_repost(row.channel)]


def _steps(post: Post) -> list[tuple[Any, Any, str]]:
    """Who did what when, as far as it has come."""
    steps = [
        (_("Begun"), post.created_at, post.author_ref),
        (_("Handed in"), post.submitted_at, post.submitted_by),
        (_("Approved"), post.approved_at, post.approved_by),
        (_("Let go"), post.announced_at, ""),
        (_("Recalled"), post.withdrawn_at, post.withdrawn_by),
    ]
    return [step for step in steps if step[1]]
