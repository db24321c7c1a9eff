"""Lines of Today about the rules: what one has to read or renew, whose course lapses, what is held back."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies import policies, training
from hueandcry.agencies.queries import get_agency
from hueandcry.agencies.training import State
from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission
from hueandcry.posts import held

SHOWN = 3


def needs(asked: Asked) -> list[Line]:
    """What waits for this person: policies to acknowledge, a course to renew, posts held back that they may decide on."""
    if not (asked.may(Permission.POST_DRAFT) or asked.may(Permission.POST_APPROVE)):
        return []
    return [*_policies(asked), *_own_course(asked), *_held(asked)]


def watch(asked: Asked) -> list[Line]:
    """Whose course lapses within thirty days or has lapsed, for whoever records training."""
    if not asked.may(Permission.TRAINING_RECORD):
        return []
    rows = [row for row in training.people_trained(actor=asked.actor) if row.speaks]
    soon = [row for row in rows if row.trained.state == State.SOON]
    lapsed = [row for row in rows if row.trained.state == State.LAPSED]
    home = reverse("training")
    text = ngettext("course lapses within a month", "courses lapse within a month", len(soon))
    lines = [Line(text, f"{home}?show={State.SOON}", len(soon), things=_named(soon))]
    text = ngettext("course has lapsed", "courses have lapsed", len(lapsed))
    return [*lines, Line(text, f"{home}?show={State.LAPSED}", len(lapsed), things=_named(lapsed))]


def _named(rows: Iterable[training.PersonTraining]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row.person.name, reverse("training-person", args=[row.person.pk])) for row in list(rows)[:SHOWN]
    )


def _policies(asked: Asked) -> list[Line]:
    kind, _colon, number = asked.actor.ref.partition(":")
    if kind != "person":
        return []
    rows = policies.not_acknowledged(person_id=int(number), agency_id=asked.actor.agency_id)
    text = ngettext(
        "policy to acknowledge before your next post",
        "policies to acknowledge before your next post",
        len(rows),
    )
    things = tuple(
        (row.policy.title, reverse("policy-acknowledge", args=[row.policy_id])) for row in rows[:SHOWN]
    )
    return [Line(text, reverse("policies"), len(rows), things=things)]


def _own_course(asked: Asked) -> list[Line]:
    """A line of its own where the person's course lapses within a month, or has."""
    person_id = int(asked.actor.ref.partition(":")[2])
    agency = get_agency(asked.actor.agency_id)
    standing = training.trained(person_id=person_id, agency=agency)
    if standing.training is None or standing.state not in {State.SOON, State.LAPSED}:
        return []
    page = reverse("training-person", args=[person_id])
    if standing.state == State.LAPSED:
        return [Line(_("of your courses has lapsed"), page, 1, late=agency.requires_training)]
    days = (standing.training.expires_on - training.today(agency)).days
    text = ngettext("of your courses lapses in %(n)d day", "of your courses lapses in %(n)d days", days) % {
        "n": days
    }
    return [Line(text, page, 1)]


def _held(asked: Asked) -> list[Line]:
    count = held.number(asked.actor.agency_id)
    text = ngettext("post is held back", "posts are held back", count)
    return [Line(text, reverse("held"), count, late=True)]
