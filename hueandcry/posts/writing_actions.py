"""Verbs of writing: begin a post, keep it, its pictures, throw it away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.assets.actions import keep_asset
from hueandcry.assets.leaving import arriving
from hueandcry.assets.models import Asset
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.assets.queries import renditions_of_all
from hueandcry.assets.rights import get_thing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts import pictures, reading, staff_first
from hueandcry.posts.content import Content
from hueandcry.posts.knowing import ask_about
from hueandcry.posts.models import Post
from hueandcry.posts.scoping import require_acts_on
from hueandcry.posts.showing import in_hand
from hueandcry.posts.writing import Body, as_it_stands, same, touch
from hueandcry.records.entry import record

S = Post.Status
WORDS, ASSET_WORDS = 1500, 500  # characters for a picture: in a post, and with the picture itself


@transaction.atomic
def draft_post(
    *,
    content: Content,
    by: Actor,
    repost_of: int | None = None,
    corrects: int | None = None,
    words_of: str | list[str] = "",
) -> Post:
    """Begin a post. repost_of: show this one of ours again; corrects: it puts that recalled one right.

    words_of: who else wrote these words (references), and so may not approve them.

    Raises NotAllowed, Invalid, NotFound.
    """
    by.require(Permission.POST_DRAFT)
    given = content.checked().fields()
    given["unit_id"] = _unit_of(given["account_ids"], by)
    if not given["language"]:
        given["language"] = get_agency(by.agency_id).languages[0]
    linked = {}
    for name, number in (("repost_of", repost_of), ("corrects", corrects)):
        if number:
            linked[name] = reading.get_post(actor=by, post_id=number)
    moment = clock.now()
    post = Post.objects.create(
        agency_id=by.agency_id,
        subject="post:new",
        status=S.DRAFT,
        author_ref=by.ref,
        writers=sorted({by.ref, *([words_of] if isinstance(words_of, str) else words_of)} - {""}),
        created_at=moment,
        edited_at=moment,
        edited_by=by.ref,
        **linked,
        **given,
    )
    Post.objects.filter(pk=post.pk).update(subject=ref("post", post.pk))
    post.subject = ref("post", post.pk)
    record(by=by, verb="post.draft", subject=post.subject, body=as_it_stands(post))
    ask_about(post)
    return post


@transaction.atomic
def save_post(
    *, post_id: int, content: Content, by: Actor, revision: int | None = None, typed: bool = False
) -> Post:
    """Write a draft anew. revision: the one the person saw; typed: kept while typing, so not on the record by itself.

    What is handed in or let go is recorded whole. Raises NotAllowed, NotFound, Invalid, StaysForStaff,
    ChangedMeanwhile; Conflict if it is no draft any more.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id)
    given = content.checked().fields()
    given["unit_id"] = _unit_of(given["account_ids"], by)
    same(post, revision)
    if all(getattr(post, name) == value for name, value in given.items()):
        return post
    staff_first.require_still_for_staff(post, audience=given["audience"])
    touch(post, by=by, **given)
    if not typed:
        record(by=by, verb="post.edit", subject=post.subject, body=as_it_stands(post))
    ask_about(post)
    return post


@transaction.atomic
def read_cards_again(*, post_id: int, by: Actor) -> Post:
    """Let the worker read the pages that a draft leads to once more, for their cards. Raises NotAllowed, NotFound."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id)
    ask_about(post, again=True)
    record(by=by, verb="post.read-cards", subject=post.subject)
    return post


def add_picture(
    *, post_id: int, data: bytes, file_name: str, by: Actor, alt: str = "", ours: bool = False
) -> Post:
    """Add a picture to a draft. It is decoded in the limited process before the transaction opens.

    ours: the person says that the agency took it and that nobody in it has to agree.

    Raises NotAllowed, NotFound, PictureRefused, Unavailable, Invalid, Conflict unless it is a draft.
    """
    by.require(Permission.POST_DRAFT)
    reading.get_post(actor=by, post_id=post_id)
    prepared = prepare(data)
    return place_picture(post_id=post_id, prepared=prepared, file_name=file_name, by=by, alt=alt, ours=ours)


@arriving()
@transaction.atomic
def place_picture(
    *, post_id: int, prepared: Prepared, file_name: str, by: Actor, alt: str = "", ours: bool = False
) -> Post:
    """Add a picture already prepared to a draft, in the caller's transaction if there is one.

    Raises NotAllowed, NotFound, Invalid, Conflict unless it is a draft.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    if len(post.pictures) >= pictures.MOST:
        raise Invalid(_("A post can have %d pictures.") % pictures.MOST, field="picture")
    words = alt.replace("\0", "").strip()[:WORDS]
    asset = keep_asset(prepared=prepared, file_name=file_name, alt=words[:ASSET_WORDS], by=by)
    touch(post, by=by, pictures=[*post.pictures, {**_picture(asset), "alt": words, "ours": ours}])
    body: Body = {"asset": asset.pk, "alt": words}
    record(by=by, verb="post.add-picture", subject=post.subject, body=body)
    return post


