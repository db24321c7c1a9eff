"""Captions as SubRip (.srt), for networks that take no WebVTT. Pure.

What comes in is the plain WebVTT that assets/captions.py keeps: a heading, then cues with nothing between their lines.
"""

from __future__ import annotations

import re

ARROW = "-->"
TIME = re.compile(r"(\d{2,}:\d{2}:\d{2})\.(\d{3})")
TAG = re.compile(r"<(?!/?[ibu]>)[^<>]*>")  # SubRip knows <i>, <b> and <u>, and no names of speakers


def subrip(webvtt: bytes) -> bytes:
    """The same cues, numbered, without their places on the screen."""
    blocks = [block.split("\n") for block in webvtt.decode().replace("\r\n", "\n").split("\n\n")]
    cues = [[line for line in block if line] for block in blocks if ARROW in block[0]]
    return "\n".join(_cue(number, lines) for number, lines in enumerate(cues, 1)).encode()


def _cue(number: int, lines: list[str]) -> str:
    begin, _arrow, rest = lines[0].partition(ARROW)
    times = f"{begin.strip()} {ARROW} {rest.split()[0]}"
    return "\n".join([str(number), TIME.sub(r"\1,\2", times), *(TAG.sub("", line) for line in lines[1:]), ""])
