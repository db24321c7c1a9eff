"""What stood in an appeal when it was handed in, kept for whoever decides on it next."""

from __future__ import annotations

from typing import Any

from hueandcry.appeals import queries
from hueandcry.appeals.models import Appeal, AppealVersion
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.canon import digest

Decision = AppealVersion.Decision


def snapshot(appeal: Appeal) -> dict[str, Any]:
    """The text and the pictures as they are now, with the digest of both: the fields of a version."""
    content = queries.content_of(queries.fresh(appeal)).for_record()
    pictures = [
        {
            "asset": link.asset_id,
            "digest": link.asset.digest,
            "alt": link.asset.alt,
            "caption": link.caption,
        }
        for link in appeal.pictures.select_related("asset").order_by("place", "pk")
    ]
    return {
        "content": content,
        "pictures": pictures,
        "digest": digest({"content": content, "pictures": pictures}),
    }


def keep(appeal: Appeal, *, by: Actor) -> AppealVersion:
    """Keep what is handed in. Handed in once more unchanged and undecided, it is the same version."""
    taken = snapshot(appeal)
    last = last_of(appeal)
    if last is not None and not last.decision and last.digest == taken["digest"]:
        return last
    return AppealVersion.objects.create(
        agency_id=appeal.agency_id,
        appeal=appeal,
        revision=appeal.revision,
        at=clock.now(),
        by_ref=by.ref,
        **taken,
    )


def decide(appeal: Appeal, decision: Decision, *, by: Actor, note: str = "") -> None:
    """Write the decision on the version it was about. One handed in before versions were kept gets its own now."""
    version = last_of(appeal)
    if version is None or version.digest != snapshot(appeal)["digest"]:
        version = keep(appeal, by=by)
    AppealVersion.objects.filter(pk=version.pk).update(
        decision=decision, decided_at=clock.now(), decided_by=by.ref, note=note
    )


def undecide(appeal: Appeal) -> None:
    """Take the last decision back: the version waits again."""
    version = last_of(appeal)
    if version is not None:
        AppealVersion.objects.filter(pk=version.pk).update(
            decision="", decided_at=None, decided_by="", note=""
        )


def last_of(appeal: Appeal) -> AppealVersion | None:
    """The version handed in last."""
    return AppealVersion.objects.filter(appeal=appeal).order_by("-pk").first()


def decided_before(appeal: Appeal) -> AppealVersion | None:
    """The version that somebody decided on last, to compare with; None if nobody did yet."""
    return AppealVersion.objects.filter(appeal=appeal).exclude(decision="").order_by("-pk").first()
