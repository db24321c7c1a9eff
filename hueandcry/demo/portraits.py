"""Drawn photographs of Port Ellery's public voices, which they put up beside the crest. They resemble nobody."""

from __future__ import annotations

from hueandcry.demo.brush import Sheet
from hueandcry.demo.figures import Look, backdrop, bust

UNIFORM, TRIM = "#22365a", "#e8ecf3"
# Key of people.py → ground, how they look, and the words for those who cannot see it.
PORTRAITS: dict[str, tuple[str, Look, str]] = {
    "nora": (
        "#9cc3c9",
        Look("#f0c7a4", "bun", "#7a3b24", UNIFORM, TRIM, glasses=True),
        "Drawing of Nora Vance in a dark blue uniform, with glasses and her hair in a bun",
    ),
    "astrid": (
        "#d9c3a3",
        Look("#8a5a3c", "curly", "#231a17", UNIFORM, TRIM),
        "Drawing of Astrid Lund in a dark blue uniform, with short dark curls",
    ),
    "ife": (
        "#b9cdb4",
        Look("#6f4630", "short", "#1d1614", UNIFORM, TRIM, beard=True),
        "Drawing of Ife Okafor in a dark blue uniform, with a short beard",
    ),
}
FACE = (5_000, 4_700)  # of the drawing, in ten thousandths


def draw_portrait(key: str) -> bytes:
    """The photograph of this person as PNG. Raises KeyError for somebody who has none."""
    ground, look, _words = PORTRAITS[key]
    sheet = Sheet()
    backdrop(sheet, ground)
    with sheet.at(640, 440):
        bust(sheet, look)
    return sheet.png()
