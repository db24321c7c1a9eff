"""Tables of posts, their revisions, deliveries and edits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency, Unit
from hueandcry.assets.models import Video
from hueandcry.channels.models import Account
from hueandcry.jobs.due import Due
from hueandcry.jobs.sweep import Urgency

EMPTY_LIST = models.Value([], models.JSONField())
EMPTY_TABLE = models.Value({}, models.JSONField())
URGENCIES = [(u.value, u.name) for u in Urgency]


class Post(models.Model):
    """What an officer decided to say on the agency's accounts. subject: what it is about, as "appeal:12".

    approved_by: who else answered for it (a reference), where that was asked for; writers: refs of everybody who
    wrote in it, none of whom may approve it; revision: counts every change, so that people approve what they saw.
    own_texts: a text of its own for a channel ("mastodon") or one account ("account:12"); thread: the parts after
    the first; pictures: see posts/pictures.py; video, video_words: see posts/videos.py; account_ids: where it shall go, until deliveries say where it went;
    scheduled_at with zone: when, and in whose clock that was said; proceeded: warnings of the pre-flight check that
    somebody answered for, each with the reason; corrects: the recalled post that this one puts right; replaced_by: made
    in the place of this one, which was thrown away and stays so.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Planned")
        ANNOUNCED = "announced", _("Announced")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DISCARDED = "discarded", _("Thrown away")

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED, Status.APPROVED, Status.DISCARDED},
        Status.SUBMITTED: {Status.APPROVED, Status.DRAFT},
        Status.APPROVED: {Status.ANNOUNCED, Status.DRAFT},
        Status.ANNOUNCED: {Status.WITHDRAWN, Status.DRAFT},  # to DRAFT: stopped before any of it was sent
        Status.DISCARDED: {Status.DRAFT},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    subject = models.CharField(max_length=80)
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    link = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=20, default="en")
    picture = models.JSONField(null=True)  # connector.OutgoingPicture of an announcement
    status = models.CharField(max_length=12, choices=Status, default=Status.ANNOUNCED)
    author_ref = models.CharField(max_length=60)
    approved_by = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    kind = models.CharField(max_length=20, blank=True, db_default="")  # posts/kinds.py; "" of an announcement
    audience = models.CharField(
        max_length=12, choices=Account.Audience, default=Account.Audience.PUBLIC, db_default="public"
    )
    topics = models.JSONField(default=list, db_default=EMPTY_LIST)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, db_default=1)
    writers = models.JSONField(default=list, db_default=EMPTY_LIST)
    own_texts = models.JSONField(default=dict, db_default=EMPTY_TABLE)
    thread = models.JSONField(default=list, db_default=EMPTY_LIST)
    pictures = models.JSONField(default=list, db_default=EMPTY_LIST)
    video = models.ForeignKey(Video, null=True, on_delete=models.PROTECT, related_name="+")
    video_words = models.JSONField(default=dict, db_default=EMPTY_TABLE)
    account_ids = models.JSONField(default=list, db_default=EMPTY_LIST)
    urgency = models.PositiveSmallIntegerField(
        choices=URGENCIES, default=Urgency.ROUTINE.value, db_default=Urgency.ROUTINE.value
    )
    scheduled_at = models.DateTimeField(null=True, db_index=True)
    zone = models.CharField(max_length=40, blank=True, db_default="")
    repost_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reposts")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    proceeded = models.JSONField(default=list, db_default=EMPTY_LIST)
    edited_at = models.DateTimeField(null=True)
    edited_by = models.CharField(max_length=60, blank=True, db_default="")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=60, blank=True, db_default="")
    approved_at = models.DateTimeField(null=True)
    return_note = models.CharField(max_length=1000, blank=True, db_default="")
    announced_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=60, blank=True, db_default="")
    recall_reason = models.CharField(max_length=1000, blank=True, db_default="")
    if_asked = models.TextField(
        blank=True, default="", db_default=""
    )  # what colleagues say if asked; of what leaves the desk only in notices with whole words (staff/words.py)
    staff_minutes = models.PositiveSmallIntegerField(
        null=True
    )  # colleagues first by so many; null: as StaffFirst
    staff_at = models.DateTimeField(null=True)  # since when it stands on the staff feed
    thrown_at = models.DateTimeField(null=True)  # when it was thrown away (posts/forgetting.py)
    on_site = models.BooleanField(default=True, db_default=True)  # among the news, where the agency shows any
    alert = models.JSONField(default=dict, db_default=EMPTY_TABLE)  # alerts.Alert.plain(), {} of what is none
    no_card = models.BooleanField(
        default=False, db_default=False
    )  # of its link, where a card would be ours to make
    cards = models.JSONField(
        null=True
    )  # of its links as they were when it was handed in (posts/cards.py); null: as they are known now

    class Meta:
        indexes = [
            models.Index(fields=["agency", "subject"], name="post_by_subject"),
            models.Index(fields=["agency", "status", "-id"], name="post_by_status"),
        ]

    @property
    def heading(self) -> str:
        """The post in one line: its title, or how its text begins."""
        return self.title or (self.text.strip().splitlines() or [""])[0][:120]


