"""What may not be spoken of, a case and a picture's rights on the desk of scene.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hueandcry.appeals.queries import pictures_of
from hueandcry.assets.models import Asset
from hueandcry.kernel import clock
from hueandcry.matters import actions
from hueandcry.matters.models import Matter

if TYPE_CHECKING:
    from tests.walks.scene import Scene

Example = tuple[str, Callable[[Any], str]]


def held(scene: Scene) -> str:
    """One that everybody reads, one that is blind, one that is over."""
    by = scene.actor(scene.approver, scene.programme.force)
    if not Matter.objects.filter(agency_id=by.agency_id).exists():
        reason = "The independent office investigates."
        words = ["Harbour Bridge shooting"]
        actions.hold_matter(
            title="Harbour Bridge, 14 November",
            words=words,
            reason=reason,
            permitted="The independent office investigates and will speak when it can.",
            by=by,
        )
        actions.hold_matter(
            title="Mira Osei",
            words=["Mira Osei"],
            reason="Order of the court",
            blind=True,
            forbidden=True,
            by=by,
        )
        over = actions.hold_matter(
            title="The raid on Dock Street", words=["Dock Street raid"], reason=reason, by=by
        )
        actions.lift_matter(matter_id=over.pk, reason="It is done.", by=by)
    return "/desk/rules/matters/"


def case(scene: Scene) -> str:
    """The case of an appeal, with its stage and a name."""
    by, subject = scene.actor(scene.approver, scene.programme.force), f"appeal:{scene.public.pk}"
    actions.say_stage(subject=subject, stage="charged", by=by)
    actions.clear_names(subject=subject, names=["Otis Farrow"], why="His family", by=by)
    return f"/desk/cases/{subject}/"


def rights(scene: Scene) -> str:
    """A picture whose rights nobody has stated."""
    pictures = pictures_of(scene.draft)
    if pictures:
        return f"/desk/rights/asset:{pictures[0].asset_id}/"
    about = {"digest": "0" * 64, "kind": "jpeg", "size": 1, "width": 1, "height": 1, "added_at": clock.now()}
    row = Asset.objects.create(
        agency=scene.programme.force, added_by="person:1", file_name="pier.jpg", **about
    )
    return f"/desk/rights/asset:{row.pk}/"


EXAMPLES: dict[str, Example] = {
    "desk/rules/matters/": ("approver", held),
    "desk/cases/<str:subject>/": ("approver", case),
    "desk/rights/<str:what>/": ("approver", rights),
}
NOT_PAGES = {"desk/rights/<str:what>/small.jpg": "a picture"}
