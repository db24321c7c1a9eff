"""The desk's side. The server passes sealed bytes on and notes who did what; it cannot read any of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hueandcry.kernel import clock, sealing
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import envelope, keys, locks, queries
from hueandcry.tips.envelope import Direction
from hueandcry.tips.models import KeyWrap, Message, Tip

WRAP = sealing.KEY + sealing.ENCAPSULATION + sealing.TAG  # bytes of a seed closed for one key


class NotSealed(Invalid):
    """The bytes do not have the length of anything that was sealed."""


class NoKeyOfYours(NotAllowed):
    """Somebody who cannot open a tip cannot have read it, answer it or give it to a colleague."""


class NobodyLeft(Conflict):
    """The tip would be open to nobody at the desk."""


# --- tips -------------------------------------------------------------------------------------------


@transaction.atomic(using="tips")
def open_tip(*, number: str, by: Actor) -> queries.SealedTip:
    """Hand a tip's sealed bytes to the officer's browser, and note that it was asked for.

    Raises NotAllowed, NotFound.
    """
    by.require(Permission.TIP_READ)
    sealed = queries.sealed_tip(actor=by, number=number)
    record(by=by, verb="tip.open", subject=ref("tip", number), ledger=Ledger.TIPS)
    return sealed


@transaction.atomic(using="tips")
def mark_read(*, number: str, position: int, by: Actor) -> Tip:
    """Note that the desk has opened the tip's messages up to `position`. Never moves back.

    Raises NotAllowed (also NoKeyOfYours), NotFound, Invalid if there is no such message.
    """
    by.require(Permission.TIP_READ)
    tip = queries.get_tip(actor=by, number=number)
    _holds_a_key(tip, by=by)
    if not 0 < position <= tip.messages_count:
        raise Invalid(_("There is no such message."))
    if Tip.objects.filter(pk=tip.pk, read_to__lt=position).update(read_to=position):
        record(by=by, verb="tip.read", subject=ref("tip", number), ledger=Ledger.TIPS)
        tip.read_to = position
    return tip


@transaction.atomic(using="tips")
def take_tip(*, number: str, by: Actor) -> Tip:
    """Begin to work on a tip. Raises NotAllowed, NotFound, Conflict if a colleague has it already."""
    by.require(Permission.TIP_ANSWER)
    tip = queries.get_tip(actor=by, number=number)
    move(tip, to=Tip.Status.WORKING, taken_by=by.ref)
    record(by=by, verb="tip.take", subject=ref("tip", number), ledger=Ledger.TIPS)
    return tip


@transaction.atomic(using="tips")
def set_status(*, number: str, status: str, by: Actor) -> Tip:
    """Put a tip back among the new ones, close it, or open it again. Raises NotAllowed, NotFound, Conflict, Invalid."""
    by.require(Permission.TIP_ANSWER)
    if status not in Tip.Status.values:
        raise Invalid(_("There is no such status."))
    tip = queries.get_tip(actor=by, number=number)
    holder = by.ref if status == Tip.Status.WORKING else ""
    move(tip, to=Tip.Status(status), taken_by=holder)
    record(by=by, verb=f"tip.{status}", subject=ref("tip", number), ledger=Ledger.TIPS)
    return tip


@transaction.atomic(using="tips")
def reply_to_tipster(*, number: str, sealed: bytes, generation: int | None = None, by: Actor) -> Message:
    """Add an answer that the officer's browser has sealed to the tip. The same bytes sent twice are kept once.

    A new tip that nobody has taken is taken by whoever answers it.

    generation: of the key pair it was sealed to. Raises NotAllowed (also NoKeyOfYours), NotFound, NotSealed, Conflict
    if the tip has a new key pair since.
    """
    by.require(Permission.TIP_ANSWER)
    tip = queries.get_tip(actor=by, number=number)
    _holds_a_key(tip, by=by)
    if not envelope.is_sealed_size(len(sealed)):
        raise NotSealed(
            _("The answer did not arrive sealed, so it was not kept. Reload the page and try again.")
        )
    mark = hashlib.sha256(sealed).digest()[: keys.TAG]
    same_pair = Tip.objects.filter(pk=tip.pk, generation=tip.generation if generation is None else generation)
    if not same_pair.update(messages_count=F("messages_count") + 1):  # takes the row's lock
        raise Conflict(_("This tip has been given new keys since you opened it. Open it again, then answer."))
    earlier = Message.objects.filter(tip=tip, mark=mark).first()
    if earlier is not None:
        Tip.objects.filter(pk=tip.pk).update(messages_count=F("messages_count") - 1)
        return earlier
    message = Message.objects.create(
        agency_id=tip.agency_id,
        tip=tip,
        position=Tip.objects.values_list("messages_count", flat=True).get(pk=tip.pk),
        direction=Direction.FROM_DESK,
        sealed=sealed,
        mark=mark,
        hour=clock.hour(clock.now()),
    )
    record(by=by, verb="tip.reply", subject=ref("tip", number), ledger=Ledger.TIPS)
    if tip.status == Tip.Status.NEW and not tip.taken_by:
        with suppress(Conflict):  # somebody has taken it in this instant: then it is theirs
            take_tip(number=number, by=by)
    return message


@transaction.atomic(using="tips")
def share_tip(*, number: str, wraps: dict[str, bytes], by: Actor) -> int:
    """Keep a tip's seed as the officer's browser closed it for colleagues' keys. Returns how many were added.

    wraps: fingerprint of an active key of the programme → 1,168 bytes. Keys that have the tip already are
    passed over. Raises NotAllowed (also for colleagues' keys without an own key that opens the tip: a false
    copy would stand in the way of a true one), NotFound, NotSealed (also for a key that is not the programme's).
    """
    by.require(Permission.TIP_KEYS)
    tip = queries.get_tip(actor=by, number=number)
    mine = {key.fingerprint for key in queries.my_keys(actor=by)}
    if wraps.keys() - mine:
        _holds_a_key(tip, by=by)
    allowed = {key.fingerprint for key in queries.sealing_keys(tip.agency_id)}
    if not wraps or wraps.keys() - allowed or any(len(sealed) != WRAP for sealed in wraps.values()):
        raise NotSealed(
            _("The tip was not shared: a key is no longer in use. Reload the page and try again.")
        )
    return _share(tip, wraps, by=by)


@transaction.atomic(using="tips")
def assign_tip(*, number: str, to_ref: str, wraps: dict[str, bytes], only: bool = False, by: Actor) -> int:
    """Give a tip to a colleague, whose keys the officer's browser closed its seed for. Returns how many were added.

    wraps: fingerprint of a key in force of that person → 1,168 bytes; those that open it already may be left out.
    only: take it from everybody else; the recovery key keeps it. Raises NotAllowed (also NoKeyOfYours), NotFound,
    NotSealed (a key that is not in force or not theirs), NobodyLeft, Conflict if the tip is closed.
    """
    by.require(Permission.TIP_KEYS)
    tip = queries.get_tip(actor=by, number=number)
    _holds_a_key(tip, by=by)
    if tip.status == Tip.Status.CLOSED:
        raise Conflict(_("This tip is closed. Open it again before you give it to somebody."))
    theirs = {key.fingerprint for key in queries.sealing_keys(tip.agency_id) if key.person_ref == to_ref}
    if wraps.keys() - theirs or any(len(sealed) != WRAP for sealed in wraps.values()):
        raise NotSealed(_("The tip was not given: a key is no longer in use. Reload the page and try again."))
    added = _share(tip, wraps, by=by)
    if not KeyWrap.objects.filter(tip=tip, fingerprint__in=theirs).exists():
        raise NobodyLeft(
            _("Your colleague has no key in use, so nobody could open this tip. It was not given.")
        )
    if tip.status == Tip.Status.WORKING:
        Tip.objects.filter(pk=tip.pk).update(taken_by=to_ref)
    else:
        move(tip, to=Tip.Status.WORKING, taken_by=to_ref)
    if only:
        KeyWrap.objects.filter(tip=tip, kind=KeyWrap.Kind.DESK).exclude(fingerprint__in=theirs).delete()
        record(by=by, verb="tip.restrict", subject=ref("tip", number), ledger=Ledger.TIPS)
    record(by=by, verb="tip.assign", subject=ref("tip", f"{number}/{to_ref}"), ledger=Ledger.TIPS)
    return added


@dataclass(frozen=True, slots=True)
class NewPair:
    """A tip's new key pair as the officer's browser made it. messages: position → the same text, sealed anew.

    generation: of the pair that is replaced; wraps: fingerprint → 1,168 bytes; tipster, recovery: 1,168 bytes each;
    proof: keys.tipster_proof by the new seed, 32 bytes.
    """

    generation: int
    public_key: bytes
    messages: dict[int, bytes]
    wraps: dict[str, bytes]
    recovery: bytes
    tipster: bytes
    proof: bytes


@transaction.atomic(using="tips")
def rekey_tip(*, number: str, pair: NewPair, by: Actor) -> Tip:
    """Replace a tip's key pair after somebody who could open it has left. All or nothing.

    Everybody who could open it and is still here must be among the wraps; digests of what was replaced and by what
    are on the record. Raises NotAllowed (also NoKeyOfYours), NotFound, NotSealed, Conflict if it needs no new keys,
    a message came meanwhile or a colleague was first.
    """
    by.require(Permission.TIP_KEYS)
    tip = queries.get_tip(actor=by, number=number)
    _holds_a_key(tip, by=by)
    if not tip.renew:  # what stands there is evidence: nobody rewrites it without cause
        raise Conflict(_("This tip needs no new keys. It was left as it is."))
    allowed = {key.fingerprint for key in queries.sealing_keys(tip.agency_id)}
    holders = set(
        KeyWrap.objects.filter(tip=tip, kind=KeyWrap.Kind.DESK).values_list("fingerprint", flat=True)
    )
    boxes = [*pair.wraps.values(), pair.recovery, pair.tipster]
    whole = all(len(box) == WRAP for box in boxes) and len(pair.proof) == sealing.KEY
    if pair.wraps.keys() != allowed & holders or not whole or not sealing.is_public_key(pair.public_key):
        raise NotSealed(_("The tip was not given new keys: reload the page and try again."))
    messages = list(tip.messages.order_by("position"))
    fits = all(len(pair.messages.get(each.position, b"")) == len(each.sealed) for each in messages)
    moved = Tip.objects.filter(
        pk=tip.pk, generation=pair.generation, messages_count=len(pair.messages)
    ).update(
        generation=F("generation") + 1,
        public_key=pair.public_key,
        tipster_wrap=pair.tipster,
        tipster_proof=pair.proof,
        renew=False,
    )
    if not fits or not moved or len(messages) != len(pair.messages):
        raise Conflict(_("The tip has changed meanwhile. It was left as it is; open it again."))
    old = _digest(bytes(message.sealed) for message in messages)
    for message in messages:
        message.sealed = pair.messages[message.position]
    Message.objects.bulk_update(messages, ["sealed"])
    KeyWrap.objects.filter(tip=tip).delete()
    _add_wraps(tip, pair.wraps)  # not on the record as shared: whoever opens it now opened it before
    public = queries.recovery_public(tip.agency_id)
    locks.close(
        pair.recovery, tip=tip, fingerprint=keys.fingerprint(public), kind=KeyWrap.Kind.RECOVERY
    ).save(force_insert=True)
    changed = f"{number}/{old}/{_digest(pair.messages[message.position] for message in messages)}"
    record(by=by, verb="tip.rekey", subject=ref("tip", changed), ledger=Ledger.TIPS)
    tip.refresh_from_db()
    return tip


def _digest(sealed: Iterable[bytes]) -> str:
    """128 bits of a digest over the digests of sealed messages, in order."""
    return hashlib.sha256(b"".join(hashlib.sha256(item).digest() for item in sealed)).hexdigest()[:32]


def _share(tip: Tip, wraps: dict[str, bytes], *, by: Actor) -> int:
    """Add the wraps; whom a tip was opened to is part of the record. Returns how many were added."""
    added = _add_wraps(tip, wraps)
    for name in added:
        record(by=by, verb="tip.share", subject=ref("tip-key", f"{name}/{tip.number}"), ledger=Ledger.TIPS)
    return len(added)


def _add_wraps(tip: Tip, wraps: dict[str, bytes]) -> list[str]:
    """Keep the wraps for keys that have the tip not yet, each under its lock; their fingerprints."""
    there = set(KeyWrap.objects.filter(tip=tip).values_list("fingerprint", flat=True))
    added = sorted(wraps.keys() - there)
    KeyWrap.objects.bulk_create(locks.close(wraps[name], tip=tip, fingerprint=name) for name in added)
    return added


def _holds_a_key(tip: Tip, *, by: Actor) -> None:
    """Raises NoKeyOfYours unless a key of theirs opens the tip."""
    mine = [key.fingerprint for key in queries.my_keys(actor=by)]
    if not KeyWrap.objects.filter(tip=tip, fingerprint__in=mine).exists():
        raise NoKeyOfYours(_("No key of yours opens this tip, so you can neither answer nor share it."))
