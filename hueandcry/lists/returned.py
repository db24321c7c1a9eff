"""How it stands with what comes back: when the return mailbox was last read, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.lists import mailbox
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import ReturnMailbox, Sending

LATE = timedelta(minutes=20)
LATELY = timedelta(days=1)
P = ReturnMailbox.Problem
CURES = {
    P.AWAY: _("See whether the mail server runs, and HUE_IMAP_HOST and HUE_IMAP_PORT."),
    P.PASSWORD: _("See HUE_IMAP_USER, and the password in the file of HUE_IMAP_PASSWORD_FILE."),
    P.FOLDER: _("See HUE_IMAP_FOLDER and HUE_IMAP_DONE."),
    P.CLEAR: _("Leave HUE_IMAP_TLS at yes: only on this machine itself may it be no."),
    P.SECRET: _("Write the password into the file of HUE_IMAP_PASSWORD_FILE; then chmod 600 that file."),
}


@dataclass(frozen=True, slots=True)
class ReturnState:
    """is_set: there is a mailbox to read; read_at: None if never; trouble, cure: "" if nothing is wrong, since: of it.

    is_late: it should have been read by now.
    """

    is_set: bool
    read_at: datetime | None = None
    trouble: str = ""
    cure: str = ""
    since: datetime | None = None
    is_late: bool = False


def returns(*, actor: Actor) -> ReturnState:
    """For the page of the e-mail list. Raises NotAllowed."""
    actor.require(Permission.LIST_MANAGE)
    return standing()


def standing() -> ReturnState:
    """For the operator, who is nobody's actor."""
    if not mailbox.is_set():
        return ReturnState(is_set=False)
    row = ReturnMailbox.objects.filter(place=mailbox.place_name()).first()
    if row is None:
        return ReturnState(is_set=True)
    if row.problem:
        problem = P(row.problem)
        return ReturnState(True, row.read_at, str(problem.label), str(CURES[problem]), row.problem_since)
    late = row.read_at is None or clock.now() - row.read_at > LATE
    return ReturnState(is_set=True, read_at=row.read_at, is_late=late)


def refused_lately() -> int:
    """How many e-mails came back within a day because of how or what we send."""
    rows = Sending.objects.filter(status=Sending.Status.RETURNED, is_ours=True)
    return rows.filter(tried_at__gt=clock.now() - LATELY, message__list__medium=Medium.EMAIL).count()
