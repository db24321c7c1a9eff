"""The connectors' requests and the simulated networks' answers, held against what X and Mastodon publish of theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hueandcry.channels.connector import RateLimited
from hueandcry.connectors.mastodon.channel import CONNECTOR as MASTODON
from hueandcry.connectors.x.channel import CONNECTOR as X
from hueandcry.kernel.http import Server
from hueandcry.simnet.consent import CLIENT
from tests.connectors.filming import CAPTIONS, VIDEO
from tests.connectors.openapi import Described
from tests.connectors.stages import JPEG, PICTURE, Stage, stage_on
from tests.servers.simulated import SimulatedNetwork

pytestmark = pytest.mark.slow


def speak(stage: Stage, connector: Any, described: Any) -> None:
    """Everything that a connector can do, once."""
    line = stage.line(http=described)
    connector.health(line)
    first = stage.post(pictures=(PICTURE,))
    one = stage.wait(connector.publish(line, first), first).remote_id
    second = stage.post(link="", reply_to=one)
    two = stage.wait(connector.publish(line, second), second).remote_id
    again = replace(stage.post(), text="", link="", repost_of=one)
    shown = connector.publish(line, again).remote_id
    connector.find(line, first, "")
    connector.find(line, first, one)
    connector.measure(line, [one, two])
    connector.profile(line)
    if hasattr(connector, "edit"):
        connector.edit(line, replace(first, text=f"Corrected: {first.text}"), one)
        connector.set_profile(line, "Not for emergencies")
        connector.limits_now(line)
    for post, remote_id in ((again, shown), (second, two), (first, one)):
        connector.delete(line, post, remote_id)


def test_what_is_said_to_x_and_what_the_simulated_one_answers_is_as_published(
    simulated_network: SimulatedNetwork, settings: Any
) -> None:
    inside = simulated_network.network("x")
    secret = {"client_id": CLIENT, "client_secret": CLIENT, "refresh_token": inside.secret}
    stage = stage_on(inside, X, settings, secret=lambda: secret, renews=True)
    described = Described(Server(address=stage.address), "x_openapi.json")
    speak(stage, X, described)
    film = stage.post(video=replace(VIDEO, size=len(JPEG), captions="2" * 64))
    stage.part = lambda digest, start, size: (JPEG if digest == VIDEO.digest else CAPTIONS)[
        start : start + size
    ]
    with pytest.raises(RateLimited):
        X.publish(stage.line(http=described), film)
    X.publish(stage.line(http=described), film)
    assert described.used == set(described.calls)


def test_what_is_said_to_mastodon_and_what_the_simulated_one_answers_is_as_published(
    simulated_network: SimulatedNetwork, settings: Any
) -> None:
    inside = simulated_network.network("mastodon")
    stage = stage_on(inside, MASTODON, settings, secret=lambda: {"token": inside.token()}, renews=False)
    described = Described(Server(address=stage.address), "mastodon_openapi.json")
    speak(stage, MASTODON, described)
    assert described.used == set(described.calls)
