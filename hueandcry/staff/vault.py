"""Seal and open addresses for notices, with the key that seals the credentials of accounts."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.channels.credentials import KEY_FILE
from hueandcry.kernel.errors import Unavailable
from hueandcry.kernel.keyfiles import secret
from hueandcry.kernel.sealing import CannotOpen, open_with_key, seal_with_key


def close(agency_id: int, url: str) -> bytes:
    """Seal an address for its row; it opens for this agency only."""
    return seal_with_key(secret(settings.HUE_KEYS, KEY_FILE), url.encode(), context=_context(agency_id))


def open_url(agency_id: int, sealed: bytes) -> str:
    """Back from `close`. Raises Unavailable if the key file is not the one it was sealed with, or it was forgotten."""
    try:
        key = secret(settings.HUE_KEYS, KEY_FILE)
        return open_with_key(key, bytes(sealed), context=_context(agency_id)).decode()
    except CannotOpen:
        raise Unavailable(
            _("This address cannot be opened: the key file is another one. Add the address again.")
        ) from None


def _context(agency_id: int) -> bytes:
    return f"hueandcry/staff/notice-address/agency:{agency_id}".encode()
