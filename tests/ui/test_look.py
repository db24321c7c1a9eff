"""The compiled look: budgets, what must not be in it, contrast of every pair of tokens used together."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from hueandcry.ui import css

SASS = Path(css.__file__).parent / "sass"
BUDGETS = {"public": 15_000, "desk": 23_000}

# (text, ground) pairs that stand together; WCAG 2.2 AA asks 4.5 for text.
TEXT = [
    ("govuk-text-colour", ground)
    for ground in (
        "govuk-body-background-colour",
        "govuk-template-background-colour",
        "hc-raised",
        "hc-sunken",
        "hc-hover",
        "hc-chosen",
        "hc-amber-ground",
        "hc-danger-ground",
        "hc-ok-ground",
        "hc-info-ground",
        "hc-quiet",
    )
] + [
    ("govuk-secondary-text-colour", "govuk-body-background-colour"),
    ("govuk-secondary-text-colour", "hc-raised"),
    ("govuk-secondary-text-colour", "hc-sunken"),
    ("govuk-link-colour", "govuk-body-background-colour"),
    ("govuk-link-colour", "hc-raised"),
    ("govuk-link-colour", "hc-amber-ground"),
    ("govuk-link-colour", "hc-info-ground"),
    ("govuk-link-visited-colour", "govuk-body-background-colour"),
    ("govuk-error-colour", "govuk-body-background-colour"),
    ("govuk-error-colour", "hc-raised"),
    ("hc-bar-text", "hc-bar"),
    ("hc-button-text", "hc-button"),
    ("hc-button-text", "hc-button-hover"),
    ("hc-warning-text", "hc-warning"),
    ("hc-warning-text", "hc-warning-hover"),
    ("hc-info", "hc-chosen"),
    ("hc-danger", "hc-raised"),
    *[(f"hc-{name}", f"hc-{name}-ground") for name in ("danger", "amber", "ok", "info", "tip", "plain")],
    ("govuk-focus-text-colour", "govuk-focus-colour"),
]
# Edges of controls and bars that carry meaning: 3.0.
EDGES = [
    ("govuk-input-border-colour", "govuk-body-background-colour"),
    ("govuk-input-border-colour", "hc-raised"),
    ("hc-amber-line", "hc-amber-ground"),
    ("hc-button", "govuk-body-background-colour"),
]


def tokens(which: str) -> dict[str, str]:
    """The tokens of the mixin `light` or `dark`; dark keeps what it does not change."""
    text = (SASS / "_tokens.scss").read_text()
    found: dict[str, str] = {}
    for name in ("light", "dark"):
        block = re.search(rf"@mixin {name} {{(.*?)\n}}", text, re.DOTALL)
        assert block is not None
        found.update(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[1]))
        if name == which:
            break
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("which", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (EDGES, 3.0)])
def test_every_pair_of_tokens_has_enough_contrast(
    which: str, pairs: list[tuple[str, str]], least: float
) -> None:
    found = tokens(which)
    weak = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < least} == {}


@pytest.mark.parametrize("which", ["public", "desk"])
def test_a_sheet_keeps_its_budget_and_carries_nothing_of_gov_uk(which: str) -> None:
    data = css.sheet(which).data
    assert len(gzip.compress(data, 9)) <= BUDGETS[which]
    text = data.decode().lower()
    for forbidden in ("gds transport", "gov.uk", "crest", "@font-face", "url(http", "@import"):
        assert forbidden not in text


@pytest.mark.parametrize("which", ["public", "desk"])
def test_a_sheet_is_built_from_the_tokens_and_has_no_left_or_right_margin(which: str) -> None:
    text = css.sheet(which).data.decode()
    for name, colour in tokens("dark").items():
        assert f"--{name}: {colour}" in text
    assert not re.search(r"[{;](margin|padding)-(left|right):", text)


def test_packages_are_pinned_and_the_lock_names_no_address() -> None:
    lock = (SASS / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "http" not in re.sub(r'"(url|funding)": ?"[^"]*"', "", lock)
    assert re.findall(r'"(?:govuk-frontend|sass)": "([^"]+)"', (SASS / "package.json").read_text()) == [
        "6.6.0",
        "1.108.2",
    ]
