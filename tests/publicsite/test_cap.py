"""Alerts for machines: documents hold before the schema of CAP 1.2 and before what the IPAWS profile asks besides."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.posts.alerts import EVENTS, LEVELS, RESPONSES, Alert
from hueandcry.posts.models import AlertMessage
from hueandcry.publicsite import cap
from tests.publicsite.cap_rules import CAP, profile_faults
from tests.publicsite.test_feed_validity import ODD, atom_faults

SCHEMA = Path(__file__).with_name("cap.rng")
SENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
AGENCY = Agency(
    name="Port Ellery Police & “Friends” <PEP>",
    public_host="port-ellery.example",
    time_zone="America/Toronto",
)
Kind = AlertMessage.Kind


def message(kind: Kind = Kind.ALERT, number: int = 1, **said: Any) -> AlertMessage:
    """A message as it is kept, with the words given."""
    alert = Alert(
        level="red",
        event="danger",
        response="shelter",
        areas=("*",),
        until=SENT + timedelta(hours=4),
        todo="Stay inside and close the windows.",
    )
    content = {
        **alert.plain(),
        "area": "Harbour: between Quay Road and the wall",
        "began": SENT.isoformat(),
        "test": False,
        "language": "en",
        "headline": "Smoke over the harbour",
        "text": "A store is on fire.",
        "path": "/news/2026-11/1/",
        "sender": "port-ellery.example",
        "name": AGENCY.name,
        "contact": "555 0100",
        "zone": "America/Toronto",
        **said,
    }
    return AlertMessage(
        kind=kind,
        number=number,
        identifier=f"port-ellery.example-20261123-12-{number}",
        sent_at=SENT + timedelta(minutes=number),
        expires_at=datetime.fromisoformat(content["until"]),
        content=content,
    )


def document(row: AlertMessage, *before: AlertMessage) -> bytes:
    return cap.document(row, agency=AGENCY, references=list(before))


def schema_faults(documents: dict[str, bytes], program: str, folder: Path) -> list[str]:
    """What the schema finds wrong: one run for all of them."""
    paths = []
    for name, data in documents.items():
        paths.append(folder / f"{name}.xml")
        paths[-1].write_bytes(data)
    done = subprocess.run(
        [program, "--nonet", "--noout", "--huge", "--relaxng", str(SCHEMA), *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if done.returncode == 0 else done.stderr.splitlines()


def every_kind() -> dict[str, bytes]:
    """One document of everything that we say."""
    first, second = message(), message(Kind.UPDATE, 2)
    made = {
        "alert": document(first),
        "update": document(second, first),
        "cancel": document(message(Kind.CANCEL, 3, text="", todo="", headline="Taken back"), first, second),
        "exercise": document(message(exercise=True)),
        "test": document(message(test=True)),
        "utc": document(message(zone="UTC")),
        "languages": document(
            message(
                others=[["fr", "Un entrepôt brûle.", "Restez chez vous."], ["es", "Arde un almacén.", ""]]
            )
        ),
        "without contact": document(message(contact="", response="")),
    }
    made |= {f"level {name}": document(message(level=name)) for name in LEVELS}
    made |= {f"event {name}": document(message(event=name)) for name in EVENTS}
    made |= {f"response {name}": document(message(response=name)) for name in RESPONSES}
    for number, words in enumerate(ODD):
        said = dict.fromkeys(("text", "todo", "area", "name", "contact"), words or "x")
        made[f"odd {number}"] = document(
            message(headline=words or "x", others=[["fr", words or "x", words]], **said)
        )
    return made


def test_every_document_holds_before_the_schema_and_the_profile(xmllint: str, tmp_path: Path) -> None:
    made = every_kind()
    assert schema_faults(made, xmllint, tmp_path) == []
    assert {name: found for name, data in made.items() if (found := profile_faults(data))} == {}


def test_a_broken_document_is_found(xmllint: str, tmp_path: Path) -> None:
    whole = document(message())
    for number, (old, new) in enumerate(
        (
            (b"-05:00</sent>", b"Z</sent>"),
            (b"<scope>Public</scope>", b""),
            (b"Immediate", b"Now"),
            (b"<category>", b"<categories/><category>"),
        )
    ):
        assert old in whole
        assert schema_faults({f"broken {number}": whole.replace(old, new)}, xmllint, tmp_path)
    for old, new in (
        (b"12-1<", b"12, 1<"),
        (b"<expires>", b"<expires>1"),
        (b"-05:00</onset>", b"+00:00</onset>"),
    ):
        assert old in whole
        assert profile_faults(whole.replace(old, new))


def test_a_document_says_what_the_alert_says() -> None:
    first = message()
    root = ET.fromstring(document(message(Kind.UPDATE, 2), first))
    said = {
        child.tag.removeprefix(CAP): child.text for child in root.iter() if child.text and child.text.strip()
    }
    assert said == {
        "identifier": "port-ellery.example-20261123-12-2",
        "sender": "port-ellery.example",
        "sent": "2026-11-23T04:32:00-05:00",
        "status": "Actual",
        "msgType": "Update",
        "scope": "Public",
        "references": "port-ellery.example,port-ellery.example-20261123-12-1,2026-11-23T04:31:00-05:00",
        "language": "en",
        "category": "Safety",
        "event": "Danger to people",
        "responseType": "Shelter",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Observed",
        "onset": "2026-11-23T04:30:00-05:00",
        "expires": "2026-11-23T08:30:00-05:00",
        "senderName": "Port Ellery Police & “Friends” <PEP>",
        "headline": "Smoke over the harbour",
        "description": "A store is on fire.",
        "instruction": "Stay inside and close the windows.",
        "web": said["web"],
        "contact": "555 0100",
        "areaDesc": "Harbour: between Quay Road and the wall",
    }
    assert str(said["web"]).endswith("/news/2026-11/1/")
    utc = ET.fromstring(document(message(zone="UTC")))
    assert utc.findtext(f"{CAP}sent") == "2026-11-23T09:31:00-00:00"


@pytest.mark.parametrize("texts", [[], ODD], ids=["empty", "odd"])
def test_the_feed_of_alerts_is_valid_whatever_is_written(
    texts: list[str], xmllint: str, tmp_path: Path
) -> None:
    rows = [message(number=n, headline=text or "x", area=text, todo=text) for n, text in enumerate(texts, 1)]
    data = cap.feed(AGENCY, rows, changed=SENT, language="en")
    assert atom_faults(data, xmllint, tmp_path) == []
    links = [link.get("type") for link in ET.fromstring(data).iter("{http://www.w3.org/2005/Atom}link")]
    assert links.count("application/cap+xml") == len(rows)
