"""The simulated networks, each below its own name: http://127.0.0.1:8002/mastodon/api/v1/statuses and so on.

A network is a module with LABEL and `answer(world, request)`; the path it is given has no prefix. What all of them
share (accounts, tokens, posts, faults, public pages) is in world.py. All are labelled as simulated wherever shown.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from html import escape
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from hueandcry.simnet.api import Request, Response
from hueandcry.simnet.networks import failing, shown
from hueandcry.simnet.pages import page
from hueandcry.simnet.store import Store
from hueandcry.simnet.world import World


@cache
def network(name: str) -> ModuleType | None:
    """The network that answers below this name: a module of this folder that has a LABEL."""
    if name not in {module.name for module in iter_modules(__path__)}:
        return None
    module = import_module(f"{__name__}.{name}")
    return module if hasattr(module, "LABEL") else None


def names() -> list[str]:
    """Every network there is."""
    return sorted(module.name for module in iter_modules(__path__) if network(module.name))


def label_of(name: str) -> str:
    """What a network is called wherever it is shown: always as simulated."""
    label = str(getattr(network(name), "LABEL", name))
    return label if "simulated" in label else f"{label} (simulated)"


def answer(store: Store, request: Request) -> Response | None:
    """The answer of the network whose name the path begins with; None if there is none of that name."""
    name, _slash, rest = request.path[1:].partition("/")
    root = f"http://{request.headers.get('host', '')}"
    if (name, rest) == ("networks", "") and request.method in {"GET", "HEAD"}:
        return _list(store, root)
    module = network(name)
    if module is None:
        return None
    world = World(store, name, root=f"{root}/{name}")
    inner = replace(request, path=f"/{rest}")
    label = label_of(name)
    back = bool(getattr(module, "CALLS_BACK", False))
    if found := failing.answer(world, inner, label=label, calls_back=back):
        return found
    if found := shown.answer(world, inner, label=label):
        return found
    answered: Response = module.answer(world, inner)
    return answered


def _list(store: Store, root: str) -> Response:
    """Every network, with what it shows and how it fails now."""
    rows = [
        "<li><a href='/'>The plain network</a> · <a href='/faults'>Ways to fail<span class='off'> of it</span></a></li>"
    ]
    for name in names():
        world = World(store, name, root=f"{root}/{name}")
        label = escape(label_of(name))
        failing_now = ", fails now on request" if world.faults() else ""
        rows.append(
            f"<li><a href='{world.root}/'>{label}</a>{failing_now}"
            f" · <a href='{world.root}/faults'>Ways to fail<span class='off'> of {label}</span></a></li>"
        )
    return page("Networks", f"<ul>{''.join(rows)}</ul>")
