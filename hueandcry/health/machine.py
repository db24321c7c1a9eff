"""What is looked at on the machine: disk, clock, secrets, logs, the databases' journals, certificates."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.assets import filming, sweeping
from hueandcry.health import certificates
from hueandcry.health.databases import DATABASES
from hueandcry.health.finding import Finding, good, watch, wrong
from hueandcry.kernel import clock

GIGABYTE = 1024**3
MEGABYTE = 1024**2
LEAST, ENOUGH = 1 * GIGABYTE, 5 * GIGABYTE  # bytes free
LEAST_SHARE, ENOUGH_SHARE = 0.05, 0.15  # of the disk
LARGE_JOURNAL = 256 * MEGABYTE
MOST_LOGS = 500 * MEGABYTE
APART = timedelta(seconds=5)  # that two clocks may differ
RENEW_DAYS, LAST_DAYS = 21, 7


def disk() -> list[Finding]:
    """Space and inodes where the data lie."""
    home = Path(settings.HUE_HOME)
    usage, table = shutil.disk_usage(home), os.statvfs(home)
    share = usage.free / usage.total
    free = _("%(free)s free (%(share)d %% of the disk)") % {
        "free": in_words(usage.free),
        "share": share * 100,
    }
    do = _("Make room or give it a larger disk: when it is full nothing can be filed, sent or sealed.")
    if usage.free < LEAST or (share < LEAST_SHARE and usage.free < ENOUGH):
        found = wrong("disk", _("The disk is nearly full: %s.") % free, do)
    elif usage.free < ENOUGH and share < ENOUGH_SHARE:
        found = watch("disk", _("The disk fills up: %s.") % free, do)
    else:
        found = good("disk", _("There is room: %s.") % free)
    if table.f_files and table.f_favail / table.f_files < LEAST_SHARE:
        return [
            found,
            wrong(
                "disk", _("The disk has hardly any inodes left."), _("Remove small files that nobody needs.")
            ),
        ]
    return [found]


def video() -> list[Finding]:
    """The programs that look at videos (assets/filming.py)."""
    lacking = filming.missing()
    if not lacking:
        said = _("Videos can be added to posts. Pictures and videos take %s.")
        return [good("video", said % in_words(sweeping.bytes_kept()))]
    return [
        watch(
            "video",
            _("Videos cannot be added to posts: %s is not installed.") % ", ".join(lacking),
            _("Install Debian's package ffmpeg; nothing has to be started again."),
        )
    ]


def time_of_day() -> list[Finding]:
    """The clock here against PostgreSQL's; rooms.record compares it with the last seal."""
    connection: Any = connections["default"]
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    apart = abs(clock.now() - theirs)
    if apart > APART:
        return [
            wrong(
                "clock",
                _("This machine's clock and the database's differ by %d seconds.") % apart.total_seconds(),
                _("Let both follow a time server (timedatectl set-ntp true)."),
            )
        ]
    return [good("clock", _("Clock and database agree."))]


def secrets() -> list[Finding]:
    """Nobody but the owner may read keys and databases."""
    home = Path(settings.HUE_HOME)
    places = [Path(settings.HUE_KEYS), *Path(settings.HUE_KEYS).glob("*"), *home.glob("*.sqlite3*")]
    open_ones = [place for place in places if place.exists() and place.stat().st_mode & 0o077]
    if open_ones:
        return [
            wrong(
                "secrets",
                _("Other people on this machine can read %s.") % ", ".join(str(p) for p in open_ones),
                _("Run: chmod go= %s") % " ".join(str(place) for place in open_ones),
            )
        ]
    return [good("secrets", _("Keys and databases are closed to everybody else on this machine."))]


def logs() -> list[Finding]:
    """The logs can be written and stay small."""
    folder = Path(settings.HUE_LOGS)
    if not os.access(folder, os.W_OK):
        do = _("Make it, or give it to the user that runs Hue & Cry.")
        return [watch("logs", _("No log can be written in %s.") % folder, do)]
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    if size > MOST_LOGS:
        says = _("The logs take %s, which is more than they should.") % in_words(size)
        return [watch("logs", says, _("See what repeats itself in %s.") % folder)]
    return [good("logs", _("The logs can be written."))]


def journals() -> list[Finding]:
    """SQLite's write-ahead files, which a reader that never ends lets grow."""
    found = []
    for alias, name in DATABASES.items():
        database = connections[alias].settings_dict
        if not database["ENGINE"].endswith("sqlite3"):
            continue
        journal = Path(settings.HUE_HOME) / f"{name}.sqlite3-wal"
        if journal.exists() and journal.stat().st_size > LARGE_JOURNAL:
            says = _("The journal %(file)s has grown to %(size)s.") % {
                "file": journal.name,
                "size": in_words(journal.stat().st_size),
            }
            found.append(watch("journal", says, _("Restart Hue & Cry: some reader holds it open.")))
    return found


def tls(places: list[str]) -> list[Finding]:
    """Each certificate named in HUE_CERTIFICATES or on the command line: a file, host or host:port."""
    return [_certificate(place) for place in places]


def _certificate(place: str) -> Finding:
    do = _("See how your certificates are renewed; browsers turn people away the moment it ends.")
    try:
        end = certificates.ends_at(place)
    except certificates.Unreadable as problem:
        return wrong("certificate", _("Certificate: %s.") % problem, do)
    days = (end - clock.now()).days
    if days < 0:
        return wrong("certificate", _("The certificate of %s has ended.") % place, do)
    says = ngettext(
        "The certificate of %(place)s holds for another %(days)d day.",
        "The certificate of %(place)s holds for another %(days)d days.",
        days,
    ) % {"place": place, "days": days}
    if days < LAST_DAYS:
        return wrong("certificate", says, do)
    return watch("certificate", says, do) if days < RENEW_DAYS else good("certificate", says)


def in_words(size: int) -> str:
    """Bytes as people say them: "3.4 GB"."""
    if size >= GIGABYTE:
        return f"{size / GIGABYTE:.1f} GB"
    return f"{size / MEGABYTE:.0f} MB"
