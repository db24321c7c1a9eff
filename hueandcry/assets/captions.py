"""Captions of a video: WebVTT in, plain WebVTT out. Pure.

Taken are WebVTT (W3C, Candidate Recommendation) and SubRip, which people have more often. Kept are times, places and
words; comments, styles, regions and names of cues are not, for they tell who made the file and with what.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid

LARGEST = 1024 * 1024  # bytes
MOST_CUES = 20_000
LATE = 5  # seconds that captions may go on after the video
TIME = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})\Z")
SETTING = re.compile(
    r"(?:vertical:(?:rl|lr)|(?:line|position|size):-?[\d.]{1,6}%?(?:,[a-z-]{1,12})?|align:[a-z]{3,6})\Z"
)
TAG = re.compile(r"<(?!/?(?:i|b|u|v(?:[ .][^<>]{0,60})?)>)[^<>]*>")
ARROW = "-->"


class CaptionsRefused(Invalid):
    """The file holds no captions that we can read; the sentence says where and what to do."""


def plain_captions(data: bytes, *, seconds: int | None = None) -> bytes:
    """The captions alone, as WebVTT. seconds: how long the video is, if that is known. Raises CaptionsRefused."""
    if len(data) > LARGEST:
        raise CaptionsRefused(
            _("This file is too large for captions. Choose the .vtt or .srt file."), field="captions"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CaptionsRefused(
            _("These captions are not in UTF-8. Save them again as UTF-8 and choose that file."),
            field="captions",
        ) from None
    if "\0" in text:
        raise CaptionsRefused(_no_captions(), field="captions")
    cues = [_cue(number, lines, seconds) for number, lines in _blocks(text) if _is_cue(lines)]
    if not cues or len(cues) > MOST_CUES:
        raise CaptionsRefused(_no_captions(), field="captions")
    return ("WEBVTT\n\n" + "\n\n".join(cues) + "\n").encode()


def _no_captions() -> str:
    return _("There are no captions in this file. Choose a WebVTT (.vtt) or SubRip (.srt) file.")


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """Groups of lines with nothing between them, each with the number of its first line."""
    blocks: list[tuple[int, list[str]]] = [(1, [])]
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line.strip():
            if not blocks[-1][1]:
                blocks[-1] = (number, [])
            blocks[-1][1].append(line)
        elif blocks[-1][1]:
            blocks.append((number + 1, []))
    return blocks


def _is_cue(lines: list[str]) -> bool:
    return bool(lines) and not lines[0].startswith("NOTE") and any(ARROW in line for line in lines[:2])


def _cue(number: int, lines: list[str], seconds: int | None) -> str:
    """One cue as it is kept. Raises CaptionsRefused with the number of the line."""
    at = 0 if ARROW in lines[0] else 1
    first, _arrow, rest = lines[at].partition(ARROW)
    last, *settings = rest.split() or [""]
    begin, end = _moment(first.strip()), _moment(last)
    if begin is None or end is None or end <= begin:
        raise CaptionsRefused(
            _("Line %d of the captions has no time that can be read. Put it right and choose the file again.")
            % (number + at),
            field="captions",
        )
    if seconds is not None and begin > (seconds + LATE) * 1000:
        raise CaptionsRefused(
            _("Line %d of the captions begins after the video ends. Is it the file of another video?")
            % (number + at),
            field="captions",
        )
    kept = [setting for setting in settings if SETTING.match(setting)]
    words = [TAG.sub("", line).strip().replace(ARROW, "→") for line in lines[at + 1 :]]
    head = " ".join([_written(begin), ARROW, _written(end), *kept])
    return "\n".join([head, *(word for word in words if word)])


def _moment(text: str) -> int | None:
    """Milliseconds; None if it is no time."""
    found = TIME.match(text)
    if found is None:
        return None
    hours, minutes, seconds, rest = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _written(moment: int) -> str:
    seconds, rest = divmod(moment, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
