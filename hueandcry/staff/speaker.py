"""One notice to one service, in a process of its own: the only file that imports Apprise (ADR 0009 for why apart).

A request as JSON on standard input, an answer as JSON on standard output. It can reach nothing inside our network but
what the request admits, start no program, and writes nothing that it is told anywhere. Standard library and Apprise only.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import sys
from typing import Any

STARTS_A_PROGRAM = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
)
CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
CONNECT_WITHIN, ANSWER_WITHIN = 5.0, 12.0  # seconds


class Fence:
    """Lets connections through to the public internet and to what is admitted. reached: one was made; refused: one was not."""

    def __init__(self, admitted: list[list[Any]]) -> None:
        self.admitted = {(str(host), int(port)) for host, port in admitted}
        self.reached = False
        self.refused = False

    def put_up(self) -> None:
        """From now on, for the whole process; nothing can take it down."""
        connect = socket.socket.connect

        def noted(sock: socket.socket, address: Any) -> None:
            connect(sock, address)
            self.reached = True

        socket.socket.connect = noted  # type: ignore[method-assign, assignment]
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in STARTS_A_PROGRAM:
            raise PermissionError("no program is started here")
        if event in CONNECTS and not self._outside(arguments[-1]):
            self.refused = True
            raise PermissionError("this address is inside our network")

    def _outside(self, address: Any) -> bool:
        if address is None:  # on a socket that is connected already
            return True
        if not isinstance(address, tuple):  # a socket of this machine
            return False
        host, port = str(address[0]), int(address[1])
        if (host, port) in self.admitted:
            return True
        try:
            return is_public(host)
        except ValueError:  # a name: what is connected to is always a number
            return False


def is_public(address: str) -> bool:
    """True for an address of the public internet that carries none of another network. Raises ValueError for a name.

    As kernel/http.py, which this process does not import.
    """
    number = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(number, ipaddress.IPv6Address):
        carried = number.ipv4_mapped or number.sixtofour
        if number in NAT64:
            carried = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if carried is None:
            return number in PUBLIC_6 and number.is_global
        number = carried
    return number.is_global and not number.is_multicast


def service_of(asked: dict[str, Any]) -> Any:
    """The service of an address, or None if there is none that may be told things."""
    import apprise  # noqa: PLC0415 - takes a third of a second; the fence goes up after it

    asset = apprise.AppriseAsset(http_redirects=False, secure_logging=True)
    found = apprise.Apprise.instantiate(asked["url"], asset=asset)
    if found is None and asked["url"].startswith("https://"):
        found = apprise.Apprise.instantiate(f"jsons://{asked['url'][8:]}", asset=asset)
    if found is None or found.schema not in asked["schemes"]:
        return None
    # What an address could say otherwise, with `?verify=no` and the like.
    found.verify_certificate, found.redirects, found.optional = True, False, False
    found.service_retry, found.service_wait = 0, 0.0
    found.socket_connect_timeout, found.socket_read_timeout = CONNECT_WITHIN, ANSWER_WITHIN
    return found


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked: "look" at an address, or "tell" it something."""
    service = service_of(asked)
    if service is None:
        return {"service": ""}
    said: dict[str, Any] = {"service": str(service.service_name)[:60]}
    if asked["do"] == "tell":
        fence = Fence(asked["admitted"])
        fence.put_up()
        said["ok"] = bool(service.notify(title=asked["title"], body=asked["body"]))
        said |= {"reached": fence.reached, "refused": fence.refused}
    return said


def main() -> None:
    """Read, answer, end."""
    logging.disable(logging.CRITICAL)  # Apprise's own lines hold addresses
    try:
        said = answer(json.load(sys.stdin))
    except Exception as error:  # noqa: BLE001 - whatever a service's own code does, the answer is one word
        said = {"fault": type(error).__name__}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
