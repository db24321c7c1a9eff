"""What may be done with questions to experts: ask, reply, hand on, take back, use the reply."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.experts import queries
from hueandcry.experts.models import Expertise, Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.kernel.given import filled, one_line, paragraphs
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts.content import TOPIC, Content
from hueandcry.posts.models import Post
from hueandcry.posts.words_actions import add_words
from hueandcry.posts.writing_actions import draft_post
from hueandcry.records.entry import record

S, Use = Question.Status, Question.Use
LONGEST_TEXT, LONGEST_REPLY, LONGEST_NOTE, LONGEST_ABOUT = 2000, 5000, 300, 20_000
MOST_TOPICS = 12
FARTHEST = timedelta(days=60)
Body = dict[str, str | int | None]


class NotTheExpert(NotAllowed):
    """Somebody else was asked."""


@transaction.atomic
def set_expertise(*, person_id: int, topics: Collection[str], by: Actor) -> list[str]:
    """Say what a colleague knows about, in place of what was said before. One's own, or by whoever looks after people.

    Raises NotAllowed, NotFound, Invalid.
    """
    by.require(Permission.REQUEST_SEND)
    if by.ref != ref("person", person_id):
        by.require(Permission.PEOPLE_MANAGE)
    person = queries.colleague(actor=by, person_id=person_id)
    words = sorted({one_line(topic).lower() for topic in topics} - {""})
    if len(words) > MOST_TOPICS or not all(TOPIC.match(word) for word in words):
        raise Invalid(_("Name at most twelve topics, each a short word."), field="topics")
    rows = Expertise.objects.filter(agency_id=by.agency_id, person=person)
    before = sorted(rows.values_list("topic", flat=True))
    if words != before:
        rows.exclude(topic__in=words).delete()
        fresh = [Expertise(agency_id=by.agency_id, person=person, topic=word) for word in words]
        Expertise.objects.bulk_create([row for row in fresh if row.topic not in before])
        body: Body = {"before": ", ".join(before), "topics": ", ".join(words)}
        record(by=by, verb="expert.set", subject=ref("person", person.pk), body=body)
    return words


@transaction.atomic
def ask_expert(
    *, text: str, expert_id: int, due_at: datetime, by: Actor, about: str = "", about_text: str = ""
) -> Question:
    """Ask a colleague who knows. about: the thing it is about, whose words they may read for this.

    Raises NotAllowed, NotFound (the colleague), Invalid.
    """
    by.require(Permission.POST_DRAFT)
    words = filled(paragraphs(text), field="text", longest=LONGEST_TEXT)
    expert = queries.colleague(actor=by, person_id=expert_id)
    if ref("person", expert.pk) == by.ref:
        raise Invalid(_("Choose somebody else: you know what you know."), field="expert")
    if not clock.now() < due_at <= clock.now() + FARTHEST:
        raise Invalid(_("Choose a moment to come, at most sixty days away."), field="due_at")
    row = Question.objects.create(
        agency_id=by.agency_id,
        text=words,
        about=about,
        about_text=about_text.replace("\0", "")[:LONGEST_ABOUT],
        asker_ref=by.ref,
        expert=expert,
        asked_at=clock.now(),
        due_at=due_at,
    )
    body: Body = {"to": ref("person", expert.pk), "text": words, "about": about or None}
    record(by=by, verb="question.ask", subject=ref("question", row.pk), body=body)
    return row


@transaction.atomic
def reply_to_question(*, question_id: int, text: str, by: Actor) -> Question:
    """Say what one knows; it can be put right until somebody has used it.

    Raises NotAllowed, NotTheExpert, NotFound, Invalid, Conflict.
    """
    row = _asked_of(question_id, by)
    if row.post_id:
        raise Conflict(
            _("Your answer was used already, so it stays as it is. Tell whoever asked what is wrong.")
        )
    if row.status not in {S.ASKED, S.ANSWERED}:
        raise Conflict(_("This is “%s” now. Your words were not sent.") % row.get_status_display())
    words = filled(paragraphs(text), field="text", longest=LONGEST_REPLY)
    move(row, to=S.ANSWERED, reply=words, replied_at=clock.now())
    record(by=by, verb="question.reply", subject=ref("question", row.pk), body={"text": words})
    return row


@transaction.atomic
def hand_on_question(*, question_id: int, to_id: int, note: str, by: Actor) -> Question:
    """Let somebody else answer. For the expert and for whoever asked; the due time stays.

    Raises NotAllowed, NotTheExpert, NotFound, Invalid; Conflict once it is answered.
    """
    by.require(Permission.REQUEST_SEND)
    row = queries.get_question(actor=by, question_id=question_id, hold=True)
    was = ref("person", row.expert_id)
    if by.ref not in {was, row.asker_ref}:
        raise NotTheExpert(_("Only whoever was asked, or asked, hands a question on."))
    person = queries.colleague(actor=by, person_id=to_id)
    if ref("person", person.pk) in {was, row.asker_ref}:
        raise Invalid(_("Choose somebody else."), field="to")
    words = one_line(note)[:LONGEST_NOTE]
    if row.status != S.ASKED:
        raise Conflict(_("This question is answered already."))
    move(row, to=S.ASKED, expert_id=person.pk, handed_by=was, handed_note=words)
    row.expert = person
    body: Body = {"before": was, "to": ref("person", person.pk), "note": words or None}
    record(by=by, verb="question.hand-on", subject=ref("question", row.pk), body=body)
    return row


@transaction.atomic
def withdraw_question(*, question_id: int, by: Actor) -> Question:
    """Take one's own question back before it is answered; `ask_again` undoes it. Raises NotAllowed, NotFound, Conflict."""
    row = _own(question_id, by)
    move(row, to=S.WITHDRAWN)
    record(by=by, verb="question.withdraw", subject=ref("question", row.pk))
    return row


