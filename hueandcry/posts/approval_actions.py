"""Verbs of deciding: hand in, let go, approve, return, plan for another time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.agencies.standing import require_standing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.states import move
from hueandcry.posts import checking, deciding, reading, staff_first
from hueandcry.posts.announcing import decide, keep_reason, keep_revision, let_go
from hueandcry.posts.cards import kept_cards
from hueandcry.posts.knowing import addresses_in, texts_in
from hueandcry.posts.models import Post, PostRevision
from hueandcry.posts.writing import BACK_TO_DRAFT, as_it_stands, same
from hueandcry.records.entry import record

S = Post.Status
What, Decision = PostRevision.What, PostRevision.Decision
NOTE = 1000  # characters


class AuthorCannotApprove(NotAllowed):
    """Whoever wrote any part of a post cannot approve it."""


class NotInOwnRight(NotAllowed):
    """Somebody else must approve this post before it goes out."""


@transaction.atomic
def submit_post(*, post_id: int, by: Actor, revision: int | None = None, reason: str = "") -> Post:
    """Hand a draft to a second person. reason: why the warnings of the check may stand.

    Raises NotAllowed, NotFound, Invalid, StaffOnly, Stopped, NeedsReason, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = _ready(post_id, by=by, revision=revision, reason=reason)
    given = {"cards": post.cards, "submitted_at": clock.now(), "submitted_by": by.ref, "return_note": ""}
    move(post, to=S.SUBMITTED, **given)
    keep_revision(post, What.SUBMITTED, by=by)
    record(by=by, verb="post.submit", subject=post.subject, body=as_it_stands(post))
    return post


@transaction.atomic
def publish_post(*, post_id: int, by: Actor, revision: int | None = None, reason: str = "") -> Post:
    """Let a draft go in one's own right: now, or at the time it is planned for.

    Raises NotAllowed, NotInOwnRight (somebody else must approve it), NotFound, Invalid, StaffOnly, Stopped,
    NeedsReason, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = _ready(post_id, by=by, revision=revision, reason=reason)
    asked = deciding.require_may_go(post, by=by)
    if asked.needs_approval:
        names = ", ".join(account.label for account in asked.approvals[:3])
        raise NotInOwnRight(_("Somebody else must approve it before it goes out on %s. Hand it in.") % names)
    given = {"cards": post.cards, "submitted_at": clock.now(), "submitted_by": by.ref, "return_note": ""}
    move(post, to=S.APPROVED, **given)
    keep_revision(post, What.OWN, by=by)
    record(by=by, verb="post.publish", subject=post.subject, body=as_it_stands(post))
    _go_if_due(post, by=by)
    return post


@transaction.atomic
def approve_post(*, post_id: int, by: Actor, revision: int | None = None) -> Post:
    """Approve what was handed in: it goes out now, or at the time it is planned for. revision: the one the person saw.

    Raises NotAllowed, NotFound, AuthorCannotApprove, Stopped; Conflict if it does not wait any more or was changed.
    """
    by.require(Permission.POST_APPROVE)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    same(post, revision)
    if by.ref in reading.deciders_barred(post):
        raise AuthorCannotApprove(_("You wrote a part of this post. Somebody else must approve it."))
    require_standing(by)
    checking.require_still_clear(post, by=by)
    if post.status != S.SUBMITTED:
        raise Conflict(_("This is “%s” now, so it cannot be approved.") % post.get_status_display())
    move(post, to=S.APPROVED, approved_at=clock.now(), approved_by=by.ref)
    decide(post, Decision.APPROVED, by=by)
    record(by=by, verb="post.approve", subject=post.subject, body=as_it_stands(post))
    _go_if_due(post, by=by)
    return post


@transaction.atomic
def return_post(*, post_id: int, note: str, by: Actor) -> Post:
    """Give a submitted or planned post back to its author with a note. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.POST_APPROVE)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    words = note.strip()[:NOTE]
    if not words:
        raise Invalid(_("Say what should be changed."), field="note")
    decide(post, Decision.RETURNED, by=by, note=words)
    move(post, to=S.DRAFT, **{**BACK_TO_DRAFT, "return_note": words})
    record(by=by, verb="post.return", subject=post.subject, body={"note": words})
    return post


