"""Kinds of posts as data: what each begins with, what it must not forget, what it is set to (R28). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hueandcry.jobs.sweep import Urgency


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. template: how its text begins, gaps in brackets; duties: what to look at before it goes out."""

    name: str
    label: str | Promise
    template: str | Promise = ""
    duties: tuple[str | Promise, ...] = ()
    topics: tuple[str, ...] = ()
    urgency: Urgency = Urgency.ROUTINE


FOR_COLLEAGUES = "staff"  # always for staff only, whatever else is chosen (R31)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("news", _("News")),
        Kind(
            "traffic",
            _("Road and traffic"),
            _(
                "[Road] is closed [where] because of [what]. We expect it to open again at [time]. Please use [other way]."
            ),
            (_("Say when it is over: plan a second post."),),
            ("traffic",),
            Urgency.URGENT,
        ),
        Kind(
            "alert",
            _("Alert"),
            _("[What is happening] in [place]. [What people should do now]. Next update at [time]."),
            (_("Tell people what to do before what happened."), _("Name the time of the next update.")),
            urgency=Urgency.EMERGENCY,
        ),
        Kind(
            "safety",
            _("Safety advice"),
            _("[One thing people can do today]: [how]."),
            (_("One piece of advice a post."),),
            ("prevention",),
        ),
        Kind(
            "footage",
            _("Appeal with a recording"),
            _("Do you know the person in this recording? [Place], [day and time]. Tell us: [link]."),
            (
                _("Was an appeal approved? Link to its page."),
                _("Is nobody else to be recognised?"),
            ),
        ),
        Kind(
            "event",
            _("Event"),
            _("[What] on [day], [time], at [place]. [Who is welcome]."),
            (_("Is the place reachable for everybody? Say so."),),
            ("community",),
        ),
        Kind(
            "fundraiser",
            _("Fundraiser"),
            _("[Who] collects for [what] on [day] at [place]."),
            (),
            ("community",),
        ),
        Kind(
            "meeting",
            _("From the meeting"),
            _(
                "From the meeting [of whom] on [day] in [place]: [what people asked]. We said: [what we do about it]. "
                "Next meeting: [day, time, place]."
            ),
            (
                _("Name nobody who spoke without their yes."),
                _("Where can people turn for help? Name it: look among the answers."),
            ),
            ("community",),
        ),
        Kind(
            "award",
            _("Award"),
            _("[Name] was honoured for [what]. Thank you."),
            (_("Has the person agreed to be named and shown?"),),
            ("community",),
        ),
        Kind("story", _("Community story"), "", (_("Have those in it agreed?"),), ("community",)),
        Kind("release", _("Press release"), _("[Heading]. The whole release: [link]")),
        Kind("answer", _("Answer to a common question"), _("[Question]? [Short answer]. More: [link]")),
        Kind(
            "correction",
            _("Correction"),
            _("Correction: we said [what was wrong]. Right is: [what is right]. We are sorry."),
            (_("Say what was wrong, not only what is right."),),
            urgency=Urgency.URGENT,
        ),
        Kind(FOR_COLLEAGUES, _("For colleagues"), "", (_("Would those named be glad to read it?"),)),
    )
}


def kind_named(name: str) -> Kind:
    """The kind, or plain news for a name that is none."""
    return KINDS.get(name, KINDS["news"])
