"""Findings of the check as the pages show them: each with the one step that cures it, where the desk has a page for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.posts.finding import Finding

NAMES = {"minor-identified", "sexual-offence-victim", "victim-identified"}
CASE = "guilt-language"


def rows(
    found: Iterable[Finding], *, actor: Actor, subject: str, curable: bool = True
) -> list[dict[str, Any]]:
    """Each finding with its step (label, address), or None. subject: whose case it is, "" while it is not kept."""
    return [
        {
            "it": item,
            "offers": curable and bool(item.offer) and item.part == "text",
            "go": _step(item, actor, subject),
        }
        for item in found
    ]


def _step(item: Finding, actor: Actor, subject: str) -> tuple[str, str] | None:
    if item.about.startswith(("asset:", "video:")) and item.rule == "picture-rights":
        if not (actor.may(Permission.POST_DRAFT) or actor.may(Permission.APPEAL_DRAFT)):
            return None
        return _("Say whose it is and who agreed"), reverse("rights", args=[item.about])
    if item.about.startswith("matter:"):
        return _("What may not be spoken of"), reverse("matters")
    if subject and item.rule == CASE:
        return _("Say where the case stands"), reverse("case", args=[subject])
    if subject and item.rule in NAMES and actor.may(Permission.MATTER_HOLD):
        return _("Clear a name"), reverse("case", args=[subject])
    return None
