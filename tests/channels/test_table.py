"""The register as a table: out safely, in only after somebody has seen what each line would do."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.channels import actions, import_actions, table
from hueandcry.channels import register_actions as verbs
from hueandcry.channels.models import Account, AccountImport, Credential
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, NotAllowed, NotFound
from tests.channels.registering import connect, lines
from tests.factories import make_actor, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fakes")]
HEAD = "network,handle,name,kind,unit,topics,mode,steward,second,holders,server,every_days\n"
SERVER = "http://127.0.0.1:9"


def planned(by: Actor, *rows: str, head: str = HEAD) -> list[table.ImportLine]:
    return table.plan(head + "\n".join(rows), actor=by)


def send(by: Actor, *rows: str) -> AccountImport:
    return import_actions.send_table(data=(HEAD + "\n".join(rows)).encode(), by=by)


def test_a_table_adds_accounts_that_wait_for_their_credential(admin: Actor, agency: Agency) -> None:
    unit = add_unit(kind="station", name="Harbour", by=admin)
    luis = make_person(agency, Role.STEWARD, name="Luis Amaro", email="luis@port-ellery.example")
    mina = make_person(agency, Role.STEWARD, name="Mina Falk")
    row = f"fake,harbour,Harbour,station,harbour,Ferries; Quays,in_lane,luis@port-ellery.example,Mina Falk,Luis Amaro,{SERVER},7"
    sent = send(admin, row)
    assert not Account.objects.exists()
    assert import_actions.bring_in(import_id=sent.pk, by=admin) == 1
    (line,) = lines(admin)
    account = line.account
    assert (account.unit_id, account.topics, account.mode, account.every_days) == (
        unit.pk,
        ["ferries", "quays"],
        "in_lane",
        7,
    )
    assert (line.steward, line.second, line.holders[0][0]) == ("Luis Amaro", "Mina Falk", luis.pk)
    assert mina.name == line.second
    assert (account.status, account.problem) == (
        "needs_attention",
        "Not connected yet: give it a credential.",
    )
    assert not AccountImport.objects.exists()
    actions.rotate_credential(account_id=account.pk, secret={"secret": "right"}, by=admin)
    assert Credential.objects.get(account=account).version == 1


def test_a_known_account_is_brought_up_to_date_and_an_empty_cell_changes_nothing(admin: Actor) -> None:
    account = connect(admin)
    verbs.change_account(account_id=account.pk, topics=["ferries"], face="Cst. Luis Amaro", by=admin)
    (line,) = planned(admin, "Fake channel,@HARBOUR,Harbour Station,,,,,,,,,")
    assert (line.does, line.account_id) == ("change", account.pk)
    import_actions.bring_in(import_id=send(admin, "fake,harbour,Harbour Station").pk, by=admin)
    account.refresh_from_db()
    assert (account.label, account.topics, account.face) == (
        "Harbour Station",
        ["ferries"],
        "Cst. Luis Amaro",
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("nowhere,a,A,,,,,,,,,", "no network called “nowhere”"),
        (",a,A,,,,,,,,,", "The network is missing"),
        (f"fake,,A,,,,,,,,{SERVER},", "The handle is missing"),
        (f"fake,a,,,,,,,,,{SERVER},", "The name is missing"),
        (f"fake,a,A,pet,,,,,,,{SERVER},", "kind: Choose one of"),
        (f"fake,a,A,,moon,,,,,,{SERVER},", "no unit called “moon”"),
        (f"fake,a,A,,,,loose,,,,{SERVER},", "The mode must be one of"),
        (f"fake,a,A,,,,,nobody@x.example,,,{SERVER},", "Nobody here is called"),
        ("fake,a,A,,,,,,,,http://127.0.0.1:10,", "public https address"),
        (f"fake,a,A,,,,,,,,{SERVER},soon", "every_days"),
        (f"fake,a,A,,,{'x' * 41},,,,,{SERVER},", "topics"),
    ],
)
def test_each_line_names_what_is_wrong_with_it(admin: Actor, row: str, says: str) -> None:
    (line,) = planned(admin, row)
    assert line.does == "wrong"
    assert any(says in problem for problem in line.problems), line.problems


def test_nothing_comes_in_while_a_line_is_wrong_unless_one_says_the_good_ones(admin: Actor) -> None:
    sent = send(admin, f"fake,a,A,,,,,,,,{SERVER},", "nowhere,b,B,,,,,,,,,", f"fake,a,A,,,,,,,,{SERVER},")
    with pytest.raises(Invalid):
        import_actions.bring_in(import_id=sent.pk, by=admin)
    assert not Account.objects.exists()
    assert [line.does for line in table.plan(sent.text, actor=admin)] == ["add", "wrong", "wrong"]
    assert import_actions.bring_in(import_id=sent.pk, only_good=True, by=admin) == 1
    with pytest.raises(NotFound):
        import_actions.bring_in(import_id=sent.pk, by=admin)


def test_a_table_is_its_senders_and_the_next_one_takes_its_place(admin: Actor, agency: Agency) -> None:
    first = send(admin, f"fake,a,A,,,,,,,,{SERVER},")
    second = send(admin, f"fake,b,B,,,,,,,,{SERVER},")
    assert list(AccountImport.objects.values_list("pk", flat=True)) == [second.pk]
    assert first.pk != second.pk
    for other in (make_actor(agency, Role.ADMINISTRATOR), make_actor(make_agency(), Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            import_actions.discard_table(import_id=second.pk, by=other)
    with pytest.raises(NotAllowed):
        send(make_actor(agency, Role.AUTHOR), "")
    import_actions.discard_table(import_id=second.pk, by=admin)
    assert not AccountImport.objects.exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (b"x" * (table.LARGEST + 1), "2 MB"),
        (b"\x00\x01", "not a table"),
        (b"handle,name\na,A\n", "lacks: network"),
        (b"network,handle,name,cat\nfake,a,A,x\n", "do not know: cat"),
        (b"network,handle,name\n", "no line under"),
        (b'network,handle,name\nfake,"a,A\n', "never closed"),
        (b"network,handle,name\n" + b"fake,a,A\n" * 2001, "At most 2000 lines"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_no_table_is_refused_whole(admin: Actor, data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        import_actions.send_table(data=data, by=admin)
    assert says in refusal.value.sentence


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_tables_of_every_spreadsheet_are_read(admin: Actor, delimiter: str) -> None:
    rows = [["network", "handle", "name", "server"], ["fake", "a", "Éloi", SERVER]]
    data = "\r\n".join(delimiter.join(row) for row in rows)
    for coding in ("utf-8", "utf-8-sig", "cp1252"):
        (line,) = table.plan(table.decoded(data.encode(coding)), actor=admin)
        assert (line.does, line.name) == ("add", "Éloi")


def test_what_goes_out_comes_back_the_same_and_runs_no_formula(admin: Actor, agency: Agency) -> None:
    account = connect(admin)
    person = make_person(agency, Role.STEWARD, name="Luis", email="luis@port-ellery.example")
    verbs.appoint_steward(account_id=account.pk, person_id=person.pk, part="first", by=admin)
    facts: dict[str, Any] = {"face": "=cmd|' /C calc'!A0", "title": "+1", "topics": ["a", "b"], "goal": "-x"}
    verbs.change_account(account_id=account.pk, by=admin, **facts)
    out = table.export(lines(admin), emails={"Luis": person.email}).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["face"], row["title"], row["goal"]) == ("'=cmd|' /C calc'!A0", "'+1", "'-x")
    assert (row["steward"], row["status"]) == ("luis@port-ellery.example", "active")
    assert not any(cell.startswith(table.FORMULA) for cell in row.values())
    (line,) = table.plan(out, actor=admin)
    assert (line.does, line.changes, line.notes) == ("same", (), ())
    assert {name: line.facts[name] for name in facts} == facts


def cells(line: table.ImportLine) -> list[tuple[str, str, str]]:
    return [(cell.name, cell.old, cell.new) for cell in line.changes]


def test_a_line_says_cell_by_cell_what_it_would_change(admin: Actor, agency: Agency) -> None:
    account = connect(admin)
    add_unit(kind="station", name="Old Town", by=admin)
    luis = make_person(agency, Role.AUTHOR, name="Luis Amaro", email="luis@port-ellery.example")
    mina = make_person(agency, Role.STEWARD, name="Mina Falk", email="mina@port-ellery.example")
    verbs.change_account(account_id=account.pk, label="Harbour", topics=["ferries"], every_days=7, by=admin)
    verbs.add_holder(account_id=account.pk, person_id=mina.pk, by=admin)
    row = f"fake,harbour,Harbour Station,,Old Town,ferries; quays,free,luis@port-ellery.example,,luis@port-ellery.example,{SERVER},0"
    before = list(Account.objects.values())
    (line,) = planned(admin, row)
    steward = next(item for item in lines(admin)).steward
    assert cells(line) == [
        ("Name", "Harbour", "Harbour Station"),
        ("Unit", "", "Old Town"),
        ("How free", str(Account.Mode(account.mode).label), str(Account.Mode.FREE.label)),
        ("Topics", "ferries", "ferries, quays"),
        ("A post every so many days", "7", ""),
        ("Steward", steward, "Luis Amaro"),
        ("Holders", "Mina Falk", "Mina Falk, Luis Amaro"),
    ]
    assert list(Account.objects.values()) == before  # looked at, nothing written
    import_actions.bring_in(import_id=send(admin, row).pk, by=admin)
    (line,) = planned(admin, row)
    assert (line.does, line.changes) == ("same", ())
    assert luis.pk in {number for number, _name, _mode in lines(admin)[0].holders}


def test_a_new_account_is_said_whole_and_what_a_line_cannot_do_is_said_too(admin: Actor) -> None:
    keeper = replace(admin, permissions=admin.permissions - {Permission.RULES_MANAGE})
    (line,) = planned(keeper, f"fake,quay,Quay,,,,free,,,,{SERVER},")
    assert "only somebody who looks after the rules turns the dial" in line.notes[0]
    assert "How free" not in [cell.name for cell in line.changes]
    (line,) = planned(admin, f"fake,quay,Quay,person,,,,,,,{SERVER},3")
    assert line.does == "add"
    assert cells(line) == [
        ("Network", "", "Fake channel"),
        ("Handle", "", "quay"),
        ("Server", "", SERVER),
        ("Name", "", "Quay"),
        ("Kind", "", str(Account.Kind.PERSON.label)),
        ("A post every so many days", "", "3"),
    ]
    connect(admin)
    (line,) = planned(admin, "fake,harbour,Harbour,,,,,,,,https://elsewhere.example,")
    assert line.notes == (f"A table does not change the server: {Account.objects.get().server_url} stays.",)


def test_a_line_that_would_make_the_second_steward_the_first_is_refused_before_it_comes_in(
    admin: Actor, agency: Agency
) -> None:
    account = connect(admin)
    mina = make_person(agency, Role.STEWARD, name="Mina Falk", email="mina@port-ellery.example")
    verbs.appoint_steward(account_id=account.pk, person_id=mina.pk, part="second", by=admin)
    (line,) = planned(admin, f"fake,harbour,Harbour,,,,,Mina Falk,,,{SERVER},")
    assert (line.does, line.problems) == (
        "wrong",
        ("“Mina Falk” is the other steward now. Two people must answer for it.",),
    )


def test_an_account_that_becomes_staff_only_says_that_appeals_go_there_no_more(admin: Actor) -> None:
    connect(admin)
    head = "network,handle,name,audience\n"
    (line,) = planned(admin, "fake,harbour,Harbour,staff", head=head)
    assert ("Appeals go there", "yes", "no") in cells(line)


def test_the_template_is_a_table_of_ours(admin: Actor) -> None:
    heading = table.template().decode("utf-8-sig").splitlines()[0].split(",")
    assert tuple(heading) == table.COLUMNS
