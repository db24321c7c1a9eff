"""Alerts (R30): nobody lets one out that people cannot act on; machines hear of it, of its changes and of its end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hueandcry.agencies.unit_actions import add_unit
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Invalid
from hueandcry.posts import checking, reading, tasks
from hueandcry.posts.alerts import EVERYWHERE, NO_ALERT, Alert, alert_of, usual_end
from hueandcry.posts.approval_actions import approve_post, publish_post, release_post, submit_post
from hueandcry.posts.checking import Stopped
from hueandcry.posts.content import content_of
from hueandcry.posts.fitting import areas_of, level_of
from hueandcry.posts.models import AlertMessage, Post
from hueandcry.posts.news_actions import page_stands, put_first, set_news
from hueandcry.posts.standing_actions import approve_change, edit_post
from hueandcry.publicsite import actions, build, coming, following, pages
from hueandcry.publicsite.alerting import tell_all
from hueandcry.records.entry import Ledger
from hueandcry.records.numbering import number
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom
from tests.publicsite.cap_rules import CAP, profile_faults
from tests.publicsite.test_pages import Reader

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "tips"]),
    pytest.mark.usefixtures("own_site"),
]
ATOM = "{http://www.w3.org/2005/Atom}"
TEXT = "Smoke over the harbour. Stay inside and close the windows."


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A desk whose agency shows its posts and has one station."""
    monkeypatch.setattr(build, "BROTLI_BEST", 1)  # how small the files are is no matter here
    set_news(on=True, by=desk.admin)
    add_unit(kind="station", name="Harbour", by=desk.admin)
    return Newsroom.of(desk, mode="free")


def alert(**said: Any) -> Alert:
    """An alert with all that it needs."""
    whole = Alert(
        level="red",
        event="danger",
        response="shelter",
        areas=("harbour",),
        place="between Quay Road and the wall",
        until=clock.now() + timedelta(hours=4),
        todo="Stay inside and close the windows.",
    )
    return replace(whole, **said)


def out(room: Newsroom, text: str = TEXT, **said: Any) -> Post:
    """An alert that stands on the site; no file is written."""
    post = room.out(text, kind="alert", urgency=0, alert=alert(**said))
    put(post)
    return post


def put(post: Post) -> None:
    """What the sweep does, but for the files."""
    by = system("news", agency_id=post.agency_id)
    assert put_first(post_id=post.pk, by=by)
    page_stands(post_id=post.pk, by=by)
    tell_all()


def site(room: Newsroom) -> dict[str, str]:
    """The files of the site as they would be now."""
    made = pages.site_of(room.desk.agency).texts
    return {name: data.decode() for name, data in made.items() if name.endswith((".html", ".xml", ".atom"))}


def listed(room: Newsroom) -> list[ET.Element]:
    """The documents to which the feed of alerts leads."""
    files = site(room)
    feed = ET.fromstring(files["alerts/cap.atom"])
    links = [link for link in feed.iter(f"{ATOM}link") if link.get("type") == "application/cap+xml"]
    names = [re.sub(r"https?://[^/]+/", "", str(link.get("href"))) for link in links]
    assert not [fault for name in names for fault in profile_faults(files[name].encode())]
    return [ET.fromstring(files[name]) for name in names]


def said(document: ET.Element, *names: str) -> list[str]:
    return [next((str(each.text) for each in document.iter(CAP + name)), "") for name in names]


WHAT_LACKS = {
    "how grave": {"level": ""},
    "what kind of danger": {"event": ""},
    "where it holds": {"areas": ()},
    "not there any more": {"areas": ("harbour", "closed")},
    "until when": {"until": None},
    "what people should do": {"todo": " "},
    "that it is an exercise": {"exercise": True},
    "In fr one half": {"others": (("fr", "Fumée.", ""),)},
}


def test_an_alert_that_nobody_can_act_on_is_stopped(room: Newsroom) -> None:
    post = room.draft(TEXT, kind="alert", alert=alert())
    assert not [item for item in checking.findings_of(post, accounts=[]) if item.rule.startswith("alert")]
    for sentence, lack in WHAT_LACKS.items():
        post.alert = alert(**lack).plain()
        found = [item for item in checking.findings_of(post, accounts=[]) if item.rule == "alert"]
        assert [item.level for item in found] == ["stop"], sentence
        assert sentence in found[0].sentence
    for days, level in ((-1, "stop"), (8, "hint"), (40, "stop")):
        post.alert = alert(until=clock.now() + timedelta(days=days)).plain()
        found = [item for item in checking.findings_of(post, accounts=[]) if item.rule.startswith("alert")]
        assert [item.level for item in found] == [level]
    with pytest.raises(Stopped, match="Say how grave it is"):
        publish_post(post_id=room.draft(TEXT, kind="alert").pk, by=room.writer)
    assert publish_post(post_id=room.draft(TEXT).pk, by=room.writer).status == "announced"


