"""Run with the new code and an old data directory: open its tips as an officer's browser would, print what they say.

python tests/upgrade/open_tips.py known.json
"""

# ruff: noqa: E402, T201
from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from hueandcry.tips import opening, passphrase
from hueandcry.tips.models import DeskKey, Tip

known = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
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
print(json.dumps(said))
