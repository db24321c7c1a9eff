"""The page on which a post is written: its form, what each network will show, what the check finds, who decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.desk.crop import crop_of
from hueandcry.desk.findings import rows
from hueandcry.desk.forms.compose import ComposeForm, initial_of
from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.link_cards import card_row, is_read_again
from hueandcry.desk.reach import Reach, reach_of
from hueandcry.desk.video_page import video_help, video_row
from hueandcry.posts import checking, deciding, reading
from hueandcry.posts.content import Content
from hueandcry.posts.fitting import Preview, previews
from hueandcry.posts.kinds import kind_named
from hueandcry.posts.knowing import known_of, said_in
from hueandcry.posts.models import Post
from hueandcry.posts.news import is_on
from hueandcry.posts.pictures import thumbnail

NAMED = 3  # accounts named on a preview; of more the number is said


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview with the words around it. names: whose it is; late: a part is too long; reach: of a list, how many people.

    link: the card below its link (link_cards.py).
    """

    preview: Preview
    channel: str
    names: str
    count: int
    late: bool
    reach: Reach | None = None
    link: dict[str, Any] | None = None


def form_of(
    request: DeskRequest,
    post: Post | None,
    *,
    data: Any = None,
    initial: dict[str, Any] | None = None,
    like: ComposeForm | None = None,
) -> ComposeForm:
    """The form of a post, or of a new one with the accounts of this person's last. like: one that knows the agency already."""
    accounts = reading.own_accounts(actor=request.actor)
    if post is not None:
        kept = {row.pk for row in accounts}
        accounts += [
            row
            for row in reading.accounts_by_id(actor=request.actor, account_ids=post.account_ids)
            if row.pk not in kept
        ]
        initial = {**initial_of(post), **(initial or {})}
    elif initial is None or "accounts" not in initial:
        remembered = [str(number) for number in reading.last_accounts(actor=request.actor)]
        initial = {
            "accounts": remembered,
            "audience": "public",
            "kind": "news",
            "urgency": 2,
            **(initial or {}),
        }
    files = request.FILES if data is not None else None
    news = is_on(request.agency.pk) if like is None else "on_site" in like.fields
    return ComposeForm(
        data,
        files,
        agency=request.agency,
        accounts=accounts,
        news=news,
        places=like.places if like else None,
        initial=initial,
    )


def as_typed(form: ComposeForm, post: Post | None, request: DeskRequest) -> Post:
    """The post as it would be with what stands in the form. Not saved."""
    content: Content = form.content()
    fields = content.fields()
    base = {
        "agency_id": request.actor.agency_id,
        "author_ref": request.actor.ref,
        "pictures": post.pictures if post else [],
        "video": post.video if post else None,
        "video_words": post.video_words if post else {},
        "subject": post.subject if post else "",
        "proceeded": post.proceeded if post else [],
    }
    known = {row.pk for row in form.known}
    fields["account_ids"] = [number for number in fields["account_ids"] if number in known]
    return Post(**base, **fields)


def look(shown: Post, request: DeskRequest, form: ComposeForm) -> dict[str, Any]:
    """Previews, findings and who decides, for the page and for its part that is asked for while one types."""
    wanted = set(shown.account_ids)
    accounts = [row for row in form.known if row.pk in wanted]
    written = bool(shown.text.strip() or shown.pictures or shown.video_id)
    others = deciding.offered_lanes(shown, accounts=accounts, by=request.actor) if written else []
    by, known = request.actor, known_of(request.agency, [shown])
    found = (
        checking.findings_of(
            shown, accounts=accounts, others=others, agency=request.agency, reader=by, known=known
        )
        if written
        else []
    )
    standing = deciding.standing(shown, accounts=accounts, by=request.actor)
    found_there = previews(shown, accounts, known.cards_of(shown)) if written else []
    return {
        "previews": [_shown(item, shown, request) for item in found_there],
        "read_again": is_read_again(found_there),
        "written": written,
        "findings": rows(found, actor=by, subject=shown.subject),
        "known": known.lines(said_in(shown)),
        "stops": any(item.level == checking.STOP for item in found) or bool(standing.problems),
        "text_stops": any(item.level == checking.STOP for item in found),
        "warns": bool(checking.unanswered(shown, found)),
        "standing": standing,
        "lanes": others,
        "number": len(accounts),
        "duties": kind_named(shown.kind).duties,
        "said_time": form.said_time(),
    }


def _shown(item: Preview, post: Post, request: DeskRequest) -> Shown:
    accounts: tuple[Account, ...] = item.accounts
    names = ", ".join(row.label for row in accounts[:NAMED])
    if len(accounts) > NAMED:
        names = f"{names} +{len(accounts) - NAMED}"
    reach = reach_of(item, post, actor=request.actor, agency=request.agency)
    link = card_row(item.link_card, agency_id=request.agency.pk)
    return Shown(item, channel_label(item.channel), names, item.count, item.count > item.most, reach, link)


def picture_rows(post: Post | None) -> list[dict[str, Any]]:
    """The pictures of a post with their small copies."""
    if post is None or not post.pk:
        return []
    return [
        {
            "number": number,
            "asset": item["asset"],
            "right": f"asset:{item['asset']}",
            "name": item["name"],
            "alt": item["alt"],
            "ours": item.get("ours", False),
            "small": thumbnail(item),
            "address": reverse("post-media", args=[post.pk, thumbnail(item)["name"]]),
            "crop": crop_of(item, post_id=post.pk),
        }
        for number, item in enumerate(post.pictures, 1)
    ]


def page(
    request: DeskRequest,
    form: ComposeForm,
    post: Post | None,
    *,
    theirs: Post | None = None,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The whole page. theirs: what somebody else saved meanwhile; more: what else the template shows."""
    if not form.is_bound:
        form_sent = form_of(request, post, data=_as_sent(form), like=form)
        form_sent.is_valid()
        shown = as_typed(form_sent, post, request)
    else:
        form.errors  # noqa: B018 - cleans once
        shown = as_typed(form, post, request)
    if post is None and not form.is_bound:
        form.fields["text"].widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "post": post,
        "theirs": theirs,
        "pictures": picture_rows(post),
        "video": video_row(post),
        "video_help": video_help(),
        "own_fields": [field for _channel, field in form.own_fields()],
        "own_used": any(field.value() for _channel, field in form.own_fields()),
        "template": kind_named(shown.kind).template,
        **look(shown, request, form),
        **(more or {}),
    }
    return render(request, "desk/compose/compose.html", context, status=status)


def _as_sent(form: ComposeForm) -> Any:
    """The values of an unbound form as a browser would send them."""
    sent = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, list):
            sent.setlist(name, [str(item) for item in value])
        elif value not in {None, ""}:
            sent[name] = str(value)
    for name in ("scheduled_at", "alert_until"):
        if at := form.initial.get(name):
            sent[name] = str(form.fields[name].widget.format_value(form[name].value()) or at)
    return sent
