"""The one window to a mail server: SMTP (RFC 5321), one message to one person at a time on one connection.

A failure is one of four kinds, as for every other channel (ADR 0007): `NotSent` (it certainly did not arrive: try
again), `Busy` (the server said "later", 4xx), `Returned` (the server said "no", 5xx) and `MayHaveArrived` (the
connection was lost after the message was handed over: nobody can tell). No text of a failure holds an address.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from types import TracebackType
from typing import Self

from django.conf import settings

ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})\.[A-Za-z0-9-]{2,63}\Z")
GO_ON, TAKEN, NO = 354, 250, 500  # answers of a mail server


class MailFailure(Exception):  # noqa: N818 - "failure" is the word of the house
    """The message was not accepted. code: of the server's answer, 0 without one; status: such as "5.1.1" (RFC 3463)."""

    def __init__(self, reason: str, *, code: int = 0, status: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.status = status


class NotSent(MailFailure):
    """It certainly did not arrive: no connection, or it was lost before the message."""


class Busy(MailFailure):
    """The server said to come back later (4xx)."""


class Returned(MailFailure):
    """The server will not take it for this person (5xx)."""


class MayHaveArrived(MailFailure):
    """The whole message was handed over, and no answer came."""


def is_set() -> bool:
    """True if the installation has a mail server."""
    return bool(settings.EMAIL_HOST)


def is_address(text: str) -> bool:
    """True for an address that mail can be sent to; international ones in their ASCII form."""
    return bool(ADDRESS.match(text)) and text.isascii() and ".." not in text


def wire(message: EmailMessage) -> bytes:
    """The message as it travels: CRLF, no line over 998 characters, headers in ASCII."""
    return message.as_bytes(policy=WIRE.clone(max_line_length=400))


@dataclass(slots=True)
class Mailer:
    """A connection to the mail server of the settings, opened with the first message. Use it in a `with`."""

    seconds: float = 10.0
    _server: smtplib.SMTP | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye; quiet if the server is gone."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def send(self, data: bytes, *, sender: str, to: str, envelope_id: str) -> str:
        """Send `data` (see `wire`) to one address; returns the server's word for it.

        sender: where bounces go; envelope_id: comes back in a bounce (RFC 3461), if the server can do that.
        Raises one of the four failures.
        """
        for again in (True, False):
            fresh = self._server is None
            server = self._connected()
            try:
                with self._before_the_message():
                    self._address(server, sender=sender, to=to, envelope_id=envelope_id)
                return self._hand_over(server, data)
            except NotSent:
                self.close()
                if fresh or not again:  # a connection that stood idle may have been closed: one new try
                    raise
            except MailFailure as failure:
                self._after(failure)
                raise
        raise NotSent("no connection")

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        with self._before_the_message():
            server = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=self.seconds)
            self._server = server
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            server.ehlo_or_helo_if_needed()
        return server

    @contextlib.contextmanager
    def _before_the_message(self) -> Iterator[None]:
        try:
            yield
        except MailFailure:
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise NotSent(type(error).__name__) from None

    def _address(self, server: smtplib.SMTP, *, sender: str, to: str, envelope_id: str) -> None:
        reports = server.has_extn("dsn")
        envelope = ["RET=HDRS", f"ENVID={envelope_id}"] if reports else []
        notify = ["NOTIFY=FAILURE"] if reports else []
        _accept(*server.mail(sender, envelope), wanted=TAKEN)
        _accept(*server.rcpt(to, notify), wanted=TAKEN)

    def _hand_over(self, server: smtplib.SMTP, data: bytes) -> str:
        """DATA by hand: what happens before the server says 354 certainly did not arrive."""
        with self._before_the_message():
            code, answer = server.docmd("data")
            _accept(code, answer, wanted=GO_ON)
        body = re.sub(rb"(?m)^\.", b"..", data if data.endswith(b"\r\n") else data + b"\r\n")
        try:
            server.send(body + b".\r\n")
            code, answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise MayHaveArrived(type(error).__name__) from None
        _accept(code, answer, wanted=TAKEN)
        return answer.decode("ascii", "replace")[:200]

    def _after(self, failure: MailFailure) -> None:
        """A refusal leaves the connection usable; anything else does not."""
        server = self._server
        if isinstance(failure, MayHaveArrived) or server is None:
            self.close()
            return
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.rset()


def _accept(code: int, answer: bytes, *, wanted: int) -> None:
    """Quiet for the wanted kind of answer. Raises Returned, Busy or NotSent."""
    if code // 100 == wanted // 100:
        return
    found = re.match(rb"\s*([245]\.\d{1,3}\.\d{1,3})", answer)
    status = found[1].decode() if found else ""
    if code >= NO:
        raise Returned("the server refused it", code=code, status=status)
    if code > 0:
        raise Busy("the server asks to come back later", code=code, status=status)
    raise NotSent("no answer")
