"""Every table of an empty database at once, as this version has it, instead of its whole history step by step.

The steps of forty versions take ten seconds of a processor and end in the same tables, which
tests/cli/test_first_tables.py holds. A database that has any table goes the ordinary way (docs/adr/0029).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import connections, router
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from django.db.migrations.state import StateApps


def make(alias: str) -> bool:
    """Make all tables of this database in one transaction if it has none; False if it has some.

    What a migration does by statements of its own (the record's triggers) is done too, in the order of the
    migrations, and all of them are noted as applied.
    """
    connection = connections[alias]
    if connection.introspection.table_names():
        return False
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    with connection.schema_editor(atomic=True) as editor:
        editor.create_model(MigrationRecorder.Migration)
        for model in apps.get_models():
            if model._meta.can_migrate(connection) and router.allow_migrate_model(alias, model):
                editor.create_model(model)
        for migration in plan:
            for operation in migration.operations:
                _by_hand(alias, migration.app_label, operation, editor)
            executor.recorder.record_applied(migration.app_label, migration.name)
    return True


def _by_hand(alias: str, room: str, operation: Any, editor: Any) -> None:
    if isinstance(operation, RunSQL):  # where statements are wanted, RunPython asks which database it is
        raise NotImplementedError(f"{room}: a migration by RunSQL cannot be done at once.")
    if isinstance(operation, RunPython) and router.allow_migrate(alias, room, **operation.hints):
        operation.code(cast("StateApps", apps), editor)
