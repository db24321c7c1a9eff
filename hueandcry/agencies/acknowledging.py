"""Reading a policy and answering its questions.

Nobody needs a permission for it and nobody can do it for somebody else: the person is always the actor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hueandcry.agencies import policies, quiz
from hueandcry.agencies.models import Acknowledgement
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, NotFound
from hueandcry.kernel.ids import person_number, ref
from hueandcry.records.entry import record


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a try. wrong: places (from 0) of the questions to look at again; done: it is acknowledged."""

    wrong: tuple[int, ...]
    done: bool


@transaction.atomic
def acknowledge_policy(*, policy_id: int, number: int, answers: Sequence[int | None], by: Actor) -> Answered:
    """Say that one has read this wording, and answer its questions: all right to pass, as many tries as it takes.

    number: the version on the screen. Every try is on the record. Raises NotFound; Conflict if another version is in
    force by now.
    """
    if not (person := person_number(by.ref)):
        raise NotFound
    policy = policies.get_policy(actor=by, policy_id=policy_id)
    version = policies.version_in_force(policy)
    if version.number != number:
        raise Conflict(_("A new version is in force since you opened this page. Reload to read it."))
    row, _made = Acknowledgement.objects.get_or_create(
        agency_id=by.agency_id, person_id=person, version=version
    )
    if row.acknowledged_at:
        return Answered(wrong=(), done=True)
    wrong = tuple(quiz.wrong(version.questions, answers))
    mine = Acknowledgement.objects.filter(pk=row.pk, acknowledged_at__isnull=True)
    mine.update(tries=F("tries") + 1, acknowledged_at=None if wrong else clock.now())
    record(
        by=by,
        verb="policy.try" if wrong else "policy.acknowledge",
        subject=ref("policy", policy.pk),
        body={"title": policy.title, "version": version.number, "wrong": len(wrong)},
    )
    return Answered(wrong=wrong, done=not wrong)
