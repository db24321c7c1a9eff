"""Captions: what is read, what is kept of it, and the sentences for what cannot be read."""

from __future__ import annotations

import pytest

from hueandcry.assets.captions import LARGEST, CaptionsRefused, plain_captions


def test_webvtt_keeps_times_places_and_words_and_nothing_of_its_maker() -> None:
    given = (
        "\ufeffWEBVTT - made by Sgt Imrie\r\nX-TIMESTAMP-MAP=LOCAL:1\r\n\r\nNOTE checked by K. Roe\r\n\r\n"
        "STYLE\r\n::cue { background: url(https://elsewhere.example/x) }\r\n\r\n"
        "intro\r\n00:01.000 --> 00:02.500 line:10% align:start onclick:x\r\n"
        "<v Roe>Turn <i>left</i><script>.\r\n<c.big>Now.</c>\r\n"
    )
    assert plain_captions(given.encode()).decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:10% align:start\n<v Roe>Turn <i>left</i>.\nNow.\n"
    )


def test_subrip_becomes_webvtt() -> None:
    given = b"1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n01:00:00,500 --> 01:00:01,000\nTwo\nlines\n"
    assert plain_captions(given).decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne\n\n01:00:00.500 --> 01:00:01.000\nTwo\nlines\n"
    )


def test_what_was_cleaned_stays_as_it_is() -> None:
    once = plain_captions(b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne --&gt; two\n")
    assert plain_captions(once) == once


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "no captions"),
        (b"WEBVTT\n\nNOTE nothing\n", "no captions"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne\0\n", "no captions"),
        (b"<html>00:01.000</html>", "no captions"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nCafé\n".encode("latin-1"), "UTF-8"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:09.000 --> 00:03.000\nTwo\n", "Line 6"),
        (b"WEBVTT\n\nfirst\n00:01 --> soon\nOne\n", "Line 4"),
        (b"WEBVTT\n\n10:01.000 --> 10:02.000\nOne\n", "after the video ends"),
        (b"WEBVTT\n\n" + b"x" * LARGEST, "too large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(given: bytes, says: str) -> None:
    with pytest.raises(CaptionsRefused) as refusal:
        plain_captions(given, seconds=60)
    assert says in refusal.value.sentence
    assert refusal.value.field == "captions"
