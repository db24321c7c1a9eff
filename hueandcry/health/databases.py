"""The two databases of an installation, and what their tables still lack."""

from __future__ import annotations

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

DATABASES = {"default": "main", "tips": "tips"}  # alias → what its file and its copy are called


def waiting_migrations() -> list[Migration]:
    """What brings the tables from where they are to this version, each once and in order."""
    found: dict[tuple[str, str], Migration] = {}
    for alias in DATABASES:
        executor = MigrationExecutor(connections[alias])
        for each, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            found.setdefault((each.app_label, each.name), each)
    return list(found.values())
