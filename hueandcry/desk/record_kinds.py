"""What an entry of the record is about, in words: the kind of a reference, with a gap for its name or number."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

KINDS = {
    "account": _("account %s"),
    "agency": _("agency %s"),
    "answer": _("answer %s"),
    "partner": _("helping organisation %s"),
    "appeal": _("appeal %s"),
    "asset": _("picture %s"),
    "video": _("video %s"),
    "brake": _("pause %s"),
    "course": _("course %s"),
    "delivery": _("the post on %s"),
    "draw": _("draw %s"),
    "entry": _("entry %s"),
    "matter": _("matter %s"),
    "ledger": _("%s"),
    "list": _("list %s"),
    "message": _("message %s to a list"),
    "notice-address": _("address %s for staff notices"),
    "fieldnote": _("note %s from the scene"),
    "person": _("%s"),
    "policy": _("policy %s"),
    "post": _("post %s"),
    "practice": _("practice post %s"),
    "question": _("question %s to an expert"),
    "request": _("request %s"),
    "run": _("run %s"),
    "slip": _("request %s of the public to a list"),
    "staff-note": _("note %s for colleagues"),
    "subscriber": _("subscriber %s"),
    "series": _("series %s"),
    "day": _("day of awareness %s"),
    "tip": _("tip %s"),
    "tip-key": _("key %s"),
    "tip-root": _("the programme’s root %s"),
    "unit": _("unit %s"),
}
