"""Which fault is played on which network while what is done, and why the others are not. Printed into docs/connectors.md.

python -m tests.connectors.matrix
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

from hueandcry.channels.catalogue import CHANNELS, connector_for
from hueandcry.simnet.world import REPORTS

TESTS = Path(__file__).resolve().parents[1]
ACTS = {"up": "u", "change": "c", "down": "t", "file": "f"}  # put up, change, take down, send a file first
MODES = {
    "drop_after": "taken, then the connection drops",
    "drop_before": "the connection drops, nothing taken",
    "error_after": "taken, then an error (500)",
    "error_before": "an error (500), nothing taken",
    "rate_limit": "too many (429), with the time to come back",
    "slow": "taken, answered too late",
    "expired_token": "the credential has ended",
    "refuse": "refused",
    "refuse_duplicate": "refused as a duplicate",
    "reports_twice": "told afterwards, twice",
    "reports_backwards": "told afterwards, out of order",
}
LISTS = ("email_list", "sms_list", "push_list")
COLUMNS = {
    "bluesky": "Bluesky", "mastodon": "Mastodon", "facebook": "Facebook", "x": "X", "youtube": "YouTube", "webhook": "Webhook",
    "email_list": "E-mail", "sms_list": "SMS", "push_list": "Push", "feeds": "Feeds", "simulated": "Simulated",
}  # fmt: skip
SOCIAL = ("bluesky", "mastodon", "facebook", "x")
ANY = "*"
# (networks, acts, modes, the reason): the first that fits counts.
EXCUSES: list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = [
    (("feeds",), (ANY,), (ANY,), "Nobody is called: a feed is a file of the release, put in place whole by one rename."),
    (tuple(name for name in COLUMNS if name not in {"email_list", "sms_list"}), (ANY,), tuple(REPORTS), "It tells us nothing afterwards: we ask it."),
    ((ANY,), ("change", "down", "file"), tuple(REPORTS), "What is told afterwards is about what was sent."),
    (("x", *LISTS, "simulated"), ("change",), (ANY,), "There a post cannot be changed, and we do not offer it."),
    (LISTS, ("down",), (ANY,), "A recall is done in our own tables and calls nobody: who does not have it does not get it (a case of the contract)."),
    ((*LISTS, "webhook"), ("file",), (ANY,), "No file is sent: the link leads to the pictures."),
    (("simulated",), ("file",), (ANY,), "Its pictures are sent in a step that never fails: it is there for demonstrations."),
    (LISTS, ("up",), ("refuse_duplicate",), "No carrier refuses what it has had; the same message is handed over once (a case of the contract)."),
    (("webhook",), (ANY,), ("expired_token",), "A signing secret has no end; a wrong one is told (a case of the contract)."),
    ((ANY,), ("change", "down", "file"), ("refuse_duplicate",), "Only a new post is refused as a duplicate."),
    ((*SOCIAL, "youtube"), ("file",), ("slow",), "The call ends when its time is over, which is the lost answer of the first row."),
    ((*SOCIAL, "youtube"), ("file",), ("expired_token",), "The same renewal as when the post itself is put up, which is played."),
    (("youtube",), ("file",), ("refuse",), "A refusal of the file is a refusal of the post, which is played."),
]  # fmt: skip


# What of the contract is put to the lists by another name (tests/lists/test_list_contract.py), or why it is not.
EVERYBODY = "test_a_message_reaches_everybody_once_and_the_receipt_says_how_many"
LIST_CASES = {
    "test_a_post_is_up_once_and_the_receipt_says_where": EVERYBODY,
    "test_a_post_carries_the_link_and_its_title": EVERYBODY,
    "test_what_was_never_sent_is_not_found": EVERYBODY,
    "test_a_request_that_was_kept_as_json_is_found_again": EVERYBODY,
    "test_a_lost_answer_is_an_unknown_outcome_and_recovery_does_not_double": "test_putting_up",
    "test_a_lost_request_is_an_unknown_outcome_and_is_not_found": "test_putting_up",
    "test_a_deleted_post_is_gone_and_deleting_again_is_quiet": "test_what_is_taken_down_goes_to_nobody_more_and_taking_down_again_is_quiet",
    "test_a_wrong_credential_is_told_from_every_other_failure": "test_a_carrier_that_does_not_accept_us_any_more_gets_it_once_it_does",
    "test_a_server_that_does_not_listen_is_unreachable": "test_a_carrier_that_does_not_listen_gets_it_once_it_does",
    "test_the_longest_text_is_taken_and_a_longer_one_refused": "test_the_longest_text_is_taken_whole",
    "test_limits_say_where_they_were_read": "test_the_longest_text_is_taken_whole",
    "test_a_token_that_has_ended_is_renewed_or_told": "A list has no token: what carries it is set by the operator.",
}  # fmt: skip


def things() -> Iterator[Any]:
    """Every test and every class of tests of the networks."""
    for folder in ("connectors", "lists"):
        for path in sorted((TESTS / folder).glob("test_*.py")):
            yield from vars(import_module(f"tests.{folder}.{path.stem}")).values()


def played() -> set[tuple[str, str, str]]:
    """(network, act, mode) of every test that is run."""
    found: set[tuple[str, str, str]] = set()
    by_connector = {id(connector_for(name)): name for name in CHANNELS if name in COLUMNS}
    for thing in things():
        if isinstance(thing, type):
            own = by_connector.get(id(getattr(thing, "connector", None)))
            names = getattr(thing, "channels", {own} if own else set())
            tests = [getattr(thing, name) for name in dir(thing) if name.startswith("test_")] if names else []
        else:
            names, tests = getattr(thing, "channels", ()), [thing]
        for test in tests:
            cells = getattr(test, "plays", ()) if callable(test) else ()
            found |= {(str(name), act, mode) for name in names for act, mode in cells}
    return found


def excuse(network: str, act: str, mode: str) -> int:
    """The place of the reason why it is not played, from 1; 0 if there is none."""
    for place, (networks, acts, modes, _reason) in enumerate(EXCUSES, start=1):
        if all(ANY in some or one in some for one, some in ((network, networks), (act, acts), (mode, modes))):
            return place
    return 0


def table() -> str:
    """The matrix as it stands in docs/connectors.md."""
    run = played()
    lines = ["| | " + " | ".join(COLUMNS.values()) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for mode, words in MODES.items():
        cells = []
        for network in COLUMNS:
            done = "".join(letter for act, letter in ACTS.items() if (network, act, mode) in run)
            others = sorted({excuse(network, act, mode) for act in ACTS if (network, act, mode) not in run})
            cells.append(f"{done} ({' '.join(map(str, others))})".strip() if others else done)
        lines.append(f"| {words} | {' | '.join(cells)} |")
    reasons = [f"{place}. {reason}" for place, (*_where, reason) in enumerate(EXCUSES, start=1)]
    return "\n".join([*lines, "", *reasons])


def open_cells() -> list[tuple[str, str, str]]:
    """What is neither played nor excused."""
    run = played()
    return [cell for cell in product(COLUMNS, ACTS, MODES) if cell not in run and not excuse(*cell)]


def idle_excuses() -> list[tuple[str, str, str]]:
    """What is played although a reason says that it cannot be."""
    return [cell for cell in sorted(played()) if excuse(*cell)]


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hueandcry.settings.test")
    import django

    django.setup()
    print(table())  # noqa: T201 - its one output
    print(open_cells(), idle_excuses())  # noqa: T201
