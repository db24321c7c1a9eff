"""Today: plain sentences from what stands in the rooms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions
from hueandcry.health import standing
from hueandcry.jobs.models import Heartbeat
from hueandcry.kernel import clock
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person
from tests.factories_appeals import Team, content
from tests.helpers_tips import make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def words(client: Client) -> str:
    """The page's main part as text, spaces evened out."""
    page = client.get("/desk/").content.decode().split('id="main"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_with_nothing_to_do_it_says_so() -> None:
    page = words(at_desk(make_person(make_agency(), Role.AUTHOR)))
    assert "Nothing needs you at this moment." in page


def test_an_approver_sees_what_others_submitted_and_not_their_own() -> None:
    team = Team()
    approver = make_person(team.agency, Role.APPROVER, name="Kit Roe")
    client = at_desk(approver)
    actions.submit_appeal(appeal_id=team.draft().pk, by=team.author)
    assert "1 appeal waits for your approval" in words(client)
    by = actor_for(person_id=approver.pk, agency_id=team.agency.pk)
    own = actions.draft_appeal(content=content(title="Another matter"), by=by)
    actions.submit_appeal(appeal_id=own.pk, by=by)
    assert "1 appeal waits for your approval" in words(client)
    author = at_desk(make_person(team.agency, Role.AUTHOR, name="Pat Doe"))
    assert "waits for your approval" not in words(author)


def test_an_author_sees_what_can_go_out_and_what_is_due_for_review() -> None:
    team = Team()
    client = at_desk(make_person(team.agency, Role.AUTHOR, name="Pat Doe"))
    team.approved()
    team.published()
    page = words(client)
    assert "1 approved appeal can be published" in page
    assert "1 appeal is public" in page
    assert "review date" not in page


def test_a_tip_coordinator_sees_new_tips_and_a_count_in_the_rail() -> None:
    programme = make_ready_programme()
    send(programme)
    send(programme, "A blue van.")
    client = at_desk(make_person(programme.agency, Role.TIP_COORDINATOR, name="Kit Roe"))
    assert "2 unread tips to open" in words(client)
    police = at_desk(make_person(programme.force, Role.AUTHOR))
    assert "tip" not in words(police)


def test_a_silent_worker_is_named_until_it_answers() -> None:
    client = at_desk(make_person(make_agency(), Role.AUTHOR))
    assert "The worker does not answer" in words(client)
    Heartbeat.objects.create(sweep="records.seal_due", ran_at=clock.now(), worker="test")
    assert "Runs: the worker answered" in words(client)
    Heartbeat.objects.update(failures=3)
    assert "These jobs failed when last run: records.seal_due." in words(client)


def test_an_administrator_sees_who_has_not_joined() -> None:
    agency = make_agency()
    client = at_desk(make_person(agency, Role.ADMINISTRATOR))
    client.post(
        "/desk/people/invite/", {"name": "Pat Doe", "email": "pat@port-ellery.example", "roles": ["author"]}
    )
    assert "1 person is invited and has not joined" in words(client)


def test_an_administrators_lamp_says_what_health_says(tmp_path: Path, settings: Settings) -> None:
    settings.HUE_HOME = tmp_path  # no backup was ever made here
    standing.forget()
    agency = make_agency()
    standing.note()
    Heartbeat.objects.create(sweep="records.seal_due", ran_at=clock.now(), worker="test")
    client = at_desk(make_person(agency, Role.ADMINISTRATOR))
    page = client.get("/desk/").content.decode()
    assert re.search(r"hc-lamp--late[^>]*>\d+ things? (is|are) wrong<", page)
    assert "wrong: see Health" in words(client)
    assert "Runs: the worker" not in words(client)
    author = at_desk(make_person(agency, Role.AUTHOR, name="Pat Doe"))
    assert not re.search(r"things? (is|are) wrong<", author.get("/desk/").content.decode())
    standing.forget()
