"""An untrained, lapsed, braked or out-of-right person cannot publish: by no page, no command, no action, no plan.

Every verb that can make or release a delivery is found in the source, so that a new one must be listed here with a
walk of its own; and every route of the desk is asked with everything that is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
from hueandcry.kernel.errors import Refusal
from hueandcry.posts import tasks
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_rules import acknowledge, brake, gate, make_policy, number_of, train
from tests.fakes import CHANNEL, FAKE, FakeChannel, RichChannel
from tests.guard.others import FORMS, MAKERS
from tests.guard.test_routes import address
from tests.posts.conftest import Desk
from tests.posts.conftest import desk as desk  # noqa: PLC0414 - the fixture
from tests.walks.walked import (
    TEXT,
    WAYS,
    Stage,
    Way,
    announce,
    approve,
    page_is_up,
    retry_by,
    unconfirmed_by,
)
from tests.walks.ways_out import calls, past_the_verbs, unasked, ways

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
NEW_DOORS = {
    "press/send_actions.py": """
from hueandcry.posts import approval_actions as posts
def send_release(*, by):
    posts.publish_post(post_id=1, by=by)
""",
    "press/actions.py": """
def _out(row):
    Delivery.objects.filter(pk=row).update(status=Delivery.Status.QUEUED, due_at=None)
def hurry(*, by):
    _out(1)
""",
    "cli/say.py": """
from hueandcry.posts.standing_actions import repost_post
def run(given):
    repost_post(post_id=1, account_ids=[1], by=None)
""",
}


def test_a_new_way_out_is_found_and_so_is_a_page_that_goes_past_the_verbs() -> None:
    found = ways(NEW_DOORS) - set(WAYS)
    assert found == {"press/send_actions.py:send_release", "press/actions.py:hurry", "cli/say.py:run"}
    assert past_the_verbs() == set()
    page = "from hueandcry.posts import announcing\ndef press(request):\n    announcing.let_go(1)\n"
    assert past_the_verbs({"desk/views/quick.py": page}) == {
        "desk/views/quick.py → posts/announcing.py:let_go"
    }


# Verbs after which the public pages change, and which do not ask whether their person may speak: that, and why not.
UNASKED = {
    "taking down is open to everybody with the right, trained or not, whatever is paused": {
        "answers/actions.py:retire_answer", "answers/partner_actions.py:retire_partner",
        "answers/public_actions.py:hide_answer",
        "appeals/actions.py:resolve_appeal", "appeals/actions.py:withdraw_appeal",
        "assets/photograph_actions.py:take_back_photograph",
        "channels/voice_actions.py:hide_page", "posts/standing_actions.py:recall_post",
        "publicsite/actions.py:recall_post", "publicsite/actions.py:resolve_appeal",
        "publicsite/actions.py:take_down_appeal", "publicsite/actions.py:take_back_photograph",
        "posts/actions.py:stop_announcements", "posts/standing_actions.py:stop_post",
    },
    "the register and the houses: facts kept by an administrator, who speaks nowhere": {
        "agencies/actions.py:end_membership", "agencies/actions.py:take_role",
        "agencies/unit_actions.py:add_unit", "agencies/unit_actions.py:close_unit",
        "agencies/unit_actions.py:edit_unit", "agencies/unit_actions.py:reopen_unit",
        "channels/actions.py:register_account", "channels/actions.py:resume_account",
        "channels/actions.py:suspend_account", "channels/handover_actions.py:hand_over",
        "channels/import_actions.py:bring_in", "channels/register_actions.py:add_holder",
        "channels/register_actions.py:change_account", "channels/register_actions.py:end_holder",
        "channels/register_actions.py:retire_account", "lists/actions.py:close_list",
        "lists/actions.py:open_list", "requests/passing_actions.py:pass_on_everything",
    },
    "the worker's: a date that came, and a post that went out and was asked about then": {
        "appeals/actions.py:ask_for_review", "posts/news_actions.py:put_first", "posts/news_actions.py:say_where",
        "posts/news_actions.py:show_on_site",
    },
}  # fmt: skip
NEW_PAGES = {
    "press/actions.py": """
def _keep(row, by):
    record(by=by, verb="answer.show", subject=row)
def show_quietly(*, by):
    _keep("answer:1", by)
""",
    "press/asking_actions.py": """
from hueandcry.agencies.standing import require_standing
def show_well(*, by):
    require_standing(by)
    record(by=by, verb="answer.show", subject="answer:1")
""",
}


def test_whatever_changes_the_public_pages_asks_whether_its_person_may_speak() -> None:
    known = set().union(*UNASKED.values())
    assert unasked() == known
    assert unasked(NEW_PAGES) - known == {"press/actions.py:show_quietly"}


def test_the_search_sees_a_verb_through_its_helpers_and_no_verb_that_only_writes() -> None:
    graph, sources, _pages = calls()
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
    ("out of right", announce), ("out of right", page_is_up), ("out of right", approve),
    ("out of right", retry_by), ("out of right", unconfirmed_by),  # another's words, which that one answers for
    ("topic braked", announce), ("topic braked", page_is_up),
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
