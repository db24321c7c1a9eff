"""Sweeps of the lists. A red message passes all others, on a thread of its own.

Each medium has its own lane, so that a slow push service keeps nobody waiting who is written to in another way.
"""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.due import claim, postpone
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.lists import aside, mailbox, owing, pausing, sending, taking
from hueandcry.lists.choices import Level, Medium
from hueandcry.lists.models import Message

HOLD = timedelta(minutes=5)
BY = system("lists", agency_id=0)


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY)
def send_red() -> int:
    """Spread and e-mail what breaks quiet hours. Safe to run twice and in parallel: each row is claimed first."""
    return _red(Medium.EMAIL)


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY, lane="text")
def text_red() -> int:
    """The same by text message. Safe to run twice and in parallel."""
    return _red(Medium.SMS)


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY, lane="push")
def push_red() -> int:
    """The same to browsers. Safe to run twice and in parallel."""
    return _red(Medium.PUSH)


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def send_due() -> int:
    """Spread and e-mail the rest, the most urgent first. Safe to run twice and in parallel."""
    return _rest(Medium.EMAIL)


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT, lane="text")
def text_due() -> int:
    """The same by text message. Safe to run twice and in parallel."""
    return _rest(Medium.SMS)


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT, lane="push")
def push_due() -> int:
    """The same to browsers. Safe to run twice and in parallel."""
    return _rest(Medium.PUSH)


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def mind_pauses() -> int:
    """Hold back what is paused, let go what is paused no more. Safe to run twice and in parallel."""
    return pausing.look()


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


@sweep(every=timedelta(seconds=20), urgency=Urgency.ROUTINE, lane="mailbox")  # another's server may be slow
def read_mailbox() -> int:
    """Take in what came back to the return mailbox. Safe to run twice and in parallel: its row is claimed first."""
    return mailbox.read_mailbox(by=BY)


@sweep(every=timedelta(minutes=10), urgency=Urgency.ROUTINE)
def forget_old() -> int:
    """Forget who never said yes, and who has been gone for long; find slips that nothing knows of. Safe to run twice."""
    return owing.forget_old(by=BY) + aside.forget_unopened() + aside.adopt()


def _red(medium: Medium) -> int:
    spread = _spread(medium, [Level.RED.value])
    return spread + sending.send_some(medium=medium, most=Urgency.EMERGENCY, least=Urgency.EMERGENCY, by=BY)


def _rest(medium: Medium) -> int:
    spread = _spread(medium, [level.value for level in Level if level != Level.RED])
    return spread + sending.send_some(medium=medium, most=Urgency.URGENT, least=Urgency.ROUTINE, by=BY)


def _spread(medium: Medium, levels: list[str]) -> int:
    rows = Message.objects.filter(
        list__medium=medium, status=Message.Status.SPREADING, level__in=levels, held_at__isnull=True
    )
    won = claim(rows, limit=1, hold=HOLD)
    for message in won:
        if pausing.hold_if_paused(message):
            postpone(message, until=clock.now())
        else:
            sending.spread_one(message=message, by=BY)
    return len(won)
