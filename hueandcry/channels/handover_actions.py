"""Verbs of passing on: all that one person has of the accounts goes to the next in one step."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Person
from hueandcry.channels.facts import colleague
from hueandcry.channels.models import Account, Handover, Holder, Steward, Voice, Watch
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record


class NothingHeld(Conflict):
    """Somebody who has no part in any account has none to pass on."""


@transaction.atomic
def hand_over(
    *,
    from_id: int,
    to_id: int,
    note: str,
    by: Actor,
    account_ids: Collection[int] | None = None,
    shown: bool = True,
) -> list[Handover]:
    """Pass what one person holds, answers for and checks to another, at once; the leaver's right ends now.

    account_ids: only these, None: all of theirs, and their page as a public voice goes too; shown: the public
    directory says for a month who is new. Where the next one is the other steward already, the place is left free:
    two people must answer. Raises NotAllowed, NotFound, Invalid without a note, Conflict if there is nothing.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    if not note.strip():
        raise Invalid(_("Write what the next one must know."), field="note")
    if from_id == to_id:
        raise Invalid(_("Choose somebody else."), field="to")
    leaver = Person.objects.filter(pk=from_id, memberships__agency_id=by.agency_id).first()
    if leaver is None:
        raise NotFound(_("There is no such person in this agency."), field="from")
    successor = colleague(to_id, by=by)
    accounts = _theirs(leaver, account_ids, by=by)
    if not accounts:
        raise NothingHeld(_("This person has no account to pass on."))
    found = [_pass_on(account, leaver, successor, note.strip(), by=by, shown=shown) for account in accounts]
    if account_ids is None:
        Voice.objects.filter(agency_id=by.agency_id, person=leaver).update(shown_at=None)
    return found


def _theirs(leaver: Person, account_ids: Collection[int] | None, *, by: Actor) -> list[Account]:
    """The accounts in which this person has any part now."""
    mine = ref("person", leaver.pk)
    agency = {"agency_id": by.agency_id}
    numbers: set[int] = set()
    held = Holder.objects.filter(**agency, person=leaver, ended_at__isnull=True)
    kept = Steward.objects.filter(**agency, person_ref=mine, ended_at__isnull=True)
    seen = Watch.objects.filter(**agency, checker_ref=mine)
    for rows in (
        held.values_list("account_id"),
        kept.values_list("account_id"),
        seen.values_list("account_id"),
    ):
        numbers.update(number for (number,) in rows)
    if account_ids is not None:
        numbers &= set(account_ids)
    return list(Account.objects.filter(pk__in=numbers, **agency).order_by("pk"))


def _pass_on(
    account: Account, leaver: Person, successor: Person, note: str, *, by: Actor, shown: bool
) -> Handover:
    now, old, new = clock.now(), ref("person", leaver.pk), ref("person", successor.pk)
    mode = ""
    held = Holder.objects.filter(account=account, ended_at__isnull=True)
    for row in held.filter(person=leaver):
        mode = row.mode
        Holder.objects.filter(pk=row.pk).update(ended_at=now)
        if not held.filter(person=successor).exists():
            Holder.objects.create(
                agency_id=by.agency_id, account=account, person=successor, mode=mode, begun_at=now
            )
    stewards = Steward.objects.filter(account=account, ended_at__isnull=True)
    for steward in list(stewards.filter(person_ref=old)):
        stewards.filter(pk=steward.pk).update(ended_at=now)
        if not stewards.filter(person_ref=new).exists():
            Steward.objects.create(
                agency_id=by.agency_id,
                account=account,
                part=steward.part,
                person_ref=new,
                person_name=successor.name,
                named_at=now,
            )
    Watch.objects.filter(account=account, checker_ref=old).update(
        checker_ref=new, checker_name=successor.name
    )
    faced = bool(leaver.name) and leaver.name.casefold() in account.face.casefold()
    if faced:  # the new one's rank and post are theirs to say
        Account.objects.filter(pk=account.pk).update(face=successor.name, title="")
    handover = Handover.objects.create(
        agency_id=by.agency_id,
        account=account,
        from_ref=old,
        from_name=leaver.name,
        to_ref=new,
        to_name=successor.name,
        note=note,
        at=now,
        shown=shown and faced,
    )
    body = {"from": leaver.name, "to": successor.name, "note": note}
    record(by=by, verb="account.hand-over", subject=ref("account", account.pk), body=body)
    return handover
