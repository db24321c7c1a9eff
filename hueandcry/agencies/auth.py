"""Sign-in: e-mail, password and code are checked together, so nobody can be locked out by a stranger.

Why there is no lock on wrong passwords. A lock that counts wrong passwords can be turned by anyone who
knows an e-mail address against its owner. Here a guess succeeds only if password *and* code are right at
once, and the answer never says which was wrong: without the second factor a password cannot even be
tested. So wrong pairs cost the owner nothing. What must be bounded is guessing codes with a password
already stolen: after five wrong codes with the right password, further codes from browsers this person
has never used are refused for fifteen minutes. Only somebody who knows the password can cause that;
the owner still gets in from a known browser, or with a recovery code.

Speed of guessing is bounded per source (guessing.py) and by the cost of Argon2id.
Sources: RFC 6238 (TOTP), OWASP "Device cookies" (read 2026-11-22).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.guessing import slow_down
from hueandcry.agencies.models import Device, Person
from hueandcry.kernel import clock, sealing
from hueandcry.kernel.errors import Invalid, NotAllowed
from hueandcry.kernel.ids import random_id
from hueandcry.kernel.keyfiles import secret

STEP = 30  # seconds of one TOTP step
DRIFT = 1  # steps of clock difference that are forgiven
CODES_ALLOWED = 5  # wrong codes with the right password, from unknown browsers
CODES_PAUSE = timedelta(minutes=15)
RECOVERY_CODES = 10
KEY_FILE = "second-factor.key"
CONTEXT = b"hue-and-cry/second-factor/v1"


class SignInRefused(NotAllowed):
    """The three together are not right. The sentence never says which one."""


class DemonstrationRefused(NotAllowed):
    """A demonstration person came from somewhere else."""


def sign_in(
    *, email: str, password: str, code: str, device: str, source: str, on_loopback: bool = False
) -> Person:
    """The person whose e-mail, password and code (TOTP or recovery code) these are.

    device: the browser's cookie, "" if it has none; source: the network address, used only to slow
    down guessing and kept in memory only. A recovery code works once. Raises SignInRefused,
    DemonstrationRefused, guessing.TooMany.
    """
    person = Person.objects.filter(email=email.strip().lower(), joined_at__isnull=False).first()
    known = person is not None and knows(person, device)
    if not known:
        slow_down(source)
    right_password = check_password(password, (person.password if person else "") or _nobody())
    if person is None or not right_password:
        raise SignInRefused(_refusal())
    if not _accept_code(person, code, known=known):
        raise SignInRefused(_refusal())
    refuse_demonstration(person, on_loopback=on_loopback)
    return person


def refuse_demonstration(person: Person, *, on_loopback: bool) -> None:
    """Raises DemonstrationRefused for a demonstration person who comes from another machine."""
    if person.is_demo and not on_loopback:
        raise DemonstrationRefused(
            _(
                "This is a demonstration person. They can sign in only on the machine itself, at desk.localhost."
            )
        )


def confirm(*, person: Person, password: str, code: str, source: str) -> None:
    """Prove again, in an open session, that it is this person: password and code together, one answer.

    Raises SignInRefused, guessing.TooMany. A code that signed in a moment ago is used up already.
    """
    slow_down(source)
    right_password = check_password(password, person.password or _nobody())
    if not right_password or not _accept_code(person, code, known=False):
        raise SignInRefused(_("Password and code do not fit together. Check both and use the newest code."))


def _refusal() -> str:
    return _("E-mail, password and code do not fit together. Check all three and use the newest code.")


def _nobody() -> str:
    """A password hash that fits nothing, so that an unknown e-mail takes as long as a known one."""
    global _NOBODY  # noqa: PLW0603 - made once per process, since making it is as slow as checking
    if not _NOBODY:
        _NOBODY = make_password(random_id(32))
    return _NOBODY


_NOBODY = ""


@transaction.atomic
def _accept_code(person: Person, code: str, *, known: bool) -> bool:
    """Use up the code if it is right. The row is locked: a code never works twice."""
    row = Person.objects.select_for_update().get(pk=person.pk)
    if _use_recovery_code(row, code):
        return True
    moment = clock.now()
    recent = row.wrong_codes_since is not None and moment - row.wrong_codes_since < CODES_PAUSE
    if recent and row.wrong_codes >= CODES_ALLOWED and not known:
        return False
    step = _matching_step(row, code, moment)
    rows = Person.objects.filter(pk=row.pk)
    if step is None:
        if not known:
            count = row.wrong_codes + 1 if recent else 1
            rows.update(wrong_codes=count, wrong_codes_since=row.wrong_codes_since if recent else moment)
        return False
    rows.update(totp_last_step=step, wrong_codes=0, wrong_codes_since=None)
    return True


def _matching_step(row: Person, code: str, moment: datetime) -> int | None:
    digits = re.sub(r"\s", "", code)
    if row.totp_sealed is None or not re.fullmatch(r"[0-9]{6}", digits):
        return None
    totp = pyotp.TOTP(open_totp(bytes(row.totp_sealed)))
    current = int(moment.timestamp()) // STEP
    last = row.totp_last_step if row.totp_last_step <= current + DRIFT else 0  # else our clock was wrong then
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > last and secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def _use_recovery_code(row: Person, code: str) -> bool:
    mark = recovery_digest(code)
    if mark not in row.recovery_digests:
        return False
    left = [item for item in row.recovery_digests if item != mark]
    Person.objects.filter(pk=row.pk).update(recovery_digests=left)
    return True


def recovery_digest(code: str) -> str:
    """What is kept of a recovery code: a digest. With 80 random bits it cannot be guessed back.

    Case, spaces and hyphens do not matter.
    """
    plain = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(b"hue-and-cry/recovery-code/" + plain.encode()).hexdigest()


def new_recovery_codes() -> list[str]:
    """Ten fresh codes, to be shown once: 16 characters (80 bits) in four groups."""
    return ["-".join(random_id(4) for _part in range(4)) for _n in range(RECOVERY_CODES)]


def new_totp() -> tuple[str, bytes]:
    """A fresh TOTP secret: base 32 for the app, and sealed for the database."""
    plain = pyotp.random_base32()
    return plain, sealing.seal_with_key(_key(), plain.encode(), context=CONTEXT)


def offer_totp() -> str:
    """A fresh TOTP secret, sealed, as text for one page: who opened the link before does not know it."""
    return base64.urlsafe_b64encode(new_totp()[1]).decode()


def read_offer(text: str) -> bytes:
    """The sealed secret of `offer_totp`. Raises Invalid if it is none of ours."""
    try:
        sealed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        open_totp(sealed)
    except (ValueError, sealing.CannotOpen) as error:
        raise Invalid(_("This page is damaged. Open the link again and scan the new picture.")) from error
    return sealed


def open_totp(sealed: bytes) -> str:
    """The base 32 secret out of what the database holds."""
    return sealing.open_with_key(_key(), sealed, context=CONTEXT).decode()


def totp_address(*, secret_text: str, email: str, agency: str) -> str:
    """The otpauth:// address that a QR code carries."""
    return pyotp.TOTP(secret_text).provisioning_uri(name=email, issuer_name=agency)


def code_fits(*, secret_text: str, code: str) -> bool:
    """True if the code is one of this secret now: used once, when a person joins."""
    return pyotp.TOTP(secret_text).verify(re.sub(r"\s", "", code), for_time=clock.now(), valid_window=DRIFT)


def _key() -> bytes:
    return secret(settings.HUE_KEYS, KEY_FILE)


def digest(token: str) -> str:
    """What is kept of a random token of ours (device cookie, invitation)."""
    return hashlib.sha256(token.encode()).hexdigest()


def knows(person: Person, device: str) -> bool:
    """True if this person has signed in before from the browser with this cookie."""
    return bool(device) and person.devices.filter(digest=digest(device)).exists()


def remember_device(*, person: Person, device: str) -> str:
    """Note that this person has signed in from this browser; returns the cookie to set."""
    cookie = device if device and knows(person, device) else secrets.token_urlsafe(24)
    Device.objects.update_or_create(
        digest=digest(cookie), defaults={"person": person, "last_used_at": clock.now()}
    )
    return cookie
