"""Facebook Pages: the contract and the fault matrix on the simulated network, and what is Facebook's own."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import (
    Application,
    ChannelFailure,
    Line,
    Measured,
    OutcomeUnknown,
    OutgoingCard,
    RateLimited,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.facebook.channel import CONNECTOR, LIMITS
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer
from hueandcry.simnet.consent import CLIENT
from tests.connectors.contract import JPEG, PICTURE, Contract, Stage, outgoing, stage_on
from tests.connectors.faults import Faults
from tests.connectors.signing_in import BACK, redeem, visit
from tests.servers.simulated import Inside, SimulatedNetwork


@pytest.fixture
def inside(simulated_network: SimulatedNetwork) -> Iterator[Inside]:
    inside = simulated_network.network("facebook")
    yield inside
    inside.work_properly()


@pytest.fixture
def stage(inside: Inside, settings: Any) -> Stage:
    return stage_on(
        inside,
        CONNECTOR,
        settings,
        secret=lambda: {"token": inside.token(), "app_secret": CLIENT},
        renews=False,
        remote_id=lambda post: f"{post['owner']}_{post['id']}",
        shows_title=False,
    )


@pytest.mark.slow
class TestFacebook(Contract, Faults):
    connector = CONNECTOR

    def test_the_address_of_a_post_shows_it(self, stage: Stage, inside: Inside) -> None:
        post = stage.post("Seen <b>this</b> van?", pictures=(PICTURE,))
        receipt = stage.publish(post)
        assert CONNECTOR.find(stage.line(), post, "") == CONNECTOR.find(stage.line(), post, receipt.remote_id)
        assert CONNECTOR.find(stage.line(), post, "") == receipt
        page = inside.process.page(receipt.remote_url.removeprefix(inside.process.url))
        assert "Seen &lt;b&gt;this&lt;/b&gt; van?" in page
        assert PICTURE.alt in page

    def test_a_link_is_shown_as_a_card_where_there_is_no_picture(self, stage: Stage) -> None:
        plain, shown = stage.post(), stage.post(pictures=(PICTURE,))
        carded, bare = stage.post(card=OutgoingCard("https://a.example/")), stage.post(no_card=True)
        posts = (plain, shown, carded, bare)
        for post in posts:
            stage.publish(post)
            assert post.link in post.text
        assert [stage.standing(post)[0].link for post in posts] == [plain.link, "", "https://a.example/", ""]

    def test_a_post_is_found_behind_a_hundred_newer_ones(self, stage: Stage, inside: Inside) -> None:
        post = stage.post()
        first = stage.publish(post).remote_id
        for number in range(130):
            inside.world.add_post(inside.account["id"], text=f"Newer {number}")
        assert CONNECTOR.find(stage.line(), post, "").remote_id == first

    def test_an_older_post_of_the_same_text_is_not_taken_for_this_one(self, stage: Stage) -> None:
        post = stage.post()
        stage.publish(post)
        later = replace(post, created_at=post.created_at + timedelta(hours=1))
        assert CONNECTOR.find(stage.line(), later, "") is None

    def test_what_facebook_counts_is_told(self, stage: Stage, inside: Inside) -> None:
        post = stage.post()
        remote_id = stage.publish(post).remote_id
        (kept,) = inside.posts()
        inside.world.store.change_thing(
            kept["id"], {**kept, "likes": 7, "comments": 2, "shares": 3, "views": 900}
        )
        told = CONNECTOR.measure(stage.line(), [remote_id])
        assert told == {remote_id: Measured(replies=2, reposts=3, likes=7, views=900)}

    def test_every_answer_says_how_much_of_the_calls_is_used(self, stage: Stage, inside: Inside) -> None:
        stage.publish(stage.post())
        assert (stage.quotas[-1].limit, stage.quotas[-1].left) == (100, 100)
        inside.world.hit("calls", inside.account["id"], limit=4_800, period=86_400, cost=2_398)
        CONNECTOR.health(stage.line())
        assert stage.quotas[-1].left == 50
        inside.world.hit("calls", inside.account["id"], limit=4_800, period=86_400, cost=2_400)
        with pytest.raises(RateLimited) as failure:
            CONNECTOR.health(stage.line())
        assert failure.value.retry_at - clock.now() > timedelta(minutes=59)

    def test_a_wrong_app_secret_is_told_from_a_wrong_token(self, stage: Stage) -> None:
        with pytest.raises(Unauthorised, match="app secret"):
            CONNECTOR.health(stage.line(secret={**stage.secret, "app_secret": "another"}))

    def test_a_steward_signs_in_at_facebook_and_we_keep_the_token_of_the_page(
        self, stage: Stage, inside: Inside
    ) -> None:
        visited = visit(inside, CONNECTOR)
        assert visited.brought["state"] == "a-state"
        stage.secret = redeem(inside, CONNECTOR, visited)
        assert sorted(stage.secret) == sorted(CONNECTOR.secret_fields)
        assert stage.publish(stage.post())
        with pytest.raises(Refused, match="has been used"):
            redeem(inside, CONNECTOR, visited)

    def test_the_profile_has_its_links_and_followers(self, stage: Stage, inside: Inside) -> None:
        page = inside.account
        more = {"website": "https://port-ellery.example", "followers": 4120}
        inside.world.store.change_thing(page["id"], {**page, **more})
        CONNECTOR.set_profile(stage.line(), "All our accounts: https://port-ellery.example/connect.")
        profile = CONNECTOR.profile(stage.line())
        assert profile.links == ("https://port-ellery.example", "https://port-ellery.example/connect")
        assert (profile.followers, profile.verified) == (4120, ())
        assert (profile.picture, profile.banner, profile.described) == (True, True, None)
        inside.world.store.change_thing(page["id"], {**page, "picture": False, "cover": False})
        bare = CONNECTOR.profile(stage.line())
        assert (bare.picture, bare.banner) == (False, False)


# --- without a server ---


@dataclass
class Script:
    """A server that gives these answers in turn; keeps what it was asked."""

    answers: list[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """The next answer."""
        self.asked.append({"method": method, "path": path, **given})
        return self.answers.pop(0)


def said(body: Any, status: int = 200, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, json.dumps(body).encode())


def failed(code: int, subcode: int = 0, status: int = 400, message: str = "Said", **headers: str) -> Answer:
    error = {"message": message, "code": code, "error_subcode": subcode}
    return said({"error": error}, status, **headers)


def line(*answers: Answer) -> Line:
    return Line(
        http=Script(list(answers)),
        secret={"token": "the-token", "app_secret": "the-secret"},
        session={},
        keep_session=lambda _session: None,
        picture=lambda _digest: JPEG,
        taken=lambda _remote_id: False,
    )


def test_the_token_is_in_a_header_and_never_in_an_address() -> None:
    one = line(said({"id": "9"}), said({"id": "7_8"}))
    CONNECTOR.publish(one, outgoing(pictures=(PICTURE,)))
    proof = hmac.new(b"the-secret", b"the-token", "sha256").hexdigest()
    for asked in one.http.asked:  # type: ignore[attr-defined]
        assert asked["headers"]["Authorization"] == "Bearer the-token"
        assert asked["query"]["appsecret_proof"] == proof
        assert "the-token" not in asked["path"] + json.dumps([asked["json"], asked["query"]]) + str(
            asked["body"]
        )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failed(190, 460), Unauthorised),
        (failed(102), Unauthorised),
        (failed(10), Unauthorised),
        (failed(200, status=403), Unauthorised),
        (failed(298, status=403), Unauthorised),
        (failed(4), RateLimited),
        (failed(17), RateLimited),
        (failed(32, status=403), RateLimited),
        (failed(613), RateLimited),
        (failed(80001), RateLimited),
        (failed(368, 1390008), RateLimited),
        (failed(368), Refused),
        (failed(1, status=500), OutcomeUnknown),
        (failed(2, status=500), OutcomeUnknown),
        (failed(2), OutcomeUnknown),
        (said({}, 503), OutcomeUnknown),
        (failed(100), Refused),
        (failed(100, 33), Refused),
        (failed(9999), Refused),
        (said({}, 401), Unauthorised),
    ],
)
def test_each_error_of_facebook_means_one_of_our_answers(answer: Answer, kind: type[ChannelFailure]) -> None:
    with pytest.raises(ChannelFailure) as failure:
        CONNECTOR.publish(line(answer), outgoing())
    assert type(failure.value) is kind or issubclass(type(failure.value), kind)
    assert "the-token" not in failure.value.sentence


@pytest.mark.parametrize("body", [{}, {"data": {}}, ["a list"], {"id": "../me"}])
def test_an_answer_that_is_none_of_facebooks_proves_nothing(body: Any) -> None:
    """Such as the page of a proxy, with 200."""
    for act in (
        lambda one: CONNECTOR.publish(one, outgoing()),
        lambda one: CONNECTOR.find(one, outgoing(), ""),
        lambda one: CONNECTOR.find(one, outgoing(), "7_8"),
        lambda one: CONNECTOR.edit(one, outgoing(), "7_8"),
        lambda one: CONNECTOR.delete(one, outgoing(), "7_8"),
        CONNECTOR.health,
    ):
        with pytest.raises(OutcomeUnknown):
            act(line(said(body)))
    with pytest.raises(Unreachable):
        CONNECTOR.publish(line(said(body)), outgoing(pictures=(PICTURE,)))


def test_an_id_that_is_none_never_becomes_part_of_an_address() -> None:
    one = line()
    for act in (CONNECTOR.edit, CONNECTOR.delete, CONNECTOR.find):
        with pytest.raises(OutcomeUnknown):
            act(one, outgoing(), "me/accounts")
    assert one.http.asked == []  # type: ignore[attr-defined]


def test_the_steward_is_told_why_the_access_ended() -> None:
    for subcode, why in ((458, "taken off"), (460, "changed a password"), (463, "has ended our access")):
        with pytest.raises(Unauthorised, match=why):
            CONNECTOR.health(line(failed(190, subcode)))


def test_minutes_to_wait_are_read_from_the_headers() -> None:
    use = {"call_count": 101, "estimated_time_to_regain_access": 19}
    for headers in (
        {"x_business_use_case_usage": json.dumps({"7": [{"type": "pages", **use}]})},
        {"x_app_usage": json.dumps(use)},
    ):
        with pytest.raises(RateLimited) as failure:
            CONNECTOR.publish(line(failed(32, **headers)), outgoing())
        assert timedelta(minutes=18) < failure.value.retry_at - clock.now() < timedelta(minutes=20)
    for nonsense in ("nonsense", '["a"]', '{"7": ["a"]}', '{"call_count": "a"}'):
        with pytest.raises(RateLimited) as failure:
            CONNECTOR.publish(line(failed(4, x_app_usage=nonsense)), outgoing())
        assert timedelta(minutes=14) < failure.value.retry_at - clock.now() < timedelta(minutes=16)
        CONNECTOR.publish(line(said({"id": "7_8"}, x_app_usage=nonsense)), outgoing())


def test_a_duplicate_that_is_not_on_the_page_is_refused_and_the_text_is_never_altered() -> None:
    one = line(failed(506), said({"data": []}))
    with pytest.raises(Refused, match="very text"):
        CONNECTOR.publish(one, outgoing())
    assert [asked["method"] for asked in one.http.asked] == ["POST", "GET"]  # type: ignore[attr-defined]


def test_a_text_that_facebook_trimmed_is_found_again() -> None:
    post = outgoing("  Two lines\r\n\r\nof text ")
    found = CONNECTOR.find(line(said({"data": [{"id": "7_8", "message": "Two lines\n\nof text"}]})), post, "")
    assert found.remote_id == "7_8"


def test_a_list_that_does_not_heed_since_is_read_no_further_than_the_first_try() -> None:
    post = outgoing("Again")
    older = {"id": "7_8", "message": "Again", "created_time": "2020-01-01T10:00:00+0000"}
    one = line(said({"data": [older], "paging": {"next": "…", "cursors": {"after": "c"}}}))
    assert CONNECTOR.find(one, post, "") is None
    assert len(one.http.asked) == 1  # type: ignore[attr-defined]
    pinned_first = said({"data": [older, {"id": "7_9", "message": "Again"}]})
    assert CONNECTOR.find(line(pinned_first), post, "").remote_id == "7_9"


def test_a_deletion_that_is_answered_with_absent_is_proved_by_the_pages_own_list() -> None:
    standing = said({"data": [{"id": "7_8", "message": "-"}]})
    with pytest.raises(Unauthorised, match="Delete it there"):
        CONNECTOR.delete(line(failed(100, 33), standing), outgoing(), "7_8")
    CONNECTOR.delete(line(failed(100, 33), said({"data": []})), outgoing(), "7_8")


def test_the_token_of_a_person_is_no_token_of_a_page() -> None:
    message = "(#100) Tried accessing nonexisting field (category) on node type (User)"
    with pytest.raises(Unauthorised, match="belongs to a person"):
        CONNECTOR.health(line(failed(100, message=message)))


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        ([], "No Page was ticked"),
        ([("Port Ellery Police", ["MODERATE"])], "No Page was ticked"),
        ([("Harbour", ["CREATE_CONTENT"]), ("Traffic", ["CREATE_CONTENT"])], r"Harbour, Traffic.*tick one"),
    ],
)
def test_exactly_one_page_is_connected_at_a_time(pages: list[tuple[str, list[str]]], sentence: str) -> None:
    rows = [{"id": "7", "name": name, "access_token": "t", "tasks": tasks} for name, tasks in pages]
    token = said({"access_token": "of-a-person"})
    script = Script([token, token, said({"data": rows})])
    with pytest.raises(Unauthorised, match=sentence):
        CONNECTOR.authorised(script, Application("id", "secret"), code="c", back=BACK, verifier="v")
    assert all(
        "secret" not in str(asked.get("query", "")).replace("appsecret_proof", "") for asked in script.asked
    )


def test_views_that_may_not_be_read_are_unknown_and_nothing_else_is_lost() -> None:
    figures = said({"id": "7_8", "reactions": {"summary": {"total_count": 4}}})
    told = CONNECTOR.measure(line(figures, failed(10)), ["7_8"])
    assert told["7_8"] == Measured(replies=None, reposts=0, likes=4, views=None)


def test_a_picture_that_is_too_large_is_refused_before_anything_is_sent() -> None:
    one = replace(line(), picture=lambda _digest: b"x" * (LIMITS.image_bytes + 1))
    with pytest.raises(Refused, match="4 MB"):
        CONNECTOR.publish(one, outgoing(pictures=(PICTURE,)))
