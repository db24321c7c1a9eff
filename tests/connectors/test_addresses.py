"""The id of a post in the address that a person pastes of it."""

from __future__ import annotations

import pytest

from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import ReadsAddresses

SERVER = "https://town.example"


@pytest.mark.parametrize(
    ("channel", "address", "remote_id"),
    [
        ("x", "https://x.com/ellery/status/1799", "1799"),
        ("x", "https://twitter.com/ellery/status/1799?s=20", "1799"),
        ("x", "https://x.com/ellery/status/1799/photo/1", "1799"),
        ("x", "https://x.com/ellery", ""),
        ("x", "https://x.com/ellery/status/media:1799", ""),
        ("mastodon", f"{SERVER}/@ellery/1107", "1107"),
        ("mastodon", f"{SERVER}/users/ellery/statuses/1107", "1107"),
        ("mastodon", f"{SERVER}/@ellery@other.example/1107", ""),  # somebody else's, seen from here
        ("mastodon", "https://other.example/@ellery/1107", ""),  # another server's number
        ("mastodon", f"{SERVER}/@ellery", ""),
        ("facebook", "https://www.facebook.com/watch/?v=4411", "4411"),
        ("facebook", "https://www.facebook.com/watch?ref=share&v=4411", "4411"),
        ("facebook", "https://www.facebook.com/ellery/videos/4411/", "4411"),
        ("facebook", "https://www.facebook.com/ellery/videos/seen-this-van/4411", "4411"),
        ("facebook", "https://www.facebook.com/reel/4411", "4411"),
        ("facebook", "https://www.facebook.com/ellery/posts/pfbid0abc", ""),
        ("facebook", "https://www.facebook.com/share/v/1abc/", ""),
        ("youtube", "https://www.youtube.com/watch?v=abc_DEF-123", "abc_DEF-123"),
        ("youtube", "https://www.youtube.com/watch?app=desktop&v=abc_DEF-123&t=3s", "abc_DEF-123"),
        ("youtube", "https://youtu.be/abc_DEF-123?si=1", "abc_DEF-123"),
        ("youtube", "https://www.youtube.com/shorts/abc_DEF-123", "abc_DEF-123"),
        ("youtube", "https://www.youtube.com/@ellery", ""),
    ],
)
def test_the_id_is_read_from_the_address(channel: str, address: str, remote_id: str) -> None:
    connector = connector_for(channel)
    assert isinstance(connector, ReadsAddresses)
    assert connector.id_in_address(address, server=SERVER) == remote_id
