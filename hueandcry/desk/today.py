"""The lines of Today and the counts in the rail. Each asks only rooms that this person may enter."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies.queries import people
from hueandcry.appeals import queries as appeals
from hueandcry.jobs.queries import worker_state
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.posts.queries import needing_a_person
from hueandcry.tips import queries as tips


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. count: the figure before it, 0 for none; late: needs attention before the others."""

    text: str
    address: str = ""
    count: int = 0
    late: bool = False


def approvals_waiting(actor: Actor) -> int:
    """How many appeals this person could approve now."""
    return len(appeals.waiting_for(actor=actor)) if actor.may(Permission.APPEAL_APPROVE) else 0


def tips_new(actor: Actor) -> int:
    """How many tips nobody has taken yet."""
    return tips.counts(actor=actor)["new"] if actor.may(Permission.TIP_READ) else 0


def needs_you(actor: Actor) -> list[Line]:
    """What waits for this person, the longest reach first; nothing with a count of zero."""
    lines = [*_appeal_needs(actor), *_tip_needs(actor), *_delivery_needs(actor)]
    return [line for line in lines if line.count]


def watch(actor: Actor) -> list[Line]:
    """What is not as it should be, then what is under way."""
    lines = _worker_lines()
    if actor.may(Permission.APPEAL_READ):
        numbers = appeals.counts(actor=actor)
        published, drafts = numbers["published"], numbers["draft"]
        lines += [
            Line(
                ngettext("appeal is public", "appeals are public", published),
                _appeals("published"),
                published,
            ),
            Line(ngettext("draft", "drafts", drafts), _appeals("draft"), drafts),
        ]
    if actor.may(Permission.TIP_READ):
        working = tips.counts(actor=actor)["working"]
        text = ngettext("tip is being worked on", "tips are being worked on", working)
        lines.append(Line(text, _tips("working"), working))
    if actor.may(Permission.PEOPLE_MANAGE):
        invited = sum(line.invited for line in people(actor=actor))
        text = ngettext(
            "person is invited and has not joined", "people are invited and have not joined", invited
        )
        lines.append(Line(text, reverse("people"), invited))
    return [line for line in lines if line.count or line.late]


def _appeals(status: str) -> str:
    return f"{reverse('appeals')}?status={status}"


def _tips(status: str) -> str:
    return f"{reverse('tips')}?status={status}"


def _appeal_needs(actor: Actor) -> list[Line]:
    if not actor.may(Permission.APPEAL_READ):
        return []
    numbers, waiting, lines = appeals.counts(actor=actor), approvals_waiting(actor), []
    if actor.may(Permission.APPEAL_APPROVE):
        text = ngettext("appeal waits for your approval", "appeals wait for your approval", waiting)
        lines.append(Line(text, _appeals("submitted"), waiting))
    if actor.may(Permission.APPEAL_PUBLISH):
        ready, due = numbers["approved"], numbers["review"]
        lines += [
            Line(
                ngettext("approved appeal can be published", "approved appeals can be published", ready),
                _appeals("approved"),
                ready,
            ),
            Line(
                ngettext(
                    "public appeal has reached its review date: keep it or take it down",
                    "public appeals have reached their review date: keep them or take them down",
                    due,
                ),
                _appeals("published"),
                due,
                late=True,
            ),
        ]
    return lines


def _tip_needs(actor: Actor) -> list[Line]:
    new = tips_new(actor)
    text = ngettext("new tip to open", "new tips to open", new)
    return [Line(text, _tips("new"), new)] if new else []


def _delivery_needs(actor: Actor) -> list[Line]:
    """Posts that the worker cannot settle by itself; shown to those who publish or keep the accounts."""
    if not (actor.may(Permission.APPEAL_PUBLISH) or actor.may(Permission.ACCOUNT_MANAGE)):
        return []
    stuck = len(needing_a_person(actor=actor))
    text = ngettext(
        "post is not certainly sent or removed: see its appeal",
        "posts are not certainly sent or removed: see their appeals",
        stuck,
    )
    return [Line(text, _appeals("published"), stuck, late=True)]


def _worker_lines() -> list[Line]:
    worker = worker_state()
    if not worker.alive:
        text = _("The worker does not answer: nothing is sent or sealed until it runs again.")
        return [Line(text, late=True)]
    if worker.failing:
        return [Line(_("These jobs failed when last run: %s.") % ", ".join(worker.failing), late=True)]
    return []
