"""Reads of appeals for the desk, and what the public may see of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import agency_for_public_host, get_agency
from hueandcry.appeals.content import Content
from hueandcry.appeals.models import (
    Appeal,
    AppealPicture,
    AppealUpdate,
    ProposedUpdate,
    RemovedPicture,
    Status,
    WorkingCopy,
)
from hueandcry.assets.queries import RenditionView, renditions_of_all
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.text import plain

MOST_WORDS = 8  # of a filter
NO_APPEAL = "start"  # the landing code of a tip that belongs to no appeal


@dataclass(frozen=True, slots=True)
class Heading:
    """An appeal as a line. status: in words."""

    id: int
    reference: str
    title: str
    place: str
    status: str

    def has(self, words: Collection[str]) -> bool:
        """True if all these words, without case and accents, stand in it."""
        text = plain(f"{self.title}\n{self.place}\n{self.reference}")
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of an appeal in its place. renditions: smallest first."""

    id: int
    asset_id: int
    place: int
    alt: str
    caption: str
    file_name: str
    renditions: list[RenditionView]

    def copies(self, kind: str) -> list[RenditionView]:
        """The copies in one format, smallest first."""
        return [copy for copy in self.renditions if copy.format == kind]


@dataclass(frozen=True, slots=True)
class PublicAppeal:
    """A published appeal with all the public may see of it. updates: newest first."""

    appeal: Appeal
    pictures: list[PictureView]
    updates: list[AppealUpdate]


@dataclass(frozen=True, slots=True)
class Gone:
    """Addresses that must answer "gone": references of withdrawn appeals; file names of pictures taken down."""

    references: list[str]
    pictures: list[str]


@dataclass(frozen=True, slots=True)
class Landing:
    """What the public tip form needs to know of the place it was reached from.

    appeal_ref and title are empty if there is no appeal. programme_id: who receives the tip; None if the
    agency has chosen no tip programme.
    """

    appeal_ref: str
    title: str
    agency_id: int
    programme_id: int | None
    phone: str
    emergency_number: str


def today(agency_id: int) -> date:
    """The calendar day it is now where the agency is."""
    return clock.now().astimezone(ZoneInfo(get_agency(agency_id).time_zone)).date()


# --- for the desk -----------------------------------------------------------------------------------


def get_appeal(*, actor: Actor, appeal_id: int, hold: bool = False) -> Appeal:
    """One appeal of the actor's agency. hold: nobody else changes it, or its pictures, until the transaction ends.

    Raises NotAllowed, NotFound (also for another agency's).
    """
    actor.require(Permission.APPEAL_READ)
    rows = Appeal.objects.select_for_update() if hold else Appeal.objects
    return _one(rows.filter(pk=appeal_id, agency_id=actor.agency_id).first())


def appeal_by_reference(*, actor: Actor, reference: str) -> Appeal:
    """One appeal of the actor's agency by its reference, in any case. Raises NotAllowed, NotFound."""
    actor.require(Permission.APPEAL_READ)
    return _one(Appeal.objects.filter(reference=reference.upper(), agency_id=actor.agency_id).first())


def _one(appeal: Appeal | None) -> Appeal:
    if appeal is None:
        raise NotFound(_("There is no such appeal in this agency."))
    return appeal


def appeals(*, actor: Actor, status: str = "", words: str = "") -> list[Appeal]:
    """The agency's appeals, newest first. status: narrows to one; words: all of them in heading, place or reference.

    Case and accents do not count. Raises NotAllowed.
    """
    actor.require(Permission.APPEAL_READ)
    rows = Appeal.objects.filter(agency_id=actor.agency_id).order_by("-pk")
    if wanted := plain(words).split()[:MOST_WORDS]:
        fitting = [line.id for line in headings(actor=actor) if line.has(wanted)]
        rows = rows.filter(pk__in=fitting)
    return list(rows.filter(status=status) if status else rows)


def headings(*, actor: Actor) -> list[Heading]:
    """Every appeal of the agency as a line, newest first; thousands cost a few milliseconds. Raises NotAllowed."""
    actor.require(Permission.APPEAL_READ)
    rows = Appeal.objects.filter(agency_id=actor.agency_id).order_by("-pk")
    labels = {status.value: str(status.label) for status in Status}
    return [
        Heading(pk, reference, title, place, labels[status])
        for pk, reference, title, place, status in rows.values_list(
            "pk", "reference", "title", "place", "status"
        )
    ]


