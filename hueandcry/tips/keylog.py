"""The key log of a programme: a chain of signed statements saying whose keys tips are sealed to. Pure.

Statement 1 is signed by the root. Each later one names the digest of the one before and is signed by the root or
by a key in force at that point; nobody approves a key of their own. `fold` reads the whole chain and gives the keys
in force, or names the first statement that does not hold. The officer's browser does the same
(desk/static/desk/tips/keylog.js); what rests in a database counts for nothing by itself.

Acts: begin (names the root, signed by it), add, remove, hand-over (the old root names the next one, whose `begin`
must follow and, being chained to it, vouches for all that came before).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from hueandcry.kernel import sealing
from hueandcry.kernel.canon import canonical
from hueandcry.tips import keys
from hueandcry.tips.root import Root, RootPublic

FIRST = "0" * 64
ROOT = "root"  # signer of a statement that a desk key did not sign
REASONS = ("replaced", "left", "lost", "retired")
CLOSING = ("left", "lost")  # whoever has such a key must not read on
_PURPOSE = f"{keys.VERSION}/key-statement/".encode()
_HEX = re.compile(r"[0-9a-f]{64}")
_COMMON = {"v", "programme", "seq", "prev", "act", "hour", "by"}
_FIELDS = {
    "begin": {"root", "recovery"},
    "hand-over": {"root", "recovery"},
    "add": {"person", "name", "label", "fingerprint", "key", "signing"},
    "remove": {"fingerprint", "reason"},
}


class Broken(Exception):  # noqa: N818 - it says what happened
    """A statement does not hold. seq: which, from 1 (0: the log as a whole); why: one word."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"{seq} {why}")
        self.seq, self.why = seq, why


