"""A push service on loopback, as Firefox knows one: it takes messages over HTTP and hands them on over a WebSocket.

Written after the published protocol (mozilla-services.github.io/autopush-rs: WebPush over WebSocket, its HTTP
endpoints; read 2026-11-23), RFC 8030 and RFC 6455. It checks who sends (RFC 8292) and opens nothing.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hueandcry.kernel.webpush import base64url, unbase64
from tests.lists.helpers import POLL

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
SHORT, LONG = 126, 127  # RFC 6455 section 5.2: the length follows in two bytes, in eight
DAY = 24 * 3600
DELIVERED = 100  # what a browser says of a message that it opened and gave to the page's worker
PASSED_OVER = 102  # and of one that it has had before


class Autopush(ThreadingHTTPServer):
    """pushed: (path, headers, body) as taken; said: what browsers said; keys: of each channel, whose messages it takes.

    next: how the coming messages end: "drop_after" (handed on, no answer), "twice" (handed on twice).
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.pushed: list[tuple[str, dict[str, str], bytes]] = []
        self.said: list[dict[str, Any]] = []
        self.keys: dict[str, bytes] = {}
        self.next: list[str] = []
        self.browsers: list[Callable[[dict[str, Any]], None]] = []
        threading.Thread(target=self.serve_forever, args=(POLL,), daemon=True).start()

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.server_port}"

    def codes(self) -> list[int]:
        """What became of each message that was handed on: DELIVERED, or why it was not."""
        updates = [update for said in self.said for update in said.get("updates", [])]
        return [update["code"] for update in updates]

    def heard(self, kind: str) -> bool:
        """True once a browser said this."""
        return any(said.get("messageType") == kind for said in self.said)

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A message for one channel (RFC 8030 section 5)."""
        assert isinstance(self.server, Autopush)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        channel = self.path.rpartition("/")[2]
        status = self._status(channel, headers)
        if status == 201:
            self.server.pushed.append((self.path, headers, body))
            how = self.server.next.pop(0) if self.server.next else ""
            message = {
                "messageType": "notification",
                "channelID": channel,
                "version": f"{len(self.server.pushed)}",
                "ttl": int(headers["ttl"]),
                "data": base64url(body),
                "headers": {"encoding": headers["content-encoding"]},
            }
            for _time in range(2 if how == "twice" else 1):
                for tell in list(self.server.browsers):
                    tell(message)
            if how == "drop_after":
                self.close_connection = True
                self.connection.close()
                return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _status(self, channel: str, headers: dict[str, str]) -> int:
        assert isinstance(self.server, Autopush)
        if channel not in self.server.keys:
            return 410
        if not _may_send(headers, origin=f"http://{self.server.address}", key=self.server.keys[channel]):
            return 401
        return 201 if headers.get("ttl", "").isdigit() and headers["content-encoding"] == "aes128gcm" else 400

    def do_GET(self) -> None:
        """A browser's lasting connection."""
        assert isinstance(self.server, Autopush)
        key = self.headers["Sec-WebSocket-Key"].encode() + MAGIC
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        accept = base64.b64encode(hashlib.sha1(key).digest()).decode()
        self.send_header("Sec-WebSocket-Accept", accept)
        self.send_header("Sec-WebSocket-Protocol", "push-notification")
        self.end_headers()
        self.close_connection = True
        self.server.browsers.append(self._tell)
        with contextlib.suppress(OSError, struct.error, ValueError):
            self._listen()
        self.server.browsers.remove(self._tell)

    def _listen(self) -> None:
        while True:
            kind, data = self._frame()
            if kind == CLOSE:
                return
            if kind == PING:
                self._send(PONG, data)
            if kind == TEXT:
                self._answer(json.loads(data))

    def _answer(self, said: dict[str, Any]) -> None:
        assert isinstance(self.server, Autopush)
        self.server.said.append(said)
        channel = said.get("channelID", "")
        match said.get("messageType"):
            case "hello":
                uaid = said.get("uaid") or "f" * 32
                self._tell(
                    {
                        "messageType": "hello",
                        "status": 200,
                        "uaid": uaid,
                        "use_webpush": True,
                        "broadcasts": {},
                    }
                )
            case "register":
                self.server.keys[channel] = unbase64(said["key"].rstrip("="))
                endpoint = f"http://{self.server.address}/wpush/v2/{channel}"
                told = {"status": 200, "channelID": channel, "pushEndpoint": endpoint}
                self._tell({"messageType": "register", **told})
            case "unregister":
                self.server.keys.pop(channel, None)
                self._tell({"messageType": "unregister", "status": 200, "channelID": channel})
            case None:
                self._tell({})  # its way of asking whether we are still there

    def _tell(self, message: dict[str, Any]) -> None:
        self._send(TEXT, json.dumps(message).encode())

    def _send(self, kind: int, data: bytes) -> None:
        head = bytes([0x80 | kind])
        head += bytes([len(data)]) if len(data) < SHORT else bytes([SHORT]) + struct.pack(">H", len(data))
        self.connection.sendall(head + data)

    def _frame(self) -> tuple[int, bytes]:
        """One whole frame of a client, which is masked."""
        first, second = self.rfile.read(2)
        size = second & 0x7F
        if size == SHORT:
            (size,) = struct.unpack(">H", self.rfile.read(2))
        elif size == LONG:
            (size,) = struct.unpack(">Q", self.rfile.read(8))
        mask = self.rfile.read(4)
        data = self.rfile.read(size)
        return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


def _may_send(headers: dict[str, str], *, origin: str, key: bytes) -> bool:
    """RFC 8292: signed by the key that the channel was made for, for this origin, for at most a day, by somebody."""
    try:
        scheme, _space, rest = headers["authorization"].partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        signed, _dot, signature = given["t"].rpartition(".")
        claims = json.loads(unbase64(signed.partition(".")[2]))
        raw = unbase64(signature)
        pair = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64(given["k"]))
        public.verify(encode_dss_signature(*pair), signed.encode(), ec.ECDSA(hashes.SHA256()))
    except (KeyError, ValueError, InvalidSignature):
        return False
    lasts = claims["exp"] - time.time()
    contact = urlsplit(claims.get("sub", "")).scheme in {"mailto", "https"}
    return (
        (scheme, unbase64(given["k"]), claims["aud"]) == ("vapid", key, origin)
        and 0 < lasts <= DAY
        and contact
    )
