"""The daily round (R37): what needs this person, one after the other, in half an hour.

It is kept in the session, not in a table: a round is one person's walk through one morning. Its steps are
fixed when it begins; a step that has been settled meanwhile is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.appeals.models import Appeal
from hueandcry.desk.asked import Asked
from hueandcry.desk.guard import DeskRequest
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Post
from hueandcry.tips import queries as tips
from hueandcry.tips.models import Tip

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


def steps(asked: Asked) -> list[Step]:
    """What needs this person now, the most urgent kind first, and no more of a kind than fits a round."""
    kinds = (
        _failing,
        _unconfirmed,
        _approvals,
        _posts,
        _lines,
        _returned,
        _requests,
        _answers,
        _questions,
        _looks,
        _keys,
        _tips,
        _ready,
        _reviews,
        _checks,
    )
    return [step for kind in kinds for step in islice(kind(asked), MOST)]


def is_open(asked: Asked, key: str) -> bool:
    """True while this step still needs the person; `steps` would not do, for it leaves out what is too much."""
    kind, _colon, name = key.partition(":")
    if kind == "tip":
        return asked.may(Permission.TIP_READ) and _is_new(asked, name)
    return any(step.key == key for look in _LOOKS.get(kind, ()) for step in look(asked))


def begin(request: DeskRequest) -> bool:
    """Begin a round; False if nothing needs this person."""
    found = steps(request.asked)
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
    _note(kept, request.asked)
    while kept["place"] < len(kept["steps"]):
        kept["place"] += 1
        if not _note(kept, request.asked):
            break
    else:
        kept["ended"] = clock.now().timestamp()
    request.session[KEY] = kept
    return current(request)


def _note(kept: dict[str, Any], asked: Asked) -> bool:
    """Note the step of now as done if nothing is left to do about it; True if so."""
    key = kept["steps"][kept["place"] - 1][0]
    settled = not is_open(asked, key)
    if settled:
        kept["done"].append(key)
    return settled


def stop(request: DeskRequest) -> None:
    """End the round here; what is left stays on Today."""
    kept = _kept(request)
    if kept is not None and not kept["ended"]:
        for place in range(kept["place"], len(kept["steps"]) + 1):
            _note({**kept, "place": place}, request.asked)
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
    settled = not kept["ended"] and not is_open(request.asked, key)
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


def _approvals(asked: Asked) -> list[Step]:
    what = _("Waits for your approval. Read it, look at every picture, then approve or return it.")
    return [_appeal_step(row, what, "eye") for row in asked.waiting]


def _lines(asked: Asked) -> list[Step]:
    what = _("A line for its public page waits for you. Read it, then let it out or return it.")
    rows = {item.appeal_id: item.appeal for item in asked.proposed}
    return [_appeal_step(row, what, "eye") for row in rows.values()]


def _ready(asked: Asked) -> list[Step]:
    what = _("Approved and not public yet. Publish it, or leave it for its time.")
    return [_appeal_step(row, what, "send") for row in asked.ready]


def _reviews(asked: Asked) -> list[Step]:
    what = _("Its review date has come. Keep it with a new date, resolve it or take it down.")
    return [_appeal_step(row, what, "calendar-time") for row in asked.due]


def _requests(asked: Asked) -> list[Step]:
    what = _("A request of a unit. Make a post of it, ask back, or decline it with a reason.")
    return [
        Step(f"request:{row.pk}", row.title, what, reverse("request", args=[row.pk]), "message-2")
        for row in asked.requests_waiting
    ]


def _answers(asked: Asked) -> list[Step]:
    what = _("A wording for the library of answers. Read both, then approve or return it.")
    return [
        Step(
            f"answer:{row.pk}",
            row.answer.question,
            what,
            reverse("answer", args=[row.answer_id]),
            "file-description",
        )
        for row in asked.answers_waiting
    ]


def _questions(asked: Asked) -> list[Step]:
    what = _("A colleague asks you, who know. Answer it, or hand it on to somebody who knows better.")
    return [
        Step(f"question:{row.pk}", row.text[:80], what, reverse("expert-question", args=[row.pk]), "users")
        for row in asked.questions_to_me
    ]


def _looks(asked: Asked) -> list[Step]:
    what = _("Drawn by lot. It went out without a second person: read it, and note what you find.")
    return [
        Step(
            f"second:{row.pk}",
            row.post.heading or _("A post without words"),
            what,
            reverse("second-look", args=[row.pk]),
            "eye",
        )
        for row in asked.looks_waiting
    ]


def _keys(asked: Asked) -> list[Step]:
    what = _("A new device of a colleague's. Compare its words with them, then approve it or not.")
    return [
        Step(f"key:{row.pk}", f"{row.person_name}: {row.label}", what, reverse("tip-keys"), "key")
        for row in asked.keys_waiting
    ]


def _tips(asked: Asked) -> list[Step]:
    if not asked.may(Permission.TIP_READ):
        return []
    what = _("A new tip. Open it with your key, then take it, answer or close it.")
    return [
        Step(f"tip:{row.number}", _("Tip %s") % row.shown, what, reverse("tip", args=[row.number]), "inbox")
        for row in tips.tip_lines(actor=asked.actor, status=Tip.Status.NEW)
    ]


def _is_new(asked: Asked, number: str) -> bool:
    try:
        return tips.get_tip(actor=asked.actor, number=number).status == Tip.Status.NEW
    except NotFound:
        return False


def _failing(asked: Asked) -> list[Step]:
    return [
        Step(
            f"account:{line.account.pk}",
            line.account.label,
            line.account.problem or _("Needs attention."),
            reverse("account", args=[line.account.pk]),
            "plug-connected",
        )
        for line in asked.failing_accounts
    ]


def _post_step(post: Post, kind: str, what: str, icon: str) -> Step:
    title = post.heading or _("A post without words")
    return Step(f"{kind}:{post.pk}", title, what, reverse("post", args=[post.pk]), icon)


def _posts(asked: Asked) -> list[Step]:
    what = _("A post waits for your approval. Read it as each network shows it, then approve or return it.")
    return [_post_step(row, "post", what, "eye") for row in asked.posts_waiting]


def _returned(asked: Asked) -> list[Step]:
    if not asked.may(Permission.POST_DRAFT):
        return []
    what = _("It came back to you with a note. Put it right and hand it in again, or throw it away.")
    return [_post_step(row, "returned", what, "edit") for row in asked.posts_returned]


def _unconfirmed(asked: Asked) -> list[Step]:
    """Deliveries that this person can settle: of written posts their writers, of appeals those who publish them."""
    what = _("Nobody knows whether this was sent on %s. Look there, and say what you found.")
    return [
        Step(
            f"unconfirmed:{row.pk}",
            row.post.heading or _("A post without words"),
            what % row.account.label,
            reverse("post", args=[row.post_id]),
            "eye",
        )
        for row in asked.deliveries_unconfirmed
    ]


def _checks(asked: Asked) -> list[Step]:
    what = _("It is time to look in on this account. Look at its page, and note what you saw.")
    return [
        Step(f"check:{line.account.pk}", line.account.label, what, reverse("checks"), "shield-check")
        for line in asked.checks_due
    ]


# How a step's key begins → where it would stand if it still needed somebody.
_LOOKS: dict[str, tuple[Callable[[Asked], list[Step]], ...]] = {
    "account": (_failing,),
    "answer": (_answers,),
    "request": (_requests,),
    "question": (_questions,),
    "second": (_looks,),
    "eye": (_approvals, _lines),
    "key": (_keys,),
    "send": (_ready,),
    "calendar-time": (_reviews,),
    "post": (_posts,),
    "returned": (_returned,),
    "unconfirmed": (_unconfirmed,),
    "check": (_checks,),
}
