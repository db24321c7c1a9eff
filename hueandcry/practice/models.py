"""The table of practice posts."""

from __future__ import annotations

from django.db import models

from hueandcry.agencies.models import Agency, Person


class PracticePost(models.Model):
    """Something written for practice. networks: channels on whose invented accounts it shall stand.

    sent_at: since when it stands there, on pages that only this desk shows; null: still being written. Forgotten
    thirty days after it was begun.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    link = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=20)
    networks = models.JSONField(default=list)
    begun_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "person", "-id"], name="practice_of_a_person")]
