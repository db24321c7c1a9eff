"""What an alert still lacks before it may go out (R30): nobody can act on one without a place, an end and what to do."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.lists.queries import areas
from hueandcry.posts.alerts import EVERYWHERE, Alert, alert_of
from hueandcry.posts.finding import HINT, STOP, Finding
from hueandcry.posts.models import Post

RULE, OVER = "alert", "alert-over"
LONG, LONGEST = timedelta(days=7), timedelta(days=28)
# How people say that nothing has happened, in the languages that we speak.
EXERCISES = ("exercise", "drill", "test", "exercice", "ejercicio", "simulacro", "prueba")


def of_alert(post: Post) -> list[Finding]:
    """What stands in the way of an alert for the public; nothing for any other post."""
    alert = alert_of(post)
    if alert is None or post.audience != Account.Audience.PUBLIC or post.repost_of_id:
        return []
    begin = max(post.scheduled_at or clock.now(), clock.now())
    found = [Finding(RULE, STOP, sentence, part=RULE) for sentence in _missing(alert, post)]
    if alert.until is not None and alert.until <= begin:
        sentence = _("The time until which it holds has passed by then. Choose a later one.")
        found.append(Finding(OVER, STOP, sentence, part=RULE, about="alert:over"))
    if alert.until is not None and alert.until - begin > LONGEST:
        sentence = _(
            "An alert holds for four weeks at most. Choose an earlier time; it can be made longer then."
        )
        found.append(Finding(RULE, STOP, sentence, part=RULE))
    elif alert.until is not None and alert.until - begin > LONG:
        sentence = _("It holds for more than a week. An alert that stands so long is not read any more.")
        found.append(Finding(RULE, HINT, sentence, part=RULE))
    for language, text, todo in alert.others:
        if bool(text.strip()) != bool(todo.strip()):
            sentence = _("In %s one half is missing: what happens, or what to do.") % language
            found.append(Finding(RULE, STOP, sentence, part=RULE))
    return found


def _missing(alert: Alert, post: Post) -> list[str]:
    said = []
    if not alert.level:
        said.append(_("Say how grave it is."))
    if not alert.event:
        said.append(_("Say what kind of danger it is."))
    known = {slug for slug, _name in areas(post.agency_id)} | {EVERYWHERE}
    if not set(alert.areas) & known:
        said.append(_("Say where it holds: choose an area, or everywhere."))
    elif not set(alert.areas) <= known:
        said.append(_("One of its areas is not there any more. Choose again."))
    if alert.until is None:
        said.append(_("Say until when it holds."))
    if not alert.todo.strip():
        said.append(_("Say what people should do now, or that there is nothing to do."))
    if alert.exercise and not any(word in post.text.casefold() for word in EXERCISES):
        said.append(_("Say in its text that it is an exercise: people who read it elsewhere see only that."))
    return said
