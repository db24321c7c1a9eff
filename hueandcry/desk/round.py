"""The daily round (R37): what needs this person, one after the other, in half an hour.

It is kept in the session, not in a table: a round is one person's walk through one morning. Its steps are
fixed when it begins; a step that has been settled meanwhile is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.appeals import queries as appeals
from hueandcry.appeals.models import Appeal
from hueandcry.channels.models import Account
from hueandcry.channels.queries import accounts
from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.today import keys_waiting
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.tips import queries as tips

MINUTES = 30
MOST = 12  # things of one kind; the rest waits for the next round
KEY = "round"  # of the session


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to see to. key: tells it from others; what: why it is here, in a sentence."""

    key: str
    title: str
    what: str
    address: str
    icon: str


@dataclass(frozen=True, slots=True)
class Round:
    """A round under way or just ended. place: from 1; minutes: so far; over: past half an hour.

    done: keys of the steps that were settled when they were left or passed over; settled: so is the one of now.
    """

    steps: list[Step]
    place: int
    minutes: int
    seen: int
    left: int
    ended: bool
    done: frozenset[str]
    settled: bool

    @property
    def now(self) -> Step | None:
        """What to see to now; None at the end."""
        return None if self.ended else self.steps[self.place - 1]

    @property
    def rows(self) -> list[tuple[Step, str]]:
        """Every step with where it stands: done, left, now or to-come."""
        return [(step, self._state(number, step)) for number, step in enumerate(self.steps, start=1)]

    def _state(self, number: int, step: Step) -> str:
        if step.key in self.done or (self.settled and number == self.place):
            return "done"
        if self.ended or number < self.place:
            return "left"
        return "now" if number == self.place else "to-come"

    @property
    def over(self) -> bool:
        """True once the half hour is used up."""
        return self.minutes >= MINUTES

    @property
    def most(self) -> int:
        """Minutes of a whole round."""
        return MINUTES

    @property
    def shown_minutes(self) -> int:
        """The minutes as the meter shows them."""
        return min(self.minutes, MINUTES)


def steps(actor: Actor) -> list[Step]:
    """What needs this person now, the most urgent kind first."""
    return [*_failing(actor), *_approvals(actor), *_tips(actor), *_ready(actor), *_reviews(actor)]


def begin(request: DeskRequest) -> bool:
    """Begin a round; False if nothing needs this person."""
    found = steps(request.actor)
    if not found:
        return False
    request.session[KEY] = {
        "agency": request.agency.pk,
        "began": clock.now().timestamp(),
        "steps": [[step.key, step.title, step.what, step.address, step.icon] for step in found],
        "place": 1,
        "done": [],
        "ended": 0,
    }
    return True


def go_on(request: DeskRequest) -> Round | None:
    """Leave the step of now and go to the next that is still open; at the last one the round ends."""
    kept = _kept(request)
    if kept is None or kept["ended"]:
        return current(request)
    open_keys = {step.key for step in steps(request.actor)}
    _note(kept, open_keys)
    while kept["place"] < len(kept["steps"]):
        kept["place"] += 1
        if kept["steps"][kept["place"] - 1][0] in open_keys:
            break
        _note(kept, open_keys)
    else:
        kept["ended"] = clock.now().timestamp()
    request.session[KEY] = kept
    return current(request)


def _note(kept: dict[str, Any], open_keys: set[str]) -> None:
    """Note the step of now as done if nothing is left to do about it."""
    key = kept["steps"][kept["place"] - 1][0]
    if key not in open_keys:
        kept["done"].append(key)


def stop(request: DeskRequest) -> None:
    """End the round here; what is left stays on Today."""
    kept = _kept(request)
    if kept is not None and not kept["ended"]:
        open_keys = {step.key for step in steps(request.actor)}
        for place in range(kept["place"], len(kept["steps"]) + 1):
            _note({**kept, "place": place}, open_keys)
        kept["ended"] = clock.now().timestamp()
        request.session[KEY] = kept


def forget(request: DeskRequest) -> None:
    """Clear an ended round away, once its last line was read."""
    request.session.pop(KEY, None)


