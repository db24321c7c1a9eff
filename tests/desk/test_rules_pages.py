"""The pages of training, policies and pauses, through the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import training
from hueandcry.agencies.models import Agency, Brake, Person, PolicyVersion, Training
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account, Holder
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person
from tests.factories_rules import brake, gate, make_course, make_policy, train

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def admin(agency: Agency) -> Person:
    return make_person(agency, Role.ADMINISTRATOR, name="Petra Solway")


@pytest.fixture
def leader(agency: Agency) -> Person:
    return make_person(agency, Role.LEADER, name="Imogen Castellane")


@pytest.fixture
def author(agency: Agency) -> Person:
    return make_person(agency, Role.AUTHOR, name="Nora Vance")


def actor(person: Person, agency: Agency) -> Actor:
    return actor_for(person_id=person.pk, agency_id=agency.pk)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


# --- training ---------------------------------------------------------------------------------------


def test_a_course_is_added_a_class_recorded_the_gate_switched_on_and_somebody_revoked(
    agency: Agency, admin: Person, leader: Person, author: Person
) -> None:
    client = at_desk(admin)
    assert "There is no course yet" in page(client, "/desk/training/")
    form = client.get("/desk/training/courses/new/").context["form"].initial
    answer = client.post("/desk/training/courses/new/", form)
    assert "said=course-kept" in answer["Location"]
    assert "Day 3, unit 12: The final round" in page(client, answer["Location"])
    assert "Nora Vance" in page(client, "/desk/training/gate/")

    course, day = agency.courses.get().pk, training.today(agency).isoformat()
    given = {"people": [author.pk, leader.pk], "course": course, "passed_on": day}
    assert client.post("/desk/training/record/", given).status_code == 302
    client.post("/desk/training/gate/", {"on": "yes"})
    agency.refresh_from_db()
    assert agency.requires_training
    assert "In force" in page(client, "/desk/training/?show=in_force")

    theirs = at_desk(leader)
    answer = theirs.post(f"/desk/training/{author.pk}/revoke/", {"reason": "Named a victim"})
    assert answer.status_code == 302
    assert "Revoked on" in page(theirs, f"/desk/training/{author.pk}/")
    assert "Named a victim" in page(at_desk(author), f"/desk/training/{author.pk}/")


def test_what_cannot_be_recorded_comes_back_with_a_sentence_and_what_was_chosen(
    agency: Agency, admin: Person, author: Person
) -> None:
    course = make_course(actor(admin, agency))
    client = at_desk(admin)
    late = (training.today(agency) + timedelta(days=1)).isoformat()
    given = {"people": [author.pk], "course": course.pk, "passed_on": late}
    answer = client.post("/desk/training/record/", given)
    assert answer.status_code == 422
    assert "once it is passed, not before" in answer.content.decode()
    assert client.post("/desk/training/record/", {"course": course.pk, "passed_on": ""}).status_code == 422
    assert client.post(f"/desk/training/{author.pk}/revoke/", {"reason": "x"}).status_code == 422
    assert client.post("/desk/training/courses/new/", {"name": "x", "syllabus": "no mark"}).status_code == 422
    assert not Training.objects.exists()


def test_training_of_others_is_not_for_authors_and_another_agency_finds_nobody(
    agency: Agency, author: Person, leader: Person
) -> None:
    client = at_desk(author)
    assert client.get("/desk/training/").status_code == 403
    assert client.get(f"/desk/training/{leader.pk}/").status_code == 403
    assert client.get(f"/desk/training/{author.pk}/").status_code == 200
    stranger = at_desk(make_person(make_agency(), Role.LEADER))
    assert stranger.get(f"/desk/training/{author.pk}/").status_code == 404
    assert stranger.post(f"/desk/training/{author.pk}/revoke/", {"reason": "x"}).status_code == 404


def test_three_hundred_people_cost_no_more_queries_than_three(agency: Agency, admin: Person) -> None:
    course = make_course(actor(admin, agency))
    client, counts = at_desk(admin), []
    for more in (3, 40):
        made = [make_person(agency, Role.STEWARD) for _n in range(more)]
        train(*(actor(person, agency) for person in made), course=course, by=actor(admin, agency))
        page(client, "/desk/training/")
        with CaptureQueriesContext(connection) as asked:
            page(client, "/desk/training/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- policies ---------------------------------------------------------------------------------------


def test_a_shipped_policy_is_made_ones_own_put_in_force_and_acknowledged(
    agency: Agency, admin: Person, author: Person
) -> None:
    client = at_desk(admin)
    assert "Official use of social networks" in page(client, "/desk/policies/")
    form = client.get("/desk/policies/new/?from=official-use").context["form"].initial
    assert agency.name in form["text"]
    answer = client.post("/desk/policies/new/", form)
    where = answer["Location"].partition("?")[0]
    assert "being written" in page(client, where)
    client.post(f"{where}in-force/")
    assert "2 have not" in page(client, where)

    theirs = at_desk(author)
    assert "Before your next post" in page(theirs, "/desk/policies/")
    shown = page(theirs, f"{where}acknowledge/")
    assert "A few questions" in shown
    questions = PolicyVersion.objects.get().questions
    right = {f"q{place}": question["right"] for place, question in enumerate(questions)}
    wrong = {**right, "q0": 0}
    answer = theirs.post(f"{where}acknowledge/", {**wrong, "version": 1})
    assert answer.status_code == 422
    assert "Question 1: not this one" in answer.content.decode()
    assert theirs.post(f"{where}acknowledge/", {"version": 1}).status_code == 422
    answer = theirs.post(
        f"{where}acknowledge/", {**right, "version": 1, "next": "https://elsewhere.example/"}
    )
    assert answer["Location"].startswith("/desk/")
    assert "You acknowledged this version" in page(theirs, f"{where}acknowledge/")


def test_the_next_version_is_written_beside_the_one_in_force(agency: Agency, admin: Person) -> None:
    version = make_policy(actor(admin, agency))
    client, where = at_desk(admin), f"/desk/policies/{version.policy_id}/"
    answer = client.post(f"{where}write/", {"text": "Think twice.", "questions": "? broken"})
    assert answer.status_code == 422
    assert "Think twice." in answer.content.decode()
    client.post(f"{where}write/", {"text": "Think twice.", "questions": ""})
    shown = page(client, where)
    assert "Think first." in shown
    assert "Think twice." in shown
    client.post(f"{where}in-force/")
    client.post(f"{where}retire/")
    assert "retired on" in page(client, where)


def test_authors_read_policies_and_write_none_and_strangers_find_none(
    agency: Agency, admin: Person, author: Person
) -> None:
    version = make_policy(actor(admin, agency))
    client, where = at_desk(author), f"/desk/policies/{version.policy_id}/"
    assert "Think first." in page(client, where)
    for path in (f"{where}write/", "/desk/policies/new/"):
        assert client.get(path).status_code == 403
    for path in (f"{where}in-force/", f"{where}retire/"):
        assert client.post(path).status_code == 403
    stranger = at_desk(make_person(make_agency(), Role.AUTHOR))
    for path in (where, f"{where}acknowledge/"):
        assert stranger.get(path).status_code == 404
    assert client.get("/desk/policies/new/?from=../../x").status_code == 403


# --- pauses -----------------------------------------------------------------------------------------


def test_everything_is_paused_with_two_taps_and_every_page_says_so(
    agency: Agency, leader: Person, author: Person
) -> None:
    boss, writer = at_desk(leader), at_desk(author)
    today = page(boss, "/desk/")
    assert 'href="/desk/rules/brakes/"' in today  # the first tap, on every page
    form = boss.get("/desk/rules/brakes/").context["form"]
    chosen = {name: str(form[name].value()) for name in form.fields}
    answer = boss.post("/desk/rules/brakes/apply/", chosen)  # the second, with nothing typed
    assert "said=brake-applied" in answer["Location"]
    for client, path in ((boss, "/desk/"), (writer, "/desk/appeals/"), (writer, "/desk/rules/paused/")):
        assert "All posting is paused until" in page(client, path)
    assert 'data-refresh="5"' in page(writer, "/desk/rules/paused/")
    boss.post(f"/desk/rules/brakes/{Brake.objects.get().pk}/lift/")
    assert "paused until" not in page(writer, "/desk/rules/paused/")
    assert "Lifted" in page(boss, "/desk/rules/brakes/")


def test_a_pause_is_shown_to_whom_it_concerns(agency: Agency, leader: Person, author: Person) -> None:
    holder, other = make_person(agency, Role.STEWARD), make_person(agency, Role.STEWARD)
    account = Account.objects.create(
        agency=agency, channel="simulated", handle="h", label="Harbour", server_url="http://127.0.0.1:9",
        registered_at=clock.now(),
    )  # fmt: skip
    Holder.objects.create(agency=agency, account=account, person=holder, begun_at=clock.now())
    by = actor(leader, agency)
    brake(by, "person", author.pk, reason="Talk to me")
    brake(by, "account", account.pk, name="Harbour")
    brake(by, "topic", "Traffic")
    seen = {
        person.pk: page(at_desk(person), "/desk/rules/paused/") for person in (leader, author, holder, other)
    }
    assert "Your posts are paused until" in seen[author.pk]
    assert "Talk to me" in seen[author.pk]
    assert "“Harbour” is paused" in seen[holder.pk]
    assert "Harbour" not in seen[other.pk]
    assert "Talk to me" not in seen[holder.pk]
    assert all("Traffic" in said for said in seen.values())
    assert seen[leader.pk].count("<p") == 3


def test_asking_for_the_strip_is_cheap(author: Person) -> None:
    client = at_desk(author)
    page(client, "/desk/rules/paused/")
    with CaptureQueriesContext(connection) as asked:
        page(client, "/desk/rules/paused/")
    assert len(asked) <= 6


def test_authors_pause_nothing_and_anothers_account_is_not_found(
    agency: Agency, author: Person, leader: Person
) -> None:
    client = at_desk(author)
    assert "/desk/rules/brakes/" not in page(client, "/desk/")
    assert client.get("/desk/rules/brakes/").status_code == 403
    assert client.post("/desk/rules/brakes/apply/", {"what": "all"}).status_code == 403
    answer = at_desk(leader).post(
        "/desk/rules/brakes/apply/", {"what": "account:99999", "hours": 1, "reason": "x"}
    )
    assert answer.status_code == 422
    assert not Brake.objects.exists()


def test_the_gate_leaves_the_desk_open(agency: Agency, author: Person) -> None:
    gate(agency)
    assert at_desk(author).get("/desk/").status_code == 200
