"""Bring the files in step with the tables, and say what came of it.

Nothing of the tables changes here, so nothing is recorded: the entry is that of the act that was shown.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from hueandcry.agencies.queries import get_agency
from hueandcry.kernel.actor import Actor
from hueandcry.publicsite import build, keeping, pages, switch
from hueandcry.publicsite.build import Release
from hueandcry.publicsite.sites import Site, state_of
from hueandcry.publicsite.switch import Told

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What became of the files.

    release: the number served now, 0 if none could be made; changed: a new one was made; told: what the
    server said; scrubbed: files taken out of kept releases.
    """

    release: int
    changed: bool
    told: Told
    scrubbed: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """True if the public sees it now, as far as this machine can know."""
        return self.release > 0 and self.told != Told.SILENT


NOT_MADE = Shown(release=0, changed=False, told=Told.SILENT)


def rebuild(*, by: Actor, refresh: bool = False) -> Shown:
    """Make the files fit the tables: a new release if anything differs, the switch, the server, the tidying.

    refresh: also if only the pages that change with time differ (seals, security.txt). Safe to run at any
    time and in parallel. Raises OSError if files cannot be written; the old release then stays.
    """
    with build.site_lock():
        sites = pages.all_sites()
        served = build.current()
        changed = served is None or refresh or served.state != state_of(sites)
        if changed or served is None:
            served = _write(sites, served)
            build.switch_to(served)
        told = switch.tell(served.number)
        scrubbed = keeping.tidy(served, sites)
    if changed:
        log.info("release %s for %s, server %s, scrubbed %s", served.number, by.ref, told, len(scrubbed))
    return Shown(served.number, changed, told, scrubbed)


def _write(sites: list[Site], served: Release | None) -> Release:
    """The next release; if it cannot be written, what is over goes from the present one all the same.

    That also makes room on a full disk, so it is tried once more. Raises OSError if it fails again.
    """
    try:
        return build.write(sites)
    except OSError:
        if served is None:
            raise
        log.exception("release not written; what is over is taken out of release %s", served.number)
        keeping.silence(served, sites)
        switch.tell(served.number)
        return build.write(sites)


def strike(*, agency_id: int) -> int:
    """Take what is gone out of the served release at once; returns how many addresses went.

    Making a release takes the longer the more appeals are open; what must come down does not wait for it.
    Takes no lock: a build that began earlier may bring the address back, and the release made next, by
    whoever called this, takes it away again. A file system that refuses is left to that release too.
    """
    served = build.current()
    if served is None:
        return 0
    try:
        struck = keeping.strike(served, get_agency(agency_id).slug, pages.gone_addresses(agency_id))
    except OSError:
        log.exception("what is gone could not be taken out of release %s", served.number)
        return 0
    if struck:
        switch.tell(served.number)
    return struck


def show(*, by: Actor) -> Shown:
    """Rebuild; a file system that refuses is logged and left to the sweep, since the act itself is committed."""
    try:
        return rebuild(by=by)
    except OSError:
        log.exception("public site not built")
        return NOT_MADE
