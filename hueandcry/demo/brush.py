"""A sheet to draw on in flat colours: smooth shapes, moved and turned as a group, saved as PNG. Pure.

Coordinates are pixels of the finished picture. It is drawn three times as large and made smaller at the
end, which smooths every edge.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont

Point = tuple[float, float]
Colour = str | tuple[int, int, int] | tuple[int, int, int, int]

WIDTH, HEIGHT = 1280, 960
FINE = 3  # drawn this many times as large
_STEPS = 12  # straight pieces of a curve between two of its points


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group is drawn: x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def of(self, point: Point) -> Point:
        """The point on the sheet, in fine pixels."""
        x, y = point
        return (
            (self.a * x + self.c * y + self.e) * FINE,
            (self.b * x + self.d * y + self.f) * FINE,
        )

    def inside(self, outer: Place) -> Place:
        """The same place, seen from outside another one."""
        return Place(
            a=outer.a * self.a + outer.c * self.b,
            b=outer.b * self.a + outer.d * self.b,
            c=outer.a * self.c + outer.c * self.d,
            d=outer.b * self.c + outer.d * self.d,
            e=outer.a * self.e + outer.c * self.f + outer.e,
            f=outer.b * self.e + outer.d * self.f + outer.f,
        )

    @property
    def scale(self) -> float:
        """How much larger lines become."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))


def with_alpha(colour: str, alpha: int) -> tuple[int, int, int, int]:
    """A colour such as "#13294b" with an opacity from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), alpha


def mix(one: str, other: str, share: float) -> str:
    """A colour between two; share 0 gives the first, 1 the second."""
    parts = [
        round(int(one[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share) for i in (1, 3, 5)
    ]
    return f"#{parts[0]:02x}{parts[1]:02x}{parts[2]:02x}"


def points(text: str) -> list[Point]:
    """Points written as "x y, x y, …", which keeps the outline of a shape on a line."""
    pairs = (pair.split() for pair in text.split(","))
    return [(float(x), float(y)) for x, y in pairs]


def smooth(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """A soft curve through all points (Catmull-Rom)."""
    count = len(points)
    line: list[Point] = []
    for n in range(count if closed else count - 1):
        p0, p1, p2, p3 = (
            points[(n + k) % count] if closed else points[min(max(n + k, 0), count - 1)]
            for k in (-1, 0, 1, 2)
        )
        for step in range(_STEPS):
            t = step / _STEPS
            weights = (
                (-t + 2 * t**2 - t**3) / 2,
                (2 - 5 * t**2 + 3 * t**3) / 2,
                (t + 4 * t**2 - 3 * t**3) / 2,
                (-(t**2) + t**3) / 2,
            )
            line.append(
                (
                    sum(w * p[0] for w, p in zip(weights, (p0, p1, p2, p3), strict=True)),
                    sum(w * p[1] for w, p in zip(weights, (p0, p1, p2, p3), strict=True)),
                )
            )
    return line if closed else [*line, points[-1]]


def around(cx: float, cy: float, rx: float, ry: float, *, begin: float = 0, end: float = 360) -> list[Point]:
    """Points of an oval, or of a part of it, from `begin` to `end` degrees clockwise from three o'clock."""
    count = max(12, int(abs(end - begin) / 4))
    turns = [math.radians(begin + (end - begin) * n / count) for n in range(count + 1)]
    return [(cx + rx * math.cos(turn), cy + ry * math.sin(turn)) for turn in turns]


@cache
def _font(size: int) -> Any:
    """The lettering that comes with the picture library; size in fine pixels."""
    return ImageFont.load_default(size)


