"""Files that nothing refers to any more."""

from __future__ import annotations

from hueandcry.assets import queries
from hueandcry.kernel import blobs


def forget_file(digest: str) -> None:
    """Erase a file as it came, unless a picture or a video here still needs it."""
    if digest and not queries.needs_file(digest):
        blobs.erase(digest)
