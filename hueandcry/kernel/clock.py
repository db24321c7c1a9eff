"""The only reader of the system clock, so that tests can hold it still."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(tz=UTC)


def hour(moment: datetime) -> datetime:
    """`moment` cut down to its hour: the finest grain the tips database may hold."""
    return moment.replace(minute=0, second=0, microsecond=0)
