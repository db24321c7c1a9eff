"""Reads of the tips room. Counts, hours and sealed bytes: nothing here can be read without a key."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import refs_holding
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.wire import as_text
from hueandcry.tips import locks, trust
from hueandcry.tips.codes import show_number
from hueandcry.tips.models import DeskKey, KeyLock, KeyWrap, Tip
from hueandcry.tips.pins import SealingKey

PAGE = 50  # tips on one page of the list
IN_A_LINE = (  # the rest of a row is keys, which a list need not carry
    "agency_id", "number", "appeal_ref", "arrived_hour", "status", "taken_by", "messages_count", "heard_to", "read_to",
)  # fmt: skip


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
    """A tip as it leaves for the officer's browser: sealed bytes in base64, and what is needed to share it.

    renew: the browser shall make a new key pair for it (actions.rekey_tip); holders: the fingerprints of all
    keys that open it.
    """

    line: TipLine
    tip_id: str
    public_key: str
    wraps: list[dict[str, str]]
    messages: list[dict[str, Any]]
    colleagues: list[dict[str, str]]
    renew: bool
    generation: int
    tipster_public: str
    tipster_proof: str
    holders: list[str]

    def as_json(self) -> dict[str, Any]:
        """Plain values for the page's script."""
        return {
            "id": self.tip_id,
            "number": self.line.number,
            "public_key": self.public_key,
            "wraps": self.wraps,
            "messages": self.messages,
            "colleagues": self.colleagues,
            "renew": self.renew,
            "generation": self.generation,
            "tipster_public": self.tipster_public,
            "tipster_proof": self.tipster_proof,
            "holders": self.holders,
        }


def sealing_keys(programme_id: int) -> list[SealingKey]:
    """The desk keys that a new tip is sealed to: in force by the signed log, and their holder has the role today.

    The key of somebody whose role has ended counts no more, without anybody's doing anything; a role given in
    the database makes no key count (tips/trust.py).
    """
    found = trust.trusted(programme_id).keys
    holders = refs_holding(Permission.TIP_KEYS, agency_id=programme_id) if found else set()
    return [key for key in found if key.person_ref in holders]


def recovery_public(programme_id: int) -> bytes:
    """The public recovery key of the programme's pinned root, or empty."""
    return trust.trusted(programme_id).recovery


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
    rows = Tip.objects.filter(agency_id=actor.agency_id).only(*IN_A_LINE)
    if status:
        rows = rows.filter(status=status)
    first = (max(page, 1) - 1) * PAGE
    return _lines(actor, list(rows.order_by("-arrived_hour", "number")[first : first + PAGE]))


def counts(*, actor: Actor) -> dict[str, int]:
    """How many tips there are in each status. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    found = Tip.objects.filter(agency_id=actor.agency_id).values_list("status").annotate(how_many=Count("*"))
    return {status.value: 0 for status in Tip.Status} | dict(found)


def unread(*, actor: Actor) -> int:
    """How many tips hold a message of their tipster that the desk has not opened. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    return Tip.objects.filter(agency_id=actor.agency_id, heard_to__gt=F("read_to")).count()


