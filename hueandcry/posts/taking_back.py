"""What is no longer wanted: marked so that the worker takes it down, whatever it has in hand. Call inside a transaction."""

from __future__ import annotations

from django.db.models import QuerySet

from hueandcry.kernel import clock
from hueandcry.posts.models import Delivery, DeliveryEdit

S, E = Delivery.Status, DeliveryEdit.Status


def take_back(rows: QuerySet[Delivery]) -> int:
    """Cancel what was not sent, have taken down what was, and what is being sent as soon as that is over.

    Returns how many deliveries this changed. Safe to run twice.
    """
    moment = clock.now()
    # First the mark, which a worker reads when it concludes; then every row that no worker has in hand.
    changed = rows.filter(withdraw_asked_at__isnull=True).update(withdraw_asked_at=moment)
    rows.filter(status__in=[S.QUEUED, S.FAILED, S.HELD]).update(status=S.CANCELLED, due_at=None)
    rows.filter(status__in=[S.SENT, S.UNCONFIRMED]).update(
        status=S.REMOVING, due_at=moment, attempts=0, last_error=""
    )
    rows.filter(status=S.SENDING).update(due_at=moment)
    waiting = DeliveryEdit.objects.filter(delivery__in=rows, status__in=[E.WAITING, E.HELD])
    waiting.update(status=E.DROPPED, due_at=None)
    return changed


def stop_unsent(rows: QuerySet[Delivery]) -> tuple[int, bool]:
    """Do not send what nobody has begun to send. Returns how many were stopped, and whether nothing else is left.

    What was never tried leaves no row behind, so that the post can be let go again.
    """
    stopped = rows.filter(status__in=[S.QUEUED, S.HELD], withdraw_asked_at__isnull=True).update(
        status=S.CANCELLED, due_at=None, last_error=""
    )
    untried = rows.filter(status=S.CANCELLED, tried_at__isnull=True, withdraw_asked_at__isnull=True)
    if stopped and not rows.exclude(pk__in=list(untried.values_list("pk", flat=True))).exists():
        DeliveryEdit.objects.filter(delivery__in=untried).delete()
        untried.delete()
        return stopped, True
    return stopped, False
