"""Appeals in public: publish, stop, lines by two people, the end, and posts that a person must settle."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.appeals import queries, update_actions
from hueandcry.appeals.models import Appeal, ProposedUpdate, Status
from hueandcry.channels.queries import announcing_accounts
from hueandcry.desk import notices
from hueandcry.desk.appeal_page import UNUSABLE, appeal_page, back, publish_sheet, results_of
from hueandcry.desk.forms.appeals import (
    AtOnceForm,
    NoteForm,
    PublishForm,
    ResolveForm,
    SettleForm,
    UpdateForm,
    WithdrawForm,
)
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.posts import actions as posts
from hueandcry.publicsite import actions as site
from hueandcry.publicsite.actions import Shown
from hueandcry.ui.fields import add_refusal

DONE = {
    "appeal-published": _lazy("The page is public, and the web server serves it."),
    "appeal-updated": _lazy("The public page shows it."),
    "appeal-resolved": _lazy("The page says how it ended. Text and pictures were taken down."),
    "appeal-withdrawn": _lazy("It was taken down. The list below was checked just now."),
}
LATER = _lazy(
    "The act is recorded, but the web server has not confirmed it within a second. The worker repeats it until it has; look again in a moment."
)
notices.add(DONE)
notices.add({f"{word}-later": LATER for word in DONE}, tone="amber")
notices.add(
    {
        "appeal-stopped": _lazy("What was not sent yet will not be sent. The page stays public."),
        "line-proposed": _lazy("Handed in. Somebody else must let it out."),
        "line-taken-back": _lazy("The line is taken back. Nobody saw it."),
        "line-returned": _lazy("Returned with your note."),
        "line-seen": _lazy("Noted that you have read it."),
        "delivery-retried": _lazy("It will be sent again."),
        "delivery-settled": _lazy("Noted."),
    }
)


# --- publishing -------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_PUBLISH)
def publish(request: DeskRequest, reference: str) -> HttpResponse:
    """What is about to happen, and then the act: the page goes up and is announced."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    if found.status != Status.APPROVED:
        if request.method == "POST":
            raise Conflict(_("This appeal is not approved, or is public already. Reload to see it."))
        return back(found, "")
    form = PublishForm(
        request.POST if request.method == "POST" else None, accounts=announcing_accounts(actor=request.actor)
    )
    if form.is_valid():
        try:
            _appeal, shown = site.publish_appeal(
                appeal_id=found.pk, account_ids=form.account_ids(), by=request.actor
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, said("appeal-published", shown), "results")
    return publish_sheet(request, found, form, status=UNUSABLE if form.is_bound else 200)


@desk_view(Permission.APPEAL_READ)
@require_safe
def results(request: DeskRequest, reference: str) -> HttpResponse:
    """The part of the page that says where page and posts stand now; the page asks for it again and again."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    context = {"appeal": found, **results_of(request, found)}
    return render(request, "desk/appeals/_results.html", context)


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def stop(request: DeskRequest, reference: str) -> HttpResponse:
    """Do not send what has not been sent yet."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    posts.stop_announcements(subject=ref("appeal", found.pk), by=request.actor)
    return back(found, "appeal-stopped", "results")


