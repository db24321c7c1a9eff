"""What may be done about second looks: say how many are drawn, and say what one found."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.given import fitting, one_line
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.looks import queries
from hueandcry.looks.models import SecondLook, Share
from hueandcry.posts.reading import barred_from
from hueandcry.records.entry import record

S = SecondLook.Status
LONGEST = 1000  # characters of a note
Body = dict[str, str | int | None]


class OwnWords(NotAllowed):
    """Somebody else must look at what one wrote."""


@transaction.atomic
def set_share(*, percent: int, by: Actor) -> int:
    """Say how many in a hundred posts are drawn from now on; what was drawn stays. Raises NotAllowed, Invalid."""
    by.require(Permission.RULES_MANAGE)
    if not 0 <= percent <= 100:  # noqa: PLR2004 - in a hundred
        raise Invalid(_("A number from 0 to 100."), field="percent")
    before = queries.percent_of(by.agency_id)
    if percent != before:
        Share.objects.update_or_create(agency_id=by.agency_id, defaults={"percent": percent})
        body: Body = {"before": before, "percent": percent}
        record(by=by, verb="look.set-share", subject=ref("agency", by.agency_id), body=body)
    return percent


@transaction.atomic
def note_look(*, look_id: int, verdict: str, note: str, by: Actor) -> SecondLook:
    """Say what a second look found. Whoever looked may say something else later; both stay on the record.

    Raises NotAllowed, OwnWords, NotFound, Invalid; Conflict if somebody else has looked meanwhile.
    """
    by.require(Permission.POST_APPROVE)
    row = queries.get_look(actor=by, look_id=look_id, hold=True)
    words = one_line(note)
    if by.ref in barred_from(row.post, row.change):
        raise OwnWords(_("You wrote a part of this post. Somebody else takes the second look."))
    if row.status == S.DONE and row.looked_by != by.ref:
        raise Conflict(_("Somebody else has taken this second look. Reload to see what they found."))
    if verdict not in SecondLook.Verdict.values:
        raise Invalid(_("Choose what you found."), field="verdict")
    if verdict != SecondLook.Verdict.FINE and not words:
        raise Invalid(_("Say in a few words what it is, so that others learn from it."), field="note")
    fitting(words, field="note", longest=LONGEST)
    move(row, to=S.DONE, verdict=verdict, note=words, looked_at=clock.now(), looked_by=by.ref)
    body: Body = {"verdict": verdict, "note": words or None, **queries.change_of(row)}
    record(by=by, verb="look.note", subject=row.post.subject, body=body)
    return row
