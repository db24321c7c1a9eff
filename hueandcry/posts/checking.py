"""What is looked at before a post goes out: the one seam between a post and the pre-flight check.

A stop closes the button, whoever presses it; a warning asks for a reason, which is kept on the record; a hint is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import get_agency
from hueandcry.assets.models import Video
from hueandcry.channels.connector import CardBy
from hueandcry.channels.models import Account
from hueandcry.kernel.actor import Actor
from hueandcry.matters.queries import answered
from hueandcry.posts import finding, reading
from hueandcry.posts.alert_checking import OVER, of_alert
from hueandcry.posts.alerts import texts_in
from hueandcry.posts.content import LINK
from hueandcry.posts.finding import (
    HINT,
    MATTER,
    STOP,
    WARN,
    Finding,
    NeedsReason,
    Stopped,
    as_shown,
    stops_first,
)
from hueandcry.posts.fitting import limits_of, previews
from hueandcry.posts.knowing import Known, known_of, picture_facts, said_in
from hueandcry.posts.models import Post
from hueandcry.posts.videos import shown_in, words_of
from hueandcry.preflight import checks, packs

__all__ = ["HINT", "STOP", "WARN", "Finding", "NeedsReason", "Stopped"]
ALT, CARD = "alt-text", "card"
SAID_ELSEWHERE = {"out-of-lane", "staff-to-public"}  # deciding.py: who decides then, and what is refused
SINCE = {"picture-rights", "held-matter", OVER}  # what may change between the decision and the planned time


def findings_of(
    post: Post,
    *,
    accounts: list[Account],
    others: Iterable[Account] = (),
    agency: Agency | None = None,
    reader: Actor | None = None,
    known: Known | None = None,
) -> list[Finding]:
    """Everything found in a post as it stands, stops first.

    others: accounts whose lane could be offered instead; agency: the post's, where it is at hand; reader: who is told,
    for what not everybody may know; known: what was asked for many posts at once.
    """
    agency = agency or get_agency(post.agency_id)
    found = _own(post, accounts)
    if post.repost_of is None:
        found += _looked(post, accounts, others, agency, reader, known or known_of(agency, [post]))
    else:  # its words were looked at when they were first said; what may be shown or spoken of may have changed
        again = _looked(post.repost_of, accounts, (), agency, reader, known or known_of(agency, [post]))
        found += [
            item for item in again if item.about.startswith(MATTER) or (item.about and item.level == STOP)
        ]
    if any(item.rule == ALT and item.level == STOP for item in found):
        found = [item for item in found if item.rule != ALT or item.level == STOP]
    return stops_first(found)


def _looked(  # noqa: PLR0917 - private, one caller
    post: Post,
    accounts: list[Account],
    others: Iterable[Account],
    agency: Agency,
    reader: Actor | None,
    known: Known,
) -> list[Finding]:
    draft = draft_of(post, accounts=accounts, others=others, agency=agency, known=known, reader=reader)
    looked = [
        _of_card(item) if item.part == CARD else item
        for item in checks.check(draft, packs.load(agency.law_pack))
        if item.part != CARD or _counts_in_card(item, post, known)
    ]
    things = {_name(item, n): thing for n, (item, thing) in enumerate(_shown(post), 1)}
    return [as_shown(item, draft, things) for item in looked if item.topic not in SAID_ELSEWHERE]


def _counts_in_card(item: checks.Finding, post: Post, known: Known) -> bool:
    """True for what somebody must answer for: no hints, for nobody here words it; of a page of ours only held matters.

    Our own pages went through the check before they stood; what may not be spoken of can have changed since.
    """
    own = all(card.own for card in known.cards_of(post).values())
    return bool(item.about) if own else item.level.value != HINT


def _of_card(item: checks.Finding) -> checks.Finding:
    """A finding in the words of somebody else's page, with the one cure there is."""
    sentence = _("In the card of the link: %s") % item.sentence
    return replace(item, sentence=sentence, cure=_("Choose “No card for the link”, or another link."))


def draft_of(
    post: Post,
    *,
    accounts: list[Account],
    others: Iterable[Account],
    agency: Agency,
    known: Known,
    reader: Actor | None = None,
) -> checks.Draft:
    """A post as the check looks at it: plain values, nothing of ours."""
    contacts = {agency.phone, agency.public_host, getattr(agency, "emergency_number", "")}
    said = said_in(post)
    facts = known.facts(said)
    return checks.Draft(
        text="\n\n".join([post.text, *post.thread, *texts_in(post)]),
        own_texts=dict(post.own_texts),
        title=post.title,
        card=_card_words(post, accounts, known),
        links=(post.link,) if post.link else (),
        pictures=tuple(
            picture_facts(item, _name(item, n), known.rights_of(_thing(thing)))
            for n, (item, thing) in enumerate(_shown(post), 1)
        ),
        audience=_audience(post.audience),
        account_audiences=tuple(_audience(row.audience) for row in accounts),
        kind=post.kind,
        topics=tuple(post.topics),
        lanes={row.label: tuple(row.topics) for row in accounts},
        other_lanes={row.label: tuple(row.topics) for row in others if row.topics},
        language=post.language,
        names_cleared=facts.names,
        stage=facts.stage,
        held_matters=known.matters_for(reader),
        dead_links=known.dead(said),
        own_contacts=frozenset(contacts - {""}),
        today=known.day,
    )


def _card_words(post: Post, accounts: list[Account], known: Known) -> str:
    """What a page would say below our words where the card is ours to make, so that its words are ours too."""
    ours = [account for account in accounts if limits_of(account).card_by == CardBy.US]
    said = [
        item.link_card.card.words
        for item in previews(post, ours, known.cards_of(post) if ours else {})
        if item.link_card and item.link_card.shown
    ]
    return "\n\n".join(dict.fromkeys(filter(None, said)))


