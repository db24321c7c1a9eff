"""A real mail server on loopback (aiosmtpd) that keeps what it is sent, and fails as it is told."""

from __future__ import annotations

import socket
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Letter:
    """What arrived. options: of MAIL and RCPT, as the client gave them."""

    sender: str
    to: str
    mail: EmailMessage
    raw: bytes
    options: list[str]


@dataclass
class MailServer:
    """next: how the coming messages end: "drop_after" (kept, then no answer), "busy", "refuse"; no_such: addresses it
    does not know.
    """

    letters: list[Letter] = field(default_factory=list)
    next: deque[str] = field(default_factory=deque)
    no_such: set[str] = field(default_factory=set)
    connections: int = 0
    port: int = 0
    _controller: Any = None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's own name
        self, _server: Any, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.no_such:
            return "550 5.1.1 No such user"
        if self.next and self.next[0] == "busy":
            self.next.popleft()
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        how = self.next.popleft() if self.next else ""
        if how == "refuse":
            return "554 5.6.0 No"
        raw = bytes(envelope.content or b"")
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)
        options = [*envelope.mail_options, *envelope.rcpt_options]
        self.letters.append(Letter(envelope.mail_from or "", envelope.rcpt_tos[0], mail, raw, options))
        if how == "drop_after":
            server.transport.abort()
        return "250 OK kept"

    def to(self, address: str) -> list[Letter]:
        """What arrived for one address."""
        return [letter for letter in self.letters if letter.to == address]

    def start(self) -> MailServer:
        """Listen on a free port of loopback."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


class _Controller(Controller):
    def factory(self) -> SMTP:
        """A session; options such as ENVID pass to the handler."""
        return _Permissive(self.handler, hostname="mail.example", loop=self.loop)


class _Permissive(SMTP):
    """Takes the parameters of RFC 3461, which aiosmtpd does not know."""

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        bare, kept = _split(arg)
        await super().smtp_MAIL(bare)
        self.envelope.mail_options.extend(kept)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        bare, kept = _split(arg)
        await super().smtp_RCPT(bare)
        self.envelope.rcpt_options.extend(kept)


def _split(arg: str) -> tuple[str, list[str]]:
    words = (arg or "").split()
    ours = [word for word in words if word.startswith(("RET=", "ENVID=", "NOTIFY="))]
    return " ".join(word for word in words if word not in ours), ours
