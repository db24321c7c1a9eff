"""Draw the five pictures of "How we protect you" into hueandcry/publicsite/story/. Run it when one of them changes.

.venv/bin/python scripts/draw_story.py
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from hueandcry.demo.brush import Sheet, around  # noqa: E402 - the path comes first
from hueandcry.demo.figures import Look, bust  # noqa: E402

WIDTH, HEIGHT, COLOURS = 320, 240, 40
NAVY, BLUE, PALE, PAPER, GOLD, INK = "#13294b", "#1b4f8f", "#dbe7f5", "#ffffff", "#e0a93b", "#2b3a4a"
SKIN, CREAM = "#e0a982", "#fbe7bd"


def ground(sheet: Sheet, colour: str) -> None:
    """A soft round ground, the same in all five."""
    sheet.box(0, 0, WIDTH, HEIGHT, colour)
    sheet.disc(160, 122, 96, "#ffffff")


def slip(sheet: Sheet, x: float, y: float, lines: tuple[int, ...], *, scale: float = 1) -> None:
    """A sheet of paper with written lines, its middle at (x, y)."""
    with sheet.at(x, y, scale=scale, turn=-4):
        sheet.box(-46, -60, 92, 120, "#c3d2e4", 6)
        sheet.box(-49, -63, 92, 120, PAPER, 6)
        for n, length in enumerate(lines):
            sheet.box(-37, -47 + n * 17, length, 7, "#9fb4cc", 3)


def lock(sheet: Sheet, x: float, y: float, *, scale: float = 1) -> None:
    """A closed padlock."""
    with sheet.at(x, y, scale=scale):
        sheet.line(around(0, -22, 20, 24, begin=180, end=360), NAVY, 9)
        sheet.box(-31, -22, 62, 50, GOLD, 9)
        sheet.disc(0, -2, 7, NAVY)
        sheet.box(-3, -2, 6, 18, NAVY, 3)


def write(sheet: Sheet) -> None:
    """A phone in a hand, with words on it and no name."""
    ground(sheet, PALE)
    sheet.blob([(104, 240), (108, 186), (136, 160), (196, 168), (214, 200), (220, 240)], SKIN)
    sheet.box(114, 34, 94, 166, NAVY, 14)
    sheet.box(121, 46, 80, 138, PAPER, 6)
    for n, length in enumerate((60, 50, 64, 38, 56)):
        sheet.box(129, 62 + n * 18, length, 8, "#8fa8c4", 4)
    sheet.box(129, 158, 42, 16, BLUE, 5)
    for n in range(3):
        sheet.line([(202 + n, 120 + n * 22), (222, 118 + n * 22)], SKIN, 15)


def close(sheet: Sheet) -> None:
    """An envelope with a padlock on it."""
    ground(sheet, "#e5e0f3")
    sheet.box(76, 74, 172, 112, "#b9c9dd", 8)
    sheet.box(73, 70, 172, 112, PAPER, 8)
    sheet.line([(78, 76), (159, 136), (240, 76)], "#9fb4cc", 6)
    lock(sheet, 159, 146, scale=1.35)


def read(sheet: Sheet) -> None:
    """Somebody at a screen, with a key."""
    ground(sheet, "#f6ead2")
    with sheet.at(112, 126, scale=0.19):
        bust(sheet, Look("#c98f68", "curly", "#2a211d", "#2f6f7e", "#e8f0f0", glasses=True))
    sheet.box(0, 216, WIDTH, 24, "#d9c49a", 0)
    sheet.box(168, 96, 112, 82, NAVY, 8)
    sheet.box(175, 103, 98, 66, "#eaf1f9", 3)
    for n, length in enumerate((66, 78, 50)):
        sheet.box(184, 114 + n * 15, length, 7, "#8fa8c4", 3)
    sheet.box(214, 178, 20, 24, "#2b3f5e")
    sheet.box(190, 200, 68, 16, "#2b3f5e", 4)
    sheet.ring(190, 62, 17, GOLD, 9)
    sheet.line([(208, 62), (262, 62)], GOLD, 9)
    for x in (242, 260):
        sheet.line([(x, 62), (x, 78)], GOLD, 9)


def answer(sheet: Sheet) -> None:
    """Two bubbles of talk and a slip with a number."""
    ground(sheet, "#dff0e6")
    sheet.box(44, 48, 136, 64, BLUE, 16)
    sheet.poly([(70, 104), (64, 134), (100, 110)], BLUE)
    for n, length in enumerate((100, 76)):
        sheet.box(62, 66 + n * 17, length, 8, "#cfe0f4", 4)
    sheet.box(122, 124, 150, 66, CREAM, 16)
    sheet.poly([(236, 182), (258, 212), (212, 188)], CREAM)
    sheet.box(140, 142, 112, 8, "#8fa8c4", 4)
    sheet.box(140, 160, 78, 8, "#8fa8c4", 4)
    sheet.line([(124, 140), (124, 174)], GOLD, 5)


def forget(sheet: Sheet) -> None:
    """A face that is only an outline, beside a clock that knows the hour."""
    ground(sheet, "#e7ebef")
    sheet.blob([(58, 240), (66, 186), (122, 166), (178, 186), (186, 240)], "#b9c4cf")
    sheet.oval(122, 112, 42, 52, "#cdd6de")
    for begin in range(0, 360, 30):
        sheet.line(around(122, 112, 42, 52, begin=begin, end=begin + 16), "#7d8a96", 4)
    sheet.text(122, 112, "?", 54, "#4d5761")
    sheet.disc(232, 92, 44, NAVY)
    sheet.disc(232, 92, 37, PAPER)
    sheet.line([(232, 92), (232, 68)], INK, 6)
    sheet.disc(232, 92, 5, INK)
    slip(sheet, 236, 186, (62, 40, 54), scale=0.62)


STORY: dict[str, Callable[[Sheet], None]] = {
    "write": write,
    "close": close,
    "read": read,
    "answer": answer,
    "forget": forget,
}


def main() -> None:
    """Draw, take few colours, save."""
    folder = ROOT / "hueandcry" / "publicsite" / "story"
    folder.mkdir(exist_ok=True)
    for name, draw in STORY.items():
        sheet = Sheet("#ffffff", width=WIDTH, height=HEIGHT)
        draw(sheet)
        few = Image.open(io.BytesIO(sheet.png())).quantize(COLOURS, dither=Image.Dither.NONE)
        place = folder / f"{name}.png"
        few.save(place, "PNG", optimize=True)
        print(f"{place.relative_to(ROOT)}  {place.stat().st_size} bytes")


if __name__ == "__main__":
    main()
