"""Tables of who knows about what, and of what they are asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency, Person
from hueandcry.posts.models import Post


class Expertise(models.Model):
    """A person knows about a topic: a short word in lower case."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "person", "topic"], name="a_person_knows_about_a_topic_once"
            ),
        ]


class Question(models.Model):
    """What somebody who writes asks somebody who knows.

    about: what it is about, as "post:12", "request:5" or "answer:3", "": nothing of ours; about_text: its words when
    the question was asked, for an expert who may not see the thing itself; handed_by: who had it before (a reference),
    with why; post: the draft that the reply went into, used_as how; SETTLED: the asker is done with it.
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("Waits for the expert")
        ANSWERED = "answered", _("Answered")
        SETTLED = "settled", _("Settled")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Use(models.TextChoices):
        DRAFT = "draft", _("Put into a draft")
        SIGNED = "signed", _("In a draft, signed with the expert’s name")
        OWN = "own", _("In a draft of the expert’s own")

    MOVES = {
        Status.ASKED: {Status.ASKED, Status.ANSWERED, Status.WITHDRAWN},
        Status.ANSWERED: {Status.ANSWERED, Status.SETTLED},
        Status.SETTLED: {Status.ANSWERED},
        Status.WITHDRAWN: {Status.ASKED},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    about = models.CharField(max_length=80, blank=True)
    about_text = models.TextField(blank=True)
    asker_ref = models.CharField(max_length=60)
    expert = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    handed_by = models.CharField(max_length=60, blank=True)
    handed_note = models.CharField(max_length=300, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    used_as = models.CharField(max_length=8, choices=Use, blank=True)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "settled"])
                | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="an_answered_question_has_its_reply",
            ),
            models.CheckConstraint(
                condition=Q(used_as="", post__isnull=True) | (~Q(used_as="") & Q(post__isnull=False)),
                name="a_used_reply_names_its_draft",
            ),
        ]
        indexes = [
            models.Index(fields=["expert", "status"], name="question_to_expert"),
            models.Index(fields=["agency", "asker_ref", "status"], name="question_of_asker"),
        ]
