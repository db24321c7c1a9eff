"""Every network is put to every case and to every fault, or it says why not; the document shows the same."""

from __future__ import annotations

from pathlib import Path

from hueandcry.channels.catalogue import CHANNELS
from hueandcry.simnet.world import FAULTS, REPORTS
from tests.connectors import matrix
from tests.connectors.contract import Contract
from tests.lists import test_list_contract as lists

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "connectors.md"
CASES = {name for name in vars(Contract) if name.startswith("test_")}


def test_each_fault_is_played_on_each_network_or_excused_with_words_and_never_both() -> None:
    assert set(matrix.COLUMNS) == {*CHANNELS, "feeds"} - {"fake"}
    assert set(matrix.MODES) == {*FAULTS, *REPORTS}
    assert matrix.open_cells() == []
    assert matrix.idle_excuses() == []
    for networks, acts, modes, reason in matrix.EXCUSES:
        assert reason.endswith("."), (networks, acts, modes)
        assert len(reason) > 20


def test_the_document_shows_the_matrix() -> None:
    assert matrix.table() in DOCUMENT.read_text(), "print it again: python -m tests.connectors.matrix"


def test_no_class_leaves_out_a_case_of_the_contract_without_a_reason() -> None:
    for thing in matrix.things():
        if not (isinstance(thing, type) and issubclass(thing, Contract) and hasattr(thing, "connector")):
            continue
        for name in CASES:
            lacks = hasattr(getattr(Contract, name), "needs")  # an ability that this connector has not
            assert getattr(thing, name) is not None or lacks or len(thing.without[name]) > 20, (thing, name)


def test_the_lists_are_put_to_the_same_cases() -> None:
    assert lists.TestLists.channels == set(matrix.LISTS)
    assert set(matrix.LIST_CASES) == {name for name in CASES if not hasattr(getattr(Contract, name), "needs")}
    for case, mine in matrix.LIST_CASES.items():
        assert callable(getattr(lists.TestLists, mine, None)) or len(mine.split()) > 5, case
