"""Whether the process behind a socket answers: the one question that asks for nothing else."""

from __future__ import annotations

import socket
from pathlib import Path


def answers(place: Path, *, patience: float) -> bool:
    """True if the process behind this Unix socket answers /healthz with 200 within `patience` seconds."""
    try:
        with socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(patience)
            talk.connect(str(place))
            talk.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return talk.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
