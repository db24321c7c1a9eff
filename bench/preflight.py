"""`preflight`: how often the pre-flight rules are right, on drafts labelled by somebody who has not seen them.

The drafts are in `tests/preflight/drafts/*.jsonl`, one JSON object a line: id, pack, language, stage, audience, to,
text, pictures, held_matter, topics, lane, dead_links, and `expected`, the topics a careful reader would mark.
A topic counts once for each draft: found and expected, found alone, or expected alone. Intervals are Wilson's.

Half of the drafts, chosen by a digest of their ids, were read later to improve the rules. `unseen_…` counts only the
other half, which nobody who writes rules may look at: it is the figure to believe.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hueandcry.preflight import packs
from hueandcry.preflight.checks import Draft, Finding, HeldMatter, Level, PictureFacts, check

DRAFTS = Path(
    os.environ.get("HUE_BENCH_DRAFTS", Path(__file__).parents[1] / "tests" / "preflight" / "drafts")
)
TOPICS = (
    "minor-identified", "victim-identified", "sexual-offence-victim", "number-plate", "guilt-language", "held-matter",
    "medical", "operational-detail", "political", "swearing", "private-details", "alt-text", "bad-link",
    "picture-rights", "staff-to-public", "out-of-lane", "hard-to-read", "suicide-wording", "no-emergency-note",
)  # fmt: skip
NORMAL = 1.959963984540054  # 95 %, two-sided


def run() -> dict[str, float | int | str]:
    """drafts, precision and recall over all topics with intervals, the same for each topic, and ms for each draft."""
    rows = list(labelled())
    if not rows:
        return {"drafts": 0, "note": f"no labelled drafts in {DRAFTS.name}/"}
    counts = {topic: {"both": 0, "found": 0, "expected": 0} for topic in TOPICS}
    wrong_stops = 0
    for pack in packs.names():
        packs.load(pack)
    began = time.perf_counter()
    answers = [(row, check(as_draft(row), packs.load(row["pack"]))) for row in rows]
    spent = (time.perf_counter() - began) * 1000 / len(rows)
    for row, findings in answers:
        expected, found = set(row["expected"]), {finding.topic for finding in findings} & set(TOPICS)
        unknown = expected - set(TOPICS)
        if unknown:
            raise ValueError(
                f"The draft {row['id']} expects {', '.join(sorted(unknown))}, which is no topic."
            )
        for topic in expected | found:
            kind = "both" if topic in expected & found else "found" if topic in found else "expected"
            counts[topic][kind] += 1
        wrong_stops += any(f.level is Level.STOP and f.topic not in expected for f in findings)
        tell(row, expected, found, findings)
    figures: dict[str, float | int | str] = {"drafts": len(rows), "ms_per_draft": round(spent, 2)}
    figures |= {
        "wrong_stops": wrong_stops,
        "exactly_right": sum(exact(row, findings) for row, findings in answers),
    }
    total = {kind: sum(count[kind] for count in counts.values()) for kind in ("both", "found", "expected")}
    unseen = {"both": 0, "found": 0, "expected": 0}
    for row, findings in answers:
        if not may_be_read(row):
            expected, found = set(row["expected"]), {finding.topic for finding in findings} & set(TOPICS)
            unseen["both"] += len(expected & found)
            unseen["found"] += len(found - expected)
            unseen["expected"] += len(expected - found)
    for topic, count in [("all", total), ("unseen", unseen), *counts.items()]:
        figures |= shares(topic, count)
    return figures


def may_be_read(row: dict[str, Any]) -> bool:
    """True for the half of the drafts that whoever writes rules may look at."""
    return hashlib.sha256(row["id"].encode()).digest()[0] % 2 == 0


def labelled() -> Iterator[dict[str, Any]]:
    """The labelled drafts, file by file."""
    for path in sorted(DRAFTS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def as_draft(row: dict[str, Any]) -> Draft:
    """The row as the rules see it: no label goes with it."""
    matter = row.get("held_matter", "")
    lane = tuple(row.get("lane", ()))
    return Draft(
        text=row["text"],
        pictures=tuple(
            PictureFacts(
                f"{number}", alt=p.get("alt", ""), rights=p.get("rights", ""), consent=p.get("consent", "")
            )
            for number, p in enumerate(row.get("pictures", ()))
        ),
        audience=row.get("audience", "public"),
        account_audiences=tuple(row.get("to", ("public",))),
        topics=tuple(row.get("topics", ())),
        lanes={"the account": lane} if lane else {},
        language=row.get("language", ""),
        stage=row.get("stage", ""),
        held_matters=(HeldMatter(matter, (matter,)),) if matter else (),
        dead_links=frozenset(row.get("dead_links", ())),
    )


def exact(row: dict[str, Any], findings: list[Finding]) -> bool:
    """True if the topics found are those expected, no more and no fewer."""
    return {finding.topic for finding in findings} & set(TOPICS) == set(row["expected"])


def shares(topic: str, count: dict[str, int]) -> dict[str, float | int | str]:
    """Precision and recall of one topic, each with its interval; -1 where nothing was found or expected."""
    found, expected = count["both"] + count["found"], count["both"] + count["expected"]
    figures: dict[str, float | int | str] = {}
    for name, whole in (("precision", found), ("recall", expected)):
        low, high = wilson(count["both"], whole)
        share = round(count["both"] / whole, 3) if whole else -1
        figures[f"{topic}_{name}"] = share
        figures[f"{topic}_{name}_95"] = f"{low:.2f}-{high:.2f}"
        print(
            f"{topic:24} {name:10} {share:6.3f}  95 % {low:.2f} to {high:.2f}  ({count['both']} of {whole})",
            file=sys.stderr,
        )
    return figures


def wilson(good: int, whole: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 %; 0 to 1 if nothing was seen."""
    if not whole:
        return 0.0, 1.0
    share, square = good / whole, NORMAL**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = NORMAL * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2)) / (1 + square / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def tell(row: dict[str, Any], expected: set[str], found: set[str], findings: list[Finding]) -> None:
    """What went wrong with a draft of the half that may be read, if HUE_BENCH_TELL is set."""
    if expected == found or not os.environ.get("HUE_BENCH_TELL") or not may_be_read(row):
        return
    seen = [f"{finding.rule}: {row['text'][finding.start : finding.end]}" for finding in findings]
    print(
        f"{row['id']}: missed {sorted(expected - found)}, too much {sorted(found - expected)}; {seen}",
        file=sys.stderr,
    )
