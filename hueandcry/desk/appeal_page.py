"""The page of one appeal, shared by the views that act on it: facts, pictures, steps, networks, proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import checking, queries
from hueandcry.appeals.addresses import appeal_path, public_url
from hueandcry.appeals.announcing import network_previews, text_of
from hueandcry.appeals.models import Appeal, ProposedUpdate, Status
from hueandcry.appeals.queries import PictureView
from hueandcry.appeals.writing import lacking
from hueandcry.desk import notices
from hueandcry.desk.appeal_changes import changes, checks
from hueandcry.desk.findings import rows
from hueandcry.desk.forms.appeals import (
    AtOnceForm,
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
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.ids import ref
from hueandcry.posts.deciding import Standing
from hueandcry.posts.queries import DeliveryView, deliveries_about
from hueandcry.posts.reading import posts_leading_to
from hueandcry.publicsite.queries import proof_of_removal

UNUSABLE = 422
WRITING = {Status.DRAFT, Status.SUBMITTED, Status.APPROVED}
OVER = {Status.RESOLVED, Status.WITHDRAWN}
THUMBNAIL = 320
SETTLING = timedelta(minutes=10)  # how long after an end the page looks at the proof by itself


def back(appeal: Appeal, word: str, part: str = "", *, undo: str = "") -> HttpResponseRedirect:
    """Back to the appeal's page, saying `word` (desk/notices.py); `part` is the id of the section to jump to."""
    jump = f"#{part}" if part else ""
    address = f"{reverse('appeal', args=[appeal.reference])}{jump}"
    if not word:
        return HttpResponseRedirect(address)
    return notices.redirect_saying(address, word, undo=undo)


