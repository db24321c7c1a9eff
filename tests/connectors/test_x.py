"""X: the contract and the fault matrix on the simulated network, and what is X's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    ChannelFailure,
    Edits,
    Line,
    Measured,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SetsProfile,
    Unauthorised,
    Unreachable,
)
from hueandcry.channels.counting import Counting, count
from hueandcry.connectors.x.channel import CONNECTOR, LIMITS
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent
from hueandcry.simnet.consent import CLIENT
from hueandcry.simnet.networks.x import weight
from tests.connectors.contract import JPEG, PICTURE, Contract, Stage, outgoing, stage_on
from tests.connectors.faults import Faults
from tests.connectors.signing_in import redeem, visit
from tests.servers.simulated import Inside, SimulatedNetwork

APPLICATION = {"client_id": CLIENT, "client_secret": CLIENT}


@pytest.fixture
def inside(simulated_network: SimulatedNetwork) -> Iterator[Inside]:
    inside = simulated_network.network("x")
    yield inside
    inside.work_properly()


@pytest.fixture
def stage(inside: Inside, settings: Any) -> Stage:
    return stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=lambda: {**APPLICATION, "refresh_token": inside.secret},
        renews=True,
        remote_id=lambda post: f"repost:{post['repost_of']}" if post.get("repost_of") else str(post["id"]),
        shows_title=False,
    )


@pytest.mark.slow
class TestX(Contract, Faults):
    connector = CONNECTOR

    def test_the_address_of_a_post_shows_it(self, stage: Stage, inside: Inside) -> None:
        receipt = stage.publish(stage.post("Seen <b>this</b> van?", pictures=(PICTURE,)))
        page = inside.process.page(receipt.remote_url.removeprefix(inside.process.url))
        assert "Seen &lt;b&gt;this&lt;/b&gt; van?" in page
        assert PICTURE.alt in page

    def test_a_text_is_found_although_x_escapes_it_and_shortens_its_links(self, stage: Stage) -> None:
        text = "Fish & chips <3 > 5, twice:\nhttps://a.example/x?y=1&z=2 and https://b.example/very/long/address/of/it"
        post = stage.post(text, link="", pictures=(PICTURE, PICTURE))
        receipt = stage.publish(post)
        assert CONNECTOR.find(stage.line(), post, "").remote_id == receipt.remote_id
        other = replace(post, text=text.replace("a.example", "c.example"))
        assert CONNECTOR.find(stage.line(), other, "") is None

    def test_a_standing_text_is_refused_by_itself_and_what_stands_is_ours(self, stage: Stage) -> None:
        post = stage.post()
        first = stage.publish(post).remote_id
        assert stage.publish(post).remote_id == first
        with pytest.raises(Refused, match="duplicate"):
            CONNECTOR.publish(stage.line(taken=lambda remote_id: remote_id == first), post)

    def test_a_post_is_found_behind_a_hundred_newer_ones(self, stage: Stage, inside: Inside) -> None:
        post = stage.post()
        first = stage.publish(post).remote_id
        for number in range(130):
            inside.world.add_post(inside.account["id"], text=f"Newer {number}")
        assert CONNECTOR.find(stage.line(), post, "").remote_id == first

    def test_a_refresh_token_works_once_and_each_new_one_is_kept(self, stage: Stage, inside: Inside) -> None:
        seen = []
        for _ in range(3):
            CONNECTOR.health(stage.line())
            seen.append(stage.kept["refresh"])
            inside.world.end_tokens()
        assert len(set(seen)) == 3
        lost = {**stage.kept, "refresh": seen[0]}  # as after a crash between X's answer and our storing it
        with pytest.raises(Unauthorised, match="Connect again"):
            CONNECTOR.health(stage.line(session=lost))

    def test_the_hundred_and_first_post_of_a_quarter_of_an_hour_waits(
        self, stage: Stage, inside: Inside
    ) -> None:
        stage.publish(stage.post())
        (quota,) = stage.quotas
        assert (quota.name, quota.limit, quota.left) == ("posts", 100, 99)
        inside.world.hit("posts", inside.account["id"], limit=100, period=900, cost=99)
        with pytest.raises(RateLimited) as failure:
            stage.publish(stage.post())
        assert timedelta(0) < failure.value.retry_at - clock.now() <= timedelta(minutes=15)

    def test_what_x_counts_is_told(self, stage: Stage, inside: Inside) -> None:
        remote_id = stage.publish(stage.post()).remote_id
        (kept,) = inside.posts()
        figures = {"likes": 7, "replies": 2, "reposts": 3, "views": 900}
        inside.world.store.change_thing(kept["id"], {**kept, **figures})
        told = CONNECTOR.measure(stage.line(), [remote_id, "repost:1"])
        assert told == {remote_id: Measured(replies=2, reposts=3, likes=7, views=900)}

    def test_the_profile_has_its_links_written_out(self, stage: Stage, inside: Inside) -> None:
        text = "Not for emergencies & more: https://port-ellery.example/connect"
        inside.world.store.change_thing(
            inside.account["id"], {**inside.account, "text": text, "followers": 4120}
        )
        profile = CONNECTOR.profile(stage.line())
        assert (profile.text, profile.followers) == (text, 4120)
        assert profile.links == ("https://port-ellery.example/connect",)
        assert (profile.picture, profile.banner) == (True, None)
        inside.world.store.change_thing(inside.account["id"], {**inside.account, "picture": ""})
        assert CONNECTOR.profile(stage.line()).picture is False

    def test_a_steward_signs_in_at_x_and_the_code_works_once(self, stage: Stage, inside: Inside) -> None:
        visited = visit(inside, CONNECTOR)
        assert visited.brought["state"] == "a-state"
        stage.secret = redeem(inside, CONNECTOR, visited)
        assert sorted(stage.secret) == sorted(CONNECTOR.secret_fields)
        stage.publish(stage.post())
        with pytest.raises(Unauthorised):
            redeem(inside, CONNECTOR, visited)

    def test_a_code_is_worth_nothing_without_the_verifier_or_the_clients_secret(
        self,
        stage: Stage,  # noqa: ARG002 - lets us speak with the network
        inside: Inside,
    ) -> None:
        for wrong in (replace(visit(inside, CONNECTOR), verifier="x"), visit(inside, CONNECTOR, secret="x")):
            with pytest.raises(Unauthorised):
                redeem(inside, CONNECTOR, wrong)

    def test_two_workers_do_not_spend_one_refresh_token(self, stage: Stage, inside: Inside) -> None:
        """The second finds in its turn what the first has stored."""
        CONNECTOR.health(stage.line())
        old = dict(stage.kept)
        inside.world.end_tokens()
        CONNECTOR.health(stage.line())
        newer = dict(stage.kept)

        @contextmanager
        def turn() -> Iterator[dict[str, str]]:
            yield newer

        CONNECTOR.health(stage.line(session=old, turn=turn))
        assert stage.kept == newer


# --- without a server ---


@dataclass
class Script:
    """A server that gives these answers in turn; keeps what it was asked."""

    answers: list[Answer | Exception]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """The next answer."""
        self.asked.append({"method": method, "path": path, **given})
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def said(body: Any, status: int = 200, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, json.dumps(body).encode())


def timeline(*posts: dict[str, Any]) -> Answer:
    return said({"data": list(posts), "meta": {"result_count": len(posts)}})


def problem(status: int, detail: str = "Said", **headers: str) -> Answer:
    return said(
        {"title": "Title", "detail": detail, "type": "about:blank", "status": status}, status, **headers
    )


SESSION = {
    "access": "old",
    "refresh": "once",
    "ends": "2100-01-01T00:00:00+00:00",
    "user": "7",
    "handle": "ellery",
}
FRESH = said({"access_token": "new", "refresh_token": "next", "expires_in": 7200})
UP = said({"data": {"id": "12", "text": "…"}}, 201)


def line(*answers: Answer | Exception, session: dict[str, str] | None = None, **more: Any) -> Line:
    return Line(
        http=Script(list(answers)),
        secret={**APPLICATION, "refresh_token": "first"},
        session=SESSION if session is None else session,
        keep_session=more.pop("keep_session", lambda _session: None),
        picture=lambda _digest: JPEG,
        taken=lambda _remote_id: False,
        **more,
    )


def asked(one: Line) -> list[str]:
    return [f"{call['method']} {call['path']}" for call in one.http.asked]  # type: ignore[attr-defined]


def test_an_ended_token_is_renewed_and_the_new_pair_kept_before_it_is_used() -> None:
    kept: list[Any] = []
    one = line(
        problem(401),
        FRESH,
        MayHaveArrived("ReadTimeout", "POST x"),
        keep_session=kept.append,
    )
    with pytest.raises(OutcomeUnknown):
        CONNECTOR.publish(one, outgoing())
    assert asked(one) == ["POST /2/tweets", "POST /2/oauth2/token", "POST /2/tweets"]
    assert (kept[0]["access"], kept[0]["refresh"], kept[0]["user"]) == ("new", "next", "7")


def test_a_token_that_is_about_to_end_is_renewed_first() -> None:
    ends = (clock.now() + timedelta(seconds=30)).isoformat()
    one = line(FRESH, UP, session={**SESSION, "ends": ends})
    CONNECTOR.publish(one, outgoing())
    assert asked(one) == ["POST /2/oauth2/token", "POST /2/tweets"]
    assert b"refresh_token=once" in one.http.asked[0]["body"]  # type: ignore[attr-defined]


def test_a_token_that_is_renewed_in_vain_is_told_to_the_steward() -> None:
    with pytest.raises(Unauthorised):
        CONNECTOR.publish(line(problem(401), FRESH, problem(401)), outgoing())


def test_our_own_name_is_asked_once_and_never_overwrites_newer_tokens() -> None:
    kept: list[Any] = []

    @contextmanager
    def turn() -> Iterator[dict[str, str]]:
        yield {**SESSION, "access": "newer", "refresh": "newest", "user": ""}

    me = said({"data": {"id": "7", "username": "ellery"}})
    one = line(me, UP, session={**SESSION, "user": ""}, turn=turn, keep_session=kept.append)
    assert CONNECTOR.publish(one, outgoing()).remote_url == "https://x.com/ellery/status/12"
    assert kept == [{**SESSION, "access": "newer", "refresh": "newest"}]


def test_trouble_before_the_post_itself_means_it_was_not_sent() -> None:
    lost = MayHaveArrived("ReadTimeout", "POST x")
    for answer in (lost, problem(503)):
        for one, post in (
            (line(answer, session={}), outgoing()),
            (line(answer, session={**SESSION, "user": ""}), outgoing()),
            (line(answer), outgoing(pictures=(PICTURE,))),
            (line(said({"data": {"id": "5"}}), answer), outgoing(pictures=(PICTURE,))),
        ):
            with pytest.raises(Unreachable):
                CONNECTOR.publish(one, post)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (NotSent("ConnectError", "POST x"), Unreachable),
        (MayHaveArrived("ReadTimeout", "POST x"), OutcomeUnknown),
        (problem(500), OutcomeUnknown),
        (problem(503), OutcomeUnknown),
        (said({}, 201), OutcomeUnknown),
        (problem(429), RateLimited),
        (problem(402), Unauthorised),
        (problem(403, "You are not permitted to perform this action."), Unauthorised),
        (problem(403, "Your Tweet text is too long."), Refused),
        (problem(403, "This user is not allowed to post a video longer than 2 minutes."), Refused),
        (problem(403, "You attempted to reply to a Tweet that is deleted or not visible to you."), Refused),
        (problem(400), Refused),
        (problem(404), Refused),
    ],
)
def test_each_answer_of_x_means_one_of_ours(answer: Answer | Exception, kind: type[ChannelFailure]) -> None:
    with pytest.raises(ChannelFailure) as failure:
        CONNECTOR.publish(line(answer), outgoing())
    assert issubclass(type(failure.value), kind)


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": {}}, ["a list"], {"data": {"id": "../users"}}])
def test_an_answer_that_is_none_of_xs_proves_nothing(body: Any) -> None:
    """Such as the page of a proxy, with 200."""
    for act in (
        lambda one: CONNECTOR.publish(one, outgoing()),
        lambda one: CONNECTOR.publish(one, outgoing("-", repost_of="5")),
        lambda one: CONNECTOR.find(one, outgoing(), ""),
        lambda one: CONNECTOR.find(one, outgoing(), "12"),
        lambda one: CONNECTOR.delete(one, outgoing(), "12"),
        lambda one: CONNECTOR.delete(one, outgoing(), "repost:12"),
        CONNECTOR.health,
    ):
        with pytest.raises(OutcomeUnknown):
            act(line(said(body)))
    with pytest.raises(Unreachable):
        CONNECTOR.publish(line(said(body)), outgoing(pictures=(PICTURE,)))


def test_the_end_of_a_wait_is_that_of_the_allowance_that_is_used_up() -> None:
    quarter = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": "4102444800"}
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.publish(line(problem(429, **quarter)), outgoing())
    assert failure.value.retry_at == datetime(2100, 1, 1, tzinfo=UTC)
    day = {"x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": "4102531200"}
    with pytest.raises(RateLimited) as failure:
        CONNECTOR.publish(line(problem(429, **quarter, **day)), outgoing())
    assert failure.value.retry_at == datetime(2100, 1, 2, tzinfo=UTC)


def test_a_header_that_is_no_moment_costs_nothing() -> None:
    nonsense = {"x_rate_limit_limit": "100", "x_rate_limit_remaining": "9", "x_rate_limit_reset": "9" * 30}
    told = said({"data": {"id": "12"}}, 201, **nonsense)
    assert CONNECTOR.publish(line(told), outgoing()).remote_id == "12"
    with pytest.raises(RateLimited):
        CONNECTOR.publish(line(problem(429, **nonsense)), outgoing())


def test_a_refused_duplicate_is_looked_for_and_the_text_is_never_altered() -> None:
    duplicate = problem(403, "You are not allowed to create a Tweet with duplicate content.")
    one = line(duplicate, said({"meta": {"result_count": 0}}))
    with pytest.raises(Refused, match="duplicate"):
        CONNECTOR.publish(one, outgoing())
    assert asked(one) == ["POST /2/tweets", "GET /2/users/7/tweets"]


def test_fields_are_asked_for_by_the_other_name_if_x_does_not_know_the_first() -> None:
    post = outgoing("Seen this van?", link="")
    unknown = problem(400, "The query parameter [tweet.fields] is not one of [post.fields]")
    one = line(unknown, timeline({"id": "12", "text": "Seen this van?"}))
    assert CONNECTOR.find(one, post, "").remote_id == "12"
    assert one.http.asked[1]["query"]["post.fields"] == "entities"  # type: ignore[attr-defined]


def test_without_the_links_of_a_post_the_rest_of_its_text_decides() -> None:
    post = outgoing("Seen this van? https://a.example/x")
    told = timeline({"id": "12", "text": "Seen this van? https://t.co/abc"}, {"id": "11", "text": "-"})
    assert CONNECTOR.find(line(told), post, "").remote_id == "12"


def test_a_reply_to_somebody_else_is_not_taken_for_ours() -> None:
    told = {"id": "12", "text": "Yes", "referenced_tweets": [{"type": "replied_to", "id": "3"}]}
    assert CONNECTOR.find(line(timeline(told)), outgoing("Yes", reply_to="4"), "") is None
    assert CONNECTOR.find(line(timeline(told)), outgoing("Yes", reply_to="3"), "").remote_id == "12"


def test_the_evidence_says_which_price_was_asked() -> None:
    assert CONNECTOR.publish(line(UP), outgoing("No link")).evidence["paid_as"] == "post"
    receipt = CONNECTOR.publish(line(UP), outgoing("See https://a.example/"))
    assert receipt.evidence["paid_as"] == "post with a link"


def test_a_picture_that_is_too_large_is_refused_before_anything_is_sent() -> None:
    one = replace(line(), picture=lambda _digest: b"x" * (LIMITS.image_bytes + 1))
    with pytest.raises(Refused, match="5 MB"):
        CONNECTOR.publish(one, outgoing(pictures=(PICTURE,)))
    assert not asked(one)


def test_a_public_client_has_no_secret_to_show() -> None:
    one = replace(
        line(FRESH, UP, session={**SESSION, "ends": ""}), secret={**APPLICATION, "client_secret": ""}
    )
    CONNECTOR.publish(one, outgoing())
    assert "Authorization" not in one.http.asked[0]["headers"]  # type: ignore[attr-defined]


def test_x_lets_nobody_edit_a_post_or_write_the_profile_by_its_api() -> None:
    assert not isinstance(CONNECTOR, Edits | SetsProfile)


@pytest.mark.parametrize(
    "text", ["Café 🚐👩🏽‍🚒 at https://a.example/long/address?x=1.", "警察", "ДОМ", "a\u0301“x”"]
)
def test_the_simulated_network_counts_by_itself_as_we_do(text: str) -> None:
    assert weight(text) == count(text, Counting.WEIGHTED)
