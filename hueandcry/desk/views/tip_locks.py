"""Passkeys that unlock an officer's own keys: taken off again on the page "Keys" (views/tip_keys.py puts them on)."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from hueandcry.desk import notices
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.tips import key_actions

notices.add(
    {
        "key-lock-added": _lazy("Done. Next time your passkey unlocks this key; the six words still do too."),
        "key-lock-removed": _lazy(
            "Removed. That passkey no longer unlocks your key; the six words still do."
        ),
    }
)


@desk_view(Permission.TIP_KEYS)
@require_POST
def remove(request: DeskRequest, lock_id: int) -> HttpResponse:
    """Let a passkey unlock one's own key no longer. The six words are no such lock: they always stay."""
    key_actions.remove_key_lock(lock_id=lock_id, by=request.actor)
    return notices.redirect_saying(reverse("tip-keys"), "key-lock-removed")
