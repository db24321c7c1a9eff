"""People who publish and withdraw together, and a worker that follows. Run as a program on SQLite files of its own.

A test's SQLite is in memory and shared by its threads, which lock each other out as no real database does.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

WHILE = 0.5  # seconds that a transaction stays open, so that the other one meets it


def mixed() -> dict[str, Any]:
    """Publish two appeals, withdraw a third and rebuild twice, all at the same time."""
    from django.db import connections  # noqa: PLC0415 - Django is set up first when this is a program

    from hueandcry.publicsite import actions, build, pages  # noqa: PLC0415
    from hueandcry.publicsite.sites import state_of  # noqa: PLC0415
    from tests.factories_appeals import Team  # noqa: PLC0415

    team = Team()
    one, two, three = (team.approved(reference=f"PE-{number}") for number in (1, 2, 3))
    actions.publish_appeal(appeal_id=three.pk, by=team.author)

    def act(what: str) -> None:
        try:
            if what == "withdraw":
                actions.take_down_appeal(appeal_id=three.pk, reason="x", by=team.approver)
            elif what == "rebuild":
                actions.rebuild(by=team.author)
            else:
                actions.publish_appeal(appeal_id=int(what), by=team.author)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(act, ["rebuild", str(one.pk), "withdraw", str(two.pk), "rebuild"]))
    served = build.current()
    assert served is not None
    folders = [release.folder / team.agency.slug / "appeals" for release in build.releases()]
    return {
        "shows the last commit": served.state == state_of(pages.all_sites()),
        "appeals": sorted(
            path.parent.name for path in (served.folder / team.agency.slug).glob("appeals/*/index.html")
        ),
        "left of the withdrawn": sum((folder / "PE-3/index.html").exists() for folder in folders),
    }


def same() -> list[str]:
    """Four people publish the same appeal."""
    from django.db import connections  # noqa: PLC0415

    from hueandcry.kernel.errors import Refusal  # noqa: PLC0415
    from hueandcry.publicsite import actions  # noqa: PLC0415
    from tests.factories_appeals import Team  # noqa: PLC0415

    team = Team()
    appeal = team.approved()

    def publish(_number: int) -> str:
        try:
            actions.publish_appeal(appeal_id=appeal.pk, by=team.author)
        except Refusal as refusal:
            return type(refusal).__name__
        else:
            return "published"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(publish, range(4)))


def drafts() -> list[str]:
    """Somebody begins an appeal while another one's is not committed yet; neither chose a reference."""
    from django.db import transaction  # noqa: PLC0415

    from hueandcry.appeals.actions import draft_appeal  # noqa: PLC0415
    from tests.factories_appeals import Team, content  # noqa: PLC0415

    team = Team()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = draft_appeal(content=content(), by=team.author)
            second = pool.submit(_alone, lambda: draft_appeal(content=content(), by=team.approver))
            time.sleep(WHILE)
        return [first.reference, second.result()]


def approving() -> list[str]:
    """Somebody approves while the author writes the appeal anew and hands it in again."""
    from django.db import transaction  # noqa: PLC0415

    from hueandcry.appeals import actions  # noqa: PLC0415
    from hueandcry.appeals.models import Appeal  # noqa: PLC0415
    from tests.factories_appeals import Team, content  # noqa: PLC0415

    team = Team()
    seen = actions.draft_appeal(content=content(), by=team.author)
    actions.submit_appeal(appeal_id=seen.pk, by=team.author)

    def approve() -> Appeal:
        return actions.approve_appeal(appeal_id=seen.pk, revision=seen.revision, by=team.approver)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.edit_appeal(appeal_id=seen.pk, content=content(title="Another one"), by=team.author)
            actions.submit_appeal(appeal_id=seen.pk, by=team.author)
            approved = pool.submit(_alone, approve)
            time.sleep(WHILE)
        return [approved.result(), Appeal.objects.get(pk=seen.pk).status]


def _alone(act: Callable[[], Any]) -> str:
    """In a thread of its own: the reference of the appeal, or the name of the refusal."""
    from django.db import connections  # noqa: PLC0415

    from hueandcry.kernel.errors import Refusal  # noqa: PLC0415

    try:
        return str(act().reference)
    except Refusal as refusal:
        return type(refusal).__name__
    finally:
        connections.close_all()


WHAT: dict[str, Callable[[], Any]] = {
    "mixed": mixed,
    "same": same,
    "drafts": drafts,
    "approving": approving,
}

if __name__ == "__main__":
    import django

    django.setup()
    from django.conf import settings

    from tests.servers import tables

    tables.lay(settings.HUE_HOME)
    sys.stdout.write(json.dumps(WHAT[sys.argv[1]]()))
