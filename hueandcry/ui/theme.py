"""An agency's own colour, as style rules whose contrast is computed. Pure.

The colour is used for the bar, the buttons and the frames of the public side; where it is too light (or, in
the dark, too dark) it is moved towards black or white until text on it can be read (WCAG 2.2 AA asks 4.5).
"""

from __future__ import annotations

import re

READABLE = 4.5
DARK_GROUND = "#11161b"  # --govuk-body-background-colour in the dark; --hc-raised is a shade lighter
DARK_RAISED = "#1a2128"
DARK_INK = "#0b1420"  # --hc-button-text in the dark
_STEPS = 50
_HEX = re.compile(r"#[0-9a-f]{6}\Z")


def is_colour(text: str) -> bool:
    """True for a colour as it is kept: "#13294b"."""
    return bool(_HEX.match(text))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, *, on: tuple[str, ...], towards: str) -> str:
    """The colour, moved towards another one by the least step that gives it a contrast of 4.5 with each of `on`."""
    for step in range(_STEPS + 1):
        moved = _mix(colour, towards, step / _STEPS)
        if all(contrast(moved, ground) >= READABLE for ground in on):
            return moved
    return towards


def rules(colour: str) -> str:
    """Style rules that give the public side this colour; "" for "" and for what is not a colour."""
    colour = colour.strip().lower()
    if not is_colour(colour):
        return ""
    light, dark = values(colour)
    return (
        f":root{{{_block(light)}}}@media screen and (prefers-color-scheme:dark){{:root{{{_block(dark)}}}}}\n"
    )


def values(colour: str) -> tuple[dict[str, str], dict[str, str]]:
    """The tokens that a colour ("#13294b") changes, in the light and in the dark: name without dashes → colour."""
    deep = readable(colour, on=("#ffffff",), towards="#000000")
    hover = _mix(deep, "#000000", 0.3)
    night = readable(colour, on=(DARK_GROUND, DARK_RAISED, DARK_INK), towards="#ffffff")
    bar = readable(_mix(colour, "#000000", 0.55), on=("#e6eaee",), towards="#000000")
    light = {
        "govuk-brand-colour": deep,
        "hc-bar": deep,
        "hc-bar-line": hover,
        "hc-button": deep,
        "hc-button-hover": hover,
    }
    dark = {
        "govuk-brand-colour": night,
        "hc-bar": bar,
        "hc-bar-line": _mix(bar, "#ffffff", 0.2),
        "hc-button": night,
        "hc-button-hover": _mix(night, "#ffffff", 0.4),
    }
    return light, dark


def _block(values: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in values.items())


def _mix(one: str, other: str, share: float) -> str:
    return "#" + "".join(
        f"{round(int(one[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share):02x}"
        for i in (1, 3, 5)
    )


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)  # noqa: PLR2004 - WCAG's own
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
