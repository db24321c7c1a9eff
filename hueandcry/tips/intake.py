"""The tipster's side. Who comes is not asked, not noticed and not kept; text is in memory for one request only."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hueandcry.kernel import actor, clock, sealing
from hueandcry.kernel.errors import Invalid, NotAllowed, Unavailable
from hueandcry.kernel.ids import random_id, ref
from hueandcry.kernel.keyfiles import secret
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import codes, envelope, keys, locks, queries
from hueandcry.tips.envelope import Direction, Letter
from hueandcry.tips.models import KeyWrap, Message, Ticket, Tip

PEPPER = "tips.pepper"
TALK_SECONDS = 15 * 60  # how long the page of a dialogue can be answered
SHOWN_AGAIN = timedelta(hours=3)  # a form sent again after that long is not shown its code once more
FORGET_AFTER = timedelta(hours=keys.TICKET_HOURS + 2)  # then a ticket is refused by its hour alone
TIP_ID = 26  # characters: 130 random bits
_TRIES = 3


class FormTooOld(Invalid):
    """The form's ticket is more than two days old or was not made here."""


class FormUsed(FormTooOld):
    """The form was sent hours ago: whoever finds it open on a device must not be shown the code."""


class NoSuchTip(NotAllowed):
    """No tip has this number and this code together. Which of the two is wrong is not said."""


class NotOpenYet(Unavailable):
    """No key of the programme is in force, so nothing could be sealed for anybody there."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What the tipster writes down, ready to show."""

    number: str
    words: list[str]
    groups: str
    digits: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as the tipster reads it."""

    ours: bool
    text: str
    details: dict[str, str]
    hour: datetime


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The whole talk, opened for one request. talk_pass goes into the page and comes back with an answer."""

    number: str
    turns: list[Turn]
    talk_pass: str
    closed: bool

    @property
    def answered(self) -> bool:
        """True if the desk has written anything."""
        return any(turn.ours for turn in self.turns)


def new_ticket() -> str:
    """A ticket for a fresh form. Nothing is stored until the form is sent."""
    return keys.new_ticket(pepper=_pepper(), hour=_hours())


def is_open(*, programme_id: int) -> bool:
    """True if somebody at the programme could read a tip: a key of theirs is in force."""
    return bool(queries.sealing_keys(programme_id))


def begin_tip(*, programme_id: int, appeal_ref: str, ticket: str, letter: Letter) -> Filed:
    """Seal and file a tip; the same form sent again files nothing new and shows the same number and code.

    Raises FormTooOld, FormUsed, Invalid (no text, or too long), NotOpenYet.
    """
    _check(letter)
    pepper = _pepper()
    try:
        body = keys.read_ticket(ticket, pepper=pepper, hour=_hours())
    except keys.TicketRefused as error:
        raise FormTooOld(
            _("This form was open for more than two days. Your text is still here: press Send again.")
        ) from error
    code = keys.code_of(body, pepper=pepper)
    mark = keys.mark(body, _content(letter))
    for _try in range(_TRIES):
        try:
            number = _number_filed(body, code=code, programme_id=programme_id, letter=letter, mark=mark)
            if not number:
                number = _file(
                    body,
                    code=code,
                    programme_id=programme_id,
                    appeal_ref=appeal_ref,
                    letter=letter,
                    mark=mark,
                )
        except IntegrityError:  # the same form came twice at once, or the number was taken meanwhile
            continue
        return Filed(
            number=codes.show_number(number),
            words=codes.as_words(code),
            groups=codes.as_groups(code),
            digits=codes.as_digits(code),
        )
    raise Unavailable(_("Your message was not saved: too much is going on. Press Send again."))


