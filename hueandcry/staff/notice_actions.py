"""Verbs of staff notices: add an address, change what it is told, stop and resume it, try it, send one again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.given import one_line
from hueandcry.kernel.ids import random_id, ref
from hueandcry.records.entry import record
from hueandcry.staff import queries, services, speaking, vault
from hueandcry.staff.models import Notice, NoticeAddress

MOST = 20  # addresses of one agency
LABEL = 60  # characters
Body = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What an address is told. See models.NoticeAddress."""

    label: str
    kinds: Collection[str]
    whole: bool = False
    quiet_from: time | None = None
    quiet_to: time | None = None

    def fields(self) -> dict[str, object]:
        """As the row keeps it. Raises Invalid naming the field."""
        label = one_line(self.label)
        if not label or len(label) > LABEL:
            raise Invalid(_("Give it a name of at most %d characters.") % LABEL, field="label")
        if not self.kinds or not set(self.kinds) <= set(Notice.CHOICES):
            raise Invalid(_("Choose at least one thing that it is told."), field="kinds")
        if (self.quiet_from is None) != (self.quiet_to is None) or (
            self.quiet_from is not None and self.quiet_from == self.quiet_to
        ):
            raise Invalid(_("Quiet hours need a beginning and another end, or neither."), field="quiet_to")
        return {
            "label": label,
            "kinds": [kind.value for kind in Notice.CHOICES if kind in self.kinds],
            "whole": self.whole,
            "quiet_from": self.quiet_from,
            "quiet_to": self.quiet_to,
        }


def add_address(*, url: str, told: Told, by: Actor) -> NoticeAddress:
    """Keep an address of a service, sealed. It is looked at before the transaction opens, and told nothing yet.

    Raises NotAllowed, Invalid, Unavailable; Conflict if there are too many.
    """
    by.require(Permission.AGENCY_MANAGE)
    fields = told.fields()
    good = services.require_good(url)
    service = speaking.service_of(good)
    with transaction.atomic():
        if NoticeAddress.objects.filter(agency_id=by.agency_id, stopped_at__isnull=True).count() >= MOST:
            raise Conflict(_("There are %d addresses already. Stop one first.") % MOST)
        row = NoticeAddress.objects.create(
            agency_id=by.agency_id,
            service=service,
            sealed=vault.close(by.agency_id, good),
            since=clock.now(),
            added_by=by.ref,
            **fields,
        )
        _note(row, "add", by)
    return row


@transaction.atomic
def change_address(*, address_id: int, told: Told, by: Actor) -> NoticeAddress:
    """Change name, what is told and when. Raises NotAllowed, NotFound, Invalid."""
    by.require(Permission.AGENCY_MANAGE)
    row = queries.get_address(actor=by, address_id=address_id)
    NoticeAddress.objects.filter(pk=row.pk).update(**told.fields())
    row.refresh_from_db()
    _note(row, "change", by)
    return row


@transaction.atomic
def stop_address(*, address_id: int, by: Actor) -> NoticeAddress:
    """Tell an address nothing more; after a week it is forgotten. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.AGENCY_MANAGE)
    row = queries.get_address(actor=by, address_id=address_id)
    if row.stopped_at is not None:
        raise Conflict(_("This address is told nothing already."))
    NoticeAddress.objects.filter(pk=row.pk).update(stopped_at=clock.now())
    row.refresh_from_db()
    _note(row, "stop", by)
    return row


@transaction.atomic
def resume_address(*, address_id: int, by: Actor) -> NoticeAddress:
    """Tell a stopped address things again, from now on. Raises NotAllowed, NotFound; Conflict if it is not stopped or forgotten."""
    by.require(Permission.AGENCY_MANAGE)
    row = queries.get_address(actor=by, address_id=address_id)
    if row.stopped_at is None or not bytes(row.sealed):
        raise Conflict(_("This address was forgotten, or is in use. Add it again if it is not on the list."))
    NoticeAddress.objects.filter(pk=row.pk).update(stopped_at=None, since=clock.now())
    row.refresh_from_db()
    _note(row, "resume", by)
    return row


@transaction.atomic
def try_address(*, address_id: int, by: Actor) -> Notice:
    """Send a try to an address, whatever the hour. Raises NotAllowed, NotFound, Conflict (it is stopped)."""
    by.require(Permission.AGENCY_MANAGE)
    row = queries.get_address(actor=by, address_id=address_id)
    if row.stopped_at is not None:
        raise Conflict(_("This address is stopped. Resume it first."))
    moment = clock.now()
    notice = Notice.objects.create(
        agency_id=row.agency_id,
        address=row,
        kind=Notice.Kind.TEST,
        about=f"test:{random_id(12)}",
        urgent=True,
        made_at=moment,
        due_at=moment,
    )
    _note(row, "try", by)
    return notice


@transaction.atomic
def see_notices(*, shown: Collection[int], by: Actor) -> int:
    """Say that one knows of these notices that they did not certainly arrive; of no other. Returns how many are new.

    They leave Today; the page keeps them. Raises NotAllowed.
    """
    by.require(Permission.AGENCY_MANAGE)
    known = [row.pk for row in queries.not_out(actor=by) if row.pk in shown]
    seen = Notice.objects.filter(pk__in=known, seen_at__isnull=True).update(
        seen_at=clock.now(), seen_by=by.ref
    )
    if seen:
        body: Body = {"lines": seen}
        record(by=by, verb="notice.see", subject=ref("agency", by.agency_id), body=body)
    return seen


def _note(row: NoticeAddress, verb: str, by: Actor) -> None:
    """On the record: which address by its name and service, never the address itself."""
    body: Body = {"label": row.label, "service": row.service, "kinds": ", ".join(row.kinds)}
    record(by=by, verb=f"notice-address.{verb}", subject=ref("notice-address", row.pk), body=body)
