"""How a form ticket becomes a number, a code and keys. Pure: no database, no clock, no files.

ticket ──(pepper)──> number, code             so that the same form sent twice shows the same two (ADR 0008)
code ──(pepper, salt of the tip, Argon2id)──> K ──HKDF──> auth half (its SHA-256 is stored), wrap half
wrap half ──> opens the tip's seed for the tipster; desk keys and the recovery key each open a copy of it
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from hueandcry.kernel import sealing
from hueandcry.tips import codes

VERSION = "hue-and-cry/1"
RANDOM = 20  # bytes: 160 random bits of a ticket
SALT = 16  # bytes
TAG = 16  # bytes of a shortened HMAC
TICKET_HOURS = 48  # how long a form may stay open before it is sent
MEMORY_KIB, PASSES = 19 * 1024, 2  # OWASP's first choice for Argon2id; 80 random bits need no more
_WRAPPED = sealing.KEY + sealing.ENCAPSULATION + sealing.TAG  # bytes of a seed closed for a public key
_HOUR = 4  # bytes of an hour counted from 1970


class TicketRefused(Exception):  # noqa: N818 - it says what happened
    """The ticket was not made here, was changed, or is too old."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the slow hash costs: memory in KiB, passes over it."""

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES


# --- form tickets -----------------------------------------------------------------------------------


def new_ticket(*, pepper: bytes, hour: int) -> str:
    """A ticket for one form, issued in `hour` (hours since 1970): hour, 160 random bits, tag; as text."""
    body = hour.to_bytes(_HOUR) + secrets.token_bytes(RANDOM)
    return base64.urlsafe_b64encode(body + _ticket_tag(pepper, body)).decode()


