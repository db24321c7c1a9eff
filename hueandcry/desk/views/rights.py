"""The right to show a picture or a video: who made it, who agreed, until when."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.assets.models import Asset, Video
from hueandcry.assets.queries import RenditionView, renditions_of_all
from hueandcry.assets.rights import get_thing, stated
from hueandcry.assets.rights_actions import state_rights
from hueandcry.desk import notices
from hueandcry.desk.forms.rights import RightsForm, initial_of
from hueandcry.desk.guard import DeskRequest, desk_view, own_path
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.posts.showing import in_hand
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
SMALL = 640  # pixels
notices.add({"rights-stated": _lazy("Noted. It is known wherever this is used.")})


@desk_view(Permission.POST_DRAFT)
def rights(request: DeskRequest, what: str) -> HttpResponse:
    """State the right to show a picture ("asset:12") or a video ("video:3"). ?next: where to go afterwards."""
    thing = get_thing(actor=request.actor, what=what, in_hand=in_hand)
    is_video = not isinstance(thing, Asset)
    numbers = {"video_ids": [thing.pk]} if is_video else {"asset_ids": [thing.pk]}
    before = next(iter(stated(agency_id=request.actor.agency_id, **numbers).values()), None)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    form = RightsForm(request.POST or None, is_video=is_video, initial=initial_of(before))
    if request.method == "POST" and form.is_valid():
        try:
            state_rights(what=what, statement=form.statement(), by=request.actor, in_hand=in_hand)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(own_path(wanted) if wanted else request.path, "rights-stated")
    context = {
        "form": form,
        "what": what,
        "thing": thing,
        "is_video": is_video,
        "small": _small(thing),
        "next": own_path(wanted) if wanted else "",
        "before": before,
        "who": names_of({before.stated_by}).get(before.stated_by, "") if before else "",
        "picture": reverse("rights-picture", args=[what]),
    }
    return render(request, "desk/rights/rights.html", context, status=UNUSABLE if form.errors else 200)


@desk_view(Permission.POST_DRAFT)
@require_safe
def picture(request: DeskRequest, what: str) -> HttpResponse:
    """A small copy of it; never the original."""
    copy = _small(get_thing(actor=request.actor, what=what, in_hand=in_hand))
    if copy is None:
        raise NotFound
    return HttpResponse(blobs.read(copy.digest), content_type="image/jpeg")


def _small(thing: Asset | Video) -> RenditionView | None:
    """The copy that the page shows; None of a video that is not ready."""
    number = thing.pk if isinstance(thing, Asset) else thing.still_id
    every = renditions_of_all([number]).get(number, []) if number else []
    copies = [copy for copy in every if copy.format == "jpeg"]
    return next((item for item in reversed(copies) if item.width <= SMALL), copies[0] if copies else None)
