"""The posts of the scene: one of each state, and where each page of posts finds its own."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw

from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.approval_actions import approve_post, return_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing_actions import add_picture, describe_pictures, draft_post, save_post

LANE = "Mill Lane is closed both ways at the harbour end until about 14:00. A lorry has lost its load of oranges."


@dataclass
class Written:
    """draft: being written; waiting: handed in twice; out: went out a while ago; stuck: nobody knows whether it is up."""

    draft: Post
    waiting: Post
    planned: Post
    out: Post
    stuck: Post


def write(*, agency_id: int, author: Actor, approver: Actor, pictured: bool = True) -> Written:
    """Posts on the simulated accounts of an agency."""
    accounts = tuple(Account.objects.filter(agency_id=agency_id).order_by("pk").values_list("pk", flat=True))

    def begin(text: str, **more: Any) -> Post:
        given = {"account_ids": accounts[:2], **more}
        return draft_post(content=Content(text=text, **given), by=author)

    waiting = begin("Mill Lane is closed.", kind="traffic", topics=("traffic",))
    if pictured:
        waiting = add_picture(post_id=waiting.pk, data=drawing(), file_name="lane.jpg", by=author, ours=True)
        alts = {waiting.pictures[0]["asset"]: "Oranges all over a lane, two cones before them"}
        ours = frozenset(alts)
        waiting = describe_pictures(post_id=waiting.pk, alts=alts, ours=ours, by=author)
    submit_post(post_id=waiting.pk, by=author)
    return_post(post_id=waiting.pk, note="Which end, and until when?", by=approver)
    content = Content(text=LANE, account_ids=accounts[:2], kind="traffic", topics=("traffic",))
    save_post(post_id=waiting.pk, content=content, by=author)
    waiting = submit_post(post_id=waiting.pk, by=author)
    noon = (clock.now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    planned = begin("Open day at Eastfield station.", scheduled_at=noon, zone="Europe/London", kind="event")
    begin(
        "Summer is near: lock your bicycle twice.",
        scheduled_at=noon + timedelta(minutes=5),
        zone="Europe/London",
    )
    submit_post(post_id=planned.pk, by=author)
    return Written(
        draft=begin("The lido opens at nine.", own_texts=(("simulated", "The lido opens at nine. #Lido"),)),
        waiting=waiting,
        planned=approve_post(post_id=planned.pk, by=approver),
        out=_out(begin("The ferry terminal is open again."), author, approver, "sent"),
        stuck=_out(begin("Found: three bicycles."), author, approver, "unconfirmed"),
    )


def _out(post: Post, author: Actor, approver: Actor, state: str) -> Post:
    """As the worker would have left it."""
    submit_post(post_id=post.pk, by=author)
    approve_post(post_id=post.pk, by=approver)
    for row in Delivery.objects.filter(post=post):
        known = {"remote_id": f"1{row.pk}", "remote_url": f"http://127.0.0.1:8002/@main/{row.pk}"}
        Delivery.objects.filter(pk=row.pk).update(
            status=state,
            due_at=None,
            attempts=2,
            tried_at=clock.now(),
            frozen_request={"text": post.text},
            sent_at=clock.now() if state == "sent" else None,
            last_error="" if state == "sent" else "The network gave no answer.",
            **(known if state == "sent" else {}),
        )
    return post


def drawing() -> bytes:
    """A drawn picture: a lane and what lies on it."""
    out = io.BytesIO()
    picture = Image.new("RGB", (960, 640), (190, 205, 220))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(300, 640), (660, 640), (520, 220), (440, 220)], fill=(90, 95, 100))
    for number in range(24):
        x, y = 330 + (number * 67) % 300, 400 + (number * 43) % 220
        draw.ellipse([x, y, x + 26, y + 26], fill=(240, 140, 30))
    picture.save(out, "JPEG")
    return out.getvalue()


Example = tuple[str, Callable[[Any], str]]
EXAMPLES: dict[str, Example] = {
    "desk/compose/": ("approver", lambda _s: "/desk/compose/"),
    "desk/scene/": ("approver", lambda _s: "/desk/scene/"),
    "desk/compose/<int:post_id>/": ("approver", lambda s: f"/desk/compose/{s.posts.draft.pk}/"),
    "desk/posts/": ("approver", lambda _s: "/desk/posts/"),
    "desk/posts/<int:post_id>/": ("approver", lambda s: f"/desk/posts/{s.posts.out.pk}/"),
    "desk/approvals/": ("approver", lambda _s: "/desk/approvals/"),
    "desk/calendar/": ("approver", lambda _s: "/desk/calendar/"),
    "desk/wall/": ("approver", lambda _s: "/desk/wall/"),
    "desk/unconfirmed/": ("approver", lambda _s: "/desk/unconfirmed/"),
}
STATES: dict[str, Example] = {
    "waiting-post": ("approver", lambda s: f"/desk/posts/{s.posts.waiting.pk}/"),
    "calendar-list": ("approver", lambda _s: "/desk/calendar/?view=list"),
    "calendar-week": ("approver", lambda _s: "/desk/calendar/?view=week"),
}
NOT_PAGES = {
    "desk/scene/worker.js": "keeps the page above on a phone",
    "desk/scene/known/": "what that page asks about the person",
    "desk/app.webmanifest": "what a phone needs to install the desk",
    "desk/posts/<int:post_id>/media/<str:name>": "a picture of a post",
    "desk/cards/<str:name>": "the picture of a link's card",
    "desk/posts/<int:post_id>/video/state/": "a part of the page on which a post is written",
    "desk/posts/<int:post_id>/video/file": "the video of a post",
    "desk/posts/<int:post_id>/video/captions": "the captions of a post's video",
    "desk/posts/<int:post_id>/results/": "a part of the post's page",
}