def counts(*, actor: Actor) -> dict[str, int]:
    """How many appeals stand where: status → number, and "review" → public ones whose review date has come."""
    actor.require(Permission.APPEAL_READ)
    rows = Appeal.objects.filter(agency_id=actor.agency_id)
    found = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    numbers = {status.value: found.get(status.value, 0) for status in Status}
    due = rows.filter(status=Status.PUBLISHED, review_on__lte=today(actor.agency_id))
    numbers["review"] = due.count()
    return numbers


def waiting_for(*, actor: Actor) -> list[Appeal]:
    """Submitted appeals that this actor could approve: written by others. Raises NotAllowed."""
    return [a for a in appeals(actor=actor, status=Status.SUBMITTED) if actor.ref not in a.writers]


def needs_review(appeal: Appeal, day: date) -> bool:
    """True if the appeal is public and its review date has come on `day`."""
    return appeal.status == Status.PUBLISHED and appeal.review_on is not None and appeal.review_on <= day


def past_review() -> list[Appeal]:
    """Public appeals of all agencies whose review date has come and is not on the record yet: for the sweep."""
    rows = Appeal.objects.filter(
        status=Status.PUBLISHED, review_on__lte=clock.now().date() + timedelta(days=1)
    )
    rows = rows.exclude(review_asked_on=F("review_on")).order_by("pk")
    return [row for row in rows if needs_review(row, today(row.agency_id))]


def pictures_of(appeal: Appeal) -> list[PictureView]:
    """The pictures of an appeal in their order; the caller has got the appeal by a query that asked who they are."""
    return _pictures([appeal]).get(appeal.pk, [])


def updates_of(appeal: Appeal) -> list[AppealUpdate]:
    """The updates of an appeal, newest first."""
    return list(AppealUpdate.objects.filter(appeal=appeal).order_by("-at", "-pk"))


def fresh(appeal: Appeal) -> Appeal:
    """The appeal as it is in the table now; the caller has got it by a query that asked who they are."""
    return Appeal.objects.get(pk=appeal.pk)


def references_of(appeal_ids: Collection[int], *, agency_id: int) -> dict[int, str]:
    """References of this agency's appeals by id, for pages that name them."""
    rows = Appeal.objects.filter(pk__in=appeal_ids, agency_id=agency_id)
    return dict(rows.values_list("pk", "reference"))


def get_proposal(*, actor: Actor, update_id: int) -> ProposedUpdate:
    """A line written for a public appeal, with its appeal. Raises NotAllowed, NotFound (also for another agency's)."""
    actor.require(Permission.APPEAL_READ)
    line = (
        ProposedUpdate.objects.select_related("appeal")
        .filter(pk=update_id, agency_id=actor.agency_id)
        .first()
    )
    if line is None:
        raise NotFound(_("There is no such line."))
    return line


def proposals_of(appeal: Appeal) -> list[ProposedUpdate]:
    """Lines of this appeal that somebody must still decide on or look at, and returned ones, newest first."""
    open_ = [ProposedUpdate.Status.WAITING, ProposedUpdate.Status.URGENT, ProposedUpdate.Status.RETURNED]
    return list(ProposedUpdate.objects.filter(appeal=appeal, status__in=open_).order_by("-pk"))


def updates_waiting_for(*, actor: Actor) -> list[ProposedUpdate]:
    """Lines by others that wait for this person's decision, or that went out at once and nobody looked at."""
    actor.require(Permission.APPEAL_READ)
    open_ = [ProposedUpdate.Status.WAITING, ProposedUpdate.Status.URGENT]
    rows = ProposedUpdate.objects.filter(agency_id=actor.agency_id, status__in=open_)
    return list(rows.exclude(author_ref=actor.ref).select_related("appeal").order_by("pk"))


def working_copy(*, actor: Actor, appeal: Appeal | None) -> WorkingCopy | None:
    """What this person typed and did not save. Raises NotAllowed."""
    actor.require(Permission.APPEAL_DRAFT)
    rows = WorkingCopy.objects.filter(agency_id=actor.agency_id, person_ref=actor.ref, appeal=appeal)
    return rows.first()


