"""What subscribers read: the alert itself, the question whether they mean it, the word that they are on the list.

Plain text only: no picture that reports who looked, no link made for one reader but the one that lets them leave.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.kernel import clock
from hueandcry.kernel.mail import wire
from hueandcry.kernel.text import shorten
from hueandcry.kernel.webpush import LARGEST
from hueandcry.lists import vault
from hueandcry.lists.choices import LEVEL_WORDS, Level, unpack
from hueandcry.lists.models import Message, Subscriber
from hueandcry.lists.slips import Link, Purpose

PUSH_TEXT = 2_400  # bytes of a notification's text: with title and address it stays below LARGEST
LISTS = "alerts"  # in List-Id


@dataclass(frozen=True, slots=True)
class Note:
    """Words ready to be put into an envelope. title: subject, or headline of a notification."""

    title: str
    text: str


def alert(message: Message, *, agency: Agency, language: str) -> Note:
    """The message with agency and level in front."""
    with override(language or agency.languages[0]):
        word = str(LEVEL_WORDS[Level(message.level)])
    title = f"{agency.short_name} {word}"
    headline = message.title or message.text.partition("\n")[0]
    text = message.text
    if message.link and message.link not in text:
        text = f"{text}\n\n{message.link}"
    return Note(f"{title}: {shorten(headline, characters=120)}", text)


def sms_text(message: Message, *, agency: Agency, language: str) -> str:
    """The message as a text: agency, level, words, address."""
    with override(language or agency.languages[0]):
        word = str(LEVEL_WORDS[Level(message.level)])
    text = " ".join(message.text.split("\n\n")) if message.level == Level.RED else message.text
    if message.link and message.link not in text:
        text = f"{text} {message.link}"
    return f"{agency.short_name} {word}: {text}"


def push_payload(message: Message, *, agency: Agency, language: str) -> bytes:
    """The message as the service worker of /subscribe/push/ reads it; never more than a push may hold."""
    note = alert(message, agency=agency, language=language)
    data = {
        "title": shorten(note.title, characters=120, size=400),
        "text": shorten(message.text, characters=1_200, size=PUSH_TEXT),
        "link": message.link,
        "tag": message.key,
        "lasting": message.level == Level.RED,
    }
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    if len(payload) > LARGEST:  # an address as long as that is none of ours
        payload = json.dumps({**data, "link": ""}, ensure_ascii=False, separators=(",", ":")).encode()
    return payload


def mail_of_alert(message: Message, *, agency: Agency, to: str, who: Subscriber, name: str) -> bytes:
    """The alert as an e-mail with its one-click way out (RFC 8058)."""
    language = who.language or message.language
    note = alert(message, agency=agency, language=language)
    with override(language or agency.languages[0]):
        foot = _(
            "You get this because you asked %(agency)s for messages of this kind.\nLeave the list, with one click: %(leave)s\nOr choose anew: %(choose)s\nWe do not read answers around the clock. In danger call %(emergency)s."
        ) % {
            "agency": agency.name,
            "leave": leave_address(agency, who),
            "choose": public_url(agency, "/subscribe/"),
            "emergency": agency.emergency_number,
        }
    return _mail(agency, to=to, note=note, foot=foot, who=who, name=name, language=language)


def mail_of_question(who: Subscriber, *, agency: Agency, to: str, ends: datetime) -> bytes:
    """“Did you ask for this?”, with the link that says yes."""
    with override(who.language or agency.languages[0]):
        address = public_url(
            agency, f"/subscribe/confirm/{vault.link(Link(Purpose.CONFIRM, agency.pk, who.pk), ends=ends)}/"
        )
        note = Note(
            _("Please confirm: messages from %(agency)s") % {"agency": agency.name},
            _(
                "Somebody, we think you, asked %(agency)s to send messages to this address.\n\nIf that was you, open this link within 48 hours and press the button:\n\n%(address)s\n\nIf it was not you, do nothing: we forget your address after 48 hours and send nothing more."
            )
            % {"agency": agency.name, "address": address},
        )
    name = letter_name(who, Subscriber.Owed.CONFIRM)
    return _mail(agency, to=to, note=note, foot="", who=None, name=name, language=who.language)


def mail_of_welcome(who: Subscriber, *, agency: Agency, to: str) -> bytes:
    """The word that they are on the list, and how to leave it."""
    with override(who.language or agency.languages[0]):
        note = Note(
            _("You are on the list of %(agency)s") % {"agency": agency.name},
            _(
                "Thank you. From now on you get: %(levels)s.\n\nLeave the list at any time, with one click: %(leave)s\nChoose anew: %(choose)s\n\nIn danger do not wait for a message: call %(emergency)s."
            )
            % {
                "levels": ", ".join(str(Level(level).label) for level in unpack(who.levels)),
                "leave": leave_address(agency, who),
                "choose": public_url(agency, "/subscribe/"),
                "emergency": agency.emergency_number,
            },
        )
    name = letter_name(who, Subscriber.Owed.WELCOME)
    return _mail(agency, to=to, note=note, foot="", who=who, name=name, language=who.language)


def sms_of_question(who: Subscriber, *, agency: Agency) -> str:
    """“Did you ask for this?”, to be answered with YES."""
    with override(who.language or agency.languages[0]):
        return _(
            "%(agency)s: reply YES within 48 hours to get messages at this number. Not you? Do nothing. HELP for help, STOP to end."
        ) % {"agency": agency.short_name}


def sms_of_welcome(who: Subscriber, *, agency: Agency) -> str:
    """The word that they are on the list."""
    with override(who.language or agency.languages[0]):
        return _(
            "%(agency)s: you are on the list. STOP ends it, HELP helps. In danger call %(emergency)s."
        ) % {
            "agency": agency.short_name,
            "emergency": agency.emergency_number,
        }


def leave_address(agency: Agency, who: Subscriber) -> str:
    """The link with which this subscriber, and nobody else, leaves."""
    token = vault.link(Link(Purpose.LEAVE, agency.pk, who.pk))
    return public_url(agency, f"/subscribe/leave/{token}/")


def letter_name(who: Subscriber, owed: str) -> str:
    """What a question (c) or welcome (w) is called in its Message-ID and return address, with the mark that it is ours."""
    kind = "c" if owed == Subscriber.Owed.CONFIRM else "w"
    name = f"{kind}{who.pk}-{who.asks}"
    return f"{name}.{vault.message_mark(name)}"


def message_id(name: str, agency: Agency) -> str:
    """The Message-ID of a mail with this name: fixed, so that a mail server that looks for doubles finds them."""
    return f"<{name}@{agency.public_host}>"


def _mail(
    agency: Agency, *, to: str, note: Note, foot: str, who: Subscriber | None, name: str, language: str
) -> bytes:
    mail = EmailMessage()
    _shown, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail["From"] = Address(agency.name, addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = " ".join(note.title.split())
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = message_id(name, agency)
    mail["Content-Language"] = language or agency.languages[0]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers
    if who is not None:
        mail["List-Id"] = f"{agency.short_name} <{LISTS}.{agency.public_host}>"
        mail["List-Unsubscribe"] = f"<{leave_address(agency, who)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = f"{note.text}\n\n-- \n{foot}\n" if foot else f"{note.text}\n"
    mail.set_content(body, cte="quoted-printable")
    return wire(mail)
