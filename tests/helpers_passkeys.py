"""An authenticator in software, honest unless told to lie: makes passkeys and answers as a browser passes them on."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One device with one passkey. `counts`: whether it keeps a counter at all, as security keys do."""

    origin: str
    counts: bool = False
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: str = ""

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED, origin: str = "") -> str:
        """The answer to options_to_make."""
        self.handle = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = (
            bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor.encode(public)
        )
        data = self._data(options["rp"]["id"], flags | ATTESTED) + attested
        client = self._client("webauthn.create", options["challenge"], origin)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(attestation),
        }
        return self._answer(response, prf={"enabled": True})

    def answer(
        self,
        options: dict[str, Any],
        *,
        flags: int = PRESENT | VERIFIED,
        origin: str = "",
        rp_id: str = "",
        kind: str = "webauthn.get",
        handle: str | None = None,
        spoil: bool = False,
        framed: bool = False,
    ) -> str:
        """The answer to options_to_ask, or a lie."""
        if self.counts:
            self.count += 1
        data = self._data(rp_id or options["rpId"], flags)
        client = self._client(kind, options["challenge"], origin, framed=framed)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        if spoil:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.handle if handle is None else handle,
        }
        return self._answer(response)

    def _client(self, kind: str, challenge: str, origin: str, *, framed: bool = False) -> bytes:
        value = {
            "type": kind,
            "challenge": challenge,
            "origin": origin or self.origin,
            "crossOrigin": framed,
        }
        return json.dumps(value).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _answer(self, response: dict[str, str], **results: Any) -> str:
        name = websafe_encode(self.credential_id)
        value = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({**value, "clientExtensionResults": results})


def other_challenge(options: dict[str, Any]) -> dict[str, Any]:
    """The same question with a challenge that nobody asked."""
    return {**options, "challenge": websafe_encode(os.urandom(len(websafe_decode(options["challenge"]))))}
