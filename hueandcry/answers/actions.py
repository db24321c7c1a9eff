"""What may be done with an answer: write it, approve a wording, hand it over, retire it, use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency, refs_holding
from hueandcry.agencies.standing import require_standing
from hueandcry.answers import queries
from hueandcry.answers.models import Answer, AnswerUse, AnswerVersion, Register
from hueandcry.answers.published import is_public
from hueandcry.channels.scope import require_speaks_for_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.given import filled, one_line, paragraphs
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record

S = AnswerVersion.Status
LONGEST_TEXT = 5000
LONGEST_QUESTION, LONGEST_TOPIC, LONGEST_NOTE = 200, 40, 1000
FARTHEST = timedelta(days=2 * 365)  # nothing is good for longer without somebody looking at it
Body = dict[str, str | int | None]


class OwnWords(NotAllowed):
    """Somebody else must decide on what one wrote."""


class NotTheOwner(NotAllowed):
    """Only its owner, or who approves posts, gives an answer to somebody else."""


class Lapsed(Conflict):
    """The answer is past its day: nobody uses it before it was looked at again."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What an answer says in its two registers, and the last day on which it may be used."""

    formal: str
    conversational: str
    valid_until: date


@transaction.atomic
def write_answer(
    *, question: str, topic: str, language: str, owner_ref: str, wording: Wording, by: Actor
) -> Answer:
    """Answer a question for the first time; the wording waits for somebody else.

    Raises NotAllowed, Invalid; Conflict if the question has an answer in this language already.
    """
    by.require(Permission.POST_DRAFT)
    words = filled(one_line(question), field="question", longest=LONGEST_QUESTION)
    if language not in get_agency(by.agency_id).languages:
        raise Invalid(_("Choose one of the agency’s languages."), field="language")
    given = {
        "topic": filled(one_line(topic), field="topic", longest=LONGEST_TOPIC),
        "owner_ref": _owner(owner_ref, by),
    }
    try:
        with transaction.atomic():
            answer = Answer.objects.create(
                agency_id=by.agency_id, question=words, language=language, created_at=clock.now(), **given
            )
    except IntegrityError:
        raise Conflict(_("This question has an answer in this language already."), field="question") from None
    body: Body = {"question": words, "language": language, "topic": given["topic"]}
    record(by=by, verb="answer.begin", subject=ref("answer", answer.pk), body={**body, "owner": owner_ref})
    _next(answer, wording, by)
    return answer


