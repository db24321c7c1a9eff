"""The limited process that speaks to services, for real: Apprise, a web service and a mail server on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import Any

import pytest
from pytest_django import Settings

from hueandcry.kernel.errors import Invalid
from hueandcry.staff import services, speaking
from hueandcry.staff.speaker import Fence
from hueandcry.staff.speaking import SPEAKER, Outcome
from tests.servers.smtp import MailServer
from tests.staff.conftest import Receiver


def tell(url: str) -> Outcome:
    return speaking.tell(url, title="PEP: A try", body="If you read it, notices arrive here.")


@pytest.mark.slow  # starts the process, which loads Apprise
def test_a_web_service_that_the_setting_admits_is_told_once(receiver: Receiver) -> None:
    url = f"json://127.0.0.1:{receiver.port}/hook?retry=5&optional=yes"
    assert services.require_good(url) == url
    assert speaking.service_of(url) == "JSON"
    assert tell(url) is Outcome.SENT
    assert [(item["title"], item["message"]) for item in receiver.told] == [
        ("PEP: A try", "If you read it, notices arrive here.")
    ]


@pytest.mark.slow  # starts the process, which loads Apprise
def test_a_no_of_the_service_is_not_taken_for_a_yes_and_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answers, receiver.to = 302, f"http://127.0.0.1:{receiver.port}/elsewhere"
    assert tell(f"json://127.0.0.1:{receiver.port}/hook?retry=5&optional=yes&redirect=yes") is Outcome.UNKNOWN
    assert receiver.asked == ["/hook"]


@pytest.mark.slow  # starts the process, which loads Apprise
def test_nothing_inside_our_network_is_reached_that_the_setting_does_not_name(
    receiver: Receiver, settings: Settings
) -> None:
    address = f"jsons://127.0.0.1:{receiver.port}/hook"
    settings.HUE_ALLOW_PRIVATE = []
    with pytest.raises(Invalid, match="inside the network"):
        services.require_good(address)
    assert (
        tell(address) is Outcome.INSIDE
    )  # kept before the setting was narrowed, or a name that changed its answer
    assert receiver.asked == []


@pytest.mark.slow  # starts the process, which loads Apprise
def test_a_mailbox_is_told_through_our_own_mail_server(mail: MailServer, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "desk@port-ellery.example"
    url = services.require_good("mailto:press@port-ellery.example")
    assert tell(url) is Outcome.SENT
    (letter,) = mail.to("press@port-ellery.example")
    assert letter.mail["Subject"] == "PEP: A try"
    assert letter.sender == "desk@port-ellery.example"
    body = letter.mail.get_body()
    assert body is not None
    assert "notices arrive here" in body.get_content()


@pytest.mark.slow  # starts the process, which loads Apprise
def test_what_is_no_whole_address_of_a_service_is_not_taken() -> None:
    with pytest.raises(Invalid, match="missing or wrong"):
        speaking.service_of("slack://too-short")


@pytest.mark.slow  # starts the process, which loads Apprise
def test_what_cannot_be_reached_did_not_arrive_and_the_process_says_nothing_of_the_address() -> None:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))  # and never listens, so that nobody else gets the port meanwhile
    port = bound.getsockname()[1]
    asked: dict[str, Any] = {"do": "tell", "url": f"json://127.0.0.1:{port}/secret", "schemes": ["json"]}
    asked |= {"title": "t", "body": "b", "admitted": [["127.0.0.1", port]]}
    done = subprocess.run(
        [sys.executable, "-I", str(SPEAKER)],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
    )
    bound.close()
    assert b"secret" not in done.stdout + done.stderr
    assert json.loads(done.stdout) == {"service": "JSON", "ok": False, "reached": False, "refused": False}


def test_the_fence_lets_out_to_the_internet_and_to_what_is_admitted_only() -> None:
    fence = Fence([["10.1.2.3", 25]])
    for free in (
        ("93.184.216.34", 443),
        ("10.1.2.3", 25),
        ("64:ff9b::5db8:d822", 443),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443, 0, 0),
    ):
        fence._look("socket.connect", (None, free))
    closed = [
        ("127.0.0.1", 80),
        ("10.1.2.3", 26),
        ("169.254.169.254", 80),
        ("::ffff:10.0.0.1", 80),
        ("64:ff9b::a00:1", 80),
        ("64:ff9b:1::808:808", 80),
        ("::10.0.0.1", 80),
        ("2002:a00:1::1", 80),
        ("fec0::1", 80),
        "/run/docker.sock",
    ]
    for event, arguments in [
        *(("socket.connect", (None, place)) for place in closed),
        ("socket.sendto", (None, ("224.0.0.1", 53))),
        ("subprocess.Popen", ("sh",)),
    ]:
        with pytest.raises(PermissionError):
            fence._look(event, arguments)
    assert fence.refused


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"service": "JSON", "ok": True, "reached": True, "refused": False}, Outcome.SENT),
        ({"service": "JSON", "ok": False, "reached": False, "refused": False}, Outcome.NOT_REACHED),
        ({"service": "JSON", "ok": False, "reached": True, "refused": False}, Outcome.UNKNOWN),
        ({"service": "JSON", "ok": False, "reached": False, "refused": True}, Outcome.INSIDE),
        ({"fault": "too slow"}, Outcome.UNKNOWN),
        ({"service": ""}, Outcome.NOT_REACHED),
    ],
)
def test_what_the_process_says_is_read_the_careful_way(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], outcome: Outcome
) -> None:
    monkeypatch.setattr(speaking, "_ask", lambda _request, _url: said)
    assert tell("jsons://hooks.example/x") is outcome


@pytest.mark.parametrize(
    "url",
    [
        "",
        "words",
        "syslog://",
        "exec://x",
        "windows://",
        "dbus://",
        "file:///etc/passwd",
        "http://hooks.example/x",
        "json://hooks.example/x",
        "mailto://user:pass@mail.example",
        "jsons://10.0.0.8/x",
        "https://localhost/x",
        "jsons://[broken/x",
        "slack://a b",
        "mailto:nobody",
    ],
)
def test_only_encrypted_services_outside_our_network_are_taken(url: str, settings: Settings) -> None:
    settings.HUE_ALLOW_PRIVATE = []
    with pytest.raises(Invalid):
        services.require_good(url)


def test_a_mailbox_needs_a_mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    with pytest.raises(Invalid, match="no mail server"):
        services.require_good("mailto:press@port-ellery.example")
