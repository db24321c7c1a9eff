"""What comes back of the mail to subscribers: whether the return mailbox is read, and what is refused because of us."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.health.finding import Finding, good, watch, wrong
from hueandcry.kernel import clock
from hueandcry.lists import returned

CHECK = "returns"
MANY = 10  # refused in a day


def mail_that_came_back() -> list[Finding]:
    """Nothing where no mailbox is set: then the mail server hands over what comes back (`hue lists bounces`)."""
    return [*_mailbox(), *_refused()]


def _mailbox() -> list[Finding]:
    state = returned.standing()
    if not state.is_set:
        return []
    if state.trouble:
        says = _("The mailbox for what comes back cannot be read: %s.") % _small(state.trouble)
        return [wrong(CHECK, says, state.cure)]
    if state.read_at is None:
        says = _("The mailbox for what comes back was never read.")
        return [watch(CHECK, says, _("See the worker above; it reads every three minutes."))]
    minutes = int((clock.now() - state.read_at).total_seconds() // 60)
    says = ngettext(
        "The mailbox for what comes back was last read %(n)d minute ago.",
        "The mailbox for what comes back was last read %(n)d minutes ago.",
        minutes,
    ) % {"n": minutes}
    if state.is_late:
        return [watch(CHECK, says, _("See the worker above; it reads every three minutes."))]
    return [good(CHECK, says)]


def _refused() -> list[Finding]:
    count = returned.refused_lately()
    if count < MANY:
        return []
    says = _("Within a day %d e-mails came back because of how or what we send, not of the address.") % count
    do = _(
        "See what the mail server's log says of them: SPF, DKIM and DMARC, the sender, a list of senders of spam."
    )
    return [watch(CHECK, says, do)]


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
