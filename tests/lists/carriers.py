"""The far ends of the lists for the contract suite: what carries a message, how it fails, and what people got.

A mail server that speaks SMTP, a gateway as Kannel and as Twilio have one (hueandcry/simnet), a push service.
"""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, Envelope, Session
from pytest_django import Settings

from hueandcry.kernel import clock, mail
from hueandcry.kernel.http import Answer, Server
from hueandcry.kernel.webpush import base64url
from hueandcry.lists import carrying, sending, tasks
from hueandcry.lists.choices import Choices, Medium, pack
from hueandcry.lists.models import Subscriber
from hueandcry.simnet.store import Store
from hueandcry.simnet.web import server
from hueandcry.simnet.world import World
from tests.lists.helpers import POLL, House
from tests.lists.push_ends import AUTH, Browser, PushService
from tests.servers.pds import free_port
from tests.servers.smtp import MailServer, _Controller, _Permissive

PATIENCE = 0.25  # seconds, of a caller whose call has arrived
FAR = 120  # seconds that a slow end takes, unless the test is over before


@dataclass
class End:
    """One way to carry a list. people: who is on it."""

    house: House
    settings: Settings
    patch: pytest.MonkeyPatch
    medium = Medium.EMAIL
    people = ("ada@harbour.example", "bo@harbour.example")

    def start(self) -> None:
        """Make it, and name it in the settings."""
        raise NotImplementedError

    def stop(self) -> None:
        """It ends."""
        raise NotImplementedError

    def put_on_list(self) -> None:
        """Both are on the list, in the order of `people`."""
        self.house.opened(self.medium)
        for person in self.people:
            self.house.ask(self.address_of(person), medium=self.medium)
        tasks.take_slips()
        said = {"status": "active", "confirmed_at": clock.now(), "wanted": None, "owed": "", "due_at": None}
        Subscriber.objects.update(**said, levels=pack(Choices().levels))

    def address_of(self, person: str) -> str:
        """What they give when they join."""
        return person

    def got(self, person: str) -> list[str]:
        """What this person has, each message once however often it came under one name."""
        raise NotImplementedError

    def fail(self, mode: str, patch: pytest.MonkeyPatch) -> None:
        """The next hand-over ends so. patch: undone before the one after."""
        raise NotImplementedError

    def refuse_us(self) -> None:
        """It does not accept who we are, until `accept_us`."""
        raise NotImplementedError

    def accept_us(self) -> None:
        """It does again."""

    def unset(self) -> None:
        """The operator has not named it."""
        self.settings.EMAIL_HOST = ""

    def listen(self) -> None:
        """It can be reached from now on; before, its address is taken and nobody answers there."""
        raise NotImplementedError


