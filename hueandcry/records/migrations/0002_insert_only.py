"""The databases refuse to change the record.

Entry, Position, Node and Seal: no UPDATE, DELETE or TRUNCATE, and no INSERT over an existing key (on
SQLite, INSERT OR REPLACE would delete silently). Body: no UPDATE; it may be deleted (erasure).
"""

from django.db import migrations

FROZEN = ["records_entry", "records_position", "records_node", "records_seal"]
KEYS = {"records_entry": "id", "records_position": "position", "records_node": "id", "records_seal": "id", "records_body": "entry_id"}
SENTENCE = "the record is insert-only"


def sqlite(table: str, *, deletable: bool) -> list[str]:
    events = ["UPDATE"] if deletable else ["UPDATE", "DELETE"]
    made = [
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for event in events
    ]
    key = KEYS[table]
    made.append(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    )
    return made


def postgresql(table: str, *, deletable: bool) -> list[str]:
    rows = "UPDATE" if deletable else "UPDATE OR DELETE"
    return [
        f"CREATE TRIGGER {table}_no_change BEFORE {rows} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION records_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION records_refuse()",
    ]


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    make = {"sqlite": sqlite, "postgresql": postgresql}[vendor]
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION records_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
        )
    for table in [*FROZEN, "records_body"]:
        for statement in make(table, deletable=table == "records_body"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False)]
