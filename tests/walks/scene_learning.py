"""Second looks, questions and practice of the scene, made when a page about them is looked at first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hueandcry.experts.actions import reply_to_question, set_expertise
from hueandcry.experts.models import Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.looks.models import SecondLook
from hueandcry.practice.models import PracticePost
from tests.factories_learning import make_draw, make_look, make_practice, make_question
from tests.factories_rules import number_of


def _approver(scene: Any) -> Actor:
    found: Actor = scene.actor(scene.approver, scene.programme.force)
    return found


def _look(scene: Any) -> int:
    """One that waits; others were taken, in a month that is over."""
    force = scene.programme.force
    if row := SecondLook.objects.filter(agency=force, status="waiting").first():
        return row.pk
    draw = make_draw(force.pk)
    before = make_draw(force.pk, months_ago=2)
    by = scene.team.author
    taken = {"status": "done", "looked_at": clock.now(), "looked_by": _approver(scene).ref}
    make_look(by, draw=before, text="Lock it twice.", verdict="fine", **taken)
    make_look(by, draw=before, text="He did it.", verdict="misstep", note="Guilt before a court.", **taken)
    return make_look(by, draw=draw, text="The lido opens at nine, not at ten.").pk


def _questions(scene: Any) -> list[int]:
    """One to the approver, and one of theirs that was answered."""
    force = scene.programme.force
    found = list(Question.objects.filter(agency=force).order_by("pk").values_list("pk", flat=True))
    if found:
        return found
    me, other = _approver(scene), scene.actor(scene.keeper, force)
    set_expertise(person_id=number_of(me), topics=["dogs", "lido"], by=me)
    first = make_question(other, me, about_text="Dogs on the sea wall: what holds in summer?")
    second = make_question(me, other)
    reply_to_question(question_id=second.pk, text="On a lead from April to September.", by=other)
    return [first.pk, second.pk]


def _practice(scene: Any) -> list[int]:
    """One being written, one on the practice accounts."""
    force = scene.programme.force
    found = list(PracticePost.objects.filter(agency=force).order_by("pk").values_list("pk", flat=True))
    by = _approver(scene)
    return found or [make_practice(by).pk, make_practice(by, sent=True).pk]


Example = tuple[str, Callable[[Any], str]]
EXAMPLES: dict[str, Example] = {
    "desk/second-looks/": ("approver", lambda s: f"/desk/second-looks/?{_look(s)}"),
    "desk/second-looks/<int:look_id>/": ("approver", lambda s: f"/desk/second-looks/{_look(s)}/"),
    "desk/experts/": ("approver", lambda s: f"/desk/experts/?{_questions(s)[0]}"),
    "desk/experts/ask/": ("approver", lambda _s: "/desk/experts/ask/"),
    "desk/experts/people/": ("approver", lambda s: f"/desk/experts/people/?{_questions(s)[0]}"),
    "desk/experts/<int:question_id>/": ("approver", lambda s: f"/desk/experts/{_questions(s)[0]}/"),
    "desk/practice/": ("approver", lambda s: f"/desk/practice/?{_practice(s)[0]}"),
    "desk/practice/new/": ("approver", lambda _s: "/desk/practice/new/"),
    "desk/practice/<int:practice_id>/": ("approver", lambda s: f"/desk/practice/{_practice(s)[0]}/"),
}
STATES: dict[str, Example] = {
    "question-answered": ("approver", lambda s: f"/desk/experts/{_questions(s)[1]}/"),
    "practice-stands": ("approver", lambda s: f"/desk/practice/{_practice(s)[1]}/"),
}
