"""What a person does with their own sign-in: passkeys, password, recovery codes, open sessions, keys of the keyboard.

Nobody needs a permission for it and nobody can do it for somebody else: the person is always the actor.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import actions, auth, passkeys, webauthn
from hueandcry.agencies.models import Passkey, Person, Sitting
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import person_number
from hueandcry.records.entry import record

MOST_PASSKEYS = 20
SEEN_EVERY = timedelta(minutes=5)
LABEL = 60  # characters


def _me(by: Actor) -> Person:
    if not (number := person_number(by.ref)):
        raise NotFound
    return Person.objects.get(pk=number)


def _note(by: Actor, verb: str, **body: str) -> None:
    record(by=by, verb=verb, subject=by.ref, body=body or None)


# --- passkeys ---------------------------------------------------------------------------------------


def handle_of(*, by: Actor) -> str:
    """The person's opaque name towards authenticators: random, made once, no e-mail in it."""
    person = _me(by)
    if not person.passkey_handle:
        fresh = webauthn.encode(secrets.token_bytes(32))
        Person.objects.filter(pk=person.pk, passkey_handle="").update(passkey_handle=fresh)
        person.refresh_from_db(fields=["passkey_handle"])
    return person.passkey_handle


@transaction.atomic
def add_passkey(
    *, answer: str, ticket: str, party: webauthn.Party, sitting: str, label: str, by: Actor
) -> Passkey:
    """Keep the passkey that the browser made for the challenge of the ticket.

    Raises PasskeyRefused, Invalid (no name), Conflict (known already, or too many).
    """
    person = _me(by)
    name = _label(label)
    if person.passkeys.count() >= MOST_PASSKEYS:
        raise Conflict(_("You have %d passkeys. Remove one first.") % MOST_PASSKEYS)
    challenge = passkeys.read_ticket(ticket, purpose=passkeys.MAKE, bound_to=sitting)
    made = webauthn.check_made(party, challenge=challenge, answer=answer)
    passkeys.spend(challenge)
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                person=person,
                rp_id=party.rp_id,
                credential_id=made.credential_id,
                credential=made.credential,
                count=made.count,
                can_unlock=made.can_unlock,
                label=name,
                made_at=clock.now(),
            )
    except IntegrityError as error:
        raise Conflict(_("This passkey is here already.")) from error
    _note(by, "person.passkey-add", label=name)
    return passkey


@transaction.atomic
def rename_passkey(*, passkey_id: int, label: str, by: Actor) -> None:
    """Give one of one's own passkeys another name. Raises NotFound, Invalid."""
    passkey = _mine(passkey_id, by=by)
    name = _label(label)
    Passkey.objects.filter(pk=passkey.pk).update(label=name)
    _note(by, "person.passkey-rename", label=name, was=passkey.label)


@transaction.atomic
def remove_passkey(*, passkey_id: int, by: Actor) -> str:
    """Forget one of one's own passkeys; it signs in no more. Returns its credential id. Raises NotFound."""
    passkey = _mine(passkey_id, by=by)
    passkey.delete()
    _note(by, "person.passkey-remove", label=passkey.label)
    return passkey.credential_id


def _label(typed: str) -> str:
    """What a person calls their passkey. Raises Invalid if that is nothing."""
    label = "".join(letter for letter in typed if letter.isprintable()).strip()[:LABEL]
    if not label:
        raise Invalid(_("Give this passkey a name, such as the device it is on."), field="label")
    return label


def _mine(passkey_id: int, *, by: Actor) -> Passkey:
    found = Passkey.objects.filter(pk=passkey_id, person=_me(by)).first()
    if found is None:
        raise NotFound(_("There is no such passkey of yours."))
    return found


# --- password and codes -----------------------------------------------------------------------------


def change_password(*, old: str, code: str, new: str, source: str, sitting_id: int, by: Actor) -> int:
    """Choose another password; every other session and known browser of theirs ends. Returns the new epoch.

    Raises SignInRefused (old password and code), Invalid (new one too weak or the same), guessing.TooMany.
    """
    person = _me(by)
    actions.check_new_password(new, person=person)
    if new == old:
        raise Invalid(_("This is the password you have now. Choose another."), field="password")
    auth.confirm(person=person, password=old, code=code, source=source)
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        if row.password != person.password:
            raise Conflict(_("Your password was changed a moment ago in another window."))
        Person.objects.filter(pk=row.pk).update(
            password=make_password(new), session_epoch=row.session_epoch + 1
        )
        row.devices.all().delete()
        row.sittings.exclude(pk=sitting_id).delete()
        _note(by, "person.change-password")
    return row.session_epoch + 1


@transaction.atomic
def renew_recovery_codes(*, by: Actor) -> list[str]:
    """Ten fresh recovery codes, to be shown once; the old ones stop working."""
    codes = auth.new_recovery_codes()
    Person.objects.filter(pk=_me(by).pk).update(
        recovery_digests=[auth.recovery_digest(item) for item in codes]
    )
    _note(by, "person.renew-codes")
    return codes


# --- sittings ---------------------------------------------------------------------------------------


def begin_sitting(*, person: Person, way: str, browser: str) -> Sitting:
    """Note a sign-in in one browser. The sign-in itself is recorded by actions.note_sign_in."""
    moment = clock.now()
    return Sitting.objects.create(
        person=person, way=way, browser=browser[:80], begun_at=moment, seen_at=moment
    )


def touch_sitting(sitting: Sitting) -> None:
    """Note that it is in use, at most every five minutes."""
    if clock.now() - sitting.seen_at >= SEEN_EVERY:
        Sitting.objects.filter(pk=sitting.pk).update(seen_at=clock.now())


def leave_sitting(*, sitting_id: int) -> None:
    """Signing out."""
    Sitting.objects.filter(pk=sitting_id).delete()


@transaction.atomic
def end_sitting(*, sitting_id: int, by: Actor) -> None:
    """End one of one's own sessions; its next click leads to the sign-in page. Raises NotFound."""
    gone, _each = Sitting.objects.filter(pk=sitting_id, person=_me(by)).delete()
    if not gone:
        raise NotFound(_("There is no such session of yours. It may have ended by itself."))
    _note(by, "person.end-session")


@transaction.atomic
def end_other_sittings(*, sitting_id: int, by: Actor) -> int:
    """End every session of one's own but this one. Returns how many."""
    gone, _each = _me(by).sittings.exclude(pk=sitting_id).delete()
    if gone:
        _note(by, "person.end-session")
    return gone


# --- keyboard ---------------------------------------------------------------------------------------


@transaction.atomic
def set_single_keys(*, on: bool, by: Actor) -> None:
    """Switch single-letter keys of the desk on or off for this person (WCAG 2.1.4)."""
    person = _me(by)
    if person.single_keys != on:
        Person.objects.filter(pk=person.pk).update(single_keys=on)
        _note(by, "person.single-keys", on="yes" if on else "no")
