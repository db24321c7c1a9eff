"""People's photographs on the public site: beside their name, and on their page while it is shown."""

from __future__ import annotations

from collections.abc import Iterable

from hueandcry.assets.photographs import PhotographView, every_name, photographs
from hueandcry.channels.published import PublicVoice, public_voices


def portraits(agency_id: int, voices: Iterable[PublicVoice]) -> dict[str, PhotographView]:
    """The photographs of those who show a page: its address → photograph."""
    found = photographs(agency_id)
    return {voice.slug: found[voice.person_id] for voice in voices if voice.person_id in found}


def media(shown: Iterable[PhotographView]) -> dict[str, str]:
    """File name below /media/ → digest."""
    return {copy.name: copy.digest for each in shown for copy in each.copies}


def gone(agency_id: int) -> set[str]:
    """File names of photographs that were shown once, or could have been, and are not shown now."""
    return every_name(agency_id) - set(media(portraits(agency_id, public_voices(agency_id)).values()))
