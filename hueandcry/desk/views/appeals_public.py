"""Appeals in public: publish, update, resolve, withdraw, and posts that a person must settle."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from hueandcry.appeals import queries
from hueandcry.channels.queries import announcing_accounts
from hueandcry.desk.appeal_page import UNUSABLE, appeal_page, back
from hueandcry.desk.forms.appeals import PublishForm, ResolveForm, SettleForm, UpdateForm, WithdrawForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.posts import actions as posts
from hueandcry.publicsite import actions as site
from hueandcry.publicsite.actions import Shown
from hueandcry.ui.fields import add_refusal


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def publish(request: DeskRequest, reference: str) -> HttpResponse:
    """Put an approved appeal up and announce it."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = PublishForm(request.POST, accounts=announcing_accounts(actor=request.actor))
    if form.is_valid():
        try:
            _appeal, shown = site.publish_appeal(
                appeal_id=found.pk, account_ids=form.account_ids(), by=request.actor
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, said("published", shown))
    return appeal_page(request, found, forms={"publish": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def update(request: DeskRequest, reference: str) -> HttpResponse:
    """Add a dated line to a public appeal."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = UpdateForm(request.POST, prefix="update")
    if form.is_valid():
        try:
            _line, shown = site.update_appeal(appeal_id=found.pk, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, said("updated", shown))
    return appeal_page(request, found, forms={"update": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def resolve(request: DeskRequest, reference: str) -> HttpResponse:
    """End a public appeal in words that name nobody."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = ResolveForm(request.POST)
    if form.is_valid():
        _appeal, shown = site.resolve_appeal(
            appeal_id=found.pk, outcome=form.cleaned_data["outcome"], by=request.actor
        )
        return back(found, said("resolved", shown))
    return appeal_page(request, found, forms={"resolve": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_WITHDRAW)
@require_POST
def withdraw(request: DeskRequest, reference: str) -> HttpResponse:
    """Take an appeal down: files and server before this answers; the page then shows the proof."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        _appeal, shown = site.take_down_appeal(
            appeal_id=found.pk, reason=form.cleaned_data["reason"], by=request.actor
        )
        return back(found, said("withdrawn", shown))
    return appeal_page(request, found, forms={"withdraw": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def retry(request: DeskRequest, reference: str, delivery_id: int) -> HttpResponse:
    """Send again what was not sent."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    posts.retry_delivery(delivery_id=delivery_id, by=request.actor)
    return back(found, "retried", "networks")


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def settle(request: DeskRequest, reference: str, delivery_id: int) -> HttpResponse:
    """Say whether a post is there whose fate is not known."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    name = f"delivery-{delivery_id}"
    form = SettleForm(request.POST, prefix=name)
    if form.is_valid():
        try:
            posts.settle_unconfirmed(
                delivery_id=delivery_id,
                landed=form.cleaned_data["landed"] == "yes",
                remote_url=form.cleaned_data["remote_url"],
                by=request.actor,
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, "settled", "networks")
    return appeal_page(request, found, forms={name: form}, status=UNUSABLE)


def said(word: str, shown: Shown) -> str:
    """The word for the notice: what was done, and whether the public sees it yet."""
    return word if shown.done else f"{word}-later"
