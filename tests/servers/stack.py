"""The whole of Hue & Cry as an operator starts it: `hue init`, `hue up`, in a data directory of its own."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg

from tests.servers import tables

ROOT = Path(__file__).resolve().parents[2]
ADMINISTRATORS = ["Hadley Moreau <moreau@port-ellery.example>", "Tomas Reyes <reyes@port-ellery.example>"]
PROGRAMME_ADMINISTRATORS = [
    "Ellis Thornbury <thornbury@tips.example>",
    "Joy Delacroix <delacroix@tips.example>",
]


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def databases(name: str, *, bare: bool = False) -> Iterator[dict[str, str]]:
    """Environment of a fresh pair of databases: nothing for SQLite, two new ones on the suite's PostgreSQL.

    bare: without the tables.
    """
    url = os.environ.get("HUE_DATABASE_URL", "")
    if not url:
        yield {}
        return
    plain = f"stack_{re.sub('[^a-z0-9]', '', name.lower())[-20:]}_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        sources = ("template1", "template1") if bare else tables.templates(url)
        for database, source in zip((plain, f"{plain}_tips"), sources, strict=True):
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{source}"')  # type: ignore[arg-type]
        try:
            yield {"HUE_DATABASE_URL": urlsplit(url)._replace(path=f"/{plain}").geturl()}
        finally:
            for database in (plain, f"{plain}_tips"):
                connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')  # type: ignore[arg-type]


def descendants(parent: int) -> list[int]:
    """Process ids below one, deepest first."""
    below: list[int] = []
    with suppress(OSError):
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            below += [*descendants(int(child)), int(child)]
    return below


def kill_tree(process: int) -> None:
    """Kill a process and all below it. Each is stopped first: a parent that sees its child die starts another."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGSTOP)
    below = []
    with suppress(OSError):
        below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for child in below:
        kill_tree(int(child))
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


class Stack:
    """One installation. Use as a context: leaving it stops every process."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home = home
        self.public_port, self.desk_port, self.simnet_port = free_port(), free_port(), free_port()
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("HUE_", "DJANGO_"))}
        self.environment = {
            **inherited,
            "HUE_HOME": str(home),
            "HUE_PUBLIC_PORT": str(self.public_port),
            "HUE_DESK_PORT": str(self.desk_port),
            "HUE_SIMNET_PORT": str(self.simnet_port),
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None

    @property
    def public(self) -> str:
        """Address of the public side."""
        return f"http://localhost:{self.public_port}"

    @property
    def desk(self) -> str:
        """Address of the desk."""
        return f"http://desk.localhost:{self.desk_port}"

    def hue(self, *arguments: str, fails: bool = False, **variables: str) -> str:
        """Run one command to its end; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "hueandcry", *arguments],
            env={**self.environment, **variables}, cwd=ROOT, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=180,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, f"hue {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def init(self, *, from_nothing: bool = False) -> dict[str, str]:
        """`hue init`; returns each administrator's one-time link by first name. from_nothing: it makes the tables too."""
        if not from_nothing:
            tables.lay(self.home)
        arguments = [
            "--name", "Port Ellery Police", "--slug", "port-ellery", "--prefix", "PE", "--zone", "Europe/London",
            "--languages", "en", "--public-host", "localhost", "--desk-host", "desk.localhost",
            "--phone", "555 0100", "--emergency-number", "999", "--programme", "Ellery Crime Stoppers",
            "--programme-phone", "555 0199", "--shares", str(self.shares), "--no-require-training",
        ]  # fmt: skip
        for text in ADMINISTRATORS:
            arguments += ["--admin", text]
        for text in PROGRAMME_ADMINISTRATORS:
            arguments += ["--programme-admin", text]
        said = self.hue("init", *arguments)
        pairs = re.findall(r"One-time link for (\w+) .*?\n\s+(http\S+)", said)
        assert len(pairs) == 4, said
        return dict(pairs)

    @property
    def shares(self) -> Path:
        """Where `init` writes the share sheets of the root: outside the data directory."""
        return self.home.with_name(f"{self.home.name}-shares")

    def two_shares(self) -> list[str]:
        """Arguments that name two of the three sheets."""
        sheets = sorted(self.shares.glob("*.txt"))
        return ["--share", str(sheets[0]), "--share", str(sheets[2])]

    def up(self) -> None:
        """`hue up`; returns when everything answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hueandcry", "up"],
            env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C stops all of it" in line:
                return
        self.process.wait()
        outs = "\n".join(f"{p.name}: {p.read_text()[-2000:]}" for p in (self.home / "logs").glob("*.out"))
        raise AssertionError(f"hue up ended:\n{said}\n{outs}")

    def stop(self) -> None:
        """What Ctrl-C does."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            if self.process.stdout:
                self.process.stdout.close()

    def processes(self) -> dict[str, int]:
        """Process ids by name, from the supervisor's children."""
        assert self.process
        found: dict[str, int] = {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                stat = (folder / "stat").read_text()
                variables = (folder / "environ").read_bytes()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            name = re.search(rb"HUE_PROCESS=([a-z]+)\x00", variables)
            if parent == self.process.pid and name:
                found[name.group(1).decode()] = int(folder.name)
        return found

    @contextmanager
    def dead(self, *names: str) -> Iterator[None]:
        """Kill these processes (SIGKILL) and keep the supervisor from starting them again until the end."""
        assert self.process
        ids = self.processes()
        self.process.send_signal(signal.SIGSTOP)
        for name in names:
            kill_tree(ids[name])
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def databases_gone(self) -> Iterator[None]:
        """Take both databases away: the files renamed, or PostgreSQL refusing every connection."""
        url = self.environment.get("HUE_DATABASE_URL", "")
        if not url:
            for path in self.home.glob("*.sqlite3*"):
                path.rename(path.with_name(f"away-{path.name}"))
            try:
                yield
            finally:
                for path in self.home.glob("away-*"):
                    path.rename(path.with_name(path.name.removeprefix("away-")))
            return
        names = [urlsplit(url).path.strip("/")]
        names.append(f"{names[0]}_tips")
        with psycopg.connect(os.environ["HUE_DATABASE_URL"], autocommit=True) as connection:
            for name in names:
                connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[arg-type]
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
                )
            try:
                yield
            finally:
                for name in names:
                    connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
