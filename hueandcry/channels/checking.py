"""The worker asks every account now and then: is its credential good and still its own, and what does it take today.

No channel is called inside a transaction.
"""

from __future__ import annotations

from datetime import timedelta

from hueandcry.channels import proving
from hueandcry.channels.actions import mark_account
from hueandcry.channels.connector import (
    ChannelFailure,
    Health,
    Limits,
    Line,
    Publishes,
    RateLimited,
    SaysLimits,
    Unauthorised,
)
from hueandcry.channels.lines import open_line
from hueandcry.channels.models import Account
from hueandcry.channels.working import require_worker
from hueandcry.jobs.due import postpone
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotFound, Refusal

CHECK_EVERY = timedelta(hours=1)
CHECK_AGAIN = timedelta(minutes=5)  # after a check that gave no answer


def check_account(*, account: Account, by: Actor) -> bool:
    """Ask the channel whether a claimed account's credential is good and what it takes, and keep the answers.

    For the worker; `account` carries its lease. Returns False if the lease was lost meanwhile.
    Raises NotAllowed.
    """
    require_worker(by)
    answer: Health | ChannelFailure | Refusal
    limits: Limits | None = None
    version = proving.version_of(account.pk)
    try:
        connector, line = open_line(account, until=account.claimed_until, picture=_no_picture, proving=True)
        answer = connector.health(line)
        limits = _limits(connector, line, account)
    except (ChannelFailure, Refusal) as failure:
        answer = failure
    if isinstance(answer, Health):
        told = {"limits": limits.plain()} if limits else {}
        next_at = clock.now() + CHECK_EVERY
        return proving.keep_answer(account, answer, version=version, next_at=next_at, by=by, **told)
    if isinstance(answer, (Unauthorised, Refusal)):
        mark_account(account_id=account.pk, problem=answer.sentence, by=by)
    again = answer.retry_at if isinstance(answer, RateLimited) else clock.now() + CHECK_AGAIN
    return postpone(account, until=again, error=answer.sentence)


def _limits(connector: Publishes, line: Line, account: Account) -> Limits | None:
    """What the server itself says it takes, asked once a day. None: it says nothing (now), keep what is known."""
    known = account.limits and Limits.from_plain(account.limits)
    if not isinstance(connector, SaysLimits) or (known and known.read_on >= clock.now().date()):
        return None
    try:
        return connector.limits_now(line)
    except ChannelFailure:  # the account works all the same; it is asked again with the next check
        return None


def _no_picture(_digest: str) -> bytes:
    raise NotFound("A health check sends no picture.")
