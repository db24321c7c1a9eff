"""The simulated network as the past left it: what was sent there, with the receipts that the worker keeps.

The rows have the shape that posts/delivering.py leaves; the network's own file is written at the very end,
so that a load that is broken off leaves nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from hueandcry.channels.connector import Outgoing
from hueandcry.channels.models import Account
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.posts.fitting import freeze
from hueandcry.posts.models import Delivery
from hueandcry.records.entry import record
from hueandcry.simnet.store import Store


def home() -> Path:
    """The folder of the network's file."""
    return Path(settings.HUE_HOME) / "simnet"


def address() -> str:
    """Where the network answers on this machine."""
    return f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}"


class Network:
    """Posts that were sent, kept in memory until `write`. Numbers are given as the network will give them."""

    def __init__(self) -> None:
        self._posts: list[dict[str, Any]] = []
        store = Store(home())
        self._number = store.last_number()
        store.close()

    def deliver(self, delivery: Delivery, *, at: datetime) -> None:
        """Fill a delivery with what it holds after it was sent at that moment; not saved."""
        post = delivery.post
        frozen = freeze(delivery)
        self._number += 1
        number = self._number
        received = at.isoformat()
        self._posts.append(
            {
                "number": number,
                "handle": delivery.account.handle,
                "text": frozen.text,
                "link": post.link,
                "title": post.title,
                "created_at": received,
                "picture": post.picture or _first(frozen),
                "deleted_at": None,
            }
        )
        delivery.status = Delivery.Status.SENT
        delivery.due_at = None
        delivery.attempts = 1
        delivery.tried_at = delivery.sent_at = at
        delivery.frozen_request = frozen.plain()
        delivery.remote_id = str(number)
        delivery.remote_url = f"{address()}/posts/{number}"
        delivery.evidence = {"id": str(number), "received_at": received}

    def take_down(self, delivery: Delivery, *, at: datetime) -> None:
        """Fill a delivery with what it holds after it was taken down at that moment; not saved."""
        post = next(each for each in self._posts if str(each["number"]) == delivery.remote_id)
        post.update(text="", link="", title="", picture={}, deleted_at=at.isoformat())
        delivery.status = Delivery.Status.REMOVED
        delivery.due_at = None
        delivery.attempts = 1
        delivery.removed_at = at

    def write(self) -> None:
        """Put everything up."""
        store = Store(home())
        try:
            media: dict[str, str] = {}
            for picture in (post["picture"] for post in self._posts if post["picture"]):
                if picture["digest"] not in media:
                    data = blobs.read(picture["digest"])
                    media[picture["digest"]] = store.add_media(picture["mime"], data)
            store.add_posts([_row(post, media) for post in self._posts])
        finally:
            store.close()


def _row(post: dict[str, Any], media: dict[str, str]) -> dict[str, Any]:
    picture = post["picture"]
    row = {name: value for name, value in post.items() if name != "picture"}
    return {**row, "media": media.get(picture.get("digest", ""), ""), "alt": picture.get("alt", "")}


def _first(frozen: Outgoing) -> dict[str, str]:
    """The picture that stands on the network, as it was sent."""
    return next(({"digest": each.digest, "mime": each.mime, "alt": each.alt} for each in frozen.pictures), {})


def record_sent(delivery: Delivery) -> None:
    """The entry that the worker writes when a delivery is sent."""
    record(
        by=system("delivery", agency_id=delivery.agency_id),
        verb="delivery.sent",
        subject=ref("delivery", delivery.pk),
        body={
            "account": delivery.account.handle,
            "remote_id": delivery.remote_id,
            "remote_url": delivery.remote_url,
        },
    )


def send_waiting(network: Network, *, subject: str, at: datetime) -> None:
    """Send all that waits about a subject, as the worker does within seconds. Call at that moment."""
    waiting: Iterable[Delivery] = (
        Delivery.objects.select_related("account", "post")
        .filter(post__subject=subject, status=Delivery.Status.QUEUED)
        .order_by("pk")  # the parts of a thread one after the other
    )
    for seconds, delivery in enumerate(waiting, 1):
        network.deliver(delivery, at=at + timedelta(seconds=seconds))
        delivery.save(
            update_fields=[
                "status", "due_at", "attempts", "tried_at", "sent_at", "frozen_request",
                "remote_id", "remote_url", "evidence",
            ]
        )  # fmt: skip
        record_sent(delivery)


def take_down_waiting(network: Network, *, subject: str, at: datetime) -> None:
    """Take down all that is to go about a subject, as the worker does within seconds. Call at that moment."""
    going = Delivery.objects.select_related("account").filter(
        post__subject=subject, status=Delivery.Status.REMOVING
    )
    for seconds, delivery in enumerate(going, 1):
        network.take_down(delivery, at=at + timedelta(seconds=seconds))
        delivery.save(update_fields=["status", "due_at", "attempts", "removed_at"])
        record(
            by=system("removal", agency_id=delivery.agency_id),
            verb="delivery.removed",
            subject=ref("delivery", delivery.pk),
            body={"account": delivery.account.handle, "remote_id": delivery.remote_id},
        )


def accounts_of(agency_id: int) -> dict[str, Account]:
    """The agency's accounts by handle."""
    return {row.handle: row for row in Account.objects.filter(agency_id=agency_id)}
