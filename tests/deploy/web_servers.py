"""nginx and Caddy with the shipped configuration: only ports, paths, names and certificates are a test's own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.certificate import make_certificate
from tests.deploy.house import House, wait_for_port
from tests.servers.stack import ROOT, free_port

DEPLOY = ROOT / "deploy"
NAMES = {
    "www.port-ellery.example": "localhost",
    "desk.port-ellery.example": "desk.localhost",
    "www.old-quay.example": "old-quay.localhost",
}


@dataclass
class WebServer:
    """A running one. tls and plain: its ports."""

    name: str
    tls: int
    plain: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


def found(program: str) -> str | None:
    """Where a program is."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def start(name: str, house: House, folder: Path) -> WebServer:
    """Start nginx or Caddy in front of a house."""
    folder.mkdir()
    make_certificate(folder, names=list(NAMES.values()))
    tls, plain = free_port(), free_port()
    command = (_nginx if name == "nginx" else _caddy)(house, folder, tls, plain)
    log = folder / "out.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=folder, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}
        )
    wait_for_port(tls, process, log)
    return WebServer(name, tls, plain, process)


def _own(text: str, house: House, folder: Path) -> str:
    for old, new in {
        **NAMES,
        "/etc/hueandcry/tls": str(folder),
        "/var/lib/hueandcry/site": str(house.stack.home / "site"),
        "/run/hueandcry": str(house.run),
    }.items():
        text = text.replace(old, new)
    return text


def _nginx(house: House, folder: Path, tls: int, plain: int) -> list[str]:
    for path in (DEPLOY / "nginx").iterdir():
        text = _own(path.read_text(encoding="utf-8"), house, folder)
        for old, new in (
            ("/etc/nginx/hueandcry/", f"{folder}/"),
            ("/var/log/nginx/", f"{folder}/"),
            ("listen 443 ", f"listen 127.0.0.1:{tls} "),
            ("listen 80 default_server", f"listen 127.0.0.1:{plain} default_server"),
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ):
            text = text.replace(old, new)
        text = "\n".join(line for line in text.split("\n") if "listen [::]" not in line)
        (folder / path.name).write_text(text, encoding="utf-8")
    temporary = "".join(
        f"{k}_temp_path {folder}/{k};\n" for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/start.log;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off;\n{temporary}include {folder}/hueandcry.conf; }}\n",
        encoding="utf-8",
    )
    return [str(found("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _caddy(house: House, folder: Path, tls: int, plain: int) -> list[str]:
    text = _own((DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8"), house, folder)
    ports = f"\tadmin off\n\thttp_port {plain}\n\thttps_port {tls}\n\tdefault_bind 127.0.0.1\n\tskip_install_trust\n"
    text = text.replace("\tadmin off\n", ports).replace("\n:443 {", f"\n:{tls} {{")
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    return [str(found("caddy")), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
