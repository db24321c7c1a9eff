"""The table of notes from the scene."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.posts.models import Post


class FieldNote(models.Model):
    """One note as a phone sent it. person_ref: who wrote it; key: made on the phone, the note is taken in once under it.

    wanted: what the person chose; post: the draft that was made of it; outcome: how far it came, "" while that is not
    known; sentence: why it went no further. The words are in the post.
    """

    class Wanted(models.TextChoices):
        GO = "go", _("To go out")
        DRAFT = "draft", _("Kept as a draft")

    class Outcome(models.TextChoices):
        DRAFT = "draft", _("Kept as a draft")
        HANDED_IN = "handed-in", _("Handed in")
        GOING = "going", _("Going out")
        STOPPED = "stopped", _("Kept as a draft, because something stands in the way")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person_ref = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    wanted = models.CharField(max_length=12, choices=Wanted)
    taken_at = models.DateTimeField()
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    sentence = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "person_ref", "key"], name="a_note_is_taken_in_once"),
        ]
