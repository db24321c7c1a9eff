"""Verbs of lists: open and close one, add and remove a subscriber by hand, export it, take a message in, stop it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import get_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.ids import ref
from hueandcry.kernel.mail import is_address
from hueandcry.kernel.states import move
from hueandcry.lists import queries, vault
from hueandcry.lists.choices import Choices, Level, Medium, pack
from hueandcry.lists.models import Departed, Message, Sending, Subscriber, SubscriberList
from hueandcry.lists.numbers import international
from hueandcry.lists.taking import forget
from hueandcry.records.entry import record

LONGEST_CONSENT = 300


class TheyLeft(Conflict):
    """They left the list; only they can come back."""


class OnItAlready(Conflict):
    """The address is on the list."""


@transaction.atomic
def open_list(*, medium: str, by: Actor) -> SubscriberList:
    """Let people join the agency's list on this medium. Raises NotAllowed; Invalid for no medium of ours or no force."""
    by.require(Permission.LIST_MANAGE)
    if medium not in Medium.values:
        raise Invalid(_("There is no such list."), field="medium")
    if get_agency(by.agency_id).kind != Agency.Kind.AGENCY:
        raise Invalid(_("A tip programme has no lists. Those of its agency tell the public."))
    row, _made = SubscriberList.objects.update_or_create(
        agency_id=by.agency_id,
        medium=medium,
        defaults={"closed_at": None},
        create_defaults={"opened_at": clock.now()},
    )
    vault.make_key()
    record(by=by, verb="list.open", subject=ref("list", row.pk), body={"medium": medium})
    return row


@transaction.atomic
def close_list(*, medium: str, by: Actor) -> SubscriberList:
    """Nobody can join, and nothing more is sent; who is on it stays. Raises NotAllowed, NotFound."""
    by.require(Permission.LIST_MANAGE)
    row = queries.get_list(actor=by, medium=medium)
    SubscriberList.objects.filter(pk=row.pk).update(closed_at=clock.now())
    record(by=by, verb="list.close", subject=ref("list", row.pk), body={"medium": medium})
    return row


@transaction.atomic
def add_subscriber(*, medium: str, address: str, choices: Choices, consent: str, by: Actor) -> Subscriber:
    """Put somebody on a list by hand, with the words of how they said yes; an e-mail address is asked all the same.

    Raises NotAllowed, NotFound, Invalid (address, consent), TheyLeft, OnItAlready.
    """
    by.require(Permission.LIST_MANAGE)
    row = queries.get_list(actor=by, medium=medium)
    kept = _typed(medium, address)
    if not consent.strip():
        raise Invalid(
            _("Write when and how they asked for it, such as “signed the sheet on 3 May”."), field="consent"
        )
    digest = vault.mark(row.pk, kept.lower())
    if Departed.objects.filter(list=row, mark=digest).exists():
        raise TheyLeft(
            _("This address left the list. Only they can come back: by the page, or by texting JOIN."),
            field="address",
        )
    if Subscriber.objects.filter(list=row, mark=digest).exists():
        raise OnItAlready(_("This address is on the list already, or is being asked."), field="address")
    moment = clock.now()
    who = Subscriber.objects.create(
        agency_id=by.agency_id,
        list=row,
        mark=digest,
        sealed=vault.close(row.pk, kept),
        owed=Subscriber.Owed.CONFIRM,
        due_at=moment,
        wanted=choices.plain(),
        consent=consent.strip()[:LONGEST_CONSENT],
        asked_at=moment,
    )
    record(by=by, verb="subscriber.add", subject=ref("subscriber", who.pk), body={"consent": consent.strip()})
    return who


@transaction.atomic
def remove_subscriber(*, subscriber_id: int, reason: str, by: Actor) -> None:
    """Take somebody off their list for good. Raises NotAllowed, NotFound; Invalid without a reason."""
    by.require(Permission.LIST_MANAGE)
    who = queries.get_subscriber(actor=by, subscriber_id=subscriber_id)
    if not reason.strip():
        raise Invalid(_("Write why, such as “asked by telephone”."), field="reason")
    subject = forget(who, reason=Departed.Reason.REMOVED)
    record(by=by, verb="subscriber.remove", subject=subject, body={"reason": reason.strip()[:200]})


