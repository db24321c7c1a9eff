"""A change of a post that is out: its form, what each network will make of it, and what was changed, old beside new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import comparing
from hueandcry.appeals.comparing import Part
from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.desk.forms.alert import initial_from
from hueandcry.desk.forms.compose import PARTED, ChangeForm, own_name
from hueandcry.desk.guard import DeskRequest
from hueandcry.posts import deciding, reading
from hueandcry.posts.alerts import ALERT
from hueandcry.posts.fitting import can_edit
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.posts.reading import Result

D = Delivery.Status
NOT_TRIED = {D.QUEUED, D.HELD}  # goes out with the new words, whatever the network can


@dataclass(frozen=True, slots=True)
class OwnChange:
    """One text of a network or account. name: whose it is; parts: the old and the new woven together."""

    name: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that went through. parts: of the text for all, empty where that stayed."""

    at: Any
    who: str
    parts: list[Part]
    own: list[OwnChange]


def form_of(post: Post, accounts: list[Account], data: Any = None) -> ChangeForm:
    """The form with what stands there. A text of its own is offered where there are several networks, or is one."""
    initial = {"text": PARTED.join([post.text, *post.thread]), "revision": post.revision}
    initial |= {own_name(name): text for name, text in post.own_texts.items()}
    alert = post.kind == ALERT
    initial |= initial_from(post.alert) if alert else {}
    offered = _offered(post, accounts)
    agency = post.agency if alert else None
    return ChangeForm(data, prefix="change", initial=initial, own=offered, agency=agency)


def _offered(post: Post, accounts: list[Account]) -> list[tuple[str, str]]:
    """Names of own texts with their words: those there are, and every network of the post where it has several."""
    channels = sorted({row.channel for row in accounts})
    names = [*post.own_texts, *(channels if len(channels) > 1 else [])]
    return [(name, name_of(name, accounts)) for name in dict.fromkeys(names)]


def name_of(name: str, accounts: list[Account]) -> str:
    """Whose text it is: "mastodon" → Mastodon, "account:12" → what the account is called."""
    by_name = {f"account:{row.pk}": row.label for row in accounts}
    return by_name.get(name) or channel_label(name)


def ahead(request: DeskRequest, post: Post, accounts: list[Account], rows: list[Result]) -> dict[str, Any]:
    """What is said before somebody asks for a change; nothing for a post that cannot be changed.

    stays: accounts where it stands as it is whatever is written; changes: how many others there are; second: somebody
    else must approve it.
    """
    if post.status != Post.Status.ANNOUNCED or not post.kind:
        return {}
    live = [row for row in rows if row.delivery.status not in {D.CANCELLED, D.REMOVED, D.REMOVING, D.FAILED}]
    able = {row.account.pk for row in live if _able(row)}
    stays = {row.account.pk: row.account for row in live if row.account.pk not in able}
    standing = deciding.standing(post, accounts=accounts, by=request.actor)
    return {"stays": list(stays.values()), "changes": len(able), "second": standing.needs_approval}


def _able(row: Result) -> bool:
    return can_edit(row.account.channel) or row.delivery.status in NOT_TRIED


def own_changes(
    before: Mapping[str, str], after: Mapping[str, str], *, common: tuple[str, str], accounts: list[Account]
) -> list[OwnChange]:
    """Texts of networks and accounts that differ. common: the old and the new text for all, which one falls back to."""
    found = []
    for name in dict.fromkeys([*before, *after]):
        if before.get(name, "") == after.get(name, ""):
            continue
        old, new = before.get(name) or common[0], after.get(name) or common[1]
        found.append(OwnChange(name_of(name, accounts), comparing.words(old, new)))
    return found


def waiting(post: Post, change: PostRevision, accounts: list[Account], rows: list[Result]) -> dict[str, Any]:
    """What whoever decides on a change is shown besides the text for all: own texts, and where it stays as it is."""
    content = change.content
    own = own_changes(
        post.own_texts, content["own_texts"], common=(post.text, content["text"]), accounts=accounts
    )
    stays = {row.account.pk: row.account for row in rows if row.delivery.status == D.SENT and not _able(row)}
    return {"own_changes": own, "stays": list(stays.values())}


def history(post: Post, accounts: list[Account]) -> list[Changed]:
    """Every change that went through, the newest first."""
    return list(_changes(post, accounts).values())[::-1]


def one(post: Post, change: PostRevision, accounts: list[Account]) -> Changed | None:
    """One of them, or None if it did not go through."""
    return _changes(post, accounts).get(change.pk)


def _changes(post: Post, accounts: list[Account]) -> dict[int, Changed]:
    """By number, the oldest first."""
    rows = [row for row in reading.revisions_of(post) if _counts(row)]
    names = names_of({row.by_ref for row in rows})
    found = {}
    for before, row in pairwise(rows):
        if row.what != PostRevision.What.EDIT:
            continue
        old, new = before.content, row.content
        one, two = _whole(old), _whole(new)
        own = own_changes(
            old["own_texts"], new["own_texts"], common=(old["text"], new["text"]), accounts=accounts
        )
        parts = comparing.words(one, two) if one != two else []
        found[row.pk] = Changed(row.decided_at or row.at, names.get(row.by_ref, row.by_ref), parts, own)
    return found


def _counts(row: PostRevision) -> bool:
    """True for what went out: let go in one's own right, or approved."""
    return row.what == PostRevision.What.OWN or row.decision == PostRevision.Decision.APPROVED


def _whole(content: Mapping[str, Any]) -> str:
    return PARTED.join([content["text"], *content["thread"]])