@dataclass(frozen=True, slots=True)
class Statement:
    """One link. body: canonical JSON; signature: 64 bytes."""

    body: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """What the next statement names."""
        return hashlib.sha256(_PURPOSE + self.signature + self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Key:
    """A key in force. key: SHA-256 of the sealing public key; signing: 32 bytes, or empty for a key that cannot sign."""

    fingerprint: str
    key: str
    signing: bytes
    person: str
    name: str
    label: str
    seq: int


@dataclass(frozen=True, slots=True)
class State:
    """What the chain says at its end. used: every fingerprint that was ever in it."""

    programme: int
    seq: int = 0
    digest: str = FIRST
    root: bytes = b""
    recovery: str = ""
    next_root: tuple[str, str] | None = None
    keys: dict[str, Key] = field(default_factory=dict)
    used: frozenset[str] = frozenset()


def digest_of_key(public: bytes) -> str:
    """The full digest of a sealing key, as a statement names it."""
    return hashlib.sha256(public).hexdigest()


def card(public: bytes, signing: bytes) -> str:
    """What two people compare before one approves the other's key: both its halves in 128 bits, hexadecimal."""
    return hashlib.sha256(f"{keys.VERSION}/desk-key-card".encode() + public + signing).hexdigest()[:32]


def signing_seed(seed: bytes) -> bytes:
    """The signing half of a desk key's 32-byte seed."""
    return sealing.hkdf(seed, info=f"{keys.VERSION}/desk-signing".encode())


def body(state: State, *, act: str, by: str, hour: str, **fields: str) -> dict[str, Any]:
    """The body of the statement that comes after `state`. by: "root" or the signer's fingerprint."""
    return {
        "v": 1,
        "programme": state.programme,
        "seq": state.seq + 1,
        "prev": state.digest,
        "act": act,
        "hour": hour,
        "by": by,
        **fields,
    }


def sign(content: dict[str, Any], *, seed: bytes) -> Statement:
    """Sign a body with a signing seed: the root's, or `signing_seed` of a desk key."""
    text = canonical(content)
    return Statement(text, sealing.ed25519_sign(seed, _PURPOSE + text))


def begin(state: State, *, root: Root, hour: str) -> Statement:
    """The root's own first statement."""
    return sign(body(state, act="begin", by=ROOT, hour=hour, **_named(root.public)), seed=root.signing)


def hand_over(state: State, *, old: Root, new: RootPublic, hour: str) -> Statement:
    """The old root names the next one."""
    return sign(body(state, act="hand-over", by=ROOT, hour=hour, **_named(new)), seed=old.signing)


def said(text: bytes) -> dict[str, Any]:
    """The fields of a statement that holds."""
    return dict(json.loads(text))


def fold(statements: list[Statement], *, programme: int, root: RootPublic) -> State:
    """The state at the end of the whole chain. Raises Broken, also if it does not end under the pinned root."""
    state = State(programme)
    for statement in statements:
        state = step(state, statement)
    if not statements:
        raise Broken(0, "empty")
    if state.next_root or state.root != root.signing or state.recovery != digest_of_key(root.recovery):
        raise Broken(0, "root")
    return state


def step(state: State, statement: Statement) -> State:
    """The state after one more statement. Raises Broken."""
    content = _read(state, statement)
    _check_signature(state, statement, content)
    moved = replace(state, seq=state.seq + 1, digest=statement.digest)
    if content["act"] in ("begin", "hand-over"):
        return _step_root(moved, content)
    return _step_key(moved, content)


def _read(state: State, statement: Statement) -> dict[str, Any]:
    seq = state.seq + 1
    try:
        said = json.loads(statement.body)
        plain = canonical(said) == statement.body
    except (ValueError, TypeError, RecursionError):
        plain = False
    if not plain or not isinstance(said, dict) or said.get("act") not in _FIELDS:
        raise Broken(seq, "form")
    texts = (_COMMON | _FIELDS[said["act"]]) - {"v", "programme", "seq"}
    if said.keys() != texts | {"v", "programme", "seq"} or not all(
        isinstance(said[name], str) for name in texts
    ):
        raise Broken(seq, "form")
    if not all(type(said[name]) is int for name in ("v", "programme", "seq")):  # True would pass for 1
        raise Broken(seq, "form")
    if said["v"] != 1 or said["programme"] != state.programme:
        raise Broken(seq, "programme")
    if said["seq"] != seq or said["prev"] != state.digest:
        raise Broken(seq, "chain")
    return said


def _check_signature(state: State, statement: Statement, said: dict[str, Any]) -> None:
    """The signer must have the say at this point, and the signature be theirs."""
    seq = state.seq + 1
    if said["act"] == "begin":
        names = (said["root"], said["recovery"])
        if state.root and state.next_root != names:
            raise Broken(seq, "root")
        signer = _bytes(said["root"], seq)
    elif state.next_root or not state.root:
        raise Broken(seq, "root")  # nothing stands between hand-over and begin
    elif said["by"] == ROOT:
        signer = state.root
    else:
        key = state.keys.get(said["by"])
        if key is None or not key.signing or said["act"] == "hand-over":
            raise Broken(seq, "signer")
        if said["act"] == "add" and key.person == said["person"]:
            raise Broken(seq, "own-key")
        signer = key.signing
    if not sealing.ed25519_verify(signer, _PURPOSE + statement.body, statement.signature):
        raise Broken(seq, "signature")


def _step_root(state: State, said: dict[str, Any]) -> State:
    if said["by"] != ROOT:
        raise Broken(state.seq, "signer")
    if said["act"] == "hand-over":
        return replace(state, next_root=(said["root"], said["recovery"]))
    return replace(state, root=_bytes(said["root"], state.seq), recovery=said["recovery"], next_root=None)


def _step_key(state: State, said: dict[str, Any]) -> State:
    name = said["fingerprint"]
    if said["act"] == "remove":
        if name not in state.keys or said["reason"] not in REASONS:
            raise Broken(state.seq, "key")
        return replace(state, keys={other: key for other, key in state.keys.items() if other != name})
    signing = _bytes(said["signing"], state.seq) if said["signing"] else b""
    if name in state.used or name != said["key"][:32] or not _HEX.fullmatch(said["key"]):
        raise Broken(state.seq, "key")  # a key that was taken out never returns
    if signing and (
        len(signing) != sealing.KEY or any(key.signing == signing for key in state.keys.values())
    ):
        raise Broken(state.seq, "key")
    key = Key(name, said["key"], signing, said["person"], said["name"], said["label"], state.seq)
    return replace(state, keys={**state.keys, name: key}, used=state.used | {name})


def _named(public: RootPublic) -> dict[str, str]:
    return {"root": public.signing.hex(), "recovery": digest_of_key(public.recovery)}


def _bytes(text: str, seq: int) -> bytes:
    """32 bytes in lower-case hexadecimal and in no other spelling, as the browser reads them."""
    if not _HEX.fullmatch(text):
        raise Broken(seq, "form")
    return bytes.fromhex(text)
