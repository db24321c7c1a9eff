"""People's photographs of themselves as pages show them (R6, R12): for anybody, so no actor is asked but for one's own."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.agencies.models import Membership
from hueandcry.assets.models import Photograph
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.ids import person_number

SMALL, LARGE = (
    48,
    160,
)  # width on a page beside a name, and on the person's page; the copies are twice as wide


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a photograph, a square. name: file name below /media/."""

    format: str
    width: int
    digest: str
    name: str


@dataclass(frozen=True, slots=True)
class PhotographView:
    """A photograph as pages show it. copies: smallest first."""

    person_id: int
    alt: str
    taken_by: str
    copies: tuple[Copy, ...]

    def shown(self, *, large: bool = False) -> dict[str, str | int]:
        """As a template prints it: the name of a small or large copy by format, its width on the page, and the words."""
        widths = [copy.width for copy in self.copies]
        wanted = max(widths) if large else min(widths)
        names = {copy.format: copy.name for copy in self.copies if copy.width == wanted}
        side = min(LARGE if large else SMALL, wanted)
        return {**names, "side": side, "alt": self.alt, "taken_by": self.taken_by}


def photographs(agency_id: int) -> dict[int, PhotographView]:
    """Every photograph that somebody of an agency has up: person → photograph."""
    rows = Photograph.objects.filter(agency_id=agency_id, taken_back_at=None)
    return {row.person_id: _view(row) for row in rows}


def every_name(agency_id: int) -> set[str]:
    """The file names of all photographs that an agency ever showed, also of those that are gone."""
    rows = Photograph.objects.filter(agency_id=agency_id).values_list("copies", flat=True)
    return {str(copy["name"]) for copies in rows for copy in copies}


def own_photograph(*, actor: Actor) -> PhotographView | None:
    """The actor's own, or None."""
    rows = Photograph.objects.filter(agency_id=actor.agency_id, taken_back_at=None)
    row = rows.filter(person_id=person_number(actor.ref)).first()
    return _view(row) if row else None


def own_copy(*, actor: Actor, name: str) -> Copy:
    """A copy of the actor's own photograph by its file name. Raises NotFound."""
    found = own_photograph(actor=actor)
    copy = next((each for each in found.copies if each.name == name), None) if found else None
    if copy is None:
        raise NotFound
    return copy


def leavers() -> list[tuple[int, int]]:
    """(agency, person) of every photograph of somebody who does not work there any more."""
    up = Photograph.objects.filter(taken_back_at=None).values_list("agency_id", "person_id")
    here = set(Membership.objects.filter(ended_at__isnull=True).values_list("agency_id", "person_id"))
    return [pair for pair in up if pair not in here]


def _view(row: Photograph) -> PhotographView:
    copies = (
        Copy(str(each["format"]), int(each["width"]), str(each["digest"]), str(each["name"]))
        for each in row.copies
    )
    return PhotographView(row.person_id, row.alt, row.taken_by, tuple(copies))
