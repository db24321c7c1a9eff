"""Pure: what the register finds, put together by what is wrong, each with the one step that mends it (R9).

The register works its findings out whenever it is read, so an account is examined from the minute it is in it; what
only its network can say is asked within minutes, then once a day (tasks.py). What people answer on a network is not
read yet, so nothing here says that somebody waits for an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hueandcry.channels.models import ProfileCheck
from hueandcry.channels.register import URGENT, Code, Finding, RegisterLine

COLUMNS = ("finding", "urgent", "account", "network", "handle", "unit", "steward", "second", "says", "step")
STEPS = {
    Code.CREDENTIAL: gettext_lazy("Its steward connects it again. What waits for it is kept."),
    Code.OTHER: gettext_lazy("Enter the sign-in of the right account, or confirm that it moved."),
    Code.ENDING: gettext_lazy("Connect it again before that day."),
    Code.UNCHECKED: gettext_lazy("See on its page what the network said last, and whether the worker runs."),
    Code.DRIFT: gettext_lazy("Write our text there again, or change our text."),
    Code.PARTS: gettext_lazy("Write our text there: it has every part that must stand there."),
    Code.BY_HAND: gettext_lazy("Put our text there by hand, then say so on its page."),
    Code.LINK: gettext_lazy("Add the address of our site to its page on the network."),
    Code.UNLISTED: gettext_lazy(
        "Tick that it stands in the public directory, or say that it is for staff only."
    ),
    Code.PICTURE: gettext_lazy("Put a picture there, on the network. Within a day it is seen here."),
    Code.BANNER: gettext_lazy("Put a banner there, on the network. Within a day it is seen here."),
    Code.ALT: gettext_lazy(
        "Describe the picture and the banner there, on the network. Within a day it is seen here."
    ),
    Code.NO_STEWARD: gettext_lazy("Name somebody who answers for it."),
    Code.NO_SECOND: gettext_lazy("Name somebody who stands in for its steward."),
    Code.NO_HOLDER: gettext_lazy("Name somebody who may post through it."),
    Code.NO_UNIT: gettext_lazy("Say which station or unit it belongs to."),
    Code.QUIET: gettext_lazy("Write a post for it, or set a goal that can be kept."),
    Code.DORMANT: gettext_lazy("Write a post for it, or retire it."),
    Code.CHECK: gettext_lazy("Look in on it, and say what you saw."),
}
# The tab of the account's page where the step is taken.
TABS = {
    Code.CREDENTIAL: "connection",
    Code.OTHER: "connection",
    Code.ENDING: "connection",
    Code.UNCHECKED: "",
    Code.UNLISTED: "rules",
    Code.NO_STEWARD: "people",
    Code.NO_SECOND: "people",
    Code.NO_HOLDER: "people",
    Code.NO_UNIT: "rules",
    Code.QUIET: "rules",
    Code.DORMANT: "connection",
    Code.CHECK: "checks",
}
PAGE = "profile"  # of every other: what its page on the network says


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of finding with every account that has it. step: the one thing that mends it; tab: where on their pages."""

    code: Code
    lines: tuple[tuple[RegisterLine, Finding], ...]

    @property
    def urgent(self) -> bool:
        """True if it should not wait."""
        return self.code in URGENT

    @property
    def step(self) -> str:
        """What mends it, in a sentence."""
        return step_of(self.code)

    @property
    def tab(self) -> str:
        """Where on the page of an account it is mended; "": on the first."""
        return TABS.get(self.code, PAGE)


@dataclass(frozen=True, slots=True)
class Unknown:
    """How many accounts' networks do not say a thing that we ask of others."""

    pages: int
    looks: int


def step_of(code: Code) -> str:
    """The one step that mends a finding."""
    return str(STEPS[code])


def needs_of(lines: Iterable[RegisterLine]) -> list[Need]:
    """What needs doing: what should not wait first, then what most accounts lack."""
    found: dict[Code, list[tuple[RegisterLine, Finding]]] = {}
    for line in lines:
        for finding in line.findings:
            found.setdefault(finding.code, []).append((line, finding))
    needs = [Need(code, tuple(rows)) for code, rows in found.items()]
    return sorted(needs, key=lambda need: (not need.urgent, -len(need.lines), list(Code).index(need.code)))


def unknown_in(lines: Iterable[RegisterLine]) -> Unknown:
    """What cannot be known: pages that nobody lets us read, and pages of which we cannot see whether they have a picture."""
    asked = [line for line in lines if line.health and line.profile]
    state = ProfileCheck.State
    pages = [line for line in asked if line.profile and line.profile.state == state.UNREADABLE]
    looks = [
        line
        for line in asked
        if line.profile and line.profile.checked_at and None in (line.profile.picture, line.profile.banner)
    ]
    return Unknown(len(pages), len(looks))


def as_rows(needs: Iterable[Need]) -> list[list[str]]:
    """The same as the rows of a table, the heading first."""
    rows = [list(COLUMNS)]
    for need in needs:
        for line, finding in need.lines:
            account = line.account
            urgent = _("yes") if finding.urgent else _("no")
            told = [account.label, line.channel, account.handle, line.unit, line.steward, line.second]
            rows.append([need.code.label, urgent, *told, finding.says, need.step])
    return rows
