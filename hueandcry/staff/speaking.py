"""Speak through the limited process (speaker.py): look at an address, or tell it something."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid, Unavailable
from hueandcry.staff import services

SPEAKER = Path(__file__).with_name("speaker.py")
SECONDS = 40.0  # for one notice, start of the process included
LONGEST_ANSWER = 4096


class Outcome(StrEnum):
    """What became of a notice. NOT_REACHED: it certainly did not arrive; UNKNOWN: it may have."""

    SENT = "sent"
    NOT_REACHED = "not-reached"
    INSIDE = "inside"
    UNKNOWN = "unknown"


def service_of(url: str) -> str:
    """The name of the service of an address that `services.require_good` has let through.

    Raises Invalid if Apprise cannot read it; Unavailable if the process cannot be started.
    """
    said = _ask({"do": "look", "url": services.for_apprise(url)}, url)
    if "fault" in said:
        raise Unavailable(
            _("Addresses cannot be looked at at this moment. Nothing was kept. Try again in a minute.")
        )
    if not said.get("service"):
        raise Invalid(
            _("A part of this address is missing or wrong. Copy it again from the service."), field="url"
        )
    return str(said["service"])


def tell(url: str, *, title: str, body: str) -> Outcome:
    """Tell an address something, once. Takes up to SECONDS; no transaction may be open. Never raises for a bad address."""
    wanted = {"do": "tell", "url": services.for_apprise(url), "title": title, "body": body}
    try:
        said = _ask({**wanted, "admitted": services.admitted()}, url)
    except Unavailable:
        return Outcome.NOT_REACHED
    if said.get("ok") is True:
        return Outcome.SENT
    if said.get("refused"):
        return Outcome.INSIDE
    return (
        Outcome.NOT_REACHED if said.get("reached") is False or said.get("service") == "" else Outcome.UNKNOWN
    )


def _ask(request: dict[str, Any], url: str) -> dict[str, Any]:
    """Run the process once. Its death, silence or nonsense is a fault. Raises Unavailable if it cannot be started."""
    schemes = services.taken() | {
        scheme for scheme in (url.partition(":")[0].lower(),) if _is_admitted(scheme, url)
    }
    asked = json.dumps({**request, "schemes": sorted(schemes)})
    with tempfile.TemporaryDirectory(prefix="hue-speaker-") as empty:
        try:
            done = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the user's in the command
                [sys.executable, "-I", "-X", "utf8", str(SPEAKER)],
                input=asked.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"HOME": empty},
                cwd=empty,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"fault": "too slow"}
        except OSError:
            raise Unavailable(_("Notices cannot be sent from this machine at this moment.")) from None
    try:
        said = json.loads(done.stdout[:LONGEST_ANSWER])
    except ValueError:
        return {"fault": "nonsense"}
    return said if isinstance(said, dict) else {"fault": "nonsense"}


def _is_admitted(scheme: str, url: str) -> bool:
    """A service without encryption that the setting admits, or a mailbox behind our own mail server."""
    return scheme == services.MAILBOX or (scheme in services.BARE and services.is_named(url))
