"""Pure: commitments, leaves, the tree, its proofs and the text of a seal. No database, no clock.

Tree: RFC 9162 section 2.1, SHA-256, 0x00 before a leaf and 0x01 before a pair. Commitment of a field:
SHA-256(salt ‖ canonical JSON of [name, value]) with 16 random bytes of salt, so that a short value
cannot be guessed from its commitment once the salt is destroyed. Leaf: lines of `name commitment`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence

SALT = 16
FIRST_LINE = "hue-and-cry record entry v1"
STRUCTURE = ("actor", "agency", "at", "subject", "verb")
EMPTY_ROOT = hashlib.sha256(b"").digest()
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Value = str | int | None


def field_line(name: str, value: Value) -> str:
    """The exact text that a commitment covers. JSON, so it never holds a raw line end."""
    return _encode([name, value])


def commit(salt: bytes, line: str) -> str:
    """The commitment to one field line, in hexadecimal."""
    return hashlib.sha256(salt + line.encode()).hexdigest()


def leaf_text(structure: Sequence[str], body: str) -> str:
    """The leaf of an entry. structure: five commitments in the order of STRUCTURE; body: `name hex` lines."""
    lines = [FIRST_LINE, *(f"{name} {mark}" for name, mark in zip(STRUCTURE, structure, strict=True))]
    return "\n".join([*lines, body]) if body else "\n".join(lines)


def leaf_hash(text: str) -> bytes:
    """Hash of a leaf (RFC 9162 2.1.1)."""
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def pair_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees (RFC 9162 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the hashes of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """size: leaves so far; peaks: one hash per set bit of `size`, highest bit first."""
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("a frontier has one peak for each set bit of its size")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf; return the subtrees it completed as (level, index, hash), level 1 upward."""
        made = []
        index, level, node = self.size, 0, leaf
        while index & 1:
            node = pair_hash(self.peaks.pop(), node)
            index, level = index >> 1, level + 1
            made.append((level, index, node))
        self.peaks.append(node)
        self.size += 1
        return made

    def root(self) -> bytes:
        """Root over all leaves so far; of no leaf: SHA-256 of nothing."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = pair_hash(peak, node)
        return node


def peaks_of(size: int) -> list[tuple[int, int]]:
    """Where the peaks of a tree of `size` leaves are: (level, index), largest first."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def proof_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves [start, end) whose roots prove leaf `index` in a tree of `size`, nearest first."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    start, end, path = 0, size, []
    while end - start > 1:
        split = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < split:
            path.append((split, end))
            end = split
        else:
            path.append((start, split))
            start = split
    return path[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """True if `proof` shows that `leaf` stands at `index` (from 0) in the tree of `size` with `root`."""
    if not 0 <= index < size or any(len(item) != len(root) for item in proof):
        return False
    try:
        ranges = proof_ranges(index, size)
    except ValueError:
        return False
    if len(ranges) != len(proof):
        return False
    node = leaf
    for (start, _end), sibling in zip(ranges, proof, strict=True):
        node = pair_hash(node, sibling) if start > index else pair_hash(sibling, node)
    return node == root


def seal_text(*, origin: str, size: int, root: bytes) -> str:
    """What is signed: the checkpoint of C2SP tlog-checkpoint (origin, size, root in base 64)."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def signed_note(*, text: str, origin: str, public_key: bytes, signature: bytes) -> str:
    """The checkpoint with its signature line, as C2SP signed-note has it (Ed25519, type 1)."""
    tag = hashlib.sha256(origin.encode() + b"\n\x01" + public_key).digest()[:4]
    return f"{text}\n\u2014 {origin} {base64.b64encode(tag + signature).decode()}\n"


def parse_note(note: str) -> tuple[str, int, bytes, bytes]:
    """Read a signed note: (origin, size, root, signature). Raises ValueError if it is not one."""
    try:
        text, _, signatures = note.partition("\n\n")
        origin, size, root = text.split("\n")[:3]
        raw = base64.b64decode(signatures.strip().split(" ")[-1], validate=True)
        return origin, int(size), base64.b64decode(root, validate=True), raw[4:]
    except (ValueError, IndexError):
        raise ValueError("This is not a seal of a Hue & Cry record.") from None
