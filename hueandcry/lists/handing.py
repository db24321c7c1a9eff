"""Where a connector hands a whole message for a list over: the Outbox of channels/connector.py, for one list."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from hueandcry.kernel.actor import system
from hueandcry.lists import carrying
from hueandcry.lists.actions import stop_message, take_message
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import Message, SubscriberList


class Handed(Protocol):
    """What of channels.connector.Outgoing a list needs."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def link(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def created_at(self) -> datetime: ...  # noqa: D102
    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def areas(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def topics(self) -> tuple[str, ...]: ...  # noqa: D102


class ListOutbox:
    """The outbox of an agency's list on one medium; medium: the name of its channel.

    account_id, unit_id: the account whose outbox it is and its unit: a pause of either stops what is not carried yet.
    """

    def __init__(
        self, *, agency_id: int, medium: str, account_id: int | None = None, unit_id: int | None = None
    ) -> None:
        self._agency_id = agency_id
        self._medium = medium
        self._account_id = account_id
        self._unit_id = unit_id

    def put(self, outgoing: Handed) -> int:
        """Hand it over; the same key again changes nothing. Returns for how many. Raises NotFound, Conflict."""
        return take_message(
            medium=self._medium,
            key=outgoing.key,
            level=outgoing.level,
            areas=outgoing.areas,
            topics=outgoing.topics,
            title=outgoing.title,
            text=outgoing.text,
            link=outgoing.link,
            language=outgoing.language,
            account_id=self._account_id,
            unit_id=self._unit_id,
            by=system("lists", agency_id=self._agency_id),
        )

    def find(self, key: str) -> int | None:
        """To how many the message of this key goes; None: it is not here, or it was stopped."""
        row = (
            Message.objects.filter(agency_id=self._agency_id, key=key)
            .exclude(status=Message.Status.STOPPED)
            .first()
        )
        return None if row is None else row.people

    def stop(self, key: str) -> None:
        """Send it to nobody who does not have it yet; also if it was never handed over, it never will be."""
        stop_message(medium=self._medium, key=key, by=system("lists", agency_id=self._agency_id))

    def trouble(self) -> str:
        """What keeps this list from being sent to; "" if nothing does."""
        row = SubscriberList.objects.filter(agency_id=self._agency_id, medium=self._medium).first()
        if row is None or row.closed_at is not None:
            return _("This list is not open. Open it on the page Lists.")
        return not_set_up(self._medium)


def not_set_up(medium: str) -> str:
    """One sentence while nothing can be sent on this medium at all, with the settings that are missing; else ""."""
    missing = carrying.trouble(medium)
    if not missing:
        return ""
    said = {
        Medium.EMAIL: _("No mail server is set (%(names)s), so no e-mail can be sent."),
        Medium.SMS: _("No gateway is set (%(names)s), so no text message can be sent."),
        Medium.PUSH: _("No contact for push services is set (%(names)s), so no notification can be sent."),
    }
    return said[Medium(medium)] % {"names": missing}
