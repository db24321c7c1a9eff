"""A list with people in every state and two messages, for pages that are looked at."""

from __future__ import annotations

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, system
from hueandcry.lists import actions
from hueandcry.lists.choices import Choices
from hueandcry.lists.models import Message, Sending, SlipAside, Subscriber

PEOPLE = ("ada", "bo", "cleo", "dov", "esme", "finn")


def fill_list(*, by: Actor) -> None:
    """Six people on the e-mail list: four active, one paused, one waiting; one message sent, one held back; a slip aside."""
    actions.open_list(medium="email_list", by=by)
    rows = [
        actions.add_subscriber(
            medium="email_list",
            address=f"{name}@harbour.example",
            choices=Choices(),
            consent="signed the sheet at the open day",
            by=by,
        )
        for name in PEOPLE
    ]
    moment = clock.now()
    for row, status in zip(rows[:5], ["active"] * 4 + ["paused"], strict=True):
        Subscriber.objects.filter(pk=row.pk).update(
            status=status, confirmed_at=moment, wanted=None, owed="", levels=",amber,red,", due_at=None
        )
    worker = system("lists", agency_id=by.agency_id)
    for number, title in enumerate(("Harbour Bridge closed", "Open day at Eastfield station")):
        actions.take_message(
            medium="email_list",
            key=f"filled-{by.agency_id}-{number}",
            level="amber",
            areas=(),
            topics=(),
            title=title,
            text="Words.",
            link="",
            language="en",
            by=worker,
        )
    done = Message.objects.get(key=f"filled-{by.agency_id}-0")
    for row, status in zip(rows[:4], ["sent", "sent", "returned", "unknown"], strict=True):
        Sending.objects.create(
            agency_id=by.agency_id, message=done, subscriber=row, status=status, urgency=1, tried_at=moment
        )
    Message.objects.filter(pk=done.pk).update(status="done", people=4, due_at=None)
    Message.objects.filter(key=f"filled-{by.agency_id}-1").update(held_at=moment)
    SlipAside.objects.create(
        agency_id=by.agency_id, name=f"{by.agency_id}.slip", kind="leave", at=moment, last_error="DataError"
    )
