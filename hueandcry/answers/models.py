"""Tables of approved answers, their wordings and their uses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency


class Register(models.TextChoices):
    """In which of its two wordings an answer is used (R23)."""

    FORMAL = "formal", _("Formal")
    CONVERSATIONAL = "conversational", _("Conversational")


class Answer(models.Model):
    """A question that people ask, and who answers for what we say to it. owner_ref, retired_by: "person:12"."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=200)
    topic = models.CharField(max_length=40)
    language = models.CharField(max_length=20)
    owner_ref = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=60, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "language", "question"],
                condition=Q(retired_at__isnull=True),
                name="a_question_is_answered_once_in_a_language",
            ),
        ]


class AnswerVersion(models.Model):
    """One wording of an answer, never changed. valid_until: the last day on which it may be used, in the agency's calendar.

    The one that counts is the approved one with the highest number.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        REPLACED = "replaced", _("Replaced before it was approved")

    MOVES = {Status.WAITING: {Status.APPROVED, Status.RETURNED, Status.REPLACED}}

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    formal = models.TextField()
    conversational = models.TextField()
    valid_until = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=60)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)  # why it was returned

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="versions_of_an_answer_are_numbered"),
            models.UniqueConstraint(
                fields=["answer"], condition=Q(status="waiting"), name="one_version_of_an_answer_waits"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "returned"])
                | (Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(decided_by=models.F("written_by"))),
                name="somebody_else_decides_on_an_answer",
            ),
        ]


class PublicAnswer(models.Model):
    """An answer that everybody reads on the public site, in one of its wordings (R34).

    slug: its place in the address /answers/<slug>/, kept for ever; hidden_at: since when it is off the site again. What
    has lapsed or was retired is not shown either, whatever stands here.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="public")
    slug = models.SlugField(max_length=60)
    register = models.CharField(max_length=15, choices=Register)
    shown_at = models.DateTimeField()
    shown_by = models.CharField(max_length=60)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "slug"], name="a_public_answer_has_an_address_of_its_own"
            ),
        ]


class AnswerUse(models.Model):
    """Somebody put a wording into something they wrote."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(AnswerVersion, on_delete=models.PROTECT, related_name="uses")
    register = models.CharField(max_length=15, choices=Register)
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=60)


class Partner(models.Model):
    """An organisation to which people can turn for help, as everybody reads it (R35). purpose: what for.

    review_on: the last day on which it is shown, before somebody looks again whether it is still right; checked_on: when
    somebody last did, in the agency's calendar. Its words count once somebody else than their writer has approved them.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=400)
    phone = models.CharField(max_length=40, blank=True)
    web = models.CharField(max_length=300, blank=True)
    languages = models.JSONField(default=list)
    checked_on = models.DateField()
    checked_by = models.CharField(max_length=60)
    review_on = models.DateField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=60)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=60, blank=True)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(retired_at__isnull=True),
                name="a_partner_is_listed_once",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by="")
                | (
                    Q(approved_at__isnull=False) & ~Q(approved_by="") & ~Q(approved_by=models.F("written_by"))
                ),
                name="somebody_else_approves_a_partner",
            ),
            models.CheckConstraint(condition=~Q(phone="") | ~Q(web=""), name="a_partner_can_be_reached"),
        ]
