"""Whether a picture or a video may be shown: what is stated of it, and the sentence for what stands in the way (R33).

Sources: copyright law (17 USC 106; CDPA 1988 s.16; Copyright Act (Canada) s.3, s.27), data protection law on people who
can be recognised, and for children their guardian (product/PRACTICE.md 2.10, 2.12: licence field, no music from phones).
Of what was added before somebody could state anything, nothing is known, and it is treated as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.assets.models import Asset, Rights, Video
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound

Thing = tuple[str, int]  # ("asset", 12) or ("video", 3)
# Whether what an actor has in hand elsewhere shows them these: a picture, the one it is a part of, its own parts.
InHand = Callable[[Actor, set[Thing]], bool]


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody states of a picture or a video; see models.Rights."""

    owner: str
    people: str
    minors: str
    taken_by: str = ""
    licence: str = ""
    why_people: str = ""
    music: str = ""
    music_licence: str = ""
    expires_on: date | None = None

    def plain(self) -> dict[str, Any]:
        """As the columns keep it."""
        most = {"taken_by": 120, "licence": 300, "why_people": 300, "music_licence": 300}
        texts = {name: getattr(self, name).strip().replace("\0", "")[:size] for name, size in most.items()}
        rest = ("owner", "people", "minors", "music", "expires_on")
        return {**texts, **{name: getattr(self, name) for name in rest}}


def get_thing(*, actor: Actor, what: str, in_hand: InHand | None = None) -> Asset | Video:
    """The picture ("asset:12") or video ("video:3") of the actor's agency.

    Whoever reads appeals sees every one. Others, such as the steward of a station, see what they added themselves, and
    what in_hand says is before them already (posts/showing.py). Raises NotFound (also for what they do not see), NotAllowed.
    """
    if not actor.may(Permission.POST_DRAFT):
        actor.require(Permission.APPEAL_DRAFT)
    kind, _colon, number = what.partition(":")
    model: Any = {"asset": Asset, "video": Video}.get(kind)
    known = number.isdecimal() and len(number) <= 15  # noqa: PLR2004 - fits a column
    row = model.objects.filter(pk=int(number), agency_id=actor.agency_id).first() if model and known else None
    if row is None or not (actor.may(Permission.APPEAL_READ) or _theirs(row, actor, in_hand)):
        raise NotFound(_("There is no such picture."))
    found: Asset | Video = row
    return found


def _theirs(row: Asset | Video, actor: Actor, in_hand: InHand | None) -> bool:
    if row.added_by == actor.ref:
        return True
    if isinstance(row, Video):
        wanted = {("video", row.pk)}
    else:
        parts = Asset.objects.filter(part_of=row).values_list("pk", flat=True)
        wanted = {("asset", number) for number in (row.pk, row.part_of_id, *parts) if number}
    return in_hand is not None and in_hand(actor, wanted)


def stated(
    *, agency_id: int, asset_ids: Collection[int] = (), video_ids: Collection[int] = ()
) -> dict[Thing, Rights]:
    """What is stated of these, by ("asset", id) and ("video", id); a part of a picture has what the whole has."""
    if not asset_ids and not video_ids:
        return {}
    wanted = Q(video_id__in=list(video_ids)) | Q(asset_id__in=list(asset_ids))
    wanted |= Q(asset__parts__in=list(asset_ids))
    found: dict[Thing, Rights] = {}
    rows = list(Rights.objects.filter(wanted, agency_id=agency_id).distinct())
    for row in rows:
        if row.video_id is not None:
            found["video", row.video_id] = row
        elif row.asset_id is not None:
            found["asset", row.asset_id] = row
    parts = Asset.objects.filter(pk__in=list(asset_ids), part_of__rights__isnull=False) if rows else ()
    for part in parts:
        if part.part_of_id is not None:
            found.setdefault(("asset", part.pk), found["asset", part.part_of_id])
    return found


def problems(rights: Rights, *, day: date) -> list[str]:
    """Sentences, why this may not be shown on this day; empty if it may."""
    said = []
    if rights.owner == Rights.Owner.MISSING:
        said.append(_("There is no right to show it."))
    if rights.expires_on is not None and rights.expires_on < day:
        said.append(_("The right to show it ran out on %s.") % format_date(rights.expires_on, _("j F Y")))
    if rights.people == Rights.People.MISSING:
        said.append(_("Somebody who can be recognised has not agreed."))
    if rights.minors == Rights.Minors.MISSING:
        said.append(_("The guardian of a child in it has not agreed."))
    if rights.music == Rights.Music.MISSING:
        said.append(_("Its music has no licence."))
    return said


def unfit(*, agency_id: int, day: date) -> dict[Thing, str]:
    """Everything of this agency that may not be shown on this day, each with the first sentence why. One question."""
    bad = Q(owner="missing") | Q(people="missing") | Q(minors="missing") | Q(music="missing")
    rows = Rights.objects.filter(bad | Q(expires_on__lt=day), agency_id=agency_id).select_related(None)
    found: dict[Thing, str] = {}
    for row in rows:
        said = problems(row, day=day)[0]
        if row.video_id is not None:
            found["video", row.video_id] = said
        elif row.asset_id is not None:
            found["asset", row.asset_id] = said
    wholes = [number for kind, number in found if kind == "asset"]
    if wholes:
        parts = Asset.objects.filter(part_of__in=wholes, rights__isnull=True)
        found |= {("asset", part.pk): found["asset", part.part_of_id or 0] for part in parts}
    return found


def first_problem(found: Mapping[Thing, str], things: Iterable[Thing]) -> str:
    """The first sentence about one of these things; "" if all may be shown."""
    return next((found[thing] for thing in things if thing in found), "")
