"""From an appeal to what is said about it on the networks: text, link, card and picture."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.agencies.queries import get_agency
from hueandcry.appeals.addresses import appeal_path, public_url
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import pictures_of
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.queries import announcing_accounts, channel_label
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.files import MIME, Kind
from hueandcry.kernel.ids import ref
from hueandcry.kernel.text import length
from hueandcry.posts import actions as posts
from hueandcry.posts.actions import OutgoingPicture
from hueandcry.posts.compose import Problem, fit, problems
from hueandcry.posts.links import EXAMPLE, counted_link

# The smallest limit of the channels: the thumb of a card on Bluesky (app.bsky.embed.external, read 2026-11-22).
CARD_BYTES = 1_000_000


def text_of(appeal: Appeal) -> str:
    """What is said on the networks: what was written for them, else the heading and what we ask."""
    return appeal.announcement.strip() or f"{appeal.title}\n\n{appeal.we_ask}".strip()


def announce(appeal: Appeal, *, account_ids: list[int] | None, by: Actor) -> None:
    """Make the post and one delivery per account; they wait until the page stands. Call inside the transaction."""
    posts.announce(
        subject=ref("appeal", appeal.pk),
        text=text_of(appeal),
        link=public_url(get_agency(appeal.agency_id), appeal_path(appeal.reference)),
        title=appeal.title,
        picture=card_picture(appeal),
        account_ids=account_ids,
        by=by,
        approved_by=appeal.approved_by,
    )


def take_back(appeal: Appeal, *, by: Actor) -> int:
    """Mark every announcement of the appeal for deletion; returns how many. Call inside the transaction."""
    return posts.withdraw_announcements(subject=ref("appeal", appeal.pk), by=by)


@dataclass(frozen=True, slots=True)
class NetworkPreview:
    """What accounts of one channel would say alike. text: as it would stand there; count of most: as that network counts.

    written: there is a text at all; until then nothing is counted as wrong with it.
    """

    accounts: list[str]
    channel: str
    text: str
    count: int
    most: int
    card: bool
    problems: list[Problem]
    written: bool

    @property
    def account(self) -> str:
        """The names of the accounts, in one line."""
        return ", ".join(self.accounts)


def network_previews(appeal: Appeal, *, actor: Actor) -> list[NetworkPreview]:
    """The announcement on the accounts in use, once for each channel, from an appeal as it is or is being written."""
    text, agency = text_of(appeal), get_agency(actor.agency_id)
    link = public_url(agency, appeal_path(appeal.reference))
    if link not in text:
        link = counted_link(link, home=public_url(agency, "/"), delivery_id=EXAMPLE)
    picture = card_picture(appeal) if appeal.pk else None
    found: dict[str, NetworkPreview] = {}
    for account in announcing_accounts(actor=actor):
        if account.channel in found:  # the same limits, so the same text
            found[account.channel].accounts.append(account.label)
            continue
        limits = connector_for(account.channel).limits
        whole = text if limits.card or link in text else f"{text}\n\n{link}"
        found[account.channel] = NetworkPreview(
            accounts=[account.label],
            channel=channel_label(account.channel),
            text=fit(text=text, link=link, limits=limits),
            count=length(whole) if text else 0,
            most=limits.characters,
            card=limits.card,
            problems=problems(text=text, link=link, picture=picture, limits=limits) if text else [],
            written=bool(text),
        )
    return list(found.values())


def card_picture(appeal: Appeal) -> OutgoingPicture | None:
    """The first picture as the largest JPEG copy that every network takes; None if there is none."""
    for picture in pictures_of(appeal)[:1]:
        copies = picture.copies("jpeg")
        copy = next((item for item in reversed(copies) if item.bytes <= CARD_BYTES), copies[0])
        return OutgoingPicture(
            digest=copy.digest, mime=MIME[Kind.JPEG], alt=picture.alt, width=copy.width, height=copy.height
        )
    return None
