"""Policies: versions, the quiz, and that a new version asks again."""

from __future__ import annotations

from typing import Any

import pytest

from hueandcry.agencies import acknowledging, policies, policy_actions, quiz, shipped
from hueandcry.agencies.models import Agency, PolicyVersion
from hueandcry.agencies.roles import Role
from hueandcry.agencies.standing import standing_of
from hueandcry.kernel.actor import Actor, system
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_rules import QUIZ, acknowledge, make_policy, number_of


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency()


@pytest.fixture
def admin(agency: Agency) -> Actor:
    return make_actor(agency, Role.ADMINISTRATOR, name="Petra Solway")


def problems(person: Actor) -> list[tuple[str, str]]:
    return list(standing_of(person_id=number_of(person), agency_id=person.agency_id).problems)


@pytest.mark.parametrize("name", shipped.POLICIES)
def test_each_shipped_policy_is_filled_in_and_has_its_quiz(name: str) -> None:
    text = shipped.policy(name, gaps={"agency": "Port Ellery Police", "emergency": "999"})
    assert "((" not in text.text
    assert len(text.questions) >= 3
    assert quiz.parse(quiz.write(text.questions)) == text.questions
    assert text.title
    assert text.layer == "agency"


def test_there_is_no_other_shipped_policy() -> None:
    with pytest.raises(NotFound):
        shipped.policy("../../settings/base")


def test_a_policy_asks_nobody_until_it_is_in_force_and_then_everybody(agency: Agency, admin: Actor) -> None:
    author = make_actor(agency, Role.AUTHOR)
    policy = policy_actions.draft_policy(
        layer="agency", title="Official use", text="Think.", questions=QUIZ, by=admin
    )
    assert problems(author) == []
    version = policy_actions.put_in_force(policy_id=policy.pk, by=admin)
    assert problems(author) == [("policy", "Version 1 of “Official use” is not acknowledged yet.")]
    acknowledge(version, author)
    assert problems(author) == []


def test_a_new_version_asks_again_and_the_old_wording_stays_as_it_was(agency: Agency, admin: Actor) -> None:
    author = make_actor(agency, Role.AUTHOR)
    first = make_policy(admin)
    acknowledge(first, author)
    policy_actions.write_policy(policy_id=first.policy_id, text="Think twice.", questions=QUIZ, by=admin)
    assert problems(author) == []
    policy_actions.write_policy(
        policy_id=first.policy_id, text="Think three times.", questions=QUIZ, by=admin
    )
    second = policy_actions.put_in_force(policy_id=first.policy_id, by=admin)
    assert [code for code, _said in problems(author)] == ["policy"]
    texts = PolicyVersion.objects.order_by("number").values_list("text", flat=True)
    assert list(texts) == ["Think first.", "Think three times."]
    acknowledge(second, author)
    assert problems(author) == []
    with pytest.raises(Conflict):
        policy_actions.put_in_force(policy_id=first.policy_id, by=admin)


def test_the_quiz_is_passed_with_every_answer_right_after_as_many_tries_as_it_takes(
    agency: Agency, admin: Actor
) -> None:
    author, version = make_actor(agency, Role.AUTHOR), make_policy(admin)
    tries: list[list[int | None]] = [[None, None], [0, 0], [1], [1, 0], [0, 1]]
    answered = [
        acknowledging.acknowledge_policy(policy_id=version.policy_id, number=1, answers=given, by=author)
        for given in tries
    ]
    assert [(item.wrong, item.done) for item in answered] == [
        ((0, 1), False), ((0,), False), ((1,), False), ((), True), ((), True),
    ]  # fmt: skip
    row = policies.mine(actor=author, version=version)
    assert row is not None
    assert row.tries == 4
    verbs = list(Entry.objects.filter(actor=author.ref).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["policy.try", "policy.try", "policy.try", "policy.acknowledge"]


def test_only_the_version_on_the_screen_is_acknowledged_and_only_by_oneself(
    agency: Agency, admin: Actor
) -> None:
    author, version = make_actor(agency, Role.AUTHOR), make_policy(admin)
    with pytest.raises(Conflict):
        acknowledging.acknowledge_policy(policy_id=version.policy_id, number=2, answers=[1, 0], by=author)
    stranger = make_actor(make_agency(), Role.AUTHOR)
    for nobody in (stranger, system("x", agency_id=agency.pk)):
        with pytest.raises(NotFound):
            acknowledging.acknowledge_policy(policy_id=version.policy_id, number=1, answers=[1, 0], by=nobody)


def test_a_retired_policy_asks_nobody(agency: Agency, admin: Actor) -> None:
    author, version = make_actor(agency, Role.AUTHOR), make_policy(admin)
    policy_actions.retire_policy(policy_id=version.policy_id, by=admin)
    assert problems(author) == []
    with pytest.raises(NotFound):
        acknowledge(version, author)
    with pytest.raises(Conflict):
        policy_actions.write_policy(policy_id=version.policy_id, text="x", questions=[], by=admin)


def test_only_who_manages_rules_writes_policies(agency: Agency, admin: Actor) -> None:
    leader, version = make_actor(agency, Role.LEADER), make_policy(admin)
    for forbidden in (
        lambda: policy_actions.draft_policy(layer="city", title="x", text="x", questions=[], by=leader),
        lambda: policy_actions.write_policy(policy_id=version.policy_id, text="x", questions=[], by=leader),
        lambda: policy_actions.put_in_force(policy_id=version.policy_id, by=leader),
        lambda: policy_actions.retire_policy(policy_id=version.policy_id, by=leader),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"title": " "}, Invalid), ({"layer": "moon"}, Invalid), ({"text": " "}, Invalid), ({"title": "Official use"}, Conflict)],
)  # fmt: skip
def test_what_cannot_be_a_policy_is_refused(
    admin: Actor, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    make_policy(admin)
    given: dict[str, Any] = {"layer": "law", "title": "Law", "text": "x", "questions": [], "by": admin}
    with pytest.raises(refusal):
        policy_actions.draft_policy(**{**given, **changes})


def test_the_list_shows_drafts_to_whoever_writes_them_only(agency: Agency, admin: Actor) -> None:
    author = make_actor(agency, Role.AUTHOR)
    make_policy(admin)
    policy_actions.draft_policy(layer="law", title="Law", text="x", questions=[], by=admin)
    assert [line.policy.title for line in policies.policies(actor=admin)] == ["Official use", "Law"]
    (line,) = policies.policies(actor=author)
    assert (line.policy.title, line.mine, line.acknowledged, line.draft) == ("Official use", False, 0, None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- before any question\n", "Line 1"),
        ("? One\n- a\n- b", "Question 1"),
        ("? One\n* a", "Question 1"),
        ("? One\n* a\n* b", "Line 3"),
        ("? One\nhello", "Line 2"),
        ("?", "Line 1"),
    ],
)
def test_a_quiz_that_cannot_be_read_says_where(text: str, line: str) -> None:
    with pytest.raises(Invalid, match=line):
        quiz.parse(text)
