"""Tables of pictures and videos."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency, Person
from hueandcry.jobs.due import Due


class Asset(models.Model):
    """One picture of the agency: the original as it came, by digest, and what it shows.

    width and height in pixels, as the picture was held. file_name: as the person's file was called;
    shown to staff only. alt: what the picture shows, in words; needed before it is published.
    part_of: the picture of which this one shows a part; digest is then that one's, width and height the part's.
    unused_since: nothing has it since then; erased_at: when its files went (sweeping_pictures.py).
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()  # bytes of the original
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120, blank=True)
    alt = models.CharField(max_length=500, blank=True)
    part_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=60)
    unused_since = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)


class Rendition(models.Model):
    """A copy of a picture in one size and format, without metadata. public_name: random, never a digest."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="renditions")
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    public_name = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=["avif", "webp", "jpeg"]), name="renditions_are_for_the_web"
            ),
            models.UniqueConstraint(fields=["asset", "format", "width"], name="one_rendition_per_size"),
        ]


class Rights(models.Model):
    """What is known of the right to show a picture or a video, as somebody stated it; without a row nobody has.

    A picture cut out of another has that one's. taken_by: who made it; licence: of whom and on what terms, where it is
    not ours; why_people: on what ground people are shown who were not asked; expires_on: the last day on which it may
    be shown; music: of a video.
    """

    class Owner(models.TextChoices):
        OWN = "own", _("We made it")
        LICENSED = "licensed", _("Somebody else made it and lets us show it")
        CASE = "case", _("Evidence of a case, shown for a policing purpose")
        MISSING = "missing", _("We have no right to show it yet")

    class People(models.TextChoices):
        NONE = "none", _("Nobody can be recognised")
        AGREED = "agreed", _("Everybody who can be recognised has agreed")
        PURPOSE = "purpose", _("They need not agree: say on what ground")
        MISSING = "missing", _("Somebody has not agreed yet")

    class Minors(models.TextChoices):
        NONE = "none", _("No child is in it")
        AGREED = "agreed", _("A guardian of each child has agreed")
        PURPOSE = "purpose", _("A missing child, or another ground that is said below")
        MISSING = "missing", _("A guardian has not agreed yet")

    class Music(models.TextChoices):
        NONE = "none", _("No music")
        LICENSED = "licensed", _("Music that we may use: say which licence")
        MISSING = "missing", _("Music without a licence")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asset = models.OneToOneField(Asset, null=True, on_delete=models.PROTECT, related_name="rights")
    video = models.OneToOneField("Video", null=True, on_delete=models.PROTECT, related_name="rights")
    owner = models.CharField(max_length=12, choices=Owner)
    taken_by = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=300, blank=True)
    people = models.CharField(max_length=12, choices=People)
    minors = models.CharField(max_length=12, choices=Minors)
    why_people = models.CharField(max_length=300, blank=True)
    music = models.CharField(max_length=12, choices=Music, blank=True)
    music_licence = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True)
    stated_at = models.DateTimeField()
    stated_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asset__isnull=False, video__isnull=True)
                | Q(asset__isnull=True, video__isnull=False),
                name="rights_are_of_a_picture_or_a_video",
            ),
            models.CheckConstraint(
                condition=~Q(owner="licensed") | ~Q(licence=""), name="a_licence_is_named"
            ),
        ]


class Photograph(models.Model):
    """A person's photograph of themselves, shown beside the crest for as long as they want it; only they put it there.

    copies: small squares without hidden data, [{format, width, digest, name}], smallest first; the file as it came is
    not kept. alt: what it shows; taken_by: who took it; agreed_to: the sentence the person agreed to. taken_back_at:
    nobody sees it any more and its files are erased; the names stay, so that their addresses say that they are gone.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    copies = models.JSONField(default=list)
    alt = models.CharField(max_length=200)
    taken_by = models.CharField(max_length=120, blank=True)
    agreed_to = models.TextField()
    agreed_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "person"],
                condition=Q(taken_back_at__isnull=True),
                name="one_photograph_of_a_person",
            ),
            models.CheckConstraint(
                condition=~(Q(alt="") | Q(agreed_to="")), name="a_photograph_has_words_and_consent"
            ),
        ]


class Video(Due):
    """One video of the agency. The row is the job (ADR 0004): a worker looks at it and copies what may be shown.

    original: the file as it came, by digest, "" once the clean copy is made: it tells where, when and with what it was
    taken; digest: the clean copy; size: its bytes; still: the picture that stands for it; stills: its JPEG copies,
    [{digest, width, height, size, name}], smallest first; problem: why it is refused; unused_since: no row of any room
    has it since then; erased_at: when its files went, so that nobody can use it (sweeping.py).
    A ready or refused one never changes otherwise.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Being looked at")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Not usable")

    MOVES = {Status.WAITING: {Status.READY, Status.REFUSED}}

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    original = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    mime = models.CharField(max_length=20, blank=True)
    size = models.PositiveBigIntegerField()
    seconds = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    still = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    stills = models.JSONField(default=list)
    file_name = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=400, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=60)
    unused_since = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="ready")
                | (~Q(digest="") & Q(still__isnull=False) & Q(original="") & Q(seconds__gt=0)),
                name="a_ready_video_is_clean_and_has_a_still",
            ),
        ]
