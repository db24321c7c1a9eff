"""Tips per second through the real public side, at the production cost of the slow hash.

Each client sends forms one after the other on connections of its own; the tickets were fetched before the clock
starts. The peer, measured in the same run, is the bare cryptography of one tip on one core: what is left when
everything else costs nothing.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from typing import Any
from urllib.parse import urlencode

from tests.servers.public_door import PublicDoor, public_door

TEXT = "A grey van stood at the quay on Tuesday evening; two people carried boxes. " * 5
SECONDS = 8.0  # of each load
MOST = 120  # tips a second we fetch tickets for

PEER = """
import time
from hueandcry.kernel import sealing
from hueandcry.tips import envelope, keys
public = sealing.public_key(sealing.new_seed())
begun, rounds = time.process_time(), 60
for _ in range(rounds):
    seed = sealing.new_seed(); own = sealing.public_key(seed)
    _auth, wrap = keys.halves(b"c" * 10, salt=b"s" * 16, pepper=b"p" * 32, cost=keys.Cost())
    keys.wrap_seed(seed, tip_id="t", public=public); keys.wrap_seed(seed, tip_id="t", public=public)
    keys.wrap_seed_for_tipster(seed, tip_id="t", wrap=wrap)
    envelope.seal_letter(envelope.Letter("x" * 400), public=own, tip_id="t", direction="from_tipster")
print((time.process_time() - begun) / rounds)
"""
CHECK = """
import json, sys
from hueandcry.tips import opening
from hueandcry.tips.models import Message, Ticket, Tip
private = bytes.fromhex("%s")
tips = {tip.number: tip for tip in Tip.objects.all()}
unreadable = sum(1 for tip in tips.values() if not opening.open_tip(tip, private=private)[0].letter.text)
print(json.dumps({"numbers": sorted(tips), "messages": Message.objects.count(), "tickets": Ticket.objects.count(), "unreadable": unreadable}))
"""


def run() -> dict[str, Any]:
    """All figures of the benchmark. lost: shown to the sender, not in the database; doubled: filed twice."""
    figures: dict[str, Any] = {}
    with public_door() as door:
        shown: list[str] = []
        failed = 0
        for clients in (1, 8, 32):
            took, numbers, errors, seconds = load(door, clients)
            shown += numbers
            failed += errors
            figures[f"tips_per_s_{clients}"] = round(len(numbers) / seconds, 1)
            figures[f"p50_ms_{clients}"] = round(quantile(took, 0.50) * 1000)
            figures[f"p99_ms_{clients}"] = round(quantile(took, 0.99) * 1000)
        shown += again(door)
        kept = json.loads(door.run(CHECK % door.seeds["officer"]))
        peer = float(door.run(PEER))
    distinct = {number.replace("-", "") for number in shown}
    figures["lost"] = len(distinct - set(kept["numbers"])) + kept["unreadable"]
    figures["doubled"] = max(len(kept["numbers"]) - len(distinct), kept["messages"] - len(distinct))
    figures["failed"] = failed
    figures["peer_cpu_ms_per_tip"] = round(peer * 1000, 1)
    figures["ratio_ideal_one_core_8"] = round(figures["tips_per_s_8"] * peer, 2)
    return figures


def load(door: PublicDoor, clients: int) -> tuple[list[float], list[str], int, float]:
    """Send with `clients` at once for some seconds: (seconds of each tip, numbers shown, errors, seconds in all)."""
    tickets = fetch_tickets(door, min(int(SECONDS * MOST), 1200 if clients > 1 else 500))
    lock, took, numbers, errors = threading.Lock(), [], [], 0
    begun = time.monotonic()

    def client() -> None:
        nonlocal errors
        while time.monotonic() - begun < SECONDS:
            with lock:
                if not tickets:
                    return
                ticket = tickets.pop()
            start = time.monotonic()
            status, page = post(door, ticket)
            spent = time.monotonic() - start
            with lock:
                if status == http.client.OK:
                    took.append(spent)
                    numbers.append(number_on(page))
                else:
                    errors += 1

    together(client, clients)
    return took, numbers, errors, time.monotonic() - begun


def again(door: PublicDoor) -> list[str]:
    """Eight forms, each sent by four clients at once: every one may be filed once only."""
    numbers, lock = [], threading.Lock()
    for ticket in fetch_tickets(door, 8):

        def client(ticket: str = ticket) -> None:
            status, page = post(door, ticket)
            with lock:
                numbers.append(number_on(page) if status == http.client.OK else f"failed {status}")

        together(client, 4)
    return numbers


def fetch_tickets(door: PublicDoor, count: int) -> list[str]:
    """Open the form `count` times."""
    tickets = []
    for _ in range(count):
        client = door.connection()
        client.request("GET", "/t/new/start", headers={"Host": f"localhost:{door.port}"})
        page = client.getresponse().read().decode()
        client.close()
        found = re.search(r'name="ticket" value="([^"]+)"', page)
        assert found, page
        tickets.append(found[1])
    return tickets


def post(door: PublicDoor, ticket: str) -> tuple[int, str]:
    """Send one form: (status, page)."""
    client = door.connection()
    body = urlencode({"ticket": ticket, "text": TEXT})
    headers = {"Host": f"localhost:{door.port}", "Content-Type": "application/x-www-form-urlencoded"}
    client.request("POST", "/t/new/start", body=body, headers=headers)
    answer = client.getresponse()
    page = answer.read().decode()
    client.close()
    return answer.status, page


def number_on(page: str) -> str:
    """The tip number that the page shows."""
    found = re.search(r'id="number">([0-9-]+)<', page)
    return found[1] if found else "no number"


def together(work: Any, count: int) -> None:
    """Run `work` in `count` threads and wait for all."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


if __name__ == "__main__":
    print(json.dumps(run()))
