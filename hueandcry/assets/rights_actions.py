"""State the right to show a picture or a video."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.assets.models import Asset, Rights
from hueandcry.assets.rights import InHand, Statement, get_thing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid
from hueandcry.records.entry import record


@transaction.atomic
def state_rights(*, what: str, statement: Statement, by: Actor, in_hand: InHand | None = None) -> Rights:
    """State who made a picture ("asset:12") or video ("video:3") and who has agreed, in place of what was stated before.

    Whoever writes posts or appeals may, of what they see: in_hand as in get_thing. Raises NotAllowed, NotFound, Invalid (a licence or ground is not named).
    """
    thing = get_thing(actor=by, what=what, in_hand=in_hand)
    given = statement.plain()
    _require_whole(given, is_video=not isinstance(thing, Asset))
    if isinstance(thing, Asset) and thing.part_of_id is not None:
        what = f"asset:{thing.part_of_id}"  # a part has what the whole has
        thing = get_thing(actor=by, what=what, in_hand=in_hand)
    key = {"asset": thing} if isinstance(thing, Asset) else {"video": thing}
    row, _made = Rights.objects.update_or_create(
        **key, defaults={**given, "agency_id": by.agency_id, "stated_at": clock.now(), "stated_by": by.ref}
    )
    body = {name: str(value) for name, value in given.items() if value}
    record(by=by, verb="asset.state-rights", subject=what, body=body)
    return row


def _require_whole(given: dict[str, Any], *, is_video: bool) -> None:
    chosen = (("owner", Rights.Owner), ("people", Rights.People), ("minors", Rights.Minors))
    for name, choices in chosen:
        if given[name] not in choices.values:
            raise Invalid(_("Choose one."), field=name)
    if is_video and given["music"] not in Rights.Music.values:
        raise Invalid(_("Say whether there is music in it."), field="music")
    if not is_video and given["music"]:
        raise Invalid(_("A picture has no music."), field="music")
    if given["owner"] == Rights.Owner.LICENSED and not given["licence"]:
        raise Invalid(_("Say who lets us show it, and on what terms."), field="licence")
    ground = {given["people"], given["minors"]} & {Rights.People.PURPOSE.value}
    if ground and not given["why_people"]:
        raise Invalid(_("Say on what ground they need not agree."), field="why_people")
    if given["music"] == Rights.Music.LICENSED and not given["music_licence"]:
        raise Invalid(_("Name the licence of the music."), field="music_licence")