@transaction.atomic
def ask_again(*, question_id: int, by: Actor) -> Question:
    """Ask again what one took back. Raises NotAllowed, NotFound, Conflict."""
    row = _own(question_id, by)
    if row.status != S.WITHDRAWN:
        raise Conflict(_("This question was not taken back."))
    move(row, to=S.ASKED)
    record(by=by, verb="question.ask-again", subject=ref("question", row.pk))
    return row


@transaction.atomic
def settle_question(*, question_id: int, by: Actor) -> Question:
    """Be done with a reply without a draft: one only wanted to know. Raises NotAllowed, NotFound, Conflict."""
    row = _own(question_id, by)
    move(row, to=S.SETTLED)
    record(by=by, verb="question.settle", subject=ref("question", row.pk))
    return row


@transaction.atomic
def unsettle_question(*, question_id: int, by: Actor) -> Question:
    """Take that back, while no draft was made of the reply. Raises NotAllowed, NotFound, Conflict."""
    row = _own(question_id, by)
    if row.post_id:
        raise Conflict(_("This reply is in a draft already."))
    move(row, to=S.ANSWERED)
    record(by=by, verb="question.unsettle", subject=ref("question", row.pk))
    return row


@transaction.atomic
def use_reply(*, question_id: int, how: str, by: Actor) -> Post:
    """Put a reply into a draft: the one it was asked about if it still is one, else a new one.

    how: Use.DRAFT the words alone; Use.SIGNED with the expert's name below; Use.OWN a new draft of the expert's, for
    the accounts they hold. Nothing goes out by this: the draft takes the way of every other. Whoever wrote the words
    counts as a writer of the draft, and so cannot approve it.

    Raises NotAllowed, NotTheExpert, NotFound, Invalid, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    row = queries.get_question(actor=by, question_id=question_id, hold=True)
    expert = ref("person", row.expert_id)
    if how not in Use.values:
        raise Invalid(_("Choose what to do with it."), field="how")
    if how == Use.OWN and by.ref != expert:
        raise NotTheExpert(_("Only whoever replied posts it from their own account."))
    if row.post_id or row.status != S.ANSWERED:
        raise Conflict(_("This is “%s” now. Reload to see it.") % row.get_status_display())
    post = _own_draft(row, by) if how == Use.OWN else _draft(row, how, by)
    move(row, to=S.SETTLED, used_as=how, post_id=post.pk)
    body: Body = {"way": str(Use(how).label), "post": post.subject}
    record(by=by, verb="question.use", subject=ref("question", row.pk), body=body)
    return post


def _draft(row: Question, how: str, by: Actor) -> Post:
    words = f"{row.reply}\n\n– {row.expert.name}" if how == Use.SIGNED else row.reply
    expert = ref("person", row.expert_id)
    into = queries.draft_of(row)
    if into is not None:
        return add_words(post_id=into.pk, text=words, words_of=expert, by=by)
    return draft_post(content=Content(text=words, kind="answer", language=""), words_of=expert, by=by)


def _own_draft(row: Question, by: Actor) -> Post:
    held = queries.own_accounts(person_id=row.expert_id, agency_id=row.agency_id)
    if not held:
        raise Conflict(_("You hold no account here. Whoever asked can post it with your name."))
    chosen = tuple(account.pk for account in held)
    content = Content(text=row.reply, kind="answer", language="", account_ids=chosen)
    return draft_post(content=content, by=by)


def _asked_of(question_id: int, by: Actor) -> Question:
    by.require(Permission.REQUEST_SEND)
    row = queries.get_question(actor=by, question_id=question_id, hold=True)
    if by.ref != ref("person", row.expert_id):
        raise NotTheExpert(_("Somebody else was asked. Ask them to hand it on to you."))
    return row


def _own(question_id: int, by: Actor) -> Question:
    by.require(Permission.POST_DRAFT)
    row = queries.get_question(actor=by, question_id=question_id, hold=True)
    if row.asker_ref != by.ref:
        raise NotFound(_("You asked no such question."))
    return row
