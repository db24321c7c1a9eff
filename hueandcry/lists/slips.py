"""Slips: what the public asked for, sealed for the worker in files. The public process writes them and can read none.

It may write no table (ADR 0019), and it need not: the answer is the same whoever asks. So it seals what was asked
with the lists' public key and puts it into a folder; the worker opens it, does it and removes it. Links in messages
are signed, so that this side can tell an old or invented one without looking anything up.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.kernel import clock, sealing
from hueandcry.kernel.errors import Invalid, NotFound, Unavailable
from hueandcry.kernel.keyfiles import secret
from hueandcry.kernel.wholefiles import write_beside

PUBLIC_FILE, FORM_FILE = "lists.pub", "lists.form"
INFO = b"hueandcry/lists/slip"
ASIDE = "aside"  # folder of those that could not be carried out
MOST_WAITING = 5_000  # slips; more than that is somebody playing with the form
LEAVING = frozenset({"leave", "stop"})  # they find a place when the others do not: nobody is kept on a list
LEAVES = "-leave"  # in the name of such a file: it is kept, also while nobody can open it
ROOM_TO_LEAVE = 5_000  # slips more
LARGEST = 16 * 1024  # bytes of what is asked for
EARLY = 60  # seconds another clock may be behind
TICKET_LASTS = 48 * 3600  # seconds a form may stand open
SIGNED = struct.Struct(">BIQI")  # kind, agency, subscriber, the hour it ends (0: never)
SIGNATURE = 64


class Purpose(IntEnum):
    """What a link in a message is for."""

    CONFIRM = 1
    LEAVE = 2
    REPORT = 3  # the carrier's word on one sending


class LinkTooOld(NotFound):
    """The link's time is over."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says. number: of the subscriber, or of the sending."""

    purpose: Purpose
    agency_id: int
    number: int


def folder() -> Path:
    """Where slips wait."""
    return Path(settings.HUE_HOME) / "slips"


def is_ready() -> bool:
    """True if the lists' key was made, so that slips can be sealed."""
    return (Path(settings.HUE_KEYS) / PUBLIC_FILE).exists()


def drop(*, agency_id: int, kind: str, said: Mapping[str, object]) -> None:
    """Seal what was asked for and leave it for the worker. Raises Unavailable, and then nothing was kept."""
    data = json.dumps({"agency": agency_id, "kind": kind, **said}).encode()
    place = folder()
    if not is_ready():
        raise Unavailable(_("This form is not open yet. Nothing was saved. Please telephone us."))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    most = MOST_WAITING + (ROOM_TO_LEAVE if kind in LEAVING else 0)
    if len(data) > LARGEST or sum(1 for _entry in os.scandir(place)) >= most:
        raise Unavailable(
            _("Too many people ask for this now. Nothing was saved. Press the button again in a few minutes.")
        )
    sealed = sealing.seal(_public()[: sealing.PUBLIC], data, info=INFO)
    mark = LEAVES if kind in LEAVING else ""
    path = place / f"{int(clock.now().timestamp() * 1_000_000):020d}-{secrets.token_hex(6)}{mark}.slip"
    write_beside(path, sealed).rename(path)


def waiting() -> Iterator[Path]:
    """The slips that wait, oldest first."""
    place = folder()
    if place.is_dir():
        yield from sorted(place.glob("*.slip"))


def put_aside(path: Path) -> None:
    """Move a slip out of the way of the others; nothing happens if another worker has it."""
    place = folder() / ASIDE
    place.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        path.rename(place / path.name)


def lying_aside(name: str) -> Path:
    """Where the slip of this file name lies that was put aside."""
    return folder() / ASIDE / name


def all_aside() -> list[str]:
    """The file names of all that were put aside, oldest first."""
    place = folder() / ASIDE
    return sorted(path.name for path in place.glob("*.slip")) if place.is_dir() else []


def kind_by_name(name: str) -> str:
    """What the name of a file says of its kind: "leave", or "" where only opening it tells."""
    return "leave" if name.removesuffix(".slip").endswith(LEAVES) else ""


def read_link(token: str, *, purpose: Purpose, agency_id: int) -> Link:
    """What a link of ours says. Raises LinkTooOld; NotFound if it is none of ours, or not for this."""
    unknown = NotFound(_("This link is not complete. Copy the whole of it from the message."))
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise unknown from None
    body, signature = raw[: SIGNED.size], raw[SIGNED.size :]
    if len(raw) != SIGNED.size + SIGNATURE or not is_ready():
        raise unknown
    kind, agency, number, ends = SIGNED.unpack(body)
    if not sealing.ed25519_verify(_public()[sealing.PUBLIC : sealing.PUBLIC + 32], body, signature):
        raise unknown
    if kind != purpose or agency != agency_id:
        raise unknown
    if ends and _hours(clock.now()) >= ends:
        raise LinkTooOld(_("This link was good for 48 hours. Ask again, and we send a new one."))
    return Link(Purpose(kind), agency, number)


def make_link(seed: bytes, link: Link, *, ends: datetime | None) -> str:
    """The signed token; `ends` is rounded up to the hour. For the worker, who has the seed."""
    body = SIGNED.pack(link.purpose, link.agency_id, link.number, _hours(ends) + 1 if ends else 0)
    return base64.urlsafe_b64encode(body + sealing.ed25519_sign(seed, body)).rstrip(b"=").decode()


def new_ticket() -> str:
    """A ticket for a fresh form: a form without one of ours is not taken."""
    body = struct.pack(">Q", int(clock.now().timestamp())) + secrets.token_bytes(8)
    return (body + sealing.mac(_form_key(), body)[:16]).hex()


def check_ticket(ticket: str) -> None:
    """Raises Invalid if the ticket is not ours or the form stood open for more than two days."""
    try:
        raw = bytes.fromhex(ticket)
    except ValueError:
        raw = b""
    body, made = raw[:16], int.from_bytes(raw[:8], "big")
    age = clock.now().timestamp() - made
    if not sealing.same(sealing.mac(_form_key(), body)[:16], raw[16:]) or not -EARLY <= age <= TICKET_LASTS:
        raise Invalid(
            _("This form was open for too long. What you typed is still here: press the button again.")
        )


def push_point() -> bytes:
    """The public key that a browser is given for its push subscription, 65 bytes."""
    return _public()[sealing.PUBLIC + 32 :]


def _hours(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)


def _public() -> bytes:
    return (Path(settings.HUE_KEYS) / PUBLIC_FILE).read_bytes()


def _form_key() -> bytes:
    return secret(settings.HUE_KEYS, FORM_FILE)
