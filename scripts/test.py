"""`make test` and `make check`: install what is missing where it may be, then run every check and test.

Whatever a machine cannot have is skipped with one line saying what and why; with
HUE_TEST_NOTHING_SKIPPED=1 (CI) a skip is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PYTHON = sys.executable
WORKERS = "3"  # on two cores: much of the time of a walk is waiting for browsers and servers
STRICT = os.environ.get("HUE_TEST_NOTHING_SKIPPED") == "1"
# program → (Debian packages that bring it, what is skipped without it)
NEEDED = {
    "chromium": (["chromium"], "tests in a real browser"),
    "nginx": (["nginx-light"], "the same checks against nginx"),
    "caddy": (["caddy"], "the same checks against Caddy"),
    "node": (["nodejs", "npm"], "tests against the real Bluesky server"),
    "npm": (["npm"], "tests against the real Bluesky server"),
    "g++": (["g++", "make"], "tests against the real Bluesky server"),
    "ffmpeg": (["ffmpeg"], "tests of videos"),
    "firefox-esr": (["firefox-esr"], "web push against a real Firefox"),
    "bearerbox": (["kannel", "kannel-extras"], "tests against a real SMS gateway"),
    "dovecot": (["dovecot-imapd"], "tests against a real IMAP server"),
    "xmllint": (["libxml2-utils"], "the check of the Atom feed against its schema"),
    "systemd-analyze": (["systemd"], "the checks of the systemd units"),
    "postgres": (["postgresql"], "the whole suite on PostgreSQL"),
}


def say(text: str) -> None:
    """One line of progress."""
    print(f"── {text}", flush=True)


def find(program: str) -> str | None:
    """Where a program is, also outside the path where Debian puts it."""
    if program == "postgres":
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
        return str(found[-1]) if found else shutil.which(program)
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def install_missing() -> list[str]:
    """Install what is missing with Debian's packages if we are root; returns the programs still missing."""
    missing = [name for name in NEEDED if not find(name)]
    if missing and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = sorted({package for name in missing for package in NEEDED[name][0]})
        say(f"Installing with apt-get: {' '.join(packages)}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            env=environment, check=False, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        missing = [name for name in NEEDED if not find(name)]
    for name in missing:
        packages, what = NEEDED[name]
        say(f"Skipped: {what}, because {name} is not here (Debian: apt-get install {' '.join(packages)}).")
    return missing


class Cluster:
    """A PostgreSQL of our own on loopback, thrown away afterwards. As root it runs as the user postgres."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="hue-postgres-"))
        self.port = 20000 + os.getpid() % 10000
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(self.folder, "postgres")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; its output is shown only if it fails."""
        done = subprocess.run(
            [*self.as_user, str(self.binaries / program), *arguments],
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{program} failed:\n{done.stdout}{done.stderr}")

    def start(self) -> str:
        """Start and return the address of the database `hue`."""
        data = self.folder / "data"
        self.run(
            "initdb",
            "-D",
            str(data),
            "-U",
            "hue",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        )
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=200"
        self.run("pg_ctl", "-D", str(data), "-l", str(self.folder / "log"), "-o", options, "-w", "start")
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hue", "hue")
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hue", "hue_tips")
        return f"postgresql://hue@127.0.0.1:{self.port}/hue"

    def stop(self) -> None:
        """Stop and remove everything."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def checks() -> list[str]:
    """Lint, format, types, contracts, migrations. Returns the names of those that failed."""
    home = tempfile.mkdtemp(prefix="hue-check-")
    environment = {
        **os.environ,
        "HUE_HOME": home,
        "DJANGO_SETTINGS_MODULE": "hueandcry.settings.test",
        "PYTHONPATH": str(ROOT),
    }
    bin_ = Path(PYTHON).parent
    failed = []
    for name, command in {
        "lint": [bin_ / "ruff", "check", "."],
        "format": [bin_ / "ruff", "format", "--check", "-q", "."],
        "types": [bin_ / "mypy", "hueandcry"],
        "import contracts": [bin_ / "lint-imports"],
        "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    }.items():
        say(name)
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print((done.stdout + done.stderr)[-6000:], flush=True)
            failed.append(name)
    shutil.rmtree(home, ignore_errors=True)
    return failed


def pytest(title: str, *arguments: str, **variables: str) -> bool:
    """One run of the suite; True if it passed."""
    say(title)
    begun = time.monotonic()
    home = tempfile.mkdtemp(prefix="hue-suite-")
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith("HUE_") or k.startswith("HUE_TEST")
    }
    done = subprocess.run(
        [PYTHON, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", *arguments],
        cwd=ROOT, env={**environment, "HUE_HOME": home, **variables}, check=False,
    )  # fmt: skip
    shutil.rmtree(home, ignore_errors=True)
    say(f"{title}: {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s")
    return done.returncode == 0


def main() -> int:
    """Everything, or with --quick the everyday round."""
    quick = "--quick" in sys.argv[1:]
    begun = time.monotonic()
    missing = [] if quick else install_missing()
    with ThreadPoolExecutor(1) as beside:  # its compile and the checks take one core each
        bluesky = None
        if not quick and not {"node", "npm", "g++"} & set(missing):
            from tests.servers import pds  # noqa: PLC0415 - prepared here so that its compile is not a test's time

            say("Preparing the real Bluesky server (the first time compiles for a minute)")
            bluesky = beside.submit(pds.ensure_installed)
        failed = checks()
        if bluesky:
            bluesky.result()
    if quick:
        passed = pytest("tests, everyday", "-m", "not slow and not browser and not pds and not nginx")
        return 1 if failed or not passed else 0
    results = [pytest("tests on SQLite")]
    if "postgres" not in missing:
        cluster = Cluster(Path(str(find("postgres"))).parent)
        url = cluster.start()
        try:
            results.append(pytest("tests on PostgreSQL", HUE_DATABASE_URL=url))
        finally:
            cluster.stop()
    if failed:
        say(f"Failed: {', '.join(failed)}")
    say(f"Everything took {time.monotonic() - begun:.0f} s.")
    skipped_something = STRICT and bool(missing)
    return 1 if failed or not all(results) or skipped_something else 0


if __name__ == "__main__":
    sys.exit(main())
