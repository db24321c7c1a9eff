"""The card of a page of our own site, from the release that is served: no network call, and nothing but what is public.

A page that is not built yet, or was taken down, has none. Of pictures only that is taken which the page itself offers
for cards (ADR 0023): a small copy that the decoder made, which nobody has to decode again.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.kernel import blobs
from hueandcry.kernel.files import Kind, kind_of
from hueandcry.posts.card_page import Tags, read_page
from hueandcry.posts.links import is_counted

PLAIN = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*/?)*\Z")  # no part begins with a full stop
LARGEST_PAGE, LARGEST_PICTURE = 1024 * 1024, 1_000_000  # bytes; the thumb of a card on Bluesky
SIDES = re.compile(r"property=\"og:image:(width|height)\" content=\"(\d{1,5})\"")


def is_own(address: str, agency: Agency) -> bool:
    """True for an address below the agency's public site, whether or not a page stands there."""
    try:
        return address.startswith(public_url(agency, "/")) or urlsplit(address).hostname == agency.public_host
    except ValueError:
        return False


def own_tags(address: str, agency: Agency) -> tuple[Tags, dict[str, Any] | None] | None:
    """The tags of the page that stands at an address of ours now, and its picture; None if none stands there."""
    page = _file(address, agency)
    body = _read(page, LARGEST_PAGE) if page else None
    if body is None:
        return None
    tags = read_page(body, kind="text/html; charset=utf-8", address=public_url(agency, "/"))
    return tags, _picture(tags, body, agency)


def _picture(tags: Tags, body: bytes, agency: Agency) -> dict[str, Any] | None:
    place = _file(tags.picture, agency) if tags.picture else None
    data = _read(place, LARGEST_PICTURE) if place else None
    digest = hashlib.sha256(data).hexdigest() if data else ""
    if data is None or kind_of(data) != Kind.JPEG or not blobs.path(digest).exists():
        return None
    sides = {name: int(number) for name, number in SIDES.findall(body.decode(errors="replace"))}
    return {
        "digest": digest,
        "small": digest,
        "width": sides.get("width", 0),
        "height": sides.get("height", 0),
    }


def _file(address: str, agency: Agency) -> Path | None:
    """The file of the release that answers an address of ours; None for what is no plain address of the site."""
    home = public_url(agency, "/")
    if not address.startswith(home):
        return None
    path = urlsplit(address).path
    if is_counted(address):
        path = "/" + path.split("/", 3)[3]
    if not PLAIN.match(path):
        return None
    try:
        release = (Path(settings.HUE_SITE) / "current").resolve(strict=True)
        folder = json.loads((release / "site.json").read_bytes())["hosts"][agency.public_host]
    except (OSError, ValueError, KeyError):
        return None
    place = release / str(folder) / path.lstrip("/")
    return place if place.is_file() else place / "index.html"


def _read(place: Path, most: int) -> bytes | None:
    try:
        with place.open("rb") as file:
            data = file.read(most + 1)
    except OSError:
        return None
    return data if len(data) <= most else None
