"""The public process can write tips and nothing else: not by our code, not by SQL of an intruder's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.servers.public_door import PublicDoor, public_door

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "postgresql" / "roles.sql"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]
SEND = """
import re
from django.test import Client
client = Client(headers={"host": "localhost"})
form = client.get("/t/new/start").content.decode()
ticket = re.search(r'name="ticket" value="([^"]+)"', form)[1]
done = client.post("/t/new/start", {"ticket": ticket, "text": "A grey van."})
number, code = re.search(r"\\d{3}-\\d{3}-\\d{4}", done.content.decode()), None
code = re.search(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{3}-[0-9a-z]{3}", done.content.decode())
back = client.post("/t/back", {"number": number[0], "code": code[0]}).content.decode()
passed = re.search(r'name="talk_pass" value="([^"]+)"', back)[1]
print(done.status_code, client.post("/t/talk", {"talk_pass": passed, "text": "And a red one."}).status_code)
"""
ASK = """
from django.test import Client
client = Client(headers={"host": "localhost"}, raise_request_exception=False)
print(client.get("/subscribe/").status_code, client.get("/subscribe/leave/x/").status_code)
"""
CHECK = """
from django.test import Client
client = Client(headers={"host": "localhost"}, raise_request_exception=False)
answer = client.get("/accounts/verify/?q=nobody")
print(answer.status_code, "Not ours" in answer.content.decode())
"""
TRY = """
from django.db import connections, DatabaseError
for alias, statement in {statements!r}:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        print("refused", str(error).split(chr(10))[0])
    else:
        print("DONE", alias, statement)
"""


@pytest.fixture(scope="module")
def door() -> Iterator[PublicDoor]:
    with public_door() as made:
        yield made


def attempt(door: PublicDoor, *statements: tuple[str, str]) -> list[str]:
    """What the public process gets to hear for each statement (alias, SQL)."""
    return door.run(TRY.format(statements=statements)).splitlines()


def test_a_tip_is_filed_and_the_dialogue_carried_on(door: PublicDoor) -> None:
    assert door.run(SEND).split() == ["200", "200"]


def test_no_statement_writes_into_the_main_database(door: PublicDoor) -> None:
    said = attempt(
        door,
        ("default", "UPDATE agencies_agency SET name = 'x'"),
        ("default", "DELETE FROM agencies_membership"),
        ("default", "INSERT INTO jobs_heartbeat (sweep) VALUES ('x')"),
        ("default", "CREATE TABLE planted (n int)"),
    )
    assert [line.split()[0] for line in said] == ["refused"] * 4, said
    assert all("read" in line and "only" in line for line in said), said


def test_switching_the_pragma_off_gains_nothing(door: PublicDoor) -> None:
    if door.databases:
        return  # PostgreSQL: the role answers for it (next tests)
    said = attempt(
        door, ("default", "PRAGMA query_only=OFF"), ("default", "UPDATE agencies_agency SET name = 'x'")
    )
    assert said[1] == "refused attempt to write a readonly database", said


@pytest.fixture(scope="module")
def narrow(door: PublicDoor) -> Iterator[PublicDoor]:
    """The same with the role of deploy/postgresql/roles.sql, as on a machine that followed the book."""
    if not door.databases:
        yield door  # SQLite has no roles; the file is opened read-only instead
        return
    url = urlsplit(door.environment["HUE_DATABASE_URL"])
    for name in door.databases:
        with psycopg.connect(url._replace(path=f"/{name}").geturl(), autocommit=True) as connection:
            connection.execute(ROLES.read_text(encoding="utf-8"))  # type: ignore[arg-type, unused-ignore]
    place = f"hue_public@{url.hostname}:{url.port}"
    narrow = {"HUE_PUBLIC_DATABASE_URL": url._replace(netloc=place).geturl()}
    environment = {name: value for name, value in door.environment.items() if name != "HUE_DATABASE_URL"}
    yield PublicDoor(door.home, door.port, {**environment, **narrow}, door.seeds)
    with psycopg.connect(url.geturl(), autocommit=True) as connection:
        for name in door.databases:
            connection.execute(f"ALTER ROLE hue_public IN DATABASE {name} RESET ALL")  # type: ignore[arg-type, unused-ignore]


def test_the_narrow_role_is_enough_for_tips(narrow: PublicDoor) -> None:
    assert narrow.run(SEND).split() == ["200", "200"]


def test_the_narrow_role_is_enough_to_ask_for_a_list(narrow: PublicDoor) -> None:
    assert narrow.run(ASK).split() == ["503", "404"]  # no list is open, and no such link was made


def test_the_narrow_role_is_enough_to_say_whether_an_account_is_ours(narrow: PublicDoor) -> None:
    assert narrow.run(CHECK).split() == ["200", "True"]


def test_the_narrow_role_can_do_nothing_else_even_when_it_says_it_may(narrow: PublicDoor) -> None:
    if not narrow.databases and "HUE_PUBLIC_DATABASE_URL" not in narrow.environment:
        return
    said = attempt(
        narrow,
        ("default", "SET default_transaction_read_only = off"),
        ("default", "UPDATE agencies_agency SET name = 'x'"),
        ("default", "SELECT password FROM agencies_person"),
        ("default", "SELECT * FROM django_session"),
        ("default", "SELECT mark FROM lists_subscriber"),
        ("default", "SELECT goal FROM channels_account"),
        ("default", "SELECT * FROM channels_holder"),
        ("default", "SELECT * FROM channels_credential"),
        ("default", "SELECT * FROM lists_sending"),
        ("default", "CREATE TABLE planted (n int)"),
        ("tips", "DELETE FROM tips_tip"),
        ("tips", "UPDATE tips_tip SET code_tag = ''"),
        ("tips", "UPDATE tips_message SET sealed = ''"),
        ("tips", "INSERT INTO tips_deskkey SELECT * FROM tips_deskkey"),
        ("tips", "UPDATE records_entry SET verb = 'x'"),
        ("tips", "DELETE FROM records_pending"),
        ("tips", "TRUNCATE records_entry"),
        ("tips", "CREATE TABLE planted (n int)"),
    )
    assert [line for line in said[1:] if "permission denied" not in line] == [], said
