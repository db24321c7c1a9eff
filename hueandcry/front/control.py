"""The control socket: one line in, one line out. Only the owner of the run folder can open it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import stat
from pathlib import Path
from typing import Any, Protocol

from hueandcry.front.release import Release, ReleaseBroken

NAME = "front.sock"
_LONGEST_LINE = 256
_PATIENCE_S = 10.0


class AlreadyRunningError(RuntimeError):
    """Another static server answers on this control socket."""


def make_socket(path: Path) -> socket.socket:
    """A listening unix socket at `path`, mode 0600; a dead one left there is replaced.

    Raises AlreadyRunningError if somebody answers there.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise AlreadyRunningError("Another static server is running with this run folder.")
        path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    return listener


class Serving(Protocol):
    """The server, as seen by the control socket."""

    release: Release | None

    async def reload(self) -> int:
        """Serve the current release; returns its number. Raises ReleaseBroken."""

    def status(self) -> dict[str, Any]:
        """Figures of the server."""

    def take_openings(self) -> dict[str, int]:
        """Some of the followed links that were counted; forgotten here."""


class Control:
    """Answers `reload`, `status` and `opened`."""

    def __init__(self, front: Serving, path: Path) -> None:
        self._front = front
        self._path = path
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises AlreadyRunningError, OSError."""
        self._server = await asyncio.start_unix_server(
            self._serve, sock=make_socket(self._path), limit=_LONGEST_LINE
        )

    def stop(self) -> None:
        """Stop listening and take the socket away."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError, TimeoutError):  # a caller that misbehaves is let go
            while True:
                async with asyncio.timeout(_PATIENCE_S):
                    line = await reader.readline()
                if not line.endswith(b"\n"):
                    break
                writer.write((await self._answer(line.decode("ascii").strip()) + "\n").encode())
                await writer.drain()
        writer.close()

    async def _answer(self, word: str) -> str:
        if word == "reload":
            try:
                return f"release {await self._front.reload()}"
            except ReleaseBroken as error:
                serving = self._front.release.number if self._front.release else "none"
                return f"broken {error} Still serving release {serving}."
        if word == "status":
            return json.dumps(self._front.status())
        if word == "opened":
            return json.dumps(self._front.take_openings(), separators=(",", ":"))
        return "unknown Say reload, status or opened."
