"""What is kept in files, outside the databases, so that whoever writes in a database cannot change it too.

HUE_KEYS/programme-<id>.root        the public half of the root, written by `hue` only
HUE_HOME/tip-keylog/<id>.json       the longest key log that was ever seen to hold, with the keys it gave
HUE_HOME/tip-keylog/<id>.alarm      what was wrong when a shorter, other or broken one was found
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from hueandcry.kernel.wholefiles import replace_file
from hueandcry.kernel.wire import as_bytes, as_text
from hueandcry.tips.root import RootPublic


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A key that tips are sealed to. signing: 32 bytes, or empty if it cannot approve others."""

    fingerprint: str
    public_key: bytes
    signing: bytes
    person_ref: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The longest log that held: its length and last digest, its statements, and the bytes of the keys in force.

    It is believed no more than a database is: whoever reads it verifies the statements again.
    """

    seq: int
    digest: str
    statements: tuple[tuple[bytes, bytes], ...]
    publics: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was found wrong with a log. what: a code such as "log-forked"; hour: ISO 8601."""

    what: str
    detail: str
    hour: str


def root_path(programme_id: int) -> Path:
    """Where the public half of a programme's root is pinned."""
    return Path(settings.HUE_KEYS) / f"programme-{programme_id}.root"


def root_stamp(programme_id: int) -> int:
    """Changes whenever the pinned root does; 0 if none is pinned."""
    try:
        return root_path(programme_id).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def pinned_root(programme_id: int) -> RootPublic | None:
    """The programme's root, or None if none was ever made. Raises ValueError if the file is damaged."""
    try:
        text = root_path(programme_id).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    value = json.loads(text)
    found = RootPublic(as_bytes(value["signing"]), as_bytes(value["recovery"]))
    if found.fingerprint != value["fingerprint"] or value["programme"] != programme_id:
        raise ValueError(f"{root_path(programme_id)} is damaged: put its copy back")
    return found


def pin_root(programme_id: int, public: RootPublic) -> None:
    """Pin a root in the place of the one before."""
    value = {
        "programme": programme_id,
        "fingerprint": public.fingerprint,
        "signing": as_text(public.signing),
        "recovery": as_text(public.recovery),
    }
    _write(root_path(programme_id), value)


def seen(programme_id: int) -> Seen | None:
    """The longest log seen here, or None. A file that cannot be read counts as none."""
    try:
        value = json.loads(_path(programme_id, "json").read_text(encoding="utf-8"))
        statements = tuple((as_bytes(body), as_bytes(mark)) for body, mark in value["statements"])
        publics = {str(name): as_bytes(public) for name, public in value["publics"].items()}
        return Seen(int(value["seq"]), str(value["digest"]), statements, publics)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def note_seen(programme_id: int, found: Seen) -> None:
    """Keep the longest log. Raises OSError if it cannot be written."""
    value = {
        "seq": found.seq,
        "digest": found.digest,
        "statements": [[as_text(body), as_text(mark)] for body, mark in found.statements],
        "publics": {name: as_text(public) for name, public in found.publics.items()},
    }
    _write(_path(programme_id, "json"), value)


def forget_seen(programme_id: int) -> None:
    """Begin anew, without alarm: for a programme that is being founded, restored or was looked into."""
    for ending in ("json", "alarm"):
        _path(programme_id, ending).unlink(missing_ok=True)


def alarm(programme_id: int) -> Alarm | None:
    """The alarm that was raised last and not yet looked into."""
    try:
        return Alarm(**json.loads(_path(programme_id, "alarm").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def raise_alarm(programme_id: int, found: Alarm) -> None:
    """Keep the first alarm until somebody has looked into it. Raises OSError."""
    if not _path(programme_id, "alarm").exists():
        _write(_path(programme_id, "alarm"), {"what": found.what, "detail": found.detail, "hour": found.hour})


def hand_out() -> Path:
    """Where share sheets are written unless told otherwise; nobody should leave them there."""
    return Path(settings.HUE_HOME) / "hand-out"


def share_files() -> list[Path]:
    """Share sheets that are still on this machine: in the folder above, and beside where they were once written."""
    folders = {hand_out()}
    with contextlib.suppress(OSError):
        folders |= {Path(line) for line in _places().read_text(encoding="utf-8").splitlines()}
    return sorted(path for folder in folders for path in folder.glob("programme-*-share-*-of-*.txt"))


def note_share_folder(folder: Path) -> None:
    """Remember where sheets were written, so that `hue doctor` can ask whether they were carried away."""
    place = _places()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with place.open("a", encoding="utf-8") as file:
        file.write(f"{folder.absolute()}\n")


def _places() -> Path:
    return Path(settings.HUE_HOME) / "tip-keylog" / "share-folders"


def _path(programme_id: int, ending: str) -> Path:
    return Path(settings.HUE_HOME) / "tip-keylog" / f"{programme_id}.{ending}"


def _write(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, json.dumps(value, indent=1).encode())
