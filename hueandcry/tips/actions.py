"""The desk's side. The server passes sealed bytes on and notes who did what; it cannot read any of it."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hueandcry.kernel import clock, sealing
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import envelope, keys, passphrase, queries
from hueandcry.tips.envelope import Direction
from hueandcry.tips.models import DeskKey, KeyWrap, Message, RecoveryKey, Tip

WRAP = sealing.KEY + sealing.ENCAPSULATION + sealing.TAG  # bytes of a seed closed for one key
LABEL = 60  # characters


class NotAKey(Invalid):
    """The bytes are not a public key, or not a closed private key."""


class NotSealed(Invalid):
    """The bytes do not have the length of anything that was sealed."""


class NoKeyOfYours(NotAllowed):
    """Somebody who cannot open a tip cannot have read it, answer it or give it to a colleague."""


class LastKey(Conflict):
    """Some tips would never open again without this key."""


# --- keys -------------------------------------------------------------------------------------------


@transaction.atomic(using="tips")
def register_desk_key(
    *, public_key: bytes, wrapped_private: bytes, label: str, by: Actor, is_demo: bool = False
) -> DeskKey:
    """Make the officer's public key one that new tips of the programme are sealed to.

    public_key: 1,216 bytes; wrapped_private: the seed as tips/passphrase.py closes it. Raises NotAllowed,
    NotAKey, Conflict (known already).
    """
    by.require(Permission.TIP_KEYS)
    if not sealing.is_public_key(public_key) or len(wrapped_private) != passphrase.WRAPPED:
        raise NotAKey(_("This is not a key. Make one on this page and try again."))
    name = keys.fingerprint(public_key)
    if DeskKey.objects.filter(fingerprint=name).exists():
        raise Conflict(_("This key is registered already."))
    key = DeskKey.objects.create(
        agency_id=by.agency_id,
        person_ref=by.ref,
        person_name=by.name,
        label=label.strip()[:LABEL],
        fingerprint=name,
        public_key=public_key,
        wrapped_private=wrapped_private,
        made_hour=clock.hour(clock.now()),
        is_demo=is_demo,
    )
    record(by=by, verb="tip-key.register", subject=ref("tip-key", name), ledger=Ledger.TIPS)
    return key


@transaction.atomic(using="tips")
def retire_desk_key(*, key_id: int, by: Actor) -> DeskKey:
    """Take one's own key out of use and destroy the server's copy of its closed private half.

    Raises NotAllowed, NotFound, LastKey if a tip would be closed for good, Conflict if retired already.
    """
    by.require(Permission.TIP_KEYS)
    key = queries.get_desk_key(actor=by, key_id=key_id)
    alone = queries.only_opened_by(key)
    if alone:
        raise LastKey(
            _("%(count)d tips open with this key only. Open each and share it with a colleague's key first.")
            % {"count": alone}
        )
    move(key, to=DeskKey.Status.RETIRED, wrapped_private=b"")
    record(by=by, verb="tip-key.retire", subject=ref("tip-key", key.fingerprint), ledger=Ledger.TIPS)
    return key


@transaction.atomic(using="tips")
def set_recovery_key(*, public_key: bytes, by: Actor) -> RecoveryKey:
    """Name the offline key that every tip from now on is also sealed to. Tips filed before keep the old one.

    Raises NotAllowed (an administrator must not: whoever chooses this key can read), NotAKey.
    """
    by.require(Permission.TIP_KEYS)
    if not sealing.is_public_key(public_key):
        raise NotAKey(_("This is not a public key. Copy the whole line that the recovery command printed."))
    name = keys.fingerprint(public_key)
    RecoveryKey.objects.filter(agency_id=by.agency_id, is_current=True).update(is_current=False)
    key, _made = RecoveryKey.objects.update_or_create(
        fingerprint=name,
        agency_id=by.agency_id,
        defaults={"public_key": public_key, "made_hour": clock.hour(clock.now()), "is_current": True},
    )
    record(by=by, verb="tip-key.set-recovery", subject=ref("tip-key", name), ledger=Ledger.TIPS)
    return key


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
def reply_to_tipster(*, number: str, sealed: bytes, by: Actor) -> Message:
    """Add an answer that the officer's browser has sealed to the tip. The same bytes sent twice are kept once.

    Raises NotAllowed (also NoKeyOfYours), NotFound, NotSealed.
    """
    by.require(Permission.TIP_ANSWER)
    tip = queries.get_tip(actor=by, number=number)
    _holds_a_key(tip, by=by)
    if not envelope.is_sealed_size(len(sealed)):
        raise NotSealed(
            _("The answer did not arrive sealed, so it was not kept. Reload the page and try again.")
        )
    mark = hashlib.sha256(sealed).digest()[: keys.TAG]
    Tip.objects.filter(pk=tip.pk).update(messages_count=F("messages_count") + 1)  # takes the row's lock
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
    there = set(KeyWrap.objects.filter(tip=tip).values_list("fingerprint", flat=True))
    added = sorted(wraps.keys() - there)
    KeyWrap.objects.bulk_create(
        KeyWrap(
            agency_id=tip.agency_id, tip=tip, kind=KeyWrap.Kind.DESK, fingerprint=name, sealed=wraps[name]
        )
        for name in added
    )
    for name in added:  # whom a tip was opened to is part of the record
        record(by=by, verb="tip.share", subject=ref("tip-key", f"{name}/{number}"), ledger=Ledger.TIPS)
    return len(added)


def _holds_a_key(tip: Tip, *, by: Actor) -> None:
    """Raises NoKeyOfYours unless a key of theirs opens the tip."""
    mine = [key.fingerprint for key in queries.my_keys(actor=by)]
    if not KeyWrap.objects.filter(tip=tip, fingerprint__in=mine).exists():
        raise NoKeyOfYours(_("No key of yours opens this tip, so you can neither answer nor share it."))
