"""The record viewer."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.desk.record_words import VERBS
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.records import actions, running, tasks, verifier, viewing
from hueandcry.records.entry import Ledger, record
from hueandcry.records.models import Body, Entry, Run
from hueandcry.records.seals import KEY_FILE
from hueandcry.tips.models import RootUse
from tests.conftest import lift, restore
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person, make_programme
from tests.factories_appeals import Team

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def client(agency: Agency) -> Client:
    return at_desk(make_person(agency, Role.RECORD_KEEPER))


def write(by: Actor, verb: str, subject: str, **body: str) -> int:
    with transaction.atomic():
        return record(by=by, verb=verb, subject=subject, body=body)


def test_fifty_to_a_page_newest_first_and_the_rest_behind_a_link(client: Client, agency: Agency) -> None:
    by = make_actor(agency, Role.AUTHOR)
    for number in range(60):
        write(by, "appeal.edit", f"appeal:{number}")
    page = client.get("/desk/record/?verb=appeal").content.decode()
    assert page.count("<li><time") == 50
    assert page.index("wrote on appeal 59<") < page.index("wrote on appeal 10<")
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(older).content.decode().count("<li><time") == 10


def test_an_entry_shows_its_content_and_says_when_it_was_erased(client: Client, agency: Agency) -> None:
    by = make_actor(agency, Role.AUTHOR)
    number = write(by, "appeal.edit", "appeal:7", text="a red <car>")
    page = client.get(f"/desk/record/{number}/").content.decode()
    assert "a red &lt;car&gt;" in page
    actions.erase_bodies(subject="appeal:7", reason="asked for", by=make_actor(agency, Role.RECORD_KEEPER))
    page = client.get(f"/desk/record/{number}/").content.decode()
    assert "erased by rule" in page
    assert "red <car>" not in page
    assert "red &lt;car&gt;" not in page


def test_an_entry_is_read_in_words_leads_to_its_appeal_and_is_kept_exactly(
    client: Client, agency: Agency
) -> None:
    team = Team(agency)
    appeal = team.draft(pictures=1)
    add, began = (Entry.objects.get(verb=verb) for verb in ("appeal.add-picture", "appeal.draft"))
    page = client.get(f"/desk/record/{add.pk}/").content.decode()
    assert f'href="/desk/appeals/{appeal.reference}/">See appeal {appeal.reference}</a>' in page
    assert "<dt>What is to be seen</dt><dd>A drawn figure, number 0</dd>" in page
    assert re.search(r"<dt>Picture</dt><dd>picture \d+</dd>", page)
    assert '<dt class="hc-mono">alt</dt>' in page.split('id="as-kept"')[1]
    assert '<dt class="hc-mono">alt</dt>' not in page.split('id="as-kept"')[0]
    page = client.get(f"/desk/record/{began.pk}/").content.decode()
    assert "<dt>What we ask</dt>" in page
    assert "<dt>People can be recognised in the pictures</dt><dd>Yes</dd>" in page
    number = write(team.author, "account.steward", "account:1", person=team.approver.ref)
    page = client.get(f"/desk/record/{number}/").content.decode()
    assert "<dt>Person</dt><dd>Ife Okafor</dd>" in page


def test_another_agencys_entries_are_not_shown(client: Client) -> None:
    other = make_actor(make_agency(name="Far Point Police"), Role.AUTHOR)
    number = write(other, "appeal.edit", "appeal:99")
    assert "appeal 99" not in client.get("/desk/record/").content.decode()
    assert client.get(f"/desk/record/{number}/").status_code == 404


def test_the_seal_is_stated(client: Client) -> None:
    assert "No seal yet" in client.get("/desk/record/").content.decode()
    while tasks.number_due():
        continue
    tasks.seal_due()
    page = client.get("/desk/record/").content.decode()
    assert "Entries 1 to" in page
    assert "No seal yet" not in page


def test_the_record_of_the_tips_is_for_those_who_read_tips(client: Client, agency: Agency) -> None:
    programme = make_programme(agency=agency)
    assert client.get("/desk/record/tips/").status_code == 403
    reader = make_person(programme, Role.TIP_COORDINATOR)
    by = make_actor(programme, Role.TIP_COORDINATOR)
    with transaction.atomic(using="tips"):
        record(by=by, verb="tip.reply", subject="tip:3", ledger=Ledger.TIPS)
    page = at_desk(reader).get("/desk/record/tips/").content.decode()
    assert "answered tip 3" in page


def test_a_filter_that_fits_nothing_says_so(client: Client) -> None:
    assert "No entry fits" in client.get("/desk/record/?verb=zzz").content.decode()


# --- sentences, filters, proof ----------------------------------------------------------------------


def sealed() -> None:
    """As the worker would: numbered and sealed."""
    while tasks.number_due():
        continue
    tasks.seal_due()


def test_entries_are_told_as_sentences_and_can_be_filtered(client: Client, agency: Agency) -> None:
    team = Team(agency)
    appeal = team.approved()
    page = client.get("/desk/record/").content.decode()
    assert f"<b>Ife Okafor</b> approved appeal {appeal.reference}<" in page
    mine = client.get("/desk/record/", {"who": team.approver.ref}).content.decode()
    assert "submitted" not in mine.split('id="days"')[1]
    about = client.get("/desk/record/", {"subject": appeal.reference.lower()}).content.decode()
    assert about.count("<li><time") == 3
    assert "No entry fits" in client.get("/desk/record/?until=2020-01-01").content.decode()
    assert "began appeal" in client.get("/desk/record/?since=2020-01-01").content.decode()


def test_posts_that_belong_to_no_appeal_are_told_without_their_mark(client: Client, agency: Agency) -> None:
    write(make_actor(agency, Role.AUTHOR), "post.release", "notice:20261121-113237-1687")
    page = client.get("/desk/record/").content.decode()
    assert "let the posts about a notice of the agency go" in page
    assert "20261121-113237" not in page


def test_every_verb_of_the_house_has_its_sentence() -> None:
    elsewhere = {"migrations", "connectors", "simnet"}  # these write no record; networks name things alike
    code = "\n".join(
        path.read_text()
        for path in (ROOT / "hueandcry").rglob("*.py")
        if not elsewhere.intersection(path.parts)
    )
    things = "account|agency|appeal|asset|delivery|person|post|record|tip|tip-key"
    verbs = set(re.findall(rf'"((?:{things})\.[a-z-]+)"', code)) - {KEY_FILE}
    verbs |= {f"tip-root.{use}" for use in RootUse.Kind.values}
    assert len(verbs) > 80
    assert verbs - VERBS.keys() == set()


def test_an_entry_is_proved_to_stand_under_its_seal_until_somebody_changes_it(
    client: Client, agency: Agency
) -> None:
    by = make_actor(agency, Role.AUTHOR)
    number = write(by, "appeal.edit", "appeal:7", text="a red car")
    assert "stands under no seal yet" in client.get(f"/desk/record/{number}/").content.decode()
    sealed()
    keeper = make_actor(agency, Role.RECORD_KEEPER)
    proof = viewing.proof(actor=keeper, entry_id=number)
    assert proof
    assert proof.fits
    assert "checked by this server" in client.get(f"/desk/record/{number}/").content.decode()
    triggers = lift("default")
    Body.objects.filter(entry_id=number).update(
        lines=Body.objects.get(entry_id=number).lines.replace("red", "blue")
    )
    restore("default", triggers)
    assert "does not fit its seal" in client.get(f"/desk/record/{number}/").content.decode()


def test_a_check_is_done_by_the_worker_and_a_failure_is_loud(client: Client, agency: Agency) -> None:
    by = make_actor(agency, Role.AUTHOR)
    number = write(by, "appeal.edit", "appeal:7", text="a red car")
    sealed()
    page = client.post("/desk/record/check/", follow=True).content.decode()
    assert "computes everything anew" in page
    assert 'data-refresh="3"' in page
    assert tasks.run_asked() == 1
    page = client.get("/desk/record/state/").content.decode()
    assert "everything fits" in page
    assert "data-refresh" not in page
    triggers = lift("default")
    Entry.objects.filter(pk=number).update(subject="appeal:8")
    restore("default", triggers)
    client.post("/desk/record/check/")
    client.post("/desk/record/check/")
    assert [tasks.run_asked(), tasks.run_asked()] == [1, 0]
    page = client.get("/desk/record/").content.decode()
    assert "The record does not verify" in page
    assert f"Entry {number} was changed" in page


def test_the_worker_checks_each_ledger_once_a_day_by_itself() -> None:
    assert running.ask_daily() == 2
    assert running.ask_daily() == 0


def test_an_export_holds_this_agency_only_and_verifies_for_a_stranger(
    client: Client, agency: Agency, tmp_path: Path, settings: Settings
) -> None:
    settings.HUE_HOME = tmp_path
    other = make_actor(make_agency(name="Far Point Police"), Role.AUTHOR)
    write(other, "appeal.edit", "appeal:99", text="theirs")
    write(make_actor(agency, Role.AUTHOR), "appeal.edit", "appeal:7", text="a red car")
    page = client.post("/desk/record/export/", {"with_content": "on"}, follow=True).content.decode()
    assert "waits for the worker" in page
    assert tasks.run_asked() == 1
    run = Run.objects.get(kind="export")
    assert (tmp_path / "exports" / run.file).stat().st_mode & 0o777 == 0o600
    answer = client.get(f"/desk/record/export/{run.pk}/bundle.zip")
    file = tmp_path / "bundle.zip"
    file.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    verifier.check(str(file))
    text = zipfile.ZipFile(file).read("entries.jsonl").decode()
    assert "a red car" in text
    assert "theirs" not in text
    assert "appeal:99" not in text
    stranger = at_desk(make_person(other_agency(other), Role.RECORD_KEEPER))
    assert stranger.get(f"/desk/record/export/{run.pk}/bundle.zip").status_code == 404
    Run.objects.filter(pk=run.pk).update(finished_at=clock.now() - timedelta(days=2))
    assert running.tidy() == 1
    assert list((tmp_path / "exports").iterdir()) == []
    assert client.get(f"/desk/record/export/{run.pk}/bundle.zip").status_code == 404


@pytest.mark.parametrize("days", ["since=0001-01-01", "until=9999-12-31", "since=99999-01-01"])
def test_a_day_outside_of_time_is_refused_and_breaks_nothing(client: Client, days: str) -> None:
    assert client.get(f"/desk/record/?{days}").status_code < 500


def test_what_a_killed_worker_left_of_a_bundle_goes_too(tmp_path: Path, settings: Settings) -> None:
    settings.HUE_HOME = tmp_path
    left, fresh = (running.exports_folder() / name for name in ("3-old.zip.part", "4-new.zip.part"))
    for file in (left, fresh):
        file.write_bytes(b"content")
    os.utime(left, (0, (clock.now() - timedelta(days=2)).timestamp()))
    os.utime(fresh, (0, clock.now().timestamp()))
    assert running.tidy() == 1
    assert list((tmp_path / "exports").iterdir()) == [fresh]


def other_agency(actor: Actor) -> Agency:
    return Agency.objects.get(pk=actor.agency_id)


def test_an_export_about_nothing_is_refused_with_a_sentence(client: Client) -> None:
    answer = client.post("/desk/record/export/", {"subject": "appeal:4711"})
    assert answer.status_code == 422
    assert "no entry about" in answer.content.decode()
