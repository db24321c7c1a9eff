"""What an approver must see: what changed since the last decision, and what was checked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import names_of
from hueandcry.appeals import comparing, queries, versions
from hueandcry.appeals.announcing import network_previews
from hueandcry.appeals.models import Appeal, AppealVersion, Kind, Status
from hueandcry.appeals.queries import PictureView
from hueandcry.assets.queries import renditions_of_all
from hueandcry.desk.forms.appeals import AppealForm
from hueandcry.kernel.actor import Actor

LONG_REVIEW = 56  # days; after that somebody should say why so long
THUMBNAIL = 320


def changes(appeal: Appeal, *, agency: Agency) -> dict[str, Any] | None:
    """What differs from the version somebody decided on last; None if nobody decided yet."""
    base = versions.decided_before(appeal)
    if base is None:
        return None
    now = versions.snapshot(appeal)
    before, after = readable(base.content, agency), readable(now["content"], agency)
    pictures = comparing.pictures(base.pictures, now["pictures"])
    return {
        "base": base,
        "returned": base.decision == AppealVersion.Decision.RETURNED,
        "by": names_of({base.decided_by}).get(base.decided_by, base.decided_by),
        "fields": [
            {"label": label_of(item.name), "parts": item.parts} for item in comparing.fields(before, after)
        ],
        "pictures": _pictures(appeal, pictures),
        "same": before == after and not pictures,
    }


def compare_texts(theirs: dict[str, Any], mine: dict[str, Any], *, agency: Agency) -> list[dict[str, Any]]:
    """Two people's words for one appeal: every field that differs, as it is now and as typed here."""
    one, other = readable(theirs, agency), readable(mine, agency)
    return [
        {
            "label": label_of(item.name),
            "theirs": one.get(item.name, ""),
            "mine": other[item.name],
            "parts": item.parts,
        }
        for item in comparing.fields(one, other)
    ]


def checks(
    appeal: Appeal, gaps: dict[str, str], pictures: list[PictureView], *, day: date, actor: Actor
) -> list[dict[str, str]]:
    """What was looked at before approval, one sentence each. tone: ok, amber (think again) or stop.

    gaps: what is lacking, field → sentence; day: today where the agency is.
    """
    found = [{"tone": "stop", "text": text} for text in gaps.values()]
    if not found:
        found.append({"tone": "ok", "text": _("Every part that must be written is written.")})
    if pictures and all(item.alt for item in pictures):
        text = ngettext(
            "%d picture, described in words.", "%d pictures, each described in words.", len(pictures)
        )
        found.append({"tone": "ok", "text": text % len(pictures)})
    if pictures and appeal.shows_people:
        text = _("People can be recognised. Is each of them needed, and is nobody else to be seen?")
        found.append({"tone": "amber", "text": text})
    found += [_review(appeal, day), *_networks(appeal, actor)]
    return found


def _review(appeal: Appeal, day: date) -> dict[str, str]:
    if appeal.review_on is None:
        return {"tone": "stop", "text": _("There is no review date.")}
    days = (appeal.review_on - day).days
    text = ngettext("Review in %d day.", "Review in %d days.", days) % days
    if days > LONG_REVIEW:
        return {"tone": "amber", "text": text + " " + _("That is long for a picture of somebody.")}
    return {"tone": "ok", "text": text}


def _networks(appeal: Appeal, actor: Actor) -> list[dict[str, str]]:
    if appeal.status not in {Status.DRAFT, Status.SUBMITTED, Status.APPROVED}:
        return []
    previews = network_previews(appeal, actor=actor)
    troubles = [
        {
            "tone": "stop" if problem.stops else "amber",
            "text": f"{item.account} ({item.channel}): {problem.sentence}",
        }
        for item in previews
        for problem in item.problems
    ]
    if previews and not troubles:
        number = sum(len(item.accounts) for item in previews)
        text = ngettext("The text fits the %d account.", "The text fits all %d accounts.", number)
        return [{"tone": "ok", "text": text % number}]
    return troubles


def label_of(name: str) -> str:
    """The name of a field as the editor shows it."""
    return str(AppealForm.base_fields[name].label)


def readable(content: dict[str, Any], agency: Agency) -> dict[str, str]:
    """Every field as people read it: kinds and yes or no in words, times in the agency's zone."""
    return {name: _words(name, value, agency) for name, value in content.items()}


def _words(name: str, value: Any, agency: Agency) -> str:
    if name == "kind" and value in Kind.values:
        return str(Kind(value).label)
    if name == "shows_people":
        return _("Yes") if value else _("No")
    if name in {"happened_from", "happened_to"} and value:
        moment = datetime.fromisoformat(str(value)).astimezone(ZoneInfo(agency.time_zone))
        return format_date(moment, _("j F Y, H:i"))
    if name == "review_on" and value:
        return format_date(date.fromisoformat(str(value)), _("j F Y"))
    return comparing.plain(value)


def _pictures(appeal: Appeal, found: list[comparing.PictureChange]) -> list[dict[str, Any]]:
    ours = queries.asset_ids(appeal)
    copies = renditions_of_all([item.asset_id for item in found if item.asset_id in ours])
    says = {
        "added": _("Added"),
        "removed": _("Taken out"),
        "words": _("Described anew"),
        "moved": _("Moved"),
    }
    lines = []
    for item in found:
        jpegs = [copy for copy in copies.get(item.asset_id, []) if copy.format == "jpeg"]
        small = next(
            (copy for copy in reversed(jpegs) if copy.width <= THUMBNAIL), jpegs[0] if jpegs else None
        )
        lines.append({"change": item, "says": says[item.how], "small": small})
    return lines
