"""What opens an officer's own keys beside their six words: passkeys, as the pages of the tip desk need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies.queries import passkeys, unlocking_passkeys
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.wire import as_text
from hueandcry.tips import queries
from hueandcry.tips.key_queries import KeyLine
from hueandcry.tips.models import KeyLock


@dataclass(frozen=True, slots=True)
class Lock:
    """A passkey that opens a key. closed: the private half under it, in base64; label: what its holder calls it."""

    id: int
    credential: str
    closed: str
    label: str


def locks_by_key(actor: Actor) -> dict[int, list[KeyLock]]:
    """Key (its id) → the passkeys that open it, of this person's own keys."""
    found: dict[int, list[KeyLock]] = {}
    for row in queries.key_locks(actor=actor):
        found.setdefault(row.desk_key_id, []).append(row)
    return found


def lock_page(actor: Actor, keys: Iterable[KeyLine]) -> dict[str, Any]:
    """Template values: own keys in use with their locks, and the passkeys that could become one."""
    names = {item.credential_id: item.label for item in passkeys(actor=actor)}
    unknown = _("A passkey that you have removed")
    locks = {
        key_id: [
            Lock(row.pk, row.credential_id, as_text(row.wrapped), names.get(row.credential_id) or unknown)
            for row in rows
        ]
        for key_id, rows in locks_by_key(actor).items()
    }
    return {
        "own": [(key, locks.get(key.id, [])) for key in keys if key.mine],
        "has_locks": bool(locks),
        "passkeys": [item.credential_id for item in unlocking_passkeys(actor=actor)],
    }
