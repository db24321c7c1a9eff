"""`hue metrics`: figures for Prometheus, without personal data: printed, into a file, or served on loopback."""

from __future__ import annotations

import argparse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hueandcry.kernel.wholefiles import replace_file

TYPE = "text/plain; version=0.0.4; charset=utf-8"


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("metrics", help="figures for Prometheus, without personal data")
    where = mine.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, metavar="FILE.prom", help="for node_exporter's textfile collector")
    where.add_argument("--listen", type=int, metavar="PORT", help="serve them on 127.0.0.1 until stopped")
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Print, write or serve."""
    from hueandcry.health import metrics

    if given.listen is not None:
        serve(given.listen)
    elif given.out is not None:
        page = metrics.text().encode()
        replace_file(given.out, page, mode=0o666, lasting=False)  # readable as far as the umask lets it be
    else:
        print(metrics.text(), end="")


def serve(port: int) -> None:
    """Answer GET /metrics on loopback. Ctrl-C stops it."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Page)
    print(f"http://127.0.0.1:{server.server_port}/metrics", flush=True)
    try:
        server.serve_forever()
    finally:
        server.server_close()


class _Page(BaseHTTPRequestHandler):
    """One page and no log."""

    server_version = "hue"
    sys_version = ""

    def do_GET(self) -> None:
        """The figures, or 404. A name other than loopback's is refused: a web page must not read them by DNS tricks."""
        from django.db import close_old_connections

        from hueandcry.health import metrics

        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if self.path != "/metrics" or host not in {"127.0.0.1", "localhost"}:
            self.send_error(404)
            return
        close_old_connections()
        body = metrics.text().encode()
        close_old_connections()
        self.send_response(200)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class calls
        """Nobody's visit is written down."""
