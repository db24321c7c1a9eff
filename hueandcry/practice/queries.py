"""Reads of practice: the invented accounts, what was written, and what the checks say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.agencies.standing import LAPSED, NO_COURSE, REVOKED, standing_of
from hueandcry.channels.catalogue import CHANNELS
from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts import checking
from hueandcry.posts.checking import Finding
from hueandcry.posts.fitting import Preview, previews
from hueandcry.posts.models import Post
from hueandcry.practice.models import PracticePost

USUAL = ("bluesky", "facebook", "mastodon", "x")  # for an agency without an account
COURSE = {NO_COURSE, LAPSED, REVOKED}
MOST = 100  # on one page


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the checks find in a practice post, and how it would stand on each network. stops: it may not go like this."""

    findings: list[Finding]
    previews: list[Preview]

    @property
    def stops(self) -> list[str]:
        """Why it may not go."""
        return [item.sentence for item in self.findings if item.level == checking.STOP]


def only_practice(*, actor: Actor) -> str:
    """The sentence why this person may only practise: no course in force, and posting needs one. "": they may post."""
    kind, _colon, number = actor.ref.partition(":")
    if kind != "person":
        return ""
    found = standing_of(person_id=int(number), agency_id=actor.agency_id).problems
    return next((sentence for code, sentence in found if code in COURSE), "")


def networks(*, actor: Actor) -> list[str]:
    """Channels to practise on: those of the agency's accounts, or the usual ones."""
    rows = Account.objects.filter(agency_id=actor.agency_id).exclude(status__in=Account.SILENT)
    return sorted(set(rows.values_list("channel", flat=True)) & CHANNELS.keys()) or list(USUAL)


def practice_posts(*, actor: Actor, everybody: bool = False) -> list[PracticePost]:
    """What this person wrote for practice, newest first. everybody: what others sent too, for whoever records training.

    Raises NotAllowed.
    """
    rows = PracticePost.objects.filter(agency_id=actor.agency_id).select_related("person").order_by("-pk")
    if everybody:
        actor.require(Permission.TRAINING_RECORD)
        return list(rows.filter(sent_at__isnull=False)[:MOST])
    actor.require(Permission.POST_READ)
    return list(rows.filter(person_id=_number(actor))[:MOST])


def get_practice(*, actor: Actor, practice_id: int, hold: bool = False) -> PracticePost:
    """One of one's own, or one that somebody sent, for whoever records training. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_READ)
    rows = PracticePost.objects.select_for_update(of=("self",)) if hold else PracticePost.objects.all()
    row = rows.select_related("person").filter(pk=practice_id, agency_id=actor.agency_id).first()
    teaches = row is not None and row.sent_at is not None and actor.may(Permission.TRAINING_RECORD)
    if row is None or not (row.person_id == _number(actor) or teaches):
        raise NotFound(_("There is no such practice post."))
    return row


def sheet_of(row: PracticePost) -> Sheet:
    """The checks and previews of a practice post: those of a real one, on accounts that are nowhere."""
    accounts = invented(row.networks, agency_id=row.agency_id)
    shown = Post(agency_id=row.agency_id, text=row.text, link=row.link, kind=row.kind)
    if not row.text.strip():
        return Sheet([], [])
    return Sheet(checking.findings_of(shown, accounts=accounts), previews(shown, accounts))


def invented(names: Iterable[str], *, agency_id: int) -> list[Account]:
    """An account for each network that is in no table: it has no credential, and nothing can be sent to it."""
    return [
        Account(
            agency_id=agency_id,
            channel=name,
            handle="practice",
            label=_("Practice account on %s") % channel_label(name),
            mode=Account.Mode.FREE,
        )
        for name in names
        if name in CHANNELS
    ]


def _number(actor: Actor) -> int:
    kind, _colon, number = actor.ref.partition(":")
    return int(number) if kind == "person" else 0
