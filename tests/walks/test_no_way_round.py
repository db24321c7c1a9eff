"""An untrained, lapsed, braked or out-of-right person cannot publish: by no page, no command, no action, no plan.

Every verb that can make or release a delivery is found in the source, so that a new one must be listed here with a
walk of its own; and every route of the desk is asked with everything that is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from hueandcry.agencies import training_actions
from hueandcry.agencies.roles import Role
from hueandcry.channels import catalogue
from hueandcry.channels.models import Account, Holder
from hueandcry.desk import urls
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, system
from hueandcry.kernel.errors import Refusal
from hueandcry.posts import (
    actions,
    approval_actions,
    holding_actions,
    standing_actions,
    tasks,
    writing_actions,
)
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from tests.desk_client import at_desk
from tests.factories import make_actor, make_person
from tests.factories_rules import acknowledge, brake, gate, make_policy, number_of, train
from tests.fakes import CHANNEL, FAKE, FakeChannel, RichChannel
from tests.guard.others import FORMS, MAKERS
from tests.guard.test_routes import address
from tests.posts.conftest import Desk
from tests.posts.conftest import desk as desk  # noqa: PLC0414 - the fixture
from tests.walks.ways_out import calls, ways

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
D = Delivery.Status
TEXT = "Mill Lane is closed both ways."

# --- the stage --------------------------------------------------------------------------------------


class Stage:
    """A desk whose accounts are free; bad: who shall not be able to publish; good, other: who may."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.agency = desk, desk.agency
        self.accounts = [row.pk for row in desk.accounts]
        Account.objects.update(mode="free")
        self.bad, self.good, self.other = (
            make_actor(desk.agency, Role.AUTHOR, Role.APPROVER, name=who)
            for who in ("Kit Roe", "Nora Vance", "Ife Okafor")
        )
        self.leader = make_actor(desk.agency, Role.LEADER, name="Imogen Castellane")

    def draft(self, by: Actor, text: str = TEXT) -> Post:
        """Something written for the first account."""
        return writing_actions.draft_post(content=self.content(text), by=by)

    def content(self, text: str = TEXT) -> Content:
        """About traffic, for the first account."""
        return Content(text=text, account_ids=(self.accounts[0],), topics=("traffic",))

    def out(self, by: Actor) -> Post:
        """Let go in one's own right, and not sent yet."""
        return approval_actions.publish_post(post_id=self.draft(by).pk, by=by)

    def work(self) -> None:
        """The worker goes on for half an hour."""
        for _round in range(3):
            for sweep in (tasks.release_due, tasks.let_go_of_held, tasks.edit_due):
                sweep()
            self.desk.work()
            self.desk.clock.pass_(timedelta(minutes=10))

    def said(self) -> list[str]:
        """What the public reads."""
        return self.desk.channel.texts()


def of(post: Post) -> Delivery:
    """Its one delivery."""
    return Delivery.objects.get(post=post)


# --- each verb: what is done while all is well, and after the yield what is tried when it is not --------

Way = Callable[[Stage], Iterator[None]]


def _publish(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.bad)
    yield
    approval_actions.publish_post(post_id=post.pk, by=stage.bad)


def _approve_own_words(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.bad)
    approval_actions.submit_post(post_id=post.pk, by=stage.bad)
    yield
    approval_actions.approve_post(post_id=post.pk, by=stage.good)


def _approve(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.good)
    approval_actions.submit_post(post_id=post.pk, by=stage.good)
    yield
    approval_actions.approve_post(post_id=post.pk, by=stage.bad)


def _planned(stage: Stage) -> Iterator[None]:
    post = stage.draft(stage.bad)
    approval_actions.plan_post(post_id=post.pk, at=clock.now() + timedelta(minutes=5), by=stage.bad)
    approval_actions.publish_post(post_id=post.pk, by=stage.bad)
    yield
    stage.desk.clock.pass_(timedelta(minutes=6))
    approval_actions.release_post(post_id=post.pk, by=system("release", agency_id=stage.agency.pk))


def _let_go_before(stage: Stage) -> Iterator[None]:
    stage.out(stage.bad)
    yield


def _announce(stage: Stage) -> Iterator[None]:
    yield
    stage.desk.announce(TEXT, by=stage.bad)
    actions.page_is_up(subject="appeal:1", by=stage.good)


def _page_is_up(stage: Stage) -> Iterator[None]:
    stage.desk.announce(TEXT, by=stage.bad)
    yield
    actions.page_is_up(subject="appeal:1", by=stage.good)


def _retry(stage: Stage) -> Iterator[None]:
    stage.desk.channel.next.append("refused")
    post = stage.out(stage.bad)
    stage.work()
    yield
    actions.retry_delivery(delivery_id=of(post).pk, by=stage.good)


