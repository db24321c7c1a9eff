"""`hue doctor` and the health page: what is not well is said in a sentence, with what to do."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, transaction
from pytest_django import Settings

from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.cli import doctor
from hueandcry.cli.main import parser
from hueandcry.health import certificates, machine, queries, rooms, stamps
from hueandcry.health.finding import TITLES, Finding, Level
from hueandcry.jobs.models import Heartbeat
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.records.entry import Ledger, record
from hueandcry.records.numbering import number_all
from hueandcry.records.seals import seal_everything
from tests.deploy.certificate import make_certificate
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Settings) -> Path:
    """A data directory of the test's own, closed as it should be."""
    settings.HUE_HOME, settings.HUE_KEYS = tmp_path, tmp_path / "keys"
    settings.HUE_LOGS, settings.HUE_RUN = tmp_path / "logs", tmp_path / "run"
    settings.HUE_SITE = tmp_path / "site"
    for name in ("keys", "logs", "run"):
        (tmp_path / name).mkdir(mode=0o700)
    return tmp_path


def only(found: list[Finding]) -> Finding:
    assert len(found) == 1, found
    return found[0]


def beat(ago: timedelta, *, failures: int = 0) -> None:
    Heartbeat.objects.create(
        sweep="posts.deliver_due", ran_at=clock.now() - ago, failures=failures, worker="w:1"
    )


def test_every_check_has_a_title_and_a_level() -> None:
    found = queries.examine()
    assert {finding.check for finding in found} <= set(TITLES)
    assert found == sorted(found, key=lambda finding: -finding.level)
    assert all(finding.do for finding in found if finding.level == Level.WRONG)


def test_a_worker_that_never_ran_is_silent_or_fails_is_told_apart() -> None:
    assert "never" in only(rooms.worker()).says
    beat(timedelta(minutes=7))
    silent = only(rooms.worker())
    assert silent.level == Level.WRONG
    assert "7 minutes" in silent.says
    Heartbeat.objects.all().delete()
    beat(timedelta(0), failures=1)
    assert "posts.deliver_due" in only(rooms.worker()).says
    Heartbeat.objects.update(failures=0)
    assert only(rooms.worker()).level == Level.GOOD


def test_a_clock_that_was_put_back_is_found() -> None:
    beat(-timedelta(hours=1))
    assert only(rooms.worker()).check == "clock"


def test_a_backup_grows_old() -> None:
    assert only(rooms.backups()).level == Level.WRONG
    stamps.note(stamps.BACKUP)
    assert only(rooms.backups()).level == Level.GOOD
    place = Path(machine.settings.HUE_HOME) / "stamps" / stamps.BACKUP
    for days, level in ((2, Level.WATCH), (4, Level.WRONG)):
        place.write_text((clock.now() - timedelta(days=days)).isoformat())
        assert only(rooms.backups()).level == level
    place.write_text("not a time")
    assert "No backup" in only(rooms.backups()).says


def test_an_account_whose_credential_fails_or_that_falls_silent_is_named() -> None:
    agency = make_agency()
    account = Account.objects.create(
        agency=agency, channel="simulated", handle="pe", label="Port Ellery Police", server_url="http://x",
        registered_at=clock.now(), checked_at=clock.now(),
    )  # fmt: skip
    assert only(rooms.accounts()).level == Level.GOOD
    Account.objects.update(registered_at=clock.now() - timedelta(days=91))
    assert "three months" in only(rooms.accounts()).says
    Account.objects.update(status="needs_attention", problem="The password is not accepted.")
    found = only(rooms.accounts())
    assert found.level == Level.WRONG
    assert account.label in found.says
    assert only(rooms.accounts(agency.pk + 1)).level == Level.GOOD


def test_secrets_that_others_can_read_are_named_with_the_command_that_closes_them(own_home: Path) -> None:
    (own_home / "keys" / "record.key").touch(mode=0o600)
    assert only(machine.secrets()).level == Level.GOOD
    (own_home / "keys" / "record.key").chmod(0o640)
    found = only(machine.secrets())
    assert found.level == Level.WRONG
    assert f"chmod go= {own_home}/keys/record.key" in found.do


