"""The whole examination: every check, worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from hueandcry.health import keys, machine, returning, rooms, telling
from hueandcry.health.finding import Finding, Level, wrong
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Refusal

Check = Callable[[], list[Finding]]
APART = {"worker", "accounts", telling.CHECK}  # checks that are not common to everybody


def findings(*, actor: Actor) -> list[Finding]:
    """For an administrator's page: accounts of their own agency only. Raises NotAllowed."""
    actor.require(Permission.AGENCY_MANAGE)
    return examine(agency_id=actor.agency_id)


def examine(*, agency_id: int | None = None, certificates: Iterable[str] = ()) -> list[Finding]:
    """Look at everything; the operator's command. agency_id: whose accounts are looked at, None for all.

    certificates: further ones beside HUE_CERTIFICATES. A check that cannot be made is a finding too.
    """
    found = [each for name, check in _checks(agency_id, certificates) for each in _look(name, check)]
    return sorted(found, key=lambda finding: -finding.level)


def examine_common() -> list[Finding]:
    """What concerns everybody, without the accounts and the notices of any agency; and without the worker, which asks."""
    return [each for name, check in _checks(None, ()) if name not in APART for each in _look(name, check)]


def examine_accounts(agency_id: int) -> list[Finding]:
    """The accounts of one agency alone, and its staff notices."""
    told = _look(telling.CHECK, partial(telling.staff_notices, agency_id))
    return [*_look("accounts", partial(rooms.accounts, agency_id)), *told]


def _checks(agency_id: int | None, certificates: Iterable[str]) -> list[tuple[str, Check]]:
    places = [*settings.HUE_CERTIFICATES, *certificates]
    return [
        ("disk", machine.disk),
        ("secrets", machine.secrets),
        ("video", machine.video),
        ("tables", rooms.tables),
        ("clock", machine.time_of_day),
        ("worker", rooms.worker),
        ("deliveries", rooms.deliveries),
        ("accounts", partial(rooms.accounts, agency_id)),
        (telling.CHECK, partial(telling.staff_notices, agency_id)),
        (keys.CHECK, keys.tip_keys),
        (returning.CHECK, returning.mail_that_came_back),
        ("record", rooms.record),
        ("backup", rooms.backups),
        ("site", rooms.site),
        ("tip form", rooms.public_forms),
        ("certificate", partial(machine.tls, places)),
        ("journal", machine.journals),
        ("logs", machine.logs),
    ]


def worst(found: Iterable[Finding]) -> Level:
    """The highest level among findings."""
    return max((finding.level for finding in found), default=Level.GOOD)


def _look(name: str, check: Check) -> list[Finding]:
    try:
        return check()
    except DatabaseError as error:
        cause = str(error).strip().partition("\n")[0]
        return [
            wrong(name, _("The database does not answer: %s") % cause, _("See whether it runs and has room."))
        ]
    except OSError as error:
        says = _("This could not be looked at: %s.") % (error.strerror or type(error).__name__)
        return [wrong(name, says, _("See whether the data directory can be read and written."))]
    except Refusal as refusal:
        return [wrong(name, refusal.sentence, "")]
