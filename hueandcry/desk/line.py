"""A line of Today."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. count: the figure before it, 0 for none; late: needs attention before the others.

    things: the first of what is counted, each with its address.
    """

    text: str
    address: str = ""
    count: int = 0
    late: bool = False
    things: tuple[tuple[str, str], ...] = ()
