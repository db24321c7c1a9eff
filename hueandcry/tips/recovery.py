"""What two shares of a programme's root do: approve first keys, open and re-wrap tips, drills, a new root.

For `hue tips …` at the machine. The root exists in this process's memory for the length of one command; each use
is noted and on the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import refs_holding, tip_programmes
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import (
    codes,
    founding,
    keylog,
    keyring,
    keys,
    locks,
    offline,
    opening,
    pins,
    queries,
    trust,
)
from hueandcry.tips import root as roots
from hueandcry.tips.models import DeskKey, KeyWrap, RootUse, Tip
from hueandcry.tips.root import Root, WrongShare

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How a re-wrap ended. tips: looked at; wraps: added; closed: numbers of tips that the key did not open."""

    tips: int
    wraps: int
    closed: list[str]


def root_of(shares: list[Path]) -> tuple[Agency, Root]:
    """The programme and root that two share files belong to. Raises WrongShare, Invalid, NotFound."""
    root = roots.join_shares([roots.read_share(_text_of(path)) for path in shares])
    for programme in tip_programmes():
        pinned = pins.pinned_root(programme.pk)
        if pinned and pinned.fingerprint == root.public.fingerprint:
            return programme, root
    raise NotFound(
        _(
            "These shares fit together, but no programme here has this root (%s). It may have been replaced since."
        )
        % root.public.fingerprint
    )


def approve(*, wanted: str, shares: list[Path], by: Actor) -> DeskKey:
    """Put an officer's waiting key in force, signed by the root.

    wanted: the key's card (keylog.card) as its holder reads it from their own screen, in eight words or in
    hexadecimal: it names both halves of the key, so that none can be exchanged in the database. Raises WrongShare,
    NotFound, Invalid, Conflict.
    """
    programme, root = root_of(shares)
    text = " ".join(wanted.lower().split())
    for key in DeskKey.objects.filter(agency_id=programme.pk, status=DeskKey.Status.WAITING):
        card = keylog.card(bytes(key.public_key), bytes(key.signing_public))
        if text in (card, roots.spoken(card)):
            break
    else:
        raise NotFound(
            _(
                "No waiting key has these words. Its holder reads them from the page “Keys” on their own device."
            )
        )
    if key.person_ref not in refs_holding(Permission.TIP_KEYS, agency_id=programme.pk):
        raise Invalid(_("This person is no longer a coordinator, so their key was not approved."))
    with transaction.atomic(using="tips"):
        founding.enrol(key, root=root, by=replace(by, agency_id=programme.pk))
        founding.note_use(programme.pk, RootUse.Kind.APPROVE, root, by=by)
    return key


def pin_again(*, shares: list[Path], by: Actor) -> Agency:
    """Accept a key log as it stands, and pin the root anew if its file was lost: after a restore, or after an alarm.

    The log must hold under the root of the shares. What was seen of longer logs is forgotten, so look at the page
    "Keys" afterwards: whoever was taken out since the copy was made is back. Raises WrongShare, Invalid, Conflict
    if another root is pinned.
    """
    root = roots.join_shares([roots.read_share(_text_of(path)) for path in shares])
    for programme in tip_programmes():
        try:
            keylog.fold(trust.statements(programme.pk), programme=programme.pk, root=root.public)
        except keylog.Broken:
            continue
        pinned = pins.pinned_root(programme.pk)
        if pinned and pinned != root.public:
            raise Conflict(
                _("Another root is pinned for this programme. Put the right copy of the keys folder back.")
            )
        with transaction.atomic(using="tips"):
            founding.note_use(programme.pk, RootUse.Kind.APPROVE, root, by=by)
            pins.forget_seen(programme.pk)
            pins.pin_root(programme.pk, root.public)
        return programme
    raise Invalid(_("No programme's key log here holds under this root, so it was not pinned."))


# --- opening and re-wrapping ------------------------------------------------------------------------


def open_with_shares(*, number: str, shares: list[Path], by: Actor) -> Iterator[str]:
    """The dialogue of a tip as lines for the terminal. Raises WrongShare, NotFound, Invalid."""
    programme, root = root_of(shares)
    tip = Tip.objects.filter(agency_id=programme.pk, number=codes.parse_number(number)).first()
    if tip is None:
        raise NotFound(_("There is no tip with this number."))
    try:
        opened = opening.open_tip(tip, private=root.recovery)
    except sealing.CannotOpen as error:
        raise Invalid(_("This root does not open this tip: it is older than the root.")) from error
    with transaction.atomic(using="tips"):
        founding.note_use(programme.pk, RootUse.Kind.RECOVER, root, by=by)
        acting = replace(by, agency_id=programme.pk)
        record(by=acting, verb="tip.open-offline", subject=ref("tip", tip.number), ledger=Ledger.TIPS)
    return offline.lines(tip, opened)


def rewrap_all(*, shares: list[Path], by: Actor, progress: Progress) -> Rewrapped:
    """Close every tip for all keys in force, after keys or locks were lost. Safe to break off and repeat.

    Copies that no lock opens any more are replaced. Raises WrongShare, NotFound, Conflict (no key is in force).
    """
    programme, root = root_of(shares)
    with transaction.atomic(using="tips"):
        founding.note_use(programme.pk, RootUse.Kind.RECOVER, root, by=by)
    return rewrap(
        programme.pk, private=root.recovery, by=replace(by, agency_id=programme.pk), progress=progress
    )


