"""How the load says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str, int, int], None]
"""say(what, done, of): what is being made, how many are done, of how many."""
