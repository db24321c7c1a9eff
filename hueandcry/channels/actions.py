"""Verbs of accounts. None of them calls a channel inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from hueandcry.channels import credentials, queries
from hueandcry.channels.catalogue import channel_named, connector_for
from hueandcry.channels.models import Account, Credential, Steward
from hueandcry.channels.working import require_worker
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.http import allowed_address
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record


class AlreadyRegistered(Conflict):
    """The agency has this account already."""


def register_account(
    *,
    channel: str,
    handle: str,
    label: str,
    server_url: str,
    secret: Mapping[str, str],
    by: Actor,
    kind: str = Account.Kind.AGENCY,
    is_public: bool = True,
    opens: str = "",
) -> Account:
    """Keep an account and its credential (sealed); the worker checks it within a minute.

    secret: the fields that the connector names in `secret_fields`; opens: the lasting id of the account, where the
    channel has just said it. Raises NotAllowed, Invalid, AlreadyRegistered. The server's name is looked up before the transaction begins.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    channel_named(channel)
    _check_secret(channel, secret)
    if not handle.strip() or not label.strip():
        raise Invalid(_("Enter the account's name on the channel and a name for it here."), field="handle")
    if kind not in Account.Kind.values:
        raise Invalid(_("Choose what kind of account this is."), field="kind")
    if not allowed_address(server_url):
        raise Invalid(
            _(
                "This is not a public https address. Addresses inside your network must be allowed by an operator."
            ),
            field="server_url",
        )
    with transaction.atomic():
        return _register(
            by=by,
            secret=secret,
            channel=channel,
            handle=handle.strip(),
            label=label.strip(),
            server_url=server_url.rstrip("/"),
            kind=kind,
            is_public=is_public,
            external_id=opens[:200],
        )


@transaction.atomic
def rotate_credential(*, account_id: int, secret: Mapping[str, str], by: Actor, opens: str = "") -> Account:
    """Replace an account's credential; its old tokens go with it. Nothing is sent until it is known to open this account.

    The same for the first one of an account that had none. opens: the lasting id of the account that it opens, where the channel has just said it; else the worker asks.
    Raises NotAllowed, NotFound, Invalid.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    account = Account.objects.select_for_update().get(
        pk=account.pk
    )  # a check may learn its id in this moment
    _check_secret(account.channel, secret)
    values = {
        "secret": credentials.close(account.pk, "secret", secret),
        "session": None,
        "rotated_at": clock.now(),
        "rotated_by": by.ref,
    }
    kept = Credential.objects.filter(account=account)
    if not kept.update(**values, version=F("version") + 1):  # brought in with a table, so it never had one
        Credential.objects.create(agency_id=account.agency_id, account=account, **values)
    proved = bool(opens) and account.external_id in {"", opens}
    Account.objects.filter(pk=account.pk).update(
        due_at=clock.now(),
        external_id=account.external_id or opens[:200],
        unproved_at=None if proved else clock.now(),
        other_id="",
        other_handle="",
    )
    record(by=by, verb="account.rotate", subject=ref("account", account.pk))
    return account


@transaction.atomic
def suspend_account(*, account_id: int, by: Actor) -> Account:
    """Stop sending through an account at once; what waits for it keeps waiting, take-downs go on.

    Raises NotAllowed, NotFound; Conflict if it is suspended already.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    move(account, to=Account.Status.SUSPENDED, problem="")
    record(by=by, verb="account.suspend", subject=ref("account", account.pk))
    return account


@transaction.atomic
def resume_account(*, account_id: int, by: Actor) -> Account:
    """Use a suspended account again; what waited for less than a day is sent. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    if account.status != Account.Status.SUSPENDED:
        raise Conflict(_("This account is not suspended."))
    move(account, to=Account.Status.ACTIVE, problem="", due_at=clock.now())
    record(by=by, verb="account.resume", subject=ref("account", account.pk))
    return account


@transaction.atomic
def name_steward(*, account_id: int, person_ref: str, person_name: str, by: Actor) -> Steward:
    """Make a person answerable for an account, in place of the one before. Raises NotAllowed, NotFound."""
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    named = Steward.objects.filter(account=account, ended_at__isnull=True)
    named.filter(Q(part=Steward.Part.FIRST) | Q(person_ref=person_ref)).update(ended_at=clock.now())
    steward = Steward.objects.create(
        agency_id=account.agency_id,
        account=account,
        person_ref=person_ref,
        person_name=person_name,
        named_at=clock.now(),
    )
    record(
        by=by,
        verb="account.steward",
        subject=ref("account", account.pk),
        body={"person": person_ref, "name": person_name},
    )
    return steward


@transaction.atomic
def mark_account(*, account_id: int, problem: str, by: Actor) -> None:
    """Mark that the channel no longer accepts our credential (problem: a sentence), or with "" that it does.

    For the worker. Quiet if the account stands so already, or is suspended or retired. Raises NotAllowed, NotFound.
    """
    require_worker(by)
    account = queries.get_account(actor=by, account_id=account_id)
    wanted = Account.Status.NEEDS_ATTENTION if problem else Account.Status.ACTIVE
    if account.status == wanted or account.status in Account.SILENT:
        return
    move(account, to=wanted, problem=problem[:200])
    record(
        by=by,
        verb="account.attention" if problem else "account.healthy",
        subject=ref("account", account.pk),
        body={"problem": problem},
    )


def _register(*, by: Actor, secret: Mapping[str, str], **fields: object) -> Account:
    if Account.objects.filter(
        agency_id=by.agency_id,
        channel=fields["channel"],
        server_url=fields["server_url"],
        handle=fields["handle"],
    ).exists():
        raise AlreadyRegistered(_("This account is registered already."), field="handle")
    account = Account.objects.create(
        agency_id=by.agency_id, registered_at=clock.now(), due_at=clock.now(), **fields
    )
    Credential.objects.create(
        agency_id=by.agency_id,
        account=account,
        secret=credentials.close(account.pk, "secret", secret),
        rotated_at=clock.now(),
        rotated_by=by.ref,
    )
    record(
        by=by,
        verb="account.register",
        subject=ref("account", account.pk),
        body={"channel": account.channel, "handle": account.handle, "server": account.server_url},
    )
    return account


def _check_secret(channel: str, secret: Mapping[str, str]) -> None:
    for name in connector_for(channel).secret_fields:
        if not secret.get(name, "").strip():
            raise Invalid(_("Enter the credential that the channel gave you."), field=name)
