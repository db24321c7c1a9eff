"""What a file really is, by its content."""

from __future__ import annotations

import pytest

from hueandcry.kernel.files import Kind, also_is, kind_of
from tests.factories_appeals import picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_picture_is_known_by_its_content(kind: str) -> None:
    data = picture(90, 60, kind=kind)
    assert kind_of(data).value == kind.lower()
    assert also_is(data) is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"%PDF-1.4", Kind.PDF),
        (b"PK\3\4rest", Kind.ZIP),
        (b" \n<!DOCTYPE HTML>", Kind.HTML),
        (b"<?xml?><SVG >", Kind.SVG),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Kind.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", Kind.AVIF),
        (b"\0\0\0\x18ftypqt  \0\0\0\0qt  ", Kind.VIDEO),
        (b"only words", Kind.OTHER),
        (b"GIF", Kind.OTHER),
    ],
)
def test_other_things_are_told_apart(data: bytes, kind: Kind) -> None:
    assert kind_of(data) == kind


def test_a_picture_that_is_something_else_too_is_noticed() -> None:
    data = picture(90, 60)
    assert also_is(data + b"<SCRIPT>x</SCRIPT>") == Kind.HTML
    assert also_is(data + b"PK\5\6" + b"\0" * 18) == Kind.ZIP
    assert also_is(data[:20] + b"%PDF-1.4" + data[20:]) == Kind.PDF
    assert also_is(data + b"PK\5\6 only four letters that look like it" + b"\xff" * 99) is None
