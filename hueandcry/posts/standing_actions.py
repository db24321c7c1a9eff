"""Verbs of a post that is out: stop, recall, change, show again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.standing import require_standing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.states import move
from hueandcry.posts import checking, deciding, reading
from hueandcry.posts.alerts import NO_ALERT
from hueandcry.posts.announcing import keep_reason, keep_revision
from hueandcry.posts.approval_actions import (
    NOTE,
    AuthorCannotApprove,
    publish_post,
    submit_post,
)
from hueandcry.posts.changing import change, proposed
from hueandcry.posts.content import Content, content_of, plain_of
from hueandcry.posts.fitting import can_repost
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.posts.taking_back import stop_unsent, take_back
from hueandcry.posts.writing import BACK_TO_DRAFT, Body, ChangedMeanwhile, of_alert, same
from hueandcry.posts.writing_actions import draft_post
from hueandcry.records.entry import record

S = Post.Status
What, Decision = PostRevision.What, PostRevision.Decision


@transaction.atomic
def stop_post(*, post_id: int, by: Actor) -> int:
    """Do not send what was not sent yet; what is up stays. Returns how many were stopped.

    If nothing of it was sent it is a draft again, with every word. Raises NotAllowed, NotFound; Conflict if nothing waits.
    """
    post = _mine_or_recall(post_id, by=by)
    if not post.kind:
        raise Conflict(_("This announces an appeal. Stop it on the page of the appeal."))
    stopped, nothing_left = stop_unsent(Delivery.objects.filter(post=post))
    if not stopped:
        raise Conflict(_("Nothing waits any more: each post is sent, or being sent at this moment."))
    if nothing_left:
        # Whose changes stand in it wrote a part of it, and does not approve it when it is handed in again.
        changes = PostRevision.objects.filter(post=post, what=What.EDIT, decision=Decision.APPROVED)
        wrote = [*post.writers, *changes.values_list("by_ref", flat=True)]
        move(post, to=S.DRAFT, announced_at=None, **BACK_TO_DRAFT, writers=list(dict.fromkeys(wrote)))
        _drop_waiting_change(post, _("Stopped. What was not sent yet will not be sent."))
    record(by=by, verb="post.stop", subject=post.subject, body={"deliveries": stopped})
    return stopped


@transaction.atomic
def recall_post(*, post_id: int, reason: str, by: Actor, account_ids: Sequence[int] | None = None) -> int:
    """Take a post down everywhere, or on these accounts only. Returns how many deliveries go.

    The worker takes each down and proves it; the record keeps post and reason. Its author may do it too, whatever their
    role. Raises NotAllowed, NotFound, Invalid (no reason); Conflict if it was recalled already.
    """
    post = _mine_or_recall(post_id, by=by)
    words = reason.strip()[:NOTE]
    if not words:
        raise Invalid(
            _("Say why it is taken back. The reason is kept on the record and not shown."), field="reason"
        )
    rows = Delivery.objects.filter(agency_id=by.agency_id, post=post)
    if account_ids is None:
        moment = clock.now()
        move(post, to=S.WITHDRAWN, withdrawn_at=moment, withdrawn_by=by.ref, recall_reason=words)
        _drop_waiting_change(post, _("The post was recalled."))
    else:
        rows = rows.filter(account_id__in=list(account_ids))
    changed = take_back(rows)
    if not changed and account_ids is not None:
        raise Conflict(_("There is nothing of it on that account any more."))
    body: Body = {"reason": words, "deliveries": changed, "text": post.text}
    record(by=by, verb="post.recall", subject=post.subject, body=body)
    return changed


# --- change -----------------------------------------------------------------------------------------


@transaction.atomic
def edit_post(
    *, post_id: int, content: Content, by: Actor, revision: int | None = None, reason: str = ""
) -> Post:
    """Change the words of a post that is out: at once where this person is free, else when somebody else approves it.

    Only its texts change, and what belongs to an alert (nothing said of it: that stays). The worker changes it on every network that can; the others are listed as they are. Raises
    NotAllowed, NotFound, Invalid, Stopped, NeedsReason, Conflict (not out, or another change waits).
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    same(post, revision)
    if post.status != S.ANNOUNCED or post.repost_of_id or not post.kind:
        raise Conflict(
            _("This is “%s” now, so it cannot be changed where it stands.") % post.get_status_display()
        )
    if reading.waiting_change(post) is not None:
        raise Conflict(_("A change of it waits for approval already."))
    content.checked()
    texts = (content.text, content.own_texts, content.thread)
    wanted = replace(content_of(post), text=texts[0], own_texts=texts[1], thread=texts[2])
    if content.alert != NO_ALERT:
        wanted = replace(wanted, alert=content.alert)
    if len(wanted.fields()["thread"]) != len(post.thread):
        raise Invalid(
            _("A change keeps the number of parts. Recall it and post again for another."), field="text"
        )
    shown = proposed(post, wanted)
    if plain_of(shown) == plain_of(post):
        raise Invalid(_("Nothing is different from what stands there."), field="text")
    asked = deciding.require_may_go(post, by=by)
    warned = checking.require_clear(shown, by=by, reason=reason)
    keep_reason(post, warned, words=reason.strip()[:NOTE], by=by)
    row = keep_revision(shown, What.EDIT, by=by)
    if asked.needs_approval:
        record(by=by, verb="post.propose-change", subject=post.subject, body=_words(shown))
    else:
        _close(row, Decision.APPROVED, by=by)
        change(post, shown, by=by)
        record(by=by, verb="post.change", subject=post.subject, body=_words(shown))
    return post


