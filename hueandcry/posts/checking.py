"""What is looked at before a post goes out: the one seam between a post and the pre-flight check.

A stop closes the button, whoever presses it; a warning asks for a reason, which is kept on the record; a hint is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import get_agency
from hueandcry.assets.models import Video
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid
from hueandcry.posts import reading
from hueandcry.posts.content import LINK
from hueandcry.posts.fitting import previews
from hueandcry.posts.models import Post
from hueandcry.posts.videos import shown_in, words_of
from hueandcry.preflight import checks, packs

STOP, WARN, HINT = (level.value for level in (checks.Level.STOP, checks.Level.WARN, checks.Level.HINT))
ALT = "alt-text"
SAID_ELSEWHERE = {"out-of-lane", "staff-to-public"}  # deciding.py: who decides then, and what is refused


class Stopped(Invalid):
    """The pre-flight check found what may not go out."""


class NeedsReason(Invalid):
    """The pre-flight check warns, and nobody has said why the post may go out all the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. level: stop, warn or hint; offer: the words to put in place of start..end of the text, or "".

    part: what it is about, as "text" or "own:mastodon"; found: the words themselves.
    """

    rule: str
    level: str
    sentence: str
    why: str = ""
    cure: str = ""
    offer: str = ""
    part: str = "text"
    start: int = 0
    end: int = 0
    found: str = ""


def findings_of(
    post: Post, *, accounts: list[Account], others: Iterable[Account] = (), agency: Agency | None = None
) -> list[Finding]:
    """Everything found in a post as it stands, stops first.

    others: accounts whose lane could be offered instead; agency: the post's, where it is at hand.
    """
    agency = agency or get_agency(post.agency_id)
    found = _own(post, accounts)
    if not post.repost_of_id:  # its words were looked at when they were first said
        draft = draft_of(post, accounts=accounts, others=others, agency=agency)
        looked = checks.check(draft, packs.load(agency.law_pack))
        found += [_finding(item, draft) for item in looked if item.topic not in SAID_ELSEWHERE]
    if any(item.rule == ALT and item.level == STOP for item in found):
        found = [item for item in found if item.rule != ALT or item.level == STOP]
    order = (STOP, WARN, HINT)
    return sorted(dict.fromkeys(found), key=lambda item: order.index(item.level))


def draft_of(
    post: Post, *, accounts: list[Account], others: Iterable[Account], agency: Agency
) -> checks.Draft:
    """A post as the check looks at it: plain values, nothing of ours."""
    contacts = {agency.phone, agency.public_host, getattr(agency, "emergency_number", "")}
    return checks.Draft(
        text="\n\n".join([post.text, *post.thread]),
        own_texts=dict(post.own_texts),
        title=post.title,
        links=(post.link,) if post.link else (),
        pictures=tuple(
            checks.PictureFacts(
                name=item["name"] or str(n),
                alt=item["alt"],
                rights="own" if item.get("ours") else "",
                consent="not needed" if item.get("ours") else "",
            )
            for n, item in enumerate(shown_in(post), 1)
        ),
        audience=_audience(post.audience),
        account_audiences=tuple(_audience(row.audience) for row in accounts),
        kind=post.kind,
        topics=tuple(post.topics),
        lanes={row.label: tuple(row.topics) for row in accounts},
        other_lanes={row.label: tuple(row.topics) for row in others if row.topics},
        language=post.language,
        own_contacts=frozenset(contacts - {""}),
        today=clock.now().astimezone(ZoneInfo(agency.time_zone)).date(),
    )


def require_clear(post: Post, *, by: Actor, reason: str) -> list[Finding]:
    """Raises Stopped, or NeedsReason for warnings without a reason; returns the warnings that were answered for."""
    accounts = reading.accounts_by_id(actor=by, account_ids=post.account_ids)
    found = findings_of(post, accounts=accounts)
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
    answered = {(item["rule"], item["found"]) for item in post.proceeded}
    return [item for item in found if item.level == WARN and (item.rule, item.found) not in answered]


def _audience(audience: str) -> str:
    return "staff" if audience == Account.Audience.STAFF else "public"


def _finding(item: checks.Finding, draft: checks.Draft) -> Finding:
    kind, _colon, name = item.part.partition(":")
    text = {"text": draft.text, "title": draft.title}.get(item.part, draft.own_texts.get(name, ""))
    return Finding(
        rule=item.topic or item.rule,
        level=item.level.value,
        sentence=item.sentence,
        why=item.why,
        cure=item.cure,
        offer=item.offer if item.offer and kind in {"text", "own"} else "",
        part=item.part,
        start=item.start,
        end=item.end,
        found=text[item.start : item.end] or item.part,
    )


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
