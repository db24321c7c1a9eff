"""Sweeps of the practice room."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.sweep import sweep
from hueandcry.kernel import clock
from hueandcry.practice.models import PracticePost

KEPT = timedelta(days=30)


@sweep(every=timedelta(hours=1))
def forget_practice() -> int:
    """Forget what was begun more than thirty days ago. Safe to run twice. Returns 0: never a reason to look again at once."""
    PracticePost.objects.filter(begun_at__lt=clock.now() - KEPT).delete()
    return 0
