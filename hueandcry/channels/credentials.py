"""Seal and open what opens an account.

Used by this room's actions and lines only; the public process cannot import it. The key is a file in
HUE_KEYS, so a copy of the database alone opens no account.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.conf import settings

from hueandcry.channels.models import Credential
from hueandcry.kernel.errors import Unavailable
from hueandcry.kernel.keyfiles import secret
from hueandcry.kernel.sealing import CannotOpen, open_with_key, seal_with_key

KEY_FILE = "channels.key"


def make_key() -> None:
    """Make the key if there is none. Early, so that it can be shut away from the public process before that starts."""
    _key()


def close(account_id: int, kind: str, values: Mapping[str, str]) -> bytes:
    """Seal `values` for one account; kind: "secret" or "session". Opens nowhere else."""
    return seal_with_key(_key(), json.dumps(dict(values)).encode(), context=_context(account_id, kind))


def open_secret(credential: Credential) -> dict[str, str]:
    """What the steward gave. Raises Unavailable if the key file is not the one it was sealed with."""
    return _open(credential.account_id, "secret", bytes(credential.secret))


def open_session(credential: Credential) -> dict[str, str]:
    """The channel's tokens; empty if there are none, or if they were sealed with a lost key."""
    return _open(credential.account_id, "session", bytes(credential.session)) if credential.session else {}


def keep_session(*, account_id: int, version: int, session: Mapping[str, str]) -> bool:
    """Store new tokens, unless a steward has given another secret meanwhile. Returns True if stored."""
    sealed = close(account_id, "session", session)
    return bool(Credential.objects.filter(account_id=account_id, version=version).update(session=sealed))


def _open(account_id: int, kind: str, sealed: bytes) -> dict[str, str]:
    try:
        opened = open_with_key(_key(), sealed, context=_context(account_id, kind))
    except CannotOpen:
        raise Unavailable(
            "The credential of this account cannot be opened: the key file is another one. Enter it again."
        ) from None
    return {str(name): str(value) for name, value in json.loads(opened).items()}


def _context(account_id: int, kind: str) -> bytes:
    return f"hueandcry/channels/{kind}/account:{account_id}".encode()


def _key() -> bytes:
    return secret(settings.HUE_KEYS, KEY_FILE)