class StaffFirst(models.Model):
    """By how many minutes an agency's colleagues read a post before the public does (R128); no row: the same minute."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=0)


class NewsSite(models.Model):
    """Whether an agency's posts stand on its public site (R26); no row: they do not.

    since: only what is let go from then on, null: switched off; choices: {"account id": bool} where it differs from
    what is usual for its channel (posts/news.py).
    """

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(null=True)
    choices = models.JSONField(default=dict)


class NewsPage(models.Model):
    """The page of a post on the public site, made once and never again: its address lasts.

    month: "2026-11", where the agency is; shown_at: when the first network had it, or of one that is up before the
    networks (`first`, posts/site_first.py) when it was to come up; put_at: since when such a one is shown; up_at: when
    the site had it; said_at: when it was made anew with where the post was said.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="news_page")
    month = models.CharField(max_length=7)
    shown_at = models.DateTimeField()
    first = models.BooleanField(default=False, db_default=False)
    put_at = models.DateTimeField(null=True)
    up_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-shown_at"], name="news_by_time"),
            models.Index(fields=["first", "up_at", "shown_at"], name="news_first"),
        ]


class AlertMessage(models.Model):
    """One message of the Common Alerting Protocol about an alert that is out (R30). It is never changed.

    number: of the messages of its post, from 1; content: see alert_messages.py; expires_at: until when it holds;
    over_at: when the site stopped listing it because that time had come.
    """

    class Kind(models.TextChoices):
        ALERT = "Alert", _("Alert")
        UPDATE = "Update", _("Update")
        CANCEL = "Cancel", _("Cancelled")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="alert_messages")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    identifier = models.CharField(max_length=200, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="an_alert_counts_its_messages"),
        ]
        indexes = [
            models.Index(fields=["over_at", "expires_at"], name="alert_over"),
            models.Index(fields=["agency", "-sent_at"], name="alert_by_time"),
        ]


class LinkCard(Due):
    """What the page at an address says of itself, read by the worker. The row is the job (ADR 0004; posts/cards.py).

    found: "" while nobody read it; said: why there is nothing, in a word or the number of an answer; picture: see
    posts/cards.py, null: none; read_at: when the words were read, whatever became of a later try.
    """

    class Found(models.TextChoices):
        NOT_YET = "", _("not read yet")
        PAGE = "page", _("read")
        NOTHING = "nothing", _("gave no page")
        UNKNOWN = "unknown", _("could not be read")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=500)
    found = models.CharField(max_length=12, choices=Found, blank=True)
    said = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=600, blank=True)
    picture = models.JSONField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "address"], name="an_address_has_one_card"),
            models.CheckConstraint(
                condition=~Q(found="page") | Q(read_at__isnull=False), name="a_card_says_when_it_was_read"
            ),
        ]


