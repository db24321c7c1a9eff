"""Reads of the tips room. Counts, hours and sealed bytes: nothing here can be read without a key."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import refs_holding
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.tips.codes import show_number
from hueandcry.tips.models import DeskKey, KeyWrap, RecoveryKey, Tip

PAGE = 50  # tips on one page of the list


@dataclass(frozen=True, slots=True)
class TipLine:
    """One tip as the list shows it. unread: messages of the tipster that the desk has not opened.

    has_my_key: True if one of the actor's own keys opens it.
    """

    number: str
    shown: str
    appeal_ref: str
    hour: datetime
    status: str
    label: str
    taken_by: str
    messages: int
    unread: bool
    has_my_key: bool


@dataclass(frozen=True, slots=True)
class SealedTip:
    """A tip as it leaves for the officer's browser: sealed bytes in base64, and what is needed to share it."""

    line: TipLine
    tip_id: str
    public_key: str
    wraps: list[dict[str, str]]
    messages: list[dict[str, Any]]
    colleagues: list[dict[str, str]]

    def as_json(self) -> dict[str, Any]:
        """Plain values for the page's script."""
        return {
            "id": self.tip_id,
            "number": self.line.number,
            "public_key": self.public_key,
            "wraps": self.wraps,
            "messages": self.messages,
            "colleagues": self.colleagues,
        }


def sealing_keys(programme_id: int) -> list[DeskKey]:
    """The desk keys that a new tip is sealed to: the active keys of those who may hold one today.

    This is the one place that decides which keys count; keys signed by the programme's root come here.
    The key of somebody whose role has ended counts no more, without their doing anything.
    """
    holders = refs_holding(Permission.TIP_KEYS, agency_id=programme_id)
    keys = _keys(programme_id).filter(status=DeskKey.Status.ACTIVE, person_ref__in=holders)
    return list(keys.order_by("pk"))


def recovery_key_of(programme_id: int) -> RecoveryKey | None:
    """The programme's current recovery key, if one was set."""
    return RecoveryKey.objects.filter(agency_id=programme_id, is_current=True).first()


def get_tip(*, actor: Actor, number: str) -> Tip:
    """The tip of this number. Raises NotAllowed; NotFound also for another programme's."""
    actor.require(Permission.TIP_READ)
    tip = Tip.objects.filter(agency_id=actor.agency_id, number=number).first()
    if tip is None:
        raise NotFound(_("There is no tip with this number."))
    return tip


def tip_line(*, actor: Actor, number: str) -> TipLine:
    """One tip as the list shows it. Raises NotAllowed, NotFound."""
    return _lines(actor, [get_tip(actor=actor, number=number)])[0]


def tip_lines(*, actor: Actor, status: str = "", page: int = 1) -> list[TipLine]:
    """Tips of the actor's programme, newest first, 50 to a page (counted from 1); `status` "" means all.

    Raises NotAllowed.
    """
    actor.require(Permission.TIP_READ)
    rows = Tip.objects.filter(agency_id=actor.agency_id)
    if status:
        rows = rows.filter(status=status)
    first = (max(page, 1) - 1) * PAGE
    return _lines(actor, list(rows.order_by("-arrived_hour", "number")[first : first + PAGE]))


def counts(*, actor: Actor) -> dict[str, int]:
    """How many tips there are in each status. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    found = Tip.objects.filter(agency_id=actor.agency_id).values_list("status").annotate(Count("pk"))
    return {status.value: 0 for status in Tip.Status} | dict(found)


def sealed_tip(*, actor: Actor, number: str) -> SealedTip:
    """Everything the officer's browser needs to open a tip. Raises NotAllowed, NotFound."""
    tip = get_tip(actor=actor, number=number)
    wraps = dict(KeyWrap.objects.filter(tip=tip).values_list("fingerprint", "sealed"))
    mine = {key.fingerprint for key in my_keys(actor=actor)}
    others = [key for key in sealing_keys(tip.agency_id) if key.fingerprint not in wraps]
    return SealedTip(
        line=_lines(actor, [tip])[0],
        tip_id=tip.pk,
        public_key=_text(tip.public_key),
        wraps=[{"fingerprint": name, "sealed": _text(wraps[name])} for name in sorted(mine & wraps.keys())],
        messages=[
            {
                "position": message.position,
                "direction": message.direction,
                "hour": message.hour.isoformat(),
                "sealed": _text(message.sealed),
            }
            for message in tip.messages.order_by("position")
        ],
        colleagues=[
            {"fingerprint": key.fingerprint, "public_key": _text(key.public_key), "name": key.person_name}
            for key in others
        ],
    )


def my_keys(*, actor: Actor) -> list[DeskKey]:
    """The actor's own keys in use. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    return list(
        _keys(actor.agency_id).filter(person_ref=actor.ref, status=DeskKey.Status.ACTIVE).order_by("pk")
    )


def desk_keys(*, actor: Actor) -> list[DeskKey]:
    """All keys of the programme, in use first. Raises NotAllowed."""
    actor.require(Permission.TIP_KEYS)
    return list(_keys(actor.agency_id).order_by("status", "person_name", "pk"))


def get_desk_key(*, actor: Actor, key_id: int) -> DeskKey:
    """One of the actor's own keys. Raises NotAllowed; NotFound also for somebody else's."""
    actor.require(Permission.TIP_KEYS)
    key = _keys(actor.agency_id).filter(pk=key_id, person_ref=actor.ref).first()
    if key is None:
        raise NotFound(_("There is no such key of yours."))
    return key


def recovery_key(*, actor: Actor) -> RecoveryKey | None:
    """The programme's current recovery key. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    return recovery_key_of(actor.agency_id)


def only_opened_by(key: DeskKey) -> int:
    """How many tips would be closed for good without this key: no recovery key, no other active desk key."""
    others = [other.fingerprint for other in sealing_keys(key.agency_id) if other.pk != key.pk]
    with_key = KeyWrap.objects.filter(fingerprint=key.fingerprint).values("tip_id")
    saved = KeyWrap.objects.filter(fingerprint__in=others).values("tip_id")
    recovered = KeyWrap.objects.filter(kind=KeyWrap.Kind.RECOVERY).values("tip_id")
    return Tip.objects.filter(pk__in=with_key).exclude(pk__in=saved).exclude(pk__in=recovered).count()


def _keys(programme_id: int) -> QuerySet[DeskKey]:
    return DeskKey.objects.filter(agency_id=programme_id)


def _lines(actor: Actor, tips: list[Tip]) -> list[TipLine]:
    mine = [key.fingerprint for key in my_keys(actor=actor)]
    opened = set(KeyWrap.objects.filter(tip__in=tips, fingerprint__in=mine).values_list("tip_id", flat=True))
    return [
        TipLine(
            number=tip.number,
            shown=show_number(tip.number),
            appeal_ref=tip.appeal_ref,
            hour=tip.arrived_hour,
            status=tip.status,
            label=tip.get_status_display(),
            taken_by=tip.taken_by,
            messages=tip.messages_count,
            unread=tip.heard_to > tip.read_to,
            has_my_key=tip.pk in opened,
        )
        for tip in tips
    ]


def _text(data: bytes | memoryview) -> str:
    return base64.b64encode(bytes(data)).decode()