@transaction.atomic
def write_version(*, answer_id: int, wording: Wording, by: Actor) -> AnswerVersion:
    """Hand in the next wording; what counts now stays until somebody else approves it. One that waited is replaced.

    Raises NotAllowed, NotFound, Invalid, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    answer = _open(answer_id, by)
    _require_works_on(answer, by)
    waiting = queries.waiting_version(answer)
    if waiting is not None:
        move(waiting, to=S.REPLACED)
    return _next(answer, wording, by)


@transaction.atomic
def approve_version(*, answer_id: int, number: int, by: Actor) -> AnswerVersion:
    """Let a wording count from now on; what stands on the public site says it within seconds.

    Raises NotAllowed (also without a course in force, or with a brake on), OwnWords, NotFound; Conflict if it does not
    wait or has lapsed.
    """
    by.require(Permission.POST_APPROVE)
    require_standing(by)
    version = _waiting(answer_id, number, by)
    if version.valid_until < queries.today(by.agency_id):
        raise Conflict(_("Its last day is over. Return it, so that it gets another."))
    move(version, to=S.APPROVED, decided_at=clock.now(), decided_by=by.ref)
    body: Body = {
        "version": number,
        "formal": version.formal,
        "conversational": version.conversational,
        "until": version.valid_until.isoformat(),
    }
    record(by=by, verb="answer.approve", subject=ref("answer", answer_id), body=body)
    return version


@transaction.atomic
def return_version(*, answer_id: int, number: int, note: str, by: Actor) -> AnswerVersion:
    """Send a wording back with a note. Raises NotAllowed, OwnWords, NotFound, Invalid, Conflict."""
    by.require(Permission.POST_APPROVE)
    version = _waiting(answer_id, number, by)
    words = filled(one_line(note), field="note", longest=LONGEST_NOTE)
    move(version, to=S.RETURNED, decided_at=clock.now(), decided_by=by.ref, note=words)
    body: Body = {"version": number, "note": words}
    record(by=by, verb="answer.return", subject=ref("answer", answer_id), body=body)
    return version


@transaction.atomic
def change_answer(*, answer_id: int, topic: str, owner_ref: str, by: Actor) -> Answer:
    """Put an answer under another topic, or give it to another owner.

    Raises NotAllowed, NotFound, Invalid, Conflict; NotTheOwner if somebody else than its owner, or who approves posts,
    gives it away. Its topic is read on the public site too: while it stands there, that needs a course in force and no brake.
    """
    by.require(Permission.POST_DRAFT)
    answer = _open(answer_id, by)
    _require_works_on(answer, by)
    if topic != answer.topic and is_public(answer):
        require_standing(by)
    if owner_ref != answer.owner_ref and not queries.owns(actor=by, answer=answer):
        raise NotTheOwner(
            _("Only its owner, or somebody who approves posts, gives this answer to another owner.")
        )
    owner = owner_ref if owner_ref == answer.owner_ref else _owner(owner_ref, by)
    given = {"topic": filled(one_line(topic), field="topic", longest=LONGEST_TOPIC), "owner_ref": owner}
    if any(getattr(answer, name) != value for name, value in given.items()):
        Answer.objects.filter(pk=answer.pk).update(**given)
        body: Body = {"topic": given["topic"], "owner": owner_ref}
        record(by=by, verb="answer.change", subject=ref("answer", answer.pk), body=body)
        answer.refresh_from_db()
    return answer


@transaction.atomic
def retire_answer(*, answer_id: int, by: Actor) -> Answer:
    """Nobody uses it any more; its versions stay. For its owner and for those who approve.

    Raises NotAllowed, NotFound, Conflict.
    """
    answer = _open(answer_id, by)
    if answer.owner_ref != by.ref:
        by.require(Permission.POST_APPROVE)
    Answer.objects.filter(pk=answer.pk).update(retired_at=clock.now(), retired_by=by.ref)
    record(by=by, verb="answer.retire", subject=ref("answer", answer.pk), body={"question": answer.question})
    answer.refresh_from_db()
    return answer


@transaction.atomic
def restore_answer(*, answer_id: int, by: Actor) -> Answer:
    """Take a retired answer back into use, with the wording that counted.

    Whoever retired it may undo that for a day. After that an approved wording needs somebody who approves posts and did
    not write it. It stands on the public site again if it did, so that needs a course in force and no brake. Raises
    NotAllowed, OwnWords, NotFound; Conflict if its question has another by now.
    """
    answer = queries.get_answer(actor=by, answer_id=answer_id, hold=True)
    if answer.retired_at is None:
        raise Conflict(_("This answer was not retired."))
    if not queries.owns(actor=by, answer=answer):
        by.require(Permission.POST_APPROVE)
    if not queries.may_restore(actor=by, answer=answer):
        raise OwnWords(
            _("Somebody who approves posts, and did not write this answer, takes it back into use.")
        )
    require_standing(by)
    try:
        with transaction.atomic():
            Answer.objects.filter(pk=answer.pk).update(retired_at=None, retired_by="")
    except IntegrityError:
        raise Conflict(_("This question has another answer by now.")) from None
    record(by=by, verb="answer.restore", subject=ref("answer", answer.pk))
    answer.refresh_from_db()
    return answer


@transaction.atomic
def use_answer(*, answer_id: int, register: str, by: Actor) -> AnswerUse:
    """Take the wording that counts now, in one of its registers, and count that.

    Raises NotAllowed, NotFound, Invalid; Lapsed if it is past its day; Conflict if nothing is approved or it was retired.
    """
    by.require(Permission.POST_DRAFT)
    answer = _open(answer_id, by)
    version = queries.version_in_force(answer)
    if register not in Register.values:
        raise Invalid(_("Choose the formal or the conversational wording."), field="register")
    if version is None:
        raise Conflict(_("Nobody has approved this answer yet."))
    if version.valid_until < queries.today(by.agency_id):
        raise Lapsed(_("This answer has lapsed. Its owner must look at it before anybody uses it again."))
    use = AnswerUse.objects.create(
        agency_id=by.agency_id, version=version, register=register, at=clock.now(), by_ref=by.ref
    )
    body: Body = {"version": version.number, "register": register}
    record(by=by, verb="answer.use", subject=ref("answer", answer.pk), body=body)
    return use


def _require_works_on(answer: Answer, by: Actor) -> None:
    """A steward of a station works on the answers they own: the others are the agency's. Raises NotYourStation."""
    if answer.owner_ref != by.ref:
        require_speaks_for_agency(by)


def _next(answer: Answer, wording: Wording, by: Actor) -> AnswerVersion:
    """Keep a wording under the next number, to be decided on."""
    day = queries.today(by.agency_id)
    if not day <= wording.valid_until <= day + FARTHEST:
        raise Invalid(_("Choose a day from today on, at most two years away."), field="valid_until")
    last = AnswerVersion.objects.filter(answer=answer).aggregate(Max("number"))["number__max"] or 0
    version = AnswerVersion.objects.create(
        answer=answer,
        number=last + 1,
        formal=_text(wording.formal, "formal"),
        conversational=_text(wording.conversational, "conversational"),
        valid_until=wording.valid_until,
        written_at=clock.now(),
        written_by=by.ref,
    )
    body: Body = {
        "version": version.number,
        "formal": version.formal,
        "conversational": version.conversational,
        "until": version.valid_until.isoformat(),
    }
    record(by=by, verb="answer.write", subject=ref("answer", answer.pk), body=body)
    return version


def _open(answer_id: int, by: Actor) -> Answer:
    answer = queries.get_answer(actor=by, answer_id=answer_id, hold=True)
    if answer.retired_at:
        raise Conflict(_("This answer was retired."))
    return answer


def _waiting(answer_id: int, number: int, by: Actor) -> AnswerVersion:
    version = queries.waiting_version(_open(answer_id, by))
    if version is None or version.number != number:
        raise Conflict(_("This wording does not wait any more. Reload to see what does."))
    if version.written_by == by.ref:
        raise OwnWords(_("Somebody else must decide on what you wrote."))
    return version


def _owner(owner_ref: str, by: Actor) -> str:
    if owner_ref not in refs_holding(Permission.POST_DRAFT, agency_id=by.agency_id):
        raise Invalid(_("Choose somebody of the agency who writes posts."), field="owner")
    return owner_ref


def _text(text: str, field: str) -> str:
    return filled(paragraphs(text), field=field, longest=LONGEST_TEXT, empty=_("Write what we say."))