def test_a_disk_that_fills_up_is_told_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = os.statvfs("/")  # only to have a real one
    assert usage.f_bsize

    def free(share: float) -> Level:
        total = 20 * machine.GIGABYTE
        monkeypatch.setattr(
            machine.shutil,
            "disk_usage",
            lambda _place: type("U", (), {"total": total, "free": int(total * share)}),
        )
        return machine.disk()[0].level

    assert [free(share) for share in (0.5, 0.1, 0.02)] == [Level.GOOD, Level.WATCH, Level.WRONG]


def test_a_journal_that_grew_is_told(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LARGE_JOURNAL", 10)
    (own_home / "main.sqlite3-wal").write_bytes(b"x" * 11)
    found = machine.journals()
    assert found == [] or found[0].level == Level.WATCH  # PostgreSQL has none


def test_certificates_are_read_by_their_own_dates(tmp_path: Path) -> None:
    for days, level in ((90, Level.GOOD), (10, Level.WATCH), (3, Level.WRONG), (-2, Level.WRONG)):
        chain, _key = make_certificate(tmp_path, names=["www.port-ellery.example"], days=days)
        found = only(machine.tls([str(chain)]))
        assert found.level == level, found
    assert "has ended" in found.says
    assert abs(certificates.ends_at(str(chain)) - datetime.now(UTC)) < timedelta(days=3)
    (tmp_path / "empty.pem").touch()
    for place in ("empty.pem", "absent.pem"):
        assert only(machine.tls([str(tmp_path / place)])).level == Level.WRONG
    assert only(machine.tls(["127.0.0.1:1"])).level == Level.WRONG


@pytest.mark.parametrize(
    "junk", [b"", b"0", b"0\x80", b"0\x84\xff\xff\xff\xff", b"0\x030\x01\x02", b"\x00" * 40]
)
def test_what_is_no_certificate_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(certificates.Unreadable):
        certificates.not_after(junk)


def test_a_database_that_does_not_answer_is_a_finding_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> list[Finding]:
        raise OperationalError("connection refused\nat 127.0.0.1")

    found = only(queries._look("worker", gone))
    assert found.level == Level.WRONG
    assert found.says == "The database does not answer: connection refused"


def test_the_command_ends_with_the_worst_level_and_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(parser().parse_args(["doctor", "--json"])) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["level"] == "wrong"
    assert {"check", "level", "says", "do"} == set(said["findings"][0])
    assert doctor.run(parser().parse_args(["doctor"])) == 2
    assert "→" in capsys.readouterr().out


def test_the_health_page_is_for_administrators() -> None:
    agency = make_agency()
    page = at_desk(make_person(agency, Role.ADMINISTRATOR)).get("/desk/health/")
    assert page.status_code == 200
    assert "No backup was ever made here." in page.content.decode()
    assert at_desk(make_person(agency, Role.AUTHOR)).get("/desk/health/").status_code == 403


@pytest.mark.parametrize(("minutes", "level"), [(5, Level.GOOD), (15, Level.WRONG)])
def test_an_entry_that_waits_long_for_its_seal_is_told(minutes: int, level: Level) -> None:
    stamps.note(stamps.VERIFIED)
    moment = clock.now() - timedelta(minutes=minutes)
    with transaction.atomic():
        record(by=system("test", agency_id=1), verb="test.act", subject="test:1", at=moment)
    number_all(Ledger.MAIN)
    assert only(rooms.record()).level == level
    seal_everything()
    assert only(rooms.record()).level == Level.GOOD


def test_in_a_demonstration_a_missing_backup_is_only_worth_watching(own_home: Path) -> None:
    assert only(rooms.backups()).level == Level.WRONG
    (own_home / "demo").mkdir()
    (own_home / "demo" / "password").write_text("x\n", encoding="utf-8")
    found = only(rooms.backups())
    assert found.level == Level.WATCH
    assert "demonstration" in found.says
