"""A programme's root is made, split and pinned; keys are put in force by it. For `hue`, with the root in memory only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import refs_holding, tip_programmes
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict
from hueandcry.kernel.ids import ref
from hueandcry.kernel.keyfiles import write_secret
from hueandcry.kernel.states import move
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import keylog, keyring, keys, locks, pins
from hueandcry.tips import root as roots
from hueandcry.tips.keylog import ROOT, State
from hueandcry.tips.models import DeskKey, KeyStatement, KeyWrap, RecoveryKey, RootUse
from hueandcry.tips.root import Root

AT_ONCE = 500  # wraps locked in one transaction


def found_root(*, programme_id: int, name: str, folder: Path, by: Actor) -> tuple[Root, list[Path]]:
    """Make the root of a programme whose log is still empty: begin the log, pin the root, write the share sheets.

    Returns the root, for whoever puts the first keys in force in the same breath, and the sheets. What was pinned
    for an earlier programme of this number is replaced. Raises Conflict if there is a log or a sheet already.
    """
    if KeyStatement.objects.filter(agency_id=programme_id).exists():
        raise Conflict(_("This programme has a root already."))
    root = roots.new_root()
    with transaction.atomic(using="tips"):
        first = keylog.begin(State(programme_id), root=root, hour=hour_text())
        keyring.append(programme_id, keylog.step(State(programme_id), first), first)
        name_recovery_key(programme_id, root)
        note_use(programme_id, RootUse.Kind.MADE, root, by=by)
        sheets = write_sheets(root, programme_id=programme_id, name=name, folder=folder)
        pins.forget_seen(programme_id)
        pins.pin_root(programme_id, root.public)
    return root, sheets


def write_sheets(root: Root, *, programme_id: int, name: str, folder: Path) -> list[Path]:
    """The three share sheets, each a new file for its owner only. Raises Conflict if one is there already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder != pins.hand_out():
        pins.note_share_folder(folder)
    mark = root.public.fingerprint[:8]
    sheets = []
    for number, words in roots.share_words(root).items():
        path = folder / f"programme-{programme_id}-{mark}-share-{number}-of-{roots.SHARES}.txt"
        if path.exists():
            raise Conflict(_("%(path)s exists already and is never overwritten.") % {"path": path})
        day = clock.now().date().isoformat()
        text = roots.sheet(programme=name, public=root.public, number=number, words=words, day=day)
        write_secret(path, text.encode())
        sheets.append(path)
    return sheets


def enrol(key: DeskKey, *, root: Root, by: Actor) -> None:
    """Put a key in force, signed by the root. Raises Conflict, Unavailable."""
    with transaction.atomic(using="tips"):
        state = keyring.good_state(key.agency_id)
        content = keylog.body(
            state,
            act="add",
            by=ROOT,
            hour=hour_text(),
            person=key.person_ref,
            name=key.person_name,
            label=key.label,
            fingerprint=key.fingerprint,
            key=keylog.digest_of_key(bytes(key.public_key)),
            signing=bytes(key.signing_public).hex(),
        )
        statement = keylog.sign(content, seed=root.signing)
        keyring.append(key.agency_id, keylog.step(state, statement), statement)
        if key.status == DeskKey.Status.WAITING:
            move(key, to=DeskKey.Status.ACTIVE)
        record(by=by, verb="tip-key.approve", subject=ref("tip-key", key.fingerprint), ledger=Ledger.TIPS)


def bring_up_to_date(*, by: Actor) -> list[Path]:
    """What data of an earlier version lacks: a root, the keys in use put in force by it, locks. Safe to repeat.

    Returns the share sheets of the roots that were made. A root is never made where one was pinned or a log stands:
    what is missing then must be put back.
    """
    sheets: list[Path] = []
    for programme in tip_programmes():
        if pins.root_stamp(programme.pk) or KeyStatement.objects.filter(agency_id=programme.pk).exists():
            continue
        acting = replace(by, agency_id=programme.pk)
        with transaction.atomic(using="tips"):
            root, written = found_root(
                programme_id=programme.pk, name=programme.name, folder=pins.hand_out(), by=acting
            )
            holders = refs_holding(Permission.TIP_KEYS, agency_id=programme.pk)
            for key in DeskKey.objects.filter(
                agency_id=programme.pk, status=DeskKey.Status.ACTIVE, person_ref__in=holders
            ).order_by("pk"):
                enrol(key, root=root, by=acting)
        sheets += written
    lock_old_wraps()
    return sheets


def lock_old_wraps() -> int:
    """Lock every copy for a desk key that has no lock yet. Returns how many. Safe to repeat."""
    done = 0
    bare = KeyWrap.objects.filter(kind=KeyWrap.Kind.DESK, lock="")
    while rows := list(bare.order_by("pk")[:AT_ONCE]):
        with transaction.atomic(using="tips"):
            KeyWrap.objects.bulk_update([locks.add_lock(row) for row in rows], ["sealed", "lock"])
        done += len(rows)
    return done


def name_recovery_key(programme_id: int, root: Root) -> None:
    """Note the recovery key of a root as the one that tips are sealed to from now on."""
    RecoveryKey.objects.filter(agency_id=programme_id, is_current=True).update(is_current=False)
    RecoveryKey.objects.create(
        agency_id=programme_id,
        fingerprint=keys.fingerprint(root.public.recovery),
        public_key=root.public.recovery,
        made_hour=clock.hour(clock.now()),
    )


def note_use(programme_id: int, kind: RootUse.Kind, root: Root, *, by: Actor) -> None:
    """Write down that the root was put together, and what for; on the record too."""
    name = root.public.fingerprint
    RootUse.objects.create(agency_id=programme_id, kind=kind, fingerprint=name, hour=clock.hour(clock.now()))
    acting = replace(by, agency_id=programme_id)
    record(by=acting, verb=f"tip-root.{kind.value}", subject=ref("tip-root", name), ledger=Ledger.TIPS)


def hour_text() -> str:
    """The hour as statements carry it."""
    return clock.hour(clock.now()).isoformat()
