"""Reads of keys: what the page "Keys" shows, and what `hue doctor` asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hueandcry.agencies.queries import refs_holding, tip_programmes
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.wire import as_text
from hueandcry.tips import keylog, locks, pins, queries, trust
from hueandcry.tips.models import DeskKey, KeyWrap, RootUse
from hueandcry.tips.root import spoken

DRILL_DAYS = 90
PEOPLE = 2  # fewer, and one accident closes the tip form


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as the page shows it. in_force: by the signed log; left: its holder no longer has the role.

    card, spoken: both its halves to compare by voice, in hexadecimal and in words; mine: the actor's own; can_sign:
    it can approve others; digest: SHA-256 of its public key; signing: its signing public key, both in hexadecimal;
    public: its public key, wrapped: its closed private half (own keys only), both in base64.
    """

    id: int
    person_ref: str
    name: str
    label: str
    fingerprint: str
    card: str
    spoken: str
    status: str
    status_label: str
    in_force: bool
    left: bool
    mine: bool
    can_sign: bool
    is_demo: bool
    digest: str
    signing: str
    public: str
    wrapped: str


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of the log. act: begin, hand-over, add, remove; who: name of the signer, or "" for the root."""

    seq: int
    act: str
    hour: datetime
    who: str
    whose: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeysPage:
    """Everything on the page. problem: a code of `key_findings`, or ""; to_move: (old key, new key, how many tips)."""

    root: str
    root_spoken: str
    problem: str
    keys: list[KeyLine]
    waiting: list[KeyLine]
    gone: list[KeyLine]
    history: list[Told]
    people: int
    drilled: datetime | None
    drill_due: bool
    to_move: list[tuple[KeyLine, KeyLine, int]]


def keys_page(*, actor: Actor) -> KeysPage:
    """The programme's keys, waiting ones, history and warnings. Raises NotAllowed."""
    actor.require(Permission.TIP_KEYS)
    found = trust.trusted(actor.agency_id)
    rows = DeskKey.objects.filter(agency_id=actor.agency_id).order_by("person_name", "pk")
    in_force = {key.fingerprint for key in found.keys}
    holders = refs_holding(Permission.TIP_KEYS, agency_id=actor.agency_id)
    lines = [_line(row, actor=actor, in_force=in_force, holders=holders) for row in rows]
    waiting = [line for line in lines if line.status == DeskKey.Status.WAITING and not line.left]
    drilled = _last_drill(actor.agency_id)
    return KeysPage(
        root=found.root.fingerprint if found.root else "",
        root_spoken=spoken(found.root.fingerprint) if found.root else "",
        problem=found.problem.what if found.problem else "",
        keys=[line for line in lines if line.in_force],
        waiting=waiting,
        gone=[line for line in lines if not line.in_force and line not in waiting],
        history=_history(actor.agency_id) if found.state else [],
        people=len({line.person_ref for line in lines if line.in_force and not line.left}),
        drilled=drilled,
        drill_due=_is_late(drilled),
        to_move=_to_move([line for line in lines if line.mine]),
    )


def _line(row: DeskKey, *, actor: Actor, in_force: set[str], holders: set[str]) -> KeyLine:
    mine = row.person_ref == actor.ref
    return KeyLine(
        id=row.pk,
        person_ref=row.person_ref,
        name=row.person_name,
        label=row.label,
        fingerprint=row.fingerprint,
        card=(card := keylog.card(bytes(row.public_key), bytes(row.signing_public))),
        spoken=spoken(card),
        status=row.status,
        status_label=row.get_status_display(),
        in_force=row.fingerprint in in_force,
        left=row.person_ref not in holders,
        mine=mine,
        can_sign=bool(row.signing_public),
        is_demo=row.is_demo,
        digest=keylog.digest_of_key(bytes(row.public_key)),
        signing=bytes(row.signing_public).hex(),
        public=as_text(row.public_key),
        wrapped=as_text(row.wrapped_private) if mine else "",
    )


def _to_move(mine: list[KeyLine]) -> list[tuple[KeyLine, KeyLine, int]]:
    """Own keys in use: what the older one opens and the newest, in force, does not."""
    usable = [line for line in mine if line.status == DeskKey.Status.ACTIVE]
    newest = max((line for line in usable if line.in_force), key=lambda line: line.id, default=None)
    if newest is None:
        return []
    counted = [
        (line, newest, queries.left_to_move(old=line.fingerprint, new=newest.fingerprint))
        for line in usable
        if line.id < newest.id
    ]
    return [each for each in counted if each[2]]