def return_to_dialogue(*, programme_id: int, number: str, code: str) -> Dialogue:
    """Open the dialogue of a number and code, both as typed.

    Raises codes.Typo if one of them was mistyped, NoSuchTip if they are well formed but not ours together.
    """
    digits, secret_code = codes.parse_number(number), codes.parse_code(code)
    pepper = _pepper()
    tip = Tip.objects.filter(agency_id=programme_id, number=digits).first()
    tag = keys.code_tag(secret_code, number=digits, pepper=pepper)
    if not sealing.same(tag, bytes(tip.code_tag) if tip else bytes(keys.TAG)) or tip is None:
        raise _unknown()
    auth, wrap = keys.halves(secret_code, salt=bytes(tip.salt), pepper=pepper, cost=_cost())
    if not sealing.same(keys.auth_digest(auth), bytes(tip.auth_digest)):
        raise _unknown()
    _note_public_key(tip, wrap=wrap)
    return _open(tip, wrap=wrap, pepper=pepper)


def read_replies(*, programme_id: int, talk_pass: str) -> Dialogue:
    """Open the dialogue again with the pass of its page. Raises FormTooOld."""
    pepper = _pepper()
    tip, held = _tip_of(programme_id, talk_pass, pepper=pepper)
    return _open(tip, wrap=held.wrap, pepper=pepper)


def send_message(*, programme_id: int, talk_pass: str, letter: Letter) -> Dialogue:
    """Add the tipster's answer and show the dialogue with it; the same page sent twice adds it once.

    Raises FormTooOld (the pass has run out), Invalid (no text, or too long).
    """
    _check(letter)
    pepper = _pepper()
    tip, held = _tip_of(programme_id, talk_pass, pepper=pepper)
    mark = keys.mark(held.wrap + held.form, _content(letter))
    if not Message.objects.filter(tip=tip, mark=mark).exists():
        with contextlib.suppress(IntegrityError):  # the same answer came twice at once: it is kept
            _add(tip, wrap=held.wrap, letter=letter, mark=mark)
    return _open(tip, wrap=held.wrap, pepper=pepper)


def forget_tickets() -> int:
    """Remove what is known of forms too old to be sent again. Returns how many. Safe to run twice."""
    gone, _kinds = Ticket.objects.filter(hour__lt=clock.now() - FORGET_AFTER).delete()
    return gone


# --- filing -----------------------------------------------------------------------------------------


def _number_filed(body: bytes, *, code: bytes, programme_id: int, letter: Letter, mark: bytes) -> str:
    """The number this ticket already has, or "". A changed text sent again is added to the same tip."""
    digest = keys.ticket_digest(body)
    earlier = Ticket.objects.filter(agency_id=programme_id, digest=digest).select_related("tip").first()
    if earlier is None:
        return ""
    if clock.now() - earlier.hour > SHOWN_AGAIN:
        raise FormUsed(
            _("This form was sent some hours ago. Press Send again to file what is here as something new.")
        )
    if not Message.objects.filter(tip=earlier.tip, mark=mark).exists():
        _auth, wrap = keys.halves(code, salt=bytes(earlier.tip.salt), pepper=_pepper(), cost=_cost())
        _add(earlier.tip, wrap=wrap, letter=letter, mark=mark)
    return earlier.tip.number


