"""The lamp of the desk: what the worker noted, never an examination while somebody waits for a page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.health import noted, queries, rooms, standing
from hueandcry.health.finding import Level, good, wrong
from hueandcry.jobs.models import Heartbeat
from hueandcry.jobs.runner import discover
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Settings) -> Path:
    """A data directory of the test's own, in which a worker runs."""
    settings.HUE_HOME, settings.HUE_RUN = tmp_path, tmp_path / "run"
    standing.forget()
    Heartbeat.objects.create(sweep="records.seal_due", ran_at=clock.now(), worker="test")
    return tmp_path


def administrator(agency: Agency) -> Actor:
    return make_actor(agency, Role.ADMINISTRATOR)


def failing_account(agency: Agency) -> None:
    Account.objects.create(
        agency=agency, channel="simulated", handle="pe", label="Port Ellery Police", server_url="http://x",
        registered_at=clock.now(), checked_at=clock.now(), status="needs_attention", problem="It is not accepted.",
    )  # fmt: skip


def test_no_page_of_the_desk_examines_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(*_args: object) -> None:
        raise AssertionError("a page examined the installation while somebody waited")

    agency = make_agency()
    standing.note()
    monkeypatch.setattr(queries, "_look", examine)
    assert at_desk(make_person(agency, Role.ADMINISTRATOR)).get("/desk/").status_code == 200


def test_the_worker_notes_what_stands_wrong_and_each_agency_sees_its_own_accounts() -> None:
    ours, others = make_agency(), make_agency(slug="north-ellery", reference_prefix="NE")
    failing_account(ours)
    discover()["health.note_standing"].run()
    mine, theirs = (standing.standing(actor=administrator(each)) for each in (ours, others))
    assert theirs.wrong
    assert mine.wrong == theirs.wrong + 1
    found = queries.findings(actor=administrator(ours))
    assert mine.wrong == sum(each.level == Level.WRONG for each in found), "lamp and page say the same"


def test_a_worker_that_no_longer_looks_is_itself_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = administrator(make_agency())
    standing.note()
    before = standing.standing(actor=actor).wrong
    later = clock.now() + noted.STALE + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    Heartbeat.objects.update(ran_at=later)
    assert "has not looked" in rooms.worker()[0].says
    assert standing.standing(actor=actor).wrong == before + 1


def test_before_the_first_look_only_the_worker_is_judged(own_home: Path) -> None:
    actor = administrator(make_agency())
    assert standing.standing(actor=actor) == noted.Standing()
    (own_home / "stamps").mkdir()
    (own_home / "stamps" / "standing.json").write_text('{"at": "yesterday"', encoding="utf-8")
    assert standing.standing(actor=actor) == noted.Standing()
    Heartbeat.objects.update(failures=1)
    assert standing.standing(actor=actor).wrong == 1


def test_what_the_page_health_has_just_found_goes_first() -> None:
    agency = make_agency()
    actor = administrator(agency)
    standing.note()
    standing.keep([good("disk", "ok"), *[wrong("disk", "full", "make room")] * 40], agency_id=agency.pk)
    assert standing.standing(actor=actor).wrong == 40
    standing.forget()
    assert standing.standing(actor=actor).wrong < 40
