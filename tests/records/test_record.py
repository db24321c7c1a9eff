"""The record: written with its action, refused to change, and named where somebody changed it anyway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connections, transaction

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, NotAllowed, NotFound
from hueandcry.records import actions, queries, verifying
from hueandcry.records.entry import Ledger, record
from hueandcry.records.models import Body, Entry, Position, Seal
from hueandcry.records.numbering import number_all
from hueandcry.records.seals import seal, seal_is_due
from hueandcry.records.stretches import Seen
from hueandcry.records.verifying import verify
from tests.conftest import lift, restore

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
BY = Actor(
    "person:7",
    "Nora Vance",
    1,
    frozenset({Permission.RECORD_READ, Permission.RECORD_ERASE, Permission.TIP_READ}),
)


def write(count: int = 5, *, subject: str = "appeal:12", ledger: Ledger = Ledger.MAIN) -> list[int]:
    body = {"text": "What happened at Harbour Square", "pictures": 2} if ledger is Ledger.MAIN else None
    with transaction.atomic(using=ledger.database):
        return [
            record(by=BY, verb="appeal.publish", subject=subject, body=body, ledger=ledger)
            for _ in range(count)
        ]


def change(statement: str, *values: object, database: str = "default") -> None:
    """What an insider with the owner's rights can do: take the triggers off, change, put them back."""
    statements = lift(database)
    with connections[database].cursor() as cursor:
        cursor.execute(statement, values)
    restore(database, statements)


@pytest.mark.parametrize("ledger", list(Ledger))
@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 33])
def test_a_record_that_nobody_touched_verifies(ledger: Ledger, count: int) -> None:
    write(count, ledger=ledger)
    number_all(ledger)
    seal(ledger)
    report = verify(ledger)
    assert report.problems == []
    assert (report.entries, report.seals, report.pending) == (count, 1, 0)


def test_an_entry_needs_the_transaction_of_its_action(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        record(by=BY, verb="appeal.publish", subject="appeal:12")


def test_an_action_that_fails_leaves_no_entry() -> None:
    def act() -> None:
        record(by=BY, verb="appeal.publish", subject="appeal:12")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act()
    assert not Entry.objects.exists()


def test_the_tips_record_holds_no_content_and_only_the_hour() -> None:
    with pytest.raises(ValueError, match="no content"), transaction.atomic(using="tips"):
        record(by=BY, verb="tip.receive", subject="tip:abc", body={"text": "x"}, ledger=Ledger.TIPS)
    write(1, ledger=Ledger.TIPS)
    entry = Entry.objects.using("tips").get()
    assert (entry.at.minute, entry.at.second, entry.at.microsecond) == (0, 0, 0)
    assert not Body.objects.using("tips").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_entry SET verb = 'x'",
        "DELETE FROM records_entry",
        "UPDATE records_position SET entry_id = entry_id + 100",
        "DELETE FROM records_position",
        "DELETE FROM records_node",
        "UPDATE records_seal SET size = 1",
    ],
)
@pytest.mark.parametrize("database", ["default", "tips"])
def test_the_database_refuses_to_change_the_record(statement: str, database: str) -> None:
    ledger = Ledger.MAIN if database == "default" else Ledger.TIPS
    write(4, ledger=ledger)
    number_all(ledger)
    seal(ledger)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(using=database):
        connections[database].cursor().execute(statement)


def test_the_database_refuses_to_change_a_body_but_lets_it_be_erased() -> None:
    write(1)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        connections["default"].cursor().execute("UPDATE records_body SET lines = 'x'")
    assert Body.objects.all().delete()[0] == 1


