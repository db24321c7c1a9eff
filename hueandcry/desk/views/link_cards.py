"""The picture of a link's card, as previews show it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.link_cards import digest_in
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.files import MIME, Kind


@desk_view(Permission.POST_READ)
@require_safe
def picture(request: DeskRequest, name: str) -> HttpResponse:
    """A small copy that we made; never what the page itself holds."""
    data = blobs.read(digest_in(name, agency_id=request.agency.pk))
    return HttpResponse(data, content_type=MIME[Kind.JPEG])
