"""What a notice says: a heading and a few lines with the way to the desk, made anew at the moment it is sent.

No word of a note for colleagues, no tip, no reason and no name of a person leaves the desk in a notice; the words of a
post only where the address asks for them whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.agencies.addresses import desk_url
from hueandcry.agencies.brakes import in_words, what_is_paused
from hueandcry.agencies.models import Agency, Brake
from hueandcry.agencies.queries import get_agency
from hueandcry.appeals.models import Appeal
from hueandcry.channels.models import Account
from hueandcry.channels.quotas import credential_ends
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts.blocked import going_nowhere
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.posts.staff_first import still_to_wait
from hueandcry.staff import happenings, queries
from hueandcry.staff.models import Notice

HEADING, BODY = 120, 1500  # characters
# Where each leads at the desk; tests/staff/test_notices.py asks whether the pages are there.
FEED, APPROVALS, UNCONFIRMED, BRAKES, ACCOUNT = (
    "/desk/staff/", "/desk/approvals/", "/desk/unconfirmed/", "/desk/rules/brakes/", "/desk/accounts/%d/"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What is sent. title: one line; body: the rest, ending with the way to the desk."""

    title: str
    body: str


def said_in(notice: Notice) -> Said | None:
    """The words of a notice; None if what it is about is so no longer, and nobody needs to be told."""
    agency = get_agency(notice.agency_id)
    if notice.kind == Notice.Kind.TEST:
        lines = [_("This is a try. If you read it, notices arrive here.")]
        return _said(agency, _("A try"), lines, FEED)
    what, _colon, rest = notice.about.partition(":")
    number, _at, _moment = rest.partition("@")
    make = MAKE.get((Notice.Kind(notice.kind), what))
    return make(notice, agency, int(number)) if make and number.isdecimal() else None


def _said(agency: Agency, title: str, lines: list[str], path: str) -> Said:
    whole = "\n\n".join(line.strip() for line in lines if line.strip())
    body = whole if len(whole) <= BODY else whole[: BODY - 1] + "…"
    tail = desk_url(agency, path)
    return Said(f"{agency.short_name}: {title}"[:HEADING], f"{body}\n\n{tail}" if body else tail)


def _post_on_the_feed(notice: Notice, agency: Agency, number: int) -> Said | None:
    post = Post.objects.filter(pk=number, agency_id=agency.pk, status__in=["approved", "announced"]).first()
    if post is None or not post.staff_at or happenings.timed("post", number, post.staff_at) != notice.about:
        return None
    lines = [_when(post, agency)]
    if notice.address.whole:
        lines += [post.title, post.text, *post.thread, post.link]
        lines += [_("If asked: %s") % post.if_asked] if post.if_asked else []
    title = _("Emergency post") if notice.urgent else TITLES[Account.Audience(post.audience)]()
    return _said(agency, title, lines, FEED)


def _when(post: Post, agency: Agency) -> str:
    """When a post goes out that is not out yet; "" for any other. Why one is held back is for the desk."""
    goes = post.scheduled_at if post.status == Post.Status.APPROVED else None
    if goes is None and (left := still_to_wait(post)):
        goes = clock.now() + left
    if goes is None:
        return ""
    moment = in_words(goes, agency.time_zone)
    if going_nowhere([post], actor=system("notice", agency_id=agency.pk)):
        return _("It was to go out on %s. As things stand now it is held back.") % moment
    return _("It goes out on %s.") % moment


def _note_on_the_feed(_notice: Notice, agency: Agency, number: int) -> Said | None:
    if not queries.standing_notes(agency.pk).filter(pk=number).exists():
        return None
    return _said(agency, _("A note for colleagues"), [_("Read it on the staff feed.")], FEED)


def _post_waits(notice: Notice, agency: Agency, number: int) -> Said | None:
    post = Post.objects.filter(pk=number, agency_id=agency.pk, status=Post.Status.SUBMITTED).first()
    if post is None or not post.submitted_at:
        return None
    if happenings.timed("post", number, post.submitted_at) != notice.about:
        return None
    title = _("An emergency post waits for approval") if notice.urgent else _("A post waits for approval")
    return _said(agency, title, [post.heading] if notice.address.whole else [], APPROVALS)


def _change_waits(notice: Notice, agency: Agency, number: int) -> Said | None:
    rows = PostRevision.objects.filter(pk=number, agency_id=agency.pk, decision="").select_related("post")
    change = rows.first()
    if change is None:
        return None
    lines = [change.post.heading] if notice.address.whole else []
    return _said(agency, _("A change of a post that is out waits for approval"), lines, APPROVALS)


def _appeal_waits(_notice: Notice, agency: Agency, number: int) -> Said | None:
    appeal = Appeal.objects.filter(pk=number, agency_id=agency.pk, status="submitted").first()
    if appeal is None:
        return None
    title = _("The appeal %s waits for approval") % appeal.reference
    return _said(agency, title, [], f"/desk/appeals/{appeal.reference}/")


def _not_known(_notice: Notice, agency: Agency, number: int) -> Said | None:
    rows = Delivery.objects.filter(pk=number, agency_id=agency.pk, status=Delivery.Status.UNCONFIRMED)
    row = rows.select_related("account").first()
    if row is None:
        return None
    lines = [_("Somebody must look at “%s” and say what is there.") % row.account.label]
    return _said(agency, _("Nobody knows whether a post arrived"), lines, UNCONFIRMED)


def _paused(_notice: Notice, agency: Agency, number: int) -> Said | None:
    brake = Brake.objects.filter(pk=number, agency_id=agency.pk, lifted_at__isnull=True).first()
    if brake is None:
        return None
    person = brake.scope == Brake.Scope.PERSON
    title = _("Posts by one person are paused") if person else what_is_paused(brake)
    return _said(agency, title, [_("Until %s.") % in_words(brake.until, agency.time_zone)], BRAKES)


def _sign_in_ends(_notice: Notice, agency: Agency, number: int) -> Said | None:
    account = Account.objects.filter(pk=number, agency_id=agency.pk).first()
    ends = credential_ends(account) if account else None
    if account is None or ends is None:
        return None
    title = _("The sign-in of “%s” ends") % account.label
    lines = [
        _("The network accepts it until %s. Connect the account again before that.")
        % in_words(ends, agency.time_zone)
    ]
    return _said(agency, title, lines, ACCOUNT % number)


TITLES: dict[Account.Audience, Callable[[], str]] = {
    Account.Audience.PUBLIC: lambda: _("A post for the public"),
    Account.Audience.REGISTERED: lambda: _("A post for people who signed up"),
    Account.Audience.STAFF: lambda: _("A post for staff only"),
}
K = Notice.Kind
MAKE: dict[tuple[Notice.Kind, str], Callable[[Notice, Agency, int], Said | None]] = {
    (K.FEED, "post"): _post_on_the_feed,
    (K.FEED, "staff-note"): _note_on_the_feed,
    (K.APPROVAL, "post"): _post_waits,
    (K.APPROVAL, "change"): _change_waits,
    (K.APPROVAL, "appeal"): _appeal_waits,
    (K.UNCONFIRMED, "delivery"): _not_known,
    (K.BRAKE, "brake"): _paused,
    (K.SIGN_IN, "account"): _sign_in_ends,
}
