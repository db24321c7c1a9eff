"""What may be done with notes from the scene."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.assets.leaving import arriving
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.fieldnotes import queries
from hueandcry.fieldnotes.models import FieldNote
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, Refusal
from hueandcry.kernel.ids import ref
from hueandcry.posts import deciding, pictures, reading
from hueandcry.posts.approval_actions import publish_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import draft_post, place_picture
from hueandcry.records.entry import record

KEY = re.compile(r"[0-9a-f-]{16,40}\Z")
SENTENCE = 1000  # characters
Wanted = FieldNote.Wanted


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture that came with a note. ours: we took it, and nobody in it has to agree."""

    data: bytes
    file_name: str
    alt: str
    ours: bool


def take_note(*, key: str, content: Content, brought: Sequence[Brought], wanted: str, by: Actor) -> FieldNote:
    """Take a note in once, make a draft of it, and let that go or hand it in if the person wanted it to go out.

    Safe to call again with the same key, also at the same time: it finishes what was begun and tells how it ended.
    Whatever stands in the way of its going out is said in `sentence`, and the draft stays. Raises NotAllowed, Invalid,
    PictureRefused, Unavailable, NotFound (an account); nothing is kept then.
    """
    by.require(Permission.POST_DRAFT)
    if not KEY.match(key) or wanted not in Wanted.values:
        raise Invalid(_("This note cannot be read. It stays on your phone."))
    note = queries.note_of(actor=by, key=key)
    if note is None:
        if len(brought) > pictures.MOST:
            raise Invalid(_("A post can have %d pictures.") % pictures.MOST, field="picture")
        if not content.text.strip() and not brought:
            raise Invalid(_("Write a few words, or take a picture."), field="text")
        ready = [prepare(item.data) for item in brought]
        note = _keep(
            key=key, content=content, brought=list(zip(brought, ready, strict=True)), wanted=wanted, by=by
        )
    if not note.outcome:
        _go_on(note, by=by)
    return note


def _keep(
    *, key: str, content: Content, brought: list[tuple[Brought, Prepared]], wanted: str, by: Actor
) -> FieldNote:
    """The note and its draft, in one transaction; the other's if the same note was kept in this moment."""
    try:
        with arriving(), transaction.atomic():
            post = draft_post(content=content, by=by)
            for item, prepared in brought:
                post = place_picture(
                    post_id=post.pk,
                    prepared=prepared,
                    file_name=item.file_name,
                    alt=item.alt,
                    ours=item.ours,
                    by=by,
                )
            note = FieldNote.objects.create(
                agency_id=by.agency_id,
                person_ref=by.ref,
                key=key,
                wanted=wanted,
                taken_at=clock.now(),
                post=post,
                outcome=FieldNote.Outcome.DRAFT if wanted == Wanted.DRAFT else "",
            )
            record(
                by=by,
                verb="fieldnote.take",
                subject=ref("fieldnote", note.pk),
                body={"post": post.pk, "wanted": wanted},
            )
    except IntegrityError:
        other = queries.note_of(actor=by, key=key)
        if other is None:
            raise
        return other
    return note


def _go_on(note: FieldNote, *, by: Actor) -> None:
    """Let the draft go, or hand it in, and keep how it ended; both in one transaction, so it happens once."""
    try:
        with transaction.atomic():
            post = reading.get_post(actor=by, post_id=note.post_id, hold=True)
            held = queries.note_of(actor=by, key=note.key)
            if held is not None and held.outcome:  # another try was faster
                note.outcome, note.sentence = held.outcome, held.sentence
                return
            _end(note, _let_go(post, by=by))
    except Refusal as refusal:
        _end(note, FieldNote.Outcome.STOPPED, refusal.sentence[:SENTENCE])


def _let_go(post: Post, *, by: Actor) -> FieldNote.Outcome:
    """Let go where this person is free, else hand in. Raises what publish_post and submit_post raise."""
    if post.status != Post.Status.DRAFT:  # somebody went on with it meanwhile
        return FieldNote.Outcome.DRAFT
    accounts = reading.accounts_by_id(actor=by, account_ids=post.account_ids)
    if deciding.standing(post, accounts=accounts, by=by).needs_approval:
        submit_post(post_id=post.pk, by=by)
        return FieldNote.Outcome.HANDED_IN
    publish_post(post_id=post.pk, by=by)
    return FieldNote.Outcome.GOING


def _end(note: FieldNote, outcome: FieldNote.Outcome, sentence: str = "") -> None:
    note.outcome, note.sentence = outcome.value, sentence
    FieldNote.objects.filter(pk=note.pk, outcome="").update(outcome=note.outcome, sentence=sentence)
