#!/usr/bin/env python3
"""Check a bundle of a Hue & Cry record. Needs Python 3.9 or newer and nothing else.

    python3 verify.py bundle.zip [--seal SEAL-FROM-THE-PUBLIC-SITE] [--key PUBLIC-KEY-HEX]

It recomputes every commitment, every leaf and the tree, and checks the signature of the seal in the
bundle. With --seal it also checks that the record of the bundle contains, unchanged, everything that an
earlier seal covered. It reads nothing but the files named and talks to nobody.

The tree is that of RFC 9162, the signature Ed25519 (RFC 8032), the seal a C2SP checkpoint.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Mapping

FIRST_LINE = "hue-and-cry record entry v1"
FORM = "hue-and-cry bundle v1"

# --- Ed25519 (RFC 8032 section 5.1), verification only ---------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    """The x of a point from its y, or None (RFC 8032 5.1.3)."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if (x & 1) != sign else x


GY = 4 * pow(5, P - 2, P) % P
GX = recover_x(GY, 0)
G = (GX, GY, 1, GX * GY % P)


def add(a, b):
    """Sum of two points in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(number, point):
    """A point added to itself `number` times."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def decode(raw):
    """A point from its 32 bytes, or None."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def signature_fits(public, message, signature):
    """True if the Ed25519 signature fits."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = decode(public), decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, G), add(r, times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


# --- the tree (RFC 9162 section 2.1) ---------------------------------------------------------------
def leaf_hash(text):
    """Hash of a leaf."""
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def pair_hash(left, right):
    """Hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves):
    """Root over a list of leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    peaks = []
    for number, leaf in enumerate(leaves):
        while number & 1:
            leaf, number = pair_hash(peaks.pop(), leaf), number >> 1
        peaks.append(leaf)
    node = peaks.pop()
    while peaks:
        node = pair_hash(peaks.pop(), node)
    return node


def climb(leaf, index, size, proof):
    """The root that a proof leads to, or None if its length is wrong."""
    start, end, turns = 0, size, []
    while end - start > 1:
        split = start + (1 << ((end - start - 1).bit_length() - 1))
        turns.append(index < split)
        start, end = (start, split) if index < split else (split, end)
    if len(turns) != len(proof):
        return None
    node = leaf
    for left, sibling in zip(reversed(turns), proof):
        node = pair_hash(node, sibling) if left else pair_hash(sibling, node)
    return node


# --- the bundle ------------------------------------------------------------------------------------
def place_of(name: str) -> zipfile.ZipInfo:
    """A file's place in a bundle: its name, and of everything else always the same."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o600 << 16
    return info


def pack(files: "dict[str, bytes]") -> bytes:
    """The bytes of a bundle: a ZIP with nothing in it that may vary, so that every byte can be checked."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(place_of(name), data)
    return held.getvalue()


def list_text(manifest: "Mapping[str, object]") -> str:
    """The exact text of the list in a bundle."""
    return json.dumps(manifest, indent=1, sort_keys=True)


def read_seal(note, public):
    """(origin, size, root) of a signed note; raises ValueError if the signature does not fit."""
    text, _, rest = note.partition("\n\n")
    origin, size, root = text.split("\n")
    raw = base64.b64decode(rest.strip().split(" ")[-1], validate=True)
    if not signature_fits(public, (text + "\n").encode(), raw[4:]):
        raise ValueError("the signature of the seal does not fit the key")
    tag = hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
    whole = "%s\n\n\u2014 %s %s\n" % (text, origin, base64.b64encode(tag + raw[4:]).decode())
    if note.strip() != whole.strip():
        raise ValueError("the seal is not written as seals are")
    return origin, int(size), base64.b64decode(root, validate=True)


def check_entry(entry):
    """The leaf hash of an entry whose shown fields fit their commitments; raises ValueError otherwise."""
    marks = dict(line.split(" ") for line in entry["leaf"].split("\n")[1:])
    if entry["leaf"].split("\n")[0] != FIRST_LINE:
        raise ValueError("entry %s: not an entry of this form" % entry["position"])
    for name, (salt, line) in entry["shown"].items():
        if json.loads(line)[0] != name:
            raise ValueError("entry %s: the field %s carries another name" % (entry["position"], name))
        if hashlib.sha256(bytes.fromhex(salt) + line.encode()).hexdigest() != marks.get(name):
            raise ValueError("entry %s: the field %s was changed" % (entry["position"], name))
    return leaf_hash(entry["leaf"])


