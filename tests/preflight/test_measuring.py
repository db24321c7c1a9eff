"""The bench reads labelled drafts, counts each topic once for a draft, and says what it does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import preflight

ROW = {
    "id": "d1", "pack": "ca-ontario", "language": "en", "stage": "", "audience": "staff", "to": ["public", "staff"],
    "text": "The Harbour Bridge shooting was discussed. Read http://police.example.",
    "pictures": [{"alt": "", "rights": "expired", "consent": "missing"}], "held_matter": "Harbour Bridge shooting",
    "topics": ["traffic"], "lane": ["history"], "dead_links": [],
    "expected": ["held-matter", "bad-link", "alt-text", "picture-rights", "staff-to-public", "out-of-lane"],
}  # fmt: skip


def measure(folder: Path, monkeypatch: pytest.MonkeyPatch, *rows: object) -> dict[str, float | int | str]:
    (folder / "some.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    monkeypatch.setattr(preflight, "DRAFTS", folder)
    return preflight.run()


def test_a_row_becomes_a_draft_with_everything_it_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = measure(tmp_path, monkeypatch, ROW)
    assert (figures["drafts"], figures["exactly_right"], figures["all_recall"]) == (1, 1, 1.0)


def test_what_is_missed_and_what_is_too_much_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = {
        "id": "d2",
        "pack": "us-generic",
        "text": "We got the burglar! Shit.",
        "expected": ["swearing", "medical"],
    }
    figures = measure(tmp_path, monkeypatch, ROW, plain)
    assert figures["exactly_right"] == 1
    assert (figures["guilt-language_precision"], figures["guilt-language_recall"]) == (0.0, -1)
    assert (figures["medical_precision"], figures["medical_recall"]) == (-1, 0.0)
    assert figures["all_precision"] == round(7 / 8, 3)
    assert figures["wrong_stops"] == 0


def test_no_drafts_and_unknown_topics_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="tone"):
        measure(tmp_path, monkeypatch, ROW | {"expected": ["tone"]})
    (tmp_path / "some.jsonl").unlink()
    monkeypatch.setattr(preflight, "DRAFTS", tmp_path)
    assert preflight.run()["drafts"] == 0
