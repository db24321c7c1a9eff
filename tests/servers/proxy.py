"""A loopback relay in front of a real server, that can lose the answer or the request of the next call."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field


@dataclass
class Relay:
    """mode for the next connections: "pass", "lose_answer" (the server gets it, we hear nothing) or
    "lose_request" (the connection ends before the server gets anything).
    """

    target: tuple[str, int]
    mode: str = "pass"
    only: bytes = b""  # apply the mode to requests that begin with this; others pass
    port: int = 0
    _listener: socket.socket = field(default_factory=socket.socket)

    def start(self) -> Relay:
        """Listen on any free port of loopback."""
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One request per connection: read it whole, pass it on, pass the answer back, unless told otherwise."""
        with client:
            request = _read_message(client)
            if not request:
                return
            bad = self.mode if request.startswith(self.only) else "pass"
            if bad == "lose_request":
                return
            with socket.create_connection(self.target) as server:
                server.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
                answer = b""
                while chunk := server.recv(65536):
                    answer += chunk
            if bad == "lose_answer":
                return
            client.sendall(answer)


def _read_message(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _blank, body = data.partition(b"\r\n\r\n")
    size = 0
    for line in head.split(b"\r\n")[1:]:
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            size = int(value)
    while len(body) < size:
        body += client.recv(65536)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
