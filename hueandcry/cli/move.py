"""`hue move`: from SQLite to PostgreSQL, once, with everything stopped. The files stay as they are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from typing import Any

from hueandcry.cli.problems import Problem

ROWS = 1000  # written at a stretch
FROM = {"default": "from_default", "tips": "from_tips"}


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "move", help="move from SQLite to two empty PostgreSQL databases; stop everything first"
    )
    mine.add_argument("--to", required=True, metavar="URL", help="as HUE_DATABASE_URL will be")
    mine.add_argument(
        "--tips-to", default="", metavar="URL", help="as HUE_TIPS_DATABASE_URL will be, if not NAME_tips"
    )
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Copy every row in one transaction per database, then verify both records where they stand now."""
    from django.conf import settings
    from django.db import transaction

    from hueandcry.cli.database import migrate
    from hueandcry.records.entry import Ledger
    from hueandcry.records.verifying import verify

    if not str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
        raise Problem(
            "HUE_DATABASE_URL is set, so the data are in PostgreSQL already. Unset it to move from the files."
        )
    migrate()  # the files first, so that both sides have the same tables
    change_places(given.to, given.tips_to)
    _must_be_empty()
    migrate()
    with transaction.atomic(), transaction.atomic(using="tips"):
        rows = sum(_copy(model, alias) for alias in FROM for model in _models(alias))
    for ledger in Ledger:
        report = verify(ledger)
        if not report.good:
            raise Problem(
                f"The moved record does not verify: {report.problems[0]} The files are as they were."
            )
        print(f"{ledger.value}: {report.entries} entries verify.")
    print(
        f"{rows} rows are in PostgreSQL. Set HUE_DATABASE_URL for every process and start again; keep the files for a week."
    )


def change_places(url: str, tips_url: str) -> None:
    """From here on `default` and `tips` are PostgreSQL; the files are read under FROM."""
    from django.conf import settings
    from django.db import connections

    from hueandcry.settings import env

    pair = env.postgres_pair(url, tips_url, name="--to", tips_name="--tips-to")
    for (alias, old), new in zip(FROM.items(), pair, strict=True):
        connections[alias].close()
        settings.DATABASES[old] = settings.DATABASES[alias]
        settings.DATABASES[alias] = new
        del connections[alias]
    connections.settings = connections.configure_settings(settings.DATABASES)


def _must_be_empty() -> None:
    from django.db import connections

    for alias in FROM:
        if connections[alias].introspection.table_names():
            name = connections[alias].settings_dict["NAME"]
            raise Problem(f"The database {name} is not empty. Move into empty ones. Nothing was moved.")


def _models(alias: str) -> list[Any]:
    """Every table of ours that lives in this database; sessions are left behind: people sign in again."""
    from django.apps import apps
    from django.db import router

    return [
        model
        for model in apps.get_models()
        if model._meta.app_label != "sessions" and router.allow_migrate_model(alias, model)
    ]


def _copy(model: Any, alias: str) -> int:
    """Copy one table with its keys. Returns how many rows. Raises Problem if fewer arrive than went."""
    from django.core.management.color import no_style
    from django.db import connections

    source = _rows(model, FROM[alias]).order_by("pk")
    _rows(model, alias)._raw_delete(alias)  # noqa: SLF001 - what the migrations put there, past every trigger of ours
    count = 0
    for piece in _pieces(source.iterator(chunk_size=ROWS)):
        _rows(model, alias).bulk_create(piece)
        count += len(piece)
    with connections[alias].cursor() as cursor:
        for statement in connections[alias].ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    if count != source.count():
        raise Problem(
            "Something was written while the data moved. Stop everything and begin anew with empty databases."
        )
    return count


def _pieces(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while piece := list(islice(rows, ROWS)):
        yield piece


def _rows(model: Any, alias: str) -> Any:
    return model._base_manager.using(alias).all()  # noqa: SLF001 - past any manager that leaves rows out
