"""Reads of requests: of one's own, of all for those who work on them, and how each stands in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hueandcry.agencies.models import Person
from hueandcry.assets.models import Rendition
from hueandcry.assets.queries import RenditionView, renditions_of_all
from hueandcry.channels.queries import Colleague, with_accounts
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts import reading as posts
from hueandcry.posts.models import Delivery, Post
from hueandcry.requests.models import RequestNote, RequestPicture, UnitRequest

S = UnitRequest.Status
P = Post.Status
MOST = 200  # on one page
SOON = timedelta(days=1)  # needed within this time: shown as urgent
SMALL = 320  # pixels: the widest copy for a small place

# State of a request → what its sender reads, and the tone of it.
OF_REQUEST = {
    S.WAITING: (_("The desk has it. Nobody has taken it yet."), "waiting"),
    S.TAKEN: (_("Somebody at the desk works on it."), "working"),
    S.ASKED: (_("The desk needs an answer before it can go on."), "waiting"),
    S.DRAFTED: ("", ""),
    S.DECLINED: (_("The desk does not post this. The reason stands below."), "refused"),
    S.WITHDRAWN: (_("It was taken back. Nothing is posted."), ""),
}
# The same once there is a post, by the post's state; "out": it stands, and we know where.
OF_POST = {
    P.DRAFT: (_("Being written"), _("The desk writes the post."), "working"),
    P.SUBMITTED: (
        _("Being approved"),
        _("The post is written. A second person must approve it."),
        "working",
    ),
    P.APPROVED: (_("Planned"), _("The post is approved and goes out at its time."), "approved"),
    P.ANNOUNCED: (_("Going out"), _("The post is on its way to the networks."), "approved"),
    "out": (_("It is out"), _("The post is out. It stands here:"), "published"),
    P.WITHDRAWN: (
        _("Taken down"),
        _("The post was out and was taken down again. Ask the desk why."),
        "withdrawn",
    ),
    P.DISCARDED: (
        _("Waits for the desk"),
        _("A first draft was thrown away. The desk still has the request."),
        "waiting",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands. sentence: for whoever sent it; tone: as of a status tag; links: network or account → address."""

    label: str
    sentence: str
    tone: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a request. small: its copy for a small place on the desk."""

    asset_id: int
    name: str
    alt: str
    small: RenditionView


def get_request(*, actor: Actor, request_id: int, hold: bool = False) -> UnitRequest:
    """One request, for its sender and for those who work on requests. hold: nobody else changes it meanwhile.

    Raises NotAllowed, NotFound (also for another agency's and for somebody else's).
    """
    rows = UnitRequest.objects.select_for_update(of=("self",)) if hold else _rows()
    row = rows.filter(_seen_by(actor), pk=request_id).first()
    if row is None:
        raise NotFound(gettext("There is no such request."))
    return row


def own_request(*, actor: Actor, request_id: int) -> UnitRequest:
    """The request, held until the transaction ends, if this person sent it. Raises NotAllowed, NotFound."""
    row = get_request(actor=actor, request_id=request_id, hold=True)
    if row.sender_ref != actor.ref:
        raise NotFound(gettext("You sent no such request."))
    return row


def requests(*, actor: Actor, statuses: Collection[str], mine: bool = False) -> list[UnitRequest]:
    """Requests in these states, what is needed soonest first. mine: only those that this person has taken. Raises NotAllowed."""
    actor.require(Permission.REQUEST_WORK)
    rows = _rows().filter(agency_id=actor.agency_id, status__in=statuses)
    rows = rows.filter(taken_by=actor.ref) if mine else rows
    return list(rows.order_by(F("needed_by").asc(nulls_last=True), "sent_at", "pk")[:MOST])


def sent_by(*, actor: Actor) -> list[UnitRequest]:
    """What this person sent, the latest first. Raises NotAllowed."""
    actor.require(Permission.REQUEST_SEND)
    return list(_rows().filter(agency_id=actor.agency_id, sender_ref=actor.ref).order_by("-pk")[:MOST])


def counts(*, actor: Actor) -> dict[str, int]:
    """Status → how many requests of the agency. Raises NotAllowed."""
    actor.require(Permission.REQUEST_WORK)
    found = UnitRequest.objects.filter(agency_id=actor.agency_id).values_list("status")
    return {**dict.fromkeys(S.values, 0), **dict(found.annotate(Count("pk")).order_by())}


def waiting(*, actor: Actor) -> list[UnitRequest]:
    """What waits for this person, what is needed soonest first. One query, since every page counts it.

    To those who work on requests: the ones that nobody has taken; of those this person took, the ones to which the unit
    has said something since, and the ones whose post was thrown away. To everybody: questions about requests of their
    own (`is_question`). Raises NotAllowed.
    """
    actor.require(Permission.REQUEST_SEND)
    last = RequestNote.objects.filter(request=OuterRef("pk")).order_by("-pk").values("side")[:1]
    wanted = Q(sender_ref=actor.ref, status=S.ASKED)
    if actor.may(Permission.REQUEST_WORK):
        mine = Q(status=S.TAKEN, last_side=RequestNote.Side.UNIT)
        mine |= Q(status=S.DRAFTED, post__status=P.DISCARDED)
        wanted |= Q(status=S.WAITING) | Q(taken_by=actor.ref) & mine
    rows = _rows().filter(agency_id=actor.agency_id).annotate(last_side=Subquery(last)).filter(wanted)
    return list(rows.order_by(F("needed_by").asc(nulls_last=True), "sent_at", "pk")[:MOST])


def is_question(row: UnitRequest) -> bool:
    """True if it waits for its sender and not for the desk."""
    return row.status == S.ASKED


def open_of(reference: str, *, agency_id: int) -> list[UnitRequest]:
    """What this person works on, and what they sent and is open still; nobody else changes it meanwhile."""
    working = Q(taken_by=reference, status__in=[*UnitRequest.OPEN, S.DRAFTED])
    sent = Q(sender_ref=reference, status__in=UnitRequest.OPEN)
    rows = UnitRequest.objects.select_for_update(of=("self",)).filter(working | sent, agency_id=agency_id)
    return list(rows.order_by("pk"))


def leavers(*, actor: Actor) -> list[Colleague]:
    """Everybody who has something to pass on: a part in an account, a post that is not out, a request. Raises NotAllowed."""
    found = {person.id: person for person in with_accounts(actor=actor)}
    refs = posts.with_posts(actor=actor)
    rows = UnitRequest.objects.filter(agency_id=actor.agency_id, status__in=[*UnitRequest.OPEN, S.DRAFTED])
    refs |= {taken for taken in rows.values_list("taken_by", flat=True) if taken}
    numbers = {int(each.partition(":")[2]) for each in refs if each.startswith("person:")} - found.keys()
    more = Person.objects.filter(pk__in=numbers).values_list("pk", "name", "email")
    every = [*found.values(), *(Colleague(*row) for row in more)]
    return sorted(every, key=lambda person: (person.name, person.id))


def request_of_post(*, actor: Actor, post_id: int) -> UnitRequest | None:
    """The request that a post was made of, if this person may see it."""
    if not (actor.may(Permission.REQUEST_SEND) or actor.may(Permission.REQUEST_WORK)):
        return None
    return _rows().filter(_seen_by(actor), post_id=post_id).first()


def last_unit(*, actor: Actor) -> int | None:
    """For which unit this person sent a request last: what a new one is set to."""
    row = UnitRequest.objects.filter(agency_id=actor.agency_id, sender_ref=actor.ref).order_by("-pk").first()
    return row.unit_id if row else None


def notes_of(row: UnitRequest) -> list[RequestNote]:
    """What was said since, oldest first."""
    return list(RequestNote.objects.filter(request=row).order_by("pk"))


def pictures_of(row: UnitRequest) -> list[PictureView]:
    """The pictures of a request, in their order."""
    kept = list(RequestPicture.objects.filter(request=row).select_related("asset").order_by("pk"))
    copies = renditions_of_all([item.asset_id for item in kept])
    return [
        PictureView(item.asset_id, item.asset.file_name, item.alt, _small(copies[item.asset_id]))
        for item in kept
    ]


def copy_of(*, actor: Actor, request_id: int, name: str) -> Rendition:
    """A copy of one of the pictures of a request, by its name. Raises NotAllowed, NotFound."""
    row = get_request(actor=actor, request_id=request_id)
    ids = RequestPicture.objects.filter(request=row).values("asset_id")
    copy = Rendition.objects.filter(asset_id__in=ids, public_name=name, format="jpeg").first()
    if copy is None:
        raise NotFound(gettext("There is no such picture in this request."))
    return copy


def is_late(row: UnitRequest) -> bool:
    """True if it is needed within a day, or was, and nobody has made a post of it."""
    return row.status in UnitRequest.OPEN and row.needed_by is not None and row.needed_by < clock.now() + SOON


def can_draft(row: UnitRequest) -> bool:
    """True if a post can be made of it now: it is open or drafted, and no post that was made of it stands."""
    return row.status in {*UnitRequest.OPEN, S.DRAFTED} and not has_post(row)


def has_post(row: UnitRequest) -> bool:
    """True if a post was made of it that was not thrown away."""
    return row.post is not None and row.post.status != P.DISCARDED


def was_thrown_away(row: UnitRequest) -> bool:
    """True if the post made of it was thrown away, so that the request waits again."""
    return row.status == S.DRAFTED and row.post is not None and row.post.status == P.DISCARDED


def standings(rows: Iterable[UnitRequest]) -> dict[int, Standing]:
    """How each request stands, by its id. At most one query more."""
    rows = list(rows)
    out = [row.post.pk for row in rows if row.post and row.post.status == P.ANNOUNCED]
    links: dict[int, list[tuple[str, str]]] = {}
    sent = Delivery.objects.filter(post_id__in=out, status=Delivery.Status.SENT, part=1).exclude(
        remote_url=""
    )
    for delivery in sent.select_related("account").order_by("account__label", "pk"):
        links.setdefault(delivery.post_id, []).append((delivery.account.label, delivery.remote_url))
    return {row.pk: _standing(row, tuple(links.get(row.post_id or 0, ()))) for row in rows}


def _standing(row: UnitRequest, links: tuple[tuple[str, str], ...]) -> Standing:
    if row.status == S.DRAFTED and row.post is not None:
        key = "out" if links else str(row.post.status)
        label, sentence, tone = OF_POST[key]
        return Standing(gettext(label), gettext(sentence), tone, links)
    sentence, tone = OF_REQUEST[S(row.status)]
    return Standing(str(S(row.status).label), gettext(sentence), tone)


def _small(copies: list[RenditionView]) -> RenditionView:
    jpegs = [copy for copy in copies if copy.format == "jpeg"]
    return next((copy for copy in reversed(jpegs) if copy.width <= SMALL), jpegs[0])


def _rows() -> QuerySet[UnitRequest]:
    return UnitRequest.objects.select_related("unit", "post")


def _seen_by(actor: Actor) -> Q:
    """Raises NotAllowed for whoever may neither send requests nor work on them."""
    agency = Q(agency_id=actor.agency_id)
    if actor.may(Permission.REQUEST_WORK):
        return agency
    actor.require(Permission.REQUEST_SEND)
    return agency & Q(sender_ref=actor.ref)