@transaction.atomic
def approve_change(*, post_id: int, by: Actor, change_id: int | None = None) -> Post:
    """Let a proposed change of a standing post out. change_id: the one the person saw.

    Raises NotAllowed, NotFound, AuthorCannotApprove, Stopped (also for a matter held since it was handed in); Conflict if
    it does not wait any more or is another one.
    """
    by.require(Permission.POST_APPROVE)
    post, row = _waiting(post_id, by=by)
    if change_id is not None and change_id != row.pk:
        raise ChangedMeanwhile(_("This post was changed after you opened it. Nothing of yours is lost."))
    if by.ref in {row.by_ref, *post.writers}:
        raise AuthorCannotApprove(_("You wrote a part of this post. Somebody else must approve it."))
    require_standing(by)
    shown = proposed(post, row.content)
    checking.require_still_clear(shown, by=by)
    _close(row, Decision.APPROVED, by=by)
    change(post, shown, by=by, speaker_ref=row.by_ref)
    record(by=by, verb="post.change", subject=post.subject, body=_words(shown))
    return post


@transaction.atomic
def return_change(*, post_id: int, note: str, by: Actor) -> Post:
    """Refuse a proposed change, with a note; what stands stays. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.POST_APPROVE)
    post, row = _waiting(post_id, by=by)
    words = note.strip()[:NOTE]
    if not words:
        raise Invalid(_("Say what should be changed."), field="note")
    _close(row, Decision.RETURNED, by=by, note=words)
    record(by=by, verb="post.return", subject=post.subject, body={"note": words})
    return post


# --- show again -------------------------------------------------------------------------------------


@transaction.atomic
def repost_post(*, post_id: int, account_ids: Sequence[int], by: Actor) -> Post:
    """Show a standing post of ours again on other accounts of the same network, in one step (R39).

    It goes at once where this person is free, else it is handed in. Where the check warns it stays a draft, for this
    person to say why it may go out. Raises NotAllowed, NotFound, Invalid, Stopped, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id)
    rows = Delivery.objects.filter(post=post, status=Delivery.Status.SENT, part=1)
    standing = set(rows.values_list("account__channel", flat=True))
    chosen = reading.accounts_by_id(actor=by, account_ids=account_ids)
    if len(chosen) != len(set(account_ids)):
        raise NotFound(_("One of the chosen accounts is not there any more."))
    lost = [row.label for row in chosen if row.channel not in standing or not can_repost(row.channel)]
    if lost or not chosen:
        raise Invalid(
            _("It cannot be shown again on %s.") % (", ".join(lost) or _("no account")), field="accounts"
        )
    content = replace(
        content_of(post), account_ids=tuple(row.pk for row in chosen), scheduled_at=None, own_texts=()
    )
    again = draft_post(content=replace(content, thread=()), by=by, repost_of=post.pk)
    needs = deciding.require_may_go(again, by=by).needs_approval
    try:
        return (submit_post if needs else publish_post)(post_id=again.pk, by=by)
    except checking.NeedsReason:
        return again


# --- shared -----------------------------------------------------------------------------------------


def _mine_or_recall(post_id: int, *, by: Actor) -> Post:
    """The post, for its author or somebody who may take posts down. Raises NotAllowed, NotFound, Conflict."""
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    if by.ref not in {post.author_ref, post.submitted_by}:
        by.require(Permission.POST_RECALL)
    if post.status != S.ANNOUNCED:
        raise Conflict(_("This is “%s” now. Reload to see it.") % post.get_status_display())
    return post


def _waiting(post_id: int, *, by: Actor) -> tuple[Post, PostRevision]:
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    row = reading.waiting_change(post)
    if row is None or post.status != S.ANNOUNCED:
        raise Conflict(_("No change of this post waits any more. Reload to see it."))
    return post, row


def _close(row: PostRevision, decision: PostRevision.Decision, *, by: Actor, note: str = "") -> None:
    PostRevision.objects.filter(pk=row.pk).update(
        decision=decision, decided_at=clock.now(), decided_by=by.ref, note=note
    )


def _drop_waiting_change(post: Post, note: str) -> None:
    """The post does not stand any more: no change of it can go out."""
    rows = PostRevision.objects.filter(post=post, what=What.EDIT, decision="")
    rows.update(decision=Decision.RETURNED, decided_at=clock.now(), note=note)


def _words(post: Post) -> Body:
    body: Body = {"text": post.text}
    for number, text in enumerate(post.thread, 2):
        body[f"part_{number}"] = text
    for number, (name, text) in enumerate(post.own_texts.items(), 1):
        body[f"own_text_{number}"] = f"{name}: {text}"
    return body | of_alert(post.alert)
