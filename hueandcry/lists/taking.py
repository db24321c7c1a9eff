"""The worker's side of slips: open each, do what was asked, remove it. Every step may be done twice.

Nothing is answered to whoever asked, so nothing here can be used to find out who is on a list.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from hueandcry.kernel import actor, clock
from hueandcry.kernel.ids import ref
from hueandcry.kernel.sealing import CannotOpen
from hueandcry.lists import aside, slips, vault
from hueandcry.lists.choices import Choices, Medium, pack
from hueandcry.lists.models import Departed, Sending, Subscriber, SubscriberList
from hueandcry.lists.returns import arrive, come_back
from hueandcry.lists.verdicts import Verdict
from hueandcry.records.entry import record

LASTS = timedelta(hours=48)  # how long a yes is waited for
MOST_ASKS = 3  # messages to an address that has not said yes
AGAIN = timedelta(minutes=10)  # between two of them
ROUND = 200  # slips in one go
DELIVERED, UNDELIVERED, REFUSED = {"1", "delivered"}, {"2", "undelivered", "failed"}, {"16"}
S, Owed = Subscriber.Status, Subscriber.Owed


def take_slips() -> int:
    """Do what the waiting slips ask, and try again what was put aside and is due. Returns how many there were.

    One that fails does not keep the others waiting: it is put aside. Safe to run twice and to be killed.
    """
    taken = 0
    for path in slips.waiting():
        if taken >= ROUND:
            break
        taken += 1
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:  # another worker has it
            continue
        said, failure = _tried(sealed)
        if failure:
            aside.put(path, said, failure)
        else:
            path.unlink(missing_ok=True)
    return taken + _again()


def _again() -> int:
    """Try again what was put aside: a few times by itself, then only when a person says so."""
    rows = aside.take_due()
    for row in rows:
        path = slips.lying_aside(row.name)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:  # it was carried out, and we were killed before we could say so
            aside.forget(row)
            continue
        said, failure = _tried(sealed)
        if failure:
            aside.fail(row, said, failure)
        else:
            path.unlink(missing_ok=True)
            aside.forget(row)
    return len(rows)


def _tried(sealed: bytes) -> tuple[dict[str, Any], str]:
    """Open a slip and do what it asks. Returns what it says and the kind of failure, "" if it was carried out.

    Raises OperationalError or InterfaceError while the database is away: no slip's fault, and all of them wait.
    """
    try:
        said = vault.open_slip(sealed)
    except (CannotOpen, ValueError):
        return {}, aside.CLOSED
    try:
        with transaction.atomic():
            _do(said)
    except (OperationalError, InterfaceError):
        raise
    except Exception as failure:  # noqa: BLE001 - the worker's loop over slips: whatever one provokes, the rest go on
        return said, type(failure).__name__
    return said, ""


def _do(said: dict[str, Any]) -> None:
    """One slip. What does not fit what is there now is left undone."""
    agency_id, kind = said.get("agency"), said.get("kind")
    if not isinstance(agency_id, int):
        return
    if kind in {"ask", "join"}:
        _ask(agency_id, said)
    elif kind == "confirm":
        _confirm(Subscriber.objects.filter(agency_id=agency_id, pk=_number(said, "subscriber")).first())
    elif kind == "yes":
        _confirm(_found(agency_id, said))
    elif kind == "leave":
        _leave(Subscriber.objects.filter(agency_id=agency_id, pk=_number(said, "subscriber")).first())
    elif kind == "stop":
        _leave(_found(agency_id, said))
    elif kind == "report":
        _report(agency_id, said)


def _number(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    return value if isinstance(value, int) else 0


def _list(agency_id: int, said: dict[str, Any], **more: Any) -> SubscriberList | None:
    return SubscriberList.objects.filter(
        agency_id=agency_id, medium=str(said.get("medium", "")), **more
    ).first()


def _found(agency_id: int, said: dict[str, Any]) -> Subscriber | None:
    row = _list(agency_id, said)
    if row is None:
        return None
    digest = vault.mark(row.pk, _key_of(row.medium, str(said.get("address", ""))))
    return Subscriber.objects.filter(list=row, mark=digest).first()


def _key_of(medium: str, address: str) -> str:
    """By what an address is known: of e-mail without capitals, of a browser its endpoint alone."""
    if medium == Medium.PUSH:
        return address.partition("\n")[0]
    return address.lower()


def _ask(agency_id: int, said: dict[str, Any]) -> None:
    """Put somebody down as waiting for their yes, and owe them the question; a browser has said yes already."""
    row = _list(agency_id, said, closed_at__isnull=True)
    address, chosen = str(said.get("address", "")), said.get("choices")
    if row is None or not address or not isinstance(chosen, dict):
        return
    choices = Choices.from_plain(chosen)
    digest = vault.mark(row.pk, _key_of(row.medium, address))
    # Who texts JOIN has the question as the answer already.
    owed = Owed.NOTHING if said["kind"] == "join" or row.medium == Medium.PUSH else Owed.CONFIRM
    moment = clock.now()
    try:
        with transaction.atomic():
            who, made = Subscriber.objects.select_for_update().get_or_create(
                list=row,
                mark=digest,
                defaults={
                    "agency_id": agency_id,
                    "sealed": vault.close(row.pk, address),
                    "asked_at": moment,
                    "wanted": choices.plain(),
                    "owed": owed,
                    "due_at": moment if owed else None,
                },
            )
            if not made:
                _ask_again(who, choices, address=address, owed=owed)
    except IntegrityError:  # asked twice at the same moment: the other one counts
        return
    if row.medium == Medium.PUSH:
        _confirm(who)


def _ask_again(who: Subscriber, choices: Choices, *, address: str, owed: str) -> None:
    """Keep the new wish; write once more only if that is not too often."""
    moment = clock.now()
    if who.status != S.WAITING and moment - who.asked_at > LASTS:
        who.asks, who.asked_at = 0, moment
    too_often = who.asks >= MOST_ASKS or (who.written_at is not None and moment - who.written_at < AGAIN)
    who.wanted, who.sealed = choices.plain(), vault.close(who.list_id, address)
    if owed and not too_often and not who.owed:
        who.asks, who.owed, who.due_at = who.asks + 1, owed, moment
    who.save(update_fields=["wanted", "sealed", "asks", "asked_at", "owed", "due_at"])


@transaction.atomic
def _confirm(who: Subscriber | None) -> None:
    """Their yes: what they wanted counts from now on."""
    if who is None or who.wanted is None:
        return
    moment = clock.now()
    choices = Choices.from_plain(who.wanted)
    welcome = Owed.NOTHING if who.list.medium == Medium.PUSH or who.status == S.ACTIVE else Owed.WELCOME
    changed = Subscriber.objects.filter(pk=who.pk, wanted__isnull=False).update(
        status=S.ACTIVE,
        wanted=None,
        levels=pack(choices.levels),
        areas=pack(choices.areas),
        topics=pack(choices.topics),
        language=choices.language,
        quiet_from=choices.quiet_from,
        quiet_to=choices.quiet_to,
        confirmed_at=moment,
        consent=HOW[Medium(who.list.medium)],
        owed=welcome,
        due_at=moment if welcome else None,
    )
    if changed:
        Departed.objects.filter(list_id=who.list_id, mark=who.mark).delete()
        record(
            by=actor.public(agency_id=who.agency_id),
            verb="subscriber.join",
            subject=ref("subscriber", who.pk),
        )


HOW = {  # as the row keeps it: how the yes was given
    Medium.EMAIL: "asked on the web page, said yes by the link in the e-mail",
    Medium.SMS: "asked on the web page or by text, said yes by text",
    Medium.PUSH: "said yes to the browser's own question",
}


@transaction.atomic
def _leave(who: Subscriber | None) -> None:
    """Off the list, at once and for good."""
    if who is not None:
        by = actor.public(agency_id=who.agency_id)
        record(by=by, verb="subscriber.leave", subject=forget(who, reason=Departed.Reason.LEFT))


def forget(who: Subscriber, *, reason: str) -> str:
    """Erase a subscriber, in the caller's transaction and with its entry; returns what to call them there.

    What waited for them is not sent. The digest stays, so that nobody adds them by hand.
    """
    Sending.objects.filter(subscriber=who, status=Sending.Status.QUEUED).update(
        status=Sending.Status.STOPPED, due_at=None
    )
    if who.confirmed_at is not None:
        Departed.objects.update_or_create(
            list_id=who.list_id,
            mark=who.mark,
            defaults={"agency_id": who.agency_id, "reason": reason, "at": clock.now()},
        )
    subject = ref("subscriber", who.pk)
    who.delete()
    return subject


def _report(agency_id: int, said: dict[str, Any]) -> None:
    """The gateway's word on one text."""
    row = Sending.objects.filter(agency_id=agency_id, pk=_number(said, "sending")).first()
    if row is None:
        return
    status = str(said.get("status", ""))
    if status in DELIVERED:
        arrive(row)
    elif status in UNDELIVERED | REFUSED:
        come_back(row, Verdict.COUNTED, reason="the telephone did not get it")
