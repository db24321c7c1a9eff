"""Run in a process of its own, with HUE_HOME set: one programme with keys, and what a test needs of it.

Prints one line of JSON: programme id, an officer's private key and the recovery key, in hexadecimal.
"""

from __future__ import annotations

import json

import django

django.setup()

from django.conf import settings  # noqa: E402

from hueandcry.ui import css  # noqa: E402
from tests.helpers_tips import make_ready_programme  # noqa: E402

for folder in (settings.HUE_HOME, settings.HUE_RUN, settings.HUE_LOGS, settings.HUE_SITE):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

programme = make_ready_programme(host="localhost")
folder = settings.HUE_SITE / "releases" / "1" / "port-ellery"
for name in ("", "_404", "_410", "_down"):
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "index.html").write_text(f"<!doctype html><title>{name or 'start'}</title>")
(folder / "assets").mkdir()
(folder / "assets" / css.sheet("public").name).write_bytes(css.sheet("public").data)
(folder.parent / "site.json").write_text(json.dumps({"release": 1, "hosts": {"localhost": "port-ellery"}}))
(settings.HUE_SITE / "current").symlink_to("releases/1")
print(  # noqa: T201 - read by public_door.py
    json.dumps(
        {
            "programme_id": programme.agency.pk,
            "officer": programme.officer_seed.hex(),
            "recovery": programme.recovery_seed.hex(),
        }
    )
)
