"""The one window to other people's servers: the only file that imports the HTTP library.

What it holds for every caller:

* An address inside this network is refused, unless `HUE_ALLOW_PRIVATE` names it as host:port. The name
  is resolved once and the connection goes to the address that was checked, so a name that changes its
  answer between the check and the call gains nothing.
* No redirect is followed, no cookie is kept, no proxy or password is taken from the environment, and answers have a size.
* A failure is one of two kinds: `NotSent` (it certainly did not arrive) or `MayHaveArrived`. The
  difference decides whether a post may be sent again (ADR 0007).
* Nothing of a request or an answer is in an exception's text but the method, the host and the path.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings

from hueandcry.kernel import clock

CONNECT_WITHIN = 5.0  # seconds
ANSWER_WITHIN = 15.0  # seconds, for one whole call unless the caller gives less
SENT_WITHIN = 600.0  # seconds, for a call that sends a large file
LARGEST_ANSWER = 2 * 1024 * 1024  # bytes
AGENT = "hue-and-cry"
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all that is given out (RFC 4291, 2.4; IANA, read 2026-11-23)


class HttpFailure(Exception):  # noqa: N818 - "failure" is the word of the house
    """The call gave no answer. `reason` is a word for the log: no address, no content."""

    def __init__(self, reason: str, place: str) -> None:
        super().__init__(f"{reason}: {place}")
        self.reason = reason


class NotSent(HttpFailure):
    """The request certainly did not reach the server: no connection was made."""


class AddressRefused(NotSent):
    """The address is inside this network and not in HUE_ALLOW_PRIVATE, or is no web address."""


class MayHaveArrived(HttpFailure):
    """The request may have been read and acted on, but no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, its headers (names in lower case) and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one if it is anything else."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Streamed:
    """A body that is sent in pieces and never in memory as a whole. size: bytes; parts: its pieces from the beginning."""

    size: int
    parts: Callable[[], Iterator[bytes]]


class Http(Protocol):
    """What a connector is handed to speak with its server."""

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        body: bytes | Streamed | None = None,
    ) -> Answer:
        """One request to `path` of the server. Raises NotSent or MayHaveArrived."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server by its address, such as https://bsky.social; the real `Http`.

    until: no call outlives this moment, so that a worker never speaks after its lease has ended; cut: of an answer
    larger than `largest` bytes the beginning is enough.
    """

    address: str
    until: datetime | None = None
    largest: int = LARGEST_ANSWER
    within: float = field(default=ANSWER_WITHIN)
    cut: bool = False

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        body: bytes | Streamed | None = None,
    ) -> Answer:
        """One request. Raises NotSent or MayHaveArrived; any status is an answer."""
        url = self.address.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        seconds = self._seconds(method, url, SENT_WITHIN if isinstance(body, Streamed) else self.within)
        return _exchange(method, url, dict(headers or {}), json, body, seconds, self.largest, cut=self.cut)

    def _seconds(self, method: str, url: str, within: float) -> float:
        if self.until is None:
            return within
        left = (self.until - clock.now()) / timedelta(seconds=1)
        if left < 1.0:
            raise NotSent("no time left", _place(method, url))
        return min(within, left - 0.5)


def allowed_address(address: str) -> bool:
    """True if an account may be kept at this server address: a web address that is not inside our network."""
    try:
        _resolve(address, "GET")
    except AddressRefused:
        return False
    except NotSent:  # a name that does not resolve now may do so later
        return True
    return True


def _exchange(  # noqa: PLR0917 - private, one caller
    method: str,
    url: str,
    headers: dict[str, str],
    json_body: Any,
    body: bytes | Streamed | None,
    seconds: float,
    largest: int,
    *,
    cut: bool,
) -> Answer:
    """Try the checked addresses in turn until one connects; only a connection that failed is tried again."""
    ends = time.monotonic() + seconds
    host, addresses = _resolve(url, method)
    failure: NotSent | None = None
    for address in addresses:
        left = ends - time.monotonic()
        if left <= 0:
            break
        target = httpx.URL(url).copy_with(host=address)
        said = {"Accept": "application/json", **headers, **_size(body), "Host": host, "User-Agent": AGENT}
        try:
            request = _client().build_request(
                method,
                target,
                headers=said,
                json=json_body,
                content=_in_time(body, ends, _place(method, url)) if isinstance(body, Streamed) else body,
                timeout=httpx.Timeout(left, connect=min(CONNECT_WITHIN, left)),
                extensions={"sni_hostname": httpx.URL(url).raw_host.decode("ascii")},
            )
        except UnicodeError:  # a letter that no header carries, as in a credential that was typed wrong
            raise NotSent("not to be said in a header", _place(method, url)) from None
        try:
            return _send(request, ends, largest, _place(method, url), cut=cut)
        except NotSent as error:
            failure = error
    raise failure or NotSent("no time left", _place(method, url))


