"""An agency with accounts on channels in memory, for the tests of the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hueandcry.channels import actions, tasks
from hueandcry.channels.models import Account, ProfileCheck
from hueandcry.channels.register import Code, RegisterLine, register
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor

DAY = date(2026, 11, 22)


def connect(by: Actor, handle: str = "harbour", channel: str = "fake", **changes: Any) -> Account:
    """An account of ours, with a credential that is good."""
    given = {
        "channel": channel,
        "handle": handle,
        "label": handle.title(),
        "server_url": "http://127.0.0.1:9",
        "secret": {"secret": "right"},
        "by": by,
    }
    return actions.register_account(**{**given, **changes})


def lines(by: Actor, *, days: int = 0) -> list[RegisterLine]:
    """The register so many days later; nothing was ever posted."""
    return register(actor=by, last_posts={}, today=DAY + timedelta(days=days))


def codes(by: Actor, account: Account, *, days: int = 0) -> set[Code]:
    """What is found about one account."""
    line = next(line for line in lines(by, days=days) if line.account.pk == account.pk)
    return {finding.code for finding in line.findings}


def looked(account: Account) -> ProfileCheck:
    """The account's page after the worker has looked at it."""
    ProfileCheck.objects.filter(account=account).update(due_at=clock.now())
    tasks.look_at_profiles_due()
    return ProfileCheck.objects.get(account=account)