def read_ticket(ticket: str, *, pepper: bytes, hour: int) -> bytes:
    """The bytes of a ticket that we made at most 48 hours before `hour`. Raises TicketRefused."""
    try:
        data = base64.b64decode(ticket.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TicketRefused from error
    body, tag = data[:-TAG], data[-TAG:]
    if len(body) != _HOUR + RANDOM or not sealing.same(tag, _ticket_tag(pepper, body)):
        raise TicketRefused
    if not 0 <= hour - int.from_bytes(body[:_HOUR]) <= TICKET_HOURS:
        raise TicketRefused
    return body


def ticket_digest(ticket: bytes) -> bytes:
    """What is stored of a ticket: enough to know it again, useless to make its code from."""
    return hashlib.sha256(f"{VERSION}/ticket".encode() + ticket).digest()


def number_of(ticket: bytes, *, pepper: bytes, attempt: int = 0) -> str:
    """The tip number of this ticket; `attempt` gives another if that one is taken."""
    random = sealing.hkdf(
        _sub(pepper, "codes"), salt=ticket, info=f"{VERSION}/number/{attempt}".encode(), size=16
    )
    return codes.number_from(int.from_bytes(random) % 10**9)


def code_of(ticket: bytes, *, pepper: bytes) -> bytes:
    """The ten secret bytes of the access code of this ticket."""
    return sealing.hkdf(_sub(pepper, "codes"), salt=ticket, info=f"{VERSION}/code".encode(), size=codes.CODE)


def mark(secret: bytes, text: str) -> bytes:
    """Tells a text sent twice from a second text. `secret` is not stored, so neither can the text be guessed."""
    key = sealing.hkdf(secret, info=f"{VERSION}/mark".encode())
    return sealing.mac(key, text.encode())[:TAG]


# --- the tipster's keys -----------------------------------------------------------------------------


def code_tag(code: bytes, *, number: str, pepper: bytes) -> bytes:
    """Refuses a wrong code before the slow hash; without the pepper it says nothing about the code."""
    return sealing.mac(_sub(pepper, "tag"), number.encode() + b"|" + code)[:TAG]


def halves(code: bytes, *, salt: bytes, pepper: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """(auth half, wrap half) of a code. Slow on purpose: about 20 ms and 19 MiB at the production cost."""
    material = sealing.mac(_sub(pepper, "slow"), code)
    key = sealing.slow_hash(material, salt=salt, memory_kib=cost.memory_kib, passes=cost.passes)
    return (
        sealing.hkdf(key, info=f"{VERSION}/auth".encode()),
        sealing.hkdf(key, info=f"{VERSION}/wrap".encode()),
    )


def auth_digest(auth: bytes) -> bytes:
    """What is stored of the auth half."""
    return hashlib.sha256(auth).digest()


# --- wrapping a tip's seed --------------------------------------------------------------------------


def info(tip_id: str, purpose: str) -> bytes:
    """Where a box belongs: version, tip, purpose ("from_tipster", "from_desk", "seed/<fingerprint>" …)."""
    return f"{VERSION}/tip/{tip_id}/{purpose}".encode()


def fingerprint(public: bytes) -> str:
    """The name of a public key: the first 128 bits of its SHA-256, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()[:32]


def wrap_seed(seed: bytes, *, tip_id: str, public: bytes) -> bytes:
    """The tip's seed, closed for one desk key or the recovery key: 1,168 bytes."""
    return sealing.seal(public, seed, info=info(tip_id, f"seed/{fingerprint(public)}"))


def wrap_seed_for_tipster(seed: bytes, *, tip_id: str, wrap: bytes) -> bytes:
    """The tip's seed, closed under the wrap half of the access code: 60 bytes."""
    return sealing.seal_with_key(wrap, seed, context=info(tip_id, "seed/tipster"))


def tipster_public(wrap: bytes) -> bytes:
    """The public key of whoever has the wrap half: a new seed can be closed for the tipster without their code."""
    return sealing.public_key(_tipster_seed(wrap))


def tipster_proof(seed: bytes, *, tip_id: str, public: bytes) -> bytes:
    """Says that `public` is the tipster's own: 32 bytes that only a holder of the tip's seed can make.

    Whoever closes a new seed for the tipster checks it first: the key itself is but a row of a database.
    """
    key = sealing.hkdf(seed, info=f"{VERSION}/tipster-proof".encode())
    return sealing.mac(key, tip_id.encode() + public)


def for_tipster(seed: bytes, *, tip_id: str, wrap: bytes) -> dict[str, bytes]:
    """What is kept of the tipster's key, by the names of the row: the key, and the proof that it is theirs."""
    public = tipster_public(wrap)
    proof = tipster_proof(seed, tip_id=tip_id, public=public)
    return {"tipster_public": public, "tipster_proof": proof}


def _tipster_seed(wrap: bytes) -> bytes:
    return sealing.hkdf(wrap, info=f"{VERSION}/tipster-key".encode())


def unwrap_seed_for_tipster(sealed: bytes, *, tip_id: str, wrap: bytes) -> bytes:
    """The tip's seed, however it was closed for the tipster. Raises sealing.CannotOpen."""
    if len(sealed) == _WRAPPED:  # by the browser of an officer, who has no code
        own = _tipster_seed(wrap)
        name = fingerprint(sealing.public_key(own))
        return sealing.unseal(own, sealed, info=info(tip_id, f"seed/{name}"))
    return sealing.open_with_key(wrap, sealed, context=info(tip_id, "seed/tipster"))


# --- the short pass between two pages of the tipster ------------------------------------------------


def talk_pass(*, tip_id: str, wrap: bytes, form: bytes, until: int, pepper: bytes) -> str:
    """What the page carries from one request to the next, closed; `until`: seconds since 1970. Nothing is stored.

    form: 16 random bytes of this one page, so that an answer sent twice is known.
    """
    plain = until.to_bytes(8) + form + wrap + tip_id.encode()
    sealed = sealing.seal_with_key(_pass_key(pepper, until), plain, context=f"{VERSION}/pass".encode())
    return base64.urlsafe_b64encode((until // _DAY).to_bytes(_HOUR) + sealed).decode()


@dataclass(frozen=True, slots=True)
class Pass:
    """What a talk pass holds."""

    tip_id: str
    wrap: bytes
    form: bytes


def read_pass(text: str, *, now: int, pepper: bytes) -> Pass:
    """Open a talk pass that has not run out at `now`. Raises TicketRefused."""
    try:
        data = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        day = int.from_bytes(data[:_HOUR])
        key = _pass_key(pepper, day * _DAY)
        plain = sealing.open_with_key(key, data[_HOUR:], context=f"{VERSION}/pass".encode())
    except (binascii.Error, ValueError, sealing.CannotOpen) as error:
        raise TicketRefused from error
    if int.from_bytes(plain[:8]) < now:
        raise TicketRefused
    return Pass(form=plain[8:24], wrap=plain[24:56], tip_id=plain[56:].decode())


_DAY = 86_400


def _pass_key(pepper: bytes, moment: int) -> bytes:
    return sealing.hkdf(_sub(pepper, "pass"), info=f"{VERSION}/day/{moment // _DAY}".encode())


def _ticket_tag(pepper: bytes, body: bytes) -> bytes:
    return sealing.mac(_sub(pepper, "ticket"), body)[:TAG]


def _sub(pepper: bytes, name: str) -> bytes:
    """A key of its own for each use of the pepper."""
    return sealing.hkdf(pepper, info=f"{VERSION}/pepper/{name}".encode())
