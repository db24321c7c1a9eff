"""A pause shows itself on a page that is open already."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from hueandcry.agencies.brake_actions import lift_brake
from hueandcry.agencies.roles import Role
from tests.desk_client import HOST, at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.factories_rules import brake
from tests.walks.test_desk_looks import browser_here as browser_here  # noqa: PLC0414 - the fixture

pytestmark = [pytest.mark.django_db(databases=["default", "tips"], transaction=True), pytest.mark.slow]


def test_a_pause_shows_on_an_open_page_by_itself_and_goes_again(browser_here: tuple[Browser, str]) -> None:
    browser, address = browser_here
    agency = make_agency()
    cookie = at_desk(make_person(agency, Role.AUTHOR)).cookies["hue_desk"].value
    leader = make_actor(agency, Role.LEADER)
    page = browser.new_context().new_page()
    page.context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
    page.goto(f"{address}/desk/")
    assert page.locator("#paused p").count() == 0
    row = brake(leader, reason="A wrong photograph is out")
    page.get_by_text("A wrong photograph is out").wait_for()
    lift_brake(brake_id=row.pk, by=leader)
    page.locator("#paused p").wait_for(state="detached")
