"""What a page of the site says of itself to whoever builds a card for its link (ogp.me; developer.x.com, “Cards markup”).

Title and description are the page's own, so nothing stands in a card that does not stand on the page: no name before it
may be said, no picture but one that the page itself offers (ADR 0023: never one with people, since whoever builds a card
keeps a copy that we cannot take down). What a template says already stays. Pure.
"""

from __future__ import annotations

import html
import re

from django.utils.translation import gettext as _

TITLE = re.compile(r"<title>([^<]*)</title>")
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')
END = "</head>"


def is_shown(name: str) -> bool:
    """True for a file that is a page with an address of its own."""
    return name.endswith("index.html") and not name.startswith(("_", "."))


def with_tags(page: bytes, *, address: str, site: str) -> bytes:
    """The page with the tags that it lacks. address: where it stands; site: the agency's name."""
    text = page.decode()
    head, end, rest = text.partition(END)
    title, words, canonical = (rule.search(head) for rule in (TITLE, DESCRIPTION, CANONICAL))
    if not end or title is None:
        return page
    heading = html.unescape(title[1]).removesuffix(f" · {site}").strip() or site
    told = {
        "og:type": "website",
        "og:title": heading,
        "og:description": html.unescape(words[1])
        if words
        else _("What %s tells the public, on its own site.") % site,
        "og:site_name": site,
        "og:url": html.unescape(canonical[1]) if canonical else address,
    }
    tags = [
        f'<meta property="{name}" content="{html.escape(said)}">'
        for name, said in told.items()
        if f'property="{name}"' not in head
    ]
    large = 'property="og:image"' in head
    tags.append(f'<meta name="twitter:card" content="{"summary_large_image" if large else "summary"}">')
    return f"{head}{''.join(tags)}\n{END}{rest}".encode()
