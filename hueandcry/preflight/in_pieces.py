"""Looking at what goes with the words: pictures, links, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from hueandcry.preflight.looking import Hit, Look
from hueandcry.preflight.packs import Rule
from hueandcry.preflight.passages import words_of
from hueandcry.preflight.values import PictureFacts

FILE_NAME = re.compile(r"\.(?:jpe?g|png|gif|heic|webp|tiff?|bmp|mp4|mov|avif|pdf)$", re.IGNORECASE)
CAMERA_NAME = re.compile(
    r"(?:img|dsc|pxl|mvi|image|photo|picture|screenshot|screen shot|scan|file|whatsapp image|unnamed|download|capture)?"
    r"[\s\d._():-]*",
    re.IGNORECASE,
)
WORDS = 3  # fewer say nothing


def alt_missing(rule: Rule, look: Look) -> Iterator[Hit]:
    """Pictures without a description."""
    del rule
    for picture in look.draft.pictures:
        if not picture.alt.strip():
            yield Hit(f"picture:{picture.name}")


def alt_poor(rule: Rule, look: Look) -> Iterator[Hit]:
    """Descriptions that say nothing: file names, “image of”, one or two words, “see poster”."""
    for picture in look.draft.pictures:
        alt = picture.alt.strip()
        if not alt:
            continue
        told = " ".join(words_of(alt))
        empty = not told or told in rule.more["empty"] or len(told.split()) < WORDS
        named = (
            FILE_NAME.search(alt)
            or CAMERA_NAME.fullmatch(alt.replace(" at ", " "))
            or ("_" in alt and " " not in alt)
        )
        opening = next((words for words in rule.more["openings"] if f"{told} ".startswith(f"{words} ")), None)
        points = any(f" {words} " in f" {told} " for words in rule.more["points"])
        if empty or named or points:
            yield Hit(f"picture:{picture.name}", 0, len(picture.alt), picture.alt)
        elif opening:
            found = re.match(
                r"\W*" + r"\W+".join(map(re.escape, opening.split())), picture.alt, re.IGNORECASE
            )
            yield Hit(
                f"picture:{picture.name}", 0, found.end() if found else len(picture.alt), opening.capitalize()
            )


def rights(rule: Rule, look: Look) -> Iterator[Hit]:
    """No right, or a right that has run out."""
    del rule
    for picture in look.draft.pictures:
        if picture.rights in {"missing", "expired"} or _over(picture, look):
            yield Hit(f"picture:{picture.name}")


def rights_unknown(rule: Rule, look: Look) -> Iterator[Hit]:
    """Nothing is recorded."""
    del rule
    for picture in look.draft.pictures:
        if not picture.rights and not _over(picture, look):
            yield Hit(f"picture:{picture.name}")


def consent(rule: Rule, look: Look) -> Iterator[Hit]:
    """A consent that is needed is not there."""
    del rule
    for picture in look.draft.pictures:
        if picture.consent == "missing":
            yield Hit(f"picture:{picture.name}")


def guardian(rule: Rule, look: Look) -> Iterator[Hit]:
    """The guardian of a child has not agreed."""
    del rule
    for picture in look.draft.pictures:
        if picture.guardian == "missing":
            yield Hit(f"picture:{picture.name}")


def music(rule: Rule, look: Look) -> Iterator[Hit]:
    """Music without a licence."""
    del rule
    for picture in look.draft.pictures:
        if picture.music == "missing":
            yield Hit(f"picture:{picture.name}")


def unchecked(rule: Rule, look: Look) -> Iterator[Hit]:
    """Faces or plates for which nobody has looked. Where nobody was asked, nothing is said."""
    for picture in look.draft.pictures:
        checked = picture.faces_checked if rule.more["fact"] == "faces" else picture.plates_checked
        if checked is False:
            yield Hit(f"picture:{picture.name}")


def _over(picture: PictureFacts, look: Look) -> bool:
    return (
        picture.expires_on is not None
        and look.draft.today is not None
        and picture.expires_on < look.draft.today
    )


def link_dead(rule: Rule, look: Look) -> Iterator[Hit]:
    """Addresses that gave no page when they were tried."""
    del rule
    dead = {_same(link) for link in look.draft.dead_links}
    for hit in _links(look) if dead else ():
        if _same(hit.seen) in dead:
            yield hit


def link_short(rule: Rule, look: Look) -> Iterator[Hit]:
    """Shorteners."""
    hosts, labels = frozenset(rule.more["hosts"]), frozenset(rule.more["labels"])
    for hit in _links(look):
        host = _host(hit.seen)
        if host in hosts or host.split(".")[0] in labels:
            yield hit


def link_open(rule: Rule, look: Look) -> Iterator[Hit]:
    """Addresses that say http."""
    del rule
    for hit in _links(look):
        if hit.seen.lower().startswith("http://"):
            yield hit


def _links(look: Look) -> Iterator[Hit]:
    inside = set()
    for reading in look.written:
        for start, end in reading.passage.addresses:
            seen = reading.passage.text[start:end].rstrip(".,;:!?)]}'\"”’»…")
            if "@" not in seen.split("/")[0] or seen.lower().startswith("http"):
                inside.add(_same(seen))
                yield Hit(reading.passage.part, start, start + len(seen), seen)
    for number, link in enumerate(look.draft.links):
        if _same(link) not in inside:
            yield Hit(f"link:{number}", 0, len(link), link)


def _same(link: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|^www\.", "", link.strip().lower()).rstrip("/.,")


def _host(link: str) -> str:
    try:
        host = urlsplit(link if "://" in link else f"https://{link}").hostname or ""
    except ValueError:  # an address that is none, such as “https://[”
        host = ""
    return host.removeprefix("www.")


def staff(rule: Rule, look: Look) -> Iterator[Hit]:
    """Written for staff, and going to a public account."""
    del rule
    if look.draft.audience == "staff" and "public" in look.draft.account_audiences:
        yield Hit("draft", seen="a public account")


def lane(rule: Rule, look: Look) -> Iterator[Hit]:
    """An account none of whose topics is a topic of the post; offers one whose topic it is."""
    del rule
    topics = set(look.draft.topics)
    if not topics:
        return
    for label, lanes in look.draft.lanes.items():
        if lanes and not topics & set(lanes):
            better = sorted(
                other
                for other, spoken in {**look.draft.lanes, **look.draft.other_lanes}.items()
                if other != label and topics & set(spoken)
            )
            values = {"lane": ", ".join(lanes), "topics": ", ".join(look.draft.topics)}
            yield Hit("draft", seen=label, offer=better[0] if better else None, values=values)