def _file(
    body: bytes, *, code: bytes, programme_id: int, appeal_ref: str, letter: Letter, mark: bytes
) -> str:
    """Seal a new tip, then write it in one transaction. Returns its number."""
    pepper = _pepper()
    desk_keys = queries.sealing_keys(programme_id)
    if not desk_keys:
        raise NotOpenYet(_("This form is not open yet. Nothing was saved. Please telephone us."))
    seed, salt, tip_id = sealing.new_seed(), secrets.token_bytes(keys.SALT), random_id(TIP_ID)
    public, number = sealing.public_key(seed), _free_number(body, pepper=pepper)
    auth, wrap = keys.halves(code, salt=salt, pepper=pepper, cost=_cost())
    hour = clock.hour(clock.now())
    tip = Tip(
        id=tip_id,
        agency_id=programme_id,
        number=number,
        appeal_ref=appeal_ref,
        arrived_hour=hour,
        public_key=public,
        salt=salt,
        code_tag=keys.code_tag(code, number=number, pepper=pepper),
        auth_digest=keys.auth_digest(auth),
        tipster_wrap=keys.wrap_seed_for_tipster(seed, tip_id=tip_id, wrap=wrap),
        **keys.for_tipster(seed, tip_id=tip_id, wrap=wrap),
        messages_count=1,
        heard_to=1,
    )
    wraps = locks.close_seed(
        tip,
        seed=seed,
        desk_keys=[key.public_key for key in desk_keys],
        recovery=queries.recovery_public(programme_id),
    )
    sealed = envelope.seal_letter(letter, public=public, tip_id=tip_id, direction=Direction.FROM_TIPSTER)
    with transaction.atomic(using="tips"):
        tip.save(force_insert=True)
        Ticket.objects.create(agency_id=programme_id, digest=keys.ticket_digest(body), tip=tip, hour=hour)
        KeyWrap.objects.bulk_create(wraps)
        _message(tip, position=1, sealed=sealed, mark=mark, hour=hour)
        record(by=_public(programme_id), verb="tip.begin", subject=ref("tip", number), ledger=Ledger.TIPS)
    return number


def _note_public_key(tip: Tip, *, wrap: bytes) -> None:
    """Note the tipster's public key where it is missing or not theirs: a new pair can then be made without them."""
    seed = keys.unwrap_seed_for_tipster(bytes(tip.tipster_wrap), tip_id=tip.pk, wrap=wrap)
    wanted = keys.for_tipster(seed, tip_id=tip.pk, wrap=wrap)
    if any(bytes(getattr(tip, name)) != value for name, value in wanted.items()):
        Tip.objects.filter(pk=tip.pk, generation=tip.generation).update(**wanted)


def _add(tip: Tip, *, wrap: bytes, letter: Letter, mark: bytes) -> None:
    """Seal one more message of the tipster to the tip. Raises IntegrityError if it is there already."""
    while not _added(tip, wrap=wrap, letter=letter, mark=mark):
        tip.refresh_from_db()  # it was given a new key pair meanwhile: seal for that one


def _added(tip: Tip, *, wrap: bytes, letter: Letter, mark: bytes) -> bool:
    """False if the tip has another pair by now. Sealed to the key of the tipster's own seed: the row's is not taken."""
    seed = keys.unwrap_seed_for_tipster(bytes(tip.tipster_wrap), tip_id=tip.pk, wrap=wrap)
    sealed = envelope.seal_letter(
        letter, public=sealing.public_key(seed), tip_id=tip.pk, direction=Direction.FROM_TIPSTER
    )
    with transaction.atomic(using="tips"):
        same_pair = Tip.objects.filter(pk=tip.pk, generation=tip.generation)
        if not same_pair.update(messages_count=F("messages_count") + 1):
            return False
        position = Tip.objects.values_list("messages_count", flat=True).get(pk=tip.pk)
        Tip.objects.filter(pk=tip.pk).update(heard_to=position)
        _message(tip, position=position, sealed=sealed, mark=mark, hour=clock.hour(clock.now()))
        record(
            by=_public(tip.agency_id), verb="tip.message", subject=ref("tip", tip.number), ledger=Ledger.TIPS
        )
    return True


def _message(tip: Tip, *, position: int, sealed: bytes, mark: bytes, hour: datetime) -> None:
    Message.objects.create(
        agency_id=tip.agency_id,
        tip=tip,
        position=position,
        direction=Direction.FROM_TIPSTER,
        sealed=sealed,
        mark=mark,
        hour=hour,
    )


def _free_number(body: bytes, *, pepper: bytes) -> str:
    attempt = 0
    while Tip.objects.filter(
        number=(number := keys.number_of(body, pepper=pepper, attempt=attempt))
    ).exists():
        attempt += 1
    return number


