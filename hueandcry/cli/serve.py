"""`hue serve`: run one process in the foreground, for a supervisor such as systemd; `hue hand-over`: switch to it.

`hue up` starts the same commands. Two instances of a door can stand side by side, each on a socket of its own; what
the web server connects to is a link, and `hue hand-over` points it at the one that has just become ready. So a new
version takes over without one request lost (ADR 0019).
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import sys
import time
from pathlib import Path
from typing import Any

from hueandcry.cli.problems import Problem
from hueandcry.kernel.liveness import answers

DOORS = ("public", "desk", "front", "worker")
SOCKET = re.compile(r"(public|desk)(-[a-z0-9]+)?\.sock")
READY_SECONDS = 60.0
ANSWER_SECONDS = 5.0


def add(parsers: Any) -> None:
    """Register both subcommands."""
    mine = parsers.add_parser("serve", help="run one process in the foreground, for systemd")
    mine.add_argument("door", choices=DOORS)
    mine.add_argument(
        "--socket", type=Path, help="unix socket of public or desk (otherwise HUE_RUN/NAME.sock)"
    )
    mine.set_defaults(run=run)
    switch = parsers.add_parser(
        "hand-over", help="wait until a process answers, then point a link at its socket"
    )
    switch.add_argument("socket", type=Path, help="the new process's socket, such as HUE_RUN/public-b.sock")
    switch.add_argument(
        "link", type=Path, help="what the web server connects to, such as HUE_RUN/public.sock"
    )
    switch.set_defaults(run=run_hand_over, needs_django=False)


def run(given: argparse.Namespace) -> None:
    """Become the process. Does not return."""
    from django.conf import settings

    place: Path = given.socket or settings.HUE_RUN / f"{given.door}.sock"
    if given.door in {"public", "desk"}:
        if not SOCKET.fullmatch(place.name):
            raise Problem(f"{place} must be called {given.door}.sock or {given.door}-a.sock.")
        _no_leftover(place)
    command, variables = {
        "public": lambda: public(place, mode="0660"),
        "desk": lambda: desk(["--uds", str(place), "--uds-permissions", "0660"]),
        "front": lambda: front(settings, relay=settings.HUE_RUN / "public.sock"),
        "worker": worker,
    }[given.door]()
    os.execve(command[0], command, {**os.environ, "HUE_PROCESS": given.door, **variables})  # noqa: S606 - our own


Command = tuple[list[str], dict[str, str]]


def granian() -> list[str]:
    """What both doors have in common."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1", "--workers", "1",
        "--respawn-failed-workers", "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip


def public(place: Path, *, mode: str = "0600") -> Command:
    """The tip pages on a unix socket of this mode."""
    return [
        *granian(), "--uds", str(place), "--uds-permissions", mode, "--blocking-threads", "4",
        "--backlog", "4096", "--backpressure", "512", "hueandcry.wsgi:application",
    ], {"DJANGO_SETTINGS_MODULE": "hueandcry.settings.public"}  # fmt: skip


def desk(where: list[str]) -> Command:
    """The staff pages; where: granian's options for port or socket."""
    command = [*granian(), *where, "--blocking-threads", "8", "hueandcry.wsgi:application"]
    return command, {"DJANGO_SETTINGS_MODULE": "hueandcry.settings.desk"}


def front(settings: Any, *, relay: Path) -> Command:
    """The static server of our own, which needs neither Django nor a database."""
    return [
        sys.executable, "-m", "hueandcry.front", "--site", str(settings.HUE_SITE), "--run", str(settings.HUE_RUN),
        "--listen", f"127.0.0.1:{settings.HUE_PUBLIC_PORT}", "--relay-socket", str(relay),
        *(["--https"] if settings.HUE_HTTPS else []),
    ], {}  # fmt: skip


def worker() -> Command:
    """Deliveries, repairs, seals."""
    return [sys.executable, "-m", "hueandcry", "work"], {
        "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"
    }


def _no_leftover(place: Path) -> None:
    """Remove the socket of a process that is gone. Raises Problem if one answers there."""
    if not place.exists():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        if probe.connect_ex(str(place)) == 0:
            raise Problem(f"A process answers on {place} already. Use the other instance, or stop that one.")
    place.unlink()


def run_hand_over(given: argparse.Namespace) -> None:
    """Wait for the process, then switch the link in one step. Until then nothing is changed."""
    new, link = given.socket.absolute(), given.link.absolute()
    if new.parent != link.parent:
        raise Problem("Socket and link must lie in the same folder.")
    if link.exists() and not link.is_symlink():
        raise Problem(f"{link} is a socket itself, not a link to one. Stop the process that made it first.")
    deadline = time.monotonic() + READY_SECONDS
    while not answers(new, patience=ANSWER_SECONDS):
        if time.monotonic() > deadline:
            raise Problem(
                f"Nobody answers on {new} after {READY_SECONDS:.0f} seconds. The old one keeps serving."
            )
        time.sleep(0.1)
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.symlink_to(new.name)
    fresh.replace(link)
    print(f"{link} leads to {new.name} now.")
