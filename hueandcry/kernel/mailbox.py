"""The one window to a mailbox: IMAP4rev1 (RFC 3501), read in small parts, so that no message is ever held whole.

A failure is one of four kinds: `Away` (no connection, lost, or an answer that makes no sense), `WrongPassword`,
`NoFolder` and `InTheClear` (the password would travel without TLS). No text of a failure holds an address.
"""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

KIND = 2_000  # bytes of a Content-Type header that are looked at
OK = "OK"
NOT_NOW = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)  # RFC 5530


class MailboxFailure(Exception):  # noqa: N818 - "failure" is the word of the house
    """The mailbox could not be read. kind: a short fixed word."""

    kind = ""


class Away(MailboxFailure):
    """It does not answer, or the connection was lost, or the answer makes no sense. Try again later."""

    kind = "away"


class WrongPassword(MailboxFailure):
    """The server does not accept user and password."""

    kind = "password"


class NoFolder(MailboxFailure):
    """There is no such folder, or it can only be read."""

    kind = "folder"


class InTheClear(MailboxFailure):
    """Without TLS only loopback is spoken with."""

    kind = "clear"


@dataclass(frozen=True, slots=True)
class Place:
    """Which mailbox. tls: from the first byte (RFC 8314); folder: printable ASCII."""

    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True


@dataclass(slots=True)
class Mailbox:
    """A connection to one folder. Use it in a `with`; every method may raise a MailboxFailure.

    seconds: that one answer may take; validity, next_uid: of the folder (RFC 3501 section 2.3.1.1).
    """

    place: Place
    seconds: float = 10.0
    validity: int = 0
    next_uid: int = 0
    _server: imaplib.IMAP4 | None = field(default=None, repr=False)
    _can: frozenset[bytes] = frozenset()

    def __enter__(self) -> Self:
        try:
            self._connect()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def uids(self, first: int, last: int) -> list[int]:
        """The messages from `first` to `last`, both included, lowest first. Keep the stretch short: it is one answer."""
        data = self._asked("SEARCH", None, f"UID {first}:{last}")
        words = b" ".join(part for part in data if isinstance(part, bytes)).split()
        return sorted({int(word) for word in words if word.isdigit() and first <= int(word) <= last})

    def kinds(self, uids: Sequence[int]) -> dict[int, str]:
        """The Content-Type of each, as it stands there, at most 2,000 bytes; "" for one that has none."""
        if not uids:
            return {}
        wanted = f"(UID BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE)]<0.{KIND}>)"
        data = self._asked("FETCH", ",".join(map(str, uids)), wanted)
        found = dict.fromkeys(uids, "")
        for uid, text in _parts(data):
            if uid in found:
                found[uid] = text.decode("latin-1")
        return found

    def read(self, uid: int, *, most: int) -> bytes:
        """The first `most` bytes of a message; b"" if it is gone."""
        data = self._asked("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{most}>)")
        return next((text for number, text in _parts(data) if number == uid), b"")[:most]

    def done(self, uid: int, *, folder: str) -> None:
        """Mark it as read, and move it to `folder` if one is named and the server can (RFC 6851); made on first use."""
        self._asked("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
        with self._talking() as server:
            if not folder or b"MOVE" not in self._can:
                return
            name = _quoted(folder)
            status, _data = server.uid("MOVE", str(uid), name)
            if status != OK:
                server.create(name)
                status, _data = server.uid("MOVE", str(uid), name)
            if status != OK:
                raise NoFolder("a message could not be moved")

    def _connect(self) -> None:
        place = self.place
        if not place.tls and not _is_loopback(place.host):
            raise InTheClear("no TLS, and not loopback")
        try:
            self._server = (
                imaplib.IMAP4_SSL(
                    place.host,
                    place.port,
                    ssl_context=ssl.create_default_context(),
                    timeout=self.seconds,
                )
                if place.tls
                else imaplib.IMAP4(place.host, place.port, timeout=self.seconds)
            )
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            raise Away(type(error).__name__) from None
        self._sign_in()
        self._open()

    def _sign_in(self) -> None:
        with self._talking(refused=WrongPassword) as server:
            user, password = self.place.user, self.place.password
            if "AUTH=PLAIN" in server.capabilities:
                server.authenticate("PLAIN", lambda _said: f"\0{user}\0{password}".encode())
            else:
                server.login(_quoted(user), password)

    def _open(self) -> None:
        with self._talking() as server:  # more is offered to whoever is signed in
            self._can = frozenset(b" ".join(server.capability()[1]).upper().split())
        with self._talking(refused=NoFolder) as server:
            status, _data = server.select(_quoted(self.place.folder))
            if status != OK:
                raise NoFolder("it cannot be opened")
            self.validity, self.next_uid = (
                _number(server.response(name)[1]) for name in ("UIDVALIDITY", "UIDNEXT")
            )
        if not self.validity or not self.next_uid:
            raise Away("the folder has no UIDVALIDITY or UIDNEXT")

    def _asked(self, command: str, *words: str | None) -> list[Any]:
        with self._talking() as server:
            status, data = server.uid(command, *words)  # type: ignore[arg-type]
            if status != OK:
                raise Away(f"the server said no to {command}")
            return list(data)

    @contextlib.contextmanager
    def _talking(self, *, refused: type[MailboxFailure] = Away) -> Iterator[imaplib.IMAP4]:
        """The server; what it says no to becomes `refused`, what is lost or makes no sense `Away`."""
        if self._server is None:
            raise Away("no connection")
        try:
            yield self._server
        except imaplib.IMAP4.readonly:
            raise NoFolder("it can only be read") from None
        except imaplib.IMAP4.abort as error:
            raise Away(type(error).__name__) from None
        except imaplib.IMAP4.error as error:
            raise (Away if NOT_NOW.search(str(error)) else refused)("the server said no") from None
        except (OSError, ValueError, EOFError) as error:
            raise Away(type(error).__name__) from None

    def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
                server.shutdown()


def _parts(data: list[Any]) -> Iterator[tuple[int, bytes]]:
    """(uid, literal) of an answer to FETCH. What the server says unasked, such as flags, is passed over."""
    for place, part in enumerate(data):
        if isinstance(part, tuple):
            after = data[place + 1] if place + 1 < len(data) and isinstance(data[place + 1], bytes) else b""
            named = re.search(rb"\bUID (\d{1,10})\b", part[0] + b" " + after)
            if named:
                yield int(named[1]), part[1]


def _number(data: list[Any]) -> int:
    word = data[-1] if data else None
    return int(word) if isinstance(word, bytes) and word.isdigit() else 0


def _quoted(text: str) -> str:
    """As a quoted string (RFC 3501 section 4.3)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
