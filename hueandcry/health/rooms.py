"""What is looked at in the rooms: tables, worker, deliveries, accounts, tip keys, record, backups, public site."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies import queries as agencies
from hueandcry.channels import figures as channels
from hueandcry.channels import quotas
from hueandcry.health import noted, stamps
from hueandcry.health.databases import waiting_migrations
from hueandcry.health.finding import Finding, good, is_demonstration, watch, wrong
from hueandcry.jobs.queries import worker_state
from hueandcry.kernel import clock
from hueandcry.kernel.liveness import answers
from hueandcry.posts import figures as posts
from hueandcry.publicsite import build, switch
from hueandcry.records.entry import Ledger
from hueandcry.records.queries import LedgerState, entries_after, ledger_states
from hueandcry.records.seals import EVERY
from hueandcry.records.viewing import latest_check

WAITS = timedelta(minutes=5)  # that a due delivery may be late
SILENT = timedelta(days=90)  # without a post an account looks abandoned
BACKUP_DUE, BACKUP_LATE = timedelta(hours=26), timedelta(days=3)
VERIFY_DUE = timedelta(days=8)
SEAL_GRACE = timedelta(minutes=10)
AHEAD = timedelta(seconds=90)  # a moment further in the future than this was not written by our clock of now
NAMED = 5  # accounts in one sentence
PATIENCE = 2.0  # seconds


def tables() -> list[Finding]:
    """The tables are those of this version."""
    if waiting_migrations():
        return [wrong("tables", _("The tables are those of an older version."), _("Run: hue migrate"))]
    return [good("tables", _("The tables are those of this version."))]


def worker() -> list[Finding]:
    """It runs, no sweep failed when last run, and it looks at everything else."""
    state = worker_state()
    do = _("See HUE_HOME/logs/worker.log, then start it again (systemctl restart hue-worker).")
    if state.last_at is None:
        return [
            wrong(
                "worker",
                _("The worker has never run."),
                _("Start it: hue up, or systemctl start hue-worker."),
            )
        ]
    if state.last_at - clock.now() > AHEAD:
        says = _("The worker's last sign of life is in the future: the clock was put back.")
        return [wrong("clock", says, _("Set the clock right; what is due waits until then."))]
    if not state.alive:
        says = _("The worker has been silent for %s: nothing is sent or sealed.") % _long(
            clock.now() - state.last_at
        )
        return [wrong("worker", says, do)]
    if state.failing:
        return [wrong("worker", _("These jobs failed when last run: %s.") % ", ".join(state.failing), do)]
    if (look := noted.last()) and look.is_stale:
        says = _("The worker runs, but has not looked at disk, certificates and the like for %s.") % _long(
            clock.now() - look.at
        )
        return [wrong("worker", says, do)]
    return [good("worker", _("The worker runs."))]


def deliveries() -> list[Finding]:
    """Nothing due waits long."""
    state = posts.backlog()
    found = []
    if state.oldest and clock.now() - state.oldest > WAITS:
        says = ngettext(
            "%(count)d post is due and not sent, for %(long)s now.",
            "%(count)d posts are due and not sent, the first for %(long)s now.",
            state.due,
        ) % {"count": state.due, "long": _long(clock.now() - state.oldest)}
        found.append(
            wrong("deliveries", says, _("See the worker above; then whether the network can be reached."))
        )
    if state.unconfirmed:
        says = (
            ngettext(
                "Of %d post nobody knows whether it arrived.",
                "Of %d posts nobody knows whether they arrived.",
                state.unconfirmed,
            )
            % state.unconfirmed
        )
        found.append(
            watch("deliveries", says, _("Somebody must look at the network and choose on the appeal's page."))
        )
    return found or [good("deliveries", _("Nothing is late."))]


def accounts(agency_id: int | None = None) -> list[Finding]:
    """Credentials work, and no account falls silent."""
    found, sent = [], posts.last_sent()
    for state in channels.states(agency_id=agency_id):
        if state.problem:
            says = _("The account “%(name)s” needs its steward: %(problem)s") % {
                "name": state.label,
                "problem": state.problem,
            }
            found.append(
                wrong("accounts", says, _("Open Accounts at the desk and give it a new credential."))
            )
        elif state.unchecked:
            says = _("The account “%s” was not checked for more than a day.") % state.label
            found.append(watch("accounts", says, _("See whether the worker runs and the network answers.")))
        elif clock.now() - sent.get(state.id, state.registered_at) > SILENT:
            says = _("Nothing was sent on the account “%s” for three months.") % state.label
            found.append(
                watch(
                    "accounts",
                    says,
                    _("Use it or suspend it: an account nobody watches is easily taken over."),
                )
            )
    return [*found, *_ending(agency_id), *_drifted(agency_id)] or [
        good("accounts", _("All accounts answer."))
    ]


def _drifted(agency_id: int | None) -> list[Finding]:
    """Pages of accounts that somebody has changed."""
    names = channels.drifted(agency_id=agency_id)
    if not names:
        return []
    says = ngettext(
        "The page of %(count)d account no longer says what it should: %(names)s.",
        "The pages of %(count)d accounts no longer say what they should: %(names)s.",
        len(names),
    ) % {"count": len(names), "names": ", ".join(names[:NAMED])}
    return [
        watch(
            "accounts",
            says,
            _("Open Accounts at the desk, see whether it was one of you, and write it anew."),
        )
    ]


def _ending(agency_id: int | None) -> list[Finding]:
    """Credentials that the network itself will end within two weeks; within three days it is wrong, not only watched."""
    found = []
    for account, left in quotas.ending(agency_id=agency_id):
        says = _("The network's permission for the account “%s” has ended.") % account.label
        if left > timedelta(0):
            says = _("The network's permission for the account “%(name)s” ends in %(time)s.") % {
                "name": account.label,
                "time": _long(left),
            }
        do = _("Connect the account again at the desk; what waits for it is sent then.")
        found.append((wrong if left <= quotas.URGENT_BEFORE else watch)("accounts", says, do))
    return found


def backups() -> list[Finding]:
    """`hue backup` ran lately."""
    last = stamps.last(stamps.BACKUP)
    do = _(
        "Run hue backup every night (deploy/systemd/hue-backup.timer) and keep the copy on another machine."
    )
    if last is None and is_demonstration():
        says = _("No backup was ever made here. This is a demonstration, so nothing real would be lost.")
        return [watch("backup", says, do)]
    if last is None:
        return [wrong("backup", _("No backup was ever made here."), do)]
    age = clock.now() - last
    says = _("The last backup is %s old.") % _long(age)
    if age > BACKUP_LATE:
        return [wrong("backup", says, do)]
    return [watch("backup", says, do)] if age > BACKUP_DUE else [good("backup", says)]


def record() -> list[Finding]:
    """Sealed on time and verified lately."""
    found = []
    for state in ledger_states():
        every = EVERY[Ledger(state.ledger)]
        if state.sealed_at and state.sealed_at - clock.now() > AHEAD:
            says = _("The last seal of the record is of a time to come: the clock was put back.")
            found.append(
                wrong(
                    "clock", says, _("Set the clock right. Nothing is lost; the next seal follows the clock.")
                )
            )
        elif (since := _unsealed_since(state)) and clock.now() - since > every + SEAL_GRACE:
            says = _("The record (%s) has entries that are not sealed.") % state.ledger
            found.append(wrong("record", says, _("See the worker above; hue records seal seals now.")))
    checks = [check for ledger in Ledger if (check := latest_check(ledger))]
    if not all(check.good for check in checks):
        says = _("The worker's last check of the record found entries that do not fit.")
        mend = _("Keep a copy of everything as it is; run hue records verify, and see the page Record.")
        found.append(wrong("record", says, mend))
    done = [check.finished_at for check in checks if check.finished_at and len(checks) == len(Ledger)]
    moments = [at for at in (stamps.last(stamps.VERIFIED), min(done, default=None)) if at]
    last = max(moments, default=None)
    if last is None or clock.now() - last > VERIFY_DUE:
        says = (
            _("The record was never verified here.")
            if last is None
            else _("The record was last verified %s ago.") % _long(clock.now() - last)
        )
        found.append(
            watch("record", says, _("Run hue records verify once a week (deploy/systemd/hue-verify.timer)."))
        )
    return found or [good("record", _("The record is sealed, and was verified lately."))]


def _unsealed_since(state: LedgerState) -> datetime | None:
    """When the first entry after the last seal was made."""
    first = entries_after(position=state.sealed_size, limit=1, ledger=Ledger(state.ledger))
    return first[0].at if first else None


def site() -> list[Finding]:
    """The newest release is what the public gets."""
    release = build.current()
    if release is None:
        if not agencies.agencies():
            return []
        return [wrong("site", _("There is no public site yet."), _("Run: hue site build"))]
    if not switch.expected():
        says = _("Release %d is the public site; a web server of yours reads it.")
        return [good("site", says % release.number)]
    return [_served(release.number)]


def _served(newest: int) -> Finding:
    """What the static server of ours says of itself."""
    says = switch.status()
    if says is None:
        do = _("See HUE_HOME/logs/front.out, then start it again.")
        return wrong("site", _("The static server does not answer: the public sees nothing."), do)
    if says.get("broken"):
        do = _("Run: hue site build")
        says_so = _("The static server cannot read the newest release and shows an older one.")
        return wrong("site", says_so, do)
    if says.get("release") != newest:
        do = _("Wait a minute; if it stays, start the static server again.")
        return watch("site", _("The static server still shows an older release."), do)
    return good("site", _("Release %d is what the public gets.") % newest)


def public_forms() -> list[Finding]:
    """The tip pages answer."""
    places = sorted(Path(settings.HUE_RUN).glob("public*.sock"))
    if any(answers(place, patience=PATIENCE) for place in places):
        return [good("tip form", _("The tip pages answer."))]
    do = _("See HUE_HOME/logs/public.out. Until then the public is shown the other ways to reach you.")
    return [wrong("tip form", _("The tip pages do not answer."), do)]


def _long(time: timedelta) -> str:
    """A length of time in one unit."""
    minutes = int(time.total_seconds() // 60)
    for size, one, many in (
        (24 * 60, _("%d day"), _("%d days")),
        (60, _("%d hour"), _("%d hours")),
        (1, _("%d minute"), _("%d minutes")),
    ):
        if minutes >= size:
            count = minutes // size
            return (one if count == 1 else many) % count
    return _("less than a minute")