def content_of(appeal: Appeal) -> Content:
    """What is written in an appeal, as one value."""
    return Content(**{name: getattr(appeal, name) for name in Content.__dataclass_fields__})


def asset_ids(appeal: Appeal) -> set[int]:
    """The pictures that stand in this appeal or were taken out of it."""
    now = AppealPicture.objects.filter(appeal=appeal).values_list("asset_id", flat=True)
    return {*now, *RemovedPicture.objects.filter(appeal=appeal).values_list("asset_id", flat=True)}


def may_show(*, actor: Actor, reference: str, public_name: str) -> RenditionView:
    """A copy of a picture of this appeal, or of one taken out of it, for the desk. Raises NotAllowed, NotFound."""
    appeal = appeal_by_reference(actor=actor, reference=reference)
    for copies in renditions_of_all(asset_ids(appeal)).values():
        for copy in copies:
            if copy.public_name == public_name:
                return copy
    raise NotFound(_("There is no such picture."))


# --- for the public site: no actor, only what is public ---------------------------------------------


def published(agency_id: int) -> list[PublicAppeal]:
    """The agency's public appeals, latest change first."""
    rows = list(
        Appeal.objects.filter(agency_id=agency_id, status=Status.PUBLISHED).order_by("-changed_at", "-pk")
    )
    pictures = _pictures(rows)
    lines: dict[int, list[AppealUpdate]] = {}
    for line in AppealUpdate.objects.filter(appeal__in=rows).order_by("-at", "-pk"):
        lines.setdefault(line.appeal_id, []).append(line)
    return [PublicAppeal(row, pictures.get(row.pk, []), lines.get(row.pk, [])) for row in rows]


def resolved(agency_id: int) -> list[Appeal]:
    """The agency's resolved appeals, latest first. Only reference, outcome and time may be shown of them."""
    return list(
        Appeal.objects.filter(agency_id=agency_id, status=Status.RESOLVED).order_by("-resolved_at", "-pk")
    )


def gone(agency_id: int) -> Gone:
    """Every address of this agency that was public once and must answer "gone"."""
    over = Appeal.objects.filter(
        agency_id=agency_id, status__in=[Status.RESOLVED, Status.WITHDRAWN], published_at__isnull=False
    )
    names = [
        copy.public_name
        for pictures in _pictures(list(over)).values()
        for picture in pictures
        for copy in picture.renditions
    ]
    references = over.filter(status=Status.WITHDRAWN).values_list("reference", flat=True)
    return Gone(references=sorted(references), pictures=sorted(names))


def withdrawn_last(agency_id: int) -> list[Appeal]:
    """Withdrawn appeals, latest first: their times are changes of the feed. Nothing of them may be shown."""
    return list(
        Appeal.objects.filter(agency_id=agency_id, status=Status.WITHDRAWN).order_by("-withdrawn_at")[:1]
    )


def landing(*, code: str, host: str) -> Landing | None:
    """Where a tip form was reached from: a public appeal of the agency behind `host`, or no appeal ("start").

    None if the host is nobody's, or if the code belongs to no appeal that is public now. host: without port.
    """
    agency = agency_for_public_host(host)
    if agency is None:
        return None
    reference = title = ""
    if code != NO_APPEAL:
        row = Appeal.objects.filter(landing_code=code, agency_id=agency.pk, status=Status.PUBLISHED).first()
        if row is None:
            return None
        reference, title = row.reference, row.title
    return Landing(
        appeal_ref=reference,
        title=title,
        agency_id=agency.pk,
        programme_id=agency.tip_programme_id,
        phone=agency.phone,
        emergency_number=agency.emergency_number,
    )


def _pictures(rows: list[Appeal]) -> dict[int, list[PictureView]]:
    """Pictures of several appeals in two queries: appeal id → pictures in order."""
    links = list(
        AppealPicture.objects.filter(appeal__in=rows).select_related("asset").order_by("place", "pk")
    )
    copies = renditions_of_all([link.asset_id for link in links])
    found: dict[int, list[PictureView]] = {}
    for link in links:
        view = PictureView(
            id=link.pk,
            asset_id=link.asset_id,
            place=link.place,
            alt=link.asset.alt,
            caption=link.caption,
            file_name=link.asset.file_name,
            renditions=copies.get(link.asset_id, []),
        )
        found.setdefault(link.appeal_id, []).append(view)
    return found
