"""Training, policies and pauses on the desk of scene.py, made when a page about them is looked at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hueandcry.agencies import brake_actions
from hueandcry.agencies.models import Brake, Course, PolicyVersion
from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
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


def paused_now(scene: Scene) -> str:
    """Today with everything paused, and one topic beside it."""
    brake(_leader(scene), "topic", "Lantern walk", reason="The family is being told")
    brake(_leader(scene), reason="A wrong photograph is out")
    return "/desk/"
