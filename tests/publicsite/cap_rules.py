"""What a document of CAP 1.2 must keep to that its schema cannot say, as rules: each lists what is wrong.

OASIS CAP 1.2, section 3, and the IPAWS profile 1.0 as far as it asks something of every sender. Not asked: what only a
sender of that network can say (code IPAWSv1.0, SAME event codes and geocodes).
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?!\+00:00)[+-]\d\d:\d\d\Z")  # UTC is -00:00, never "Z"
MOMENTS = ("sent", "effective", "onset", "expires")
REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,[^\s,<&]+\Z")


def profile_faults(data: bytes) -> list[str]:
    """What is wrong with a document."""
    root = ET.fromstring(data)
    found = [
        f"{name}: {said(root, name)!r}" for name in ("identifier", "sender") if not is_name(said(root, name))
    ]
    found += [
        f"{name}: {each.text}"
        for name in MOMENTS
        for each in root.iter(CAP + name)
        if not WHEN.match(each.text or "")
    ]
    references = said(root, "references")
    if (said(root, "msgType") in {"Update", "Cancel"}) != bool(references):
        found.append("references")
    found += [f"references: {each}" for each in references.split() if not REFERENCE.match(each)]
    if said(root, "status") in {"Exercise", "Test"} and not said(root, "note"):
        found.append("an exercise without a note")
    infos = root.findall(f"{CAP}info")
    return found + ([] if infos else ["no info"]) + _of_infos(infos, sent=said(root, "sent"))


def _of_infos(infos: list[ET.Element], *, sent: str) -> list[str]:
    found = []
    for info in infos:
        if len(info.findall(f"{CAP}category")) != 1 or not said(info, "language"):
            found.append("category or language")
        if said(info, "expires") <= sent:
            found.append("no end, or one before it is sent")
        area = info.find(f"{CAP}area")
        if area is None or not said(area, "areaDesc") or not 0 < len(said(info, "headline")) <= 160:
            found.append("headline or area")
    found += [
        f"{name} differs between the languages"
        for name in ("urgency", "severity", "certainty", "expires")
        if len({said(info, name) for info in infos}) > 1
    ]
    return found + (
        ["a language twice"] if len({said(info, "language") for info in infos}) != len(infos) else []
    )


def said(of: ET.Element, name: str) -> str:
    """The words of the first element of this name, "" for none."""
    return of.findtext(CAP + name) or ""


def is_name(text: str) -> bool:
    """True for what may stand in identifier and sender: no space, comma, < or &."""
    return bool(text) and not re.search(r"[\s,<&]", text)
