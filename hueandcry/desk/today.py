"""The lines of Today and the counts in the rail. Each asks only rooms that this person may enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies.queries import people
from hueandcry.appeals.models import Appeal
from hueandcry.desk import (
    answer_lines,
    expert_lines,
    look_lines,
    post_lines,
    register_lines,
    request_lines,
    rules_lines,
    staff_lines,
)
from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.posts.queries import needing_a_person, on_their_way
from hueandcry.records.entry import Ledger
from hueandcry.records.viewing import latest_check

SHOWN = 3  # things named under a line
MONTH = timedelta(days=30)
AHEAD = timedelta(days=7)  # review dates this near are under "Going out"


@dataclass(frozen=True, slots=True)
class Lamp:
    """How the installation stands, in two or three words."""

    text: str
    late: bool = False


def lamp(asked: Asked) -> Lamp:
    """The lamp of the top bar: does the worker run, do its jobs; to an administrator also what Health finds wrong."""
    worker = asked.worker
    if not worker.alive:
        return Lamp(_("Worker silent"), late=True)
    if worker.failing:
        failing = len(worker.failing)
        return Lamp(ngettext("%(n)d job fails", "%(n)d jobs fail", failing) % {"n": failing}, late=True)
    if asked.wrong:
        text = ngettext("%(n)d thing is wrong", "%(n)d things are wrong", asked.wrong)
        return Lamp(text % {"n": asked.wrong}, late=True)
    return Lamp(_("Runs"))


def needs_you(asked: Asked) -> list[Line]:
    """What waits for this person, the longest reach first; nothing with a count of zero."""
    lines = [
        *_appeal_needs(asked),
        *_tip_needs(asked),
        *post_lines.needs(asked),
        *request_lines.needs(asked),
        *answer_lines.needs(asked),
        *expert_lines.needs(asked),
        *look_lines.needs(asked),
        *_delivery_needs(asked),
        *_account_needs(asked),
        *staff_lines.needs(asked),
        *register_lines.needs(asked),
        *rules_lines.needs(asked),
    ]
    return [line for line in lines if line.count]


def going_out(asked: Asked) -> list[Line]:
    """What is on its way to the public, and what comes up within a week."""
    if not asked.may(Permission.APPEAL_READ):
        return post_lines.planned(asked)
    numbers, day = asked.appeal_counts, asked.day
    soon = [row for row in asked.public if row.review_on and day < row.review_on <= day + AHEAD]
    waiting, ready, sending = numbers["submitted"], numbers["approved"], on_their_way(actor=asked.actor)
    lines = [
        Line(
            ngettext("post is on its way", "posts are on their way", sending), _appeals("published"), sending
        ),
        Line(
            ngettext("appeal waits for a second person", "appeals wait for a second person", waiting),
            _appeals("submitted"),
            waiting,
        ),
        Line(ngettext("appeal is approved", "appeals are approved", ready), _appeals("approved"), ready),
        Line(
            ngettext(
                "appeal comes up for review within a week",
                "appeals come up for review within a week",
                len(soon),
            ),
            _appeals("published"),
            len(soon),
        ),
    ]
    return [line for line in [*lines, *post_lines.planned(asked)] if line.count]


def watch(asked: Asked) -> list[Line]:
    """What is not as it should be, then what is under way."""
    lines = [*_record_lines(asked), *_worker_lines(asked), *_health_lines(asked)]
    if asked.may(Permission.APPEAL_READ):
        published, drafts = asked.appeal_counts["published"], asked.appeal_counts["draft"]
        lines += [
            Line(
                ngettext("appeal is public", "appeals are public", published),
                _appeals("published"),
                published,
            ),
            Line(ngettext("draft", "drafts", drafts), _appeals("draft"), drafts),
        ]
    if asked.may(Permission.TIP_READ):
        working = asked.tip_counts["working"]
        text = ngettext("tip is being worked on", "tips are being worked on", working)
        lines.append(Line(text, _tips("working"), working))
    lines += register_lines.watch(asked)
    if asked.may(Permission.PEOPLE_MANAGE):
        invited = sum(line.invited for line in people(actor=asked.actor))
        text = ngettext(
            "person is invited and has not joined", "people are invited and have not joined", invited
        )
        lines.append(Line(text, f"{reverse('people')}?show=invited", invited))
    lines += rules_lines.watch(asked)
    return [line for line in lines if line.count or line.late]


def summary(asked: Asked, needs: list[Line]) -> str:
    """The first sentence of the day: how it stands, and how much of it waits for this person."""
    parts = [_("Not everything runs: see Watch.")] if lamp(asked).late else []
    if asked.may(Permission.APPEAL_READ):
        public = asked.appeal_counts["published"]
        parts.append(ngettext("%(n)d open appeal.", "%(n)d open appeals.", public) % {"n": public})
    if asked.may(Permission.TIP_READ):
        parts.append(
            _("%(new)d new tips, %(working)d being worked on.")
            % {"new": asked.tip_counts["new"], "working": asked.tip_counts["working"]}
        )
    waiting = sum(line.count for line in needs)
    if waiting:
        parts.append(ngettext("%(n)d thing needs you.", "%(n)d things need you.", waiting) % {"n": waiting})
    else:
        parts.append(_("Nothing needs you at this moment."))
    return " ".join(parts)


def figures(asked: Asked) -> list[str]:
    """The month in sentences, for whoever answers for the whole: at most five, each with its figure."""
    if not asked.may(Permission.APPEAL_READ):
        return []
    rows, month = asked.appeals, clock.now() - MONTH
    public = sum(row.published_at is not None and row.published_at > month for row in rows)
    ended = [row for row in rows if row.resolved_at and row.resolved_at > month]
    found = sum(row.outcome in {"found", "answered"} for row in ended)
    down = sum(row.withdrawn_at is not None and row.withdrawn_at > month for row in rows)
    waits = sorted(
        row.approved_at - row.submitted_at
        for row in rows
        if row.approved_at and row.submitted_at and row.approved_at > month
    )
    said = [
        ngettext("%(n)d appeal went public in 30 days.", "%(n)d appeals went public in 30 days.", public)
        % {"n": public}
    ]
    if ended:
        said.append(
            ngettext(
                "%(n)d ended, %(found)d of them with what was asked for.",
                "%(n)d ended, %(found)d of them with what was asked for.",
                len(ended),
            )
            % {"n": len(ended), "found": found}
        )
    if down:
        said.append(ngettext("%(n)d was taken down.", "%(n)d were taken down.", down) % {"n": down})
    if waits:
        middle = waits[len(waits) // 2]
        said.append(_("Half of all approvals took less than %s.") % in_words(middle))
    late = asked.appeal_counts["review"]
    if late:
        said.append(
            ngettext(
                "%(n)d public appeal is past its review date.",
                "%(n)d public appeals are past their review date.",
                late,
            )
            % {"n": late}
        )
    return said


def in_words(span: timedelta) -> str:
    """A span as people say it: "14 minutes", "3 hours", "2 days"; never less than a minute."""
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    if minutes < 120:  # noqa: PLR2004 - two hours: until then minutes say more
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    if hours < 48:  # noqa: PLR2004 - two days
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = -(-hours // 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _appeals(status: str) -> str:
    return f"{reverse('appeals')}?status={status}"


def _named(rows: Iterable[Appeal]) -> tuple[tuple[str, str], ...]:
    """The first few appeals by name, each with its page."""
    return tuple(
        (f"{row.reference} · {row.title}", reverse("appeal", args=[row.reference]))
        for row in islice(rows, SHOWN)
    )


def _tips(status: str) -> str:
    return f"{reverse('tips')}?status={status}"


def _record_lines(asked: Asked) -> list[Line]:
    """Loud, to whoever reads the record: the last check found something that does not fit."""
    if not asked.may(Permission.RECORD_READ):
        return []
    check = latest_check(Ledger.MAIN)
    if check is None or check.good:
        return []
    text = _("The record does not verify. Change nothing, and see what was found.")
    return [Line(text, reverse("record"), late=True)]


def _appeal_needs(asked: Asked) -> list[Line]:
    if not asked.may(Permission.APPEAL_READ):
        return []
    lines = []
    if asked.may(Permission.APPEAL_APPROVE):
        waiting, proposed = asked.waiting, asked.proposed
        text = ngettext("appeal waits for your approval", "appeals wait for your approval", len(waiting))
        lines.append(Line(text, _appeals("submitted"), len(waiting), things=_named(waiting)))
        text = ngettext(
            "line for a public appeal waits for you", "lines for public appeals wait for you", len(proposed)
        )
        named = _named([line.appeal for line in proposed])
        lines.append(Line(text, _appeals("published"), len(proposed), things=named))
    if asked.may(Permission.APPEAL_PUBLISH):
        ready, due = asked.ready, asked.due
        lines += [
            Line(
                ngettext("approved appeal can be published", "approved appeals can be published", len(ready)),
                _appeals("approved"),
                len(ready),
                things=_named(ready),
            ),
            Line(
                ngettext(
                    "public appeal has reached its review date: keep it or take it down",
                    "public appeals have reached their review date: keep them or take them down",
                    len(due),
                ),
                _appeals("published"),
                len(due),
                late=True,
                things=_named(due),
            ),
        ]
    return lines


def _tip_needs(asked: Asked) -> list[Line]:
    new, keys = asked.tips_unread, asked.keys_waiting
    return [
        Line(ngettext("unread tip to open", "unread tips to open", new), _tips("all"), new),
        Line(
            ngettext(
                "colleague's key waits for your approval",
                "colleagues' keys wait for your approval",
                len(keys),
            ),
            reverse("tip-keys"),
            len(keys),
            things=tuple((f"{key.person_name}: {key.label}", reverse("tip-keys")) for key in keys[:SHOWN]),
        ),
    ]


def _delivery_needs(asked: Asked) -> list[Line]:
    """Posts that the worker cannot settle by itself; shown to those who publish or keep the accounts."""
    if not (asked.may(Permission.APPEAL_PUBLISH) or asked.may(Permission.ACCOUNT_MANAGE)):
        return []
    stuck = len(needing_a_person(actor=asked.actor))
    text = ngettext(
        "post is not certainly sent or removed: see where it stands",
        "posts are not certainly sent or removed: see where they stand",
        stuck,
    )
    home = reverse("posts") if asked.may(Permission.POST_READ) else _appeals("published")
    return [Line(text, home, stuck, late=True)]


def _account_needs(asked: Asked) -> list[Line]:
    failing = asked.failing_accounts
    if not failing:
        return []
    things = tuple(
        (f"{row.account.label}: {row.account.problem}", reverse("account", args=[row.account.pk]))
        for row in failing[:SHOWN]
    )
    text = ngettext("account needs attention", "accounts need attention", len(failing))
    home = f"{reverse('accounts')}?show=needs_attention"
    return [Line(text, home, len(failing), late=True, things=things)]


def _worker_lines(asked: Asked) -> list[Line]:
    worker = asked.worker
    if not worker.alive:
        text = _("The worker does not answer: nothing is sent or sealed until it runs again.")
        return [Line(text, late=True)]
    if worker.failing:
        return [Line(_("These jobs failed when last run: %s.") % ", ".join(worker.failing), late=True)]
    return []


def _health_lines(asked: Asked) -> list[Line]:
    text = ngettext("thing is wrong: see Health", "things are wrong: see Health", asked.wrong)
    return [Line(text, reverse("health"), asked.wrong, late=True)] if asked.wrong else []