@transaction.atomic
def bring_picture(*, post_id: int, asset_id: int, alt: str, by: Actor) -> Post:
    """Put a picture into a draft that the agency has already.

    Raises NotAllowed, NotFound (the post, or a picture that they do not see), Invalid, Conflict unless it is a draft.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    if len(post.pictures) >= pictures.MOST:
        raise Invalid(_("A post can have %d pictures.") % pictures.MOST, field="picture")
    asset = get_thing(actor=by, what=f"asset:{asset_id}", in_hand=in_hand)
    assert isinstance(asset, Asset)
    touch(post, by=by, pictures=[*post.pictures, {**_picture(asset), "alt": alt.strip(), "ours": False}])
    body: Body = {"asset": asset.pk, "alt": alt.strip()}
    record(by=by, verb="post.add-picture", subject=post.subject, body=body)
    return post


@transaction.atomic
def describe_pictures(
    *, post_id: int, alts: dict[int, str], by: Actor, ours: frozenset[int] = frozenset()
) -> Post:
    """Say what is to be seen on pictures of a draft: asset id → words; ours: those that we took, and nobody has to agree.

    Raises NotAllowed, NotFound, Conflict.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    changed = [
        {
            **item,
            "alt": alts.get(item["asset"], item["alt"]).strip()[:1500].replace("\0", ""),
            "ours": item["asset"] in ours if item["asset"] in alts else item.get("ours", False),
        }
        for item in post.pictures
    ]
    if changed != post.pictures:
        touch(post, by=by, pictures=changed)
        body: Body = {f"picture_{n}": item["alt"] for n, item in enumerate(changed, 1)}
        body["ours"] = ", ".join(str(n) for n, item in enumerate(changed, 1) if item["ours"])
        record(by=by, verb="post.describe-pictures", subject=post.subject, body=body)
    return post


@transaction.atomic
def remove_picture(*, post_id: int, asset_id: int, by: Actor) -> Post:
    """Take a picture out of a draft. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    left = [item for item in post.pictures if item["asset"] != asset_id]
    if len(left) == len(post.pictures):
        raise NotFound(_("There is no such picture in this post."))
    touch(post, by=by, pictures=left)
    record(by=by, verb="post.remove-picture", subject=post.subject, body={"asset": asset_id})
    return post


@transaction.atomic
def discard_post(*, post_id: int, by: Actor) -> Post:
    """Throw a draft away; it can be taken back, after 30 days without its pictures and video. Raises NotAllowed, NotFound, Conflict if it is no draft."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id)
    require_acts_on(post, by=by)
    move(post, to=S.DISCARDED, thrown_at=clock.now())
    record(by=by, verb="post.discard", subject=post.subject, body=as_it_stands(post))
    return post


@transaction.atomic
def restore_post(*, post_id: int, by: Actor) -> Post:
    """Take a draft back that was thrown away. Raises NotAllowed, NotFound; Conflict, also if another took its place."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    require_acts_on(post, by=by)
    if post.status != S.DISCARDED:
        raise Conflict(_("This post was not thrown away."))
    if post.replaced_by_id:
        raise Conflict(
            _("Another post was made in its place. This one stays thrown away; its words are kept.")
        )
    move(post, to=S.DRAFT, thrown_at=None)
    record(by=by, verb="post.restore", subject=post.subject)
    return post


@transaction.atomic
def replace_post(*, post_id: int, with_id: int, by: Actor) -> Post:
    """Keep a post that was thrown away from coming back beside the one that was made in its place.

    Raises NotAllowed, NotFound; Conflict if it was taken back meanwhile.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    require_acts_on(post, by=by)
    if post.status != S.DISCARDED:
        raise Conflict(_("The first post was taken back a moment ago. Reload to see it."))
    other = reading.get_post(actor=by, post_id=with_id)
    Post.objects.filter(pk=post.pk).update(replaced_by=other)
    record(by=by, verb="post.replace", subject=post.subject, body={"by": other.pk})
    return post


def _unit_of(account_ids: list[int], by: Actor) -> int | None:
    """Whose post it is: the unit that all its accounts belong to. Raises NotFound for an account that is not the agency's."""
    accounts = reading.accounts_by_id(actor=by, account_ids=account_ids)
    if len(accounts) != len(account_ids):
        raise NotFound(_("One of the chosen accounts is not there any more."))
    units = {row.unit_id for row in accounts}
    return units.pop() if len(units) == 1 else None


def _picture(asset: Asset) -> dict[str, Any]:
    """See posts/pictures.py."""
    copies = [
        {
            "digest": copy.digest,
            "width": copy.width,
            "height": copy.height,
            "size": copy.bytes,
            "name": copy.public_name,
        }
        for copy in renditions_of_all([asset.pk])[asset.pk]
        if copy.format == "jpeg"
    ]
    return {"asset": asset.pk, "name": asset.file_name, "alt": asset.alt, "copies": copies}
