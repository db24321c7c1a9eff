"""The page of one appeal, shared by the views that act on it: facts, pictures, steps, networks, proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import queries
from hueandcry.appeals.addresses import appeal_path, public_url
from hueandcry.appeals.announcing import text_of
from hueandcry.appeals.models import Appeal, Status
from hueandcry.appeals.queries import PictureView
from hueandcry.appeals.writing import lacking
from hueandcry.channels.queries import announcing_accounts
from hueandcry.desk.forms.appeals import (
    DescribeForm,
    NoteForm,
    PictureForm,
    PublishForm,
    ResolveForm,
    SettleForm,
    UpdateForm,
    WithdrawForm,
)
from hueandcry.desk.guard import DeskRequest
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.ids import ref
from hueandcry.posts.queries import DeliveryView, deliveries_about
from hueandcry.publicsite.queries import proof_of_removal

UNUSABLE = 422
WRITING = {Status.DRAFT, Status.SUBMITTED, Status.APPROVED}
OVER = {Status.RESOLVED, Status.WITHDRAWN}
THUMBNAIL = 320


def back(appeal: Appeal, said: str, part: str = "") -> HttpResponseRedirect:
    """Back to the appeal's page with a notice; `part` is the id of the section to jump to."""
    jump = f"#{part}" if part else ""
    return HttpResponseRedirect(f"{reverse('appeal', args=[appeal.reference])}?said={said}{jump}")


def appeal_page(
    request: DeskRequest, appeal: Appeal, *, forms: Mapping[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page; `forms` are those with something to put right, by name, and replace the empty ones."""
    given = dict(forms or {})
    people = names_of(
        {appeal.author_ref, appeal.submitted_by, appeal.approved_by, appeal.published_by, appeal.withdrawn_by}
    )
    context = {
        "appeal": appeal,
        "notice": _notice(request.GET.get("said", "")),
        "wrong": next(iter(given.values()), None),
        "pictures": [_picture(appeal, picture, given) for picture in queries.pictures_of(appeal)],
        "updates": queries.updates_of(appeal),
        "gaps": lacking(appeal) if appeal.status in WRITING else {},
        "review": queries.needs_review(appeal, queries.today(appeal.agency_id)),
        "announcement": text_of(appeal),
        "public": appeal.status == Status.PUBLISHED,
        "over": appeal.status in OVER,
        "public_address": public_url(request.agency, appeal_path(appeal.reference)),
        "deliveries": [
            _delivery(line, given)
            for line in deliveries_about(subject=ref("appeal", appeal.pk), actor=request.actor)
        ],
        "proof": proof_of_removal(actor=request.actor, appeal_id=appeal.pk) if appeal.status in OVER else [],
        "steps": _steps(appeal, people),
        **_can(request, appeal),
        **_forms(request, appeal, given),
    }
    return render(request, "desk/appeals/appeal.html", context, status=status)


def _can(request: DeskRequest, appeal: Appeal) -> dict[str, bool]:
    """What this person can do with the appeal now; the actions check again."""
    may, status = request.actor.may, appeal.status
    return {
        # Somebody who could still approve it is not offered to write in it: they would lose the right to.
        "can_write": may(Permission.APPEAL_DRAFT)
        and (status == Status.DRAFT or (status in WRITING and request.actor.ref in appeal.writers)),
        "can_submit": status == Status.DRAFT and may(Permission.APPEAL_DRAFT),
        "can_approve": status == Status.SUBMITTED
        and may(Permission.APPEAL_APPROVE)
        and request.actor.ref not in appeal.writers,
        "wrote_it": status == Status.SUBMITTED and request.actor.ref in appeal.writers,
        "can_return": status in {Status.SUBMITTED, Status.APPROVED} and may(Permission.APPEAL_APPROVE),
        "can_publish": status == Status.APPROVED and may(Permission.APPEAL_PUBLISH),
        "can_update": status == Status.PUBLISHED and may(Permission.APPEAL_PUBLISH),
        "can_withdraw": status in {Status.PUBLISHED, Status.RESOLVED} and may(Permission.APPEAL_WITHDRAW),
        "can_settle": may(Permission.APPEAL_PUBLISH),
    }


def _forms(request: DeskRequest, appeal: Appeal, given: dict[str, Any]) -> dict[str, BaseForm]:
    accounts = announcing_accounts(actor=request.actor) if appeal.status == Status.APPROVED else []
    return {
        "picture_form": given.get("picture") or PictureForm(),
        "note_form": given.get("note") or NoteForm(),
        "publish_form": given.get("publish") or PublishForm(accounts=accounts),
        "update_form": given.get("update") or UpdateForm(prefix="update"),
        "resolve_form": given.get("resolve") or ResolveForm(),
        "withdraw_form": given.get("withdraw") or WithdrawForm(),
    }


def _picture(appeal: Appeal, picture: PictureView, given: dict[str, Any]) -> dict[str, Any]:
    copies = picture.copies("jpeg")
    small = next((copy for copy in copies if copy.width <= THUMBNAIL), copies[0])
    name = f"picture-{picture.id}"
    words = {"alt": picture.alt, "caption": picture.caption}
    return {
        "view": picture,
        "small": small,
        "address": reverse("appeal-media", args=[appeal.reference, small.public_name]),
        "large": reverse("appeal-media", args=[appeal.reference, copies[-1].public_name]),
        "form": given.get(name) or DescribeForm(initial=words, prefix=name),
    }


def _delivery(line: DeliveryView, given: dict[str, Any]) -> dict[str, Any]:
    name = f"delivery-{line.id}"
    return {"line": line, "form": given.get(name) or SettleForm(prefix=name)}


def _steps(appeal: Appeal, people: dict[str, str]) -> list[dict[str, Any]]:
    """Who did what when, as far as it has come."""
    steps = [
        (_("Begun"), appeal.created_at, appeal.author_ref),
        (_("Submitted"), appeal.submitted_at, appeal.submitted_by),
        (_("Approved"), appeal.approved_at, appeal.approved_by),
        (_("Published"), appeal.published_at, appeal.published_by),
        (_("Resolved"), appeal.resolved_at, ""),
        (_("Withdrawn"), appeal.withdrawn_at, appeal.withdrawn_by),
    ]
    return [{"label": label, "at": at, "who": people.get(who, who)} for label, at, who in steps if at]


def _notice(said: str) -> dict[str, str]:
    """The sentence after an act; nothing for a word that is none of ours."""
    later = _(
        "The act is recorded, but the web server has not confirmed it within a second. The worker repeats it until it has; look again in a moment."
    )
    done = {
        "drafted": _("The draft is kept. Add pictures, then submit it."),
        "saved": _("Saved."),
        "picture-added": _("The picture was added."),
        "picture-removed": _("The picture was taken out."),
        "submitted": _("Submitted. Somebody else must approve it now."),
        "approved": _("Approved. It can be published."),
        "returned": _("Returned to its author."),
        "published": _("The page is public, and the web server serves it."),
        "updated": _("The public page shows it."),
        "resolved": _("The page says how it ended. Text and pictures were taken down."),
        "withdrawn": _("It was taken down. The list below was checked just now."),
        "retried": _("It will be sent again."),
        "settled": _("Noted."),
    }
    if said in done:
        return {"tone": "ok", "text": done[said]}
    if said.endswith("-later") and said.removesuffix("-later") in done:
        return {"tone": "amber", "text": later}
    return {}
