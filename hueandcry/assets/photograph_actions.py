"""A person's photograph of themselves: only they put it up, and they take it back whenever they like, at once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hueandcry.agencies.standing import require_standing
from hueandcry.assets import queries
from hueandcry.assets.leaving import arriving, forget_file
from hueandcry.assets.models import Photograph
from hueandcry.assets.preparing import Point, Prepared, prepare
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.kernel.given import filled, fitting, one_line
from hueandcry.kernel.ids import person_number, random_id, ref
from hueandcry.records.entry import record

# Point of the picture around which the square is cut, in ten thousandths; a face is above the middle of an upright one.
PLACES: dict[str, Point] = {
    "middle": (5_000, 4_000),
    "top": (5_000, 0),
    "bottom": (5_000, 10_000),
    "left": (0, 4_000),
    "right": (10_000, 4_000),
}
LONGEST_ALT, LONGEST_NAME = 200, 120
CONSENT = _lazy(
    "I agree that this photograph of me is public beside my name. I may take it back at any time; then it goes at once."
)


def put_photograph(
    *, data: bytes, alt: str, agreed: bool, by: Actor, taken_by: str = "", place: str = "middle"
) -> Photograph:
    """Put one's own photograph up in place of the one before. agreed: to CONSENT; place: one of PLACES.

    It is public while one's page is. Needs what showing the page needs. The file as it came is not kept. Raises NotAllowed,
    Invalid, PictureRefused, Unavailable. The decoding happens before the transaction opens.
    """
    by.require(Permission.POST_READ)
    require_standing(by)
    if not person_number(by.ref):
        raise NotFound
    if not agreed:
        raise Invalid(_("Without your consent it is not shown. Nothing was kept."), field="agreed")
    unsaid = _("Say in a few words what is to be seen, for people who cannot see it.")
    words = filled(one_line(alt), field="alt", longest=LONGEST_ALT, empty=unsaid)
    taker = fitting(one_line(taken_by), field="taken_by", longest=LONGEST_NAME)
    return keep_photograph(
        prepared=prepare(data, around=PLACES.get(place, PLACES["middle"])), alt=words, taken_by=taker, by=by
    )


def keep_photograph(*, prepared: Prepared, alt: str, by: Actor, taken_by: str = "") -> Photograph:
    """Keep a photograph already prepared, to which the actor has agreed. Raises NotAllowed."""
    by.require(Permission.POST_READ)
    require_standing(by)
    with arriving(), transaction.atomic():
        before = _take_back(by=by, person_id=person_number(by.ref))
        copies = [
            {
                "format": copy.kind.value,
                "width": copy.width,
                "digest": blobs.put(copy.data),
                "name": f"{random_id()}.{'jpg' if copy.kind == 'jpeg' else copy.kind.value}",
            }
            for copy in prepared.copies
        ]
        row = Photograph.objects.create(
            agency_id=by.agency_id,
            person_id=person_number(by.ref),
            copies=copies,
            alt=alt,
            taken_by=taken_by,
            agreed_to=str(CONSENT),
            agreed_at=clock.now(),
        )
        body = {"alt": alt, "taken_by": taken_by, "agreed_to": row.agreed_to}
        record(by=by, verb="photograph.put", subject=ref("person", row.person_id), body=body)
    transaction.on_commit(lambda: _forget(before))  # out of `arriving`, which would keep the files
    return row


def take_back_photograph(*, by: Actor, person_id: int | None = None) -> None:
    """Take one's own photograph back; without a reason, and whatever is paused. Its files are erased.

    person_id: somebody else's, for an administrator or the system, as of whoever left. Raises NotAllowed, NotFound.
    """
    number = person_number(by.ref) if person_id is None else person_id
    if number != person_number(by.ref):
        by.require(Permission.ACCOUNT_MANAGE)
    with transaction.atomic():
        before = _take_back(by=by, person_id=number)
        if before is None:
            raise NotFound(_("No photograph is up."))
        record(by=by, verb="photograph.take-back", subject=ref("person", number))
        transaction.on_commit(lambda: _forget(before))


def _take_back(*, by: Actor, person_id: int) -> Photograph | None:
    row = Photograph.objects.filter(agency_id=by.agency_id, person_id=person_id, taken_back_at=None).first()
    if row is not None:
        Photograph.objects.filter(pk=row.pk).update(taken_back_at=clock.now())
    return row


def _forget(row: Photograph | None) -> None:
    for digest in queries.digests_of(row) if row else ():
        forget_file(digest)
