"""Who the worker is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotAllowed


def require_worker(by: Actor) -> None:
    """Raises NotAllowed for anybody but the system's own actors."""
    if not by.ref.startswith("system:"):
        raise NotAllowed(_("Only the worker does this."))