def current(request: DeskRequest) -> Round | None:
    """The round as it stands, or None."""
    kept = _kept(request)
    if kept is None:
        return None
    until = kept["ended"] or clock.now().timestamp()
    key = kept["steps"][kept["place"] - 1][0]
    settled = not kept["ended"] and key not in {step.key for step in steps(request.actor)}
    done = frozenset(kept["done"])
    past = len(kept["steps"]) if kept["ended"] else kept["place"] - 1
    return Round(
        steps=[Step(*item) for item in kept["steps"]],
        place=kept["place"],
        minutes=int((until - kept["began"]) // 60),
        seen=len(done),
        left=past - len(done),
        ended=bool(kept["ended"]),
        done=done,
        settled=settled,
    )


def strip(request: DeskRequest) -> Round | None:
    """The round for the strip on every page: none once it has ended."""
    found = current(request)
    return found if found and not found.ended else None


def _kept(request: DeskRequest) -> dict[str, Any] | None:
    kept = request.session.get(KEY)
    return kept if kept and kept["agency"] == request.agency.pk and "done" in kept else None


# --- what needs somebody ----------------------------------------------------------------------------


def _appeal_step(appeal: Appeal, what: str, icon: str) -> Step:
    return Step(
        f"{icon}:{appeal.reference}",
        f"{appeal.reference} · {appeal.title}",
        what,
        reverse("appeal", args=[appeal.reference]),
        icon,
    )


def _approvals(actor: Actor) -> list[Step]:
    if not actor.may(Permission.APPEAL_APPROVE):
        return []
    what = _("Waits for your approval. Read it, look at every picture, then approve or return it.")
    steps = [_appeal_step(row, what, "eye") for row in appeals.waiting_for(actor=actor)[:MOST]]
    line = _("A line for its public page waits for you. Read it, then let it out or return it.")
    rows = {item.appeal_id: item.appeal for item in appeals.updates_waiting_for(actor=actor)}
    return steps + [_appeal_step(row, line, "eye") for row in list(rows.values())[:MOST]]


def _ready(actor: Actor) -> list[Step]:
    if not actor.may(Permission.APPEAL_PUBLISH):
        return []
    what = _("Approved and not public yet. Publish it, or leave it for its time.")
    return [_appeal_step(row, what, "send") for row in appeals.appeals(actor=actor, status="approved")[:MOST]]


def _reviews(actor: Actor) -> list[Step]:
    if not actor.may(Permission.APPEAL_PUBLISH):
        return []
    day = appeals.today(actor.agency_id)
    due = [row for row in appeals.appeals(actor=actor, status="published") if appeals.needs_review(row, day)]
    what = _("Its review date has come. Keep it with a new date, resolve it or take it down.")
    return [_appeal_step(row, what, "calendar-time") for row in due[:MOST]]


def _tips(actor: Actor) -> list[Step]:
    if not actor.may(Permission.TIP_READ):
        return []
    key = _("A new device of a colleague's. Compare its words with them, then approve it or not.")
    what = _("A new tip. Open it with your key, then take it, answer or close it.")
    keys = [
        Step(f"key:{row.pk}", f"{row.person_name}: {row.label}", key, reverse("tip-keys"), "key")
        for row in keys_waiting(actor)
    ]
    new = [
        Step(f"tip:{row.number}", _("Tip %s") % row.shown, what, reverse("tip", args=[row.number]), "inbox")
        for row in tips.tip_lines(actor=actor, status="new")
    ]
    return [*keys[:MOST], *new[:MOST]]


def _failing(actor: Actor) -> list[Step]:
    if not actor.may(Permission.ACCOUNT_MANAGE):
        return []
    return [
        Step(
            f"account:{line.account.pk}",
            line.account.label,
            line.account.problem or _("Needs attention."),
            reverse("account", args=[line.account.pk]),
            "plug-connected",
        )
        for line in accounts(actor=actor)
        if line.account.status == Account.Status.NEEDS_ATTENTION
    ][:MOST]
