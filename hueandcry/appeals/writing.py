"""What the actions of this room share: references, revisions, and what an appeal is as it stands."""

from __future__ import annotations

import re

from django.db.models import Max
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.appeals import queries
from hueandcry.appeals.content import Content, missing
from hueandcry.appeals.models import Appeal, AppealPicture, Kind, Status, WorkingCopy
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record

FIRST_NUMBER = 1001
BACK_TO_DRAFT = {"submitted_at": None, "submitted_by": "", "approved_at": None, "approved_by": ""}


class NotReady(Invalid):
    """Something is missing before the appeal can be approved or published; `lacking`: field → sentence."""

    def __init__(self, lacking: dict[str, str]) -> None:
        super().__init__(" ".join(lacking.values()))
        self.lacking = lacking


def check_kind(content: Content) -> None:
    """Raises Invalid unless the kind is one we have."""
    if content.kind not in Kind.values:
        raise Invalid(_("Choose what the appeal is about."), field="kind")


def prefix(agency_id: int) -> str:
    """The letters before an agency's references; without a setting, the initials of its short address."""
    agency = get_agency(agency_id)
    letters = re.sub(r"[^A-Z]", "", agency.reference_prefix.upper())
    return (
        letters
        or "".join(word[0] for word in agency.slug.upper().split("-") if word[:1].isalpha())[:6]
        or "A"
    )


def number(reference: str, letters: str) -> int:
    """The number in a reference that somebody typed. Raises Invalid."""
    found = re.fullmatch(rf"(?:{letters}-)?([1-9][0-9]{{0,6}})", reference.strip().upper())
    if not found:
        example = f"{letters}-2418"
        raise Invalid(
            _("A reference looks like %s. Leave it empty for the next free one.") % example, field="reference"
        )
    return int(found[1])


def next_number(agency_id: int) -> int:
    """The next free number of an agency."""
    highest = Appeal.objects.filter(agency_id=agency_id).aggregate(top=Max("number"))["top"]
    return max(highest or 0, FIRST_NUMBER - 1) + 1


def touch(appeal: Appeal, *, by: Actor, revision: int | None) -> None:
    """Open an appeal for a change of what is written: count the revision, note the writer.

    The counted revision is what makes two people's changes, or a change and an approval, never both win.
    A submitted or approved one is a draft again, and the record says so.
    """
    same(appeal, revision)
    if appeal.status not in {Status.DRAFT, Status.SUBMITTED, Status.APPROVED}:
        raise Conflict(_("This appeal was published. Add an update, or withdraw it."))
    writers = appeal.writers if by.ref in appeal.writers else [*appeal.writers, by.ref]
    rows = Appeal.objects.filter(pk=appeal.pk, revision=appeal.revision, status=appeal.status)
    edited = {"edited_at": clock.now(), "edited_by": by.ref}
    if rows.update(revision=appeal.revision + 1, writers=writers, **edited) != 1:
        raise Conflict(_("The appeal was saved by somebody else a moment ago."))
    appeal.revision += 1
    appeal.writers = writers
    if appeal.status != Status.DRAFT:
        move(appeal, to=Status.DRAFT, **BACK_TO_DRAFT)
        record(by=by, verb="appeal.take-back", subject=ref("appeal", appeal.pk))


def touch_pictures(appeal: Appeal, *, by: Actor) -> None:
    """Open a draft for a change of its pictures. What this person typed and did not save stays in step with it.

    Raises Conflict if it is not a draft: whoever reads it to decide must not see its pictures change.
    """
    if appeal.status in {Status.SUBMITTED, Status.APPROVED}:
        raise Conflict(
            _("This appeal is “%s” now. Make it a draft again to change its pictures.")
            % appeal.get_status_display()
        )
    touch(appeal, by=by, revision=None)
    kept = WorkingCopy.objects.filter(appeal=appeal, person_ref=by.ref, revision=appeal.revision - 1)
    kept.update(revision=appeal.revision)


def same(appeal: Appeal, revision: int | None) -> None:
    """Raises Conflict if the person saw another revision than this one."""
    if revision is not None and revision != appeal.revision:
        raise Conflict(_("The appeal was changed after you opened it."))


def picture(appeal: Appeal, picture_id: int) -> AppealPicture:
    """One picture of this appeal. Raises NotFound."""
    found = appeal.pictures.filter(pk=picture_id).first()
    if found is None:
        raise NotFound(_("There is no such picture in this appeal."))
    return found


def lacking(appeal: Appeal) -> dict[str, str]:
    """What is missing before this appeal can be approved: field → sentence; pictures under "pictures"."""
    gaps = missing(queries.content_of(appeal), today=queries.today(appeal.agency_id))
    without = [str(item.place) for item in queries.pictures_of(appeal) if not item.alt]
    if without:
        gaps["pictures"] = _("Say in words what is to be seen on picture %s.") % ", ".join(without)
    return gaps


def as_it_stands(appeal: Appeal) -> dict[str, str | int | None]:
    """The whole text and the pictures (by digest) as they are now, for the record."""
    body = {
        "reference": appeal.reference,
        "revision": appeal.revision,
        **queries.content_of(appeal).for_record(),
    }
    for link in appeal.pictures.select_related("asset").order_by("place", "pk"):
        body[f"picture_{link.place}"] = f"{link.asset.digest} {link.asset.alt} | {link.caption}".strip(" |")
    return body