# --- opening for the tipster ------------------------------------------------------------------------


def _open(tip: Tip, *, wrap: bytes, pepper: bytes) -> Dialogue:
    seed = keys.unwrap_seed_for_tipster(bytes(tip.tipster_wrap), tip_id=tip.pk, wrap=wrap)
    turns = [_turn(message, seed=seed) for message in Message.objects.filter(tip=tip).order_by("position")]
    until = int(clock.now().timestamp()) + TALK_SECONDS
    talk_pass = keys.talk_pass(
        tip_id=tip.pk, wrap=wrap, form=secrets.token_bytes(16), until=until, pepper=pepper
    )
    return Dialogue(
        number=codes.show_number(tip.number),
        turns=turns,
        talk_pass=talk_pass,
        closed=tip.status == Tip.Status.CLOSED,
    )


def _turn(message: Message, *, seed: bytes) -> Turn:
    """One message opened; a reply that no browser sealed properly must not hide the others."""
    direction = message.direction
    try:
        letter = envelope.open_letter(
            bytes(message.sealed), seed=seed, tip_id=message.tip_id, direction=direction
        )
    except (sealing.CannotOpen, ValueError, KeyError):
        letter = Letter(_("This message arrived damaged and cannot be read. Tell us so in your answer."))
    ours = direction == Direction.FROM_DESK
    return Turn(ours=ours, text=letter.text, details=letter.details, hour=message.hour)


def _tip_of(programme_id: int, talk_pass: str, *, pepper: bytes) -> tuple[Tip, keys.Pass]:
    try:
        held = keys.read_pass(talk_pass, now=int(clock.now().timestamp()), pepper=pepper)
    except keys.TicketRefused as error:
        raise _ran_out() from error
    tip = Tip.objects.filter(agency_id=programme_id, pk=held.tip_id).first()
    if tip is None:
        raise _ran_out()
    return tip, held


def _ran_out() -> FormTooOld:
    return FormTooOld(
        _(
            "This page was open for more than 15 minutes. Enter your number and code again; your text is still here."
        )
    )


def _unknown() -> NoSuchTip:
    return NoSuchTip(
        _(
            "We have no tip with this number and this code together. Both are well formed, so one of them may belong to another tip."
        )
    )


def _check(letter: Letter) -> None:
    if not letter.text.strip():
        raise Invalid(_("Write what you know, then press Send."), field="text")
    if max(map(len, [letter.text, *letter.details.values()])) > envelope.LONGEST:
        raise Invalid(
            _("This is longer than %(limit)s characters. Send the first part, then come back with the rest.")
            % {"limit": f"{envelope.LONGEST:,}"},
            field="text",
        )


def _content(letter: Letter) -> str:
    """A letter as one text, for its mark."""
    return "\x1f".join([letter.text, *(f"{name}={letter.details[name]}" for name in sorted(letter.details))])


def _public(programme_id: int) -> actor.Actor:
    return actor.public(agency_id=programme_id)


def pepper_is_lost() -> bool:
    """True if tips were filed under a pepper that is not here: a new one would quietly close every dialogue."""
    return not (settings.HUE_KEYS / PEPPER).exists() and Tip.objects.exists()


def make_pepper() -> None:
    """Make the pepper if there is none and none was lost: early, since the tip pages' unit may only read it."""
    if not pepper_is_lost():
        _pepper()


def _pepper() -> bytes:
    """The pepper of the codes, made on first use. Raises Unavailable if it is lost."""
    if pepper_is_lost():
        raise Unavailable(_("The form cannot be used at this moment. Please call us instead."))
    return secret(settings.HUE_KEYS, PEPPER)


def _cost() -> keys.Cost:
    return keys.Cost(**getattr(settings, "HUE_TIP_KDF", {}))


def _hours() -> int:
    return int(clock.now().timestamp()) // 3600
