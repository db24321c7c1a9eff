"""The rules of Port Ellery: a course that everybody has passed, three policies that everybody knows, the gate on.

Its posts stand on the public site.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hueandcry.agencies import acknowledging, policy_actions, shipped, training, training_actions
from hueandcry.agencies.models import Agency, PolicyVersion
from hueandcry.demo.people import Cast
from hueandcry.kernel.actor import Actor
from hueandcry.posts.news_actions import set_news

RECORDER = "petra"  # the administrator who was there; nobody vouches for themselves


def plan(cast: Sequence[Cast], actors: dict[str, Actor]) -> None:
    """Everybody of the police who may write has passed the course and acknowledged the policies."""
    by = actors[RECORDER]
    course = training_actions.add_course(
        name=shipped.course_name(),
        days=shipped.COURSE_DAYS,
        valid_months=shipped.COURSE_MONTHS,
        syllabus=shipped.syllabus(),
        by=by,
    )
    speaking = [actors[each.key] for each in cast]
    training_actions.record_training(
        person_ids=[int(who.ref.partition(":")[2]) for who in speaking],
        course_id=course.pk,
        passed_on=training.today(Agency.objects.get(pk=by.agency_id)) - timedelta(days=1),
        by=by,
    )
    training_actions.require_training(on=True, by=by)
    set_news(on=True, by=by)
    for version in _policies(by):
        for who in speaking:
            acknowledging.acknowledge_policy(
                policy_id=version.policy_id,
                number=version.number,
                answers=[question["right"] for question in version.questions],
                by=who,
            )


def _policies(by: Actor) -> list[PolicyVersion]:
    """The three shipped ones, in force."""
    agency = Agency.objects.get(pk=by.agency_id)
    found = []
    for name in shipped.POLICIES:
        text = shipped.policy(name, gaps={"agency": agency.name, "emergency": agency.emergency_number})
        policy = policy_actions.draft_policy(
            layer=text.layer, title=text.title, text=text.text, questions=text.questions, by=by
        )
        found.append(policy_actions.put_in_force(policy_id=policy.pk, by=by))
    return found