def _history(programme_id: int) -> list[Told]:
    """The log in order, latest first."""
    names: dict[str, tuple[str, str]] = {}
    told = []
    for statement in trust.statements(programme_id):
        content = keylog.said(statement.body)
        if content["act"] == "add":
            names[content["fingerprint"]] = (content["name"], content["label"])
        whose, label = names.get(content.get("fingerprint", ""), ("", ""))
        told.append(
            Told(
                seq=content["seq"],
                act=content["act"],
                hour=datetime.fromisoformat(content["hour"]),
                who=names.get(content["by"], ("", ""))[0],
                whose=whose,
                label=label,
                reason=content.get("reason", ""),
            )
        )
    return told[::-1]


def public_log(*, actor: Actor) -> dict[str, Any]:
    """The key log as the officer's browser verifies it, in base64: statements, the pinned root, the keys' bytes.

    Raises NotAllowed.
    """
    actor.require(Permission.TIP_READ)
    found = trust.trusted(actor.agency_id)
    rows = DeskKey.objects.filter(agency_id=actor.agency_id).values_list("fingerprint", "public_key")
    return {
        "programme": actor.agency_id,
        "root": as_text(found.root.signing) if found.root else "",
        "recovery": as_text(found.recovery),
        "statements": [
            {"body": as_text(each.body), "signature": as_text(each.signature)}
            for each in trust.statements(actor.agency_id)
        ],
        "keys": {name: as_text(public) for name, public in rows},
    }


def closed_for_want_of_locks() -> bool:
    """True if copies for keys in use are closed under locks that are not here: after a restore without them."""
    names = KeyWrap.objects.exclude(lock="").values_list("fingerprint", flat=True).distinct()
    return any(not (locks.folder() / name).exists() for name in names)


# --- for the operator -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """Something to see to. code: see `key_findings`; detail: a folder, a name or a place in the log."""

    programme_id: int
    code: str
    detail: str


def key_findings() -> list[KeyFinding]:
    """What is the matter with the keys of each programme. For the operator; no secret is in it.

    no-root, root-damaged · shares-here (folder) · nobody, one-person · no-drill · log-broken, log-rolled-back,
    log-forked, key-changed · alarm (such a thing was seen by some process: what and hour) · leaver (name) ·
    old-recovery (how many tips only an earlier recovery key opens).
    """
    return [
        KeyFinding(agency.pk, code, detail)
        for agency in tip_programmes()
        for code, detail in _findings(agency.pk)
    ]


def _findings(programme_id: int) -> list[tuple[str, str]]:
    found = trust.trusted(programme_id)
    said: list[tuple[str, str]] = []
    if found.problem:
        said.append((found.problem.what, found.problem.detail))
    elif found.root is None:
        said.append(("no-root", ""))
    if (alarm := pins.alarm(programme_id)) is not None:
        said.append(("alarm", f"{alarm.what} {alarm.detail} {alarm.hour}"))
    folders = {str(path.parent) for path in pins.share_files()}
    said += [("shares-here", folder) for folder in sorted(folders)]
    people = {key.person_ref for key in queries.sealing_keys(programme_id)}
    if len(people) < PEOPLE:
        said.append(("one-person" if people else "nobody", ""))
    if found.root and _is_late(_last_drill(programme_id)):
        said.append(("no-drill", ""))
    holders = refs_holding(Permission.TIP_KEYS, agency_id=programme_id)
    leavers = {key.name for key in found.keys if key.person_ref not in holders}
    said += [("leaver", name) for name in sorted(leavers)]
    stale = _old_recovery(programme_id, found.recovery_fingerprint)
    return [*said, ("old-recovery", str(stale))] if stale else said


def _old_recovery(programme_id: int, current: str) -> int:
    """How many tips have a copy for an earlier recovery key and none for the current one."""
    copies = KeyWrap.objects.filter(agency_id=programme_id, kind=KeyWrap.Kind.RECOVERY)
    renewed = copies.filter(fingerprint=current).values("tip_id")
    return copies.exclude(tip_id__in=renewed).values("tip_id").distinct().count()


def _last_drill(programme_id: int) -> datetime | None:
    kinds = [RootUse.Kind.DRILL, RootUse.Kind.MADE, RootUse.Kind.REPLACED]
    uses = RootUse.objects.filter(agency_id=programme_id, kind__in=kinds).order_by("-hour")
    return uses.values_list("hour", flat=True).first()


def _is_late(drilled: datetime | None) -> bool:
    return drilled is None or clock.now() - drilled > timedelta(days=DRILL_DAYS)