def test_what_belongs_to_an_alert_is_checked_like_its_words(room: Newsroom) -> None:
    post = room.draft(
        TEXT, kind="alert", alert=alert(todo="The murderer Kim Roe, 15, lives at 12 Mill Lane.")
    )
    plain = room.draft(TEXT, kind="alert", alert=alert())
    rules = [{item.rule for item in checking.findings_of(each, accounts=[])} for each in (post, plain)]
    assert rules[0] - rules[1]
    for wrong in (
        {"level": "mauve"},
        {"areas": ("../x",)},
        {"place": "x" * 301},
        {"others": (("f r", "x", "x"),)},
    ):
        with pytest.raises(Invalid):
            room.draft(TEXT, kind="alert", alert=alert(**wrong))
    kept = Post.objects.get(pk=plain.pk)
    assert content_of(kept).alert == alert_of(kept) == alert()
    assert (room.draft(TEXT).alert, content_of(room.draft(TEXT)).alert) == ({}, NO_ALERT)


def test_level_and_area_of_an_alert_are_those_of_the_lists(room: Newsroom) -> None:
    post = room.draft(TEXT, kind="alert", alert=alert(level="amber"))
    assert (level_of(post, 0), areas_of(post)) == ("amber", ("harbour",))  # type: ignore[arg-type]
    assert areas_of(room.draft(TEXT, kind="alert", alert=alert(areas=(EVERYWHERE,)))) == ()
    begin = clock.now()
    assert usual_end("red", begin=begin) == begin + timedelta(hours=4)
    assert usual_end("green", begin=begin + timedelta(minutes=1)) == begin + timedelta(days=1, minutes=5)
    assert usual_end("", begin=begin) is None


def test_an_alert_stands_on_the_site_and_in_the_feed_for_machines(room: Newsroom) -> None:
    out(room, others=(("fr", "Fumée au port.", "Restez chez vous."),))
    (document,) = listed(room)
    assert said(document, "msgType", "status", "severity", "areaDesc", "references") == [
        "Alert", "Actual", "Severe", "Harbour: between Quay Road and the wall", "",
    ]  # fmt: skip
    assert [each.text for each in document.iter(f"{CAP}language")] == ["en", "fr"]
    files = site(room)
    (name,) = [name for name in files if re.match(r"news/\d{4}-\d\d/\d+/", name)]
    for page in (name, "alerts/index.html", "index.html"):
        Reader(files[page])
        assert "<script" not in files[page]
        assert "between Quay Road and the wall" in files[page]
    assert "Danger now: act at once" in files[name]
    assert "Restez chez vous." in files[name]
    assert '.cap.xml" type="application/cap+xml">CAP 1.2' in files[name]


def test_a_change_is_an_update_and_the_words_before_it_are_gone(room: Newsroom) -> None:
    post = out(room)
    first = AlertMessage.objects.get()
    later = alert(until=first.expires_at + timedelta(hours=5))
    edit_post(post_id=post.pk, content=room.content(TEXT, kind="alert", alert=later), by=room.writer)
    tell_all()
    (document,) = listed(room)
    assert said(document, "msgType", "expires") == ["Update", "2026-11-22T18:30:00-00:00"]
    (reference,) = said(document, "references")
    assert reference.split(",")[1] == first.identifier
    made = pages.site_of(room.desk.agency)
    assert f"/alerts/{first.identifier}.cap.xml" in made.gone
    tell_all()
    assert AlertMessage.objects.count() == 2


def test_a_change_that_waits_for_somebody_is_told_to_nobody(room: Newsroom) -> None:
    Account.objects.update(mode="two_person")
    post = submit_post(post_id=room.draft(TEXT, kind="alert", alert=alert()).pk, by=room.writer)
    approve_post(post_id=post.pk, by=room.approver)
    room.desk.clock.pass_(timedelta(seconds=11))
    put(post)
    content = room.content(TEXT, kind="alert", alert=alert(todo="Leave the harbour."))
    edit_post(post_id=post.pk, content=content, by=room.writer)
    tell_all()
    assert said(listed(room)[0], "instruction") == ["Stay inside and close the windows."]
    approve_change(post_id=post.pk, by=room.approver)
    tell_all()
    assert said(listed(room)[0], "msgType", "instruction") == ["Update", "Leave the harbour."]
    assert room.content(TEXT).alert == NO_ALERT
    edit_post(post_id=post.pk, content=room.content("Smoke is clearing."), by=room.writer)
    approve_change(post_id=post.pk, by=room.approver)
    tell_all()
    assert said(listed(room)[0], "msgType", "description") == ["Update", "Smoke is clearing."]
    assert reading.get_post(actor=room.writer, post_id=post.pk).alert["todo"] == "Leave the harbour."


