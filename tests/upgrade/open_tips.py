"""Run with the new code and an old data directory: open its tips as an officer's browser would, print what they say.

python tests/upgrade/open_tips.py known.json

Beside known.json lies what people had on paper: the recovery key, or since issue 3 the shares of the root.
"""

# ruff: noqa: E402, T201
from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from hueandcry.tips import offline, opening, passphrase, recovery
from hueandcry.tips.models import DeskKey, Tip

given = Path(sys.argv[1])
known = json.loads(given.read_text(encoding="utf-8"))
said: dict[str, dict[str, list[str]]] = {}
for key in DeskKey.objects.filter(person_name__in=known["passphrases"]):
    seed = passphrase.open_desk_seed(
        bytes(key.wrapped_private),
        passphrase=known["passphrases"][key.person_name],
        fingerprint=key.fingerprint,
    )
    said[key.person_name] = {}
    for tip in Tip.objects.filter(wraps__fingerprint=key.fingerprint):
        turns = opening.open_tip(tip, private=seed)
        said[key.person_name][tip.number] = [turn.letter.text for turn in turns]
if shares := sorted((given.parent / "shares").glob("*.txt")):
    paper = recovery.root_of([shares[0], shares[2]])[1].recovery
else:
    paper = offline.read_key_file(given.parent / "recovery.key")
of_then = Tip.objects.filter(number__in=[tip["number"] for tip in known["tips"].values()])
said["paper"] = {
    tip.number: [turn.letter.text for turn in opening.open_tip(tip, private=paper)] for tip in of_then
}
print(json.dumps(said))
