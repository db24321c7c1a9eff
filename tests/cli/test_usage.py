"""What `hue` says to somebody who does not know it yet."""

from __future__ import annotations

import pytest

from hueandcry.cli.main import main


def test_hue_alone_prints_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().out
    assert "doctor" in said
    assert "look at everything" in said


@pytest.mark.parametrize("words", [["demo", "--help"], ["demo", "code", "--help"]])
def test_the_demonstrations_help_names_how_to_ask_for_a_code(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    said = capsys.readouterr().out.lower()
    assert "hue demo code" in said
    assert "name" in said
