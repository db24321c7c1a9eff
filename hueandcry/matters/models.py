"""Tables of held matters, cases, answered warnings and tried addresses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import Due


class Matter(models.Model):
    """What may not be spoken of for now.

    words: phrases that mean it, each a name or a few words; permitted: the line that may be said; ask: whom to ask;
    blind: only who may hold matters reads what it is; forbidden: a law or a court forbids it outright; until: the last
    day, None until somebody lifts it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    words = models.JSONField()
    permitted = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500)
    ask = models.CharField(max_length=120)
    blind = models.BooleanField(default=False)
    forbidden = models.BooleanField(default=False)
    until = models.DateField(null=True)
    held_at = models.DateTimeField()
    held_by = models.CharField(max_length=60)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=60, blank=True)
    lifted_why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "lifted_at"], name="matter_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by="", lifted_why="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by="") & ~Q(lifted_why="")),
                name="a_matter_is_lifted_by_somebody_with_a_reason",
            ),
        ]


class Stage(models.TextChoices):
    """Where the case of the person stands, as the law packs call it (preflight/values.py)."""

    UNSAID = "", _("Not said, or no case")
    UNKNOWN = "unknown", _("Nobody is known yet")
    NAMED = "named", _("Somebody is named, not arrested")
    WANTED = "wanted", _("Wanted in public")
    ARRESTED = "arrested", _("Arrested")
    CHARGED = "charged", _("Charged")
    CONVICTED = "convicted", _("Convicted")
    ACQUITTED = "acquitted", _("Acquitted, or no further action")


class Case(models.Model):
    """What is known of the case that a post or an appeal (subject: "post:12") speaks of.

    page: the public address of that appeal: whatever links to it speaks of the same case. names: those that may be
    said, each cleared by somebody with the right; why: on whose word.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80)
    page = models.CharField(max_length=300, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    stage_by = models.CharField(max_length=60, blank=True)
    names = models.JSONField(default=list)
    why = models.CharField(max_length=500, blank=True)
    names_by = models.CharField(max_length=60, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "subject"], name="one_case_for_a_subject"),
        ]


class Answered(models.Model):
    """A warning about an appeal or a line of one that somebody answered for. found: what it was about."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80)
    rule = models.CharField(max_length=60)
    found = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["agency", "subject"], name="answered_by_subject")]


class TriedAddress(Due):
    """A web address that a draft names, and what it gave when the worker tried it. The row is the job (ADR 0004).

    found: "" while nobody tried it; said: the answer in a word or its number.
    """

    class Found(models.TextChoices):
        NOT_YET = "", _("not tried yet")
        PAGE = "page", _("gave a page")
        NOTHING = "nothing", _("gave no page")
        UNKNOWN = "unknown", _("could not be tried")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=500)
    found = models.CharField(max_length=12, choices=Found, blank=True)
    said = models.CharField(max_length=60, blank=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "address"], name="an_address_is_tried_once"),
        ]
