"""What a page says of itself for the card of a link: Open Graph, then the tags of X, then its plain title. Pure.

ogp.me; developer.x.com, “Cards markup”; HTML, 4.2.5 (all read 2026-11-23). Written for hostile pages: every sign is
looked at once, whatever the page holds, and what comes out is one line of plain text without signs that turn others
round. No script, no style and no picture of the page is looked at.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from hueandcry.kernel.text import shorten

TITLE, DESCRIPTION = 200, 300  # characters as a reader counts, more than any network shows
LONGEST_TAG = 8_000  # signs
LONGEST_TITLE = 2_000
SNIFFED = 2048  # bytes in which a page may name its alphabet; HTML asks for it within 1024
# Python knows "alphabets" that are none (zlib, punycode); these are those of the Encoding Standard that it has.
ALPHABETS = re.compile(
    r"(?:utf-?8|utf-16(?:le|be)?|us-ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|windows-874|koi8-[ru]|macintosh|"
    r"gbk|gb2312|gb18030|big5|euc-jp|euc-kr|shift[_-]jis|iso-2022-jp)\Z",
    re.IGNORECASE,
)
NAMED = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{1,20})", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,20})", re.IGNORECASE)
NAME = re.compile(r"/?[a-z][a-z0-9]{0,15}(?=[\s/>])", re.IGNORECASE)
PIECE = re.compile(r"([^\s\"'<>/=]{1,60})(?:\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]*)))?")
SKIPPED = {"script", "style", "noscript", "template", "textarea", "svg"}  # what they hold is not looked at
TITLES = ("og:title", "twitter:title")
WORDS = ("og:description", "twitter:description", "description")
PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")


@dataclass(frozen=True, slots=True)
class Tags:
    """title, description: plain text in one line, "" if the page has none; picture: a whole address, or ""."""

    title: str = ""
    description: str = ""
    picture: str = ""


def read_page(body: bytes, *, kind: str, address: str) -> Tags:
    """The tags of a page. kind: the answer's Content-Type; address: where the page was read, for addresses in it."""
    found, title = _found(decoded(body, kind))
    return Tags(
        title=_first(found, TITLES, TITLE) or one_line(title, most=TITLE),
        description=_first(found, WORDS, DESCRIPTION),
        picture=next((whole for name in PICTURES if (whole := _whole(found.get(name, ""), address))), ""),
    )


def decoded(body: bytes, kind: str) -> str:
    """The page as text: in the alphabet that it names, where there is such a one; what cannot be read is replaced."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    told = CHARSET.search(kind)
    within = NAMED.search(body[:SNIFFED])
    named = told[1] if told else within[1].decode("ascii") if within else ""
    if named and ALPHABETS.match(named) and not (named.lower().startswith("utf-16") and not told):
        try:
            return body.decode(named, errors="replace")
        except LookupError:  # a number that no alphabet has
            pass
    return body.decode("utf-8", errors="replace")


def one_line(text: str, *, most: int) -> str:
    """Plain text in one line, cut at a word. Signs that show nothing or turn others round are taken out."""
    line = " ".join(html.unescape(text[: most * 20]).split())
    kept = "".join(sign for sign in line if sign == "\u200d" or unicodedata.category(sign)[0] != "C")
    return shorten(" ".join(kept.split()), characters=most)


def _first(found: dict[str, str], names: tuple[str, ...], most: int) -> str:
    return next((line for name in names if (line := one_line(found.get(name, ""), most=most))), "")


def _whole(address: str, page: str) -> str:
    """The address of a picture with the page's before it, "" if it is none of the web."""
    told = html.unescape(address).strip()
    if not told:
        return ""
    try:
        whole = urljoin(page, told)
        return whole if urlsplit(whole).scheme in {"https", "http"} and len(whole) <= 2000 else ""  # noqa: PLR2004 - as browsers take
    except ValueError:
        return ""


def _found(text: str) -> tuple[dict[str, str], str]:
    """The meta tags of the head by name, the first of each, and the title. Goes forward only."""
    found: dict[str, str] = {}
    title, at = "", 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            at = _behind(text, "-->", at + 4)
            continue
        name = (m := NAME.match(text, at + 1)) and m[0].lower()
        if name in {"/head", "body"}:  # below it stands what visitors may have written
            break
        if not name:
            at += 1
            continue
        end = _end_of_tag(text, at)
        if name == "meta":
            _note(found, text[at + 5 : end])
        elif name == "title" and not title:
            close = text.find("</", end + 1, end + LONGEST_TITLE)
            title = text[end + 1 : close if close >= 0 else end + LONGEST_TITLE]
        elif name in SKIPPED:
            end = _behind(text, f"</{name}", end)
        at = end
    return found, title


def _note(found: dict[str, str], tag: str) -> None:
    pieces: dict[str, str] = {}
    for name, double, single, bare in PIECE.findall(tag):
        pieces.setdefault(name.lower(), double or single or bare)
    name = (pieces.get("property") or pieces.get("name") or "").strip().lower()
    if name in {*TITLES, *WORDS, *PICTURES} and pieces.get("content", "").strip():
        found.setdefault(name, pieces["content"])


def _end_of_tag(text: str, at: int) -> int:
    """Where the tag that begins at `at` ends: a > that stands in no quotes."""
    quote, most = "", min(len(text), at + LONGEST_TAG)
    for place in range(at, most):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and text[place - 1] in "= \t\n\r":
            quote = sign
        elif sign == ">":
            return place
    return most


def _behind(text: str, mark: str, at: int) -> int:
    """The place behind the next mark, whatever its case; the end if there is none."""
    found = re.compile(re.escape(mark), re.IGNORECASE).search(text, at)
    return found.end() if found else len(text)
