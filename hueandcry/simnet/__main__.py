"""Run the simulated network, or make an account on it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from hueandcry.simnet.joining import join
from hueandcry.simnet.store import Store
from hueandcry.simnet.web import server
from hueandcry.simnet.world import World


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do it; returns the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m hueandcry.simnet", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder for its one file")
    parser.add_argument("--listen", default="127.0.0.1:8002", help="host:port on loopback")
    parser.add_argument("--add-account", metavar="HANDLE", help="make an account, print its secret, and stop")
    parser.add_argument("--network", default="", help="of which network; the plain one if none is named")
    parser.add_argument("--name", default="", help="the new account's name")
    options = parser.parse_args(arguments)
    store = Store(options.home)
    if options.add_account:
        print(_added(store, options.network, options.add_account, options.name))  # noqa: T201 - its one output
        return 0
    host, _colon, port = options.listen.rpartition(":")
    try:
        running = server(store, host, int(port))
    except (ValueError, OSError) as error:
        print(f"The simulated network cannot listen on {options.listen}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: threading.Thread(target=running.shutdown).start())
    running.serve_forever()
    running.server_close()
    store.close()
    return 0


def _added(store: Store, network: str, handle: str, name: str) -> str:
    """The new account's secret; of a named network, as JSON: where its server answers, and each field."""
    if not network:
        return store.add_account(handle, name or handle)
    joined = join(World(store, network), handle, name or handle)
    return json.dumps({"path": joined.path, "secret": joined.secret})


if __name__ == "__main__":
    sys.exit(main())
