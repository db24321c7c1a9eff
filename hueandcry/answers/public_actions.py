"""Putting an answer on the public site, and taking it off."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hueandcry.agencies.standing import require_standing
from hueandcry.answers import queries
from hueandcry.answers.actions import Lapsed
from hueandcry.answers.models import Answer, PublicAnswer, Register
from hueandcry.answers.published import public_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

LONGEST = 50  # characters of a slug, without the number that tells two apart
Body = dict[str, str | int | None]


@transaction.atomic
def show_answer(*, answer_id: int, register: str, by: Actor) -> PublicAnswer:
    """Let everybody read an approved answer, in one of its wordings; the pages follow within seconds.

    The next wording that is approved takes its place by itself; one that lapses goes off the site. Raises NotAllowed
    (also without a course in force, or with a brake on), NotFound, Invalid; Lapsed; Conflict if nothing is approved.
    """
    by.require(Permission.POST_APPROVE)
    require_standing(by)
    answer = queries.get_answer(actor=by, answer_id=answer_id, hold=True)
    if register not in Register.values:
        raise Invalid(_("Choose the formal or the conversational wording."), field="register")
    version = queries.version_in_force(answer)
    if version is None or answer.retired_at is not None:
        raise Conflict(_("Nobody has approved this answer yet, or it was retired."))
    if version.valid_until < queries.today(by.agency_id):
        raise Lapsed(_("This answer has lapsed. Its owner must look at it before anybody uses it again."))
    row = public_of(answer)
    if row is None:
        row = _first(answer, register, by)
    else:
        given = {"register": register, "shown_at": clock.now(), "shown_by": by.ref, "hidden_at": None}
        PublicAnswer.objects.filter(pk=row.pk).update(**given)
        row.refresh_from_db()
    body: Body = {"register": register, "version": version.number, "link": f"/answers/{row.slug}/"}
    record(by=by, verb="answer.show", subject=ref("answer", answer.pk), body=body)
    return row


@transaction.atomic
def hide_answer(*, answer_id: int, by: Actor) -> PublicAnswer:
    """Take an answer off the public site; its address says that it is gone. For its owner and for those who approve.

    Raises NotAllowed, NotFound; Conflict if it is not there.
    """
    answer = queries.get_answer(actor=by, answer_id=answer_id, hold=True)
    if not queries.owns(actor=by, answer=answer):
        by.require(Permission.POST_APPROVE)
    row = public_of(answer)
    if row is None or row.hidden_at is not None:
        raise Conflict(_("This answer is not on the public site."))
    PublicAnswer.objects.filter(pk=row.pk).update(hidden_at=clock.now())
    record(by=by, verb="answer.hide", subject=ref("answer", answer.pk))
    row.refresh_from_db()
    return row


def _first(answer: Answer, register: str, by: Actor) -> PublicAnswer:
    """Under an address of its own: its question in short, with its number where another answer has that."""
    plain = slugify(answer.question)[:LONGEST].strip("-")
    reserved = {"", "words"}  # answers/words/ is a page of its own
    for slug in (plain, f"{plain}-{answer.pk}".strip("-")):
        if slug in reserved:
            continue
        try:
            with transaction.atomic():
                return PublicAnswer.objects.create(
                    agency_id=answer.agency_id,
                    answer=answer,
                    slug=slug,
                    register=register,
                    shown_at=clock.now(),
                    shown_by=by.ref,
                )
        except IntegrityError:
            continue
    raise Conflict(_("This answer was put on the public site a moment ago. Reload to see it."))
