"""Requests of units and the library of answers on the desk of scene.py, made when a page about them is looked at first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hueandcry.agencies.models import Unit
from hueandcry.answers.models import Answer, AnswerVersion, Partner
from hueandcry.requests import work_actions
from hueandcry.requests.models import UnitRequest
from tests.factories_library import approved_answer, ask, make_partner, waiting_answer
from tests.walks.scene_posts import drawing

if TYPE_CHECKING:
    from tests.walks.scene import Scene

Example = tuple[str, Callable[[Any], str]]


def _requests(scene: Scene) -> list[UnitRequest]:
    """One that waits, with a picture, and one about which the approver asked back."""
    found = list(UnitRequest.objects.filter(agency=scene.programme.force).order_by("pk"))
    if found:
        return found
    sender = scene.actor(scene.keeper, scene.programme.force)
    unit = Unit.objects.filter(agency=scene.programme.force, closed_at__isnull=True).first()
    given = {"unit_id": unit.pk if unit else None}
    data = drawing() if scene.pictured else b""
    waiting = ask(sender, title="Oranges on Mill Lane, again", picture=data, **given)
    asked = ask(sender, title="Dog training on Lido Meadow", **given)
    desk = scene.actor(scene.approver, scene.programme.force)
    work_actions.ask_back(request_id=asked.pk, text="From when until when?", by=desk)
    return [waiting, asked]


def _answers(scene: Scene) -> list[int]:
    """One in use, and one that waits for somebody else; their ids."""
    found = list(
        Answer.objects.filter(agency=scene.programme.force).order_by("pk").values_list("pk", flat=True)
    )
    if found:
        return found
    desk = scene.actor(scene.approver, scene.programme.force)
    first = approved_answer(scene.team.author, desk)
    second = waiting_answer(scene.team.author, question="How do I commend an officer?")
    assert AnswerVersion.objects.filter(answer=second, status="waiting").exists()
    return [first.pk, second.pk]


def _partners(scene: Scene) -> list[int]:
    """One that everybody reads, and one that waits for somebody else; their ids."""
    found = list(
        Partner.objects.filter(agency=scene.programme.force).order_by("pk").values_list("pk", flat=True)
    )
    if found:
        return found
    first = make_partner(scene.team.author, scene.actor(scene.approver, scene.programme.force))
    second = make_partner(scene.team.author, name="Mill Lane Food Bank", web="", languages=())
    return [first.pk, second.pk]


def _with(made: Callable[[Scene], object], path: str) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        made(scene)
        return path

    return address


EXAMPLES: dict[str, Example] = {
    "desk/requests/": ("approver", _with(_requests, "/desk/requests/")),
    "desk/requests/new/": ("approver", lambda _s: "/desk/requests/new/"),
    "desk/requests/<int:request_id>/": ("approver", lambda s: f"/desk/requests/{_requests(s)[0].pk}/"),
    "desk/answers/": ("approver", _with(_answers, "/desk/answers/")),
    "desk/answers/new/": ("approver", lambda _s: "/desk/answers/new/"),
    "desk/answers/<int:answer_id>/": ("approver", lambda s: f"/desk/answers/{_answers(s)[0]}/"),
    "desk/answers/help/": ("approver", _with(_partners, "/desk/answers/help/")),
    "desk/answers/help/new/": ("approver", lambda _s: "/desk/answers/help/new/"),
    "desk/answers/help/<int:partner_id>/": ("approver", lambda s: f"/desk/answers/help/{_partners(s)[0]}/"),
    "desk/answers/<int:answer_id>/write/": ("approver", lambda s: f"/desk/answers/{_answers(s)[0]}/write/"),
}
STATES: dict[str, Example] = {
    "request-asked-back": ("keeper", lambda s: f"/desk/requests/{_requests(s)[1].pk}/"),
    "answer-waiting": ("approver", lambda s: f"/desk/answers/{_answers(s)[1]}/"),
}
NOT_PAGES = {
    "desk/requests/<int:request_id>/media/<str:name>": "a picture of a request",
    "desk/answers/find/": "a part of the page where a post is written",
}
