"""The demonstration's own secrets as files in HUE_HOME/demo, readable by their owner only.

A real installation keeps none of these: a person's password and passphrase are in their head. Here they
must be found again by whoever tries the product.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from hueandcry.kernel.keyfiles import write_secret
from hueandcry.tips import pins

PASSWORD = "password"  # noqa: S105 - the name of a file


def folder() -> Path:
    """Where the demonstration keeps its secrets."""
    return Path(settings.HUE_HOME) / "demo"


def begin_anew() -> None:
    """Make the folder, and forget what an unfinished load left there. Call only where no agency stands."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder() / PASSWORD).unlink(missing_ok=True)
    for path in (*folder().glob("passphrase-*"), *pins.hand_out().glob("programme-*-share-*.txt")):
        path.unlink()


def keep(name: str, text: str) -> None:
    """Write one secret, mode 0600."""
    write_secret(folder() / name, f"{text}\n".encode())


def kept(name: str) -> str:
    """One secret, or "" if it is not there."""
    path = folder() / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def passphrase_file(key: str) -> str:
    """The name of the file with a coordinator's passphrase; key: as in people.py."""
    return f"passphrase-{key}"