class Letters(MailServer):
    """A mail server with more ways to fail; closed: it takes nobody's password."""

    closed = False
    awake = threading.Event()

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        how = self.next[0] if self.next else ""
        if how == "drop_before":
            self.next.popleft()
            server.transport.abort()
            return "250 OK"
        if how == "error_before":
            self.next.popleft()
            return "451 4.3.0 Not now"
        if how in {"error_after", "slow"}:
            self.next.popleft()
        said = await super().handle_DATA(server, session, envelope)
        if how == "error_after":
            return "554 5.3.0 Broken"
        if how == "slow":
            await server.loop.run_in_executor(None, self.awake.wait, FAR)
        return said

    def start(self) -> Letters:
        """Listen on a free port of loopback."""
        self.port = free_port()
        self.awake = threading.Event()
        self._controller = _Asking(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self


class _Asking(_Controller):
    def factory(self) -> _Permissive:
        """A session that asks for a password."""
        return _Permissive(
            self.handler,
            hostname="mail.example",
            loop=self.loop,
            auth_require_tls=False,
            authenticator=lambda *_given: AuthResult(success=not self.handler.closed, handled=False),
        )


class Impatient(mail.Mailer):
    """Waits for everything but the word on a message that was handed over."""

    def _connected(self) -> smtplib.SMTP:
        opened = super()._connected()
        send = type(opened).send

        def sending_it(data: Any) -> None:
            send(opened, data)
            if data[-5:] == b"\r\n.\r\n":
                opened.sock.settimeout(PATIENCE)  # type: ignore[union-attr]

        opened.send = sending_it  # type: ignore[method-assign]
        return opened


class ByMail(End):
    """SMTP."""

    def start(self) -> None:
        self.server, self.silent = Letters(), silent()
        self.settings.EMAIL_HOST, self.settings.EMAIL_PORT = self.silent.getsockname()
        self.settings.EMAIL_USE_TLS = False
        self.settings.EMAIL_HOST_USER, self.settings.EMAIL_HOST_PASSWORD = "hue", "secret"

    def stop(self) -> None:
        self.silent.close()
        self.server.awake.set()
        if self.server.port:
            self.server.stop()

    def got(self, person: str) -> list[str]:
        letters = {letter.mail["Message-ID"]: letter.mail for letter in self.server.to(person)}
        return [f"{letter['Subject']}\n{letter.get_content()}" for letter in letters.values()]

    def fail(self, mode: str, patch: pytest.MonkeyPatch) -> None:
        self.server.next.append({"rate_limit": "busy"}.get(mode, mode))
        if mode == "slow":
            patch.setattr(
                sending, "carrier_for", lambda _medium: carrying.ByMail(mailer=Impatient(seconds=FAR))
            )

    def refuse_us(self) -> None:
        self.server.closed = True

    def accept_us(self) -> None:
        self.server.closed = False

    def listen(self) -> None:
        self.server.start()
        self.settings.EMAIL_PORT = self.server.port


class Hasty(Server):
    """A server that is not waited for."""

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """One request."""
        return Server(address=self.address, within=PATIENCE).call(method, path, **given)


def silent() -> socket.socket:
    """An address of loopback that nobody else can take, and where nobody answers."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken


class ByKannel(End):
    """An SMS gateway of the simulated network."""

    medium = Medium.SMS
    people = ("+447700900123", "+447700900124")
    gateway = "kannel"

    def start(self) -> None:
        self.store = Store(Path(self.settings.HUE_HOME) / "simnet")
        self.process = server(self.store, "127.0.0.1", 0)
        threading.Thread(target=self.process.serve_forever, args=(POLL,), daemon=True).start()
        self.silent = silent()
        away, address = f"127.0.0.1:{self.silent.getsockname()[1]}", f"127.0.0.1:{self.process.server_port}"
        self.world = World(self.store, "sms_gateway", root=f"http://{address}/sms_gateway")
        self.settings.HUE_ALLOW_PRIVATE = [address, away]
        self.settings.HUE_SMS_GATEWAY, self.settings.HUE_SMS_URL = self.gateway, f"http://{away}"
        self.settings.HUE_SMS_FROM, self.settings.HUE_SMS_USER = "8400", "hue"
        self.secret = self.world.add_account("hue", "Port Ellery Police")
        self.accept_us()
        agency = self.house.agency
        type(agency).objects.filter(pk=agency.pk).update(short_name="PEP", public_host="localhost")

    def stop(self) -> None:
        self.silent.close()
        self.process.shutdown()
        self.process.server_close()
        self.store.close()

    def got(self, person: str) -> list[str]:
        return [post["text"] for post in self.world.posts() if post["to"] == person]

    def fail(self, mode: str, patch: pytest.MonkeyPatch) -> None:
        self.world.set_fault(mode, 1, 2 * PATIENCE)
        if mode == "slow":
            patch.setattr(carrying, "Server", Hasty)

    def refuse_us(self) -> None:
        self.settings.HUE_SMS_PASSWORD = "not this one"

    def accept_us(self) -> None:
        self.settings.HUE_SMS_PASSWORD = self.secret

    def unset(self) -> None:
        self.settings.HUE_SMS_URL = ""

    def listen(self) -> None:
        self.settings.HUE_SMS_URL = self.world.root


class ByTwilio(ByKannel):
    """The other one."""

    gateway = "twilio"


class ByPush(End):
    """A push service, and the browsers behind it."""

    medium = Medium.PUSH
    people = ("ada", "bo")

    def start(self) -> None:
        self.server = PushService(listening=False)
        self.browsers = {person: Browser() for person in self.people}
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.settings.HUE_ALLOW_PRIVATE = self.settings.HUE_PUSH_SERVICES = [self.address]
        self.settings.HUE_PUSH_CONTACT = "mailto:it@port-ellery.example"
        self.patch.setattr(carrying, "PUSH_WITHIN", 60.0)
        self.running: threading.Thread | None = None

    def stop(self) -> None:
        self.server.awake.set()
        if self.running:
            self.server.shutdown()
        self.server.server_close()

    def address_of(self, person: str) -> str:
        keys = f"{base64url(self.browsers[person].point)}\n{base64url(AUTH)}"
        return f"http://{self.address}/push/{person}\n{keys}"

    def got(self, person: str) -> list[str]:
        taken = [body for path, _headers, body in list(self.server.pushed) if path == f"/push/{person}"]
        shown = {said["tag"]: said for said in map(self.browsers[person].open, taken)}
        return [f"{said['title']}\n{said['text']}\n{said['link']}" for said in shown.values()]

    def fail(self, mode: str, patch: pytest.MonkeyPatch) -> None:
        odd: dict[str, int | str] = {"drop_after": 0, "error_before": 500, "rate_limit": 429, "refuse": 400}
        self.server.next.append(odd.get(mode, mode))
        if mode == "slow":
            patch.setattr(carrying, "PUSH_WITHIN", PATIENCE)

    def refuse_us(self) -> None:
        self.server.next.extend([403] * len(self.people))

    def unset(self) -> None:
        self.settings.HUE_PUSH_CONTACT = ""

    def listen(self) -> None:
        self.server.server_activate()
        self.running = threading.Thread(target=self.server.serve_forever, args=(POLL,), daemon=True)
        self.running.start()


ENDS: dict[str, type[Any]] = {"mail": ByMail, "kannel": ByKannel, "twilio": ByTwilio, "push": ByPush}


@contextmanager
def end_of(
    name: str, house: House, settings: Settings, patch: pytest.MonkeyPatch, *, people: int = 2
) -> Iterator[Any]:
    """One of ENDS, not listening yet, with its people on the list. people: how many, by e-mail."""
    end = ENDS[name](house, settings, patch)
    if people > len(end.people):
        end.people = tuple(f"p{number}@harbour.example" for number in range(people))
    end.start()
    try:
        end.put_on_list()
        yield end
    finally:
        end.stop()
