"""A whole installation under `hue up`, with people, a public appeal and open tip lines: for faults and storms."""

from __future__ import annotations

import http
import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyotp

from tests.servers import simulated, tables
from tests.servers.stack import ROOT, Stack, databases

TIP = "A grey van stood at the quay on Tuesday evening."
NUMBERS = """
import json
from hueandcry.tips import opening
from hueandcry.tips.models import Tip
private = bytes.fromhex("%s")
tips = list(Tip.objects.all())
assert all(opening.open_tip(tip, private=private)[0].letter.text for tip in tips)
print(json.dumps([tip.number for tip in tips]))
"""
OFFICERS = """
import json, sys, time
from hueandcry.agencies.queries import actor_for
from hueandcry.appeals import actions as appeals
from hueandcry.publicsite import actions
from tests.factories_appeals import content
author = actor_for(person_id={author_id}, agency_id={agency_id})
approver = actor_for(person_id={approver_id}, agency_id={agency_id})

def publish():
    appeal = appeals.draft_appeal(content=content(), reference="", by=author)
    appeals.submit_appeal(appeal_id=appeal.pk, by=author)
    appeals.approve_appeal(appeal_id=appeal.pk, by=approver)
    begun = time.monotonic()
    appeal, shown = actions.publish_appeal(appeal_id=appeal.pk, by=author)
    path = f"/appeals/{{appeal.reference}}/"
    return {{"id": appeal.pk, "path": path, "seconds": time.monotonic() - begun, "done": shown.done}}

def withdraw(appeal_id):
    begun = time.monotonic()
    _appeal, shown = actions.take_down_appeal(appeal_id=appeal_id, reason="It was somebody else.", by=approver)
    return {{"seconds": time.monotonic() - begun, "done": shown.done}}

for line in sys.stdin:
    word, _, number = line.strip().partition(" ")
    print(json.dumps(publish() if word == "publish" else withdraw(int(number))), flush=True)
"""

WATCH = """
import time
from hueandcry.posts.models import Delivery
print("ready", flush=True)
while not Delivery.objects.filter(status="{state}").exists():
    time.sleep(0.02)
print("seen", flush=True)
"""


