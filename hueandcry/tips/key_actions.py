"""Desk keys: made on a device, approved by a colleague, taken out of use. Every change is a signed statement.

The server keeps the log and checks each statement as everybody else does; it can sign none.
"""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies.queries import refs_holding
from hueandcry.kernel import clock, sealing
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import keylog, keyring, keys, passphrase, queries
from hueandcry.tips.keylog import State, Statement
from hueandcry.tips.models import DeskKey, KeyLock

LABEL = 60  # characters
CREDENTIAL = re.compile(
    r"[A-Za-z0-9_-]{1,1400}"
)  # base64url: a credential id has 1,023 bytes at most (WebAuthn L2)
PASSKEY_WRAPPED = sealing.NONCE + sealing.KEY + sealing.TAG  # bytes
LONGEST_STATEMENT = 4096  # bytes


class NotAKey(Invalid):
    """The bytes are not a public key, or not a closed private key."""


class NotSigned(NotAllowed):
    """The statement does not hold: not signed by a key in force, or about something else."""


class LastKey(Conflict):
    """Some tips would never open again without this key, or nobody could read new ones."""


# --- one's own keys ---------------------------------------------------------------------------------


@transaction.atomic(using="tips")
def register_desk_key(
    *,
    public_key: bytes,
    signing_public: bytes,
    wrapped_private: bytes,
    label: str,
    by: Actor,
    is_demo: bool = False,
) -> DeskKey:
    """Keep a key that an officer made on their device. It opens nothing until somebody else approves it.

    public_key: 1,216 bytes; signing_public: 32 bytes; wrapped_private: the seed as tips/passphrase.py closes it.
    Raises NotAllowed, NotAKey, Conflict (known already).
    """
    by.require(Permission.TIP_KEYS)
    sizes = (len(wrapped_private), len(signing_public))
    if not sealing.is_public_key(public_key) or sizes != (passphrase.WRAPPED, sealing.KEY):
        raise NotAKey(_("This is not a key. Make one on this page and try again."))
    name = keys.fingerprint(public_key)
    if DeskKey.objects.filter(fingerprint=name).exists():
        raise Conflict(_("This key is registered already."))
    key = DeskKey.objects.create(
        agency_id=by.agency_id,
        person_ref=by.ref,
        person_name=by.name,
        label="".join(letter for letter in label if letter.isprintable()).strip()[:LABEL],
        fingerprint=name,
        public_key=public_key,
        signing_public=signing_public,
        wrapped_private=wrapped_private,
        made_hour=clock.hour(clock.now()),
        is_demo=is_demo,
    )
    record(by=by, verb="tip-key.register", subject=ref("tip-key", name), ledger=Ledger.TIPS)
    return key


@transaction.atomic(using="tips")
def withdraw_desk_key(*, key_id: int, by: Actor) -> DeskKey:
    """Give up one's own key that nobody has approved yet. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.TIP_KEYS)
    key = queries.get_desk_key(actor=by, key_id=key_id)
    if key.status != DeskKey.Status.WAITING:
        raise Conflict(_("This key is in use already. Take it out of use instead."))
    _retire(key)
    record(by=by, verb="tip-key.withdraw", subject=ref("tip-key", key.fingerprint), ledger=Ledger.TIPS)
    return key


@transaction.atomic(using="tips")
def add_key_lock(*, key_id: int, credential_id: str, wrapped: bytes, by: Actor) -> KeyLock:
    """Let a passkey unlock one's own key too. wrapped: 60 bytes. Raises NotAllowed, NotFound, NotAKey, Conflict."""
    by.require(Permission.TIP_KEYS)
    key = queries.get_desk_key(actor=by, key_id=key_id)
    if len(wrapped) != PASSKEY_WRAPPED or not CREDENTIAL.fullmatch(credential_id):
        raise NotAKey(_("The passkey gave nothing to lock with. Try again."))
    if key.status not in (DeskKey.Status.ACTIVE, DeskKey.Status.WAITING):
        raise Conflict(_("This key is no longer in use."))
    KeyLock.objects.filter(desk_key=key, credential_id=credential_id).delete()
    lock = KeyLock.objects.create(
        desk_key=key,
        agency_id=key.agency_id,
        credential_id=credential_id,
        wrapped=wrapped,
        made_hour=clock.hour(clock.now()),
    )
    record(by=by, verb="tip-key.add-lock", subject=ref("tip-key", key.fingerprint), ledger=Ledger.TIPS)
    return lock


