"""What may be done in practice: keep what one writes, and put it on the invented accounts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.posts.content import LONGEST
from hueandcry.posts.kinds import KINDS
from hueandcry.practice import queries
from hueandcry.practice.models import PracticePost
from hueandcry.records.entry import record


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody writes for practice. networks: channels whose invented accounts it shall stand on."""

    text: str
    link: str = ""
    kind: str = "news"
    networks: tuple[str, ...] = ()


@transaction.atomic
def keep_practice(*, words: Words, by: Actor, practice_id: int | None = None) -> PracticePost:
    """Begin a practice post, or write one's own anew; no course is needed. The record counts it, without its words.

    Raises NotAllowed, NotFound, Invalid; Conflict once it was sent.
    """
    by.require(Permission.POST_DRAFT)
    values = _checked(words, by)
    if practice_id is None:
        number = int(by.ref.partition(":")[2])
        row = PracticePost.objects.create(
            agency_id=by.agency_id, person_id=number, begun_at=clock.now(), **values
        )
        record(by=by, verb="practice.begin", subject=ref("practice", row.pk))
        return row
    row = _open(practice_id, by)
    PracticePost.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


@transaction.atomic
def send_practice(*, practice_id: int, by: Actor) -> PracticePost:
    """Put it on the invented accounts, if the checks of a real post let it. Nothing leaves the desk.

    Raises NotAllowed, NotFound, Invalid (no words, no network, a stop of the checks); Conflict once it was sent.
    """
    by.require(Permission.POST_DRAFT)
    row = _open(practice_id, by)
    if not row.text.strip():
        raise Invalid(_("Write something first."), field="text")
    if not row.networks:
        raise Invalid(_("Choose at least one network."), field="networks")
    if stops := queries.sheet_of(row).stops:
        raise Invalid(" ".join(stops), field="text")
    PracticePost.objects.filter(pk=row.pk).update(sent_at=clock.now())
    row.refresh_from_db()
    record(by=by, verb="practice.send", subject=ref("practice", row.pk))
    return row


def _open(practice_id: int, by: Actor) -> PracticePost:
    row = queries.get_practice(actor=by, practice_id=practice_id, hold=True)
    if row.sent_at is not None or by.ref != ref("person", row.person_id):
        raise Conflict(_("This practice post stands already. Begin another."))
    return row


def _checked(words: Words, by: Actor) -> dict[str, object]:
    text = words.text.replace("\0", "").replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise Invalid(_("A text can have 20,000 characters. Shorten it."), field="text")
    if words.kind not in KINDS:
        raise Invalid(_("Choose what kind of post it is."), field="kind")
    if not set(words.networks) <= set(queries.networks(actor=by)):
        raise Invalid(_("There is no such network."), field="networks")
    link = words.link.replace("\0", "").strip()[:500]
    return {"text": text, "link": link, "kind": words.kind, "networks": sorted(set(words.networks))}
