"""Sessions of the desk, kept under a digest of their key: the table opens no session.

The key in the browser's cookie is all that a session needs. Whoever reads the table (a copy of the database, a
backup, another process on the same machine) would have had every open desk in hand.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InTable
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

LENGTH = 40  # characters of the column: 160 bits


def kept_as(session_key: str) -> str:
    """What stands in the table for a session's key."""
    return hashlib.sha256(b"hue-and-cry/session/" + session_key.encode()).hexdigest()[:LENGTH]


class SessionStore(InTable):
    """Django's own store but for the name under which a session is kept."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        try:
            return self.model.objects.get(
                session_key=kept_as(self.session_key or ""), expire_date__gt=timezone.now()
            )
        except self.model.DoesNotExist:
            self._session_key = None
            return None

    def exists(self, session_key: str) -> bool:
        """True if there is a session with this key."""
        return self.model.objects.filter(session_key=kept_as(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row of this session, not yet saved."""
        row = super().create_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Remove this session, or the one with this key."""
        key = session_key if session_key is not None else self.session_key
        if key is not None:
            self.model.objects.filter(session_key=kept_as(key)).delete()
