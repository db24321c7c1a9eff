"""The tree, pure: against RFC 9162's own definition, written a second time and as plainly as possible."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.records import chain


def plain_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, by its recursive definition."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


def some(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([0]) + str(n).encode()).digest() for n in range(count)]


@given(st.integers(min_value=0, max_value=200))
def test_the_frontier_has_the_root_of_the_definition(count: int) -> None:
    frontier = chain.Frontier()
    for leaf in some(count):
        frontier.append(leaf)
    assert frontier.root() == plain_root(some(count))
    again = chain.Frontier(frontier.size, frontier.peaks)
    assert again.root() == frontier.root()


@given(st.integers(min_value=1, max_value=100), st.data())
def test_every_leaf_is_proved_and_no_other_leaf_is(count: int, data: st.DataObject) -> None:
    leaves = some(count)
    index = data.draw(st.integers(min_value=0, max_value=count - 1))
    proof = [plain_root(leaves[start:end]) for start, end in chain.proof_ranges(index, count)]
    root = plain_root(leaves)
    assert chain.verify_inclusion(leaf=leaves[index], index=index, size=count, proof=proof, root=root)
    assert not chain.verify_inclusion(leaf=b"x" * 32, index=index, size=count, proof=proof, root=root)
    assert not chain.verify_inclusion(
        leaf=leaves[index], index=index, size=count, proof=[*proof, root], root=root
    )
    if count > 1:
        other = (index + 1) % count
        assert not chain.verify_inclusion(leaf=leaves[index], index=other, size=count, proof=proof, root=root)


def test_a_leaf_outside_the_tree_is_never_proved() -> None:
    assert not chain.verify_inclusion(leaf=b"", index=0, size=0, proof=[], root=chain.EMPTY_ROOT)
    with pytest.raises(ValueError, match="not in the tree"):
        chain.proof_ranges(3, 3)


@given(st.integers(min_value=0, max_value=10_000))
def test_peaks_are_where_the_set_bits_are(size: int) -> None:
    peaks = chain.peaks_of(size)
    assert sum(1 << level for level, _index in peaks) == size
    assert [level for level, _index in peaks] == sorted((level for level, _index in peaks), reverse=True)


@given(st.text(), st.text() | st.integers() | st.none())
def test_a_field_line_holds_no_line_end(name: str, value: str | int | None) -> None:
    assert "\n" not in chain.field_line(name, value)


def test_a_note_is_read_back() -> None:
    text = chain.seal_text(origin="hue-and-cry/abc/main", size=7, root=b"r" * 32)
    note = chain.signed_note(
        text=text, origin="hue-and-cry/abc/main", public_key=b"k" * 32, signature=b"s" * 64
    )
    assert chain.parse_note(note) == ("hue-and-cry/abc/main", 7, b"r" * 32, b"s" * 64)