class PostRevision(models.Model):
    """A post as somebody handed it in, let it go or changed it when it was out, with what another decided on it.

    content: as content.Content.plain() and its pictures; decision: "" until somebody decides.
    """

    class What(models.TextChoices):
        SUBMITTED = "submitted", _("Handed in")
        OWN = "own", _("Let go in one's own right")
        EDIT = "edit", _("Changed when it was out")

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="revisions")
    revision = models.PositiveIntegerField()
    what = models.CharField(max_length=12, choices=What)
    content = models.JSONField()
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=60)
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(what="edit", decision=""),
                name="one_change_of_a_post_waits_at_a_time",
            ),
        ]


class Delivery(Due):
    """One post on its way to one account. The row is the job (ADR 0004).

    `due_at` null while QUEUED: it waits for the page it links to, or (part > 1) for the part before it in a thread.
    frozen_request: what every try sends, set
    at the first; withdraw_asked_at: it is no longer wanted, whatever becomes of a try under way; meant_at: when it
    was first to go, once it was held back (posts/held.py); unconfirmed_at: since when nobody knows whether it arrived,
    kept after somebody found out. A removal
    that follows an outcome nobody knew stays due once more after REMOVED, to be looked at again.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNCONFIRMED = "unconfirmed", _("Not known whether it was sent")
        HELD = "held", _("Held back")  # a right lapsed, a brake or a hold: it says which in last_error
        CANCELLED = "cancelled", _("Cancelled")
        REMOVING = "removing", _("Being removed")
        REMOVED = "removed", _("Removed")

    # Steps out of SENDING and REMOVING are made by the worker behind its fence (delivering.py).
    MOVES = {
        Status.QUEUED: {Status.SENDING, Status.CANCELLED, Status.FAILED, Status.HELD},
        Status.HELD: {Status.QUEUED, Status.CANCELLED},
        Status.SENDING: {
            Status.QUEUED,
            Status.SENDING,
            Status.SENT,
            Status.FAILED,
            Status.UNCONFIRMED,
            Status.REMOVING,
        },
        Status.SENT: {Status.REMOVING},
        Status.FAILED: {Status.QUEUED, Status.CANCELLED},
        Status.UNCONFIRMED: {Status.SENT, Status.QUEUED, Status.REMOVING},
        Status.CANCELLED: {Status.REMOVING},
        Status.REMOVING: {Status.REMOVED, Status.REMOVING},
        Status.REMOVED: {Status.REMOVING},
    }

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries")
    part = models.PositiveSmallIntegerField(default=1, db_default=1)
    key = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES, default=Urgency.ROUTINE.value)
    frozen_request = models.JSONField(null=True)
    tried_at = models.DateTimeField(null=True)
    unconfirmed_at = models.DateTimeField(null=True)
    meant_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=300, blank=True)
    remote_url = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    withdraw_asked_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "account", "part"], name="a_part_of_a_post_goes_once_to_an_account"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(status="sending"), name="one_delivery_under_way_per_account"
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | (Q(sent_at__isnull=False) & ~Q(remote_id="")),
                name="sent_has_its_proof",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(frozen_request__isnull=False),
                name="nothing_is_sent_unfrozen",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at"], name="delivery_due"),
            models.Index(fields=["account", "status", "urgency", "id"], name="delivery_line"),
        ]


class DeliveryEdit(Due):
    """A change of one delivered post on its way to the network. Making the same change twice is harmless.

    request: the post as it shall be there (connector.Outgoing); evidence: what the network answered, or since when it
    is held back; meant_at: when it was first to be made, once it was held back (posts/held.py).
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Being changed")
        HELD = "held", _("The change is held back")
        DONE = "done", _("Changed")
        FAILED = "failed", _("Not changed")
        DROPPED = "dropped", _("No longer wanted")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="edits")
    request = models.JSONField()
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    meant_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["status", "due_at"], name="edit_due")]