@transaction.atomic(using="tips")
def remove_key_lock(*, lock_id: int, by: Actor) -> None:
    """Let a passkey unlock one's own key no longer. Raises NotAllowed, NotFound."""
    by.require(Permission.TIP_KEYS)
    lock = next((each for each in queries.key_locks(actor=by) if each.pk == lock_id), None)
    if lock is None:
        raise NotFound(_("There is no such passkey of yours."))
    lock.delete()
    record(
        by=by,
        verb="tip-key.remove-lock",
        subject=ref("tip-key", lock.desk_key.fingerprint),
        ledger=Ledger.TIPS,
    )


# --- signed by an officer ---------------------------------------------------------------------------


@transaction.atomic(using="tips")
def add_statement(*, body: bytes, signature: bytes, by: Actor) -> DeskKey:
    """Append what the officer's browser has signed: a colleague's key approved, or a key taken out of use.

    The signing key must be the actor's own. Raises NotAllowed, NotSigned, NotFound, LastKey, Conflict if another
    statement came first, Unavailable while the log as a whole does not hold.
    """
    by.require(Permission.TIP_KEYS)
    state = keyring.good_state(by.agency_id)
    if len(body) > LONGEST_STATEMENT:
        raise NotSigned(_("This was not signed as it should be. Nothing was changed."))
    statement = Statement(body, signature)  # what is checked is what is kept, to the last byte
    try:
        after = keylog.step(state, statement)
    except keylog.Broken as broken:
        if broken.why == "chain":
            raise Conflict(
                _("A colleague changed the keys a moment ago. Reload the page and try again.")
            ) from broken
        raise NotSigned(_("This was not signed as it should be. Nothing was changed.")) from broken
    said = keylog.said(body)
    signer = state.keys.get(said["by"])
    if signer is None or signer.person != by.ref:
        raise NotSigned(_("Sign with your own key. Nothing was changed."))
    key = DeskKey.objects.filter(agency_id=by.agency_id, fingerprint=said.get("fingerprint", "")).first()
    if key is None:
        raise NotFound(_("There is no such key here."))
    if said["act"] == "add":
        _check_add(after, key)
    else:
        _check_remove(after, key)
    keyring.append(by.agency_id, after, statement)
    if said["act"] == "add":
        move(key, to=DeskKey.Status.ACTIVE)
    else:
        keyring.drop_wraps(key, renew=said["reason"] in keylog.CLOSING)
        if key.status != DeskKey.Status.RETIRED:
            _retire(key)
    verb = "tip-key.approve" if said["act"] == "add" else "tip-key.remove"
    record(by=by, verb=verb, subject=ref("tip-key", key.fingerprint), ledger=Ledger.TIPS)
    return key


def _check_add(after: State, key: DeskKey) -> None:
    """What was signed must be the key that was made here, of somebody who may hold one."""
    said = after.keys[key.fingerprint]
    made = (
        key.person_ref,
        key.person_name,
        key.label,
        keylog.digest_of_key(bytes(key.public_key)),
        bytes(key.signing_public),
    )
    if (said.person, said.name, said.label, said.key, said.signing) != made:
        raise NotSigned(_("What was signed is not the key that was made here. Nothing was changed."))
    if key.status != DeskKey.Status.WAITING:
        raise Conflict(_("This key is no longer waiting. Reload the page."))
    if key.person_ref not in refs_holding(Permission.TIP_KEYS, agency_id=key.agency_id):
        raise NotSigned(_("This person is no longer a coordinator, so their key was not approved."))


def _check_remove(after: State, key: DeskKey) -> None:
    """Neither may a tip be closed for good, nor the tip form stand without anybody who can read."""
    alone = queries.only_opened_by(key.fingerprint, programme_id=key.agency_id)
    if alone:
        raise LastKey(
            ngettext(
                "%(count)d tip opens with this key only. Open it and share it with a colleague's key first.",
                "%(count)d tips open with this key only. Open each and share it with a colleague's key first.",
                alone,
            )
            % {"count": alone}
        )
    in_force = {each.fingerprint for each in queries.sealing_keys(key.agency_id)}
    if key.fingerprint in in_force and not in_force & after.keys.keys():
        raise LastKey(
            _("This is the last key in use: the tip form would close. Have another one approved first.")
        )


def _retire(key: DeskKey) -> None:
    """Destroy the server's copies of the closed private half."""
    KeyLock.objects.filter(desk_key=key).delete()
    move(key, to=DeskKey.Status.RETIRED, wrapped_private=b"")
