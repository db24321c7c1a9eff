"""Verbs of a person's own public page. Only they themselves can show it; an administrator can take it down."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hueandcry.agencies import units
from hueandcry.agencies.standing import require_standing
from hueandcry.channels.facts import colleague
from hueandcry.channels.models import Voice
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.kernel.ids import person_number, ref
from hueandcry.records.entry import record

LONGEST_ABOUT, LONGEST_LINE, LONGEST_REACH = 1500, 120, 300


@transaction.atomic
def write_own_page(
    *, title: str, about: str, reach: str, by: Actor, unit_id: int | None = None, shown: bool = True
) -> Voice:
    """Keep what one's own public page says, and show it or not: nobody else can do this for a person.

    reach: how to reach their unit. To show it they must be able to post. Raises NotAllowed (also without a course in
    force, or with a brake on), NotFound (the unit), Invalid.
    """
    by.require(Permission.POST_READ)
    if shown:
        require_standing(by)
    person = colleague(person_number(by.ref), by=by)
    if shown and not about.strip():
        raise Invalid(_("Write a few words about yourself first."), field="about")
    for field, text, most in (
        ("title", title, LONGEST_LINE),
        ("about", about, LONGEST_ABOUT),
        ("reach", reach, LONGEST_REACH),
    ):
        if len(text) > most:
            raise Invalid(_("At most %d characters.") % most, field=field)
    unit = units.get_unit(actor=by, unit_id=unit_id) if unit_id else None
    voice = Voice.objects.filter(agency_id=by.agency_id, person=person).first()
    if voice is None:
        voice = Voice(agency_id=by.agency_id, person=person, slug=_slug(person.name, by=by))
    began = voice.shown_at or clock.now()
    voice.name, voice.title, voice.about, voice.reach = (
        person.name,
        title.strip(),
        about.strip(),
        reach.strip(),
    )
    voice.unit, voice.shown_at = unit, began if shown else None
    voice.save()
    verb = "voice.show" if shown else "voice.keep"
    body = {"title": voice.title, "about": voice.about, "reach": voice.reach}
    record(by=by, verb=verb, subject=ref("person", person.pk), body=body)
    return voice


@transaction.atomic
def hide_page(*, person_id: int, by: Actor) -> None:
    """Take a person's public page down: one's own, or as an administrator. Raises NotAllowed, NotFound."""
    if person_id != person_number(by.ref):
        by.require(Permission.ACCOUNT_MANAGE)
    rows = Voice.objects.filter(agency_id=by.agency_id, person_id=person_id, shown_at__isnull=False)
    if not rows.update(shown_at=None):
        raise NotFound(_("This person has no public page."))
    record(by=by, verb="voice.hide", subject=ref("person", person_id))


def _slug(name: str, *, by: Actor) -> str:
    """An address that nobody in the agency has: "nora-vance", then "nora-vance-2"."""
    base = slugify(name)[:70] or "person"
    taken = set(
        Voice.objects.filter(agency_id=by.agency_id, slug__startswith=base).values_list("slug", flat=True)
    )
    number = next(n for n in range(1, len(taken) + 2) if (base if n == 1 else f"{base}-{n}") not in taken)
    return base if number == 1 else f"{base}-{number}"