class Sheet:
    """One picture while it is drawn."""

    def __init__(self, ground: str = "#f3efe6", *, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * FINE, height * FINE), ground)
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.place = Place()

    # --- groups ---

    @contextmanager
    def at(
        self, x: float = 0, y: float = 0, *, scale: float = 1, turn: float = 0, mirror: bool = False
    ) -> Iterator[None]:
        """Draw what follows moved to (x, y), enlarged, turned (degrees, clockwise), mirrored left to right."""
        before = self.place
        cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
        side = -1 if mirror else 1
        self.place = Place(cos * side, sin * side, -sin, cos, x, y).inside(before)
        try:
            yield
        finally:
            self.place = before

    @contextmanager
    def within(self, outline: Sequence[Point]) -> Iterator[None]:
        """Show what follows only inside the outline."""
        fine = [self.place.of(p) for p in outline]
        left, top = int(min(x for x, _y in fine)), int(min(y for _x, y in fine))
        right, bottom = int(max(x for x, _y in fine)) + 2, int(max(y for _x, y in fine)) + 2
        mask = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in fine], fill=255)
        before, pen, place = self.image, self.pen, self.place
        self.image = before.crop((left, top, right, bottom))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.place = place.inside(Place(e=-left / FINE, f=-top / FINE))
        try:
            yield
        finally:
            before.paste(self.image, (left, top), mask)
            self.image, self.pen, self.place = before, pen, place

    # --- shapes ---

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        """A shape with corners."""
        self.pen.polygon([self.place.of(p) for p in points], fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A soft shape through the points."""
        self.poly(smooth(points, closed=True), fill)

    def oval(self, cx: float, cy: float, rx: float, ry: float, fill: Colour) -> None:
        """An oval by its centre and radii."""
        self.poly(around(cx, cy, rx, ry), fill)

    def disc(self, cx: float, cy: float, radius: float, fill: Colour) -> None:
        """A circle."""
        self.oval(cx, cy, radius, radius, fill)

    def box(self, x: float, y: float, w: float, h: float, fill: Colour, radius: float = 0) -> None:  # noqa: PLR0917 - as one says it: place, size, colour
        """A rectangle, with round corners if a radius is given."""
        r = min(radius, w / 2, h / 2)
        if r <= 0:
            self.poly([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill)
            return
        self.poly(
            [
                *around(x + w - r, y + r, r, r, begin=-90, end=0),
                *around(x + w - r, y + h - r, r, r, begin=0, end=90),
                *around(x + r, y + h - r, r, r, begin=90, end=180),
                *around(x + r, y + r, r, r, begin=180, end=270),
            ],
            fill,
        )

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A line with round ends and corners."""
        fine = [self.place.of(p) for p in points]
        thick = max(1, round(width * self.place.scale * FINE))
        self.pen.line(fine, fill=fill, width=thick, joint="curve")
        half = thick / 2
        for x, y in (fine[0], fine[-1]):
            self.pen.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def veil(self, points: Sequence[Point], fill: str, width: float, opacity: int) -> None:
        """A see-through line: every part of it equally so, also where it crosses itself."""
        mask = Image.new("L", self.image.size, 0)
        pen, self.pen = self.pen, ImageDraw.Draw(mask)
        self.line(points, opacity, width)  # type: ignore[arg-type]
        self.pen = pen
        self.image.paste(fill, (0, 0, *self.image.size), mask)

    def curve(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A soft line through the points."""
        self.line(smooth(points, closed=False), fill, width)

    def ring(self, cx: float, cy: float, radius: float, fill: Colour, width: float) -> None:
        """The line of a circle."""
        thick = width * self.place.scale * FINE
        x, y = self.place.of((cx, cy))
        outer = radius * self.place.scale * FINE + thick / 2
        self.pen.ellipse(
            (x - outer, y - outer, x + outer, y + outer), outline=fill, width=max(1, round(thick))
        )

    def fade(self, top: str, bottom: str, *, begin: float = 0, end: float | None = None) -> None:
        """The whole width between two heights, from one colour softly to another."""
        first, last = round(begin), round(self.height if end is None else end)
        column = Image.new("RGB", (1, last - first))
        for y in range(last - first):
            column.putpixel((0, y), ImageColor.getrgb(mix(top, bottom, y / max(1, last - first))))
        size = (self.image.width, (last - first) * FINE)
        self.image.paste(column.resize(size, Image.Resampling.NEAREST), (0, first * FINE))

    def text(self, x: float, y: float, words: str, size: float, fill: Colour) -> None:
        """Words centred on (x, y); they move with their group but do not turn."""
        self.pen.text(
            self.place.of((x, y)),
            words,
            fill=fill,
            font=_font(round(size * self.place.scale * FINE)),
            anchor="mm",
        )

    def png(self) -> bytes:
        """The finished picture."""
        buffer = io.BytesIO()
        self.image.reduce(FINE).save(buffer, "PNG", compress_level=4)
        return buffer.getvalue()
