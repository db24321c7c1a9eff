"""What Today says of the register: accounts to look in on, and what is not as it should be with them."""

from __future__ import annotations

from collections import Counter

from django.urls import reverse
from django.utils.translation import ngettext

from hueandcry.channels.register import Code, register
from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission
from hueandcry.posts.figures import last_sent

SHOWN = 3  # accounts named under a line, and kinds of findings


def needs(asked: Asked) -> list[Line]:
    """Accounts whose turn it is, for whoever looks in on them: one's own and those of nobody in particular."""
    if not asked.may(Permission.ACCOUNT_CHECK):
        return []
    mine = asked.checks_due
    text = ngettext("account to look in on", "accounts to look in on", len(mine))
    home = reverse("checks")
    named = tuple((line.account.label, home) for line in mine[:SHOWN])
    return [Line(text, home, len(mine), late=any(line.days_late for line in mine), things=named)]


def watch(asked: Asked) -> list[Line]:
    """The findings of the register, the most frequent first, for whoever keeps it."""
    if not asked.may(Permission.ACCOUNT_MANAGE):
        return []
    lines = register(actor=asked.actor, last_posts=last_sent(), today=asked.day)
    counts = Counter(finding.code for line in lines for finding in line.findings)
    for code in NEEDS_YOU:
        del counts[code]
    home = reverse("accounts")
    few = sorted(counts.items(), key=lambda item: (item[0] not in URGENT_FIRST, -item[1]))[:SHOWN]
    things = tuple((f"{code.label}: {number}", f"{home}?show={code}") for code, number in few)
    needing = sum(any(f.code not in NEEDS_YOU for f in line.findings) for line in lines)
    text = ngettext("account is not as it should be", "accounts are not as they should be", needing)
    return [Line(text, reverse("accounts-needs"), needing, things=things)]


NEEDS_YOU = (Code.CREDENTIAL, Code.OTHER)  # they stand under "Needs you"
URGENT_FIRST = (Code.DRIFT, Code.CHECK, Code.DORMANT, Code.PARTS)
