"""What tests of lists share: a house, how somebody joins, how the worker goes round."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from hueandcry.agencies.models import Agency
from hueandcry.channels.connector import Outgoing
from hueandcry.kernel.actor import Actor
from hueandcry.lists import intake, tasks
from hueandcry.lists.actions import open_list
from hueandcry.lists.choices import Choices, Medium
from hueandcry.lists.handing import ListOutbox
from hueandcry.lists.models import Message, Subscriber
from tests.servers.smtp import MailServer

_keys = itertools.count(1)
POLL = 0.02  # seconds in which a server of a test notices that it is to stop
LINK = re.compile(r"https://[\w.-]+/subscribe/(\w+)/([\w-]+)/")


@dataclass
class House:
    """An agency, and who looks after its lists."""

    agency: Agency
    keeper: Actor

    def ask(self, address: str, *, medium: str = Medium.EMAIL, **choices: object) -> None:
        """Fill the form on the page."""
        chosen = Choices.from_plain({**Choices().plain(), **choices})
        intake.ask(
            agency_id=self.agency.pk,
            medium=medium,
            address=address,
            choices=chosen,
            ticket=intake.new_ticket(),
        )

    def join(self, mail: MailServer, *addresses: str, **choices: object) -> list[Subscriber]:
        """Ask, open the link in the mail, press the button."""
        for address in addresses:
            self.ask(address, **choices)
        work()
        for address in addresses:
            intake.confirm(agency_id=self.agency.pk, token=token_in(mail, address, "confirm"))
        work()
        mail.letters.clear()
        return list(Subscriber.objects.order_by("pk"))

    def outbox(self, medium: str = Medium.EMAIL) -> ListOutbox:
        return ListOutbox(agency_id=self.agency.pk, medium=medium)

    def opened(self, medium: str = Medium.EMAIL) -> ListOutbox:
        """The list is open."""
        open_list(medium=medium, by=self.keeper)
        return self.outbox(medium)


def token_in(mail: MailServer, address: str, what: str) -> str:
    """The token of the link in the last letter to an address."""
    body = mail.to(address)[-1].mail.get_content()
    return next(token for kind, token in LINK.findall(body) if kind == what)


def news(text: str = "Harbour Bridge is closed.", **changes: object) -> Outgoing:
    """A message for a list."""
    fields: dict[str, object] = {
        "key": f"key{next(_keys)}",
        "text": text,
        "link": "https://port-ellery.example/appeals/PE-1/",
        "title": "Harbour Bridge closed",
        "language": "en",
        "created_at": datetime(2026, 11, 22, 12, tzinfo=UTC),
        "level": "red",
    }
    return Outgoing(**{**fields, **changes})  # type: ignore[arg-type]


def work(rounds: int = 2) -> None:
    """The worker goes round."""
    for _round in range(rounds):
        tasks.take_slips()
        tasks.write_owed()
        tasks.mind_pauses()
        for sweep in (tasks.send_red, tasks.text_red, tasks.push_red):
            sweep()
        for sweep in (tasks.send_due, tasks.text_due, tasks.push_due):
            sweep()
    tasks.finish_messages()


def only_message() -> Message:
    return Message.objects.get()
