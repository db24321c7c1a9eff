"""What the desk does with a request: take it, ask back, make a post of it, decline it with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.given import one_line
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import bring_picture, draft_post, replace_post
from hueandcry.records.entry import record
from hueandcry.requests import queries
from hueandcry.requests.models import RequestNote, UnitRequest
from hueandcry.requests.words import note_text

S = UnitRequest.Status
LONGEST_REASON = 1000


@transaction.atomic
def take_request(*, request_id: int, by: Actor) -> UnitRequest:
    """Say that one works on it. Raises NotAllowed, NotFound; Conflict if somebody else has it already."""
    by.require(Permission.REQUEST_WORK)
    row = queries.get_request(actor=by, request_id=request_id, hold=True)
    if row.status != S.WAITING:
        raise Conflict(_("Somebody has this request already. Reload to see it."))
    move(row, to=S.TAKEN, taken_by=by.ref, taken_at=clock.now())
    record(by=by, verb="request.take", subject=ref("request", row.pk))
    return row


@transaction.atomic
def give_back_request(*, request_id: int, by: Actor) -> UnitRequest:
    """Let somebody else take it. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.REQUEST_WORK)
    row = queries.get_request(actor=by, request_id=request_id, hold=True)
    if row.status not in {S.TAKEN, S.ASKED}:
        raise Conflict(_("Nobody works on this request now. Reload to see it."))
    move(row, to=S.WAITING, taken_by="", taken_at=None)
    record(by=by, verb="request.give-back", subject=ref("request", row.pk))
    return row


@transaction.atomic
def ask_back(*, request_id: int, text: str, by: Actor) -> UnitRequest:
    """Ask the unit something; whoever asks works on it from now on. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.REQUEST_WORK)
    row = queries.get_request(actor=by, request_id=request_id, hold=True)
    words = note_text(text)
    move(row, to=S.ASKED, **_taken(row, by))
    RequestNote.objects.create(
        request=row, side=RequestNote.Side.DESK, text=words, at=clock.now(), by_ref=by.ref
    )
    record(by=by, verb="request.ask", subject=ref("request", row.pk), body={"text": words})
    return row


@transaction.atomic
def decline_request(*, request_id: int, reason: str, by: Actor) -> UnitRequest:
    """Say no, and why; the sender reads the reason. Raises NotAllowed, NotFound, Invalid; Conflict once there is a post."""
    by.require(Permission.REQUEST_WORK)
    row = queries.get_request(actor=by, request_id=request_id, hold=True)
    words = one_line(reason)
    if not words or len(words) > LONGEST_REASON:
        raise Invalid(_("Say why, so that the unit knows, in at most 1,000 characters."), field="reason")
    if row.status == S.DRAFTED and not queries.was_thrown_away(row):
        raise Conflict(_("A post was made of this request. Throw the post away first."))
    move(row, to=S.DECLINED, reason=words, ended_at=clock.now(), **_taken(row, by))
    record(by=by, verb="request.decline", subject=ref("request", row.pk), body={"reason": words})
    return row


@transaction.atomic
def reopen_request(*, request_id: int, by: Actor) -> UnitRequest:
    """Work on a declined request after all, or on with the post that was made of it. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.REQUEST_WORK)
    row = queries.get_request(actor=by, request_id=request_id, hold=True)
    if row.status != S.DECLINED:
        raise Conflict(_("This request was not declined."))
    to = S.DRAFTED if queries.has_post(row) else S.TAKEN
    move(row, to=to, reason="", ended_at=None, taken_by=by.ref, taken_at=clock.now())
    record(by=by, verb="request.reopen", subject=ref("request", row.pk))
    return row


@transaction.atomic
def draft_from_request(*, request_id: int, by: Actor) -> Post:
    """Make a draft of a request: its words and pictures are carried over, and the sender may not approve it later.

    Raises NotAllowed, NotFound, Invalid; Conflict if it is not open, or a post was made of it that still stands.
    """
    by.require(Permission.REQUEST_WORK)
    row = queries.get_request(actor=by, request_id=request_id, hold=True)
    if not queries.can_draft(row):
        raise Conflict(
            _("A post was made of this request already.")
            if row.status == S.DRAFTED
            else _("This request is “%s” now.") % row.get_status_display()
        )
    post = draft_post(content=Content(text=row.text, title=row.title), words_of=row.sender_ref, by=by)
    if row.post_id:  # it must not come back beside this one
        replace_post(post_id=row.post_id, with_id=post.pk, by=by)
    for picture in queries.pictures_of(row):
        bring_picture(post_id=post.pk, asset_id=picture.asset_id, alt=picture.alt, by=by)
    move(row, to=S.DRAFTED, post=post, **_taken(row, by))
    record(by=by, verb="request.draft", subject=ref("request", row.pk), body={"post": post.pk})
    return post


def _taken(row: UnitRequest, by: Actor) -> dict[str, object]:
    """Whoever does something with a request that nobody has taken works on it from now on."""
    return {} if row.taken_by else {"taken_by": by.ref, "taken_at": clock.now()}
