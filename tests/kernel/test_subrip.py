"""Captions for networks that take no WebVTT, and a file that is sent without being in memory."""

from __future__ import annotations

from hueandcry.assets.captions import plain_captions
from hueandcry.kernel.form import File, stream_form, write_form
from hueandcry.kernel.subrip import subrip
from hueandcry.simnet import forms
from hueandcry.simnet.api import Request

WEBVTT = (
    b"WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:1 align:start\n<v Ann>Have you\n<i>seen</i> it?\n\n"
    b"100:00:03.000 --> 100:00:04.000\nCaf\xc3\xa9\n"
)
SUBRIP = (
    "1\n00:00:01,000 --> 00:00:02,500\nHave you\n<i>seen</i> it?\n\n"
    "2\n100:00:03,000 --> 100:00:04,000\nCafé\n"
).encode()


def test_captions_keep_their_times_and_words_as_subrip_and_come_back_the_same() -> None:
    assert subrip(WEBVTT) == SUBRIP
    assert subrip(plain_captions(SUBRIP)) == SUBRIP


def test_a_streamed_form_reads_as_one_that_was_written() -> None:
    fields, pieces = {"segment_index": "7"}, [b"\r\n--", b"", b"\0\xff movie"]
    size = sum(map(len, pieces))
    kind, body = stream_form(fields, "media", "video/mp4", size, lambda: iter(pieces))
    for _turn in range(2):  # a call may be repeated
        whole = b"".join(body.parts())
        assert len(whole) == body.size
        read = forms.read(Request("POST", "/", {}, {"content-type": kind}, whole))
        plain_kind, plain = write_form(fields, {"media": File("media", "video/mp4", b"".join(pieces))})
        same = forms.read(Request("POST", "/", {}, {"content-type": plain_kind}, plain))
        assert (read.fields, read.files, read.names) == (same.fields, same.files, same.names)
