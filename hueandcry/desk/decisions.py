"""What somebody must decide on, as a card shows it: a post handed in, or the change of one that is out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import comparing
from hueandcry.appeals.comparing import Part
from hueandcry.channels.models import Account
from hueandcry.desk import post_changes
from hueandcry.desk.alert_lines import alert_lines
from hueandcry.desk.appeal_page import ago
from hueandcry.desk.compose_page import picture_rows
from hueandcry.desk.findings import rows
from hueandcry.desk.forms.appeals import NoteForm
from hueandcry.desk.forms.compose import PARTED
from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.link_cards import card_rows
from hueandcry.desk.video_page import video_row
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission
from hueandcry.posts import checking, deciding, reading
from hueandcry.posts.changing import proposed
from hueandcry.posts.fitting import previews
from hueandcry.posts.knowing import known_of, said_in
from hueandcry.posts.models import Post, PostRevision
from hueandcry.posts.reading import Result

S = Post.Status


class Known:
    """What the cards of some posts need, each asked once for all of them."""

    def __init__(self, request: DeskRequest, posts: Collection[Post]) -> None:
        actor = request.actor
        self.changes = reading.waiting_changes([row.pk for row in posts if row.status == S.ANNOUNCED])
        self.decided = reading.last_decided([row.pk for row in posts if row.status == S.SUBMITTED])
        wanted = {number for row in posts for number in row.account_ids}
        self._accounts = reading.accounts_by_id(actor=actor, account_ids=wanted) if wanted else []
        self.names = names_of(
            {*(row.submitted_by for row in posts), *(c.by_ref for c in self.changes.values())}
        )
        waiting = [proposed(row, self.changes[row.pk].content) for row in posts if row.pk in self.changes]
        self.house = known_of(request.agency, [*posts, *waiting])
        self.results: dict[int, list[Result]] = (
            reading.results_of(actor=actor, post_ids=self.changes) if self.changes else {}
        )

    def accounts_of(self, post: Post) -> list[Account]:
        """Where it goes, by name."""
        chosen = set(post.account_ids)
        return [row for row in self._accounts if row.pk in chosen]


def decision_of(request: DeskRequest, post: Post) -> dict[str, Any] | None:
    """What somebody must decide on now, with the changes since the last decision marked; None if nothing waits."""
    return next(iter(decisions_of(request, [post])), None)


def decisions_of(request: DeskRequest, posts: Collection[Post]) -> list[dict[str, Any]]:
    """The same for many posts: the number of questions to the database does not grow with them."""
    known = Known(request, posts)
    return [
        _card(request, row, known) for row in posts if row.status == S.SUBMITTED or row.pk in known.changes
    ]


def _card(request: DeskRequest, post: Post, known: Known) -> dict[str, Any]:
    change = known.changes.get(post.pk)
    base = None if change else known.decided.get(post.pk)
    shown = proposed(post, change.content) if change else post  # what it will say, not what it says now
    after = _words(shown)
    before = _words(post) if change else _kept(base) if base else after
    accounts = known.accounts_of(post)
    barred = reading.barred_from(post, change)
    by = change.by_ref if change else post.submitted_by
    findings = checking.findings_of(
        shown, accounts=accounts, agency=request.agency, reader=request.actor, known=known.house
    )
    there = previews(shown, accounts, known.house.cards_of(shown))
    return {
        "post": post,
        "change": change,
        "parts": comparing.words(before, after) if base or change else [Part("same", after)],
        "again": base is not None,
        "note": base.note if base else "",
        "who": known.names.get(by, by),
        "ago": ago(change.at if change else post.submitted_at),
        "accounts": accounts,
        "previews": there,
        "links": card_rows(there, agency_id=request.agency.pk),
        "pictures": picture_rows(post),
        "video": video_row(post),
        "alert": alert_lines(shown, request.agency, before=post if change else None),
        "findings": rows(findings, actor=request.actor, subject=post.subject, curable=False),
        "known": known.house.lines(said_in(shown)),
        "standing": deciding.Standing(),
        "written": True,
        "proceeded": post.proceeded,
        "mine": request.actor.ref in barred,
        "can": request.actor.may(Permission.POST_APPROVE) and request.actor.ref not in barred,
        "note_form": NoteForm(prefix=f"post-{post.pk}"),
        **(post_changes.waiting(post, change, accounts, known.results.get(post.pk, [])) if change else {}),
        "past": bool(post.scheduled_at and post.scheduled_at <= clock.now()),
    }


def _words(post: Post) -> str:
    return PARTED.join([post.text, *post.thread])


def _kept(row: PostRevision) -> str:
    return PARTED.join([row.content["text"], *row.content["thread"]])
