"""Sweeps of the lists. A red message passes all others, on a thread of its own."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel.actor import system
from hueandcry.lists import owing, sending, taking
from hueandcry.lists.choices import Level
from hueandcry.lists.models import Message

HOLD = timedelta(minutes=5)
BY = system("lists", agency_id=0)


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY)
def send_red() -> int:
    """Spread and send what breaks quiet hours. Safe to run twice and in parallel: each row is claimed first."""
    spread = _spread([Level.RED.value])
    return spread + sending.send_some(most=Urgency.EMERGENCY, least=Urgency.EMERGENCY, by=BY)


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def send_due() -> int:
    """Spread and send the rest, the most urgent first. Safe to run twice and in parallel."""
    spread = _spread([level.value for level in Level if level != Level.RED])
    return spread + sending.send_some(most=Urgency.URGENT, least=Urgency.ROUTINE, by=BY)


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def take_slips() -> int:
    """Do what the public asked: join, say yes, leave. Safe to run twice."""
    return taking.take_slips()


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def write_owed() -> int:
    """Ask whether they mean it; say that they are on the list. Safe to run twice and in parallel."""
    return owing.write_owed(by=BY)


@sweep(every=timedelta(seconds=5), urgency=Urgency.ROUTINE)
def finish_messages() -> int:
    """Close what is over, with its figures. Safe to run twice."""
    return sending.finish_messages(by=BY)


@sweep(every=timedelta(minutes=10), urgency=Urgency.ROUTINE)
def forget_old() -> int:
    """Forget who never said yes, and who has been gone for long. Safe to run twice."""
    return owing.forget_old(by=BY)


def _spread(levels: list[str]) -> int:
    rows = Message.objects.filter(status=Message.Status.SPREADING, level__in=levels)
    won = claim(rows, limit=1, hold=HOLD)
    for message in won:
        sending.spread_one(message=message, by=BY)
    return len(won)
