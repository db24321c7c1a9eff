"""Roles: nobody has every right, and the first administrator cannot read tips."""

from __future__ import annotations

from itertools import combinations

import pytest

from hueandcry.agencies import actions, queries
from hueandcry.agencies.roles import (
    EXPLAINED,
    KINDS,
    LABELS,
    PERMISSIONS,
    Role,
    permissions_of,
    why_not_together,
)
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency, make_person, make_programme


def allowed_sets(kind: str) -> list[set[Role]]:
    roles = [role for role in Role if kind in KINDS[role]]
    every = [set(chosen) for size in range(1, len(roles) + 1) for chosen in combinations(roles, size)]
    return [chosen for chosen in every if not why_not_together(chosen)]


@pytest.mark.parametrize("kind", ["agency", "tip_programme"])
def test_no_allowed_set_of_roles_holds_every_permission(kind: str) -> None:
    for chosen in allowed_sets(kind):
        assert permissions_of(chosen) < frozenset(Permission)


def test_whoever_manages_people_can_neither_read_tips_nor_approve() -> None:
    for kind in ("agency", "tip_programme"):
        for chosen in allowed_sets(kind):
            held = permissions_of(chosen)
            if Permission.PEOPLE_MANAGE in held:
                assert not held & {Permission.TIP_READ, Permission.TIP_ANSWER, Permission.APPEAL_APPROVE}


def test_tips_are_read_in_the_programme_only() -> None:
    for role, held in PERMISSIONS.items():
        if any(permission.value.startswith("tip:") for permission in held):
            assert KINDS[role] == {"tip_programme"}


def test_every_role_has_a_name_an_explanation_and_a_place() -> None:
    assert set(LABELS) == set(EXPLAINED) == set(PERMISSIONS) == set(KINDS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == frozenset(Permission)


@pytest.mark.django_db(databases=["default", "tips"])
class TestPeople:
    def test_an_administrator_invites_and_gives_and_takes_roles_and_all_is_recorded(self) -> None:
        agency = make_agency()
        admin = make_actor(agency, Role.ADMINISTRATOR, name="Hadley Moreau")
        person = make_person(agency, Role.AUTHOR, name="Bill Tennant")
        actions.give_role(person_id=person.pk, role=Role.APPROVER, by=admin)
        actions.take_role(person_id=person.pk, role=Role.AUTHOR, by=admin)
        assert queries.person_line(actor=admin, person_id=person.pk).roles == [Role.APPROVER]
        verbs = list(
            Entry.objects.filter(subject=f"person:{person.pk}").order_by("id").values_list("verb", flat=True)
        )
        assert verbs[-2:] == ["person.give-role", "person.take-role"]

    def test_roles_that_must_stay_apart_are_refused(self) -> None:
        programme = make_programme()
        admin = make_actor(programme, Role.ADMINISTRATOR)
        other = make_person(programme, Role.TIP_COORDINATOR, name="Samira Quist")
        with pytest.raises(Conflict, match="nobody may hold both keys"):
            actions.give_role(person_id=other.pk, role=Role.ADMINISTRATOR, by=admin)

    def test_a_force_has_no_tip_coordinator(self) -> None:
        agency = make_agency()
        admin = make_actor(agency, Role.ADMINISTRATOR)
        person = make_person(agency, Role.AUTHOR)
        with pytest.raises(Conflict, match="does not exist"):
            actions.give_role(person_id=person.pk, role=Role.TIP_COORDINATOR, by=admin)

    def test_the_last_administrator_stays(self) -> None:
        agency = make_agency()
        first = make_actor(agency, Role.ADMINISTRATOR)
        number = int(first.ref.partition(":")[2])
        with pytest.raises(Conflict, match="last administrator"):
            actions.end_membership(person_id=number, by=first)
        second = make_actor(agency, Role.ADMINISTRATOR, name="Tomas Reyes")
        actions.end_membership(person_id=number, by=second)
        with pytest.raises(NotFound):
            queries.actor_for(person_id=number, agency_id=agency.pk)

    def test_people_of_another_agency_are_not_found(self) -> None:
        admin = make_actor(make_agency(), Role.ADMINISTRATOR)
        stranger = make_person(make_agency(), Role.AUTHOR)
        with pytest.raises(NotFound):
            actions.end_membership(person_id=stranger.pk, by=admin)

    def test_an_author_manages_nobody(self) -> None:
        agency = make_agency()
        author = make_actor(agency, Role.AUTHOR)
        with pytest.raises(NotAllowed):
            actions.invite_person(name="X Y", email="x@port-ellery.example", roles={Role.AUTHOR}, by=author)
        with pytest.raises(NotAllowed):
            queries.people(actor=author)

    def test_nobody_resets_their_own_sign_in(self) -> None:
        agency = make_agency()
        admin = make_actor(agency, Role.ADMINISTRATOR)
        with pytest.raises(Conflict):
            actions.reset_sign_in(person_id=int(admin.ref.partition(":")[2]), by=admin)

    def test_two_agencies_cannot_share_a_public_host(self) -> None:
        make_agency(host="www.port-ellery.example")
        with pytest.raises(Conflict):
            make_agency(host="www.port-ellery.example")

    def test_an_administrator_cannot_take_over_somebody_who_works_for_another_agency(self) -> None:
        force, programme = make_agency(), make_programme()
        admin = make_actor(force, Role.ADMINISTRATOR)
        officer = make_person(programme, Role.TIP_COORDINATOR, name="Samira Quist")
        given = actions.invite_person(name="S", email=officer.email, roles={Role.AUTHOR}, by=admin)
        assert given.token == ""
        with pytest.raises(actions.LinkElsewhere):
            actions.reset_sign_in(person_id=officer.pk, by=admin)
        by = system("operator", agency_id=force.pk, permissions=frozenset({Permission.PEOPLE_MANAGE}))
        assert actions.reset_sign_in(person_id=officer.pk, by=by).token

    def test_an_administrator_gets_no_link_for_somebody_another_agency_has_invited(self) -> None:
        force, programme = make_agency(), make_programme()
        invited = actions.invite_person(
            name="Samira Quist",
            email="samira@tips.example",
            roles={Role.TIP_COORDINATOR},
            by=make_actor(programme, Role.ADMINISTRATOR),
        )
        admin = make_actor(force, Role.ADMINISTRATOR)
        with pytest.raises(actions.LinkElsewhere):
            actions.invite_person(name="S", email=invited.person.email, roles={Role.AUTHOR}, by=admin)
        assert queries.open_invitation(invited.token).person == invited.person

    def test_no_role_is_added_while_another_agency_holds_an_open_link(self) -> None:
        force, programme = make_agency(), make_programme()
        person = make_person(force, Role.AUTHOR)
        actions.reset_sign_in(person_id=person.pk, by=make_actor(force, Role.ADMINISTRATOR))
        chief = make_actor(programme, Role.ADMINISTRATOR)
        with pytest.raises(actions.LinkElsewhere):
            actions.invite_person(name="N", email=person.email, roles={Role.TIP_COORDINATOR}, by=chief)
