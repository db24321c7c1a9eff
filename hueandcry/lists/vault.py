"""Seal and open addresses, open slips, sign links. The public process cannot import it; its key file is shut to it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.kernel import sealing, webpush
from hueandcry.kernel.errors import Unavailable
from hueandcry.kernel.keyfiles import secret, write_secret
from hueandcry.lists import slips
from hueandcry.lists.slips import INFO, PUBLIC_FILE, Link

KEY_FILE = "lists.key"


def make_key() -> None:
    """Make the lists' key and its public half, if they are not there. Early, before the public process starts."""
    seed = _key()
    public = sealing.public_key(_part(seed, "slips")) + sealing.ed25519_public(_part(seed, "links"))
    public += webpush.public_point(push_key())
    path = Path(settings.HUE_KEYS) / PUBLIC_FILE
    if path.exists() and path.read_bytes() != public:
        path.unlink()  # of a key that was replaced: what is sealed to it could never be opened
    write_secret(path, public)
    secret(settings.HUE_KEYS, slips.FORM_FILE)


def mark(list_id: int, address: str) -> str:
    """The keyed digest under which an address is found on a list."""
    return sealing.mac(_part(_key(), "marks"), f"{list_id}\x1f{address}".encode()).hex()


def close(list_id: int, address: str) -> bytes:
    """Seal an address for its row."""
    return sealing.seal_with_key(_part(_key(), "rest"), address.encode(), context=_context(list_id))


def open_address(list_id: int, sealed: bytes | memoryview[int]) -> str:
    """Back from `close`. Raises Unavailable if the key file is not the one it was sealed with."""
    try:
        return sealing.open_with_key(_part(_key(), "rest"), bytes(sealed), context=_context(list_id)).decode()
    except sealing.CannotOpen:
        raise Unavailable(
            _(
                "The addresses of this list cannot be opened: the key file is another one. Bring lists.key back."
            )
        ) from None


def open_slip(sealed: bytes) -> dict[str, Any]:
    """What was asked for. Raises CannotOpen, ValueError."""
    said = json.loads(sealing.unseal(_part(_key(), "slips"), sealed, info=INFO))
    if not isinstance(said, dict):
        raise ValueError("a slip is an object")  # noqa: TRY004 - not a fault of the caller
    return said


def link(link: Link, *, ends: datetime | None = None) -> str:
    """The signed token of a link. ends: None for one that never does."""
    return slips.make_link(_part(_key(), "links"), link, ends=ends)


def push_key() -> Any:
    """The key by which push services know us (RFC 8292): an object of kernel/webpush.py."""
    return webpush.private_key(_part(_key(), "push"))


def message_mark(name: int | str) -> str:
    """What shows that a Message-ID or return address with this name is ours: a sending's number, or c12-1, w12-1."""
    return sealing.mac(_part(_key(), "messages"), str(name).encode()).hex()[:20]


def _context(list_id: int) -> bytes:
    return f"hueandcry/lists/address/list:{list_id}".encode()


def _part(seed: bytes, name: str) -> bytes:
    return sealing.hkdf(seed, info=f"hueandcry/lists/{name}".encode())


def _key() -> bytes:
    return secret(settings.HUE_KEYS, KEY_FILE)
