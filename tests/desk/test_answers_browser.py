"""An approved answer is found by typing and put in by one key, where somebody writes; each use is counted."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.answers.models import AnswerUse, AnswerVersion
from tests.desk_client import HOST, at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.factories_library import CONVERSATIONAL, FORMAL, approved_answer
from tests.walks.test_desk_looks import browser_here as browser_here  # noqa: PLC0414 - the fixture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]


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
    assert wrong == []
    page.context.close()
