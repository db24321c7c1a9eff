"""The public process as others reach it: connections in threads, every answer made in the test's own."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import Client, override_settings

from hueandcry.settings import public
from tests.lists.helpers import POLL

CEILING = 60  # seconds, for a busy machine; not a wait


class PublicSide(ThreadingHTTPServer):
    """heard: the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: queue.Queue[tuple[_Handler, bytes, queue.Queue[Any]]] = queue.Queue()
        self.heard: list[str] = []
        threading.Thread(target=self.serve_forever, args=(POLL,), daemon=True).start()

    def answer_all(self) -> None:
        """Answer everybody who waits."""
        while not self.asked.empty():
            call, body, back = self.asked.get()
            back.put(as_public(call.command, call.path, body, call.headers.get("Content-Type", "")))
            self.heard.append(call.path)

    def until(self, done: Callable[[], Any]) -> None:
        """Answer until it is done."""
        deadline = time.monotonic() + CEILING
        while not done():
            assert time.monotonic() < deadline, self.heard
            self.answer_all()
            time.sleep(0.005)

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, PublicSide)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        back: queue.Queue[Any] = queue.Queue()
        self.server.asked.put((self, body, back))
        answer = back.get()
        with contextlib.suppress(OSError):  # a browser may have gone on to another page
            self._send(answer)

    def _send(self, answer: Any) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_POST = do_GET  # noqa: N815 - the standard library's own name

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


def as_public(method: str, path: str, body: bytes = b"", kind: str = "") -> Any:
    """The answer of the public process's own pages."""
    with override_settings(ROOT_URLCONF=public.ROOT_URLCONF, MIDDLEWARE=public.MIDDLEWARE):
        return Client().generic(method, path, body, kind, headers={"host": "localhost"})
