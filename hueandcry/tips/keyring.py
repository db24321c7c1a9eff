"""What officers' actions and the commands of the root share: the log is added to, and keys lose what they opened."""

from __future__ import annotations

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import refs_holding
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Unavailable
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import locks, queries, trust
from hueandcry.tips.keylog import State, Statement
from hueandcry.tips.models import DeskKey, KeyLock, KeyStatement, KeyWrap, Tip


def good_state(programme_id: int) -> State:
    """The log's state, to add to. Raises Unavailable while the log as a whole does not hold."""
    found = trust.trusted(programme_id)
    if found.state is None or found.problem:
        raise Unavailable(
            _(
                "The list of keys could not be checked, so nothing was changed. Tell whoever runs this machine."
            )
        )
    return found.state


def append(programme_id: int, after: State, statement: Statement) -> None:
    """Write the statement that leads to the state `after`. Raises Conflict if another one came first."""
    try:
        with transaction.atomic(using="tips"):
            KeyStatement.objects.create(
                agency_id=programme_id,
                seq=after.seq,
                digest=after.digest,
                body=statement.body,
                signature=statement.signature,
            )
    except IntegrityError as error:
        raise Conflict(_("Somebody else changed the keys a moment ago. Try again.")) from error


def drop_wraps(key: DeskKey, *, renew: bool) -> None:
    """Delete every copy of a tip closed for this key, and destroy its lock.

    renew: its holder must not read on, so the tips that are not closed get a new key pair when they are opened
    next. Copies without which a tip would be closed for good are left. Needs an open transaction.
    """
    name = key.fingerprint
    mine = KeyWrap.objects.filter(agency_id=key.agency_id, fingerprint=name)
    doomed = mine.filter(tip_id__in=queries.opened_without(name, programme_id=key.agency_id))
    tips = Tip.objects.filter(pk__in=doomed.values("tip_id"))
    if renew:
        tips.exclude(status=Tip.Status.CLOSED).update(renew=True)
    KeyWrap.objects.filter(pk__in=doomed.values("pk")).delete()
    if not mine.exists():
        transaction.on_commit(lambda: locks.destroy(name), using="tips")


def take_keys_of_leavers(*, by: Actor) -> int:
    """Close the tips to everybody whose role has ended, in every programme. Returns how many keys. Safe to repeat.

    by: the sweep. Their copies and locks go, and the closed halves of their keys; new tips are not sealed to them
    since the moment the role ended. The signed removal waits for an officer on the page "Keys".
    """
    live = DeskKey.objects.filter(status__in=[DeskKey.Status.ACTIVE, DeskKey.Status.WAITING])
    done = 0
    for programme_id in live.values_list("agency_id", flat=True).distinct():
        holders = refs_holding(Permission.TIP_KEYS, agency_id=programme_id)
        for key in live.filter(agency_id=programme_id).exclude(person_ref__in=holders):
            with transaction.atomic(using="tips"):
                drop_wraps(key, renew=True)
                KeyLock.objects.filter(desk_key=key).delete()
                move(key, to=DeskKey.Status.LEFT, wrapped_private=b"")
                record(
                    by=replace(by, agency_id=programme_id),
                    verb="tip-key.leave",
                    subject=ref("tip-key", key.fingerprint),
                    ledger=Ledger.TIPS,
                )
            done += 1
    return done


def destroy_unneeded_locks() -> int:
    """Destroy the locks of keys out of use that close no copy any more. Returns how many. Safe to repeat.

    Whoever takes a key out destroys its lock as well, but only after the commit: a crash or a disk that refuses in
    between would leave it, and a kept key and an old backup would open tips by it.
    """
    done = 0
    # A tip that came in while its receiver's key was taken out may have been closed for that key all the same.
    held = KeyWrap.objects.values("fingerprint")
    for key in DeskKey.objects.filter(status=DeskKey.Status.LEFT, fingerprint__in=held):
        with transaction.atomic(using="tips"):
            drop_wraps(key, renew=True)
    ended = [DeskKey.Status.RETIRED, DeskKey.Status.LEFT]
    for key in DeskKey.objects.filter(status__in=ended, fingerprint__in=locks.names()):
        in_force = {each.fingerprint for each in queries.sealing_keys(key.agency_id)}
        if key.fingerprint in in_force or KeyWrap.objects.filter(fingerprint=key.fingerprint).exists():
            continue
        locks.destroy(key.fingerprint)
        done += 1
    return done
