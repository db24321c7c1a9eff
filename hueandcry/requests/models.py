"""Tables of what units ask the desk to say."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency, Unit
from hueandcry.assets.models import Asset
from hueandcry.posts.models import Post


class UnitRequest(models.Model):
    """Somebody of a unit asks the desk to say something.

    unit: for which; none: the agency itself; title: in one line; text: what shall be said; reach: whom it shall reach;
    needed_by: when it is too late; contact: whom the desk rings; cleared_by: who in the unit said that it may be
    public; taken_by: who at the desk works on it (a reference); post: what was made of it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for the desk")
        TAKEN = "taken", _("Being looked at")
        ASKED = "asked", _("The desk asked back")
        DRAFTED = "drafted", _("A post is made of it")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    MOVES = {
        Status.WAITING: {Status.TAKEN, Status.ASKED, Status.DRAFTED, Status.DECLINED, Status.WITHDRAWN},
        Status.TAKEN: {
            Status.WAITING,
            Status.ASKED,
            Status.DRAFTED,
            Status.DECLINED,
            Status.WITHDRAWN,
        },
        Status.ASKED: {
            Status.WAITING,
            Status.TAKEN,
            Status.ASKED,
            Status.DRAFTED,
            Status.DECLINED,
            Status.WITHDRAWN,
        },
        Status.DRAFTED: {Status.DRAFTED, Status.DECLINED},  # once the post was thrown away
        Status.DECLINED: {Status.TAKEN, Status.DRAFTED},  # drafted: its post was taken back meanwhile
        Status.WITHDRAWN: {Status.WAITING},
    }
    OPEN = (Status.WAITING, Status.TAKEN, Status.ASKED)

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField()
    reach = models.CharField(max_length=200)
    needed_by = models.DateTimeField(null=True)
    contact = models.CharField(max_length=200)
    cleared_by = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    sender_ref = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    taken_by = models.CharField(max_length=60, blank=True)
    taken_at = models.DateTimeField(null=True)
    post = models.OneToOneField(Post, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)  # why it was declined
    ended_at = models.DateTimeField(null=True)  # declined or taken back

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by="", taken_at__isnull=True)
                | (~Q(taken_by="") & Q(taken_at__isnull=False)),
                name="request_is_taken_by_somebody_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="drafted") | Q(post__isnull=False), name="drafted_request_has_its_post"
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(reason=""), name="request_is_declined_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["agency", "status", "needed_by"], name="request_by_status")]


class RequestPicture(models.Model):
    """A picture that came with a request, in the order of ids. alt: what is to be seen, as the unit says."""

    request = models.ForeignKey(UnitRequest, on_delete=models.PROTECT, related_name="pictures")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(max_length=500, blank=True)


class RequestNote(models.Model):
    """What was said about a request since it was sent: a question of the desk, or more from the unit."""

    class Side(models.TextChoices):
        DESK = "desk", _("The desk asks")
        UNIT = "unit", _("The unit says")

    request = models.ForeignKey(UnitRequest, on_delete=models.PROTECT, related_name="notes")
    side = models.CharField(max_length=4, choices=Side)
    text = models.TextField()
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=60)
