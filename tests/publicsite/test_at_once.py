"""Many at once: people who publish and withdraw together, and a worker that follows, leave one true site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import close_old_connections, connections

from hueandcry.appeals.models import Appeal
from hueandcry.publicsite import actions, build, pages
from hueandcry.publicsite.sites import state_of
from tests.factories_appeals import Team

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
    pytest.mark.usefixtures("own_site"),
]


def test_the_last_release_shows_the_last_commit(own_site: Path) -> None:
    team = Team()
    one, two, three = (team.approved(reference=f"PE-{number}") for number in (1, 2, 3))
    actions.publish_appeal(appeal_id=three.pk, by=team.author)

    def act(what: str) -> None:
        try:
            if what == "withdraw":
                actions.take_down_appeal(appeal_id=three.pk, reason="x", by=team.approver)
            elif what == "follow":
                actions.rebuild(by=team.author)
            else:
                actions.publish_appeal(appeal_id=int(what), by=team.author)
        finally:
            close_old_connections()
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(act, ["follow", str(one.pk), "withdraw", str(two.pk), "follow"]))

    served = build.current()
    assert served is not None
    assert served.state == state_of(pages.all_sites())
    assert Appeal.objects.filter(status="published").count() == 2
    shown = own_site / "current" / team.agency.slug / "appeals"
    assert sorted(path.name for path in shown.iterdir() if path.is_dir()) == ["PE-1", "PE-2"]
    for release in build.releases():
        assert not (release.folder / team.agency.slug / "appeals/PE-3/index.html").exists()


def test_of_two_who_publish_the_same_appeal_one_wins(own_site: Path) -> None:
    team = Team()
    appeal = team.approved()

    def publish(_number: int) -> str:
        try:
            actions.publish_appeal(appeal_id=appeal.pk, by=team.author)
        except Exception as problem:  # noqa: BLE001 - the kind of refusal is what is tested
            return type(problem).__name__
        else:
            return "published"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(publish, range(4)))
    assert found == ["Conflict", "Conflict", "Conflict", "published"]