# --- lines ------------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def update(request: DeskRequest, reference: str) -> HttpResponse:
    """Hand in a line for a public appeal; somebody else lets it out."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = UpdateForm(request.POST, prefix="update")
    if form.is_valid():
        try:
            line = update_actions.propose_update(appeal_id=found.pk, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            undo = reverse("appeal-line-take-back", args=[found.reference, line.pk])
            return back(found, "line-proposed", "lines", undo=undo)
    return appeal_page(request, found, forms={"update": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def update_at_once(request: DeskRequest, reference: str) -> HttpResponse:
    """Correct a danger on the public page now; the second person is shown it afterwards."""
    form = AtOnceForm(request.POST, prefix="once")
    return _act(
        request,
        reference,
        ("once", form),
        "appeal-updated",
        lambda found: site.update_at_once(appeal_id=found.pk, by=request.actor, **form.cleaned_data)[1],
    )


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def line_approve(request: DeskRequest, reference: str, update_id: int) -> HttpResponse:
    """Let out a line that somebody else wrote."""
    found, line = _line(request, reference, update_id)
    try:
        _update, shown = site.approve_update(update_id=line.pk, by=request.actor)
    except Invalid as refusal:
        form = NoteForm(prefix=f"line-{line.pk}", data={})
        form.full_clean()
        form.errors.clear()
        form.add_error(None, refusal.sentence)
        return appeal_page(request, found, forms={f"line-{line.pk}": form}, status=UNUSABLE)
    return back(found, said("appeal-updated", shown), "lines")


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def line_return(request: DeskRequest, reference: str, update_id: int) -> HttpResponse:
    """Give a line back to who wrote it, with a note."""
    found, line = _line(request, reference, update_id)
    form = NoteForm(request.POST, prefix=f"line-{line.pk}")
    if form.is_valid():
        update_actions.return_update(update_id=line.pk, note=form.cleaned_data["note"], by=request.actor)
        return back(found, "line-returned", "lines")
    return appeal_page(request, found, forms={f"line-{line.pk}": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def line_take_back(request: DeskRequest, reference: str, update_id: int) -> HttpResponse:
    """Take one's own line back before somebody decides."""
    found, line = _line(request, reference, update_id)
    update_actions.take_back_update(update_id=line.pk, by=request.actor)
    return back(found, "line-taken-back", "lines")


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def line_seen(request: DeskRequest, reference: str, update_id: int) -> HttpResponse:
    """Say that one has read a line that went out at once."""
    found, line = _line(request, reference, update_id)
    update_actions.look_at_update(update_id=line.pk, by=request.actor)
    return back(found, "line-seen", "lines")


def _line(request: DeskRequest, reference: str, update_id: int) -> tuple[Appeal, ProposedUpdate]:
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    line = queries.get_proposal(actor=request.actor, update_id=update_id)
    if line.appeal_id != found.pk:
        raise NotFound(_("There is no such line."))
    return found, line


# --- the end ----------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def resolve(request: DeskRequest, reference: str) -> HttpResponse:
    """End a public appeal in words that name nobody."""
    form = ResolveForm(request.POST)
    return _act(
        request,
        reference,
        ("resolve", form),
        "appeal-resolved",
        lambda found: site.resolve_appeal(appeal_id=found.pk, by=request.actor, **form.cleaned_data)[1],
    )


@desk_view(Permission.APPEAL_WITHDRAW)
@require_POST
def withdraw(request: DeskRequest, reference: str) -> HttpResponse:
    """Take an appeal down: files and server before this answers; the page then shows the proof."""
    form = WithdrawForm(request.POST)
    return _act(
        request,
        reference,
        ("withdraw", form),
        "appeal-withdrawn",
        lambda found: site.take_down_appeal(appeal_id=found.pk, by=request.actor, **form.cleaned_data)[1],
    )


def _act(
    request: DeskRequest,
    reference: str,
    named: tuple[str, BaseForm],
    word: str,
    act: Callable[[Appeal], Shown],
) -> HttpResponse:
    """Do what a whole form asks for and say whether the public sees it; else show the form with what is wrong."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    name, form = named
    if form.is_valid():
        try:
            shown = act(found)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, said(word, shown), "results")
    return appeal_page(request, found, forms={name: form}, status=UNUSABLE)


def said(word: str, shown: Shown) -> str:
    """The word for the notice: what was done, and whether the public sees it yet."""
    return word if shown.done else f"{word}-later"


# --- deliveries -------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_PUBLISH)
@require_POST
def retry(request: DeskRequest, reference: str, delivery_id: int) -> HttpResponse:
    """Send again what was not sent."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    posts.retry_delivery(delivery_id=delivery_id, by=request.actor)
    return back(found, "delivery-retried", "results")


@desk_view(Permission.APPEAL_WITHDRAW)
@require_POST
def removed(request: DeskRequest, reference: str, delivery_id: int) -> HttpResponse:
    """Say that a post is gone which the worker cannot find or delete."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    posts.settle_removal(delivery_id=delivery_id, by=request.actor)
    return back(found, "delivery-settled", "results")


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
            return back(found, "delivery-settled", "results")
    return appeal_page(request, found, forms={name: form}, status=UNUSABLE)
