"""What a person does with a message to a list that is held back: send it to the rest after all, or to nobody more."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.standing import require_standing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.lists import pausing
from hueandcry.lists.models import Message, Sending
from hueandcry.records.entry import record


class StillPaused(Conflict):
    """The pause is still there."""


@transaction.atomic
def send_rest(*, message_id: int, by: Actor) -> Message:
    """Let a message that was held for too long go to those who do not have it.

    Raises NotAllowed (also for somebody who may not post now), NotFound, StillPaused, Conflict.
    """
    by.require(Permission.POST_APPROVE)
    message = _held(message_id, by=by)
    if reason := pausing.why_paused(message):
        raise StillPaused(_("This cannot go out yet. %s") % reason)
    require_standing(by)
    if not pausing.let_go(message):
        raise Conflict(_("Somebody else decided on this a moment ago. Reload to see it as it is now."))
    record(by=by, verb="message.let-go", subject=ref("message", message.pk))
    message.refresh_from_db()
    return message


@transaction.atomic
def drop_rest(*, message_id: int, by: Actor) -> Message:
    """Send a message that is held back to nobody more. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.POST_RECALL)
    message = _held(message_id, by=by)
    move(message, to=Message.Status.STOPPED, ended_at=clock.now(), due_at=None, held_at=None, held_why="")
    waiting = Sending.objects.filter(message=message, status=Sending.Status.QUEUED)
    spared = waiting.update(status=Sending.Status.STOPPED, due_at=None)
    record(by=by, verb="message.drop", subject=ref("message", message.pk), body={"people": spared})
    return message


def _held(message_id: int, *, by: Actor) -> Message:
    message = Message.objects.filter(pk=message_id, agency_id=by.agency_id).first()
    if message is None:
        raise NotFound(_("There is no such message."))
    if message.held_at is None or message.status not in pausing.OPEN:
        raise Conflict(_("This is not held back any more. Reload to see it as it is now."))
    return message