def _shown(post: Post) -> list[tuple[Mapping[str, Any], str]]:
    """Pictures and video of a post, each with its reference."""
    items = shown_in(post)
    return [
        (item, f"asset:{item['asset']}" if "asset" in item else f"video:{post.video_id}") for item in items
    ]


def _thing(reference: str) -> tuple[str, int]:
    kind, _colon, number = reference.partition(":")
    return kind, int(number)


def _name(item: Mapping[str, Any], number: int) -> str:
    return item["name"] or str(number)


def changed_since(post: Post, *, agency: Agency | None = None) -> str:
    """Why a planned post may not go after all: a right ran out, or a matter was held, since somebody decided. "" if none."""
    found = findings_of(post, accounts=[], agency=agency)
    open_ = [item for item in found if item.level == STOP] + unanswered(post, found)
    return next((item.sentence for item in open_ if item.rule in SINCE and item.about), "")


def of_matters(post: Post, *, account: Account, agency: Agency | None = None) -> list[Finding]:
    """What it says on this account of matters that may not be spoken of: stops, and warnings that nobody answered for.

    An announcement says what its appeal says: a matter answered for there is answered for. Told to nobody in particular.
    """
    agency = agency or get_agency(post.agency_id)
    said = post.repost_of or post
    looked = _looked(said, [account], (), agency, None, known_of(agency, [said]))
    found = stops_first(item for item in looked if item.about.startswith(MATTER))
    open_ = unanswered(post, found)
    if open_ and not post.kind:
        rows = answered(agency_id=post.agency_id, subject=post.subject)
        known = {(row.rule, row.found.partition(" ")[0]) for row in rows}
        open_ = [item for item in open_ if (item.rule, item.about) not in known]
    return [item for item in found if item.level == STOP] + open_


def require_still_clear(post: Post, *, by: Actor) -> None:
    """For whoever decides on another's words. Raises Stopped for a stop, and for a matter held since they were handed in."""
    accounts = reading.accounts_by_id(actor=by, account_ids=post.account_ids)
    found = findings_of(post, accounts=accounts, reader=by)
    stops = [item.sentence for item in found if item.level == STOP]
    if stops:
        raise Stopped(" ".join(stops))
    since = [item.sentence for item in unanswered(post, found) if item.about.startswith(MATTER)]
    if since:
        said = _(
            "Nobody has said why it may go out all the same. Return it with a note, so that its author does."
        )
        raise Stopped(" ".join([*since, said]))


def require_clear(post: Post, *, by: Actor, reason: str) -> list[Finding]:
    """Raises Stopped, or NeedsReason for warnings without a reason; returns the warnings that were answered for."""
    accounts = reading.accounts_by_id(actor=by, account_ids=post.account_ids)
    found = findings_of(post, accounts=accounts, reader=by)
    stops = [item.sentence for item in found if item.level == STOP]
    if stops:
        raise Stopped(" ".join(stops), field="text")
    fresh = unanswered(post, found)
    if fresh and not reason.strip():
        raise NeedsReason(
            _("The check warns. Put it right, or say why it may go out like this: the reason is kept."),
            field="reason",
        )
    return fresh


def unanswered(post: Post, found: list[Finding]) -> list[Finding]:
    """Warnings that nobody has given a reason for yet."""
    return finding.unanswered(found, [(item["rule"], item["found"]) for item in post.proceeded])


def _audience(audience: str) -> str:
    return "staff" if audience == Account.Audience.STAFF else "public"


def _own(post: Post, accounts: list[Account]) -> list[Finding]:
    """What networks would refuse."""
    if not (post.text.strip() or post.pictures or post.video_id or post.repost_of_id):
        return [Finding("empty", STOP, _("The post has no text."))]
    found = []
    if post.link and not LINK.match(post.link):
        found.append(Finding("link", STOP, _("An address begins with https://"), part="link"))
    without = [str(n) for n, item in enumerate(post.pictures, 1) if not item["alt"].strip()]
    if without:
        sentence = _("Say in words what is to be seen on picture %s.") % ", ".join(without)
        found.append(Finding(ALT, STOP, sentence, part="pictures"))
    of_video = _of_video(post)
    found += of_video
    without += [item.rule for item in of_video if item.rule == ALT]
    if post.repost_of_id:
        return found
    found += of_alert(post)
    for preview in previews(post, accounts):
        names = ", ".join(account.label for account in preview.accounts[:3])
        found += [
            Finding("limits", STOP if item.stops else HINT, f"{names}: {item.sentence}", part=preview.channel)
            for item in preview.problems
            if not (item.stops and without)
        ]
    return found


def _of_video(post: Post) -> list[Finding]:
    """What the video of a post still lacks. Captions: 28 CFR 35.200 and WCAG 2.1, 1.2.2 (product/PRACTICE.md 2.11)."""
    video, words = post.video, words_of(post)
    if video is None:
        return []
    if video.status == Video.Status.REFUSED:
        sentence = f"{video.problem} " + _("Take the video out, or choose another.")
        return [Finding("video", STOP, sentence, part="video")]
    found = []
    if video.status == Video.Status.WAITING:
        found.append(Finding("video", STOP, _("The video is still being looked at."), part="video"))
    if not words["alt"].strip():
        found.append(Finding(ALT, STOP, _("Say in words what is to be seen in the video."), part="video"))
    if not words["captions"] and not words["quiet"]:
        found.append(
            Finding(
                "captions",
                WARN,
                _("The video has no captions: who cannot hear it learns nothing from it."),
                cure=_("Add a captions file, or say that nothing is said in it."),
                part="video",
                found=f"video:{video.pk}",
            )
        )
    return found
