"""A whole load: the same content every time, other keys every time, a record that verifies."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from hueandcry.agencies import queries
from hueandcry.demo import keeping, loading
from hueandcry.demo.year import MONTH
from hueandcry.records.entry import Ledger
from hueandcry.records.verifying import verify
from hueandcry.tips import opening, passphrase
from hueandcry.tips.models import DeskKey, Tip

ROOT = Path(__file__).resolve().parents[2]
CONTENT = {
    "appeals": "SELECT reference, kind, status, title, what_happened, we_ask, what_to_do, place, purpose,"
    " necessity, proportionality, outcome, withdrawal_reason FROM appeals_appeal ORDER BY reference",
    "updates": "SELECT text FROM appeals_appealupdate ORDER BY text",
    "pictures": "SELECT digest, alt, width, height FROM assets_asset ORDER BY digest",
    "captions": "SELECT caption FROM appeals_appealpicture ORDER BY caption",
    "posts": "SELECT text FROM posts_post WHERE subject LIKE 'notice:%' ORDER BY text",
    "requests": "SELECT title, status, reason FROM requests_unitrequest ORDER BY title",
    "answers": "SELECT question, topic, formal, status FROM answers_answer a JOIN answers_answerversion v"
    " ON v.answer_id = a.id ORDER BY question",
    "people": "SELECT name, email FROM agencies_person ORDER BY email",
    "organisations": "SELECT name, slug, public_host, desk_host, time_zone, phone FROM agencies_agency ORDER BY slug",
}
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]  # one load is enough for all of them


def hue(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process and a data directory of its own, on SQLite."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUE_")}
    environment |= {"HUE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"}
    return subprocess.run(
        [sys.executable, "-m", "hueandcry", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(home: Path, query: str, *, database: str = "main") -> list[tuple[Any, ...]]:
    file = sqlite3.connect(home / f"{database}.sqlite3")
    try:
        return list(file.execute(query))
    finally:
        file.close()


def here(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data directory with the demonstration, and what `hue demo` printed."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = hue(home, "demo")
    assert done.returncode == 0, done.stderr
    return home, done.stdout


@pytest.mark.django_db(databases=["default", "tips"])
def test_a_second_load_has_the_same_content_other_keys_and_a_verifying_record(
    loaded: tuple[Path, str],
) -> None:
    home, _printed = loaded

    loading.load()

    for name, query in CONTENT.items():
        assert here(query) == rows(home, query), name
    theirs = {bytes(key) for (key,) in rows(home, "SELECT public_key FROM tips_deskkey", database="tips")}
    assert len(theirs) == 2
    assert not theirs & {bytes(key.public_key) for key in DeskKey.objects.all()}
    for name in (keeping.PASSWORD, "passphrase-samira", "passphrase-benno"):
        assert keeping.kept(name) != (home / "demo" / name).read_text().strip()
    for ledger in Ledger:
        report = verify(ledger)
        assert report.problems == []
        assert report.pending == 0
    about = json.loads((Path(settings.HUE_SITE) / "current" / "site.json").read_text())
    assert about["hosts"] == {"localhost": "port-ellery"}
    a_coordinator_and_nobody_else_opens_the_tips()


def a_coordinator_and_nobody_else_opens_the_tips() -> None:
    """The kept passphrases open the keys, the keys open every tip, and what was said is in there."""
    key = DeskKey.objects.get(person_name="Samira Quist")
    seed = passphrase.open_desk_seed(
        bytes(key.wrapped_private),
        passphrase=keeping.kept("passphrase-samira"),
        fingerprint=key.fingerprint,
    )
    dialogues = [opening.open_tip(tip, private=seed) for tip in Tip.objects.all()]
    assert len(dialogues) == MONTH.tips
    assert max(len(turns) for turns in dialogues) >= 4
    assert any("Thursday night" in turns[0].letter.text for turns in dialogues)
    assert all(agency.is_demo for agency in queries.agencies())


def test_the_record_verifies_and_nothing_waits(loaded: tuple[Path, str]) -> None:
    done = hue(loaded[0], "records", "verify")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 entries wait") == 2


def test_twelve_appeals_stand_in_every_state(loaded: tuple[Path, str]) -> None:
    found = Counter(status for (status,) in rows(loaded[0], "SELECT status FROM appeals_appeal"))

    assert found == {"published": 8, "submitted": 1, "draft": 1, "resolved": 1, "withdrawn": 1}


def test_every_picture_has_alt_text_and_is_at_least_1200_pixels_wide(loaded: tuple[Path, str]) -> None:
    pictures = rows(loaded[0], "SELECT alt, width FROM assets_asset")

    assert len(pictures) >= 12
    assert all(alt.startswith(("Drawing of", "Sketch of")) and width >= 1200 for alt, width in pictures)


def test_the_newest_appeals_wait_for_the_agencys_own_two_accounts(loaded: tuple[Path, str]) -> None:
    servers = rows(loaded[0], "SELECT channel, server_url FROM channels_account")
    waiting = rows(
        loaded[0], "SELECT account_id FROM posts_delivery WHERE status = 'queued' AND due_at IS NULL"
    )

    assert servers == [("simulated", "http://127.0.0.1:8002")] * MONTH.accounts
    assert len(waiting) == 2 * 2


def test_nothing_of_the_demonstration_can_reach_beyond_this_machine(loaded: tuple[Path, str]) -> None:
    home = loaded[0]
    accounts = rows(home, "SELECT DISTINCT channel, server_url FROM channels_account")
    links = {link for (link,) in rows(home, "SELECT DISTINCT link FROM posts_post WHERE link <> ''")}
    waiting = "SELECT count(*) FROM {} WHERE due_at IS NOT NULL"

    assert accounts == [("simulated", "http://127.0.0.1:8002")]
    assert all(link.startswith("http://localhost:") for link in links)
    assert rows(home, "SELECT count(*) FROM staff_noticeaddress WHERE stopped_at IS NULL") == [(0,)]
    assert rows(home, waiting.format("staff_notice")) == [(0,)]
    assert rows(home, "SELECT count(*) FROM lists_subscriberlist") == [(0,)]
    assert rows(home, "SELECT count(*) FROM answers_partner WHERE web <> ''") == [(0,)]


def test_every_room_has_something_in_it(loaded: tuple[Path, str]) -> None:
    least = {
        "posts_newspage": 8, "counts_reading": 10, "counts_openings": 2, "series_series": 2, "series_seriesdate": 3,
        "series_ownday": 1, "experts_question": 2, "experts_expertise": 4, "practice_practicepost": 2,
        "answers_partner": 4, "answers_publicanswer": 2, "matters_matter": 3, "staff_noticeaddress": 1,
        "fieldnotes_fieldnote": 1, "assets_photograph": 3, "looks_draw": 1, "looks_secondlook": 20,
    }  # fmt: skip
    found = {name: rows(loaded[0], f"SELECT count(*) FROM {name}")[0][0] for name in least}

    assert {name: number for name, number in found.items() if number < least[name]} == {}
    site = loaded[0] / "site" / "current" / "port-ellery"
    for page in ("people/nora-vance", "news", "help", "answers/how-do-i-commend-an-officer"):
        assert (site / page / "index.html").exists(), page


def test_most_accounts_are_in_order_and_a_few_need_something(loaded: tuple[Path, str]) -> None:
    now = " WHERE x.account_id = a.id AND x.ended_at IS NULL"
    found = rows(
        loaded[0],
        f"SELECT EXISTS (SELECT 1 FROM channels_holder x{now}) OR a.kind = 'agency',"
        f" (SELECT count(*) FROM channels_steward x{now}) = 2,"
        " a.checked_at IS NOT NULL FROM channels_account a",
    )
    in_order = sum(all(row) for row in found)

    assert all(asked for _held, _stewards, asked in found)
    assert MONTH.accounts * 0.7 <= in_order < MONTH.accounts


def test_the_month_lies_in_the_past_and_looks_alive(loaded: tuple[Path, str]) -> None:
    home = loaded[0]
    days = rows(home, "SELECT count(DISTINCT date(at)) FROM records_entry")
    sealed = rows(home, "SELECT count(*) FROM records_seal")
    new = rows(home, "SELECT count(*) FROM tips_tip WHERE status = 'new'", database="tips")
    order = [at for (at,) in rows(home, "SELECT at FROM records_entry ORDER BY id")]

    assert days[0][0] >= 25
    assert sealed[0][0] >= 4
    assert 3 <= new[0][0] <= 40
    assert order == sorted(order)


def test_lines_are_let_out_after_they_were_written_and_what_ended_is_gone_from_the_networks(
    loaded: tuple[Path, str],
) -> None:
    lines = rows(loaded[0], "SELECT at, decided_at FROM appeals_proposedupdate")
    ended = rows(
        loaded[0],
        "SELECT d.status, d.removed_at >= coalesce(a.resolved_at, a.withdrawn_at) FROM posts_delivery d"
        " JOIN posts_post p ON p.id = d.post_id JOIN appeals_appeal a ON p.subject = 'appeal:' || a.id"
        " WHERE a.status IN ('resolved', 'withdrawn')",
    )

    assert lines
    assert all(written < decided for written, decided in lines)
    assert ended == [("removed", 1)] * 4


def test_everybody_and_every_key_is_marked_as_demonstration(loaded: tuple[Path, str]) -> None:
    home = loaded[0]

    assert rows(home, "SELECT count(*) FROM agencies_person WHERE NOT is_demo OR joined_at IS NULL") == [(0,)]
    assert rows(home, "SELECT count(*) FROM agencies_agency WHERE NOT is_demo") == [(0,)]
    assert rows(home, "SELECT count(*) FROM tips_deskkey WHERE NOT is_demo", database="tips") == [(0,)]


def test_secrets_are_readable_by_their_owner_only(loaded: tuple[Path, str]) -> None:
    folder = loaded[0] / "demo"

    assert {path.name for path in folder.iterdir()} == {
        "password",
        "passphrase-samira",
        "passphrase-benno",
    }
    shares = list((loaded[0] / "hand-out").iterdir())
    assert len(shares) == 3
    assert {path.stat().st_mode & 0o777 for path in [*folder.iterdir(), *shares]} == {0o600}


def test_the_load_prints_who_can_sign_in(loaded: tuple[Path, str]) -> None:
    home, printed = loaded

    assert "nora.vance@port-ellery.example" in printed
    assert (home / "demo" / "password").read_text().strip() in printed
    assert (home / "demo" / "passphrase-samira").read_text().strip() in printed
    assert "./hue demo code NAME" in printed


def test_a_loaded_directory_is_not_loaded_again(loaded: tuple[Path, str]) -> None:
    done = hue(loaded[0], "demo")

    assert done.returncode == 1
    assert "already" in done.stderr
    assert "Traceback" not in done.stderr


def test_hue_demo_code_prints_six_digits_and_the_seconds(loaded: tuple[Path, str]) -> None:
    done = hue(loaded[0], "demo", "code", "nora")

    assert re.match(r"[0-9]{6}   Nora Vance, .* holds for another [0-9]+ seconds", done.stdout)
