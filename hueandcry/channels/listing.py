"""What the connectors of the lists of subscribers share: hand the whole message over, once, by its key.

Sending it to each of them is the work of the lists room, which has a row for each (ADR 0025). KEY: the same key
again is a no-op for ever, so a second try after a crash is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Health,
    Limits,
    Line,
    Outbox,
    Outgoing,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
)
from hueandcry.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class ListConnector:
    """A list of subscribers as a channel. name: of the channel, part of every remote id."""

    name: str
    limits: Limits
    recovery: Recovery = Recovery.KEY
    key_lasts: timedelta | None = None
    lookup_lag: timedelta = timedelta(0)
    secret_fields: tuple[str, ...] = ()

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt:
        """Hand it over. Raises Refused (no such list, closed, or stopped before), Unauthorised (not set up)."""
        outbox = _outbox(line)
        trouble = outbox.trouble()
        if trouble:
            raise Unauthorised(trouble)
        try:
            people = outbox.put(outgoing)
        except Refusal as refusal:
            raise Refused(refusal.sentence) from None
        return self._receipt(outgoing.key, people)

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | None:  # noqa: ARG002 - the key is enough
        """The receipt if it was handed over, and not stopped since."""
        people = _outbox(line).find(outgoing.key)
        return None if people is None else self._receipt(outgoing.key, people)

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:  # noqa: ARG002 - the key is enough
        """Send it to nobody who does not have it yet. What was sent stays with its readers: nothing can take it back."""
        _outbox(line).stop(outgoing.key)

    def health(self, line: Line) -> Health:
        """The list is open and can be sent to. Raises Unauthorised, with a sentence for the steward."""
        trouble = _outbox(line).trouble()
        if trouble:
            raise Unauthorised(trouble)
        return Health(external_id=self.name, handle="")

    def _receipt(self, key: str, people: int) -> Receipt:
        return Receipt(remote_id=f"{self.name}:{key}", evidence={"people": str(people)})


def _outbox(line: Line) -> Outbox:
    if line.outbox is None:
        raise Refused(_("This account is no list of ours."))
    return line.outbox
