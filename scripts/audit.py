"""Ask a public advisory database about every locked package: `make audit`. Needs the internet; sends names and versions.

What is found must be mended or stand in requirements/audit.toml with a reason and a date. Exit 0: nothing unexplained;
1: something is; 2: nobody could be asked, which is said and is no pass. `--remind` only says how old the last look is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = (
    "https://api.osv.dev"  # OSV: Python's and npm's advisories in one place (google.github.io/osv.dev/api)
)
BATCH = 500
REMIND_AFTER = 90  # days
LOCKED_PYTHON = ("requirements/run.txt", "requirements/test.txt")
LOCKED_NODE = ("hueandcry/desk/js/package-lock.json", "hueandcry/ui/sass/package-lock.json")


@dataclass(frozen=True, order=True)
class Package:
    """One locked package."""

    ecosystem: str
    name: str
    version: str


def locked(root: Path = ROOT) -> list[Package]:
    """Every package of every lock file."""
    found = set()
    for name in LOCKED_PYTHON:
        for package, version in re.findall(
            r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (root / name).read_text(), re.MULTILINE
        ):
            found.add(Package("PyPI", package.lower(), version))
    for name in LOCKED_NODE:
        for path, about in json.loads((root / name).read_text())["packages"].items():
            if path and "version" in about:
                found.add(Package("npm", path.rpartition("node_modules/")[2], about["version"]))
    return sorted(found)


def ask(packages: Iterable[Package], *, source: str = SOURCE) -> dict[Package, list[str]]:
    """Package → ids of advisories that touch this version. Raises OSError if nobody answers."""
    wanted, found = list(packages), {}
    for first in range(0, len(wanted), BATCH):
        part = wanted[first : first + BATCH]
        queries = [
            {"package": {"name": one.name, "ecosystem": one.ecosystem}, "version": one.version}
            for one in part
        ]
        request = urllib.request.Request(
            f"{source}/v1/querybatch",
            data=json.dumps({"queries": queries}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            results = json.load(answer)["results"]
        if len(results) != len(part):
            raise OSError("the answer does not fit the question")
        for one, result in zip(part, results, strict=True):
            ids = sorted(item["id"] for item in result.get("vulns", []))
            if result.get("next_page_token"):
                ids.append("and more")
            if ids:
                found[one] = ids
    return found


def accepted(root: Path = ROOT) -> dict[tuple[str, str], str]:
    """(advisory, package) → reason, from requirements/audit.toml."""
    told = tomllib.loads((root / "requirements/audit.toml").read_text())
    return {(item["id"], item["package"]): item["reason"] for item in told.get("accepted", [])}


def last_look(root: Path = ROOT) -> date:
    """The day of the last complete look that somebody wrote down."""
    day = tomllib.loads((root / "requirements/audit.toml").read_text())["looked_on"]
    assert isinstance(day, date)
    return day


def remind() -> int:
    """One line if the last look is old. Never a failure: a test must not fail because time went by."""
    days = (datetime.now(tz=UTC).date() - last_look()).days
    if days > REMIND_AFTER:
        print(
            f"The locked packages were last compared with the known vulnerabilities {days} days ago: make audit"
        )
    return 0


def main() -> int:
    """Ask, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--remind", action="store_true", help="only say how old the last look is")
    if parser.parse_args().remind:
        return remind()
    packages = locked()
    try:
        found = ask(packages, source=os.environ.get("OSV_SOURCE", SOURCE))
    except (OSError, urllib.error.URLError, ValueError, KeyError) as error:
        print(
            f"Not looked: the advisory database does not answer ({type(error).__name__}). Last look: {last_look()}."
        )
        return 2
    known, open_ones = accepted(), 0
    for package, ids in found.items():
        for one in ids:
            reason = known.get((one, package.name))
            open_ones += reason is None
            print(f"{package.name} {package.version}: {one}: {reason or 'NOT EXPLAINED'}")
    print(
        f"{len(packages)} locked packages, {sum(map(len, found.values()))} advisories, {open_ones} not explained."
    )
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
