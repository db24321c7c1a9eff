"""The card of a link as the desk shows it before anybody decides: what it says, who makes it, what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.channels.queries import channel_label
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.card_fitting import LinkPreview
from hueandcry.posts.fitting import Preview
from hueandcry.posts.models import LinkCard

SALT = "hueandcry.desk.link-card"


def card_row(item: LinkPreview | None, *, agency_id: int) -> dict[str, Any] | None:
    """One card for a page; None where there is none to show and nothing to say of it."""
    if item is None or not (item.shown or item.note):
        return None
    card = item.card
    picture = card.picture if item.shown else None
    return {
        "shown": item.shown,
        "title": item.title,
        "description": card.description,
        "host": item.host,
        "note": item.note,
        "missing": card.sentence() if item.shown else "",
        "read_at": card.moment if item.shown and card.found == LinkCard.Found.PAGE else None,
        "own": card.own,
        "unread": card.address if item.shown and not card.own and not card.found else "",
        "picture": picture and {**picture, "address": picture_address(picture["small"], agency_id=agency_id)},
    }


def card_rows(previews: Iterable[Preview], *, agency_id: int) -> list[dict[str, Any]]:
    """The cards of a post for whoever decides on it: each once, with the networks that show it."""
    found: list[dict[str, Any]] = []
    for item in previews:
        row = card_row(item.link_card, agency_id=agency_id)
        if row is None or not row["shown"]:
            continue
        same = next((each for each in found if {**each, "networks": 0} == {**row, "networks": 0}), None)
        if same is None:
            found.append(same := {**row, "networks": []})
        same["networks"].append(channel_label(item.channel))
    return found


def is_read_again(previews: Iterable[Preview]) -> bool:
    """True if there is a page that can be read once more: somebody else's, below a card."""
    cards = [item.link_card for item in previews if item.link_card and item.link_card.shown]
    return any(not item.card.own and item.card.found for item in cards)


def picture_address(digest: str, *, agency_id: int) -> str:
    """Where the desk shows the picture of a card. The address is signed, so that it opens nothing else."""
    return reverse("card-picture", args=[signing.dumps([agency_id, digest], salt=SALT)])


def digest_in(name: str, *, agency_id: int) -> str:
    """The digest that such an address names. Raises NotFound for another agency's, and for what is none."""
    try:
        whose, digest = signing.loads(name, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        whose, digest = 0, ""
    if whose != agency_id:
        raise NotFound(_("There is no such picture."))
    return str(digest)
