"""Seal and open what opens an account.

Used by this room's actions and lines only; the public process cannot import it. The key is a file in
HUE_KEYS, so a copy of the database alone opens no account.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.channels.connector import Unreachable
from hueandcry.channels.models import Credential
from hueandcry.kernel import clock
from hueandcry.kernel.errors import Unavailable
from hueandcry.kernel.keyfiles import secret
from hueandcry.kernel.sealing import CannotOpen, open_with_key, seal_with_key

KEY_FILE = "channels.key"
TURN = "_turn"  # beside the tokens: until when a worker has the turn to renew them
TURN_LASTS = timedelta(seconds=60)


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
    """The channel's tokens; empty if there are none. Raises Unavailable as `open_secret` does."""
    if not credential.session:
        return {}
    tokens = _open(credential.account_id, "session", bytes(credential.session))
    return {name: value for name, value in tokens.items() if name != TURN}


def close_for(agency_id: int, person_ref: str, values: Mapping[str, str]) -> bytes:
    """Seal what one person of an agency is in the middle of (a sign-in at a channel). Opens for them only."""
    return seal_with_key(_key(), json.dumps(dict(values)).encode(), context=_own(agency_id, person_ref))


def open_for(agency_id: int, person_ref: str, sealed: bytes) -> dict[str, str]:
    """Back from `close_for`; empty if it was not theirs, or sealed with another key."""
    try:
        opened = open_with_key(_key(), sealed, context=_own(agency_id, person_ref))
    except CannotOpen:
        return {}
    return {str(name): str(value) for name, value in json.loads(opened).items()}


@contextmanager
def turn(account_id: int, version: int) -> Iterator[dict[str, str]]:
    """The turn to renew an account's tokens: one worker at a time, also over machines. Gives the tokens as stored now.

    It stands sealed beside the tokens, taken by compare-and-swap, and runs out by itself: a worker that is killed in
    the middle leaves the tokens as they were. Raises Unreachable while another worker has it.
    """
    row = Credential.objects.filter(account_id=account_id, version=version).first()
    before = bytes(row.session) if row is not None and row.session else None
    tokens = _open(account_id, "session", before) if before else {}
    until = tokens.pop(TURN, "")
    if row is None or (until and datetime.fromisoformat(until) > clock.now()):
        raise Unreachable(_busy())
    taken = close(account_id, "session", {**tokens, TURN: (clock.now() + TURN_LASTS).isoformat()})
    mine = Credential.objects.filter(account_id=account_id, version=version)
    same = mine.filter(session=before) if before else mine.filter(session__isnull=True)
    if not same.update(session=taken):
        raise Unreachable(_busy())
    try:
        yield tokens
    finally:  # new tokens were stored over it; else give it back
        mine.filter(session=taken).update(session=before)


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


def _busy() -> str:
    return _("Another worker is renewing the sign-in of this account; it is tried again in a moment.")


def _own(agency_id: int, person_ref: str) -> bytes:
    return f"hueandcry/channels/authorising/agency:{agency_id}/{person_ref}".encode()


def _key() -> bytes:
    return secret(settings.HUE_KEYS, KEY_FILE)
