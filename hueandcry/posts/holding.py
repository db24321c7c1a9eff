"""Holding back: the last question before a delivery or a change is begun (R15, R25, R31).

What was let go while everybody's rights stood may be due when they no longer do: a course lapsed, somebody pressed
the brake, a person left, the account's sign-in opens another one. It is HELD then with one sentence and never sent
meanwhile; what becomes of it is in held.py. Taking down is never held.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.agencies import brakes
from hueandcry.agencies.models import Brake
from hueandcry.agencies.standing import Standing, standing_of
from hueandcry.assets import rights
from hueandcry.channels.models import Account
from hueandcry.channels.proving import why_not
from hueandcry.channels.rights import SUSPENDED, Right, right_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.ids import person_number
from hueandcry.matters.models import Matter
from hueandcry.matters.queries import held_now, today
from hueandcry.posts.alerts import alert_of
from hueandcry.posts.checking import WARN, Finding, of_matters
from hueandcry.posts.content import out_of_lane, too_open
from hueandcry.posts.knowing import things_in
from hueandcry.posts.models import Delivery, Post, PostRevision


class Known:
    """What was asked already while many rows are looked at in one go. Never kept longer: rights change."""

    def __init__(self) -> None:
        self._brakes: dict[int, brakes.InForce] = {}
        self._standing: dict[tuple[int, int], Standing] = {}
        self._rights: dict[tuple[int, int], Right] = {}
        self._unfit: dict[int, dict[rights.Thing, str]] = {}
        self._matters: dict[int, list[Matter]] = {}
        self._spoken: dict[tuple[int, str], list[Finding]] = {}

    def brakes(self, agency_id: int) -> brakes.InForce:
        """What is paused in this agency."""
        if agency_id not in self._brakes:
            self._brakes[agency_id] = brakes.in_force(agency_id=agency_id)
        return self._brakes[agency_id]

    def unfit(self, agency_id: int) -> dict[rights.Thing, str]:
        """Pictures and videos of this agency that may not be shown today, each with why."""
        if agency_id not in self._unfit:
            self._unfit[agency_id] = rights.unfit(agency_id=agency_id, day=today(agency_id))
        return self._unfit[agency_id]

    def spoken(self, post: Post, account: Account) -> list[Finding]:
        """What a post says of matters held since it was decided on; looked at once for all accounts of one audience."""
        held = self._matters.get(post.agency_id)
        if held is None:
            held = self._matters[post.agency_id] = held_now(post.agency_id)
        since = (post.submitted_at or post.created_at) if post.kind else None
        if not any(since is None or row.held_at >= since for row in held):
            return []
        key = (post.pk, account.audience)
        if key not in self._spoken:
            whole = Post.objects.get(pk=post.pk) if post.get_deferred_fields() else post
            self._spoken[key] = of_matters(whole, account=account)
        return self._spoken[key]

    def standing(self, person_id: int, agency_id: int) -> Standing:
        """How this person stands in this agency."""
        if (person_id, agency_id) not in self._standing:
            self._standing[person_id, agency_id] = standing_of(person_id=person_id, agency_id=agency_id)
        return self._standing[person_id, agency_id]

    def right(self, person_id: int, account: Account) -> Right:
        """What this person may do on this account."""
        if (person_id, account.pk) not in self._rights:
            self._rights[person_id, account.pk] = right_of(person_id=person_id, account=account)
        return self._rights[person_id, account.pk]


def why_held(delivery: Delivery, *, known: Known | None = None) -> str:
    """One sentence that says why this delivery may not be begun now; empty if it may. Changes nothing.

    The row comes with its post and account. known: answers to use again for many rows in one go.
    """
    post = delivery.post
    if over := _over(post):
        return over
    # Whoever let it go or handed it in answers for it, not whoever began the draft.
    speaker = post.submitted_by or post.author_ref
    return why_not_said(post=post, account=delivery.account, speaker_ref=speaker, known=known)


def _over(post: Post) -> str:
    """Why an alert that was kept waiting is not sent any more: nobody shall act on what is over (R30). "" if it holds."""
    alert = alert_of(post)
    if alert is None or alert.until is None or alert.until > clock.now():
        return ""
    return _("The alert was over before it could go out. Give it a later end, or drop it.")


def stops_account(delivery: Delivery) -> bool:
    """True if nothing at all is said on this delivery's account now: it is suspended, or a brake holds it or everything.

    Else what waits behind this delivery could go.
    """
    account = delivery.account
    braked = brakes.in_force(agency_id=delivery.agency_id)
    held = braked.everything or braked.on_account(account.pk, account.unit_id)
    return account.status in Account.SILENT or held is not None


def why_not_said(*, post: Post, account: Account, speaker_ref: str, known: Known | None = None) -> str:
    """The same for anything that shall be said in a post on an account, such as a change of one that is up.

    speaker_ref: who says it. A post of the system itself has nobody whose right could end.
    """
    known = known or Known()
    if said := why_not(account):
        return said
    if post.audience == Account.Audience.STAFF and account.audience != Account.Audience.STAFF:
        return _("This is for staff only, and “%s” is not.") % account.label
    if too_open(audience=post.audience, account_audience=account.audience):
        return (
            _(
                "This post is for fewer people than read %s. Take that account out, or change who may read the post."
            )
            % account.label
        )
    braked = known.brakes(post.agency_id)
    if stop := _brake(post, account, speaker_ref, braked):
        return braked.said(stop)
    if unfit := _unfit(post, known):
        return _("A picture or video of it may not be shown: %s") % unfit
    said = _no_right(post, account, speaker_ref, known) if person_number(speaker_ref) else ""
    return said or of_matters_said(known.spoken(post, account))


def to_answer(post: Post, account: Account, *, known: Known | None = None) -> list[Finding]:
    """Warnings of matters held since it was decided on, for which somebody may give a reason; none if one is forbidden."""
    found = (known or Known()).spoken(post, account)
    return found if all(item.level == WARN for item in found) else []


def of_matters_said(found: list[Finding]) -> str:
    """One sentence for what `to_answer` found, or for what is forbidden; "" for nothing.

    It is the last thing asked: where this is the reason, nothing else stands in the way.
    """
    if not found:
        return ""
    first = found[0]
    return _("Somebody must decide: %s") % first.sentence if first.level == WARN else first.sentence


def _unfit(post: Post, known: Known) -> str:
    """Why a picture or the video of it may not be shown now (R33); "" if all may."""
    loaded = "pictures" not in post.get_deferred_fields()
    if loaded and not post.pictures and post.video_id is None:
        return ""
    unfit = known.unfit(post.agency_id)
    return rights.first_problem(unfit, things_in(post)) if unfit else ""


def _no_right(post: Post, account: Account, speaker_ref: str, known: Known) -> str:
    person_id = person_number(speaker_ref)
    if not post.kind:  # an announcement, which the agency makes on all its accounts, whoever holds them
        return next((said for _code, said in known.standing(person_id, post.agency_id).problems), "")
    right = known.right(person_id, account)
    for problem in right.problems:
        if problem.code != SUSPENDED:  # the line of a suspended account waits by itself
            return problem.sentence
    strays = right.mode == Account.Mode.IN_LANE and out_of_lane(topics=post.topics, lane=account.topics)
    if (right.needs_approval or strays) and not _answered(post):
        return _("“%s” now asks for somebody else's approval first.") % account.label
    return ""


def _answered(post: Post) -> bool:
    """True if somebody else approved what it says: the post, or the change that gave it its words."""
    changes = PostRevision.objects.filter(
        post=post,
        what=PostRevision.What.EDIT,
        decision=PostRevision.Decision.APPROVED,
        decided_by=post.edited_by,
    )
    return bool(post.approved_by) or changes.exclude(by_ref=post.edited_by).exists()


def _brake(post: Post, account: Account, speaker_ref: str, braked: brakes.InForce) -> Brake | None:
    people = {
        person_number(item) for item in (speaker_ref, post.author_ref, post.submitted_by, post.approved_by)
    }
    return (
        braked.everything
        or braked.on_account(account.pk, account.unit_id)
        or braked.on_unit(post.unit_id)
        or braked.on_topics(post.topics)
        or next((found for number in sorted(people) if (found := braked.on_person(number))), None)
    )


def releasing(post: Post) -> Permission:
    """What lets somebody send it: approving posts; publishing appeals, for the announcement of one."""
    return Permission.POST_APPROVE if post.kind else Permission.APPEAL_PUBLISH


def dropping(post: Post) -> Permission:
    """What lets somebody drop it, other than having written it."""
    return Permission.POST_RECALL if post.kind else Permission.APPEAL_WITHDRAW