def _unconfirmed(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    Delivery.objects.update(status=D.UNCONFIRMED, due_at=None)
    yield
    actions.settle_unconfirmed(delivery_id=of(post).pk, landed=False, remote_url="", by=stage.good)


def _send_held(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    brake(stage.leader, hours=26)
    stage.work()
    stage.desk.clock.pass_(timedelta(hours=27))
    stage.work()
    yield
    holding_actions.send_held(delivery_id=of(post).pk, by=stage.good)


def _make_held_change(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    stage.work()
    standing_actions.edit_post(post_id=post.pk, content=stage.content("Other words"), by=stage.bad)
    row = brake(stage.leader, hours=26)
    tasks.edit_due()
    stage.desk.clock.pass_(timedelta(hours=27))
    assert row.until < clock.now()
    yield
    holding_actions.make_held_change(edit_id=DeliveryEdit.objects.get().pk, by=stage.good)


def _edit(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    stage.work()
    yield
    standing_actions.edit_post(post_id=post.pk, content=stage.content("Other words"), by=stage.bad)


def _change(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.bad)
    stage.work()
    Account.objects.update(mode="two_person")
    Post.objects.update(approved_by=stage.other.ref)
    standing_actions.edit_post(post_id=post.pk, content=stage.content("Other words"), by=stage.bad)
    yield
    standing_actions.approve_change(post_id=post.pk, by=stage.good)


def _repost(stage: Stage) -> Iterator[None]:
    post = stage.out(stage.good)
    stage.work()
    yield
    standing_actions.repost_post(post_id=post.pk, account_ids=[stage.accounts[1]], by=stage.bad)


# Verb → the walks that try it. A verb that is found in the source and not here fails the test below.
WAYS: dict[str, tuple[Way, ...]] = {
    "appeals/actions.py:publish_appeal": (_announce,),  # it announces as the person who publishes
    "posts/actions.py:announce": (_announce,),
    "posts/actions.py:page_is_up": (_page_is_up,),
    "posts/actions.py:retry_delivery": (_retry,),
    "posts/actions.py:settle_unconfirmed": (_unconfirmed,),
    "posts/approval_actions.py:approve_post": (_approve, _approve_own_words),
    "posts/approval_actions.py:publish_post": (_publish, _let_go_before),
    "posts/approval_actions.py:release_post": (_planned,),
    "posts/holding_actions.py:make_held_change": (_make_held_change,),
    "posts/holding_actions.py:send_held": (_send_held,),
    "posts/standing_actions.py:approve_change": (_change,),
    "posts/standing_actions.py:edit_post": (_edit,),
    "posts/standing_actions.py:repost_post": (_repost,),
    "publicsite/actions.py:publish_appeal": (_announce,),
}


def test_every_verb_that_lets_something_out_is_walked_here() -> None:
    assert ways() == set(WAYS)


def test_the_search_sees_a_verb_through_its_helpers_and_no_verb_that_only_writes() -> None:
    graph, sources = calls()
    assert "posts/announcing.py:let_go" in sources
    assert "posts/approval_actions.py:_go_if_due" in graph["posts/approval_actions.py:publish_post"]
    assert not ways() & {"posts/writing_actions.py:draft_post", "posts/approval_actions.py:submit_post"}


# --- each reason ------------------------------------------------------------------------------------


def _untrained(stage: Stage) -> None:
    gate(stage.agency, stage.good, stage.other)


def _lapsed(stage: Stage) -> None:
    admin, course = gate(stage.agency)
    train(stage.bad, course=course, by=admin)
    stage.desk.clock.pass_(timedelta(days=740))
    train(stage.good, stage.other, course=course, by=admin)


def _revoked(stage: Stage) -> None:
    admin, _course = gate(stage.agency, stage.bad, stage.good, stage.other)
    training_actions.revoke_training(person_id=number_of(stage.bad), reason="Named a victim", by=admin)


def _unread_policy(stage: Stage) -> None:
    acknowledge(make_policy(stage.desk.admin), stage.good, stage.other)


def _out_of_right(stage: Stage) -> None:
    for row in stage.desk.accounts:
        for person in (stage.good, stage.other):
            Holder.objects.create(
                agency=stage.agency, account=row, person_id=number_of(person), begun_at=clock.now()
            )


def _opens_another(_stage: Stage) -> None:
    Account.objects.update(unproved_at=clock.now(), other_id="fake:2", other_handle="other")


WRONGS: dict[str, Callable[[Stage], object]] = {
    "untrained": _untrained,
    "lapsed": _lapsed,
    "revoked": _revoked,
    "policy not acknowledged": _unread_policy,
    "braked": lambda stage: brake(stage.leader, "person", number_of(stage.bad), hours=700),
    "account braked": lambda stage: [
        brake(stage.leader, "account", number, name="It", hours=700) for number in stage.accounts
    ],
    "topic braked": lambda stage: brake(stage.leader, "topic", "traffic", hours=700),
    "everything braked": lambda stage: brake(stage.leader, hours=700),
    "out of right": _out_of_right,
    "another's sign-in": _opens_another,
}
# What is right all the same. An announcement belongs to the agency, whoever holds an account, and has no topic of the
# lanes; an approver answers for what a holder wrote without holding the account.
RIGHT_ALL_THE_SAME = {
    ("out of right", _announce), ("out of right", _page_is_up), ("out of right", _approve),
    ("topic braked", _announce), ("topic braked", _page_is_up),
}  # fmt: skip
WALKS = sorted({way for some in WAYS.values() for way in some}, key=lambda way: way.__name__)


@pytest.fixture
def stage(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage, on a network that can change a standing post and show one again."""
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    return Stage(desk)


def walk(stage: Stage, way: Way, wrong: Callable[[Stage], object] | None) -> bool:
    """True if something was said after all was not well any more, that was not said before."""
    steps = way(stage)
    next(steps)
    if wrong:
        wrong(stage)
    before = stage.said()
    with suppress(Refusal, StopIteration):
        next(steps)
    stage.work()
    return stage.said() != before


def tried(stage: Stage, way: Way, wrong: Callable[[Stage], object] | None) -> bool:
    """The same, and the stage is as before afterwards."""
    moment = stage.desk.clock.moment
    with transaction.atomic():
        found = walk(stage, way, wrong)
        transaction.set_rollback(True)
    stage.desk.clock.moment = moment
    stage.desk.channel.up.clear()
    stage.desk.channel.next.clear()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("way", WALKS, ids=lambda way: way.__name__)
def test_each_way_leads_out_while_all_is_well_and_none_when_it_is_not(stage: Stage, way: Way) -> None:
    assert tried(stage, way, None)
    out = {word for word, wrong in WRONGS.items() if tried(stage, way, wrong)}
    assert out == {word for word, allowed in RIGHT_ALL_THE_SAME if allowed is way}


# --- every route, and every command -----------------------------------------------------------------

PRESSED = {
    "reason": "Pressed", "note": "Pressed", "text": TEXT, "title": "Pressed", "revision": "1", "landed": "no",
    "kind": "news", "language": "en", "audience": "public", "urgency": "2", "do": "publish",
}  # fmt: skip
# Buttons that take back what was let go, and the one that signs out.
BACK = re.compile(r"stop|recall|withdraw|resolve|discard|drop|take-back|return|sign-out|suspend|brakes")
# What the walk makes for the routes, each once; the other makers connect further accounts.
MADE = (
    "desk/posts/", "desk/people/", "desk/units/", "desk/appeals/", "desk/appeals/<slug:reference>/lines/",
    "desk/training/", "desk/training/courses/",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("gated", [False, True], ids=["gate off", "gate on"])
def test_no_route_of_the_desk_sends_a_word_of_somebody_untrained(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    request: pytest.FixtureRequest,
    *,
    gated: bool,
) -> None:
    """Everything the desk knows is made while nobody needs a course; then every button is pressed."""
    settings.HUE_ALLOW_PRIVATE = [*settings.HUE_ALLOW_PRIVATE, f"127.0.0.1:{settings.HUE_SIMNET_PORT}"]
    monkeypatch.setitem(catalogue.CHANNELS, "simulated", FAKE)
    catalogue.connector_for.cache_clear()  # the real one may have been loaded by a test before
    request.addfinalizer(catalogue.connector_for.cache_clear)
    monkeypatch.setattr(FakeChannel, "_check", lambda _channel, _line: None)
    routes = [str(pattern.pattern) for pattern in urls.urlpatterns]
    things = {start: MAKERS[start](desk.agency) for start in MADE}
    post, account = things["desk/posts/"], {"account_id": desk.accounts[0].pk}
    things |= {"desk/compose/": post, "desk/rules/held/": post, "desk/accounts/": account}
    Account.objects.update(mode="free")
    if gated:
        training_actions.require_training(on=True, by=desk.admin)
    client = at_desk(make_person(desk.agency, Role.AUTHOR, Role.APPROVER, Role.STEWARD))
    answered = 0
    for route in routes:
        start = max((key for key in things if route.startswith(key)), key=len, default="")
        values = things.get(start, {})
        if set(re.findall(r"<(?:\w+:)?(\w+)>", route)) <= set(values) and not BACK.search(route):
            path = address(route, values)
            form = {key.format(**values): value for key, value in FORMS.get(route, {}).items()}
            accounts = [str(number) for number in Account.objects.values_list("pk", flat=True)]
            answer = client.post(path, {**PRESSED, **form, "accounts": accounts, "account": accounts})
            answered += answer.status_code < 500
    assert answered > 40
    for _round in range(3):
        for sweep in (tasks.release_due, tasks.let_go_of_held, tasks.edit_due):
            sweep()
        desk.work()
        desk.clock.pass_(timedelta(minutes=10))
    assert bool(CHANNEL.number) is not gated


def test_no_command_of_hue_publishes() -> None:
    assert not {verb for verb in ways() if verb.startswith("cli/")}
