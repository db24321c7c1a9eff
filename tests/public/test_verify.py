"""The page that says whether an account is ours, as its own process answers it."""

from __future__ import annotations

import pytest
from django.test import Client

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import register_account
from hueandcry.channels.register_actions import retire_account
from hueandcry.records.models import Entry
from tests.factories import make_actor
from tests.helpers_tips import Programme

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture(autouse=True)
def _accounts(programme: Programme) -> None:
    by = make_actor(programme.force, Role.ADMINISTRATOR)
    for handle in ("pe-traffic", "pe-over"):
        account = register_account(
            channel="simulated",
            handle=handle,
            label=handle.title(),
            server_url="http://127.0.0.1:8002",
            secret={"secret": "invented"},
            by=by,
        )
    retire_account(account_id=account.pk, reason="Closed.", by=by)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("@pe-traffic", "Yes. This is ours."),
        ("http://127.0.0.1:8002/@pe-traffic", "Yes. This is ours."),
        ("pe-over", "It was ours. We no longer speak there."),
        ("pe-trafflc", "It looks like an account of ours."),
        ("<script>alert(1)</script>", "Not ours, as far as our list says."),
        ("", "Another name or address"),
    ],
)
def test_a_pasted_handle_is_answered(door: Client, asked: str, says: str) -> None:
    page = door.get("/accounts/verify/", {"q": asked})
    text = page.content.decode()
    assert page.status_code == 200
    assert says in text
    assert "<script" not in text
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert "Set-Cookie" not in page


def test_a_question_takes_no_form_and_leaves_no_trace(door: Client) -> None:
    before = Entry.objects.count()
    door.get("/accounts/verify/", {"q": "pe-traffic"})
    assert Entry.objects.count() == before
    assert door.post("/accounts/verify/", {"q": "pe-traffic"}).status_code == 405