def _in_time(body: Streamed, ends: float, place: str) -> Iterator[bytes]:
    """The pieces of a body while there is time: each alone may be taken slowly, all together may not."""
    for piece in body.parts():
        if time.monotonic() > ends:
            raise MayHaveArrived("body taken too slowly", place)
        yield piece


def _size(body: bytes | Streamed | None) -> dict[str, str]:
    """The length of a body in pieces, which the library cannot know."""
    return {"Content-Length": str(body.size)} if isinstance(body, Streamed) else {}


def _send(request: httpx.Request, ends: float, largest: int, place: str, *, cut: bool) -> Answer:
    try:
        answer = _client().send(request, stream=True, follow_redirects=False)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise NotSent(type(error).__name__, place) from None
    except httpx.LocalProtocolError as error:  # our own request is malformed: refused before a byte was sent
        raise NotSent(type(error).__name__, place) from None
    except httpx.HTTPError as error:
        raise MayHaveArrived(type(error).__name__, place) from None
    body = bytearray()
    try:
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > largest:
                if cut:
                    break
                raise MayHaveArrived("answer too large", place)
            if time.monotonic() > ends:
                raise MayHaveArrived("answer too slow", place)
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise MayHaveArrived(type(error).__name__, place) from None
    finally:
        answer.close()
    return Answer(status=answer.status_code, headers=dict(answer.headers), body=bytes(body[:largest]))


def _resolve(url: str, method: str) -> tuple[str, list[str]]:
    """The Host header and the addresses to connect to, each of them checked. A name in other letters goes by its IDNA form."""
    try:
        place = _place(method, url)
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        target = httpx.URL(url)
        name, said = target.raw_host.decode("ascii"), target.netloc.decode("ascii")
    except (ValueError, httpx.InvalidURL):  # brackets, a port or signs that no address has
        raise AddressRefused("not a web address", method) from None
    if not parts.hostname or not port or parts.username or parts.scheme not in {"https", "http"}:
        raise AddressRefused("not a web address", place)
    named = f"{name}:{port}" in settings.HUE_ALLOW_PRIVATE
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except ValueError:  # a name that cannot be looked up, such as one with a label of 64 letters
        raise AddressRefused("not a web address", place) from None
    except OSError:
        raise NotSent("name not found", place) from None
    addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
    if not named and any(_inside(address) for address in addresses):
        raise AddressRefused("address inside this network", place)
    if not named and parts.scheme != "https":
        raise AddressRefused("address without encryption", place)
    return said, addresses


def _inside(address: str) -> bool:
    """True for every address that is not one of the public internet, also where it only carries such a one."""
    number = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(number, ipaddress.IPv6Address):
        carried = _carried(number)
        if carried is None:
            return number not in PUBLIC_6 or not number.is_global
        number = carried
    return not number.is_global or number.is_multicast


def _carried(number: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The older address that a translator or a tunnel would go on to; None if it carries none (staff/speaker.py has the same).

    RFC 4291, 2.5.5.2 (mapped), RFC 3056 (6to4), RFC 6052, 2.1 (NAT64); other ways to carry one are not public at all.
    """
    if number in NAT64:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour


def _place(method: str, url: str) -> str:
    parts = urlsplit(url)
    return f"{method} {parts.hostname or '?'}{parts.path}"


_shared: dict[str, httpx.Client] = {}
_turn = threading.Lock()


def _client() -> httpx.Client:
    """One pool of connections for the process; making the list of trusted certificates is slow."""
    with _turn:
        if "client" not in _shared:
            # We call by address, so a kept cookie would be told to every other server behind the same one.
            none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
            _shared["client"] = httpx.Client(
                verify=ssl.create_default_context(),
                trust_env=False,
                follow_redirects=False,
                http2=False,
                cookies=none,
            )
        return _shared["client"]
