"""Sign the root of a ledger. The key is a file beside the databases, never in them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock, sealing
from hueandcry.kernel.errors import Unavailable
from hueandcry.kernel.keyfiles import secret
from hueandcry.records import chain
from hueandcry.records.entry import Ledger
from hueandcry.records.models import Seal
from hueandcry.records.numbering import hold_ledger, load_frontier, number_all

KEY_FILE = "record.key"
# The tips ledger is sealed by the hour, so that a published seal does not tell when a tip came.
EVERY = {Ledger.MAIN: timedelta(minutes=1), Ledger.TIPS: timedelta(hours=1)}


def signing_key() -> bytes:
    """The Ed25519 seed of the record, made on first use. Raises Unavailable if it was used before and is lost."""
    missing = not (settings.HUE_KEYS / KEY_FILE).exists()
    if missing and any(Seal.objects.using(ledger.database).exists() for ledger in Ledger):
        raise Unavailable(
            _(
                "The keys are missing in %s, and this record was sealed with one of them. Put their copy back: without them no dialogue opens and nobody can sign in."
            )
            % settings.HUE_KEYS
        )
    return secret(settings.HUE_KEYS, KEY_FILE)


def origin(ledger: Ledger) -> str:
    """The name a seal carries: this installation's key fingerprint and the ledger."""
    return f"hue-and-cry/{sealing.ed25519_public(signing_key()).hex()[:16]}/{ledger.value}"


def seal(ledger: Ledger) -> Seal | None:
    """Sign the present root, unless it is signed already or there is nothing. Safe to run in parallel."""
    database = ledger.database
    with transaction.atomic(using=database):
        hold_ledger(ledger)
        frontier = load_frontier(ledger)
        last = Seal.objects.using(database).order_by("-size").first()
        if frontier.size == 0 or (last and last.size == frontier.size):
            return last
        name, key = origin(ledger), signing_key()
        public = sealing.ed25519_public(key)
        text = chain.seal_text(origin=name, size=frontier.size, root=frontier.root())
        signature = sealing.ed25519_sign(key, text.encode())
        moment = clock.now() if ledger is Ledger.MAIN else clock.hour(clock.now())
        return Seal.objects.using(database).create(
            size=frontier.size,
            root=frontier.root(),
            signed_at=moment,
            note=chain.signed_note(text=text, origin=name, public_key=public, signature=signature),
            public_key=public.hex(),
        )


def seal_everything() -> list[Seal]:
    """Number and seal both ledgers now; returns the latest seal of each that is not empty."""
    made = []
    for ledger in Ledger:
        number_all(ledger)
        if last := seal(ledger):
            made.append(last)
    return made


def seal_is_due(ledger: Ledger) -> bool:
    """True if the last seal is older than this ledger's interval, or there is none, or it is of a time to come."""
    last = Seal.objects.using(ledger.database).order_by("-size").first()
    return last is None or not timedelta(0) <= clock.now() - last.signed_at < EVERY[ledger]


def check_note(note: str, *, public_key: bytes) -> tuple[str, int, bytes]:
    """Check a signed note and return (origin, size, root). Raises ValueError if the signature is not ours."""
    name, size, root, signature = chain.parse_note(note)
    text = chain.seal_text(origin=name, size=size, root=root)
    if not sealing.ed25519_verify(public_key, text.encode(), signature):
        raise ValueError("The signature of this seal does not fit the key of this record.")
    return name, size, root
