"""What a person does with a delivery, or a change of one, that is held back: let it go after all, or drop it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts import queries
from hueandcry.posts.announcing import keep_reason
from hueandcry.posts.held import held_edits, let_go, let_go_edit, why_edit_held
from hueandcry.posts.holding import dropping, releasing, to_answer, why_held, why_not_said
from hueandcry.posts.models import Delivery, DeliveryEdit
from hueandcry.records.entry import record

S = Delivery.Status
NOTE = 1000  # characters of a reason


class StillHeld(Conflict):
    """The reason for holding it back is still there."""


@transaction.atomic
def send_held(*, delivery_id: int, by: Actor, reason: str = "") -> Delivery:
    """Put a delivery that was held for too long back in line after all, if nothing stands in its way now.

    reason: why it may go out where a matter was held since it was let go; it is kept, for all its accounts. Who says so needs the right to speak there as well. Raises NotAllowed, NotFound, StillHeld, Conflict.
    """
    delivery = _held(delivery_id, by=by)
    by.require(releasing(delivery.post))
    _answer(delivery, reason, by=by)
    speaks = why_not_said(post=delivery.post, account=delivery.account, speaker_ref=by.ref)
    if said := why_held(delivery) or speaks:
        raise StillHeld(_("This cannot go out yet. %s") % said)
    if not let_go(delivery):
        raise Conflict(_("Somebody else decided on this a moment ago. Reload to see it as it is now."))
    record(by=by, verb="delivery.let-go", subject=ref("delivery", delivery.pk))
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def drop_held(*, delivery_id: int, by: Actor) -> Delivery:
    """Give up a delivery that is held back: it is never sent. Raises NotAllowed, NotFound, Conflict."""
    delivery = _held(delivery_id, by=by)
    if delivery.post.author_ref != by.ref:
        by.require(dropping(delivery.post))
    reason = delivery.last_error
    move(delivery, to=S.CANCELLED, due_at=None, last_error="")
    # The parts after it name it, so that they would wait for ever.
    after = Delivery.objects.filter(
        post_id=delivery.post_id, account_id=delivery.account_id, part__gt=delivery.part, status=S.QUEUED
    )
    after.update(status=S.CANCELLED, due_at=None)
    body: dict[str, str | int | None] = {"account": delivery.account.handle, "was_held": reason}
    record(by=by, verb="delivery.drop", subject=ref("delivery", delivery.pk), body=body)
    return delivery


@transaction.atomic
def make_held_change(*, edit_id: int, by: Actor, reason: str = "") -> DeliveryEdit:
    """Let a change that was held for too long be made after all, if nothing stands in its way now.

    reason: as for send_held. Who says so needs the right to speak there as well. Raises NotAllowed, NotFound, StillHeld, Conflict.
    """
    edit = _held_edit(edit_id, by=by)
    delivery = edit.delivery
    by.require(releasing(delivery.post))
    _answer(delivery, reason, by=by)
    speaks = why_not_said(post=delivery.post, account=delivery.account, speaker_ref=by.ref)
    if said := why_edit_held(edit) or speaks:
        raise StillHeld(_("This cannot be changed yet. %s") % said)
    if not let_go_edit(edit):
        raise Conflict(_("Somebody else decided on this a moment ago. Reload to see it as it is now."))
    record(by=by, verb="delivery.let-go-change", subject=ref("delivery", delivery.pk))
    edit.refresh_from_db()
    return edit


@transaction.atomic
def drop_held_change(*, edit_id: int, by: Actor) -> DeliveryEdit:
    """Give up a change that is held back: the post stays there as it stands. Raises NotAllowed, NotFound, Conflict."""
    edit = _held_edit(edit_id, by=by)
    delivery = edit.delivery
    if by.ref not in {delivery.post.author_ref, edit.asked_by}:
        by.require(dropping(delivery.post))
    mine = DeliveryEdit.objects.filter(pk=edit.pk, status=DeliveryEdit.Status.HELD)
    if not mine.update(status=DeliveryEdit.Status.DROPPED, due_at=None, last_error=""):
        raise Conflict(_("Somebody else decided on this a moment ago. Reload to see it as it is now."))
    body: dict[str, str | int | None] = {"account": delivery.account.handle, "was_held": edit.last_error}
    record(by=by, verb="delivery.drop-change", subject=ref("delivery", delivery.pk), body=body)
    edit.refresh_from_db()
    return edit


def _answer(delivery: Delivery, reason: str, *, by: Actor) -> None:
    """Keep why what was held since may be spoken of in this post."""
    words = reason.replace("\0", "").strip()[:NOTE]
    if words:
        keep_reason(delivery.post, to_answer(delivery.post, delivery.account), words=words, by=by)


def _held_edit(edit_id: int, *, by: Actor) -> DeliveryEdit:
    edit = held_edits().filter(pk=edit_id, agency_id=by.agency_id).first()
    if edit is not None:
        return edit
    if DeliveryEdit.objects.filter(pk=edit_id, agency_id=by.agency_id).exists():
        raise Conflict(_("This is not held back any more. Reload to see it as it is now."))
    raise NotFound(_("There is no such change."))


def _held(delivery_id: int, *, by: Actor) -> Delivery:
    delivery = queries.get_delivery(actor=by, delivery_id=delivery_id)
    if delivery.status != S.HELD:
        raise Conflict(_("This is not held back any more. Reload to see it as it is now."))
    return delivery
