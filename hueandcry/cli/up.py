"""`hue up`: start the public side, the desk and the worker, and stop all of it on Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import IO, Any

from hueandcry.cli import serve
from hueandcry.cli.problems import Problem, explain
from hueandcry.cli.processes import Process, Supervisor, wait_for
from hueandcry.kernel.actor import system

READY_SECONDS = 60
LONGEST_SOCKET = 107  # bytes of a unix socket's path (unix(7))


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "up", help="start the public side, the desk and the worker; Ctrl-C stops all of it"
    )
    mine.add_argument(
        "--demo", action="store_true", help="on first use, load the demonstration (Port Ellery)"
    )
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Prepare the data directory, start every process, print the addresses, watch until told to stop."""
    from django.conf import settings
    from django.db import connections

    from hueandcry.cli import database, demo
    from hueandcry.records.seals import signing_key
    from hueandcry.tips.intake import PEPPER, pepper_is_lost

    begun = time.monotonic()
    _sockets_fit(settings.HUE_RUN)
    with _only_one(settings.HUE_RUN):
        database.migrate()
        if database.is_empty():
            if not given.demo:
                raise Problem("No agency has been set up yet. Run: hue init (a real one) or hue up --demo.")
            demo.load()
        signing_key()  # refuses to begin with new keys where old ones were used
        if pepper_is_lost():
            raise Problem(
                f"{settings.HUE_KEYS / PEPPER} is missing, and tips were filed with it. Put its copy back:"
                " with a new one no tipster could come back."
            )
        _ports_are_free(settings)
        _finish_the_site()
        supervisor = Supervisor(settings.HUE_LOGS)
        supervisor.start(processes(settings))
        try:
            _wait_until_ready(supervisor, settings)
            if supervisor.alive():
                _say(settings, seconds=time.monotonic() - begun)
            connections.close_all()  # who only watches holds no database open
            supervisor.watch()
        finally:
            supervisor.stop()
    print("Everything has stopped.")
    return 0


def _finish_the_site() -> None:
    """What a crash left undone is done before anybody can ask: a withdrawn appeal is not served once more."""
    from hueandcry.publicsite import actions

    try:
        actions.rebuild(by=system("up", agency_id=0))
    except OSError as error:
        print(
            f"The public site could not be brought up to date ({explain(error)}) It shows what it showed before.",
            file=sys.stderr,
        )


def processes(settings: Any) -> list[Process]:
    """The processes of one machine, in the order they start."""
    relay = settings.HUE_RUN / "public.sock"
    port = ["--host", "127.0.0.1", "--port", str(settings.HUE_DESK_PORT)]
    listed = [
        Process("public", *serve.public(relay), leftover=relay),
        Process("front", *serve.front(settings, relay=relay)),
        Process("desk", *serve.desk(port)),
        Process("worker", *serve.worker()),
    ]
    if uses_simulated_network():
        listed.append(
            Process(
                "simnet",
                [sys.executable, "-m", "hueandcry.simnet", "--home", str(settings.HUE_HOME / "simnet"),
                 "--listen", f"127.0.0.1:{settings.HUE_SIMNET_PORT}"],
                {},
            )
        )  # fmt: skip
    return listed


def uses_simulated_network() -> bool:
    """True if some agency here is a demonstration: only then the simulated network runs."""
    from hueandcry.agencies import queries

    return any(agency.is_demo for agency in queries.agencies())


class _only_one:  # noqa: N801 - reads as a word where it is used
    """Hold the data directory, so that two `hue up` never share it. The lock dies with the process."""

    def __init__(self, run: Path) -> None:
        self.path = run / "up.lock"
        self.file: IO[str] | None = None

    def __enter__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file = self.path.open("a")  # not "w": the number of the one that runs stays
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem(
                f"Hue & Cry is running already with the data directory {self.path.parents[1]}."
            ) from None
        self.file.truncate(0)
        self.file.write(str(os.getpid()))
        self.file.flush()

    def __exit__(self, *_exc: object) -> None:
        if self.file:
            self.file.close()


def _sockets_fit(run: Path) -> None:
    longest = len(os.fsencode(run / "public.sock"))
    if longest > LONGEST_SOCKET:
        raise Problem(
            f"The path of the data directory is {longest - LONGEST_SOCKET} characters too long for the sockets"
            " in it. Choose a shorter HUE_HOME."
        )


def _ports_are_free(settings: Any) -> None:
    names = {"HUE_PUBLIC_PORT": settings.HUE_PUBLIC_PORT, "HUE_DESK_PORT": settings.HUE_DESK_PORT}
    if uses_simulated_network():
        names["HUE_SIMNET_PORT"] = settings.HUE_SIMNET_PORT
    for name, port in names.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise Problem(
                    f"Port {port} is in use by another program. Choose another: {name}={port + 100}"
                ) from None


def _wait_until_ready(supervisor: Supervisor, settings: Any) -> None:
    deadline = time.monotonic() + READY_SECONDS
    for name, port in (("front", settings.HUE_PUBLIC_PORT), ("desk", settings.HUE_DESK_PORT)):
        if not wait_for(("127.0.0.1", port), until=deadline, alive=partial(supervisor.runs, name)):
            if not supervisor.alive():
                return
            raise Problem(f"The process “{name}” did not start. See {settings.HUE_LOGS / (name + '.out')}")
    relay = settings.HUE_RUN / "public.sock"
    if not wait_for(relay, until=deadline, alive=partial(supervisor.runs, "public")) and supervisor.alive():
        raise Problem(f"The process “public” did not start. See {settings.HUE_LOGS / 'public.out'}")


def _say(settings: Any, *, seconds: float) -> None:
    from hueandcry.agencies import queries
    from hueandcry.appeals.addresses import public_url
    from hueandcry.cli import demo, people

    lines = ["", f"Hue & Cry is up ({seconds:.1f} s). Everything listens on this machine only.", ""]
    agencies = [agency for agency in queries.agencies() if agency.kind == "agency"]
    lines += [f"  Public side   {public_url(agency, '/')}" for agency in agencies]
    lines += [f"  Desk          {people.desk_address(agency.desk_host, '/')}" for agency in agencies]
    if uses_simulated_network():
        lines += [
            f"  Simulated network (what the public would see)   http://localhost:{settings.HUE_SIMNET_PORT}/"
        ]
        lines += demo.sign_in_lines()
    lines += ["", f"  Data in {settings.HUE_HOME}. Ctrl-C stops all of it.", ""]
    print("\n".join(lines), flush=True)
