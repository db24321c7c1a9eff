"""Reading what a request names: pure functions, no server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.front.target import (
    BROTLI,
    GZIP,
    BadTarget,
    quote_path,
    quote_query,
    read_codings,
    read_host,
    read_range,
    read_target,
    settle_path,
    tag_matches,
)


@given(st.binary(max_size=60))
def test_a_settled_path_never_climbs_and_is_already_settled(raw: bytes) -> None:
    try:
        path = settle_path(b"/" + raw)
    except BadTarget:
        return
    assert path.startswith(b"/")
    assert b"//" not in path
    assert not {b".", b".."} & set(path.split(b"/"))
    assert settle_path(quote_path(path)) == path


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_what_is_written_to_the_application_is_one_printable_line(path: bytes, query: bytes) -> None:
    line = quote_path(path) + quote_query(query)
    assert all(0x21 <= byte <= 0x7E for byte in line)


@pytest.mark.parametrize(
    ("accepted", "codings"),
    [
        (b"", 0),
        (b"gzip", GZIP),
        (b"gzip, deflate, br, zstd", GZIP | BROTLI),
        (b"GZIP;q=0.5 , br;q=0", GZIP),
        (b"br;q=0.000, *", GZIP),
        (b"*;q=0", 0),
        (b"gzip;q=x", 0),
        (b"identity", 0),
    ],
)
def test_accepted_codings_are_read_with_their_weights(accepted: bytes, codings: int) -> None:
    assert read_codings(accepted) == codings


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (b"bytes=0-9", (0, 9)),
        (b"bytes=90-", (90, 99)),
        (b"bytes=-5", (95, 99)),
        (b"bytes=-500", (0, 99)),
        (b"bytes=50-500", (50, 99)),
        (b"bytes=0-1,5-6", None),
        (b"bytes=9-0", None),
        (b"items=0-9", None),
        (b"bytes=-", None),
    ],
)
def test_a_single_range_is_read_and_others_are_ignored(header: bytes, span: tuple[int, int] | None) -> None:
    assert read_range(header, 100) == span


@pytest.mark.parametrize("header", [b"bytes=100-", b"bytes=-0", b"bytes=5000-6000"])
def test_a_range_outside_the_file_is_refused(header: bytes) -> None:
    with pytest.raises(BadTarget):
        read_range(header, 100)


def test_entity_tags_match_in_lists_and_weakly() -> None:
    assert tag_matches(b'"a", W/"b-gzip"', b'"b-gzip"')
    assert tag_matches(b" * ", b'"b"')
    assert not tag_matches(b'"b"', b'"b-gzip"')


def test_a_host_is_read_without_port_and_case() -> None:
    assert read_host(b"WWW.Port-Ellery.example.:8000") == b"www.port-ellery.example"
    for wrong in (b"", b"a b", b"a..b", b"a:b", b"a/", b"@a", b"-", b"a" * 300):
        with pytest.raises(BadTarget):
            read_host(wrong)


def test_the_absolute_form_names_its_own_host() -> None:
    target = read_target(b"HTTP://a.example:80?x=1")
    assert (target.host, target.path, target.query) == (b"a.example:80", b"/", b"x=1")