def check(bundle, seal_note="", key=""):
    """Check a bundle file. Returns lines to print; raises ValueError or KeyError if anything does not fit."""
    with open(bundle, "rb") as file:
        raw = file.read()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if pack(files) != raw:
        raise ValueError("the file is damaged or was packed again")
    manifest = json.loads(files["manifest.json"])
    if list_text(manifest).encode() != files["manifest.json"] or manifest["form"] != FORM:
        raise ValueError("the list of the bundle was changed")
    for name, digest in manifest["files"].items():
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise ValueError("the file %s in the bundle was changed" % name)
    if set(files) != set(manifest["files"]) | {"manifest.json"}:
        raise ValueError("the bundle holds files that its list does not name")
    # Not splitlines(): a text may hold U+2028 and other signs that count as line ends there.
    entries = [json.loads(line) for line in files["entries.jsonl"].decode().rstrip("\n").split("\n")]
    if manifest["public_key"] != bytes.fromhex(manifest["public_key"]).hex():
        raise ValueError("the key in the bundle was changed")
    public = bytes.fromhex(key or manifest["public_key"])
    origin, size, root = read_seal(manifest["seal"], public)
    if len(entries) != manifest["entries"]:
        raise ValueError("the bundle has %d entries instead of %d" % (len(entries), manifest["entries"]))
    if (
        manifest["ledger"] != origin.rpartition("/")[2]
        or manifest["size"] != size
        or type(manifest["whole"]) is not bool
    ):
        raise ValueError("the list of the bundle does not fit its seal")
    leaves = [check_entry(entry) for entry in entries]
    said = ["%d entries, each as it was written." % len(entries)]
    if manifest["whole"]:
        if [entry["position"] for entry in entries] != list(range(1, size + 1)) or root_of(leaves) != root:
            raise ValueError("the entries do not add up to the sealed root")
        said.append("They are all %d entries of the record %s, in order." % (size, origin))
    else:
        for entry, leaf in zip(entries, leaves):
            proof = [bytes.fromhex(item) for item in entry["proof"]]
            if not 1 <= entry["position"] <= size or climb(leaf, entry["position"] - 1, size, proof) != root:
                raise ValueError("entry %s does not stand in the sealed record" % entry["position"])
        said.append("Each stands in the record %s of %d entries." % (origin, size))
    if seal_note:
        said.append(check_earlier(seal_note, public, manifest, origin, leaves))
    if not key:
        said.append("Signed with the key %s: compare it with the one on the public site." % public.hex())
    return said


def check_earlier(note, public, manifest, origin, leaves):
    """Compare with a seal that was kept elsewhere."""
    other, size, root = read_seal(note, public)
    if other != origin:
        raise ValueError("the seal given is of another record (%s)" % other)
    if not manifest["whole"]:
        raise ValueError("only a bundle of the whole record can be compared with an earlier seal")
    if size > len(leaves):
        raise ValueError(
            "the seal given covers %d entries, the bundle only %d: the end is missing" % (size, len(leaves))
        )
    if root_of(leaves[:size]) != root:
        raise ValueError(
            "the first %d entries are not those of the seal given: the record was rewritten" % size
        )
    return "The first %d entries are those of the seal given." % size


def main():
    """Read the arguments, print what was found, exit 0 if all fits and 1 if not."""
    parser = argparse.ArgumentParser(description="Check a bundle of a Hue & Cry record.")
    parser.add_argument("bundle")
    parser.add_argument("--seal", help="a seal kept elsewhere, as published on the public site")
    parser.add_argument(
        "--key", default="", help="the public key as you know it from elsewhere, in hexadecimal"
    )
    given = parser.parse_args()
    try:
        note = ""
        if given.seal:
            with open(given.seal, encoding="utf-8") as file:
                note = file.read()
        for line in check(given.bundle, note, given.key):
            print(line)
    except Exception as problem:  # whatever a forged file provokes, the answer is the same
        print("NOT GENUINE: %s" % problem)
        return 1
    print("GENUINE")
    return 0


if __name__ == "__main__":
    sys.exit(main())