@transaction.atomic
def take_back_post(*, post_id: int, by: Actor) -> Post:
    """Make a submitted or planned post a draft again. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    if post.status not in {S.SUBMITTED, S.APPROVED}:
        raise Conflict(_("This is “%s” now, so it cannot be taken back.") % post.get_status_display())
    if by.ref not in {*post.writers, post.submitted_by} and not by.may(Permission.POST_APPROVE):
        raise NotAllowed(_("Only those who wrote it take it back. An approver returns it with a note."))
    move(post, to=S.DRAFT, **BACK_TO_DRAFT)
    record(by=by, verb="post.take-back", subject=post.subject)
    return post


@transaction.atomic
def plan_post(*, post_id: int, at: datetime | None, by: Actor) -> Post:
    """Give a post that is not out yet another time. None: no time; a planned one is a draft again then.

    A time is not wording, so what was approved stays approved; the record says who moved it. Raises NotAllowed, NotFound,
    Invalid (the time has passed), Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    if post.status not in {S.DRAFT, S.SUBMITTED, S.APPROVED}:
        raise Conflict(_("This is “%s” now, so its time cannot be changed.") % post.get_status_display())
    if by.ref not in post.writers and not by.may(Permission.POST_APPROVE):
        raise NotAllowed(_("Only those who wrote it, or an approver, move it."))
    if at is not None and at <= clock.now():
        raise Invalid(_("That time has passed. Choose a later one."), field="scheduled_at")
    was = post.scheduled_at
    Post.objects.filter(pk=post.pk).update(scheduled_at=at, revision=post.revision + 1)
    post.scheduled_at, post.revision = at, post.revision + 1
    if at is None and post.status == S.APPROVED:
        move(post, to=S.DRAFT, **BACK_TO_DRAFT)
    staff_first.plan(post)
    body = {"was": was.isoformat() if was else "", "scheduled_at": at.isoformat() if at else ""}
    record(by=by, verb="post.plan", subject=post.subject, body=body)
    return post


@transaction.atomic
def release_post(*, post_id: int, by: Actor) -> bool:
    """Let a planned post go whose time has come. For the worker; False if somebody took it back meanwhile.

    If a right to show a picture ran out since it was planned, or a matter in it was held, it goes back to its author.

    Whether its author may still speak is asked again by whoever sends each delivery (posts/holding.py). Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_APPROVE)
    rows = reading.due_posts().select_for_update(of=("self",))
    post = rows.filter(pk=post_id, agency_id=by.agency_id).first()
    if post is None:
        return False
    if said := checking.changed_since(post):
        words = _("It did not go out at its time: %s") % said
        move(post, to=S.DRAFT, **{**BACK_TO_DRAFT, "return_note": words[:NOTE]})
        record(by=by, verb="post.return", subject=post.subject, body={"note": words})
        return False
    let_go(post, by=by)
    record(by=by, verb="post.release", subject=post.subject)
    return True


def _ready(post_id: int, *, by: Actor, revision: int | None, reason: str) -> Post:
    """The draft, if nothing stands in its way; the warnings answered for are kept with it."""
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    same(post, revision)
    if post.status != S.DRAFT:
        raise Conflict(_("This is “%s” now. Reload to see it.") % post.get_status_display())
    if post.scheduled_at and post.scheduled_at <= clock.now():
        raise Invalid(_("That time has passed. Choose a later one, or now."), field="scheduled_at")
    deciding.require_may_go(post, by=by)
    # Kept first and then looked at: what is read of a page from now on is not what was handed in.
    post.cards = kept_cards(addresses_in(*texts_in(post)), agency=get_agency(post.agency_id))
    warned = checking.require_clear(post, by=by, reason=reason)
    keep_reason(post, warned, words=reason.strip()[:NOTE], by=by)
    return post


def _go_if_due(post: Post, *, by: Actor) -> None:
    if post.scheduled_at is None or post.scheduled_at <= clock.now():
        let_go(post, by=by)
    else:
        staff_first.plan(post)
