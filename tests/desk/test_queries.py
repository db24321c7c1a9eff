"""How often a page of the desk asks the databases: a few times, and no oftener with more rows on it."""

from __future__ import annotations

import math

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies.models import Membership, Person
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions as appeals
from hueandcry.appeals.models import Appeal
from hueandcry.channels.actions import register_account
from hueandcry.desk import hosts
from hueandcry.health import standing
from hueandcry.kernel import clock
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.helpers_tips import send
from tests.walks.scene import TITLES, Scene

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.slow]
BOTH = ("default", "tips")

# Who looks, at what, and how often it may ask both databases: the frame of a page alone takes thirteen.
PAGES = (
    ("approver", "/desk/", 40),
    ("keeper", "/desk/", 49),
    ("coordinator", "/desk/", 9),
    ("coordinator", "/desk/tips/", 19),
    ("approver", "/desk/appeals/", 17),
    ("record", "/desk/record/", 19),
    ("approver", "/desk/appeals/{draft}/edit/", 22),
    ("approver", "/desk/appeals/{submitted}/", 33),
    ("approver", "/desk/appeals/{public}/", 22),
    ("approver", "/desk/find/?q=van", 16),
    ("approver", "/desk/pulse/?at=/desk/", 13),
    ("keeper", "/desk/accounts/", 19),
    ("keeper", "/desk/people/", 12),
    ("approver", "/desk/compose/", 20),
    ("approver", "/desk/posts/", 28),
    ("approver", "/desk/approvals/", 20),
    ("approver", "/desk/calendar/", 27),
    ("approver", "/desk/wall/", 15),
)
ROUND = 2  # what a round under way adds to any page
KINDS = (
    1  # the record names the things of each kind with one question, and with more lines there are more kinds
)


class Desk:
    """Browsers of four people at a desk with something on every page."""

    def __init__(self) -> None:
        self.scene = Scene()
        people = {
            "approver": self.scene.approver,
            "keeper": self.scene.keeper,
            "coordinator": self.scene.coordinator,
            "record": self.scene.record_keeper(),
        }
        self.browsers: dict[str, Client] = {name: at_desk(person) for name, person in people.items()}

    def asked(self, who: str, path: str) -> int:
        """How many queries the page takes, once what a process keeps is there."""
        where = {name: getattr(self.scene, name).reference for name in ("draft", "submitted", "public")}
        path, client = path.format(**where), self.browsers[who]
        assert client.get(path).status_code == 200, (who, path)
        first, second = (CaptureQueriesContext(connections[alias]) for alias in BOTH)
        with first, second:
            client.get(path)
        return len(first) + len(second)

    def all(self) -> dict[tuple[str, str], int]:
        """Every page of the list, with how often it asked."""
        return {(who, path): self.asked(who, path) for who, path, _most in PAGES}

    def more(self) -> None:
        """Twice as much of everything that the pages list."""
        scene, team = self.scene, self.scene.team
        for title in TITLES:
            appeals.submit_appeal(appeal_id=team.draft(title=title).pk, by=team.author)
            team.published(title=title)
            team.approved(title=title)
            team.draft(title=title)
        Appeal.objects.filter(status="published").update(review_on=clock.now().date())
        for number in range(6):
            register_account(
                channel="simulated",
                handle=f"more{number}",
                label=f"More {number}",
                server_url="http://127.0.0.1:8002",
                secret={"secret": "invented"},
                by=scene.actor(scene.keeper, scene.programme.force),
            )
            make_person(scene.programme.force, Role.AUTHOR, name=f"Kit Roe {number}")
            send(scene.programme, f"Tip {number}")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Somebody's ordinary day; what a process keeps for seconds stays kept, however slow the machine."""
    monkeypatch.setattr(hosts, "KEPT", math.inf)
    monkeypatch.setattr(standing, "HOLDS", math.inf)
    return Desk()


def test_each_page_asks_a_few_times_no_oftener_with_more_rows_and_a_round_adds_two(desk: Desk) -> None:
    few = desk.all()
    over = {page: few[page[:2]] for page in PAGES if few[page[:2]] > page[2]}
    assert over == {}
    desk.more()
    many = desk.all()
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page] + KINDS} == {}
    for client in desk.browsers.values():
        client.post("/desk/round/start/")
    assert "Round: 1 of" in desk.browsers["approver"].get("/desk/").content.decode()
    after = desk.all()
    assert {page: (many[page], after[page]) for page in many if after[page] > many[page] + ROUND} == {}


def test_who_it_is_takes_one_question_each_for_session_person_sitting_and_roles(desk: Desk) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        desk.browsers["approver"].get("/desk/me/confirm/?next=/desk/")
    tables = (Person._meta.db_table, Membership._meta.db_table)
    assert [sum(f'FROM "{table}"' in query["sql"] for query in asked) for table in tables] == [1, 1]
