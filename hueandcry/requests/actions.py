"""What somebody of a unit does: send a request, say more about it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.units import get_unit, units
from hueandcry.assets.actions import keep_asset
from hueandcry.assets.leaving import arriving
from hueandcry.assets.preparing import prepare
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.given import filled, one_line, paragraphs
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record
from hueandcry.requests import queries
from hueandcry.requests.models import RequestNote, RequestPicture, UnitRequest
from hueandcry.requests.words import note_text

S = UnitRequest.Status
LONGEST_TEXT = 5000
LONGEST = {"title": 120, "reach": 200, "contact": 200, "cleared_by": 120}
MOST_PICTURES = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """What a unit asks for. See models.UnitRequest for each."""

    title: str
    text: str
    reach: str
    contact: str
    cleared_by: str
    unit_id: int | None = None
    needed_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture as it was sent. alt: what is to be seen on it."""

    data: bytes
    file_name: str
    alt: str = ""


def send_request(*, wish: Wish, by: Actor, pictures: Sequence[Sent] = ()) -> UnitRequest:
    """Ask the desk to say something. Pictures are decoded in the limited process before the transaction opens.

    Raises NotAllowed, NotFound (the unit), Invalid, PictureRefused, Unavailable.
    """
    by.require(Permission.REQUEST_SEND)
    values = _checked(wish, by=by)
    if len(pictures) > MOST_PICTURES:
        raise Invalid(_("A request can have %d pictures.") % MOST_PICTURES, field="pictures")
    prepared = [(prepare(item.data), item) for item in pictures]
    with arriving(), transaction.atomic():
        row = UnitRequest.objects.create(
            agency_id=by.agency_id, sender_ref=by.ref, sent_at=clock.now(), **values
        )
        body: dict[str, str | int | None] = {
            name: str(value) for name, value in values.items() if value not in {None, ""}
        }
        for number, (ready, item) in enumerate(prepared, 1):
            asset = keep_asset(prepared=ready, file_name=item.file_name, alt=item.alt[:500], by=by)
            RequestPicture.objects.create(request=row, asset=asset, alt=asset.alt)
            body[f"picture_{number}"] = f"{asset.digest} {asset.alt}".strip()
        record(by=by, verb="request.send", subject=ref("request", row.pk), body=body)
    return row


@transaction.atomic
def say_more(*, request_id: int, text: str, by: Actor) -> UnitRequest:
    """Answer the desk's question, or say more about one's own request while it is open.

    Raises NotAllowed, NotFound, Invalid; Conflict once it is no longer open.
    """
    by.require(Permission.REQUEST_SEND)
    row = queries.own_request(actor=by, request_id=request_id)
    words = note_text(text)
    if row.status not in UnitRequest.OPEN:
        raise Conflict(_("This request is “%s” now. Ring the desk instead.") % row.get_status_display())
    if row.status == S.ASKED:
        move(row, to=S.TAKEN if row.taken_by else S.WAITING)
    RequestNote.objects.create(
        request=row, side=RequestNote.Side.UNIT, text=words, at=clock.now(), by_ref=by.ref
    )
    record(by=by, verb="request.say-more", subject=ref("request", row.pk), body={"text": words})
    return row


@transaction.atomic
def withdraw_request(*, request_id: int, by: Actor) -> UnitRequest:
    """Take one's own request back before there is a post; `send_again` undoes it. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.REQUEST_SEND)
    row = queries.own_request(actor=by, request_id=request_id)
    move(row, to=S.WITHDRAWN, ended_at=clock.now())
    record(by=by, verb="request.withdraw", subject=ref("request", row.pk))
    return row


@transaction.atomic
def send_again(*, request_id: int, by: Actor) -> UnitRequest:
    """Send a request again that one took back; nobody has taken it then. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.REQUEST_SEND)
    row = queries.own_request(actor=by, request_id=request_id)
    if row.status != S.WITHDRAWN:
        raise Conflict(_("This request was not taken back."))
    move(row, to=S.WAITING, ended_at=None, taken_by="", taken_at=None)
    record(by=by, verb="request.send-again", subject=ref("request", row.pk))
    return row


def _checked(wish: Wish, *, by: Actor) -> dict[str, object]:
    """The columns of a request. An agency that has units wants to know which one asks."""
    values: dict[str, object] = {}
    for name, longest in LONGEST.items():
        values[name] = filled(one_line(str(getattr(wish, name))), field=name, longest=longest)
    empty = _("Write what people shall know.")
    text = filled(paragraphs(wish.text), field="text", longest=LONGEST_TEXT, empty=empty)
    if wish.unit_id is not None:
        if get_unit(actor=by, unit_id=wish.unit_id).closed_at:
            raise Invalid(_("This unit was closed. Choose another."), field="unit")
    elif units(actor=by):
        raise Invalid(_("Choose the unit that asks."), field="unit")
    if wish.needed_by is not None and wish.needed_by <= clock.now():
        raise Invalid(_("This moment is over. Choose a later one, or leave it empty."), field="needed_by")
    return {**values, "text": text, "unit_id": wish.unit_id, "needed_by": wish.needed_by}
