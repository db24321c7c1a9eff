"""Whatever an insider changes in whichever column of the record, verifying finds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections, models, transaction

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.records import actions, checking
from hueandcry.records.entry import Ledger, record
from hueandcry.records.models import Body, Entry, Node, Pending, Position, Seal
from hueandcry.records.numbering import number_all
from hueandcry.records.seals import seal
from hueandcry.records.stretches import leaf_of
from hueandcry.records.verifying import verify
from tests.conftest import lift, restore

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
BY = Actor("person:7", "Nora Vance", 1, frozenset({Permission.RECORD_ERASE}))
# Columns that say nothing: numbers of rows that nobody refers to. The time beside a seal is not under its
# signature; the entries it covers carry their own times.
NOTHING = {(Node, "id"), (Seal, "id"), (Seal, "signed_at")}
# A body belongs to its entry by a foreign key; moving one is tested by itself below.
ELSEWHERE = {(Body, "entry_id"), (Entry, "id")}
COLUMNS = [
    (model, field.attname)
    for model in (Entry, Body, Pending, Position, Node, Seal)
    for field in model._meta.concrete_fields
    if (model, field.attname) not in NOTHING | ELSEWHERE
]


def fill(ledger: Ledger) -> None:
    """Six sealed entries and one that waits for its place."""
    for count in (6, 1):
        with transaction.atomic(using=ledger.database):
            for number in range(count):
                body = {"text": f"Line {number} “ü”\n", "pictures": 2} if ledger is Ledger.MAIN else None
                record(by=BY, verb="appeal.publish", subject="appeal:12", body=body, ledger=ledger)
        if count > 1:
            number_all(ledger)
            seal(ledger)


def other_values(value: Any) -> list[Any]:
    """Values that are not this one but look like it."""
    match value:
        case datetime():
            return [value + timedelta(microseconds=1), value - timedelta(hours=1)]
        case int():
            return [value + 1000]
        case str():
            return [value + "x", value + " ", value[:-1], value[:-1] + "g"] if value else ["x"]
        case _:
            raw = bytes(value)
            return [raw + b"\0", raw[:-1], bytes([raw[0] ^ 1]) + raw[1:]]


def change(ledger: Ledger, model: type[models.Model], column: str, key: Any, value: Any) -> None:
    """What somebody with all rights on the database can do."""
    statements = lift(ledger.database)
    model._default_manager.using(ledger.database).filter(pk=key).update(**{column: value})
    restore(ledger.database, statements)


@pytest.mark.parametrize("ledger", list(Ledger))
@pytest.mark.parametrize(("model", "column"), COLUMNS, ids=lambda part: getattr(part, "__name__", part))
def test_a_change_of_any_column_is_found(ledger: Ledger, model: type[models.Model], column: str) -> None:
    fill(ledger)
    assert verify(ledger).good
    row = model._default_manager.using(ledger.database).order_by("pk").first()
    if row is None:
        assert (ledger, model) == (Ledger.TIPS, Body), "the tips record holds no bodies"
        return
    key, before = row.pk, getattr(row, column)
    most = getattr(model._meta.get_field(column), "max_length", None)
    for value in other_values(before):
        if isinstance(value, str) and most and len(value) > most:
            continue
        change(ledger, model, column, key, value)
        assert not verify(ledger).good, f"{model.__name__}.{column}: {before!r} became {value!r}"
        change(ledger, model, column, value if column == model._meta.pk.attname else key, before)
    assert verify(ledger).good


def test_an_entry_under_another_number_is_found() -> None:
    fill(Ledger.TIPS)
    first = Entry.objects.using("tips").order_by("pk").first()
    assert first
    change(Ledger.TIPS, Entry, "id", first.pk, first.pk + 1000)
    assert not verify(Ledger.TIPS).good


def test_a_body_moved_to_an_entry_whose_own_was_erased_is_found() -> None:
    with transaction.atomic():
        ids = [
            record(by=BY, verb="appeal.update", subject=subject, body={"text": "x"})
            for subject in ("appeal:1", "appeal:2")
        ]
    number_all(Ledger.MAIN)
    actions.erase_bodies(subject="appeal:1", reason="Its time is over.", by=BY)
    number_all(Ledger.MAIN)
    assert verify(Ledger.MAIN).good
    change(Ledger.MAIN, Body, "entry_id", ids[1], ids[0])
    problems = " ".join(verify(Ledger.MAIN).problems)
    assert f"Entry {ids[0]}: the field" in problems
    assert f"Entry {ids[1]}: its body was erased" in problems


def test_the_quick_look_and_the_slow_one_recompute_the_same_leaf() -> None:
    hard = ["", "x", 'quote " and \\', "tab\tline\nnull\x00", "ünïcode 𝔘", "\u2028", "</script>"]
    times = [
        "2026-11-22 11:47:32.123456",
        "2026-11-22 11:47:32",
        "2026-11-22 11:47:32.123456+00",
        "2026-11-22 11:47:32.12+00",
        "2026-11-22 12:47:32.123456+01",
    ]
    salts = bytes(range(80))
    for text in hard:
        for at in times:
            entry = (1, 7, at, text, text, text, salts, "body.x " + "0" * 64 if text else "")
            assert checking._leaf(entry, ({}, {}, {})) == leaf_of(entry)


def test_the_quick_look_takes_no_entry_of_another_kind() -> None:
    good = (1, 7, "2026-11-22 11:47:32.123456", "a", "b", "c", bytes(80), "")
    place = (1, 1, leaf_of(good))
    assert checking.doubtful([place], {1: good}, {}) == []
    for column, value in [(1, 7.0), (1, "7"), (1, True), (2, None), (3, 5), (6, bytes(81)), (6, "x" * 80)]:
        bad = (*good[:column], value, *good[column + 1 :])
        assert checking.doubtful([place], {1: bad}, {}) == [(place, bad, None)]


def test_databases_hold_what_the_columns_say() -> None:
    """A new column of the record must be verified, or stand above with its reason."""
    with connections["default"].cursor() as cursor:
        for model in (Entry, Body, Pending, Position, Node, Seal):
            found = connections["default"].introspection.get_table_description(cursor, model._meta.db_table)
            assert {column.name for column in found} == {f.column for f in model._meta.concrete_fields}
