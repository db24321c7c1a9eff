"""Which table lives in which database: tips apart, the record in both."""

from __future__ import annotations

from typing import Any

TIPS = "tips"


class TipsApart:
    """Tips live in the database `tips`; the record has its tables in both; the rest in `default`."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        """`tips` for the tips room. The record is always asked with .using()."""
        return TIPS if model._meta.app_label == TIPS else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **_hints: Any) -> bool:
        """No relation leaves the tips room."""
        return bool((one._meta.app_label == TIPS) == (other._meta.app_label == TIPS))

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """The record's tables in both databases, the tips room's in `tips`, the rest in `default`."""
        if app_label == "records":
            return True
        return (app_label == TIPS) == (db == TIPS)
