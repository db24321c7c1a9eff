"""Verbs of the register: what an account is for, how free it is, who may post through it, its end."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels import queries
from hueandcry.channels.facts import checked_facts, colleague
from hueandcry.channels.models import Account, Holder, ProfileCheck, Steward
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record


@transaction.atomic
def change_account(*, account_id: int, by: Actor, **facts: Any) -> Account:
    """Change what the register says of an account.

    facts: label, kind, unit_id, audience, topics, languages, face, title, goal, every_days, is_main, is_public.
    Raises NotAllowed, NotFound, Invalid; Conflict if the account is retired.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    _not_retired(account)
    values = checked_facts(facts, channel=account.channel, by=by)
    audience = values.get("audience", account.audience)
    if audience != Account.Audience.PUBLIC and values.get("is_public", account.is_public):
        values["is_public"] = False  # appeals are for everybody
    changed = {name: value for name, value in values.items() if getattr(account, name) != value}
    if changed:
        Account.objects.filter(pk=account.pk).update(**changed)
        ProfileCheck.objects.filter(account=account).update(
            due_at=clock.now()
        )  # it should say something else now
        body = {name: _plain(value) for name, value in changed.items()}
        record(by=by, verb="account.change", subject=ref("account", account.pk), body=body)
    account.refresh_from_db()
    return account


@transaction.atomic
def set_mode(*, account_id: int, mode: str, reason: str, by: Actor) -> Account:
    """Turn the dial of an account, with the reason on the record.

    Raises NotAllowed, NotFound, Invalid without a reason; Conflict if it stands there already or is retired.
    """
    by.require(Permission.RULES_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    _not_retired(account)
    if mode not in Account.Mode.values:
        raise Invalid(_("Choose how free the account is."), field="mode")
    if not reason.strip():
        raise Invalid(_("Say why. The reason stands on the record."), field="reason")
    before = account.mode
    if Account.objects.filter(pk=account.pk, mode=before).exclude(mode=mode).update(mode=mode) != 1:
        raise Conflict(_("The account is set like this already."))
    body = {"mode": mode, "before": before, "reason": reason.strip()[:500]}
    record(by=by, verb="account.set-mode", subject=ref("account", account.pk), body=body)
    account.mode = mode
    return account


@transaction.atomic
def add_holder(*, account_id: int, person_id: int, by: Actor, mode: str = "") -> Holder:
    """Let a person post through an account. mode: theirs there, "": the account's.

    Raises NotAllowed, NotFound (the account, or nobody of this agency), Invalid, Conflict if they hold it.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    _not_retired(account)
    person = colleague(person_id, by=by)
    if mode and mode not in Account.Mode.values:
        raise Invalid(_("Choose how free they are there."), field="mode")
    if Holder.objects.filter(account=account, person=person, ended_at__isnull=True).exists():
        raise Conflict(_("This person holds the account already."), field="person")
    holder = Holder.objects.create(
        agency_id=by.agency_id, account=account, person=person, mode=mode, begun_at=clock.now()
    )
    body = {"person": ref("person", person.pk), "name": person.name, "mode": mode}
    record(by=by, verb="account.add-holder", subject=ref("account", account.pk), body=body)
    return holder


@transaction.atomic
def end_holder(*, account_id: int, person_id: int, by: Actor) -> None:
    """A person may no longer post through an account, from now. Raises NotAllowed, NotFound."""
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    rows = Holder.objects.filter(account=account, person_id=person_id, ended_at__isnull=True)
    if not rows.update(ended_at=clock.now()):
        raise NotFound(_("This person does not hold the account."))
    body = {"person": ref("person", person_id)}
    record(by=by, verb="account.end-holder", subject=ref("account", account.pk), body=body)


@transaction.atomic
def appoint_steward(*, account_id: int, person_id: int, part: str, by: Actor) -> Steward:
    """Make a colleague the steward or the second steward of an account, in place of the one before.

    Raises NotAllowed, NotFound, Invalid if the part is unknown, Conflict if they are the other one.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    _not_retired(account)
    person = colleague(person_id, by=by)
    if part not in Steward.Part.values:
        raise Invalid(_("Choose which steward."), field="part")
    now = Steward.objects.filter(account=account, ended_at__isnull=True)
    reference = ref("person", person.pk)
    if now.exclude(part=part).filter(person_ref=reference).exists():
        raise Conflict(_("This person is the other steward. Two people must answer for it."), field="person")
    now.filter(part=part).update(ended_at=clock.now())
    steward = Steward.objects.create(
        agency_id=by.agency_id,
        account=account,
        part=part,
        person_ref=reference,
        person_name=person.name,
        named_at=clock.now(),
    )
    body = {"person": reference, "name": person.name, "part": part}
    record(by=by, verb="account.steward", subject=ref("account", account.pk), body=body)
    return steward


@transaction.atomic
def retire_account(*, account_id: int, reason: str, by: Actor) -> Account:
    """Close an account for good: nothing is sent through it, and the public checker says that it is ours no more.

    Raises NotAllowed, NotFound, Invalid without a reason, Conflict if it is retired.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    if not reason.strip():
        raise Invalid(_("Say why. The reason stands on the record."), field="reason")
    now = clock.now()
    move(account, to=Account.Status.RETIRED, problem="", retired_at=now, due_at=None, is_main=False)
    Holder.objects.filter(account=account, ended_at__isnull=True).update(ended_at=now)
    body = {"reason": reason.strip()[:500]}
    record(by=by, verb="account.retire", subject=ref("account", account.pk), body=body)
    return account


def _not_retired(account: Account) -> None:
    if account.status == Account.Status.RETIRED:
        raise Conflict(_("This account is retired."))


def _plain(value: Any) -> str | int | None:
    """A value as the record keeps it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, (str, int)) or value is None else str(value)
