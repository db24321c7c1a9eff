"""What the verbs of writing share: revisions, who wrote, and what a post is as it stands."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict
from hueandcry.kernel.states import move
from hueandcry.posts.content import plain_of
from hueandcry.posts.models import Post
from hueandcry.posts.scoping import require_acts_on
from hueandcry.records.entry import record

S = Post.Status
Body = dict[str, str | int | None]
# What a repost has none of: it shows another post.
SAYS = ("text", "title", "link", "own_texts", "thread", "pictures")
BACK_TO_DRAFT = {
    "submitted_at": None,
    "submitted_by": "",
    "approved_at": None,
    "approved_by": "",
    "staff_at": None,
    "cards": None,
}


class ChangedMeanwhile(Conflict):
    """Somebody else saved the post after this person opened it."""


def same(post: Post, revision: int | None) -> None:
    """Raises ChangedMeanwhile if the person saw another revision than this one."""
    if revision is not None and revision != post.revision:
        raise ChangedMeanwhile(_("This post was changed after you opened it. Nothing of yours is lost."))


def touch(post: Post, *, by: Actor, **changes: Any) -> None:
    """Change what is written in a draft: count the revision, note the writer. A submitted or planned one is a draft again.

    A stopped repost that is given words of its own is a post like any other. The counted revision is what makes two people's changes, or a change and an approval, never both win.
    """
    if post.status not in {S.DRAFT, S.SUBMITTED, S.APPROVED}:
        raise Conflict(_("This post is “%s” now. Reload to see it.") % post.get_status_display())
    require_acts_on(post, by=by)
    if post.repost_of_id and any(changes[name] != getattr(post, name) for name in SAYS if name in changes):
        changes["repost_of"] = None  # it says something of its own now
    writers = post.writers if by.ref in post.writers else [*post.writers, by.ref]
    changes |= {"writers": writers, "edited_at": clock.now(), "edited_by": by.ref}
    rows = Post.objects.filter(pk=post.pk, revision=post.revision, status=post.status)
    if rows.update(revision=post.revision + 1, **changes) != 1:
        raise ChangedMeanwhile(_("This post was changed by somebody else a moment ago."))
    post.revision += 1
    for name, value in changes.items():
        setattr(post, name, value)
    if post.status != S.DRAFT:
        move(post, to=S.DRAFT, **BACK_TO_DRAFT)
        record(by=by, verb="post.take-back", subject=post.subject)


def as_it_stands(post: Post) -> Body:
    """The whole post as it is now, for the record."""
    kept = plain_of(post)
    body: Body = {
        name: str(kept[name])
        for name in ("text", "title", "link", "kind", "audience", "language", "scheduled_at", "if_asked")
        if kept[name]
    }
    body["revision"] = post.revision
    body["urgency"] = post.urgency
    body |= {} if post.on_site else {"on_site": "no"}
    body |= {"no_card": "yes"} if post.no_card else {}
    body |= {} if post.staff_minutes is None else {"staff_minutes": post.staff_minutes}
    body |= {name: ", ".join(map(str, kept[name])) for name in ("topics", "account_ids") if kept[name]}
    body |= of_alert(kept["alert"])
    for number, text in enumerate(kept["thread"], 2):
        body[f"part_{number}"] = text
    for number, (name, text) in enumerate(kept["own_texts"].items(), 1):
        body[f"own_text_{number}"] = f"{name}: {text}"
    for number, card in enumerate(() if post.no_card else kept["cards"] or (), 1):
        parts = (card["address"], card["title"], card["description"], (card["picture"] or {}).get("digest"))
        body[f"card_{number}"] = " · ".join(filter(None, parts))
    for number, item in enumerate(post.pictures, 1):
        body[f"picture_{number}"] = f"{item['copies'][-1]['digest']} {item['alt']}".strip()
    if about := kept["video"]:
        body["video"] = f"{about['digest']} {about.get('alt', '')}".strip()
        body["captions"] = about.get("captions") or None
    return body


def of_alert(kept: dict[str, Any]) -> Body:
    """What belongs to an alert (Alert.plain), for the record."""
    if not kept:
        return {}
    body: Body = {
        f"alert_{name}": str(kept[name]) for name in ("level", "event", "response", "place", "until", "todo")
    }
    body["alert_areas"] = ", ".join(kept["areas"])
    body["alert_exercise"] = "yes" if kept["exercise"] else ""
    others = [f"{language}: {text}\n{todo}".strip() for language, text, todo in kept["others"]]
    body["alert_others"] = "\n\n".join(others)
    return {name: value for name, value in body.items() if value}
