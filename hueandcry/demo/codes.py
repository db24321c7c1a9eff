"""The code that a demonstration person's authenticator would show now. For nobody else."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from django.utils.translation import gettext as _

from hueandcry.agencies import auth, queries
from hueandcry.agencies.models import Person
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import NotAllowed, NotFound, Unavailable


class NotADemonstrationPerson(NotAllowed):
    """A real person: the code is on their own phone and nowhere else."""


@dataclass(frozen=True, slots=True)
class Code:
    """digits: six of them; seconds: how long the sign-in page still takes them."""

    person: Person
    digits: str
    seconds: int


def code_of(name: str) -> Code:
    """The code of the one person with this first name, name or e-mail address, in any case.

    A code is used up by signing in; then the next one is given, which the sign-in page takes already.
    Raises NotFound (nobody, or several), NotADemonstrationPerson, Unavailable (both were used; wait).
    """
    person = _the_one(name)
    if not person.is_demo:
        raise NotADemonstrationPerson(
            _("%s is not a demonstration person. A real person's code is on their own phone.") % person.name
        )
    if person.totp_sealed is None:
        raise NotFound(_("%s has not joined yet.") % person.name)
    moment = clock.now().timestamp()
    current = int(moment) // auth.STEP
    step = max(current, person.totp_last_step + 1)
    if step > current + auth.DRIFT:
        wait = int((step - auth.DRIFT) * auth.STEP - moment) + 1
        raise Unavailable(
            _("The last codes of %(name)s were used. The next one comes in %(wait)d seconds.")
            % {"name": person.name, "wait": wait}
        )
    digits = pyotp.TOTP(auth.open_totp(bytes(person.totp_sealed))).generate_otp(step)
    return Code(person, digits, int((step + auth.DRIFT + 1) * auth.STEP - moment))


def _the_one(name: str) -> Person:
    wanted = " ".join(name.casefold().split())
    found = {person.pk: person for person in _everybody() if wanted in _names(person)}
    if not found:
        raise NotFound(_("Nobody here is called “%s”. ./hue up prints everybody's e-mail address.") % name)
    if len(found) > 1:
        emails = ", ".join(sorted(person.email for person in found.values()))
        raise NotFound(
            _("Several people are called “%(name)s”. Give one of: %(emails)s")
            % {"name": name, "emails": emails}
        )
    return next(iter(found.values()))


def _names(person: Person) -> set[str]:
    whole = person.name.casefold()
    return {whole, whole.split()[0], person.email}


def _everybody() -> list[Person]:
    right = frozenset({Permission.PEOPLE_MANAGE})
    return [
        line.person
        for agency in queries.agencies()
        for line in queries.people(actor=system("demo", agency_id=agency.pk, permissions=right))
    ]
