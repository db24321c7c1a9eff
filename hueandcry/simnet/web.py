"""The HTTP server of the simulated network, on loopback only.

It is the standard library's, because it must be able to drop a connection in the middle of an answer.
"""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from hueandcry.simnet import api, networks, pages
from hueandcry.simnet.store import Store

LARGEST_BODY = 20_000_000  # bytes; one part of a video upload is the largest
HOSTS = frozenset({"localhost", "127.0.0.1"})


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "simulated-network"
    sys_version = ""
    timeout = 60
    wbufsize = -1  # head and body leave together
    disable_nagle_algorithm = True
    store: Store

    def answer(self) -> None:
        """Read one request, answer it or drop it."""
        size = self.headers.get("Content-Length", "0")
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        if not size.isdigit() or int(size) > LARGEST_BODY or host not in HOSTS:
            self._write(api.reply(400, error="request"))
            self.close_connection = True
            return
        body = self.rfile.read(int(size))
        if len(body) != int(size):  # whoever sent it was gone in the middle: nothing was said
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        request = api.Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            raw_query=parts.query,
        )
        response = networks.answer(self.store, request)
        if response is None:
            response = (api if parts.path.startswith("/api/") else pages).answer(self.store, request)
        if response.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer  # noqa: N815 - names of the standard library

    def _write(self, response: api.Response) -> None:
        self.send_response(response.status)
        headers = {
            "Content-Type": response.mime,
            "Content-Length": str(len(response.body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **response.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - a name of the standard library
        """Keep no log: a post that was deleted here is deleted."""


class Server(ThreadingHTTPServer):
    """One thread for each connection; waiting ones end with the process."""

    daemon_threads = True
    request_queue_size = 256  # a post to every account of a force at once


def server(store: Store, host: str, port: int) -> Server:
    """A server ready to run, on loopback. Raises ValueError for any other address."""
    if host not in HOSTS:
        raise ValueError("the simulated network listens on 127.0.0.1 only")

    class Bound(Handler):
        """A handler with this store."""

    Bound.store = store
    return Server(("127.0.0.1", port), Bound)
