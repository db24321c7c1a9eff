"""The audit of dependencies: it asks about every locked package, and what stays has a dated reason."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts/audit.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    return module


class Advisories(BaseHTTPRequestHandler):
    """Answers as api.osv.dev does, from a small table."""

    known: dict[tuple[str, str], list[str]] = {}
    asked: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        Advisories.asked += queries
        found = [Advisories.known.get((one["package"]["name"], one["version"]), []) for one in queries]
        body = json.dumps(
            {"results": [{"vulns": [{"id": one} for one in ids]} if ids else {} for ids in found]}
        )
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def source() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Advisories.known, Advisories.asked = {}, []
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts/audit.py")],
        env={"OSV_SOURCE": source, "PATH": ""}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_what_stays_has_a_reason_and_a_day(audit: ModuleType) -> None:
    told = tomllib.loads((ROOT / "requirements/audit.toml").read_text())
    names = {package.name for package in audit.locked()}
    assert isinstance(told["looked_on"], date)
    for item in told.get("accepted", []):
        assert isinstance(item["on"], date)
        assert item["package"] in names, f"{item['package']} is not locked any more: its entry can go"
        assert len(item["reason"]) > 30


def test_every_lock_file_is_looked_at(audit: ModuleType) -> None:
    found = {(package.ecosystem, package.name) for package in audit.locked()}
    assert {("PyPI", "django"), ("PyPI", "cryptography"), ("PyPI", "playwright")} <= found
    assert {("npm", "@hpke/core"), ("npm", "sass"), ("npm", "esbuild")} <= found
    for name in audit.LOCKED_PYTHON:
        lines = [
            line for line in (ROOT / name).read_text().splitlines() if "==" in line and line[0].isalnum()
        ]
        assert len(lines) == len({line.split("==")[0] for line in lines})
        assert {line.split("==")[0].lower() for line in lines} <= {name for _, name in found}


def test_an_advisory_without_a_reason_fails_the_audit(audit: ModuleType, source: str) -> None:
    django = next(package for package in audit.locked() if package.name == "django")
    Advisories.known = {("django", django.version): ["GHSA-aaaa-bbbb-cccc"]}
    done = run(source)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"django {django.version}: GHSA-aaaa-bbbb-cccc: NOT EXPLAINED" in done.stdout
    assert len(Advisories.asked) == len(audit.locked())


def test_a_clean_answer_passes_and_no_answer_is_no_pass(source: str) -> None:
    assert run(source).returncode == 0
    silent = run("http://127.0.0.1:9")
    assert silent.returncode == 2
    assert "Not looked" in silent.stdout


def test_a_lock_file_names_every_package_with_its_digest() -> None:
    for name in ("run", "test"):
        text = (ROOT / f"requirements/{name}.txt").read_text()
        blocks = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block]
        assert blocks
        assert all("--hash=sha256:" in block for block in blocks)
        assert "http" not in text.replace("httpcore", "").replace("httptools", "").replace("httpx", "")
