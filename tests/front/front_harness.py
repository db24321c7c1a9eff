"""What the tests of the static server share: a small release, the two servers, a public process, and raw sockets."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import brotli

ROOT = Path(__file__).resolve().parents[2]
HOST = "www.port-ellery.example"
OTHER_HOST = "www.old-quay.example"
FOLDER = "port-ellery"
PAGE = "<!DOCTYPE html><html lang=en><title>{0}</title><main><h1>{0}</h1>{1}</main></html>\n"
APPEAL = PAGE.format("Appeal PE-1", "<p>Did you see a red van?</p>" * 120)
PICTURE = bytes(range(256)) * 240
LARGE = b"0123456789abcdef" * 65536 * 3  # 3 MiB: above the limit the tests set for memory


def write(path: Path, data: bytes | str, *, coded: bool = False) -> None:
    content = data.encode() if isinstance(data, str) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if coded:
        Path(f"{path}.gz").write_bytes(gzip.compress(content, mtime=0))
        Path(f"{path}.br").write_bytes(brotli.compress(content))


def make_release(site: Path, number: int, *, title: str = "Appeal PE-1", gone: tuple[str, ...] = ()) -> Path:
    """A release with every kind of address. `gone`: addresses that are taken down, with or without final slash."""
    release = site / "releases" / str(number)
    folder = release / FOLDER
    hosts = {HOST: FOLDER, "localhost": FOLDER, OTHER_HOST: "old-quay"}
    write(release / "site.json", json.dumps({"release": number, "hosts": hosts}))
    files: dict[str, bytes | str] = {
        "index.html": PAGE.format("Port Ellery", f"<p>release {number}</p>"),
        "accounts/verify/index.html": PAGE.format("Is it ours?", "The whole list"),
        "appeals/index.html": PAGE.format("Appeals", ""),
        "appeals/PE-1/index.html": APPEAL.replace("Appeal PE-1", title),
        "appeals/PE-2/index.html": PAGE.format("Appeal PE-2", ""),
        "assets/public.0a1b2c.css": "main{color:#0b0c0c}" * 50,
        "feed.atom": "<feed xmlns='http://www.w3.org/2005/Atom'/>",
        "feed.json": "{}",
        "robots.txt": "User-agent: *\nAllow: /\n",
        "_404/index.html": PAGE.format("No page here", "of Port Ellery"),
        "_410/index.html": PAGE.format("Taken down", "of Port Ellery"),
        "_down/index.html": PAGE.format("Form out of reach", "of Port Ellery, ring 555 0100"),
    }
    for name, text in files.items():
        write(folder / name, text, coded=not name.startswith("_"))
    write(folder / "media/van.0a1b.avif", PICTURE)
    write(folder / "media/large.0a1b.mp4", LARGE)
    write(folder / "record/bundle.tar.gz", gzip.compress(b"bundle", mtime=0))
    write(release / "old-quay/index.html", PAGE.format("Old Quay Police", ""), coded=True)
    for name in ("_404", "_410", "_down"):
        write(release / "old-quay" / name / "index.html", PAGE.format(name, "of the second agency"))
    for address in gone:
        write(folder / f".gone{address}gone", b"")
        for path in (folder / address.strip("/"), folder / address.strip("/") / "index.html"):
            for name in (path, Path(f"{path}.br"), Path(f"{path}.gz")):
                if name.is_file():
                    name.unlink()
    return release


def switch(site: Path, number: int) -> None:
    """Point `current` at a release, atomically, as the publisher does."""
    link = site / f"next-{number}"
    link.symlink_to(f"releases/{number}")
    link.replace(site / "current")


@dataclass
class Answer:
    """One response as it stood on the wire."""

    status: int
    head: bytes
    fields: dict[str, str]
    body: bytes
    repeated: list[str] = field(default_factory=list)


class BadAnswerError(AssertionError):
    """What came back is not a well-formed HTTP response."""


class Wire:
    """A raw connection."""

    def __init__(self, port: int, *, timeout: float = 8.0, buffer: int = 0) -> None:
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.data = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def half_close(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            return False
        self.data += piece
        return bool(piece)

    def read(self, *, head_only: bool = False) -> Answer | None:
        """The next response, or None if the server closed instead. Raises BadAnswerError, TimeoutError."""
        while b"\r\n\r\n" not in self.data:
            if not self._more():
                if self.data:
                    raise BadAnswerError(f"closed inside a head: {self.data[:80]!r}")
                return None
        head, _, self.data = self.data.partition(b"\r\n\r\n")
        answer = parse_head(head)
        if head_only or answer.status in (204, 304) or 100 <= answer.status < 200:
            return answer
        if answer.fields.get("transfer-encoding") == "chunked":
            answer.body = self._chunks()
        elif "content-length" in answer.fields:
            answer.body = self._take(int(answer.fields["content-length"]))
        else:
            if answer.fields.get("connection") != "close":
                raise BadAnswerError("the end of the body cannot be told")
            while self._more():
                pass
            answer.body, self.data = self.data, b""
        return answer

    def _take(self, size: int) -> bytes:
        while len(self.data) < size:
            if not self._more():
                raise BadAnswerError("closed inside a body")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def _chunks(self) -> bytes:
        whole = b""
        while True:
            while b"\r\n" not in self.data:
                if not self._more():
                    raise BadAnswerError("closed inside a chunk")
            line, _, self.data = self.data.partition(b"\r\n")
            piece = self._take(int(line, 16))
            if self._take(2) != b"\r\n":
                raise BadAnswerError("a chunk without end")
            if not piece:
                return whole
            whole += piece

    def rest(self) -> list[Answer]:
        """Every response up to the close."""
        answers = []
        while (answer := self.read()) is not None:
            answers.append(answer)
        return answers

    def closed(self) -> bool:
        """True if the server has closed, or closes within the timeout."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


