"""Warn people, 30 and 7 days before, that their course lapses: a note by mail, where a mail server is set, and the record.

The row of their training is the job (jobs/due.py). Today shows the same to them and to whoever records training.
"""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.agencies import training
from hueandcry.agencies.invitations import by_mail
from hueandcry.agencies.models import Training
from hueandcry.jobs.due import settle
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

log = logging.getLogger("hueandcry.agencies")


def warn_one(row: Training) -> bool:
    """Send the note that a claimed row is due for, unless it was renewed or revoked. False if the lease was lost.

    Killed in between, it may send the same note again.
    """
    whole = Training.objects.select_related("person", "agency", "course").get(pk=row.pk)
    standing = training.trained(person_id=whole.person_id, agency=whole.agency)
    counts = standing.training is not None and standing.training.pk == whole.pk and standing.in_force
    sent = counts and _mail(whole)
    with transaction.atomic():
        kept = settle(row, due_at=training.next_warning(whole.expires_on, agency=whole.agency))
        if kept and counts:
            record(
                by=system("training", agency_id=whole.agency_id),
                verb="training.warn",
                subject=ref("person", whole.person_id),
                body={
                    "name": whole.person.name,
                    "course": whole.course.name,
                    "expires_on": whole.expires_on.isoformat(),
                    "by_mail": "yes" if sent else "no",
                },
            )
    return kept


def _mail(row: Training) -> bool:
    if not by_mail():
        return False
    day = format_date(row.expires_on, _("j F Y"))
    text = _(
        "Your course “%(course)s” at %(agency)s lapses on %(day)s.\n\n"
        "From the day after, what you write can no longer go out, and what you scheduled is held back.\n"
        "Ask your supervisor for a place on the next course.\n"
    ) % {"course": row.course.name, "agency": row.agency.name, "day": day}
    title = _("Your course lapses on %s") % day
    try:
        return bool(send_mail(title, text, settings.DEFAULT_FROM_EMAIL, [row.person.email]))
    except (OSError, smtplib.SMTPException):
        log.exception("the note on training %s was not taken by the mail server", row.pk)
        return False
