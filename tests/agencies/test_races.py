"""Two administrators at the same moment: the laws about roles hold as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, connections, transaction

from hueandcry.agencies import actions, queries
from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Refusal
from tests.factories import make_agency, make_person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"], transaction=True)]
MOMENT = 0.5  # seconds in which the second act would get past the first, if nothing held it up


def both(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Do the second while the first is done and not yet committed; returns the sentences of who was refused.

    On SQLite a second writer never begins before the first has ended, so there it simply comes after.
    """

    def elsewhere() -> None:
        try:
            second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            first()
            other: Future[None] | None = None
            if connection.vendor == "postgresql":
                other = threads.submit(elsewhere)
                with suppress(TimeoutError, Refusal):
                    other.result(timeout=MOMENT)
        try:
            other.result() if other else second()
        except Refusal as refusal:
            return [refusal.sentence]
    return []


def acting(person_id: int, agency_id: int) -> Actor:
    return queries.actor_for(person_id=person_id, agency_id=agency_id)


def test_the_last_two_administrators_cannot_take_each_other_out() -> None:
    agency = make_agency()
    kit, ife = (make_person(agency, Role.ADMINISTRATOR, Role.AUTHOR, name=name) for name in ("Kit", "Ife"))
    by_kit, by_ife = acting(kit.pk, agency.pk), acting(ife.pk, agency.pk)
    refused = both(
        lambda: actions.take_role(person_id=ife.pk, role=Role.ADMINISTRATOR, by=by_kit),
        lambda: actions.take_role(person_id=kit.pk, role=Role.ADMINISTRATOR, by=by_ife),
    )
    assert refused == ["This is the last administrator. Give the role to somebody else first."]


def test_two_roles_that_may_not_meet_are_not_given_at_the_same_moment() -> None:
    agency = make_agency()
    kit, ife = (make_person(agency, Role.ADMINISTRATOR, name=name) for name in ("Kit", "Ife"))
    pat = make_person(agency, Role.AUTHOR, name="Pat")
    refused = both(
        lambda: actions.give_role(person_id=pat.pk, role=Role.ADMINISTRATOR, by=acting(kit.pk, agency.pk)),
        lambda: actions.give_role(person_id=pat.pk, role=Role.APPROVER, by=acting(ife.pk, agency.pk)),
    )
    assert len(refused) == 1
    assert "in the same agency" in refused[0]


def test_the_same_role_given_twice_at_the_same_moment_is_held_once() -> None:
    agency = make_agency()
    kit = make_person(agency, Role.ADMINISTRATOR, name="Kit")
    pat = make_person(agency, Role.AUTHOR, name="Pat")
    by = acting(kit.pk, agency.pk)
    give = lambda: actions.give_role(person_id=pat.pk, role=Role.APPROVER, by=by)  # noqa: E731
    assert both(give, give) == []
    assert {line.person.pk: line.roles for line in queries.people(actor=by)}[pat.pk].count(Role.APPROVER) == 1
