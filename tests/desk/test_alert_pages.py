"""Writing an alert at the desk (R30): its own fields, what the check says, what whoever approves it reads, its change."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from hueandcry.agencies.models import Agency
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.channels.models import Account
from hueandcry.posts.alerts import alert_of
from hueandcry.posts.models import Delivery, Post
from tests.desk.test_compose_pages import Pages, page
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
TEXT = "Smoke over the harbour. Stay inside."
TYPED = {
    "kind": "alert",
    "urgency": "0",
    "alert_level": "red",
    "alert_event": "danger",
    "alert_areas": ["harbour"],
    "alert_place": "between Quay Road and the wall",
    "alert_response": "shelter",
    "alert_todo": "Stay inside and close the windows.",
}


@pytest.fixture
def pages(desk: Desk) -> Pages:  # noqa: F811
    Agency.objects.filter(pk=desk.agency.pk).update(languages=["en", "fr"])
    add_unit(kind="station", name="Harbour", by=desk.admin)
    return Pages(desk, "two_person")


def decided(client: Client) -> dict[str, str]:
    """What whoever approves it reads of the alert: name → words."""
    card = page(client, "/desk/approvals/")
    pairs = re.findall(r"<dt>([^<]*)</dt><dd>(.*?)</dd>", card)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", words).split()) for name, words in pairs}


def sent(pages: Pages, **more: Any) -> dict[str, Any]:
    return pages.form(TEXT, **{**TYPED, **more})


def test_an_alert_is_written_handed_in_read_and_let_go(pages: Pages) -> None:
    look = pages.rosa.post("/desk/compose/look/", sent(pages, alert_todo="", alert_areas=[])).content.decode()
    assert "Say where it holds: choose an area, or everywhere." in look
    assert "Say what people should do now" in look
    answer = pages.rosa.post("/desk/compose/", sent(pages, alert_todo=""))
    assert answer.status_code == 422
    draft = Post.objects.get()
    assert draft.alert["place"] == "between Quay Road and the wall"  # nothing typed is lost
    form = page(pages.rosa, f"/desk/compose/{draft.pk}/")
    assert 'name="alert_until" value="2026-11-22T13:30"' in form  # four hours, where nobody said
    assert 'value="harbour" checked' in form
    typed = sent(
        pages,
        revision=draft.revision,
        alert_until="2026-11-22T18:00",
        alert_text_fr="Fumée sur le port.",
        alert_todo_fr="Restez chez vous.",
    )
    answer = pages.rosa.post(f"/desk/compose/{draft.pk}/", typed)
    assert answer["Location"].startswith(f"/desk/posts/{draft.pk}/")
    read = decided(pages.femi)
    assert read["How grave it is"] == "Danger now: act at once Immediate, Severe, Observed"
    assert read["Where it holds"] == "Harbour: between Quay Road and the wall"
    assert read["Holds until"] == "Sunday 22 November, 18:00"
    assert read["What people should do now"] == "Stay inside and close the windows. Shelter"
    assert "Restez chez vous." in read["fr"]
    pages.femi.post(f"/desk/posts/{draft.pk}/approve/", {"from": "list"})
    assert Delivery.objects.get(post=draft).status == "queued"


def test_what_changes_of_an_alert_that_is_out_stands_beside_what_it_was(pages: Pages) -> None:
    pages.rosa.post("/desk/compose/", sent(pages))
    post = Post.objects.get()
    pages.femi.post(f"/desk/posts/{post.pk}/approve/", {"from": "list"})
    shown = page(pages.rosa, f"/desk/posts/{post.pk}/")
    assert 'name="change-alert_until" value="2026-11-22T13:30"' in shown
    typed = {f"change-{name}": value for name, value in TYPED.items() if name.startswith("alert_")}
    typed |= {"change-text": TEXT, "change-alert_until": "2026-11-22T20:00", "change-alert_level": "amber"}
    answer = pages.rosa.post(f"/desk/posts/{post.pk}/change/", {**typed, "change-revision": post.revision})
    assert answer.status_code == 302
    read = decided(pages.femi)
    assert read["Holds until"] == "Sunday 22 November, 20:00 before: Sunday 22 November, 13:30"
    assert "before: Danger now: act at once" in read["How grave it is"]
    assert "before" not in read["Where it holds"]
    (seen,) = re.findall(r'name="change" value="(\d+)"', page(pages.femi, "/desk/approvals/"))
    pages.femi.post(f"/desk/posts/{post.pk}/approve/", {"change": seen, "from": "list"})
    post.refresh_from_db()
    alert = alert_of(post)
    assert alert is not None
    assert (alert.level, alert.until) == ("amber", datetime.fromisoformat("2026-11-22T20:00+00:00"))


def test_what_was_typed_for_an_alert_stays_with_a_post_of_another_kind_and_goes_nowhere(pages: Pages) -> None:
    Account.objects.update(mode="free")
    pages.rosa.post("/desk/compose/", sent(pages, kind="news"))
    post = Post.objects.get()
    assert (post.kind, alert_of(post), post.alert["level"]) == ("news", None, "red")
    assert "between Quay Road" not in page(pages.rosa, f"/desk/posts/{post.pk}/")
    pages.rosa.post("/desk/compose/", pages.form("Plain."))
    assert Post.objects.latest("pk").alert == {}
