"""The right to show a picture (R33)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.assets import rights
from hueandcry.assets.models import Asset, Rights
from hueandcry.assets.rights import Statement
from hueandcry.assets.rights_actions import state_rights
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
FINE = {"owner": "own", "people": "none", "minors": "none"}


@pytest.fixture
def author() -> Actor:
    return make_actor(make_agency(), Role.AUTHOR)


def asset(by: Actor, part_of: Asset | None = None) -> Asset:
    """A picture that is known, without its bytes."""
    about = {"digest": "0" * 64, "kind": "jpeg", "size": 1, "width": 1, "height": 1}
    return Asset.objects.create(
        agency_id=by.agency_id, added_at=clock.now(), added_by=by.ref, part_of=part_of, **about
    )


def state(row: Asset, by: Actor, **more: Any) -> Rights:
    """State its rights."""
    return state_rights(what=f"asset:{row.pk}", statement=Statement(**{**FINE, **more}), by=by)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"owner": "missing"}, "no right"),
        ({"people": "missing"}, "not agreed"),
        ({"minors": "missing"}, "guardian"),
        ({"expires_on": date(2026, 11, 22)}, "22 November 2026"),
    ],
)
def test_what_is_needed_and_missing_stands_in_the_way(author: Actor, said: dict[str, Any], word: str) -> None:
    row = asset(author)
    assert word in rights.problems(state(row, author, **said), day=DAY)[0]
    assert word in rights.unfit(agency_id=author.agency_id, day=DAY)["asset", row.pk]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"expires_on": DAY},
        {"owner": "licensed", "licence": "Harbour Museum, online use"},
        {"owner": "case", "people": "purpose", "minors": "purpose", "why_people": "Appeal to find her"},
    ],
)
def test_what_is_stated_whole_may_be_shown(author: Actor, said: dict[str, Any]) -> None:
    assert rights.problems(state(asset(author), author, **said), day=DAY) == []
    assert rights.unfit(agency_id=author.agency_id, day=DAY) == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"owner": "licensed"}, "licence"),
        ({"people": "purpose"}, "why_people"),
        ({"owner": "stolen"}, "owner"),
        ({"music": "none"}, "music"),
    ],
)
def test_a_licence_or_a_ground_is_named(author: Actor, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        state(asset(author), author, **said)
    assert refusal.value.field == field


def test_what_is_stated_last_counts_and_the_record_keeps_both(author: Actor) -> None:
    row = asset(author)
    state(row, author, owner="missing")
    state(row, author)
    assert rights.unfit(agency_id=author.agency_id, day=DAY) == {}
    assert Entry.objects.filter(verb="asset.state-rights", subject=f"asset:{row.pk}").count() == 2


def test_a_part_of_a_picture_has_the_rights_of_the_whole(author: Actor) -> None:
    whole = asset(author)
    part = asset(author, part_of=whole)
    state(part, author, owner="missing")
    assert set(rights.unfit(agency_id=author.agency_id, day=DAY)) == {("asset", whole.pk), ("asset", part.pk)}
    found = rights.stated(agency_id=author.agency_id, asset_ids=[part.pk])
    assert found["asset", part.pk].asset_id == whole.pk


def test_only_who_writes_states_and_only_of_their_agency(author: Actor) -> None:
    row = asset(author)
    with pytest.raises(NotFound):
        state(row, make_actor(make_agency(slug="elsewhere"), Role.AUTHOR))
    with pytest.raises(NotAllowed):
        state(row, make_actor(make_agency(slug="far"), Role.COLLEAGUE))
