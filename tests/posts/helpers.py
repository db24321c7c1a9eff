"""A desk with people who write and decide, on the fake channel, for the tests of written posts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel.actor import Actor
from hueandcry.posts.approval_actions import approve_post, publish_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing_actions import add_picture, draft_post
from tests.factories import make_actor
from tests.posts.conftest import Desk

TEXT = "Mill Lane is closed both ways until about 14:00."


@dataclass
class Newsroom:
    """writer, approver: two people; the accounts stand on "two people" unless `free` was asked for."""

    desk: Desk
    writer: Actor
    approver: Actor

    @classmethod
    def of(cls, desk: Desk, *, mode: str = "two_person") -> Newsroom:
        """People for a desk, its accounts set to a place on the dial."""
        Account.objects.update(mode=mode)
        return cls(
            desk,
            make_actor(desk.agency, Role.AUTHOR, name="Rosa Lindqvist"),
            make_actor(desk.agency, Role.APPROVER, name="Femi Adeyemi"),
        )

    @classmethod
    def written_by(cls, agency: Agency, *, account_ids: Iterable[int]) -> Post:
        """A post of an agency with a picture, let go on these accounts."""
        author, approver = (make_actor(agency, role, name="Kit Roe") for role in (Role.AUTHOR, Role.APPROVER))
        post = draft_post(content=Content(text=TEXT, account_ids=tuple(account_ids)), by=author)
        post = add_picture(
            post_id=post.pk,
            data=jpeg(),
            file_name="lane.jpg",
            by=author,
            alt="A lane without cars",
            ours=True,
        )
        submit_post(post_id=post.pk, by=author)
        return approve_post(post_id=post.pk, by=approver)

    def content(self, text: str = TEXT, *, accounts: Iterable[int] | None = None, **more: Any) -> Content:
        """What somebody wrote, for the first account."""
        chosen = [self.desk.accounts[0].pk] if accounts is None else list(accounts)
        return Content(text=text, account_ids=tuple(chosen), **more)

    def draft(self, text: str = TEXT, **more: Any) -> Post:
        """A draft by the writer."""
        return draft_post(content=self.content(text, **more), by=self.writer)

    def submitted(self, text: str = TEXT, **more: Any) -> Post:
        """A post that waits for approval."""
        return submit_post(post_id=self.draft(text, **more).pk, by=self.writer)

    def out(self, text: str = TEXT, **more: Any) -> Post:
        """A post let go, by whoever must, not sent yet."""
        post = self.draft(text, **more)
        if Account.objects.filter(mode="two_person", pk__in=post.account_ids).exists():
            submit_post(post_id=post.pk, by=self.writer)
            return approve_post(post_id=post.pk, by=self.approver)
        return publish_post(post_id=post.pk, by=self.writer)

    def sent(self, text: str = TEXT, **more: Any) -> Post:
        """A post that the worker has sent."""
        post = self.out(text, **more)
        self.desk.work_on(rounds=4)
        return post

    def states(self, post: Post) -> list[str]:
        """Where its deliveries stand, in their order."""
        return list(Delivery.objects.filter(post=post).order_by("pk").values_list("status", flat=True))


def jpeg(colour: tuple[int, int, int] = (180, 120, 60)) -> bytes:
    """A small picture that can be decoded."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()