def sealed_tip(*, actor: Actor, number: str) -> SealedTip:
    """Everything the officer's browser needs to open a tip. Raises NotAllowed, NotFound."""
    tip = get_tip(actor=actor, number=number)
    wraps = {wrap.fingerprint: wrap for wrap in KeyWrap.objects.filter(tip=tip)}
    mine = _opened_locks(wraps[key.fingerprint] for key in my_keys(actor=actor) if key.fingerprint in wraps)
    others = [key for key in sealing_keys(tip.agency_id) if key.fingerprint not in wraps]
    return SealedTip(
        line=_lines(actor, [tip])[0],
        tip_id=tip.pk,
        public_key=as_text(tip.public_key),
        wraps=[{"fingerprint": name, "sealed": as_text(mine[name])} for name in sorted(mine)],
        messages=[
            {
                "position": message.position,
                "direction": message.direction,
                "hour": message.hour.isoformat(),
                "sealed": as_text(message.sealed),
            }
            for message in tip.messages.order_by("position")
        ],
        colleagues=[
            {"fingerprint": key.fingerprint, "public_key": as_text(key.public_key), "name": key.name}
            for key in others
        ],
        renew=tip.renew and bool(tip.tipster_proof),
        generation=tip.generation,
        tipster_public=as_text(tip.tipster_public),
        tipster_proof=as_text(tip.tipster_proof),
        holders=sorted(wraps),
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


def only_opened_by(fingerprint: str, *, programme_id: int) -> int:
    """How many tips would be closed for good without this key."""
    with_key = KeyWrap.objects.filter(fingerprint=fingerprint).values("tip_id")
    safe = opened_without(fingerprint, programme_id=programme_id)
    return Tip.objects.filter(pk__in=with_key).exclude(pk__in=safe).count()


def opened_without(fingerprint: str, *, programme_id: int) -> QuerySet[KeyWrap, Any]:
    """The ids (tip_id) of tips that another key in force or a recovery key opens."""
    others = [key.fingerprint for key in sealing_keys(programme_id) if key.fingerprint != fingerprint]
    copies = KeyWrap.objects.filter(Q(fingerprint__in=others) | Q(kind=KeyWrap.Kind.RECOVERY))
    return copies.values("tip_id")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a tip can be given to. keys: fingerprint and public key (base64) of each key in force."""

    ref: str
    name: str
    keys: list[dict[str, str]]


def colleagues(*, actor: Actor) -> list[Colleague]:
    """Whom the actor can give a tip to: colleagues with a key in force, by name. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    found: dict[str, Colleague] = {}
    for key in sorted(sealing_keys(actor.agency_id), key=lambda each: each.name):
        if key.person_ref != actor.ref:
            of = found.setdefault(key.person_ref, Colleague(key.person_ref, key.name, []))
            of.keys.append({"fingerprint": key.fingerprint, "public_key": as_text(key.public_key)})
    return list(found.values())


def tips_to_move(*, actor: Actor, old: DeskKey, new: DeskKey, limit: int = 50) -> list[dict[str, str]]:
    """Tips that the actor's old key opens and the new one does not yet: number, id and the wrap, in base64.

    Raises NotAllowed.
    """
    actor.require(Permission.TIP_KEYS)
    done = KeyWrap.objects.filter(fingerprint=new.fingerprint).values("tip_id")
    rows = KeyWrap.objects.filter(fingerprint=old.fingerprint).exclude(tip_id__in=done).select_related("tip")
    found = {row.tip_id: row for row in rows.order_by("pk")[:limit]}
    opened = {row.tip_id: _opened_locks([row]) for row in found.values()}
    return [
        {"number": row.tip.number, "id": tip_id, "fingerprint": old.fingerprint, "sealed": as_text(sealed)}
        for tip_id, row in found.items()
        for sealed in opened[tip_id].values()
    ]


def left_to_move(*, old: str, new: str) -> int:
    """How many tips the old key opens and the new one does not."""
    done = KeyWrap.objects.filter(fingerprint=new).values("tip_id")
    return KeyWrap.objects.filter(fingerprint=old).exclude(tip_id__in=done).count()


def key_locks(*, actor: Actor) -> list[KeyLock]:
    """The passkeys that unlock the actor's own keys in use. Raises NotAllowed."""
    actor.require(Permission.TIP_READ)
    mine = my_keys(actor=actor)
    return list(KeyLock.objects.filter(desk_key__in=mine).select_related("desk_key").order_by("pk"))


def _opened_locks(wraps: Iterable[KeyWrap]) -> dict[str, bytes]:
    """The wraps without their locks, by fingerprint; one whose lock is gone is left out."""
    found = {}
    for wrap in wraps:
        with contextlib.suppress(sealing.CannotOpen):
            found[wrap.fingerprint] = locks.open_wrap(wrap)
    return found


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
