"""The only reader of the system clock, so that tests can hold it still and the demonstration can live a year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _pretended.get() or datetime.now(tz=UTC)


@contextmanager
def pretending(moment: datetime) -> Iterator[None]:
    """Let it be another moment for what this thread does meanwhile. For the demonstration only (a test watches)."""
    mark = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(mark)


def hour(moment: datetime) -> datetime:
    """`moment` cut down to its hour: the finest grain the tips database may hold."""
    return moment.replace(minute=0, second=0, microsecond=0)
