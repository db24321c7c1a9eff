"""Verbs of a table that brings accounts in."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels import queries, table
from hueandcry.channels.models import Account, AccountImport, Holder, Steward
from hueandcry.channels.register_actions import add_holder, appoint_steward, change_account, set_mode
from hueandcry.channels.table import ImportLine
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record


@transaction.atomic
def send_table(*, data: bytes, by: Actor) -> AccountImport:
    """Keep a table until its sender has seen what it would do; nothing of it is brought in yet.

    Raises NotAllowed, Invalid if it is no table that can be read.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    text = table.decoded(data)
    lines = table.plan(text, actor=by)
    AccountImport.objects.filter(agency_id=by.agency_id, by_ref=by.ref).delete()
    sent = AccountImport.objects.create(agency_id=by.agency_id, text=text, by_ref=by.ref, sent_at=clock.now())
    record(by=by, verb="register.send", subject=ref("agency", by.agency_id), body={"lines": len(lines)})
    return sent


@transaction.atomic
def bring_in(*, import_id: int, by: Actor, only_good: bool = False) -> int:
    """Bring a table in; returns how many lines. New accounts wait for their credential.

    only_good: leave out the lines that are wrong, else one of them stops everything. Raises NotAllowed, NotFound,
    Invalid.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    sent = queries.account_import(actor=by, import_id=import_id)
    lines = table.plan(sent.text, actor=by)
    good = [line for line in lines if line.does != "wrong"]
    if len(good) < len(lines) and not only_good:
        raise Invalid(_("Some lines are wrong. Put them right, or bring in the good ones."))
    for line in good:
        if line.does != "same":
            _bring(line, by=by)
    sent.delete()
    record(
        by=by,
        verb="register.import",
        subject=ref("agency", by.agency_id),
        body={"lines": len(good), "left_out": len(lines) - len(good)},
    )
    return len(good)


@transaction.atomic
def discard_table(*, import_id: int, by: Actor) -> None:
    """Forget a table that was sent. Raises NotAllowed, NotFound."""
    by.require(Permission.ACCOUNT_MANAGE)
    queries.account_import(actor=by, import_id=import_id).delete()
    record(by=by, verb="register.discard", subject=ref("agency", by.agency_id))


def _bring(line: ImportLine, *, by: Actor) -> None:
    facts = dict(line.facts)
    mode = facts.pop("mode", "")
    if line.account_id is None:
        account = _add(facts, by=by)
    else:
        account = change_account(account_id=line.account_id, by=by, **facts)
    if mode and mode != account.mode and by.may(Permission.RULES_MANAGE):
        set_mode(account_id=account.pk, mode=mode, reason=_("Brought in with a table."), by=by)
    for part, column in ((Steward.Part.FIRST, "steward"), (Steward.Part.SECOND, "second")):
        number = line.people.get(column)
        if number and not _is_steward(account, part, number):
            appoint_steward(account_id=account.pk, person_id=number, part=part, by=by)
    held = set(
        Holder.objects.filter(account=account, ended_at__isnull=True).values_list("person_id", flat=True)
    )
    for number in dict.fromkeys(line.people["holders"]):
        if number not in held:
            add_holder(account_id=account.pk, person_id=number, by=by)


def _add(facts: dict[str, object], *, by: Actor) -> Account:
    account = Account.objects.create(
        agency_id=by.agency_id,
        registered_at=clock.now(),
        due_at=None,
        status=Account.Status.NEEDS_ATTENTION,
        problem=_("Not connected yet: give it a credential."),
        **facts,
    )
    body = {"channel": account.channel, "handle": account.handle, "server": account.server_url}
    record(by=by, verb="account.register", subject=ref("account", account.pk), body=body)
    return account


def _is_steward(account: Account, part: str, person_id: int) -> bool:
    rows = Steward.objects.filter(account=account, part=part, ended_at__isnull=True)
    return rows.filter(person_ref=ref("person", person_id)).exists()
