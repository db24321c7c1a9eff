"""Colleagues first (R128): since when a post stands on the staff feed, and how long the public one waits for it.

A post is on the feed from `staff_at` on. The public deliveries follow after as many minutes as the post or its agency
asks for; what is planned comes up so many minutes before its time. An emergency never waits. Nothing here asks whether
anybody was told: a notice that fails holds up no post.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.errors import Invalid
from hueandcry.posts.models import Post, PostRevision, StaffFirst

CHOICES = (0, 5, 10, 15, 30, 60)  # minutes that the pages offer
NONE = timedelta(0)


class StaysForStaff(Invalid):
    """What was handed in or let go for staff only stays so."""


def minutes_of(agency_id: int) -> int:
    """By how many minutes this agency's colleagues are first, where a post says nothing else. 0: the same minute."""
    row = StaffFirst.objects.filter(agency_id=agency_id).first()
    return row.minutes if row else 0


def head_start(post: Post) -> timedelta:
    """How long colleagues have a post before the public; nothing of an emergency, and of what is for staff only."""
    if post.urgency == Urgency.EMERGENCY or post.audience == Account.Audience.STAFF:
        return NONE
    asked = post.staff_minutes if post.staff_minutes is not None else minutes_of(post.agency_id)
    return timedelta(minutes=asked)


def still_to_wait(post: Post) -> timedelta:
    """How much of the head start is left at this moment, for a post that stands on the feed since `staff_at`."""
    begun = post.staff_at or clock.now()
    return max(begun + head_start(post) - clock.now(), NONE)


def plan(post: Post) -> None:
    """Note when a planned post comes up on the feed: its head start before its time, or now if that has passed.

    Does nothing for a post that is not planned. Call inside the transaction that planned it.
    """
    if post.status != Post.Status.APPROVED or post.scheduled_at is None:
        return
    now, begins = clock.now(), post.scheduled_at - head_start(post)
    post.staff_at = begins if begins > now else min(post.staff_at or now, now)
    Post.objects.filter(pk=post.pk).update(staff_at=post.staff_at)


def require_still_for_staff(post: Post, *, audience: str) -> None:
    """Raises StaysForStaff if a post that others were shown as staff only would get another audience (R31)."""
    if post.audience != Account.Audience.STAFF or audience == Account.Audience.STAFF:
        return
    shown = PostRevision.objects.filter(post=post).values_list("content", flat=True)
    if any(content.get("audience") == Account.Audience.STAFF for content in shown):
        raise StaysForStaff(
            _("This was handed in for staff only and stays so. Write a post of its own for the public."),
            field="audience",
        )
