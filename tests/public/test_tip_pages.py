"""The tip pages, without scripts and cookies."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from hueandcry.agencies.models import Membership
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock, headers
from hueandcry.tips import actions, codes, envelope, intake, opening
from hueandcry.tips.models import Message, Tip
from hueandcry.ui import css
from tests.factories import make_actor, make_agency
from tests.factories_appeals import Team
from tests.helpers_tips import Programme, found, make_key, send

HOST = "port-ellery.example"
pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert found, response.content.decode()
    return found[1]


def shown(response: HttpResponse, name: str) -> str:
    found = re.search(rf'id="{name}">([^<]*)<', response.content.decode())
    assert found, response.content.decode()
    return found[1]


def post_tip(door: Client, text: str = "A grey van.", **more: Any) -> HttpResponse:
    ticket = hidden(door.get("/t/new/start"), "ticket")
    return door.post("/t/new/start", {"ticket": ticket, "text": text, **more})


def test_a_tip_goes_in_and_its_dialogue_comes_back(door: Client, programme: Programme) -> None:
    done = post_tip(door, "A grey van.", who="The neighbour", risk="on")
    assert done.status_code == 200
    number, words = shown(done, "number"), shown(done, "words")
    tip = Tip.objects.get(number=codes.parse_number(number))
    (opened,) = opening.open_tip(tip, private=programme.officer_seed)
    assert opened.letter.details == {"who": "The neighbour", "risk": "yes"}
    actions.reply_to_tipster(
        number=tip.number, sealed=opening.seal_reply(tip, text="Which <b>colour</b>?"), by=programme.officer
    )
    talk = door.post("/t/back", {"number": number, "code": words.upper()})
    assert talk.status_code == 200
    assert "Which &lt;b&gt;colour&lt;/b&gt;?" in talk.content.decode()
    sent = door.post("/t/talk", {"talk_pass": hidden(talk, "talk_pass"), "text": "Grey, I said."})
    assert "Sent. We have your message." in sent.content.decode()
    assert [m.letter.text for m in opening.open_tip(tip, private=programme.recovery_seed)] == [
        "A grey van.", "Which <b>colour</b>?", "Grey, I said.",
    ]  # fmt: skip


def test_the_same_post_sent_again_shows_the_same_page_and_files_one_tip(
    door: Client, programme: Programme
) -> None:
    form = {"ticket": hidden(door.get("/t/new/start"), "ticket"), "text": "Once."}
    first, again = door.post("/t/new/start", form), door.post("/t/new/start", form)
    assert first.content == again.content
    assert Message.objects.count() == 1


def test_an_error_keeps_what_was_typed(
    door: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = hidden(door.get("/t/new/start"), "ticket")
    empty = door.post("/t/new/start", {"ticket": ticket, "text": "", "where": "Quay <Street>"})
    assert (empty.status_code, hidden(empty, "ticket")) == (422, ticket)
    assert "Quay &lt;Street&gt;" in empty.content.decode()
    later = clock.now() + timedelta(hours=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    old = door.post("/t/new/start", {"ticket": ticket, "text": "I kept this open."})
    assert "I kept this open." in old.content.decode()
    again = door.post("/t/new/start", {"ticket": hidden(old, "ticket"), "text": "I kept this open."})
    assert again.status_code == 200
    assert Tip.objects.count() == 1


def test_unknown_number_and_wrong_code_look_the_same_and_a_typo_does_not(
    door: Client, programme: Programme
) -> None:
    _tip, filed = send(programme)
    good, other = filed.groups, codes.as_groups(b"0123456789")
    unknown = codes.show_number(codes.number_from(123456789))

    def answer(number: str, code: str) -> tuple[int, str]:
        response = door.post("/t/back", {"number": number, "code": code})
        return response.status_code, response.content.decode().replace(number, "N").replace(code, "C")

    assert answer(filed.number, other) == answer(unknown, good) == answer(unknown, other)
    status, page = answer(filed.number, good[:-1] + ("a" if good[-1] != "a" else "b"))
    assert status == 422
    assert "There is a slip in this code" in page
    status, page = answer("743-122-0845", good)
    assert status == 422
    assert "not a number of ours" in page


def test_an_answer_typed_on_a_page_that_ran_out_is_carried_over(
    door: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tip, filed = send(programme)
    talk = door.post("/t/back", {"number": filed.number, "code": filed.digits})
    later = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    out = door.post("/t/talk", {"talk_pass": hidden(talk, "talk_pass"), "text": "A long answer."})
    assert out.status_code == 422
    assert "A long answer." in out.content.decode()
    back = door.post("/t/back", {"number": filed.number, "code": filed.digits, "text": "A long answer."})
    assert "A long answer." in back.content.decode()
    assert Message.objects.count() == 1


def test_an_answer_too_long_for_a_page_that_ran_out_is_carried_over_too(
    door: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tip, filed = send(programme)
    talk = door.post("/t/back", {"number": filed.number, "code": filed.digits})
    later = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    words = "I saw more. " * (envelope.LONGEST // 10)
    out = door.post("/t/talk", {"talk_pass": hidden(talk, "talk_pass"), "text": words})
    assert out.status_code == 422
    assert words.strip() in out.content.decode()


def test_looking_for_an_answer_sends_nothing(door: Client, programme: Programme) -> None:
    _tip, filed = send(programme)
    talk = door.post("/t/back", {"number": filed.number, "code": filed.digits})
    again = door.post("/t/talk", {"talk_pass": hidden(talk, "talk_pass"), "text": "Half a sen", "look": "1"})
    assert "Half a sen" in again.content.decode()
    assert Message.objects.count() == 1


def test_every_page_is_neutral_uncached_unindexed_and_small(door: Client, programme: Programme) -> None:
    _tip, filed = send(programme)
    pages = {
        "new": door.get("/t/new/start"),
        "done": post_tip(door),
        "back": door.get("/t/back"),
        "talk": door.post("/t/back", {"number": filed.number, "code": filed.groups}),
        "error": door.get("/t/nothing"),
    }
    style = len(gzip.compress(css.sheet("public").data, 9))
    for name, page in pages.items():
        html = page.content.decode()
        assert page["Cache-Control"] == "no-store", name
        assert "noindex" in page["X-Robots-Tag"], name
        assert dict(headers.SECURITY).items() <= dict(page.items()).items(), name
        assert not page.cookies, name
        assert "<script" not in html, name
        assert "style=" not in html, name
        assert "http" not in re.sub(r'action="[^"]*"', "", html), name
        assert len(page.content) % 8192 == 0, name
        assert len(gzip.compress(page.content, 9)) + style <= 22_000, name
        if name != "error":
            assert "<title>Form</title>" in html, name
            assert "Leave this page now" in html, name


def test_a_host_that_is_nobodys_gets_421(door: Client, programme: Programme) -> None:
    for host in ("elsewhere.example", "bad host", "127.0.0.1"):
        assert door.get("/t/new/start", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"origin": "null"}, 200),
        ({"origin": "http://port-ellery.example:8000"}, 200),
        ({}, 200),
    ],
)
def test_a_form_from_another_site_is_refused(
    door: Client, programme: Programme, sent: dict[str, str], status: int
) -> None:
    ticket = hidden(door.get("/t/new/start"), "ticket")
    answer = door.post("/t/new/start", {"ticket": ticket, "text": "From where?"}, headers=sent)
    assert answer.status_code == status
    assert Tip.objects.count() == (status == 200)


def test_too_large_is_413_and_files_nothing(door: Client, programme: Programme) -> None:
    answer = post_tip(door, "x" * 600_000)
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()
    assert Tip.objects.count() == 0


def test_broken_requests_get_a_page_that_repeats_nothing(door: Client, programme: Programme) -> None:
    broken = door.post("/t/new/start", b"--x", content_type="multipart/form-data; boundary=")
    assert broken.status_code == 400
    missing = door.get("/t/secret-words")
    assert missing.status_code == 404
    assert "secret-words" not in missing.content.decode()
    wrong = door.put("/t/back", b"secret-words")
    assert wrong.status_code == 405


@pytest.mark.parametrize(
    ("asked", "filled"),
    [
        ("3", "The person in picture 3"),
        ("012", "The person in picture 12"),
        ("9999", ""),
        ("-1", ""),
        ("x", ""),
        ("٣", ""),
        ("<b>", ""),
        ("", ""),
    ],
)
def test_a_form_reached_from_a_picture_knows_its_number_and_nothing_else(
    door: Client, asked: str, filled: str
) -> None:
    team = Team(agency=make_agency(host=HOST))
    assert team.agency.tip_programme is not None
    found(team.agency.tip_programme)
    make_key(make_actor(team.agency.tip_programme, Role.TIP_COORDINATOR))
    appeal = team.published()
    page = door.get(f"/t/new/{appeal.landing_code}", {"picture": asked}).content.decode()
    value = re.search(r'name="who"[^>]*?value="([^"]*)"', page) or re.search(
        r'value="([^"]*)"[^>]*name="who"', page
    )
    assert (value[1] if value else "") == filled
    assert "The person in picture" not in door.get("/t/new/start", {"picture": asked}).content.decode()


def test_a_fault_says_an_id_and_nothing_else(
    door: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_given: Any) -> None:
        raise RuntimeError("secret-words")

    monkeypatch.setattr(intake, "begin_tip", fail)
    answer = post_tip(door, "secret-words")
    assert answer.status_code == 500
    assert "secret-words" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_leaving_leads_away(door: Client, programme: Programme, settings: Any) -> None:
    answer = door.get("/t/leave")
    assert (answer.status_code, answer["Location"]) == (302, settings.HUE_LEAVE_URL)


def test_a_programme_without_keys_says_so_and_keeps_the_text(door: Client, programme: Programme) -> None:
    ticket = hidden(door.get("/t/new/start"), "ticket")
    Membership.objects.filter(person_id=programme.officer.ref.partition(":")[2]).update(ended_at=clock.now())
    assert door.get("/t/new/start").status_code == 503
    late = door.post("/t/new/start", {"ticket": ticket, "text": "I kept this open."})
    assert late.status_code == 503
    assert "I kept this open." in late.content.decode()
    assert "not open yet" in late.content.decode()
    assert Tip.objects.count() == 0


def test_a_host_without_a_programme_has_no_form(door: Client) -> None:
    make_agency(host=HOST)
    for path in ("/t/new/start", "/t/back"):
        assert door.get(path).status_code == 503


def test_a_form_reached_from_an_appeal_says_which_and_the_tip_carries_its_reference(door: Client) -> None:
    team = Team(agency=make_agency(host=HOST))
    assert team.agency.tip_programme is not None
    officer = make_actor(team.agency.tip_programme, Role.TIP_COORDINATOR, name="Samira Quist")
    found(team.agency.tip_programme)
    make_key(officer)
    appeal = team.published(reference="PE-2418")
    path = f"/t/new/{appeal.landing_code}"
    page = door.get(path)
    assert "PE-2418" in page.content.decode()
    assert appeal.title in page.content.decode()
    done = door.post(path, {"ticket": hidden(page, "ticket"), "text": "I know them."})
    assert done.status_code == 200
    assert Tip.objects.get().appeal_ref == "PE-2418"
    unknown = door.get("/t/new/nosuchcode")
    assert unknown.status_code == 200  # an appeal taken down must not turn a tipster away
    assert "PE-2418" not in unknown.content.decode()


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x; charset=utf-7", "text/plain; charset=latin-1"]
)
def test_a_form_in_another_script_coding_is_refused_and_is_no_fault(
    door: Client, programme: Programme, kind: str
) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nvan+2AA-\r\n--x--\r\n'
    assert door.post("/t/new/start", body, content_type=kind).status_code == 400


def test_a_page_for_a_wrong_method_is_padded_and_carries_the_headers_too(
    door: Client, programme: Programme
) -> None:
    answer = door.post("/t/leave", {"text": "x"})
    assert answer.status_code == 405
    assert len(answer.content) % 8192 == 0
    assert answer["Content-Security-Policy"] == headers.CONTENT_SECURITY_POLICY
