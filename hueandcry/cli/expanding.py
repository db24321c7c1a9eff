"""May a migration run while the version before it still serves? Pure: looks at the operations, touches no database.

The rule (ADR 0019) is to expand first: new tables, new columns that may be empty or have a default *in the database*,
new indexes. What takes away, renames or narrows breaks the code that is still running; such a migration is listed in
ADMITTED with its reason, and the upgrade that brings it is done with everything stopped.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddField,
    AlterModelTable,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

# (room, migration) → why it could not be done by expanding. A test keeps this list and the migrations together.
STOPPED = "Issue 3 brought it; nobody runs issue 2 without a stop yet."
ADMITTED: dict[tuple[str, str], str] = {
    ("agencies", "0002_passkeys"): STOPPED,
}

TAKES_AWAY = (RemoveField, DeleteModel, RenameField, RenameModel, AlterModelTable)


def breaks(migration: Migration) -> list[str]:
    """What in a migration would break the version before it, one phrase each."""
    return [phrase for operation in _all(migration.operations) if (phrase := _breaks(operation))]


def _all(operations: Iterable[Operation]) -> Iterable[Operation]:
    for operation in operations:
        yield operation
        yield from _all(getattr(operation, "database_operations", ()))


def _breaks(operation: Operation) -> str:
    if isinstance(operation, TAKES_AWAY):
        return operation.describe()
    if isinstance(operation, AddField):
        field = operation.field
        relation = getattr(field, "many_to_many", False)
        if not (field.null or field.db_default is not NOT_PROVIDED or relation):
            return f"{operation.describe()}: not null, and the database knows no default"
    return ""
