"""Our own posts as X tells them: escaped for HTML, links shortened, one more link for the pictures."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import Line, OutcomeUnknown, Outgoing, Receipt
from hueandcry.connectors.x.calls import read, unreadable, user_of

API, SITE = "https://api.x.com", "https://x.com"
SHORT = re.compile(r"https?://t\.co/\w+")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
PICTURE_AT = ("pic.x.com/", "pic.twitter.com/")
BEFORE = timedelta(minutes=10)  # clocks differ; our own other deliveries are told apart by `taken`
MOST_PAGES = 5  # of a hundred posts, when we look for one
ADDRESS = re.compile(r"/status(?:es)?/([0-9]{1,19})(?:[/?#]|\Z)")  # of a post
REPOST = "repost:"  # before the id of the post that is shown again: X gives a repost no id of its own


def timeline(line: Line, outgoing: Outgoing) -> Iterator[dict[str, Any]]:
    """Our posts since this one was first tried, newest first."""
    since = (outgoing.created_at - BEFORE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = {"start_time": since, "max_results": "100"}
    for _page in range(MOST_PAGES):
        data = read(line, f"/2/users/{user_of(line)}/tweets", query, "entities,referenced_tweets")
        if not isinstance(data.get("meta"), dict):  # no timeline: that nothing is in it proves nothing
            raise unreadable()
        for post in data.get("data", []):
            if not isinstance(post, dict):
                raise unreadable()
            yield post
        after = data["meta"].get("next_token")
        if not after:
            return
        query["pagination_token"] = str(after)
    raise OutcomeUnknown(_("X shows too many posts to find this one among them."))


def same(post: dict[str, Any], outgoing: Outgoing) -> bool:
    """True if X tells our text: unescaped, links written out, white space as it may be."""
    parent = reference(post, "replied_to")
    if reference(post, "retweeted") or (parent and parent != outgoing.reply_to):
        return False
    ours, theirs = outgoing.text, str(post.get("text", ""))
    urls = post.get("entities", {}).get("urls", [])
    for url in urls:
        theirs = theirs.replace(str(url.get("url")), _written(url, ours))
    if not urls:  # X did not tell its links: compare what is not a link
        ours, theirs = LINK.sub("", ours), SHORT.sub("", theirs)
    told, wanted = (unicodedata.normalize("NFC", text).split() for text in (html.unescape(theirs), ours))
    return told == wanted


def _written(url: dict[str, Any], ours: str) -> str:
    """A shortened link as we wrote it; nothing for the one that X adds for pictures."""
    whole, shown = str(url.get("expanded_url") or ""), str(url.get("display_url") or "")
    if url.get("media_key") or shown.startswith(PICTURE_AT):
        return ""
    return whole if whole in ours else whole.partition("://")[2]


def reference(post: dict[str, Any], kind: str) -> str:
    """The id of the post that this one is a reply to ("replied_to") or shows again ("retweeted"); "" if none is told."""
    told = post.get("referenced_tweets") or post.get("referenced_posts") or []
    return next((str(one.get("id")) for one in told if one.get("type") == kind), "")


def receipt(line: Line, remote_id: str, **evidence: str) -> Receipt:
    """Where people read it: on x.com, or on the server that stands in for X."""
    address = str(getattr(line.http, "address", API))
    place = f"{line.session.get('handle', 'i')}/status/{remote_id.removeprefix(REPOST)}"
    told = {"id": remote_id} | {name: value for name, value in evidence.items() if value}
    return Receipt(remote_id, f"{SITE if address.startswith(API) else address}/{place}", told)
