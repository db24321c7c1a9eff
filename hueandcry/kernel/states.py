"""Change a status by compare-and-swap, so that two people never both win."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Conflict


def move(thing: Any, *, to: Any, **changes: Any) -> None:
    """Set `thing.status` to `to`, with other field changes, if it still is as loaded.

    Raises Conflict if the step is not in MOVES, or if somebody changed the row first. Must be
    called inside the action's transaction. The object in memory is brought up to date.
    """
    if to not in thing.MOVES.get(thing.status, set()):
        raise Conflict(
            _("This is “%s” now, so that step is no longer possible. Reload to see it.")
            % thing.get_status_display()
        )
    rows = type(thing)._default_manager.using(thing._state.db).filter(pk=thing.pk, status=thing.status)
    if rows.update(status=to, **changes) != 1:
        raise Conflict(_("Somebody else changed this a moment ago. Reload to see it as it is now."))
    thing.status = to
    for name, value in changes.items():
        setattr(thing, name, value)
