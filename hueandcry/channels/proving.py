"""Whose account a credential opens: the one that we know, or another. Until the channel has said so nothing is sent.

A first credential must open an account of the name that we know; where the channel gives accounts no name it is taken
at its word. Every later one must open the same account, or somebody says that it moved (moving_actions.py). No channel
is called here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels import quotas
from hueandcry.channels.actions import mark_account
from hueandcry.channels.connector import Health
from hueandcry.channels.models import Account, Credential
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Unavailable
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record

LONGEST_NAME = 32  # characters of a name in a sentence, of which a delivery keeps 200 (jobs/due.py)
STANDS = (Account.Status.ACTIVE, Account.Status.NEEDS_ATTENTION)


class NotProved(Unavailable):
    """It is not known that the credential opens this account, or it opens another one."""


def why_not(account: Account) -> str:
    """One sentence that says why nothing may be said through this account's credential; empty if it is the right one."""
    if account.unproved_at is None:
        return ""
    if not account.other_id:
        return _(
            "The new sign-in of “%s” was not tried yet. Nothing is sent until the network says whose it is."
        ) % short(account.label)
    return _(
        "This sign-in opens %(other)s, not %(known)s. Nothing is sent until the right one is entered, or somebody"
        " confirms that the account moved."
    ) % {"other": name_of(account.other_handle or account.other_id), "known": name_of(account.handle)}


def name_of(handle: str) -> str:
    """An account as people name it: "@ellery", or “Port Ellery Police” where a network has names of several words."""
    bare = short(handle.removeprefix("@"))
    return f"“{bare}”" if " " in bare else f"@{bare}"


def short(name: str) -> str:
    """The beginning of a long name."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def is_ours(account: Account, *, opens: str, handle: str) -> bool:
    """True if a sign-in that opens this lasting id, and this name, is the account's.

    While the id is not known the name that somebody typed counts: without "@", capitals and the account's own server; of
    a whole address the last part. Where the channel says no name, it is taken at its word.
    """
    if account.external_id:
        return account.external_id == opens
    if not handle.strip():
        return True
    known = _bare(account.handle, account)
    return known in {_bare(handle, account), opens.strip().casefold()}


def _bare(handle: str, account: Account) -> str:
    words = handle.strip().rstrip("/").rpartition("/")[2].casefold().removeprefix("@")
    host = urlsplit(account.server_url).hostname or ""
    return words.removesuffix(f"@{host}") if host else words


def version_of(account_id: int) -> int:
    """Which credential the account has now; 0: none."""
    kept = Credential.objects.filter(account_id=account_id).values_list("version", flat=True)
    return kept.first() or 0


@transaction.atomic
def keep_answer(
    account: Account, health: Health, *, version: int, next_at: datetime, by: Actor, **facts: Any
) -> bool:
    """Keep what the channel said about a claimed account, and whether it is still the one that we know.

    version: of the credential that was asked with; where it was replaced meanwhile the answer says nothing, and the
    channel is asked again at once. facts: fields to keep if it is the right one. For the worker. Returns False if the
    lease was lost.
    """
    row = Account.objects.select_for_update().get(pk=account.pk)
    if version_of(row.pk) != version:
        return postpone(account, until=clock.now())
    opens = health.external_id[:200]
    if row.external_id and not opens:
        said = _("The network did not say whose sign-in this is.")
        return postpone(account, until=clock.now() + timedelta(minutes=5), error=said)
    if not is_ours(row, opens=opens, handle=health.handle):
        return _another(account, row, health, next_at=next_at, by=by)
    proved = {"unproved_at": None, "other_id": "", "other_handle": ""}
    kept = settle(account, due_at=next_at, checked_at=clock.now(), external_id=opens, **proved, **facts)
    if kept:
        quotas.note_end(account.pk, health.ends_at)
        mark_account(account_id=account.pk, problem="", by=by)
    return kept


def _another(account: Account, row: Account, health: Health, *, next_at: datetime, by: Actor) -> bool:
    """It opens another account: known by its old id still, in need of somebody, and on the record once for each."""
    fresh = row.other_id != health.external_id[:200]
    found = {
        "unproved_at": row.unproved_at or clock.now(),
        "other_id": health.external_id[:200],
        "other_handle": health.handle[:253],
    }
    if not settle(account, due_at=next_at, checked_at=clock.now(), **found):
        return False
    row.refresh_from_db()
    problem = why_not(row)
    if row.status in STANDS:
        Account.objects.filter(pk=row.pk, status=Account.Status.NEEDS_ATTENTION).update(problem=problem[:200])
        if row.status == Account.Status.ACTIVE:
            move(row, to=Account.Status.NEEDS_ATTENTION, problem=problem[:200])
    if fresh:
        body: dict[str, str | int | None] = {
            "problem": problem,
            "known": row.external_id,
            "opens": row.other_id,
            "handle": row.other_handle,
        }
        record(by=by, verb="account.other", subject=ref("account", row.pk), body=body)
    return True
