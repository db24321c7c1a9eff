"""`hue law`: what another law pack changes is shown first; chosen with a reason, it counts and is recorded."""

from __future__ import annotations

import pytest

from hueandcry.agencies import law_actions
from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.cli.main import parser
from hueandcry.cli.problems import Problem
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.preflight import packs
from hueandcry.preflight.comparing import changes
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def hue(*words: str) -> None:
    given = parser().parse_args(["law", *words])
    given.run(given)


def test_what_changes_is_shown_and_nothing_is_changed_without_a_reason(
    agency: Agency, capsys: pytest.CaptureFixture[str]
) -> None:
    hue("packs")
    assert "* us-generic:" in capsys.readouterr().out
    hue("choose", "england-wales")
    said = capsys.readouterr().out
    assert "new      " in said
    assert "Nothing was changed." in said
    agency.refresh_from_db()
    assert agency.law_pack == "us-generic"


def test_with_a_reason_it_counts_from_now_on_and_is_recorded(agency: Agency) -> None:
    hue("choose", "ca-ontario", "--reason", "We moved.")
    agency.refresh_from_db()
    assert agency.law_pack == "ca-ontario"
    assert Entry.objects.get(verb="agency.law-pack").actor == "system:operator"
    with pytest.raises(Problem, match="in use already"):
        hue("choose", "ca-ontario", "--reason", "Again.")
    with pytest.raises(Problem, match="no law pack"):
        hue("choose", "atlantis", "--reason", "It sank.")


def test_who_may_choose_and_why_it_is_said(agency: Agency) -> None:
    admin = make_actor(agency, Role.ADMINISTRATOR)
    given = {"there": packs.names(), "reason": "Our lawyer says so."}
    with pytest.raises(NotAllowed):
        law_actions.choose_law_pack(name="ca-ontario", **given, by=make_actor(agency, Role.AUTHOR))  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        law_actions.choose_law_pack(name="ca-ontario", there=packs.names(), reason=" ", by=admin)
    with pytest.raises(Invalid):
        law_actions.choose_law_pack(name="atlantis", **given, by=admin)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        law_actions.choose_law_pack(name="us-generic", **given, by=admin)  # type: ignore[arg-type]


def test_a_pack_is_no_different_from_itself_and_every_rule_is_told_once() -> None:
    for one in map(packs.load, packs.names()):
        assert not changes(one, one)
        for other in map(packs.load, packs.names()):
            found = changes(one, other)
            ids = [rule.id for rule in (*found.added, *found.gone)] + [
                after.id for _was, after in found.changed
            ]
            assert len(ids) == len(set(ids))
