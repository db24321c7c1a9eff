"""Mark a function as a sweep: work that the worker does again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum


class Urgency(IntEnum):
    """Strict order of the worker: a more urgent sweep that finds work goes before all others."""

    EMERGENCY = 0
    URGENT = 1
    ROUTINE = 2


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep: its name, how often to look, how urgent, and the function (returns rows handled).

    lane: sweeps of one urgency and one lane run in turn; another lane has a thread of its own, so that a slow server
    keeps only its own lane waiting.
    """

    name: str
    every: timedelta
    urgency: Urgency
    run: Callable[[], int]
    lane: str = ""


REGISTER: dict[str, Sweep] = {}


def sweep(
    *, every: timedelta, urgency: Urgency = Urgency.ROUTINE, lane: str = ""
) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a function of a room's tasks.py. It takes nothing and returns how many rows it handled.

    It must be safe to run twice, in parallel, and to be killed at any moment.
    """

    def mark(function: Callable[[], int]) -> Callable[[], int]:
        room = function.__module__.split(".")[1]
        name = f"{room}.{function.__name__}"
        REGISTER[name] = Sweep(name=name, every=every, urgency=urgency, run=function, lane=lane)
        return function

    return mark
