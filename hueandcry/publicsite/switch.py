"""Tell the embedded static server that there is a new release, and wait until it serves it."""

from __future__ import annotations

import json
import socket
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings

WITHIN = 1.0  # seconds
LONGEST_LINE = 4096
SOCKET = "front.sock"


class Told(StrEnum):
    """What came of telling the server."""

    SERVES = "serves"  # it answered that it serves this release or a later one
    SILENT = "silent"  # it is there, or should be, and did not answer in time
    ABSENT = "absent"  # no embedded server runs here: another one (nginx) reads the files


def tell(release: int, *, within: float = WITHIN) -> Told:
    """Ask the server to load the current release; True sentences only: SERVES means served, not asked."""
    line = _ask("reload\n", within=within)
    if line is None:
        return Told.ABSENT
    word, _space, number = line.strip().partition(" ")
    if word == "release" and number.isdecimal() and int(number) >= release:
        return Told.SERVES
    return Told.SILENT


def status(*, within: float = WITHIN) -> dict[str, Any] | None:
    """What the server says of itself; None if none runs here or it does not answer."""
    line = _ask("status\n", within=within)
    try:
        found = json.loads(line or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def openings(*, within: float = WITHIN) -> dict[str, int]:
    """Some of the counted links that were followed since the last asking, by code; the server forgets them with this.

    Empty: none, or no server of ours runs here, or one from before that cannot count.
    """
    line = _ask("opened\n", within=within)
    try:
        found = json.loads(line or "")
    except ValueError:
        return {}
    return (
        {str(code): times for code, times in found.items() if isinstance(times, int)}
        if isinstance(found, dict)
        else {}
    )


def expected() -> bool:
    """True if a server of ours runs here, or was killed here and left its socket."""
    return (Path(settings.HUE_RUN) / SOCKET).exists()


def _ask(question: str, *, within: float) -> str | None:
    """One line asked and answered; None if no server was ever here, empty if it does not answer."""
    path = Path(settings.HUE_RUN) / SOCKET
    if not path.exists():
        return None
    answer = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(within)
            talk.connect(str(path))
            talk.sendall(question.encode())
            while not answer.endswith(b"\n") and len(answer) < LONGEST_LINE:
                piece = talk.recv(LONGEST_LINE)
                if not piece:
                    break
                answer += piece
    except OSError:
        return ""
    return answer.decode(errors="replace")
