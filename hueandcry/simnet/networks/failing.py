"""The ways of each simulated network to fail: as a page, and for programs at `/<network>/_faults`."""

from __future__ import annotations

from html import escape

from hueandcry.simnet import forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.pages import page
from hueandcry.simnet.store import Fault
from hueandcry.simnet.world import FAULTS, REPORTS, UPLOAD, World, is_fault

MOST = 1000  # times, and seconds


def answer(world: World, request: Request, *, label: str, calls_back: bool = False) -> Response | None:
    """The page /faults, its form, and /_faults: set (POST mode, times, seconds), clear (DELETE) or tell.

    calls_back: the network tells afterwards what became of something, and can fail at that.
    """
    if request.path == "/faults":
        if request.method == "POST":
            return _set_from_page(world, request)
        return _page(world, label, calls_back=calls_back)
    return _for_programs(world, request) if request.path == "/_faults" else None


def _for_programs(world: World, request: Request) -> Response:
    if request.method == "DELETE":
        world.clear_faults()
    elif request.method == "POST":
        data = request.data()
        if not is_fault(str(data.get("mode"))):
            return reply(400, error="mode", message=f"a mode is one of {', '.join(FAULTS)}")
        world.set_fault(str(data["mode"]), int(data.get("times", 1)), float(data.get("seconds", 1)))
    return reply(faults=[{"mode": f.mode, "times": f.times, "seconds": f.seconds} for f in world.faults()])


def _set_from_page(world: World, request: Request) -> Response:
    form = forms.read(request)
    if form.text("do") == "clear":
        world.clear_faults()
    elif is_fault(form.text("mode")):
        world.set_fault(
            form.text("mode"), _whole(form.text("times"), 1), float(_whole(form.text("seconds"), 5))
        )
    return Response(status=303, headers={"Location": f"{world.root}/faults"})


def _page(world: World, label: str, *, calls_back: bool) -> Response:
    rows = "".join(f"<li>{_words(fault)}</li>" for fault in world.faults())
    known = {**FAULTS, **(REPORTS if calls_back else {})}
    options = "".join(f"<option value='{mode}'>{escape(words)}</option>" for mode, words in known.items())
    files = "".join(
        f"<option value='{UPLOAD}{mode}'>A file: {escape(words.lower())}</option>"
        for mode, words in FAULTS.items()
        if mode != "refuse_duplicate" and not calls_back
    )
    action = f"action='{world.root}/faults'"
    body = (
        (f"<ul>{rows}</ul>" if rows else "<p>The network works properly now.</p>")
        + f"<form method='post' {action}><label for='mode'>Next time</label>"
        + f"<select id='mode' name='mode'>{options}{files}</select>"
        + "<label for='times'>How many times (0: until switched off)</label>"
        + "<input id='times' name='times' type='number' min='0' max='1000' value='1'>"
        + "<label for='seconds'>Seconds (slow, and time to come back)</label>"
        + "<input id='seconds' name='seconds' type='number' min='0' max='600' value='5'>"
        + "<div><button name='do' value='set'>Fail this way</button></div></form>"
        + f"<form method='post' {action}><button name='do' value='clear'>Work properly again</button></form>"
    )
    return page(f"{label}: ways to fail", body, network=world.name)


def _words(fault: Fault) -> str:
    words = {**FAULTS, **REPORTS}[fault.mode.removeprefix(UPLOAD)]
    what = f"A file: {words.lower()}" if fault.mode.startswith(UPLOAD) else words
    return f"{escape(what)}: {'until switched off' if fault.times == 0 else f'{fault.times} more'}"


def _whole(text: str, default: int) -> int:
    return min(int(text[:5]), MOST) if text.isdigit() else default
