"""An approved answer is put in by one key, where somebody writes; the calendar moves a post by mouse and by keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.answers.models import AnswerUse, AnswerVersion
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.content import Content
from hueandcry.posts.writing_actions import draft_post
from tests.desk_client import HOST, at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.factories_library import CONVERSATIONAL, FORMAL, approved_answer
from tests.walks.test_desk_looks import browser_here as browser_here  # noqa: PLC0414 - the fixture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]
PATIENCE = 60_000  # ms; a ceiling for a busy machine, not a wait


def test_an_answer_goes_in_where_one_writes_without_leaving_the_keys(
    browser_here: tuple[Browser, str],
) -> None:
    browser, address = browser_here
    agency = make_agency()
    rosa = make_person(agency, Role.AUTHOR, name="Rosa Lindqvist")
    writer = actor_for(person_id=rosa.pk, agency_id=agency.pk)
    approved_answer(writer, make_actor(agency, Role.APPROVER, name="Femi Adeyemi"))
    cookie = at_desk(rosa).cookies["hue_desk"].value
    page = browser.new_context().new_page()
    page.context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}/desk/compose/")
    text = page.locator("#id_text")
    text.press_sequentially("Dear all. ")
    text.press("Control+/")
    field = page.locator("#answer-words")
    expect(field).to_be_focused()
    field.press_sequentially("lost")
    expect(page.locator("#answers-found > li")).to_have_count(1)
    field.press("Enter")
    expect(text).to_have_value(f"Dear all. {CONVERSATIONAL}")
    expect(text).to_be_focused()
    text.press("Control+/")
    field.press_sequentially("lost")
    expect(page.locator("#answers-found > li")).to_have_count(1)
    field.press("Shift+Enter")
    expect(text).to_have_value(f"Dear all. {CONVERSATIONAL}{FORMAL}")
    field.fill("lost")
    expect(page.locator("#answers-found > li")).to_have_count(1)
    AnswerVersion.objects.update(valid_until="2020-01-31")  # it lapses while it is on the screen
    field.press("Enter")
    expect(page.locator("#answers-said")).to_contain_text("lapsed")
    expect(text).to_have_value(f"Dear all. {CONVERSATIONAL}{FORMAL}")
    assert sorted(AnswerUse.objects.values_list("register", flat=True)) == ["conversational", "formal"]
    a_post_is_moved_by_the_mouse_and_by_the_keys(page, address, writer)
    assert wrong == []
    page.context.close()


def a_post_is_moved_by_the_mouse_and_by_the_keys(page: Page, address: str, writer: Actor) -> None:
    """On the calendar of a week far from today, so that no day of the test matters."""
    monday = (clock.now() + timedelta(days=400)).replace(hour=12, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    thursday, friday = monday + timedelta(days=3), monday + timedelta(days=4)
    content = Content(text="Fair on Mill Lane.", scheduled_at=monday, zone="Europe/London")
    post = draft_post(content=content, by=writer)
    page.goto(f"{address}/desk/calendar/?view=week&day={monday:%Y-%m-%d}")
    page.locator(f'[data-move="/desk/posts/{post.pk}/plan/"] .hc-entry__at').drag_to(
        page.locator(f'[data-day="{thursday:%Y-%m-%d}"] .hc-calendar__day')
    )
    expect(page.locator(".hc-toast")).to_contain_text("another time", timeout=PATIENCE)
    post.refresh_from_db()
    assert post.scheduled_at == thursday
    page.goto(f"{address}/desk/calendar/?view=week&day={monday:%Y-%m-%d}")
    entry = page.locator(f'[data-day="{thursday:%Y-%m-%d}"] [data-move]')
    summary = entry.locator("summary")
    summary.focus()
    summary.press("Enter")
    field = entry.locator('input[type="datetime-local"]')
    expect(field).to_be_visible(timeout=PATIENCE)
    field.fill(f"{friday:%Y-%m-%d}T10:30")
    field.press("Enter")
    expect(page.locator(".hc-toast")).to_contain_text("another time", timeout=PATIENCE)
    post.refresh_from_db()
    assert post.scheduled_at is not None
    assert f"{post.scheduled_at:%Y-%m-%d}" == f"{friday:%Y-%m-%d}"
