"""Where the card of a link stands: below which part, on which network, and what of it goes out.

A post shows pictures, a video or a card, never two of them: Bluesky has room for one embed (lexicon app.bsky.feed.post),
Mastodon, Facebook and X show a card only where there is nothing else (docs/connectors.md). An announcement of an appeal is
the exception on Bluesky: its picture is its card's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from hueandcry.channels.connector import CardBy, Limits, OutgoingCard
from hueandcry.matters.trying import without_mark
from hueandcry.posts.cards import Card, frozen_cards, host_of, outgoing_picture, own_card, standing_card
from hueandcry.posts.knowing import card_address
from hueandcry.posts.models import Post
from hueandcry.posts.videos import Media


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The card below a link as far as it is known. by: who makes it; shown: there will be one; note: what to know of it.

    title: the one that will stand there; host: the name of the server.
    """

    card: Card
    by: CardBy
    shown: bool
    title: str = ""
    host: str = ""
    note: str = ""


def card_limits(post: Post, limits: Limits, media: Media) -> Limits:
    """The limits of the part that the link goes with: without a card of ours the link has to stand in the text.

    media: what goes with that part.
    """
    bare = limits.card_by == CardBy.US and post.kind and (post.no_card or _has(media))
    return replace(limits, card=False) if limits.card and bare else limits


def sent_card(
    post: Post, texts: list[str], part: int, *, link: str, limits: Limits, media: Media
) -> OutgoingCard | None:
    """The card of one part as it goes out; None if it has none. link: as the delivery carries it (counted)."""
    address, place = card_address(post, texts)
    if not address or place != part or limits.card_by == CardBy.NOBODY or post.no_card or _has(media):
        return None
    leads_to = link if post.link else address
    if limits.card_by == CardBy.NETWORK:
        return OutgoingCard(leads_to)
    card = _approved(post, address)
    if card is None or not (post.link or card.is_known):  # the text names the address already
        return None
    title = post.title or card.title or host_of(address)
    return OutgoingCard(leads_to, title, card.description, outgoing_picture(card))


def link_preview(
    post: Post, texts: list[str], *, limits: Limits, media: Media, cards: Mapping[str, Card]
) -> LinkPreview | None:
    """What is to be seen of the card before anybody decides. cards: what is known (knowing.Known.cards_of)."""
    address, place = card_address(post, texts)
    if not address or limits.card_by == CardBy.NOBODY:
        return None
    card = cards.get(without_mark(address)) or Card(without_mark(address))
    beside = place == 1 and _has(media)
    ours = limits.card_by == CardBy.US
    shown = not beside and (not post.no_card or not ours) and (card.is_known or bool(post.link) or not ours)
    title = (ours and post.title) or card.title or host_of(address)
    note = _note(post, beside=beside, ours=ours)
    return LinkPreview(card, limits.card_by, shown, title, host_of(address), note)


def _note(post: Post, *, beside: bool, ours: bool) -> str:
    if beside:
        return _("No card: a post here shows its pictures, or a card. The link stands in the text.")
    if ours:
        return _("No card: the link stands in the text.") if post.no_card else ""
    if post.no_card:
        return _("We ask for no card, but this network may make one all the same, such as this.")
    return _("This network makes the card itself, from the page. It will likely look like this.")


def _approved(post: Post, address: str) -> Card | None:
    """What may go out of the card: as it was handed in; of an announcement, whose page it is, as that stands."""
    name = without_mark(address)
    if post.kind:
        kept = frozen_cards(post).get(name)
        return standing_card(kept, post.agency) if kept else Card(name)
    card = own_card(name, post.agency)
    return card if card and card.is_known else None


def _has(media: Media) -> bool:
    return bool(media.pictures or media.video)
