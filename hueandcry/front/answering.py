"""Pure: which reply a request gets. Knows the release, no socket and no clock."""

from __future__ import annotations

import re

from hueandcry.front.release import Release, Site
from hueandcry.front.replies import (
    ONLY_FORMS,
    ONLY_READ,
    OWN,
    RELAY,
    DiskPart,
    Entry,
    Reply,
    Variant,
    lead_on,
    redirect,
)
from hueandcry.front.target import (
    BadTarget,
    Target,
    quote_path,
    quote_query,
    read_codings,
    read_host,
    read_range,
    read_target,
    tag_matches,
)

READS = frozenset((b"GET", b"HEAD"))
FORMS = frozenset((b"GET", b"HEAD", b"POST"))
FORM_PATHS = (b"/t/", b"/subscribe/")  # asked of the public process
CHECKER = b"/accounts/verify/"  # a file; with a question behind it, asked of the public process too
# A link of ours that is counted: seven signs say which delivery brought the reader (hueandcry/posts/links.py, ADR 0028).
LINK = re.compile(rb"/l/([2-9a-hjkmnp-z]{7})((?:/[A-Za-z0-9._~-]+)+/?)\Z")
AHEAD = (b"sec-purpose", b"purpose", b"x-moz")  # said by a browser that fetches before anybody has asked
_MOST_REMEMBERED = 256
_codings: dict[bytes, int] = {b"": 0}  # Accept-Encoding headers seen, read


class Request:
    """One request, read to its end. `fields` has small names; `refusal` is a status if it cannot be answered.

    The class holds what is so for almost every request, so that making one costs little.
    """

    keep = True
    version = "1.1"
    refusal = 0
    body = b""
    path = b""
    query = b""
    opened = ""  # the code of the counted link that was followed
    site: Site | None = None  # set, with path and query, for a relayed request
    instead: Reply | None = (
        None  # what is answered if a relayed request is out of reach; None: the site's page for that
    )

    def __init__(self, method: bytes, url: bytes, fields: dict[bytes, bytes]) -> None:
        self.method = method
        self.url = url
        self.fields = fields


def decide(request: Request, release: Release | None) -> Reply:
    """The reply to `request`, or RELAY if the public process must be asked. Safe for any request whatever."""
    if request.refusal:
        return OWN[request.refusal]
    if release is None:
        return OWN[503]
    if request.method in READS:
        site = release.sites.get(request.fields.get(b"host", b""))
        if site is not None:
            entry = site.entries.get(request.url)
            if entry is not None:
                return _choose(entry, request.fields)
    try:
        return _decide_slowly(request, release)
    except BadTarget:
        return OWN[400]


def _decide_slowly(request: Request, release: Release) -> Reply:
    raw_host = request.fields.get(b"host")
    if raw_host is None:
        raise BadTarget
    name = read_host(raw_host)
    target = read_target(request.url)
    if target.host is not None:  # the absolute form's host counts, and is what the forms are told
        name = read_host(target.host)
        request.fields[b"host"] = target.host
    site = release.names.get(name)
    if site is None:
        return OWN[421]
    if len(release.sites) < _MOST_REMEMBERED and target.host is None:
        release.sites[raw_host] = site
    if target.path.startswith(FORM_PATHS):
        request.site, request.path, request.query = site, target.path, target.query
        return RELAY if request.method in FORMS else ONLY_FORMS
    if request.method not in READS:
        return ONLY_READ
    if target.path == CHECKER and target.query:
        request.site, request.path, request.query = site, target.path, target.query
        request.instead = _find(site, target, request)  # the whole list, where nobody answers
        return RELAY
    return _find(site, target, request)


def is_form(url: bytes) -> bool:
    """True if a request target leads to the public forms, whose bodies are taken in."""
    try:
        return read_target(url).path.startswith(FORM_PATHS)
    except BadTarget:
        return False


def _find(site: Site, target: Target, request: Request) -> Reply:
    path = target.path
    if path in site.gone:
        return site.gone_page
    entry = site.entries.get(path)
    if entry is not None:
        return _choose(entry, request.fields)
    link = LINK.match(path)
    if link is not None:
        if not link[2].startswith(FORM_PATHS) and _by_a_person(request):
            request.opened = link[1].decode()
        return lead_on(link[2].decode())
    if path in site.folders or path + b"/" in FORM_PATHS:
        return redirect(quote_path(path + b"/").decode(), quote_query(target.query).decode())
    return site.not_found


def _by_a_person(request: Request) -> bool:
    """True unless it looks like a machine: browsers say which languages are read, most crawlers do not."""
    fields = request.fields
    return request.method == b"GET" and b"accept-language" in fields and not any(n in fields for n in AHEAD)


def _choose(entry: Entry, fields: dict[bytes, bytes]) -> Reply:
    accepted = fields.get(b"accept-encoding", b"")
    codings = _codings.get(accepted)
    if codings is None:
        codings = read_codings(accepted)
        if len(_codings) < _MOST_REMEMBERED:
            _codings[accepted] = codings
    variant = entry.choices[codings]
    tags = fields.get(b"if-none-match")
    if tags is not None and tag_matches(tags, variant.etag):
        return variant.same
    if entry.ranged and b"range" in fields:
        return _part(variant, fields)
    return variant.full


def _part(variant: Variant, fields: dict[bytes, bytes]) -> Reply:
    """206 for a range that can be served, 416 for one that cannot, the whole for one to be ignored."""
    condition = fields.get(b"if-range")
    if condition is not None and condition != variant.etag:
        return variant.full
    body = variant.body
    size = len(body) if isinstance(body, bytes) else body.size
    try:
        span = read_range(fields[b"range"], size)
    except BadTarget:
        page = OWN[416]
        told = (
            ("Content-Range", f"bytes */{size}"),
            ("Content-Length", str(len(page.body))),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
        )
        return Reply(416, told, page.body)
    if span is None:
        return variant.full
    first, last = span
    length = last - first + 1
    head = (
        *variant.fields,
        ("Content-Range", f"bytes {first}-{last}/{size}"),
        ("Content-Length", str(length)),
    )
    if isinstance(body, bytes):
        return Reply(206, head, memoryview(body)[first : last + 1])
    return Reply(206, head, disk=DiskPart(body, first, length))
