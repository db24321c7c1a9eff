"""The proof of an entry, computed by the browser itself, and found out when somebody changed the entry."""

from __future__ import annotations

import os

import pytest
from django.db import connections, transaction
from playwright.sync_api import expect, sync_playwright

from hueandcry.agencies.roles import Role
from hueandcry.records import tasks
from hueandcry.records.entry import record
from hueandcry.records.models import Body
from tests.conftest import lift, restore
from tests.desk_client import HOST, at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.servers.desk_door import desk_door
from tests.walks.conftest import FLAGS, chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
]


def test_the_browser_checks_leaf_path_and_signature_and_sees_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    agency = make_agency()
    cookie = at_desk(make_person(agency, Role.RECORD_KEEPER)).cookies["hue_desk"].value
    by = make_actor(agency, Role.AUTHOR)
    with transaction.atomic():
        numbers = [
            record(by=by, verb="appeal.edit", subject=f"appeal:{n}", body={"text": f"a red car, {n} – “ü”"})
            for n in range(11)
        ]
    while tasks.number_due():
        continue
    tasks.seal_due()
    with desk_door() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context()
        context.add_cookies([{"name": "hue_desk", "value": cookie, "domain": HOST, "path": "/"}])
        page = context.new_page()
        for number in (numbers[0], numbers[5], numbers[-1]):
            page.goto(f"http://{HOST}:{port}/desk/record/{number}/")
            expect(page.locator("#by-browser-said")).to_contain_text("checked by your browser")
            expect(page.locator("#by-browser")).to_have_attribute("data-tone", "ok")
        triggers = lift("default")
        kept = Body.objects.get(entry_id=numbers[5]).lines
        Body.objects.filter(entry_id=numbers[5]).update(lines=kept.replace("red", "blue"))
        restore("default", triggers)
        page.goto(f"http://{HOST}:{port}/desk/record/{numbers[5]}/")
        expect(page.locator("#by-browser-said")).to_contain_text("does not fit its seal")
        expect(page.locator("main")).to_contain_text("It was changed, or stands in another’s place.")
        connections.close_all()  # playwright's loop gives the test connections of its own (asgiref Local)
        browser.close()
