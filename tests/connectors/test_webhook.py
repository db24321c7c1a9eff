"""The webhook: signed as the published specification says, each event once, whatever is lost."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from hueandcry.channels.connector import OutcomeUnknown, Unauthorised
from hueandcry.connectors.webhook import CONNECTOR, sign
from hueandcry.kernel.http import Answer, Server
from hueandcry.simnet.networks.webhook import make_secret
from tests.connectors.contract import Contract
from tests.connectors.faults import Faults
from tests.connectors.stages import Stage, stage_on
from tests.servers.simulated import Inside, SimulatedNetwork

UNASKED = "A receiver cannot be asked what it has."
NO_TOKEN = "A signing secret has no end; a wrong one is told by a test of the contract."
OTHER = f"whsec_{b64encode(bytes(32)).decode()}"


@pytest.fixture
def inside(simulated_network: SimulatedNetwork) -> Iterator[Inside]:
    found = simulated_network.network("webhook", signing=make_secret())
    yield found
    found.work_properly()


@pytest.fixture
def stage(inside: Inside, settings: Any) -> Stage:
    """A receiver has no token that could end and cannot be asked what it has."""

    def secret() -> Mapping[str, str]:
        return {"signing_secret": inside.account["signing"]}

    found = stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=secret,
        renews=True,
        remote_id=lambda post: str(post["key"]),
        enforces_length=False,
    )
    found.address = f"{inside.url}/hooks/{inside.handle}"
    found.wrong_secret = {"signing_secret": OTHER}
    return found


@pytest.mark.slow
class TestWebhook(Contract, Faults):
    connector = CONNECTOR
    uploads = False
    without = {
        "test_a_request_that_was_kept_as_json_is_found_again": UNASKED,
        "test_the_parts_of_a_thread_hang_together_also_after_a_lost_answer": f"{UNASKED} Its own test is below.",
        "test_a_token_that_has_ended_is_renewed_or_told": NO_TOKEN,
        "test_putting_up_with_a_token_that_ends_in_that_moment": NO_TOKEN,
        "test_editing_with_a_token_that_ends_in_that_moment": NO_TOKEN,
        "test_taking_down_with_a_token_that_ends_in_that_moment": NO_TOKEN,
    }

    def test_a_lost_answer_is_an_unknown_outcome_and_recovery_does_not_double(self, stage: Stage) -> None:
        post = stage.post()
        stage.lose("answer")
        with pytest.raises(OutcomeUnknown):
            stage.publish(post)
        stage.lose("")
        assert [stage.publish(post).remote_id for _ in range(2)] == [post.key, post.key]
        assert len(stage.standing(post)) == 1

    def test_a_deleted_post_is_gone_and_deleting_again_is_quiet(self, stage: Stage) -> None:
        post = stage.post()
        stage.publish(post)
        for remote_id in (post.key, ""):
            stage.connector.delete(stage.line(), post, remote_id)
        assert not stage.standing(post)


@pytest.mark.slow
def test_parts_of_a_thread_name_the_part_above(stage: Stage) -> None:
    first = stage.post()
    second = stage.post(link="", reply_to=stage.publish(first).remote_id)
    stage.lose("answer")
    with pytest.raises(OutcomeUnknown):
        stage.publish(second)
    stage.lose("")
    stage.publish(second)
    assert [seen.reply_to for seen in stage.standing(second)] == [first.key]


@pytest.mark.slow
def test_an_edit_that_was_lost_is_told_again_and_an_older_text_may_come_back(stage: Stage) -> None:
    post = stage.post()
    remote_id = stage.publish(post).remote_id
    one = replace(post, text="One")
    stage.lose("answer")
    with pytest.raises(OutcomeUnknown):
        stage.connector.edit(stage.line(), one, remote_id)
    stage.lose("")
    for edited in (one, post, one):
        stage.connector.edit(stage.line(), edited, remote_id)
        assert [seen.text for seen in stage.seen()] == [edited.text]


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    """Test vector of the reference libraries (standard-webhooks, libraries/python/tests)."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="]
)
def test_a_secret_that_is_none_is_told_before_anything_is_sent(secret: str) -> None:
    with pytest.raises(Unauthorised, match="signing secret"):
        sign(secret, "x", 1, b"")


@pytest.mark.slow
def test_an_old_or_changed_event_is_not_taken(stage: Stage, inside: Inside) -> None:
    kept: list[dict[str, Any]] = []

    class Keeping:
        def call(self, _method: str, _path: str, **given: Any) -> Answer:
            kept.append(given)
            return Answer(204, {}, b"")

    post = stage.post()
    stage.connector.publish(stage.line(http=Keeping()), post)
    (given,) = kept
    server = Server(address=stage.address)
    changed = {**given, "body": given["body"].replace(b"van", b"car")}
    old = {**given, "headers": {**given["headers"], "webhook-timestamp": "1614265330"}}
    assert [server.call("POST", "", **each).status for each in (changed, old, given)] == [401, 401, 204]
    assert len(stage.standing(post)) == 1
