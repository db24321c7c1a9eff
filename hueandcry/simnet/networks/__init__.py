"""The simulated networks, each below its own name: http://127.0.0.1:8002/mastodon/api/v1/statuses and so on.

A network is a module with LABEL and `answer(world, request)`; the path it is given has no prefix. What all of them
share (accounts, tokens, posts, faults, public pages) is in world.py. All are labelled as simulated wherever shown.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import ModuleType

from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.networks import shown
from hueandcry.simnet.store import Store
from hueandcry.simnet.world import FAULTS, World

NETWORKS: dict[str, str] = {}  # name below which it answers → its module


def network(name: str) -> ModuleType:
    """The module of a network. Raises KeyError."""
    return import_module(NETWORKS[name])


def answer(store: Store, request: Request) -> Response | None:
    """The answer of the network whose name the path begins with; None if there is none of that name."""
    name, _slash, rest = request.path[1:].partition("/")
    if name not in NETWORKS:
        return None
    module = network(name)
    world = World(store, name, root=f"http://{request.headers.get('host', '')}/{name}")
    inner = replace(request, path=f"/{rest}")
    if inner.path == "/_faults":
        return _faults(world, inner)
    if page := shown.answer(world, inner, label=module.LABEL):
        return page
    found: Response = module.answer(world, inner)
    return found


def _faults(world: World, request: Request) -> Response:
    """Set (POST mode, times, seconds), clear (DELETE) or tell the faults of this network."""
    if request.method == "DELETE":
        world.clear_faults()
    elif request.method == "POST":
        data = request.data()
        if data.get("mode") not in FAULTS:
            return reply(400, error="mode", message=f"a mode is one of {', '.join(FAULTS)}")
        world.set_fault(str(data["mode"]), int(data.get("times", 1)), float(data.get("seconds", 1)))
    return reply(faults=[{"mode": f.mode, "times": f.times, "seconds": f.seconds} for f in world.faults()])