def test_a_recall_tells_machines_and_takes_every_word_away(room: Newsroom, own_site: Path) -> None:
    words = alert(others=(("fr", "Kim Roe brûle.", "Fuyez."),))
    post = room.out("Smoke from the store of Kim Roe.", kind="alert", urgency=0, alert=words)
    assert coming.put_first() == 1
    number(Ledger.MAIN)
    following.follow()
    actions.recall_post(post_id=post.pk, reason="False alarm.", by=room.approver)
    (document,) = listed(room)
    assert said(document, "msgType", "urgency", "responseType", "description") == [
        "Cancel",
        "Past",
        "AllClear",
        "",
    ]
    assert said(document, "references")[0].count(",") == 2
    for path in (path for path in own_site.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert b"Kim Roe" not in data, path
        assert b"Quay Road" not in data, path
        assert b"False alarm" not in data, path
    room.desk.clock.pass_(timedelta(hours=4))
    assert listed(room) == []


def test_an_alert_leaves_the_list_at_its_minute_by_itself(room: Newsroom) -> None:
    room.out(TEXT, kind="alert", urgency=0, alert=alert(until=clock.now() + timedelta(hours=1)))
    coming.put_first()
    assert coming.end_alerts() == 0
    before = build.current()
    room.desk.clock.pass_(timedelta(hours=1))
    assert coming.end_alerts() == 1
    assert coming.end_alerts() == 0
    served = build.current()
    assert served is not None
    assert before is not None
    assert served.number == before.number + 1
    assert listed(room) == []
    files = site(room)
    assert "No alert holds at this moment." in files["alerts/index.html"]
    (page,) = [text for name, text in files.items() if re.match(r"news/\d{4}-\d\d/\d+/", name)]
    assert "This is over: it held until" in page
    tell_all()
    assert AlertMessage.objects.count() == 1


def test_a_planned_alert_that_would_be_over_goes_back_to_its_author(room: Newsroom) -> None:
    at = clock.now() + timedelta(hours=2)
    post = room.out(TEXT, kind="alert", scheduled_at=at, alert=alert(until=at + timedelta(minutes=5)))
    room.desk.clock.pass_(timedelta(hours=3))
    assert not release_post(post_id=post.pk, by=room.approver)
    post.refresh_from_db()
    assert post.status == "draft"
    assert "has passed" in post.return_note


def test_an_alert_that_is_over_is_not_sent_any_more_unless_it_holds_longer(room: Newsroom) -> None:
    post = out(room, until=clock.now() + timedelta(hours=1))
    room.desk.clock.pass_(timedelta(hours=2))
    room.desk.work()
    assert (room.states(post), room.desk.channel.texts()) == (["held"], [])
    later = alert(until=clock.now() + timedelta(hours=1))
    edit_post(post_id=post.pk, content=room.content(TEXT, kind="alert", alert=later), by=room.writer)
    assert tasks.let_go_of_held() == 1
    room.desk.work()
    assert (room.states(post), room.desk.channel.texts()) == (["sent"], [TEXT])


def test_an_exercise_is_told_as_one_and_an_alert_for_staff_is_told_to_no_machine(room: Newsroom) -> None:
    out(room, "EXERCISE: smoke over the harbour.", exercise=True)
    (document,) = listed(room)
    assert said(document, "status", "note") == ["Exercise", "Nothing has happened: this is an exercise."]
    Account.objects.update(is_public=False)
    room.out("For whoever knows the account.", kind="alert", alert=alert())
    room.desk.clock.pass_(timedelta(seconds=10))
    assert coming.put_first() == 0
    Account.objects.update(audience="staff")
    out_of_sight = room.out("For us only.", kind="alert", audience="staff", alert=alert())
    assert coming.put_first() == 0
    assert not AlertMessage.objects.filter(post=out_of_sight).exists()


def test_where_no_news_are_shown_there_is_no_feed_of_alerts(room: Newsroom) -> None:
    Account.objects.update(
        channel="webhook"
    )  # no news, as a list is none; an alert stands wherever it is told
    out(room)
    assert len(listed(room)) == 1
    set_news(on=False, by=room.desk.admin)
    made = pages.site_of(room.desk.agency)
    assert not [name for name in made.texts if name.startswith("alerts/")]
    assert f"/alerts/{AlertMessage.objects.get().identifier}.cap.xml" in made.gone