def test_the_database_refuses_to_replace_an_entry() -> None:
    entry_id = write(1)[0]
    if connections["default"].vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO records_entry (id, agency_id, at, actor, verb, subject, salts, body_marks) VALUES (%s, 1, '2026-01-01', 'x', 'x', 'x', x'00', '')"
    else:
        statement = (
            "INSERT INTO records_entry (id, agency_id, at, actor, verb, subject, salts, body_marks)"
            " VALUES (%s, 1, '2026-01-01', 'x', 'x', 'x', '', '') ON CONFLICT (id) DO UPDATE SET verb = 'x'"
        )
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        connections["default"].cursor().execute(statement, [entry_id])


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE records_entry SET verb = 'appeal.draft' WHERE id = {3}", "Entry {3} was changed"),
        ("UPDATE records_entry SET at = '2020-01-01 00:00:00+00:00' WHERE id = {2}", "Entry {2} was changed"),
        ("UPDATE records_entry SET body_marks = '' WHERE id = {2}", "Entry {2} was changed"),
        (
            "UPDATE records_body SET lines = replace(lines, 'Harbour', 'Market') WHERE entry_id = {4}",
            "Entry {4}: the field text",
        ),
        (
            "DELETE FROM records_body WHERE entry_id = {1}",
            "Entry {1}: its body was erased, but no entry says why",
        ),
        ("DELETE FROM records_position WHERE position = 3", "Position 3 is missing"),
        ("DELETE FROM records_position WHERE position = 5", "the end is missing"),
        (
            "UPDATE records_node SET hash = leaf FROM records_position WHERE records_node.level = 2 AND position = 1",
            "The tree does not fit",
        ),
        ("DELETE FROM records_pending", ""),
        ("INSERT INTO records_pending VALUES (987654)", "Entry 987654 is missing: it was never numbered"),
        ("UPDATE records_seal SET public_key = '00'", "its row and its signed text differ"),
        (
            "UPDATE records_entry SET salts = (SELECT salts FROM records_body WHERE entry_id = {1}) WHERE id = {2}",
            "Entry {2} was changed",
        ),
        (
            "UPDATE records_entry SET verb = 'record.erase', subject = 'entry:x' WHERE id = {2}",
            "Entry {2} was changed",
        ),
    ],
)
def test_a_change_by_an_insider_is_named(statement: str, named: str) -> None:
    ids = write(5)
    number_all(Ledger.MAIN)
    seal(Ledger.MAIN)
    places = dict(enumerate(ids, 1))
    for number, entry_id in places.items():
        statement, named = (
            statement.replace(f"{{{number}}}", str(entry_id)),
            named.replace(f"{{{number}}}", str(entry_id)),
        )
    change(statement)
    problems = verify(Ledger.MAIN).problems
    assert any(named in sentence for sentence in problems) if named else problems == []


@pytest.mark.parametrize("time", ["yesterday", "2026-13-45 00:00:00"])
def test_an_entry_that_cannot_be_read_any_more_is_named(time: str) -> None:
    if connections["default"].vendor != "sqlite":
        time = "infinity"
    ids = write(3)
    number_all(Ledger.MAIN)
    change("UPDATE records_entry SET at = %s WHERE id = %s", time, ids[1])
    assert verify(Ledger.MAIN).problems == [f"Entry {ids[1]} was changed: it cannot be read any more."]


def test_a_record_that_grows_and_is_erased_while_it_is_verified_verifies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(5)
    number_all(Ledger.MAIN)
    look = verifying.look_at_all

    def look_while_others_work(ledger: Ledger, top: int, sizes: list[int]) -> Iterator[Seen]:
        write(4, subject="appeal:13")
        actions.erase_bodies(subject="appeal:12", reason="Its time is over.", by=BY)
        number_all(ledger)
        seal(ledger)
        yield from look(ledger, top, sizes)

    monkeypatch.setattr(verifying, "look_at_all", look_while_others_work)
    report = verify(Ledger.MAIN)
    assert (report.problems, report.entries, report.erased) == ([], 5, 5)


def test_a_place_in_the_queue_whose_entry_is_gone_is_not_swept_away() -> None:
    ids = write(2)
    change("DELETE FROM records_body WHERE entry_id = %s", ids[0])
    change("DELETE FROM records_entry WHERE id = %s", ids[0])
    assert number_all(Ledger.MAIN) == 1
    assert verify(Ledger.MAIN).problems == [f"Entry {ids[0]} is missing: it was never numbered."]


def test_a_seal_from_a_time_to_come_does_not_stop_the_sealing() -> None:
    write(1)
    number_all(Ledger.MAIN)
    seal(Ledger.MAIN)
    assert not seal_is_due(Ledger.MAIN)
    change("UPDATE records_seal SET signed_at = '2999-01-01 00:00:00+00:00'")
    assert seal_is_due(Ledger.MAIN)


def test_a_missing_entry_is_named() -> None:
    ids = write(3)
    number_all(Ledger.MAIN)
    change("DELETE FROM records_body WHERE entry_id = %s", ids[1])
    change("DELETE FROM records_entry WHERE id = %s", ids[1])
    assert f"Entry {ids[1]} is missing." in verify(Ledger.MAIN).problems


def test_entries_that_changed_places_are_named() -> None:
    ids = write(3)
    number_all(Ledger.MAIN)
    change("UPDATE records_position SET entry_id = %s WHERE position = 1", ids[2] + 999)
    change("UPDATE records_position SET entry_id = %s WHERE position = 3", ids[0])
    change("UPDATE records_position SET entry_id = %s WHERE position = 1", ids[2])
    problems = verify(Ledger.MAIN).problems
    assert sum("stands in another entry's place" in sentence for sentence in problems) == 2


