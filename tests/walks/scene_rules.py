"""Training, policies and pauses on the desk of scene.py, made when a page about them is looked at first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hueandcry.agencies import brake_actions
from hueandcry.agencies.models import Brake, Course, PolicyVersion
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.models import Delivery, DeliveryEdit
from tests.factories import make_actor
from tests.factories_rules import brake, make_course, make_policy, number_of, train

if TYPE_CHECKING:
    from tests.walks.scene import Scene


def _keeper(scene: Scene) -> Actor:
    return scene.actor(scene.keeper, scene.programme.force)


def trained(scene: Scene) -> int:
    """A course that some have passed; its id."""
    found = Course.objects.filter(agency=scene.programme.force).first()
    if found is None:
        found, by = make_course(_keeper(scene)), _keeper(scene)
        steward = make_actor(scene.programme.force, Role.STEWARD, name="Cst. Imre Holt")
        train(scene.actor(scene.approver, scene.programme.force), steward, course=found, by=by)
    return found.pk


def policy(scene: Scene) -> int:
    """A policy in force; its id."""
    found = PolicyVersion.objects.filter(policy__agency=scene.programme.force).first()
    return (found or make_policy(_keeper(scene))).policy_id


def somebody_trained(scene: Scene) -> str:
    """The page of training, with people on both sides of the gate."""
    trained(scene)
    return "/desk/training/"


def _leader(scene: Scene) -> Actor:
    return make_actor(scene.programme.force, Role.LEADER, name="Chief Imogen Castellane")


def paused_before(scene: Scene) -> str:
    """The page of pauses, with one that is over: one in force would stand on every other page too."""
    if not Brake.objects.exists():
        who, by = number_of(_keeper(scene)), _leader(scene)
        row = brake(by, "person", who, reason="Wrong picture, being looked into")
        brake_actions.lift_brake(brake_id=row.pk, by=by)
    return "/desk/rules/brakes/"


def held_back(scene: Scene) -> str:
    """What is held back: with its reason, waiting for a person, and a change of a post that is up."""
    rows = list(Delivery.objects.filter(agency=scene.programme.force, frozen_request__isnull=True)[:2])
    since = (clock.now() - timedelta(hours=30)).isoformat()
    for row, said in zip(
        rows, ("Posts about “ferries” are paused until tomorrow: look again", ""), strict=False
    ):
        held = {"due_at": None, "evidence": {"held_at": since}, "last_error": said}
        Delivery.objects.filter(pk=row.pk).update(status="held", **held)
    if rows and not DeliveryEdit.objects.filter(status="held").exists():
        DeliveryEdit.objects.create(
            agency=scene.programme.force,
            delivery=rows[0],
            request={"text": "The ferries sail again from 14:00."},
            status="held",
            asked_at=clock.now(),
            asked_by=_keeper(scene).ref,
            evidence={"held_at": since},
        )
    return "/desk/rules/held/"


def paused_now(scene: Scene) -> str:
    """Today with everything paused, and one topic beside it."""
    brake(_leader(scene), "topic", "Lantern walk", reason="The family is being told")
    brake(_leader(scene), reason="A wrong photograph is out")
    return "/desk/"