def rewrap_with_old_key(*, key_file: Path, by: Actor, progress: Progress) -> list[Rewrapped]:
    """The same with a recovery key of 24 words, from before the root: closes its tips for the root too."""
    private = offline.read_key_file(key_file)
    return [
        rewrap(programme.pk, private=private, by=replace(by, agency_id=programme.pk), progress=progress)
        for programme in tip_programmes()
    ]


def rewrap(programme_id: int, *, private: bytes, by: Actor, progress: Progress) -> Rewrapped:
    """Close each tip that `private` opens for the keys in force and the current recovery key."""
    receivers = [(KeyWrap.Kind.DESK, key.public_key) for key in queries.sealing_keys(programme_id)]
    if not receivers:
        raise Conflict(
            _("No key is in force, so there is nobody to close the tips for. Approve a key first.")
        )
    receivers.append((KeyWrap.Kind.RECOVERY, queries.recovery_public(programme_id)))
    tips = list(Tip.objects.filter(agency_id=programme_id).order_by("arrived_hour", "pk"))
    added, closed = 0, []
    for done, tip in enumerate(tips):
        try:
            seed = opening.seed_of(tip, private=private)
        except sealing.CannotOpen:
            closed.append(tip.number)
        else:
            added += _rewrap_one(tip, seed=seed, receivers=receivers, by=by)
        progress(done + 1, len(tips))
    return Rewrapped(len(tips), added, closed)


def _rewrap_one(tip: Tip, *, seed: bytes, receivers: list[tuple[KeyWrap.Kind, bytes]], by: Actor) -> int:
    there = {wrap.fingerprint: wrap for wrap in KeyWrap.objects.filter(tip=tip)}
    added = 0
    with transaction.atomic(using="tips"):
        for kind, public in receivers:
            name = keys.fingerprint(public)
            if name in there and _can_be_opened(there[name]):
                continue
            KeyWrap.objects.filter(tip=tip, fingerprint=name).delete()
            sealed = keys.wrap_seed(seed, tip_id=tip.pk, public=public)
            locks.close(sealed, tip=tip, fingerprint=name, kind=kind).save(force_insert=True)
            record(
                by=by, verb="tip.share", subject=ref("tip-key", f"{name}/{tip.number}"), ledger=Ledger.TIPS
            )
            added += 1
    return added


def _can_be_opened(wrap: KeyWrap) -> bool:
    try:
        locks.open_wrap(wrap)
    except sealing.CannotOpen:
        return False
    return True


# --- drill and replacement --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill proved. tip: the number of the tip that was opened, or empty if there was none to open."""

    programme: str
    fingerprint: str
    tip: str


def drill(*, shares: list[Path], by: Actor) -> Drilled:
    """Prove that two shares open a sealed test item and the newest tip, showing nothing of it.

    Raises WrongShare, NotFound, Invalid if the tip does not open.
    """
    programme, root = root_of(shares)
    public, item = root.public.recovery, b"drill"
    if sealing.unseal(root.recovery, sealing.seal(public, item, info=item), info=item) != item:
        raise Invalid(_("The root did not open what was sealed to it."))
    tip = (
        Tip.objects.filter(agency_id=programme.pk, wraps__fingerprint=keys.fingerprint(public))
        .order_by("-arrived_hour", "-pk")
        .first()
    )
    if tip:
        try:
            opening.open_tip(tip, private=root.recovery)
        except (sealing.CannotOpen, ValueError, KeyError) as error:
            raise Invalid(_("The newest tip (%s) does not open with this root.") % tip.number) from error
    with transaction.atomic(using="tips"):
        founding.note_use(programme.pk, RootUse.Kind.DRILL, root, by=by)
    return Drilled(programme.name, root.public.fingerprint, tip.number if tip else "")


def replace_root(
    *, shares: list[Path], folder: Path, by: Actor, progress: Progress
) -> tuple[Root, list[Path], Rewrapped | None]:
    """Replace a root, such as after a share was lost: the new one signed by the old, new sheets, tips closed for it.

    The old sheets still open what was sealed before in old backups: they must be destroyed. Returns the new root,
    the sheets and how the re-wrap ended (None if no key is in force). Raises WrongShare, NotFound, Conflict.
    """
    programme, old = root_of(shares)
    new = roots.new_root()
    with transaction.atomic(using="tips"):
        state = keyring.good_state(programme.pk)
        hour = founding.hour_text()
        given = keylog.hand_over(state, old=old, new=new.public, hour=hour)
        between = keylog.step(state, given)
        keyring.append(programme.pk, between, given)
        first = keylog.begin(between, root=new, hour=hour)
        keyring.append(programme.pk, keylog.step(between, first), first)
        founding.name_recovery_key(programme.pk, new)
        founding.note_use(programme.pk, RootUse.Kind.REPLACED, new, by=by)
        sheets = founding.write_sheets(new, programme_id=programme.pk, name=programme.name, folder=folder)
        pins.pin_root(programme.pk, new.public)
    done = None
    if queries.sealing_keys(programme.pk):
        done = rewrap(
            programme.pk, private=old.recovery, by=replace(by, agency_id=programme.pk), progress=progress
        )
        stale = KeyWrap.objects.filter(
            agency_id=programme.pk, fingerprint=keys.fingerprint(old.public.recovery)
        )
        renewed = KeyWrap.objects.filter(fingerprint=keys.fingerprint(new.public.recovery)).values("tip_id")
        stale.filter(tip_id__in=renewed).delete()
    return new, sheets, done


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongShare(_("%(path)s cannot be read.") % {"path": path}) from error