def ago(moment: datetime | None) -> str:
    """How long since, in one short figure: "20 s", "14 min", "3 h", "5 d"; empty for nothing."""
    if moment is None:
        return ""
    seconds = max(int((clock.now() - moment).total_seconds()), 0)
    for size, words in ((86400, _("%d d")), (3600, _("%d h")), (60, _("%d min"))):
        if seconds >= size:
            return words % (seconds // size)
    return _("%d s") % seconds


def appeal_page(
    request: DeskRequest, appeal: Appeal, *, forms: Mapping[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page; `forms` are those with something to put right, by name, and replace the empty ones."""
    given = dict(forms or {})
    people = names_of(
        {appeal.author_ref, appeal.submitted_by, appeal.approved_by, appeal.published_by, appeal.withdrawn_by}
    )
    can = _can(request, appeal)
    gaps = lacking(appeal) if appeal.status in WRITING else {}
    pictures, day = queries.pictures_of(appeal), request.asked.day
    context = {
        "appeal": appeal,
        "wrong": next(iter(given.values()), None),
        "pictures": [_picture(appeal, picture, given) for picture in pictures],
        "updates": queries.updates_of(appeal),
        "lines": _lines(request, appeal, given),
        "gaps": gaps,
        "review": queries.needs_review(appeal, day),
        "announcement": text_of(appeal),
        "changes": changes(appeal, agency=request.agency) if appeal.status in WRITING else None,
        "checks": checks(appeal, gaps, pictures, day=day, actor=request.actor) if can["can_approve"] else [],
        **_looked(request, appeal, pictures),
        "over": appeal.status in OVER,
        "writing": appeal.status in WRITING,
        "kept": queries.working_copy(actor=request.actor, appeal=appeal) if can["can_write"] else None,
        "steps": _steps(appeal, people),
        **results_of(request, appeal, given),
        **can,
        **_forms(given),
    }
    return render(request, "desk/appeals/appeal.html", context, status=status)


def _looked(request: DeskRequest, appeal: Appeal, pictures: list[PictureView]) -> dict[str, Any]:
    """What the check finds, and the reasons that were given, while the appeal is not public."""
    if appeal.status not in WRITING:
        return {}
    looked = checking.look(appeal, reader=request.actor, agency=request.agency, pictures=pictures)
    subject = checking.subject_of(appeal)
    return {
        "findings": rows(looked.findings, actor=request.actor, subject=subject, curable=False),
        "known": looked.lines,
        "standing": Standing(),
        "written": True,
        "stops": looked.stops,
        "warns": looked.open,
        "proceeded": looked.answered,
        "subject": subject,
    }


def results_of(
    request: DeskRequest, appeal: Appeal, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Where the page and its posts stand now. refresh: the page should look again by itself."""
    lines = deliveries_about(subject=ref("appeal", appeal.pk), actor=request.actor)
    proof = proof_of_removal(actor=request.actor, appeal_id=appeal.pk) if appeal.status in OVER else []
    ended = appeal.withdrawn_at or appeal.resolved_at
    lately = ended is not None and clock.now() - ended < SETTLING
    address = public_url(request.agency, appeal_path(appeal.reference))
    over = appeal.status in OVER and request.actor.may(Permission.POST_READ)
    return {
        "lead_here": posts_leading_to(actor=request.actor, address=address) if over else [],
        "deliveries": [_delivery(line, dict(given or {})) for line in lines],
        "proof": proof,
        "public": appeal.status == Status.PUBLISHED,
        "public_address": address,
        "refresh": any(line.moving and not line.by_hand for line in lines)
        or (lately and not all(line.gone for line in proof)),
        "stoppable": sum(line.stoppable for line in lines),
        "can_settle": request.actor.may(Permission.APPEAL_PUBLISH),
        "can_withdraw": appeal.status in {Status.PUBLISHED, Status.RESOLVED}
        and request.actor.may(Permission.APPEAL_WITHDRAW),
    }


def publish_sheet(
    request: DeskRequest, appeal: Appeal, form: PublishForm, *, status: int = 200
) -> HttpResponse:
    """What is about to happen: page, networks with their texts, review date."""
    stops = checking.look(appeal, reader=request.actor, agency=request.agency).stops
    context = {
        "appeal": appeal,
        "form": form,
        "previews": network_previews(appeal, actor=request.actor),
        "pictures": picture_rows(appeal),
        "public_address": public_url(request.agency, appeal_path(appeal.reference)),
        "gaps": {**lacking(appeal), **{f"stop-{n}": item.sentence for n, item in enumerate(stops)}},
        "approved_by": names_of({appeal.approved_by}).get(appeal.approved_by, appeal.approved_by),
    }
    return render(request, "desk/appeals/publish.html", context, status=status)


def _can(request: DeskRequest, appeal: Appeal) -> dict[str, bool]:
    """What this person can do with the appeal now; the actions check again."""
    may, status, me = request.actor.may, appeal.status, request.actor.ref
    wrote = me in appeal.writers
    return {
        # Somebody who could still approve it is not offered to write in it: they would lose the right to.
        "can_write": may(Permission.APPEAL_DRAFT)
        and (status == Status.DRAFT or (status in WRITING and wrote)),
        "can_submit": status == Status.DRAFT and may(Permission.APPEAL_DRAFT),
        "can_take_back": status == Status.SUBMITTED and may(Permission.APPEAL_DRAFT) and wrote,
        "can_approve": status == Status.SUBMITTED and may(Permission.APPEAL_APPROVE) and not wrote,
        "can_unapprove": status == Status.APPROVED and appeal.approved_by == me,
        "wrote_it": status == Status.SUBMITTED and wrote,
        "can_return": status in {Status.SUBMITTED, Status.APPROVED} and may(Permission.APPEAL_APPROVE),
        "can_publish": status == Status.APPROVED and may(Permission.APPEAL_PUBLISH),
        "can_update": status == Status.PUBLISHED and may(Permission.APPEAL_DRAFT),
        "can_hurry": status == Status.PUBLISHED and may(Permission.APPEAL_PUBLISH),
        "can_resolve": status == Status.PUBLISHED and may(Permission.APPEAL_PUBLISH),
    }


def _forms(given: dict[str, Any]) -> dict[str, BaseForm]:
    return {
        "picture_form": given.get("picture") or PictureForm(),
        "note_form": given.get("note") or NoteForm(),
        "update_form": given.get("update") or UpdateForm(prefix="update"),
        "once_form": given.get("once") or AtOnceForm(prefix="once"),
        "resolve_form": given.get("resolve") or ResolveForm(),
        "withdraw_form": given.get("withdraw") or WithdrawForm(),
    }


def picture_rows(appeal: Appeal) -> list[dict[str, Any]]:
    """The pictures of an appeal, each with a small copy and the form of its words."""
    return [_picture(appeal, picture, {}) for picture in queries.pictures_of(appeal)]


def _picture(appeal: Appeal, picture: PictureView, given: dict[str, Any]) -> dict[str, Any]:
    copies = picture.copies("jpeg")
    small = next((copy for copy in reversed(copies) if copy.width <= THUMBNAIL), copies[0])
    name = f"picture-{picture.id}"
    words = {"alt": picture.alt, "caption": picture.caption}
    return {
        "view": picture,
        "right": ref("asset", picture.asset_id),
        "small": small,
        "address": reverse("appeal-media", args=[appeal.reference, small.public_name]),
        "large": reverse("appeal-media", args=[appeal.reference, copies[-1].public_name]),
        "form": given.get(name) or DescribeForm(initial=words, prefix=name),
    }


def _delivery(line: DeliveryView, given: dict[str, Any]) -> dict[str, Any]:
    name = f"delivery-{line.id}"
    return {"line": line, "form": given.get(name) or SettleForm(prefix=name)}


def _lines(request: DeskRequest, appeal: Appeal, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines for the public page that somebody must still decide on, with what this person can do."""
    found = queries.proposals_of(appeal)
    names = names_of({ref for line in found for ref in (line.author_ref, line.decided_by)})
    may_decide = request.actor.may(Permission.APPEAL_APPROVE)
    statuses = ProposedUpdate.Status
    return [
        {
            "line": line,
            "who": names.get(line.author_ref, line.author_ref),
            "by": names.get(line.decided_by, line.decided_by),
            "can_decide": may_decide
            and line.author_ref != request.actor.ref
            and line.status == statuses.WAITING,
            "can_see": may_decide and line.author_ref != request.actor.ref and line.status == statuses.URGENT,
            "mine": line.author_ref == request.actor.ref and line.status == statuses.WAITING,
            "form": given.get(f"line-{line.pk}") or NoteForm(prefix=f"line-{line.pk}"),
        }
        for line in found
    ]


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
