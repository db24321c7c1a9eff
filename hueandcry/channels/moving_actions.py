"""Somebody says that an account of ours stands elsewhere on its channel now, where its sign-in opens another one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hueandcry.channels import queries
from hueandcry.channels.models import Account, ProfileCheck
from hueandcry.channels.proving import name_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

S = Account.Status


@transaction.atomic
def confirm_moved(*, account_id: int, opens: str, by: Actor) -> Account:
    """Take the account that the sign-in opens for ours from now on. opens: the other account's id, as the person saw it.

    What was held back for it goes out as any other held post; what stands on the old one is no longer reached by us.
    Raises NotAllowed, NotFound; Conflict if it opens another one by now, or one that is in the register already.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    if not account.other_id or account.other_id != opens or account.status == S.RETIRED:
        raise Conflict(_("This sign-in opens another account by now. Reload to see which."))
    handle = account.other_handle.removeprefix("@") or account.handle
    there = Account.objects.filter(
        Q(external_id=opens) | Q(handle=handle),
        agency_id=by.agency_id,
        channel=account.channel,
        server_url=account.server_url,
    )
    if double := there.exclude(pk=account.pk).first():
        raise Conflict(
            _("%(other)s is in the register already, as “%(label)s”. Enter the sign-in of %(known)s here.")
            % {"other": name_of(handle), "label": double.label, "known": name_of(account.handle)}
        )
    changes = {
        "external_id": opens,
        "handle": handle,
        "unproved_at": None,
        "other_id": "",
        "other_handle": "",
        "problem": "",
        "moved_at": clock.now(),
        "due_at": clock.now(),
    }
    mine = Account.objects.filter(pk=account.pk, other_id=opens, status=account.status)
    status = S.ACTIVE if account.status == S.NEEDS_ATTENTION else account.status
    if not mine.update(status=status, **changes):
        raise Conflict(_("Somebody else changed this a moment ago. Reload to see it as it is now."))
    ProfileCheck.objects.filter(account_id=account.pk).update(due_at=clock.now())
    body: dict[str, str | int | None] = {
        "from": account.handle,
        "from_id": account.external_id,
        "to": handle,
        "to_id": opens,
    }
    record(by=by, verb="account.move", subject=ref("account", account.pk), body=body)
    account.refresh_from_db()
    return account
