"""The simulated network: what the public sees, and every way to fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import Line, OutcomeUnknown, RateLimited, Receipt, Refused
from hueandcry.connectors.simulated import CONNECTOR
from hueandcry.kernel import clock
from hueandcry.kernel.http import Server
from hueandcry.simnet.store import Store
from hueandcry.simnet.web import server
from tests.connectors.contract import JPEG, PICTURE, outgoing
from tests.servers.simulated import SimulatedNetwork

pytestmark = pytest.mark.slow


@pytest.fixture
def line(simulated_network: SimulatedNetwork, settings: Any) -> Iterator[Line]:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    yield Line(
        http=Server(address=simulated_network.url),
        secret={"secret": simulated_network.secret},
        session={},
        keep_session=lambda _session: None,
        picture=lambda _digest: JPEG,
        taken=lambda _remote_id: False,
    )
    simulated_network.work_properly()


def standing(network: SimulatedNetwork, text: str) -> int:
    return sum(post["text"] == text for post in network.posts())


def test_the_page_shows_what_the_public_would_see(simulated_network: SimulatedNetwork, line: Line) -> None:
    post = outgoing("Seen <b>this</b> van?", pictures=(PICTURE,))
    receipt = CONNECTOR.publish(line, post)
    assert isinstance(receipt, Receipt)
    for page in (simulated_network.page(), simulated_network.page(f"/posts/{receipt.remote_id}")):
        assert "Simulated network" in page
        assert "Seen &lt;b&gt;this&lt;/b&gt; van?" in page
        assert f"alt='{PICTURE.alt}'" in page
        assert f"Alt text: {PICTURE.alt}" in page
        assert f"href='{post.link}'" in page
    CONNECTOR.delete(line, post, receipt.remote_id)
    assert "this&lt;/b&gt; van?" not in simulated_network.page()


def test_an_error_after_taking_it_is_an_unknown_outcome(
    simulated_network: SimulatedNetwork, line: Line
) -> None:
    post = outgoing()
    simulated_network.fail("error_after")
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.publish(line, post)
    assert standing(simulated_network, post.text) == 1


def test_a_slow_answer_is_an_unknown_outcome(simulated_network: SimulatedNetwork, line: Line) -> None:
    post = outgoing()
    CONNECTOR.health(line)
    simulated_network.fail("slow", seconds=1.5)
    line.http = Server(address=simulated_network.url, within=0.5)
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.publish(line, post)


def test_a_rate_limit_names_its_end(simulated_network: SimulatedNetwork, line: Line) -> None:
    simulated_network.fail("rate_limit", seconds=90)
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.publish(line, outgoing())
    assert timedelta(seconds=80) < failure.value.retry_at - clock.now() <= timedelta(seconds=91)


def test_a_refused_duplicate_that_is_our_own_is_proof_that_it_landed(
    simulated_network: SimulatedNetwork, line: Line
) -> None:
    post = outgoing()
    first = CONNECTOR.publish(line, post)
    simulated_network.fail("refuse_duplicate", times=2)
    assert CONNECTOR.publish(line, post).remote_id == first.remote_id
    line.taken = lambda _remote_id: True
    with pytest.raises(Refused):
        CONNECTOR.publish(line, post)
    assert standing(simulated_network, post.text) == 1


def test_a_refusal_says_why(simulated_network: SimulatedNetwork, line: Line) -> None:
    simulated_network.fail("refuse")
    with pytest.raises(Refused, match="refused on request"):
        CONNECTOR.publish(line, outgoing())


def test_it_listens_on_loopback_only(tmp_path: Any) -> None:
    store = Store(tmp_path)
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        server(store, "0.0.0.0", 0)
    store.close()