def ask(
    port: int, path: str, *, host: str = "localhost", form: dict[str, str] | None = None, patience: float = 60
) -> tuple[int, str]:
    """One request on a connection of its own: (status, page); (0, "") if nobody answers."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    headers = {"Host": f"{host}:{port}"}
    try:
        if form is None:
            client.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            client.request("POST", path, body=urlencode(form), headers=headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        client.close()


@dataclass
class House:
    """A running installation. seeds: what seed_house.py printed."""

    stack: Stack
    seeds: dict[str, Any]
    network: simulated.SimulatedNetwork | None = None
    acknowledged: list[str] = field(default_factory=list)

    # -- the public ------------------------------------------------------------------------------------------

    def public(
        self, path: str, form: dict[str, str] | None = None, *, patience: float = 60
    ) -> tuple[int, str]:
        """What somebody outside gets: (status, page)."""
        return ask(self.stack.public_port, path, form=form, patience=patience)

    def appeal(self) -> int:
        """The status of the appeal's page."""
        return self.public(self.seeds["appeal"])[0]

    def ticket(self) -> str:
        """A tip form, opened; "" if it does not open."""
        found = re.search(r'name="ticket" value="([^"]+)"', self.public("/t/new/PE-2418")[1])
        return found[1] if found else ""

    def send_tip(self, ticket: str, *, patience: float = 60) -> tuple[int, str]:
        """Send the form: (status, page). A number that was shown is noted: it must never be lost."""
        status, page = self.public("/t/new/PE-2418", {"ticket": ticket, "text": TIP}, patience=patience)
        found = re.search(r'id="number">([0-9-]+)<', page)
        if found:
            self.acknowledged.append(found[1].replace("-", ""))
        return status, page

    def lost_tips(self) -> set[str]:
        """Numbers that were shown to somebody and are not there, or cannot be opened. Doubles fail at once."""
        kept = json.loads(self.run(NUMBERS % self.seeds["tip_officer"]))
        assert len(kept) == len(set(kept))
        return set(self.acknowledged) - set(kept)

    # -- people and operators --------------------------------------------------------------------------------

    def desk(self, path: str) -> tuple[int, str]:
        """What somebody who has not signed in gets at the desk."""
        return ask(self.stack.desk_port, path, host="desk.localhost")

    @cached_property
    def officer(self) -> Officer:
        """An officer signed in at the desk: one, since a code works once."""
        return Officer(self)

    def run(self, code: str) -> str:
        """Run Python with this installation's settings, as the worker has them; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
            env={**self.stack.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    def publish(self) -> dict[str, Any]:
        """One more appeal, public: id, path, seconds, done (its page stands)."""
        with self.officers() as tell:
            return tell("publish")

    def withdraw(self, appeal_id: int) -> dict[str, Any]:
        """Take an appeal down: seconds, done."""
        with self.officers() as tell:
            return tell(f"withdraw {appeal_id}")

    @contextmanager
    def officers(self) -> Iterator[Callable[[str], dict[str, Any]]]:
        """Author and approver in a process that stays: tell it "publish" or "withdraw ID"."""
        with self._talking(OFFICERS.format(**self.seeds)) as tell:
            yield lambda order: dict(json.loads(tell(order)))

    @contextmanager
    def watching(self, state: str) -> Iterator[Callable[[], None]]:
        """From now on somebody watches; call the value to wait until a delivery has been in this state."""
        with self._talking(WATCH.format(state=state)) as tell:
            assert tell("") == "ready\n"

            def wait() -> None:
                assert tell("") == "seen\n"

            yield wait

    @contextmanager
    def _talking(self, code: str) -> Iterator[Callable[[str], str]]:
        """Python code in a process that stays: give it a line, get one."""
        process = subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.stack.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stderr
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr

        def tell(order: str) -> str:
            if order:
                stdin.write(f"{order}\n")
                stdin.flush()
            said = stdout.readline()
            assert said, stderr.read()[-4000:]
            return said

        try:
            yield tell
        finally:
            with suppress(BrokenPipeError):
                stdin.close()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            stdout.close()
            stderr.close()

    def findings(self) -> dict[str, str]:
        """What `hue doctor` finds that is not well: check → level."""
        done = subprocess.run(
            [sys.executable, "-m", "hueandcry", "doctor", "--json"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env=self.stack.environment,
        )  # fmt: skip
        assert done.stdout, done.stderr
        report = json.loads(done.stdout)
        return {item["check"]: item["level"] for item in report["findings"] if item["level"] != "good"}

    def log(self, name: str) -> str:
        """A process's log."""
        path = self.stack.home / "logs" / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def deliveries(self, *states: str) -> int:
        """How many deliveries are in these states."""
        return int(
            self.run(
                f"from hueandcry.posts.models import Delivery\nprint(Delivery.objects.filter(status__in={states}).count())"
            )
        )

    def tries(self) -> int:
        """How often a delivery that is not up yet has been tried."""
        return int(
            self.run(
                "from hueandcry.posts.models import Delivery\nprint(max(d.attempts for d in Delivery.objects.filter(status__in=['queued', 'sending'])))"
            )
        )

    def failing_sweeps(self) -> str:
        """Names of the worker's jobs whose last run failed."""
        return self.run(
            "from hueandcry.jobs.queries import worker_state\nprint(*worker_state().failing)"
        ).strip()

    def desk_answers(self) -> bool:
        """True if the desk shows its sign-in page."""
        return self.desk("/desk/sign-in/")[0] == http.HTTPStatus.OK

    @staticmethod
    def wait_until(what: str, condition: Callable[[], object], *, seconds: float = 120) -> float:
        """Wait for something that another process does; returns the seconds it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if condition():
                return time.monotonic() - begun
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {what}")


class Officer:
    """Somebody signed in at the desk, without a browser."""

    def __init__(self, house: House) -> None:
        self._address = f"http://127.0.0.1:{house.stack.desk_port}"
        self._host = f"desk.localhost:{house.stack.desk_port}"
        self._cookies: dict[str, str] = {}
        code = pyotp.TOTP(house.seeds["totp"]).now()
        self._token = ""
        status, page = self.get("/desk/sign-in/")
        assert self._token, (status, page)
        form = {
            "email": house.seeds["email"],
            "password": house.seeds["password"], "code": code,
        }  # fmt: skip
        status, page = self.get("/desk/sign-in/", form)
        assert status in {302, 303}, (status, page)

    def get(self, path: str, form: dict[str, str] | None = None, *, patience: float = 60) -> tuple[int, str]:
        """A page at the desk: (status, page); redirects are not followed; (0, "") if nobody answers."""
        port = int(self._address.rpartition(":")[2])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        headers = {"Host": self._host, "Origin": f"http://{self._host}"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            body = urlencode({"csrfmiddlewaretoken": self._token, **form}) if form is not None else None
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            client.request("GET" if body is None else "POST", path, body=body, headers=headers)
            answer = client.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self._cookies[key] = rest.partition(";")[0]
            page = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            client.close()
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page):
            self._token = found[1]
        return answer.status, page


@contextmanager
def house(home: Path, name: str, *, network: bool = False, **variables: str) -> Iterator[House]:
    """Set one up and start it; leaving it stops every process. network: with a simulated network and an account."""
    with databases(name) as environment, _network(wanted=network) as simnet:
        extra = {"HUE_ALLOW_PRIVATE": simnet.address} if simnet else {}
        with Stack(home, {**environment, **extra, **variables}) as stack:
            yield start(stack, simnet)


def start(stack: Stack, network: simulated.SimulatedNetwork | None = None) -> House:
    """Seed an installation and start it."""
    arguments = [network.url, network.secret] if network else []
    tables.lay(stack.home)
    done = subprocess.run(
        [sys.executable, "-m", "tests.servers.seed_house", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=180,
        env={**stack.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    stack.up()
    return House(stack, json.loads(done.stdout.splitlines()[-1]), network)


@contextmanager
def _network(*, wanted: bool) -> Iterator[simulated.SimulatedNetwork | None]:
    if not wanted:
        yield None
        return
    network = simulated.start()
    try:
        yield network
    finally:
        network.stop()
