"""The two files of the page for notifications, and the key that a browser is given."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.webpush import base64url
from hueandcry.lists.slips import push_point

FOLDER = Path(__file__).parent / "push"
NAMES = ("page.js", "worker.js")


@cache
def read(name: str) -> bytes:
    """The file. Raises NotFound for any other name."""
    if name not in NAMES:
        raise NotFound(_("There is no page at this address."))
    return (FOLDER / name).read_bytes()


def key() -> str:
    """Our public key (RFC 8292) as a browser takes it."""
    return base64url(push_point())
