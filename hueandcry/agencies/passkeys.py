"""Signing in, and proving oneself again, with a passkey (ADR 0016).

A challenge is random, good for five minutes, for one purpose, in one browser (it lies in a signed cookie of
the page that asked) and for one answer. Nothing is written before an answer holds, so asking costs a stranger
nothing and us nothing. Whoever asks, the question is the same: no passkeys are named, so it tells nobody
who works here.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import auth, webauthn
from hueandcry.agencies.guessing import slow_down
from hueandcry.agencies.models import Passkey, Person, SpentChallenge
from hueandcry.agencies.webauthn import Party, PasskeyRefused
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

GOOD_FOR = timedelta(minutes=5)
SALT = "hue-and-cry/passkey/v1"
SIGN_IN, MAKE, CONFIRM = "sign-in", "make", "confirm"
HTTPS = 443


class PasskeySuspended(PasskeyRefused):
    """Its count went backwards, so there may be a copy of it: it signs in no more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A challenge for the browser, and the ticket that the same browser must bring back with the answer."""

    challenge: bytes
    ticket: str


def party_at(host: str) -> Party:
    """The desk under this host name, as passkeys and browsers know it; `host` is one of our agencies'."""
    scheme, port = (
        ("https", settings.HUE_DESK_TLS_PORT) if settings.HUE_HTTPS else ("http", settings.HUE_DESK_PORT)
    )
    shown = host if (scheme, port) == ("https", HTTPS) else f"{host}:{port}"
    return Party(rp_id=host, origin=f"{scheme}://{shown}")


def ask(*, purpose: str, bound_to: str = "") -> Question:
    """A fresh challenge. bound_to: the sitting it is for, "" before sign-in."""
    challenge = secrets.token_bytes(32)
    until = int((clock.now() + GOOD_FOR).timestamp())
    value = {"c": webauthn.encode(challenge), "p": purpose, "b": bound_to, "u": until}
    return Question(challenge, signing.dumps(value, salt=SALT))


def read_ticket(ticket: str, *, purpose: str, bound_to: str = "") -> bytes:
    """The challenge of a ticket of ours, for this purpose and sitting, in time. Raises PasskeyRefused."""
    try:
        value = signing.loads(ticket, salt=SALT)
    except signing.BadSignature:
        value = {}
    late = clock.now().timestamp() > value.get("u", 0)
    if late or value.get("p") != purpose or value.get("b") != bound_to:
        raise PasskeyRefused(_("That took too long, or this page was opened twice. Try again."))
    return webauthn.decode(value["c"])


def spend(challenge: bytes) -> None:
    """Note that a challenge was answered. Raises PasskeyRefused if it was answered before."""
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(
                digest=hashlib.sha256(challenge).hexdigest(), expires_at=clock.now() + 2 * GOOD_FOR
            )
    except IntegrityError as error:
        raise PasskeyRefused(_("This answer was used already. Try again.")) from error


def sign_in(
    *,
    answer: str,
    ticket: str,
    party: Party,
    device: str,
    source: str,
    email: str = "",
    on_loopback: bool = False,
) -> Person:
    """The person whose passkey answered the challenge of the ticket; `email`, if typed, must be theirs.

    device, source, on_loopback: as auth.sign_in. Raises PasskeyRefused (also PasskeySuspended),
    auth.DemonstrationRefused, guessing.TooMany.
    """
    passkey = _find(answer, party) if len(answer) <= webauthn.LONGEST_ANSWER else None
    if passkey is None or not auth.knows(passkey.person, device):
        slow_down(source)
    challenge = read_ticket(ticket, purpose=SIGN_IN)
    typed = email.strip().lower()
    if passkey is None or (typed and typed != passkey.person.email):
        raise _not_accepted()
    _check(passkey, party=party, challenge=challenge, answer=answer)
    auth.refuse_demonstration(passkey.person, on_loopback=on_loopback)
    return passkey.person


def confirm(*, person: Person, answer: str, ticket: str, party: Party, sitting: str, source: str) -> None:
    """Prove again, in an open sitting, that it is this person. Raises PasskeyRefused, guessing.TooMany."""
    slow_down(source)
    challenge = read_ticket(ticket, purpose=CONFIRM, bound_to=sitting)
    passkey = _find(answer, party)
    if passkey is None or passkey.person_id != person.pk:
        raise _not_accepted()
    _check(passkey, party=party, challenge=challenge, answer=answer)


def _find(answer: str, party: Party) -> Passkey | None:
    named = webauthn.credential_named(answer)
    return (
        Passkey.objects.filter(credential_id=named, rp_id=party.rp_id, person__joined_at__isnull=False)
        .select_related("person")
        .first()
    )


def _check(passkey: Passkey, *, party: Party, challenge: bytes, answer: str) -> None:
    count = webauthn.check_answer(
        party,
        challenge=challenge,
        answer=answer,
        credential=bytes(passkey.credential),
        handle=passkey.person.passkey_handle,
    )
    spend(challenge)
    if passkey.suspended_at is None and (count or passkey.count) and count <= passkey.count:
        _suspend(passkey)
    if passkey.suspended_at is not None:
        raise PasskeySuspended(
            _(
                "This passkey's count went backwards, as if there were a copy of it, so it no longer signs in. "
                "Use your password and a code, then remove it on your page “Me”."
            )
        )
    same = Passkey.objects.filter(pk=passkey.pk, count=passkey.count, suspended_at__isnull=True)
    if not same.update(count=count, last_used_at=clock.now()):
        raise _not_accepted()


@transaction.atomic
def _suspend(passkey: Passkey) -> None:
    """Take a passkey out of use and say so on the record of every agency its holder works for."""
    passkey.suspended_at = clock.now()
    Passkey.objects.filter(pk=passkey.pk).update(suspended_at=passkey.suspended_at)
    held = passkey.person.memberships.filter(ended_at__isnull=True)
    for agency_id in sorted(set(held.values_list("agency_id", flat=True))):
        record(
            by=system("passkeys", agency_id=agency_id),
            verb="person.passkey-suspend",
            subject=ref("person", passkey.person_id),
        )


def _not_accepted() -> PasskeyRefused:
    return PasskeyRefused(
        _("This passkey was not accepted. Try again, or use your password and a code from the app.")
    )