def parse_head(head: bytes) -> Answer:
    line, *rest = head.split(b"\r\n")
    version, _, tail = line.partition(b" ")
    status = tail[:3]
    if version not in (b"HTTP/1.1", b"HTTP/1.0") or not status.isdigit() or len(status) != 3:
        raise BadAnswerError(f"no status line: {line[:80]!r}")
    fields: dict[str, str] = {}
    repeated = []
    for raw in rest:
        name, colon, value = raw.partition(b":")
        key = name.decode("ascii").lower()
        if not colon or not key or key != key.strip() or b"\0" in raw or b"\r" in raw or b"\n" in raw:
            raise BadAnswerError(f"no header field: {raw[:80]!r}")
        if key in fields:
            repeated.append(key)
        fields[key] = value.strip().decode("latin-1")
    return Answer(int(status), head, fields, b"", repeated)


def request(
    target: str = "/", *lines: str, method: str = "GET", version: str = "1.1", host: str = HOST
) -> bytes:
    fields = [f"Host: {host}"] if host else []
    return "\r\n".join([f"{method} {target} HTTP/{version}", *fields, *lines, "", ""]).encode("latin-1")


def ask(
    port: int, target: str = "/", *lines: str, method: str = "GET", host: str = HOST, body: bytes = b""
) -> Answer:
    """One request on a connection of its own."""
    if body or method == "POST":
        lines = (*lines, f"Content-Length: {len(body)}")
    with Wire(port) as wire:
        wire.send(request(target, *lines, "Connection: close", method=method, host=host) + body)
        answer = wire.read(head_only=method == "HEAD")
        assert answer is not None
        return answer


@dataclass
class Running:
    """A process the tests started, stopped by its own id."""

    process: subprocess.Popen[bytes]
    port: int
    run: Path
    log: Path
    name: str = "front"

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        return self.process.returncode

    def control(self, word: str) -> str:
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as line:
            line.settimeout(5)
            line.connect(str(self.run / "front.sock"))
            line.sendall(word.encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                piece = line.recv(4096)
                if not piece:
                    break
                data += piece
            return data.decode().strip()


def wait_for_port(port: int, process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.closing(socket.socket()) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the server does not listen")


def start_front(site: Path, run: Path, port: int, *options: str) -> Running:
    run.mkdir(parents=True, exist_ok=True)
    log = run / "front.log"
    command = [sys.executable, "-m", "hueandcry.front", "--site", str(site), "--run", str(run)]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{port}", *options], cwd=ROOT, stdout=out, stderr=out
        )
    wait_for_port(port, process)
    return Running(process, port, run, log)


def start_nginx(site: Path, run: Path, port: int, app: Path) -> Running:
    """nginx with the shipped configuration; only addresses, paths and times that tests cannot wait for change."""
    run.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "deploy/nginx").iterdir():
        text = path.read_text()
        for old, new in (
            # without TLS here; tests/deploy asks through it
            ("listen 443 ssl http2 default_server;", f"listen 127.0.0.1:{port} default_server backlog=1024;"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
            ("listen 80", f"listen unix:{run}/plain.sock"),
            ("ssl_reject_handshake on;", ""),
            ("    ssl_certificate", "    # ssl_certificate"),
            ("include /etc/nginx/hueandcry/hueandcry-tls.conf;", ""),
            ('    add_header Strict-Transport-Security "max-age=31536000" always;', ""),
            ("server_name www.port-ellery.example;", "server_name www.port-ellery.example localhost;"),
            ("/etc/nginx/hueandcry/", f"{run}/"),
            ("/var/lib/hueandcry/site", str(site)),
            ("/run/hueandcry/public.sock", str(app)),
            ("/var/log/nginx/hueandcry-error.log", f"{run}/error.log"),
            ("client_header_timeout 10s;", "client_header_timeout 1s;"),
        ):
            text = text.replace(old, new)
        text = "\n".join(line for line in text.split("\n") if "listen [::]" not in line)
        (run / path.name).write_text(text)
    (run / "nginx.conf").write_text(
        f"daemon off; master_process off; worker_processes 1; pid {run}/pid; error_log {run}/start.log;\n"
        "events { worker_connections 1024; }\n"
        "http { include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;\n"
        + "".join(
            f"{kind}_temp_path {run}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {run}/hueandcry.conf; }}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with (run / "out.log").open("ab") as out:
        process = subprocess.Popen(
            [program, "-p", str(run), "-c", str(run / "nginx.conf")], stdout=out, stderr=out
        )
    try:
        wait_for_port(port, process)
    except RuntimeError as error:
        raise RuntimeError((run / "start.log").read_text() + (run / "out.log").read_text()) from error
    return Running(process, port, run, run / "error.log", "nginx")


def start_app(path: Path, folder: Path) -> Running:
    """The stand-in for the public process: writes down what reaches it."""
    folder.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    script = Path(__file__).with_name("public_app.py")
    process = subprocess.Popen([sys.executable, str(script), str(path), str(folder / "seen")])
    end = time.monotonic() + 10
    while not _takes_calls(path) and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    return Running(process, 0, folder, folder / "seen")


def _takes_calls(path: Path) -> bool:
    """The socket is there a moment before anybody listens on it."""
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(path)) == 0
