"""Fit a post to a channel's limits, and say what does not fit. Pure: no database, no network, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.channels.connector import Limits, OutgoingPicture
from hueandcry.channels.counting import count, cut
from hueandcry.kernel.text import length


@dataclass(frozen=True, slots=True)
class Problem:
    """What a channel does not take as it is. sentence: for the author; stops: it cannot be sent at all."""

    sentence: str
    stops: bool = False


def fit(*, text: str, link: str, limits: Limits) -> str:
    """The text as this channel can carry it.

    Cut at a word if it is too long; the link added at its end where the channel shows no card of its own.
    """
    body = text.strip()
    if not link or limits.card or link in body:
        return cut(body, characters=limits.characters, counting=limits.counting, size=limits.size)
    tail = f"\n\n{link}"
    room = limits.characters - count(tail, limits.counting)
    size = limits.size - len(tail.encode()) if limits.size is not None else None
    return cut(body, characters=room, counting=limits.counting, size=size) + tail


def problems(
    *, text: str, link: str, picture: OutgoingPicture | None, limits: Limits, video: bool = False
) -> list[Problem]:
    """Everything that this channel would change or refuse, for the author to see before approval. video: one goes there."""
    found = []
    if not text.strip():
        found.append(Problem(_("The post has no text."), stops=True))
    if limits.needs_video and not video:
        found.append(Problem(_("This channel takes videos only. Leave it out."), stops=True))
    whole = text.strip() + ("" if not link or limits.card or link in text else f"\n\n{link}")
    over = count(whole, limits.counting) - limits.characters
    if over > 0:
        found.append(
            Problem(_("The text is {n} characters too long and will be cut at a word.").format(n=over))
        )
    elif limits.size is not None and len(whole.encode()) > limits.size:
        found.append(Problem(_("The text is too long for this channel and will be cut at a word.")))
    if picture is not None:
        found += _picture_problems(picture, limits)
    return found


def _picture_problems(picture: OutgoingPicture, limits: Limits) -> list[Problem]:
    found = []
    if not limits.images:
        found.append(Problem(_("This channel shows no picture.")))
    elif picture.mime not in limits.image_types:
        found.append(Problem(_("This channel does not take a picture of this kind."), stops=True))
    if not picture.alt.strip():
        found.append(Problem(_("The picture has no alt text."), stops=True))
    elif limits.alt_characters and length(picture.alt) > limits.alt_characters:
        found.append(Problem(_("The alt text is too long for this channel."), stops=True))
    return found
