"""The worker looks at what each account's own page says, once a day, and writes it where somebody asked for that.

No channel is called inside a transaction. An account of a network that shows us nothing is looked at by a person,
who then says so (profile_actions.confirm_profile).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.channels import profile
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import (
    ChannelFailure,
    Line,
    Profile,
    RateLimited,
    Refused,
    SetsProfile,
    ShowsProfile,
)
from hueandcry.channels.lines import open_line
from hueandcry.channels.models import Account, ProfileCheck, ProfileTemplate
from hueandcry.channels.working import require_worker
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotFound, Refusal
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

EVERY = timedelta(days=1)
AGAIN = timedelta(minutes=30)  # after a look that gave no answer
NOTED: dict[str, str] = {ProfileCheck.State.DRIFT: "profile.drift", ProfileCheck.State.SAME: "profile.same"}
ROOM = 160  # characters, where a network says nothing of its own: the shortest page of the known ones


def facts_of(account: Account, agency: Agency) -> profile.Facts:
    """What fills the gaps for this account."""
    return profile.Facts(
        agency=agency.name,
        emergency=agency.emergency_number,
        site=public_url(agency, "/accounts/"),
        policy=public_url(agency, "/policy/comments/"),
        unit=account.unit.name if account.unit else "",
        face=account.face,
        title=account.title,
        topics=", ".join(map(str, account.topics)),
    )


def room_of(channel: str) -> int:
    """How many characters an account's own page takes on this channel."""
    try:
        connector = connector_for(channel)
    except Invalid:
        return ROOM
    return connector.profile_characters if isinstance(connector, ShowsProfile) else ROOM


def wanted_text(account: Account, agency: Agency, template: str) -> str:
    """What the page of this account should say."""
    return profile.filled(template, facts_of(account, agency), characters=room_of(account.channel))


def can_push(channel: str) -> bool:
    """True if we can write the page ourselves."""
    return isinstance(connector_for(channel), SetsProfile)


def open_checks() -> int:
    """Begin the daily look for accounts that have none yet, and end it for those no longer spoken through."""
    rows = Account.objects.filter(profile__isnull=True).exclude(status__in=Account.SILENT)
    fresh = [ProfileCheck(agency_id=row.agency_id, account=row, due_at=clock.now()) for row in rows[:200]]
    ProfileCheck.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def look_at_profile(*, check: ProfileCheck, by: Actor) -> bool:
    """Push if that was asked for, then read the page and compare. For the worker; `check` carries its lease.

    Returns False if the lease was lost meanwhile. Raises NotAllowed.
    """
    require_worker(by)
    account = Account.objects.select_related("unit", "agency").get(pk=check.account_id)
    template = ProfileTemplate.objects.filter(agency_id=check.agency_id).first()
    wanted = wanted_text(account, account.agency, template.text) if template else ""
    pushed: dict[str, object] = {}
    try:
        connector, line = open_line(account, until=check.claimed_until, picture=_no_picture)
        if check.push_asked_at and wanted and isinstance(connector, SetsProfile):
            connector.set_profile(line, wanted)
            pushed = {"pushed_at": clock.now(), "push_asked_at": None}
        seen = _read(connector, line)
    except Refused as failure:  # it read our text and said no: asking again changes nothing
        later = clock.now() + EVERY
        return settle(check, due_at=later, push_asked_at=None, last_error=failure.sentence[:200])
    except (ChannelFailure, Refusal) as failure:
        again = failure.retry_at if isinstance(failure, RateLimited) else clock.now() + AGAIN
        return postpone(check, until=again, error=failure.sentence)
    before = check.state
    told = _compared(check, seen, wanted=wanted, facts=facts_of(account, account.agency))
    with transaction.atomic():
        kept = settle(check, due_at=clock.now() + EVERY, wanted=wanted, **pushed, **told)
        if kept and before != check.state and check.state in NOTED:
            record(by=by, verb=NOTED[check.state], subject=ref("account", account.pk))
    return kept


def _read(connector: object, line: Line) -> Profile | None:
    return connector.profile(line) if isinstance(connector, ShowsProfile) else None


def _compared(
    check: ProfileCheck, seen: Profile | None, *, wanted: str, facts: profile.Facts
) -> dict[str, object]:
    """What is kept of a look."""
    if seen is None:
        stale = {} if check.wanted == wanted else {"confirmed_at": None, "confirmed_by": ""}
        return {"state": ProfileCheck.State.UNREADABLE, "missing": [], **stale}
    differs = bool(wanted) and not profile.same(seen.text, wanted)
    return {
        "state": ProfileCheck.State.DRIFT if differs else ProfileCheck.State.SAME,
        "shown": seen.text[:4000],
        "missing": [part.value for part in _lacking(seen.text, wanted, facts)],
        "links_back": profile.leads_to(facts.site, seen.links, seen.text),
        "proved": profile.leads_to(facts.site, seen.verified, "") if seen.verified else None,
        "followers": seen.followers if seen.followers is not None and seen.followers >= 0 else None,
        "picture": seen.picture,
        "banner": seen.banner,
        "described": seen.described,
        "checked_at": clock.now(),
    }


def _lacking(shown: str, wanted: str, facts: profile.Facts) -> list[profile.Part]:
    """Parts that are not there and would be: a network without room for one is not blamed."""
    if not wanted:
        return []
    no_room = profile.missing(wanted, facts)
    return [part for part in profile.missing(shown, facts) if part not in no_room]


def _no_picture(_digest: str) -> bytes:
    raise NotFound("A look at a page sends no picture.")
