"""Notes for colleagues on the staff feed of Port Ellery: a retirement, an award, and somebody who is off for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hueandcry.demo.organisations import Stage
from hueandcry.demo.timeline import Step, Timeline
from hueandcry.staff.actions import write_note
from hueandcry.staff.notes import Written
from hueandcry.staff.queries import today

WRITER = "nora"


@dataclass(frozen=True, slots=True)
class Telling:
    """A note. ago: before now; days: for which it is shown."""

    kind: str
    title: str
    text: str
    named: str
    ago: timedelta
    days: int


NOTES = (
    Telling(
        "retirement",
        "Sgt Wim Halloran retires on Friday",
        "Thirty-one years, nineteen of them in the harbour. Cake at three in the mess.",
        "Wim Halloran",
        timedelta(days=2, hours=5),
        14,
    ),
    Telling(
        "award",
        "The night shift of Eastfield is commended",
        "For the evening of the burst main. The chief reads it out on Monday at nine.",
        "",
        timedelta(days=1, hours=2),
        14,
    ),
    Telling(
        "health",
        "Cst. Ayo Brandt is off for some weeks",
        "Astrid has the card. Please write, do not ring.",
        "Ayo Brandt",
        timedelta(hours=9),
        21,
    ),
)


def plan(stage: Stage, timeline: Timeline) -> None:
    """Let each be written in its time."""
    for note in NOTES:
        timeline.add(timeline.now - note.ago, _written(note, stage))


def _written(note: Telling, stage: Stage) -> Step:
    def act() -> None:
        until = today(stage.police.pk) + timedelta(days=note.days)
        words = Written(note.kind, note.title, note.text, until, note.named, note.kind == "health")
        write_note(written=words, by=stage.actors[WRITER])

    return act