@transaction.atomic
def resume_subscriber(*, subscriber_id: int, by: Actor) -> Subscriber:
    """Write again to somebody who was paused since messages came back. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.LIST_MANAGE)
    who = queries.get_subscriber(actor=by, subscriber_id=subscriber_id)
    move(who, to=Subscriber.Status.ACTIVE)
    record(by=by, verb="subscriber.resume", subject=ref("subscriber", who.pk))
    return who


@transaction.atomic
def export_list(*, medium: str, by: Actor) -> Iterator[list[str]]:
    """The list as rows for a file of one's own, head first, addresses open. On the record before the first row.

    Raises NotAllowed, NotFound; Unavailable if the key file is another one.
    """
    by.require(Permission.LIST_MANAGE)
    row = queries.get_list(actor=by, medium=medium)
    rows = list(row.subscribers.exclude(status=Subscriber.Status.WAITING).order_by("pk"))
    record(
        by=by, verb="list.export", subject=ref("list", row.pk), body={"medium": medium, "people": len(rows)}
    )
    return _lines(row.pk, rows)


def _lines(list_id: int, rows: Sequence[Subscriber]) -> Iterator[list[str]]:
    yield ["address", "status", "levels", "areas", "topics", "language", "quiet", "consent", "confirmed"]
    for who in rows:
        quiet = "" if who.quiet_from is None else f"{_clock(who.quiet_from)}-{_clock(who.quiet_to or 0)}"
        yield [
            _plain(vault.open_address(list_id, who.sealed)),
            who.status,
            who.levels.strip(","),
            who.areas.strip(","),
            who.topics.strip(","),
            who.language,
            quiet,
            _plain(who.consent),
            who.confirmed_at.isoformat(timespec="minutes") if who.confirmed_at else "",
        ]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _plain(text: str) -> str:
    """Never read as a formula by a spreadsheet (OWASP, CSV injection); a telephone number keeps its +."""
    bare = text.removeprefix("+")
    return text if bare.isdigit() or text[:1] not in set("=+-@\t\r") else f"'{text}"


def _typed(medium: str, address: str) -> str:
    if medium == Medium.EMAIL and is_address(address.strip()):
        return address.strip()
    if medium == Medium.SMS and (number := international(address, country=settings.HUE_SMS_COUNTRY)):
        return number
    if medium == Medium.PUSH:
        raise Invalid(_("Only a browser can put itself on this list."), field="address")
    raise Invalid(_("This is not an address that messages can be sent to."), field="address")


# --- for the connectors, through handing.py ---------------------------------------------------------


@transaction.atomic
def take_message(
    *,
    medium: str,
    key: str,
    level: str,
    areas: Sequence[str],
    topics: Sequence[str],
    title: str,
    text: str,
    link: str,
    language: str,
    by: Actor,
    account_id: int | None = None,
    unit_id: int | None = None,
) -> int:
    """Take a message for a list in; the same key again changes nothing. Returns how many asked for one like it.

    areas: units that it is for; account_id, unit_id: whose it is, so that a pause of them holds it back. Raises NotAllowed (not the worker), NotFound (no list), Conflict (the list is closed, or this was stopped).
    """
    _require_worker(by)
    row = queries.get_list(actor=by, medium=medium)
    if (before := _taken_before(row, key)) is not None:
        return before
    if row.closed_at is not None:
        raise Conflict(_("This list is closed. Open it on the page Lists."))
    chosen = level if level in Level.values else Level.GREEN
    about = _asked_with(by.agency_id, areas=areas, topics=topics, unit_id=unit_id)
    areas, topics = queries.areas_reached(by.agency_id, areas), queries.known_topics(topics)
    people = queries.wanting(row.pk, level=chosen, areas=areas, topics=topics).count()
    message = Message.objects.create(
        agency_id=by.agency_id,
        list=row,
        key=key,
        level=chosen,
        areas=pack(areas),
        topics=pack(topics),
        title=title[:300],
        text=text,
        link=link,
        language=language,
        taken_at=clock.now(),
        due_at=clock.now(),
        account_id=account_id,
        **about,
    )
    told: dict[str, str | int | None] = {"medium": medium, "level": chosen, "people": people}
    record(by=by, verb="message.take", subject=ref("message", message.pk), body=told)
    return people


def _taken_before(row: SubscriberList, key: str) -> int | None:
    """To how many the message of this key goes; None: it was never taken in. Raises Conflict if it was stopped."""
    known = Message.objects.filter(agency_id=row.agency_id, key=key).first()
    if known is None:
        return None
    if known.status == Message.Status.STOPPED:
        raise Conflict(_("This message was stopped."))
    return known.people or queries.wanting(row.pk, level=known.level).count()


def _asked_with(
    agency_id: int, *, areas: Sequence[str], topics: Sequence[str], unit_id: int | None
) -> dict[str, str]:
    """What pauses are asked with, beside the account: whose it is, and all that it is about."""
    units = {*queries.unit_numbers(agency_id, areas), unit_id} - {None}
    return {"unit_ids": pack(map(str, units)), "about": pack(topics)}


@transaction.atomic
def stop_message(*, medium: str, key: str, by: Actor) -> None:
    """Send it to nobody who does not have it yet. Quiet if it is over or was never taken in. Raises NotAllowed."""
    _require_worker(by)
    message = Message.objects.filter(agency_id=by.agency_id, key=key, list__medium=medium).first()
    if message is None or message.status in {Message.Status.DONE, Message.Status.STOPPED}:
        return
    move(message, to=Message.Status.STOPPED, ended_at=clock.now(), due_at=None, held_at=None, held_why="")
    spared = Sending.objects.filter(message=message, status=Sending.Status.QUEUED).update(
        status=Sending.Status.STOPPED, due_at=None
    )
    record(by=by, verb="message.stop", subject=ref("message", message.pk), body={"people": spared})


def _require_worker(by: Actor) -> None:
    if not by.ref.startswith("system:"):
        raise NotAllowed(_("Only the worker does this."))
