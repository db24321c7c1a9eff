"""Writing a post: kept as it is typed, shown as each network will show it, checked, handed in or let go."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.answers.queries import own_use
from hueandcry.desk import notices
from hueandcry.desk.compose_page import as_typed, form_of, look, page, picture_rows
from hueandcry.desk.crop import SIDES, share_of
from hueandcry.desk.forms.compose import ComposeForm, initial_of
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.practising import to_practice
from hueandcry.desk.video_page import video_row
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from hueandcry.posts import reading
from hueandcry.posts.approval_actions import publish_post, submit_post
from hueandcry.posts.crop_actions import crop_picture, focus_picture, uncrop_picture
from hueandcry.posts.models import Post
from hueandcry.posts.pictures import whole_copies
from hueandcry.posts.scoping import acts_on
from hueandcry.posts.staff_first import still_to_wait
from hueandcry.posts.video_actions import describe_video
from hueandcry.posts.videos import still_of
from hueandcry.posts.writing import ChangedMeanwhile
from hueandcry.posts.writing_actions import (
    add_picture,
    describe_pictures,
    discard_post,
    draft_post,
    read_cards_again,
    remove_picture,
    save_post,
)
from hueandcry.ui.fields import add_refusal

UNUSABLE, CLASH = 422, 409
JPEG = "image/jpeg"
READ_AGAIN = "card"  # a button

notices.add(
    {
        "post-saved": _lazy("Saved."),
        "post-submitted": _lazy("Handed in. Somebody else must approve it now."),
        "post-going": _lazy("Going out in ten seconds. You can still stop it."),
        "post-colleagues-first": _lazy(
            "Colleagues read it now. When the public does stands below; you can still stop it."
        ),
        "post-planned": _lazy("Planned. It goes out at its time."),
        "post-discarded": _lazy("Thrown away. Nothing of it went out."),
        "post-picture-out": _lazy("The picture was taken out."),
        "post-picture-focus": _lazy("Kept. Networks that show only a part keep this point in view."),
        "post-picture-cropped": _lazy(
            "Cropped. Read again what is to be seen: it may name what is cut off. “Show all of it” takes it back."
        ),
        "post-card-again": _lazy("Saved. The page is read again within seconds; what is read stands below."),
        "post-picture-whole": _lazy("All of the picture is shown again."),
    }
)


@desk_view(Permission.POST_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """Begin a post. `like`: with the words of another one; `corrects`: as its correction; `accounts`: set to these."""
    if request.method == "POST":
        return _sent(request, None)
    if only := to_practice(request):
        return only
    return page(request, form_of(request, None, initial=_begun(request)), None)


def _begun(request: DeskRequest) -> dict[str, Any] | None:
    """What a new post begins with, where the address names another one or an answer of the library."""
    used = request.GET.get("answer", "")
    if used.isdecimal() and len(used) <= 15:  # noqa: PLR2004 - fits a column
        use = own_use(actor=request.actor, use_id=int(used))
        return {"text": getattr(use.version, use.register), "kind": "answer"}
    for name in ("corrects", "like"):
        number = request.GET.get(name, "")
        if not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - fits a column
            continue
        other = reading.get_post(actor=request.actor, post_id=int(number))
        begun = {**initial_of(other), "scheduled_at": None, "revision": None}
        if wanted := [item for item in request.GET.getlist("accounts") if item.isdecimal()]:
            begun["accounts"] = wanted
        if name == "corrects":
            begun |= {"kind": "correction", "text": _("Correction: we said that … Right is: …")}
        return begun
    return None


@desk_view(Permission.POST_DRAFT)
def edit(request: DeskRequest, post_id: int) -> HttpResponse:
    """Write a draft. If it waits for approval or is planned, it is a draft again afterwards."""
    post = reading.get_post(actor=request.actor, post_id=post_id)
    open_ = post.status in {Post.Status.DRAFT, Post.Status.SUBMITTED, Post.Status.APPROVED}
    if not open_ or not post.kind or not acts_on(post, actor=request.actor):
        return HttpResponseRedirect(reverse("post", args=[post.pk]))
    if request.method == "POST":
        return _sent(request, post)
    if only := to_practice(request):
        return only
    return page(request, form_of(request, post), post)


@desk_view(Permission.POST_DRAFT)
@require_POST
def keep_new(request: DeskRequest) -> HttpResponse:
    """Keep the words of a post that is not there yet."""
    return _keep(request, None)


@desk_view(Permission.POST_DRAFT)
@require_POST
def keep(request: DeskRequest, post_id: int) -> HttpResponse:
    """Keep the words of a post as they are typed; the answer says when, and whether somebody else saved."""
    return _keep(request, reading.get_post(actor=request.actor, post_id=post_id))


@desk_view(Permission.POST_DRAFT)
@require_POST
def preview_new(request: DeskRequest) -> HttpResponse:
    """What each network would show of a post that is not there yet."""
    return _preview(request, None)


@desk_view(Permission.POST_DRAFT)
@require_POST
def preview(request: DeskRequest, post_id: int) -> HttpResponse:
    """What each network would show, what the check finds, who decides: a part of the page."""
    return _preview(request, reading.get_post(actor=request.actor, post_id=post_id))


@desk_view(Permission.POST_DRAFT)
@require_POST
def discard(request: DeskRequest, post_id: int) -> HttpResponse:
    """Throw a draft away; it can be taken back for a minute."""
    post = discard_post(post_id=post_id, by=request.actor)
    undo = reverse("post-restore", args=[post.pk])
    return notices.redirect_saying(reverse("posts"), "post-discarded", undo=undo)


@desk_view(Permission.POST_READ)
@require_safe
def media(request: DeskRequest, post_id: int, name: str) -> HttpResponse:
    """A copy of a picture of this post; never the original."""
    post = reading.get_post(actor=request.actor, post_id=post_id)
    still = still_of(post.video, alt="") if post.video else None
    for item in [*post.pictures, *([still] if still else [])]:
        for copy in [*item["copies"], *whole_copies(item)]:
            if copy["name"] == name:
                return HttpResponse(blobs.read(copy["digest"]), content_type=JPEG)
    raise NotFound(_("There is no such picture in this post."))


# --- what was sent ----------------------------------------------------------------------------------


def _sent(request: DeskRequest, post: Post | None) -> HttpResponse:
    """The form came back: keep everything first, then do what the button says."""
    form = form_of(request, post, data=request.POST)
    do = request.POST.get("do", "save")
    if not form.is_valid():
        return page(request, form, post, status=UNUSABLE)
    try:
        kept = _save(request, form, post)
        if said := _with_picture(request, kept, do):
            part = "previews" if do == READ_AGAIN else "pictures"
            return _to(reverse("compose-edit", args=[kept.pk]), said, part)
        if do == "go":
            return _go(request, kept, form)
    except ChangedMeanwhile:
        return _both(request, post)
    except (Invalid, Conflict, NotAllowed) as refusal:
        return _refused(request, form, refusal, post)
    return _to(reverse("compose-edit", args=[kept.pk]), "post-saved")


def _save(request: DeskRequest, form: ComposeForm, post: Post | None, *, typed: bool = False) -> Post:
    """Keep words, words of pictures, and new pictures, in this order."""
    by, content = request.actor, form.content()
    if post is None:
        post = draft_post(content=content, by=by, corrects=_corrected(request))
        form.kept = post  # whatever is refused afterwards, it is not begun twice
    else:
        given = form.cleaned_data.get("revision")
        post = save_post(post_id=post.pk, content=content, revision=given, by=by, typed=typed)
    alts = {
        int(name[4:]): str(value)
        for name, value in request.POST.items()
        if name.startswith("alt-") and name[4:].isdecimal() and len(name) < 20  # noqa: PLR2004 - fits a column
    }
    if alts:
        mine = frozenset(number for number in alts if f"ours-{number}" in request.POST)
        post = describe_pictures(post_id=post.pk, alts=alts, ours=mine, by=by)
    if "video-alt" in request.POST and post.video_id is not None:
        said = {name: f"video-{name}" in request.POST for name in ("ours", "quiet")}
        post = describe_video(post_id=post.pk, alt=request.POST["video-alt"], by=request.actor, **said)
    for file in request.FILES.getlist("picture"):
        alt = request.POST.get("alt-new", "") if len(request.FILES.getlist("picture")) == 1 else ""
        ours = "ours-new" in request.POST
        post = add_picture(
            post_id=post.pk, data=file.read(), file_name=file.name or "", alt=alt, ours=ours, by=by
        )
    form.kept = post
    return post


def _corrected(request: DeskRequest) -> int | None:
    number = request.POST.get("corrects", "")
    return int(number) if number.isdecimal() and len(number) <= 15 else None  # noqa: PLR2004 - fits a column


def _go(request: DeskRequest, post: Post, form: ComposeForm) -> HttpResponse:
    """Let it go where this person is free, else hand it in; the words say which."""
    reason = form.cleaned_data.get("reason", "")
    sheet = look(as_typed(form, post, request), request, form)
    if sheet["standing"].needs_approval:
        submit_post(post_id=post.pk, reason=reason, by=request.actor)
        return _to(
            reverse("post", args=[post.pk]), "post-submitted", undo=reverse("post-take-back", args=[post.pk])
        )
    gone = publish_post(post_id=post.pk, reason=reason, by=request.actor)
    word = "post-colleagues-first" if still_to_wait(gone) else "post-going"
    if post.scheduled_at and post.scheduled_at > clock.now():
        word = "post-planned"
    return _to(reverse("post", args=[post.pk]), word, "results")


def _with_picture(request: DeskRequest, post: Post, do: str) -> str:
    """Take a picture out ("remove:12"), "crop:12", "whole:12" or "focus:12", or have the cards read again ("card").

    Returns the word that says so, "" for another button.
    """
    if do == READ_AGAIN:
        read_cards_again(post_id=post.pk, by=request.actor)
        return "post-card-again"
    what, _colon, number = do.partition(":")
    if what not in {"remove", "crop", "whole", "focus"} or not number.isdecimal() or len(number) > 15:  # noqa: PLR2004 - fits a column
        return ""
    if what == "remove":
        remove_picture(post_id=post.pk, asset_id=int(number), by=request.actor)
        return "post-picture-out"
    if what == "whole":
        uncrop_picture(post_id=post.pk, asset_id=int(number), by=request.actor)
        return "post-picture-whole"
    if what == "focus":
        left, top = (share_of(request.POST.get(f"focus-{number}-{side}", "")) for side in SIDES[:2])
        focus_picture(post_id=post.pk, asset_id=int(number), point=(left, top), by=request.actor)
        return "post-picture-focus"
    sides = [share_of(request.POST.get(f"crop-{number}-{side}", "")) for side in SIDES]
    crop_picture(
        post_id=post.pk, asset_id=int(number), part=(sides[0], sides[1], sides[2], sides[3]), by=request.actor
    )
    return "post-picture-cropped"


def _to(address: str, word: str, part: str = "", *, undo: str = "") -> HttpResponse:
    return notices.redirect_saying(f"{address}#{part}" if part else address, word, undo=undo)


def _refused(request: DeskRequest, form: ComposeForm, refusal: Refusal, post: Post | None) -> HttpResponse:
    """Something stands in the way; what was typed is kept already, unless it could not be."""
    kept = form.kept
    if kept is not None and (post is None or kept.pk == post.pk):
        post = reading.get_post(actor=request.actor, post_id=kept.pk)
        data = request.POST.copy()
        data["revision"] = str(post.revision)
        form = form_of(request, post, data=data)
        form.is_valid()
    add_refusal(form, refusal)
    return page(
        request, form, post, status=UNUSABLE if not isinstance(refusal, NotAllowed) else refusal.status
    )


def _both(request: DeskRequest, post: Post | None) -> HttpResponse:
    """Somebody else saved meanwhile: both texts. What is on the screen stays, and saving it again wins."""
    if post is None:
        raise Conflict(_("This post was changed a moment ago. Reload to see it."))
    now = reading.get_post(actor=request.actor, post_id=post.pk)
    data = request.POST.copy()
    data["revision"] = str(now.revision)
    again = form_of(request, now, data=data)
    again.is_valid()
    return page(request, again, now, theirs=now, status=CLASH)


def _keep(request: DeskRequest, post: Post | None) -> HttpResponse:
    form = form_of(request, post, data=request.POST)
    if not form.is_valid():
        sentence = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return JsonResponse({"sentence": sentence}, status=UNUSABLE)
    try:
        kept = _save(request, form, post, typed=True)
    except ChangedMeanwhile as refusal:
        now = reading.get_post(actor=request.actor, post_id=post.pk) if post else None
        told = {"changed": refusal.sentence, "revision": now.revision if now else 0}
        return JsonResponse(told, status=CLASH)
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence, **_told(form.kept)}, status=UNUSABLE)
    at = clock.now().astimezone(ZoneInfo(request.agency.time_zone))
    return JsonResponse({"kept": f"{at:%H:%M:%S}", **_told(kept)})


def _told(post: Post | None) -> dict[str, Any]:
    """Where the post lives from now on, for the page's script."""
    if post is None:
        return {}
    return {
        "revision": post.revision,
        "pictures": len(post.pictures),
        "address": reverse("compose-edit", args=[post.pk]),
        "words": reverse("compose-keep", args=[post.pk]),
        "look": reverse("compose-preview", args=[post.pk]),
    }


def _preview(request: DeskRequest, post: Post | None) -> HttpResponse:
    form = form_of(request, post, data=request.POST)
    form.is_valid()
    shown = as_typed(form, post, request)
    context = {"form": form, "post": post, "pictures": picture_rows(post), "video": video_row(post)}
    context |= look(shown, request, form)
    return render(request, "desk/compose/_look.html", context)
