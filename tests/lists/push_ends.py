"""A push service on loopback that opens what it is sent, as a browser would."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hueandcry.kernel.webpush import public_point

AUTH = bytes(range(16))
ODD: dict[int | str, Any] = {"drop_before": -1, "error_after": 500, "slow": 201}


class Browser:
    """A browser's half: its key, and how it opens a message (RFC 8291 section 3, the other way round)."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.point = public_point(self.key)

    def open(self, body: bytes) -> dict[str, Any]:
        salt, theirs, sealed = body[:16], body[21:86], body[86:]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        material = self._hkdf(shared, AUTH, b"WebPush: info\0" + self.point + theirs, 32)
        key = self._hkdf(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = self._hkdf(material, salt, b"Content-Encoding: nonce\0", 12)
        said: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")[:-1])
        return said

    @staticmethod
    def _hkdf(material: bytes, salt: bytes, info: bytes, size: int) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=info).derive(material)


class PushService(ThreadingHTTPServer):
    """next: statuses of the coming answers, 0 for taken and none at all, or one of ODD; gone: paths that were given up.

    awake: set when one that is slow may answer; listening: False until `server_activate` is called.
    """

    daemon_threads = True

    def __init__(self, *, listening: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Take, bind_and_activate=False)
        self.server_bind()
        if listening:
            self.server_activate()
        self.pushed: list[tuple[str, dict[str, str], bytes]] = []
        self.next: list[int | str] = []
        self.gone: set[str] = set()
        self.awake = threading.Event()


class _Take(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, PushService)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        how = self.server.next.pop(0) if self.server.next else 201
        status = ODD.get(how, how)
        if self.path in self.server.gone:
            status = 410
        if status in {0, 201} or how == "error_after":
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.pushed.append((self.path, headers, body))
        if how == "slow":
            self.server.awake.wait(60)
        if status in {0, -1}:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 201:
            self.send_header("Location", f"{self.path}/message")
        if status == 307:
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
        if status == 429:
            self.send_header("Retry-After", "30")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing."""
