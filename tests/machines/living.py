"""How long the machines run: a few seconds in the ordinary run, as long as you like by hand.

HYPOTHESIS_PROFILE=long python -m pytest tests/machines -q      500 lives of 60 steps each, and new ones each time
In the ordinary run the lives are always the same ones, so that a failure can be met again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

COMMON = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
}
GENERATE = (Phase.explicit, Phase.generate)  # to make a failing life short takes minutes: only when asked for
settings.register_profile(
    "short", max_examples=12, stateful_step_count=25, derandomize=True, phases=GENERATE, **COMMON
)
settings.register_profile("long", max_examples=500, stateful_step_count=60, **COMMON)
PROFILE = "long" if os.environ.get("HYPOTHESIS_PROFILE") == "long" else "short"


@contextmanager
def _undone(alias: str) -> Iterator[None]:
    with transaction.atomic(using=alias):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=alias)


class Life(RuleBasedStateMachine):
    """One life of a machine: whatever it writes into both databases is undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = [_undone(alias) for alias in ("default", "tips")]
        for one in self._kept:
            one.__enter__()

    def teardown(self) -> None:
        """Undo it."""
        for one in reversed(self._kept):
            one.__exit__(None, None, None)


def live(machine: type[RuleBasedStateMachine], *, broken: bool = False) -> None:
    """Run a machine. broken: a law was taken away, and this must be seen; it need not be explained."""
    profile = settings.get_profile(PROFILE)
    if broken:
        short = settings.get_profile("short")
        profile = settings(short, max_examples=150, report_multiple_bugs=False)
    run_state_machine_as_test(machine, settings=profile)
