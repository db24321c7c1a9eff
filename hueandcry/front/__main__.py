"""`python -m hueandcry.front`: run the embedded static server."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import uvloop

from hueandcry.front.control import AlreadyRunningError
from hueandcry.front.limits import Limits, raise_file_limit, with_changes
from hueandcry.front.relay import Address
from hueandcry.front.server import Front
from hueandcry.kernel.logs import IdsOnly, rotating


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; the exit status is 0 after a clean stop and 1 if it could not start."""
    options = _parser().parse_args(arguments)
    _start_log(options.logs)
    connections = raise_file_limit()
    try:
        limits = with_changes(Limits(connections=min(Limits().connections, connections)), options.limit)
        uvloop.run(_serve(options, limits))
    except (ValueError, OSError, AlreadyRunningError) as error:
        sys.stderr.write(f"The static server cannot start: {error}\n")
        return 1
    return 0


async def _serve(options: argparse.Namespace, limits: Limits) -> None:
    host, port = _read_address(options.listen)
    _, relay_port = _read_address(options.relay) if options.relay else ("", 0)
    address = Address(path=options.relay_socket, port=relay_port)
    front = Front(site=options.site, run=options.run, address=address, limits=limits, https=options.https)
    await front.run(host, port)


def _read_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _start_log(folder: str) -> None:
    handler = rotating(folder, "front") if folder else logging.StreamHandler()
    handler.setFormatter(IdsOnly())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hueandcry.front", description=__doc__)
    parser.add_argument("--site", type=Path, required=True, help="folder with releases/ and the link current")
    parser.add_argument("--run", type=Path, required=True, help="folder for the control socket front.sock")
    parser.add_argument("--listen", default="127.0.0.1:8000", help="address and port")
    parser.add_argument("--relay-socket", default="", help="unix socket of the public process, for /t/")
    parser.add_argument("--relay", default="", help="or its address and port on 127.0.0.1")
    parser.add_argument(
        "--logs", default="", help="folder of front.log; without it the log goes to standard error"
    )
    parser.add_argument(
        "--https",
        action="store_true",
        help="a TLS front stands before us: tell browsers to come by https only",
    )
    parser.add_argument(
        "--limit", action="append", default=[], help="change a limit, as name=number; repeatable"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
