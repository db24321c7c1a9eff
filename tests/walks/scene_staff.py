"""The staff feed and staff notices on the desk of scene.py, made when a page about them is looked at first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from hueandcry.kernel import clock
from hueandcry.posts.models import Post
from hueandcry.staff.models import Notice, NoticeAddress, StaffNote
from tests.factories_staff import make_address, make_note

if TYPE_CHECKING:
    from tests.walks.scene import Scene

Example = tuple[str, Callable[[Any], str]]


def _feed(scene: Scene) -> str:
    """Posts with what to say, one of them taken down, and two notes."""
    force = scene.programme.force
    if not StaffNote.objects.filter(agency=force).exists():
        by = scene.actor(scene.approver, force)
        make_note(by)
        make_note(
            by,
            kind="health",
            title="Cst. Otis Farrow is off for some weeks",
            text="Sgt Vance has the card. Please write, do not ring.",
            named="Otis Farrow",
        )
        rows = Post.objects.filter(agency=force, status="announced")
        rows.update(if_asked="Say that the lane opens at two.\nAnything else: the press desk.")
    return "/desk/staff/"


def _address(scene: Scene) -> NoticeAddress:
    """An address with notices that arrived and one that did not; another is stopped."""
    force = scene.programme.force
    found = NoticeAddress.objects.filter(agency=force).order_by("pk").first()
    if found is not None:
        return found
    row, stopped = make_address(force.pk), make_address(force.pk, label="Old pager")
    NoticeAddress.objects.filter(pk=stopped.pk).update(stopped_at=clock.now())
    NoticeAddress.objects.filter(pk=row.pk).update(quiet_from=time(22), quiet_to=time(6))
    moment = clock.now() - timedelta(minutes=5)
    for number, (status, why) in enumerate(
        [("sent", ""), ("failed", "The service could not be reached, five times."), ("unconfirmed", "")]
    ):
        Notice.objects.create(
            agency=force,
            address=row,
            kind="feed",
            about=f"post:0@{number}",
            status=status,
            made_at=moment,
            done_at=moment,
            last_error=why,
        )
    return row


def _notices(scene: Scene) -> str:
    _address(scene)
    return "/desk/staff/notices/"


def _if_asked(scene: Scene) -> str:
    """What to say about a post that is out."""
    _feed(scene)
    post = Post.objects.filter(agency=scene.programme.force, status="announced").order_by("pk")[0]
    return f"/desk/staff/posts/{post.pk}/if-asked/"


EXAMPLES: dict[str, Example] = {
    "desk/staff/posts/<int:post_id>/if-asked/": ("approver", _if_asked),
    "desk/staff/": ("approver", _feed),
    "desk/staff/new/": ("approver", lambda _s: "/desk/staff/new/"),
    "desk/staff/notices/": ("keeper", _notices),
    "desk/staff/notices/new/": ("keeper", lambda _s: "/desk/staff/notices/new/"),
    "desk/staff/notices/<int:address_id>/": ("keeper", lambda s: f"/desk/staff/notices/{_address(s).pk}/"),
}
