"""Where a connector hands a whole message for a list over: the Outbox of channels/connector.py, for one list."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from hueandcry.kernel.actor import system
from hueandcry.lists import carrying
from hueandcry.lists.actions import stop_message, take_message
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
    """The outbox of an agency's list on one medium; medium: the name of its channel."""

    def __init__(self, *, agency_id: int, medium: str) -> None:
        self._agency_id = agency_id
        self._medium = medium

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
        missing = carrying.trouble(self._medium)
        if missing:
            return _("An operator has to set %(names)s first.") % {"names": missing}
        return ""
