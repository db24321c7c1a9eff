"""The parts of a thread: each waits until the one before it is known to stand, because it names it."""

from __future__ import annotations

from hueandcry.kernel import clock
from hueandcry.posts.models import Delivery


def release_next_part(delivery: Delivery) -> int:
    """Make the part after a sent one due. Call inside the transaction that says it was sent. Returns how many: 0 or 1."""
    following = Delivery.objects.filter(
        post_id=delivery.post_id,
        account_id=delivery.account_id,
        part=delivery.part + 1,
        status=Delivery.Status.QUEUED,
        due_at__isnull=True,
        withdraw_asked_at__isnull=True,
    )
    return following.update(due_at=clock.now())
