"""The contract, on the fake channel, the simulated network (a process) and a real Bluesky server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hueandcry.channels.connector import Line, OutcomeUnknown, Publishes, Unreachable
from hueandcry.connectors.bluesky import CONNECTOR as BLUESKY
from hueandcry.connectors.simulated import CONNECTOR as SIMULATED
from tests.connectors.contract import Contract, Seen, Stage
from tests.connectors.faults import Faults
from tests.fakes import FakeChannel
from tests.servers.pds import Pds, PdsAccount, free_port
from tests.servers.proxy import Relay
from tests.servers.simulated import SimulatedNetwork


class FakeBehindAnAddress(FakeChannel):
    """The fake channel has no server: an address where nobody listens is told by its name."""

    def publish(self, line: Line, outgoing: Any) -> Any:
        if "nowhere" in line.http.address:  # type: ignore[attr-defined]
            raise Unreachable("nowhere")
        return super().publish(line, outgoing)


class TestFakeChannel(Contract):
    connector = FakeChannel()

    @pytest.fixture
    def stage(self) -> Stage:
        channel = FakeBehindAnAddress()

        def lose(what: str) -> None:
            channel.next.clear()
            if what:
                channel.next.append({"answer": "unknown_after", "request": "unknown_before"}[what])

        return Stage(
            connector=channel,
            address="https://fake.example",
            secret={"secret": "right"},
            wrong_secret={"secret": "wrong"},
            seen=lambda: [Seen(i, p["text"], p["link"], p["title"], p["alt"]) for i, p in channel.up.items()],
            lose=lose,
            end_tokens=lambda _line: None,
            nowhere="https://nowhere.example",
            enforces_length=False,
        )


@pytest.mark.slow
class TestSimulatedNetwork(Contract, Faults):
    connector = SIMULATED
    uploads = False

    @pytest.fixture
    def stage(self, simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Stage]:
        nowhere = f"127.0.0.1:{free_port()}"
        settings.HUE_ALLOW_PRIVATE = [simulated_network.address, nowhere]

        def lose(what: str) -> None:
            simulated_network.work_properly()
            if what:
                simulated_network.fail({"answer": "drop_after", "request": "drop_before"}[what])

        yield Stage(
            connector=SIMULATED,
            address=simulated_network.url,
            secret={"secret": simulated_network.secret},
            wrong_secret={"secret": "not this one"},
            seen=lambda: [
                Seen(p["id"], p["text"], p["link"], p["title"], p["alt"]) for p in simulated_network.posts()
            ],
            lose=lose,
            end_tokens=lambda _line: simulated_network.fail("expired_token"),
            nowhere=f"http://{nowhere}",
            fail=lambda mode, seconds: simulated_network.fail(mode, seconds=seconds),
        )
        simulated_network.work_properly()


@dataclass
class Tokens:
    """Spoil the access token, as its end after two hours does."""

    stage: Stage | None = None

    def end(self, _line: Line) -> None:
        assert self.stage
        self.stage.kept["access"] = self.stage.kept["access"][:-4] + "AAAA"


@pytest.fixture(scope="session")
def bluesky_account(pds: Pds) -> PdsAccount:
    return pds.create_account("contract.test")


@pytest.mark.pds
@pytest.mark.slow
class TestBluesky(Contract):
    connector = BLUESKY

    @pytest.fixture
    def stage(self, pds: Pds, bluesky_account: PdsAccount, settings: Any) -> Iterator[Stage]:
        relay = Relay(target=("127.0.0.1", pds.port), only=b"POST /xrpc/com.atproto.repo.putRecord").start()
        nowhere = f"127.0.0.1:{free_port()}"
        settings.HUE_ALLOW_PRIVATE = [relay.address, nowhere]
        tokens = Tokens()

        def lose(what: str) -> None:
            relay.only = b"POST /xrpc/com.atproto.repo.putRecord"
            relay.mode = {"answer": "lose_answer", "request": "lose_request", "": "pass"}[what]

        def fail(mode: str, _seconds: float) -> None:
            relay.only = b"POST /xrpc/com.atproto.repo."
            relay.mode = {"drop_after": "lose_answer", "drop_before": "lose_request"}[mode]

        stage = tokens.stage = Stage(
            connector=BLUESKY,
            address=f"http://{relay.address}",
            secret={"identifier": bluesky_account.handle, "password": bluesky_account.app_password},
            wrong_secret={"identifier": bluesky_account.handle, "password": "aaaa-bbbb-cccc-dddd"},
            seen=lambda: _seen_on(pds, bluesky_account.did),
            lose=lose,
            end_tokens=tokens.end,
            nowhere=f"http://{nowhere}",
            marks_edits=False,
            fail=fail,
        )
        yield stage
        relay.stop()

    @pytest.mark.parametrize("mode", ["drop_after", "drop_before"])
    def test_putting_up_editing_and_taking_down_on_the_real_server(self, stage: Stage, mode: str) -> None:
        """The rows of the matrix that a relay before the real server can play."""
        for test in (Faults.test_putting_up, Faults.test_editing, Faults.test_taking_down):
            test(Faults(), stage, mode)


def _seen_on(pds: Pds, did: str) -> list[Seen]:
    reposts = pds.get(f"com.atproto.repo.listRecords?repo={did}&collection=app.bsky.feed.repost&limit=100")[
        "records"
    ]
    return [_seen(record) for record in (*pds.posts(did), *reposts)]


def _seen(record: dict[str, Any]) -> Seen:
    value = record["value"]
    embed = value.get("embed", {})
    card = embed.get("external", {})
    alts = tuple(image["alt"] for image in embed.get("images", ()))
    return Seen(
        record["uri"],
        value.get("text", ""),
        card.get("uri", ""),
        card.get("title", ""),
        card.get("description", "") or " ".join(alts),
        alts,
        reply_to=value.get("reply", {}).get("parent", {}).get("uri", ""),
        repost_of=value.get("subject", {}).get("uri", ""),
    )


def test_every_connector_names_the_fields_of_its_credential() -> None:
    for connector in (BLUESKY, SIMULATED):
        checked: Publishes = connector
        assert checked.secret_fields
        assert issubclass(OutcomeUnknown, Exception)