def test_an_entry_taken_out_of_the_queue_before_it_was_numbered_is_named() -> None:
    entry_id = write(1)[0]
    change("DELETE FROM records_pending")
    assert verify(Ledger.MAIN).problems == [
        f"Entry {entry_id} has no position and was taken out of the queue."
    ]


def test_a_record_rebuilt_by_somebody_with_all_rights_does_not_fit_a_seal_kept_elsewhere() -> None:
    write(4)
    number_all(Ledger.MAIN)
    kept = seal(Ledger.MAIN)
    assert kept
    for table in ("seal", "node", "position", "body", "entry"):
        change(f"DELETE FROM records_{table}")
    write(5)
    number_all(Ledger.MAIN)
    seal(Ledger.MAIN)
    assert verify(Ledger.MAIN).problems == []
    assert any("was changed" in sentence for sentence in verify(Ledger.MAIN, against=kept.note).problems)


def test_a_truncated_record_does_not_fit_a_seal_kept_elsewhere() -> None:
    write(6)
    number_all(Ledger.MAIN)
    kept = seal(Ledger.MAIN)
    assert kept
    change("DELETE FROM records_seal")
    change("DELETE FROM records_position WHERE position > 4")
    change(
        "DELETE FROM records_node WHERE level = 1 AND records_node.index > 1"
        if connections["default"].vendor == "postgresql"
        else 'DELETE FROM records_node WHERE level = 1 AND "index" > 1'
    )
    assert any(
        "the end is missing" in sentence for sentence in verify(Ledger.MAIN, against=kept.note).problems
    )


def test_a_seal_of_another_record_is_refused() -> None:
    write(1)
    number_all(Ledger.MAIN)
    kept = seal(Ledger.MAIN)
    assert kept
    with pytest.raises(ValueError, match="does not fit the key"):
        verify(Ledger.MAIN, against=kept.note.replace("\n1\n", "\n2\n"))
    with pytest.raises(ValueError, match="not a seal"):
        verify(Ledger.MAIN, against="nonsense")


def test_erasing_destroys_content_and_salts_and_the_tree_still_verifies() -> None:
    ids = write(3)
    write(2, subject="appeal:13")
    number_all(Ledger.MAIN)
    seal(Ledger.MAIN)
    assert actions.erase_bodies(subject="appeal:12", reason="Retention period ended", by=BY) == 3
    number_all(Ledger.MAIN)
    report = verify(Ledger.MAIN)
    assert report.problems == []
    assert report.erased == 3
    assert queries.entry(actor=BY, entry_id=ids[0]).body is None
    assert not Body.objects.filter(entry_id__in=ids).exists()
    with pytest.raises(Invalid):
        actions.erase_bodies(subject="appeal:13", reason=" ", by=BY)


def test_positions_follow_the_commit_and_a_follower_misses_nothing() -> None:
    first = write(3)
    number_all(Ledger.MAIN)
    seen = queries.entries_after(position=0, limit=10)
    assert [line.id for line in seen] == first
    second = write(2)
    assert queries.entries_after(position=3, limit=10) == []
    number_all(Ledger.MAIN)
    assert [line.id for line in queries.entries_after(position=3, limit=10)] == second


def test_another_agency_does_not_see_an_entry() -> None:
    entry_id = write(1)[0]
    other = Actor("person:8", "Ruth Abara", 2, frozenset({Permission.RECORD_READ}))
    with pytest.raises(NotFound):
        queries.entry(actor=other, entry_id=entry_id)
    assert queries.entries(actor=other) == []
    with pytest.raises(NotAllowed):
        queries.entries(actor=Actor("person:9", "Luis Amaro", 1))


def test_an_entry_is_read_back_as_it_was() -> None:
    entry_id = write(1)[0]
    view = queries.entry(actor=BY, entry_id=entry_id)
    assert view.body == {"text": "What happened at Harbour Square", "pictures": 2, "by": "Nora Vance"}
    assert (view.line.verb, view.line.subject, view.line.actor) == ("appeal.publish", "appeal:12", "person:7")


def test_a_seal_is_made_once_per_size() -> None:
    write(2)
    number_all(Ledger.MAIN)
    assert seal(Ledger.MAIN) == seal(Ledger.MAIN)
    assert Seal.objects.count() == 1
    assert Position.objects.count() == 2
