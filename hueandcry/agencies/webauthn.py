"""Passkeys as the browser speaks of them (W3C Web Authentication level 3): what to ask, and whether the answer holds.

Pure: no database, no clock. The only file that imports the passkey library (ADR 0016). An answer is what
`PublicKeyCredential.toJSON()` makes, as text; every byte of it is a stranger's.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
)

from hueandcry.kernel.errors import NotAllowed

ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 (IANA COSE): what devices have
LONGEST_ANSWER = 20_000  # characters; real ones are below 3,000
LONGEST_ID = 1023  # bytes, WebAuthn section 4
IN_BYTES = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
PATIENCE = 120_000  # milliseconds that the browser waits for the person
UNREADABLE = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError,
    NotImplementedError, OverflowError, struct.error,
)  # fmt: skip  # what the library raises at bytes that are no answer


class PasskeyRefused(NotAllowed):
    """The passkey's answer does not hold. The sentence never says why: the log of a guesser stays empty."""


@dataclass(frozen=True, slots=True)
class Party:
    """The desk as passkeys know it. rp_id: its host name; origin: scheme, host and port as the browser shows them."""

    rp_id: str
    origin: str
    name: str = "Hue & Cry"


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey just made. can_unlock: it has the PRF extension (the browser's word, not signed)."""

    credential_id: str
    credential: bytes
    count: int
    can_unlock: bool


def options_to_make(
    party: Party, *, challenge: bytes, handle: str, email: str, name: str, known: list[str]
) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked, in its JSON form. known: credential ids not to make again.

    The passkey must be discoverable, so that sign-in never has to name anybody's passkeys, and must ask
    its holder for a finger, face or PIN.
    """
    return {
        "rp": {"id": party.rp_id, "name": party.name},
        "user": {"id": handle, "name": email, "displayName": name},
        "challenge": websafe_encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
        "timeout": PATIENCE,
        "excludeCredentials": [{"type": "public-key", "id": item} for item in known],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
        "extensions": {"prf": {}, "credProps": True},
    }


def options_to_ask(party: Party, *, challenge: bytes, allowed: list[str] | None = None) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked. Without `allowed` the browser offers every passkey of this host."""
    return {
        "rpId": party.rp_id,
        "challenge": websafe_encode(challenge),
        "timeout": PATIENCE,
        "userVerification": "required",
        "allowCredentials": [{"type": "public-key", "id": item} for item in allowed or []],
    }


def check_made(party: Party, *, challenge: bytes, answer: str) -> Made:
    """The passkey that the browser made for this challenge. Raises PasskeyRefused."""
    try:
        given = _read(answer)
        response = RegistrationResponse.from_dict(given)
        _no_frame(response.response.client_data)
        found = _server(party).register_complete(_state(challenge), given)
        credential = found.credential_data
        if credential is None or credential.public_key.get(3) not in ALGORITHMS:
            raise _refused()
        if not 0 < len(credential.credential_id) <= LONGEST_ID:
            raise _refused()
        return Made(
            credential_id=websafe_encode(credential.credential_id),
            credential=bytes(credential),
            count=found.counter,
            can_unlock=given["clientExtensionResults"]["prf"]["enabled"],
        )
    except UNREADABLE as error:
        raise _refused() from error


def credential_named(answer: str) -> str:
    """The credential id that an answer names, in its one spelling; nothing is proved by it. Raises PasskeyRefused."""
    try:
        return websafe_encode(AuthenticationResponse.from_dict(_read(answer)).raw_id)
    except UNREADABLE as error:
        raise _refused() from error


def check_answer(party: Party, *, challenge: bytes, answer: str, credential: bytes, handle: str) -> int:
    """The passkey's new count, if it signed this challenge for this desk after asking its holder who they are.

    Raises PasskeyRefused: another origin or host, another challenge, a false signature, nobody verified, in a
    frame of another page, or a user handle that is not the holder's.
    """
    try:
        given = _read(answer)
        response = AuthenticationResponse.from_dict(given)
        _no_frame(response.response.client_data)
        named = response.response.user_handle
        if named and websafe_encode(named) != handle:
            raise _refused()
        _server(party).authenticate_complete(_state(challenge), [AttestedCredentialData(credential)], given)
    except UNREADABLE as error:
        raise _refused() from error
    return response.response.authenticator_data.counter


def _server(party: Party) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=party.rp_id, name=party.name),
        verify_origin=lambda origin: origin == party.origin,
    )


def _state(challenge: bytes) -> dict[str, str]:
    return {"challenge": websafe_encode(challenge), "user_verification": "required"}


def _read(answer: str) -> dict[str, Any]:
    """The browser's answer. What the library makes bytes of is text here: of a number it would make that many zeros."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    given = json.loads(answer)
    texts = [given["rawId"], *(given["response"][name] for name in IN_BYTES if name in given["response"])]
    if not all(isinstance(text, str) or text is None for text in texts):
        raise TypeError("not text")
    if "attestationObject" in given["response"]:
        held = cbor.decode(websafe_decode(given["response"]["attestationObject"]))
        if not isinstance(held, dict) or not isinstance(held["authData"], bytes):
            raise TypeError("not bytes")
    extras = given.get("clientExtensionResults", {})
    prf = extras.get("prf", {})
    enabled = isinstance(prf, dict) and bool(prf.get("enabled"))
    return {**given, "clientExtensionResults": {"prf": {"enabled": enabled}}}


def _no_frame(client_data: Any) -> None:
    if client_data.cross_origin:
        raise ValueError("asked from inside another page")


def _refused() -> PasskeyRefused:
    return PasskeyRefused(
        _("This passkey was not accepted. Try again, or use your password and a code from the app.")
    )


def decode(text: str) -> bytes:
    """Bytes of base64url text without padding."""
    return websafe_decode(text)


def encode(data: bytes) -> str:
    """Base64url text without padding."""
    return websafe_encode(data)
