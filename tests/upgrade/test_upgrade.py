"""The data of every issue before this one stands up under today's code: README.md says what is in the archives."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pyotp
import pytest

from tests.servers.stack import ROOT, Stack, databases

HERE = Path(__file__).parent
pytestmark = pytest.mark.slow
ISSUE_2, ISSUE_3 = (
    pytest.param(name, marks=pytest.mark.xdist_group(f"upgrade-{name}")) for name in ("issue-2", "issue-3")
)
# Starting everything costs seconds: one archive is served by every process, the next is walked in one.
served = pytest.mark.parametrize("upgraded", [ISSUE_2], indirect=True)
walked = pytest.mark.parametrize("upgraded", [ISSUE_3], indirect=True)
THEIRS = {  # whose key opens which tips; "paper" is what the programme keeps for a bad day
    "issue-2": {"Samira Quist": {"closed", "dialogue", "fresh"}, "Benno Halvard": {"closed"}},
    "issue-3": {"Samira Quist": {"before", "closed", "dialogue"}, "Benno Halvard": {"closed", "dialogue"}},
}


class Upgraded:
    """An installation that an older version made, running under today's code."""

    def __init__(self, name: str, stack: Stack, given: Path) -> None:
        self.name, self.stack, self.given = name, stack, given
        self.known: dict[str, Any] = json.loads((given / "known.json").read_text(encoding="utf-8"))

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page of an address of the public side; with fields, a form is sent."""
        return ask(build_opener(), self.stack.public + path, fields)

    def run(self, script: str, *, settings: str) -> Any:
        """What a script of this folder prints, a process of its own with these settings."""
        variables = {"DJANGO_SETTINGS_MODULE": f"hueandcry.settings.{settings}", "HUE_DELIVERY_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, str(HERE / script), str(self.given / "known.json")],
            env={**self.stack.environment, **variables}, cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module", params=[ISSUE_2, ISSUE_3])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """Unpacked and brought up to date; on PostgreSQL a backup made then, restored now."""
    name, place = request.param, tmp_path_factory.mktemp("upgrade")
    with databases(f"up{name}", bare=True) as environment, Stack(place / "data", environment) as stack:
        given = place if not environment else place / "given"
        with tarfile.open(HERE / f"{name}{'-postgresql' if environment else ''}.tar.xz") as archive:
            archive.extractall(given, filter="tar")
        if environment:
            locks = ["--locks", str(given / "locks.json")] if (given / "locks.json").exists() else []
            stack.hue("restore", str(given / "backup"), "--keys", str(given / "keys"), *locks)
            if (given / "simnet").exists():
                shutil.copytree(given / "simnet", stack.home / "simnet")
        if name == "issue-2":
            stack.up()
        else:
            stack.hue("migrate")
        yield Upgraded(name, stack, given)


@pytest.fixture(scope="module")
def day(upgraded: Upgraded) -> dict[str, Any]:
    """What a first day at the desk met: walk.py."""
    met: dict[str, Any] = upgraded.run("walk.py", settings="desk")
    return met


def ask(opener: Any, address: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
    """One request; a refusal is an answer too."""
    data = urlencode(fields).encode() if fields is not None else None
    host = urlsplit(address).netloc
    own = {"Host": host, "Origin": f"http://{host}", "Referer": address}
    here = urlsplit(address)._replace(netloc=f"127.0.0.1:{urlsplit(address).port}").geturl()
    try:
        with opener.open(Request(here, data, own), timeout=30) as answer:
            return int(answer.status), answer.read().decode()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def test_both_ledgers_verify_and_the_seals_kept_from_then_still_hold(
    upgraded: Upgraded, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(upgraded.known["seals"].values()), encoding="utf-8")
    said = upgraded.stack.hue("records", "verify", "--against", str(kept))
    assert "main: " in said
    assert "tips: " in said
    assert said.count("seals verify") == 2, said


def test_officers_open_the_tips_that_were_theirs_and_what_is_on_paper_opens_all(upgraded: Upgraded) -> None:
    tips = upgraded.known["tips"]
    opened = upgraded.run("open_tips.py", settings="worker")
    assert {who: {number: opened[who][number] for number in opened[who]} for who in opened} == {
        name: {tips[tip]["number"]: tips[tip]["texts"] for tip in held}
        for name, held in {**THEIRS[upgraded.name], "paper": set(tips)}.items()
    }


def test_the_command_opens_a_tip_with_what_is_on_paper(upgraded: Upgraded) -> None:
    tip = upgraded.known["tips"]["dialogue"]
    shares = sorted((upgraded.given / "shares").glob("*.txt"))
    paper = ["--key", str(upgraded.given / "recovery.key")]
    if shares:
        paper = ["--share", str(shares[0]), "--share", str(shares[1])]
    said = upgraded.stack.hue("tips", "open", tip["number"], *paper)
    assert all(text in said for text in tip["texts"]), said


@served
def test_a_tipster_comes_back_with_the_code_written_down_then(upgraded: Upgraded) -> None:
    tip = upgraded.known["tips"]["dialogue"]
    for code in (tip["code"], " ".join(tip["words"])):
        status, page = upgraded.ask("/t/back", {"number": tip["shown"], "code": code})
        assert status == 200, page
        assert all(text in page for text in tip["texts"]), page


@served
def test_the_public_site_shows_what_is_public_and_not_what_was_withdrawn(upgraded: Upgraded) -> None:
    public, withdrawn = upgraded.known["appeals"]["public"], upgraded.known["appeals"]["withdrawn"]
    status, page = upgraded.ask(f"/appeals/{public}/")
    assert status == 200
    assert "Do you know this man?" in page
    assert "We have heard from two people" in page
    picture = re.search(r'src="(/media/[^"]+)"', page)
    assert picture
    with build_opener().open(upgraded.stack.public + picture[1], timeout=30) as answer:
        assert answer.status == 200
    assert upgraded.ask(f"/appeals/{withdrawn}/")[0] == 410
    assert "Whose boat" not in upgraded.ask("/appeals/")[1]


@served
def test_a_new_tip_is_taken(upgraded: Upgraded) -> None:
    status, form = upgraded.ask("/t/new/start")
    assert status == 200, form
    status, page = upgraded.ask("/t/new/start", {**hidden(form), "text": "Seen again on Monday."})
    assert status == 200, page
    found = re.search(r"\d{3}-\d{3}-\d{4}", page)
    assert found, page
    number = found[0].replace("-", "")
    said = upgraded.run("open_tips.py", settings="worker")
    assert {person for person, tips in said.items() if tips.get(number) == ["Seen again on Monday."]} == {
        "Samira Quist", "Benno Halvard",
    }  # fmt: skip


@served
def test_an_officer_signs_in_with_the_password_and_code_app_of_then(upgraded: Upgraded) -> None:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"{upgraded.stack.desk}/desk/sign-in/"
    email = "castellane@port-ellery.example"
    _status, form = ask(opener, address)
    code = pyotp.TOTP(upgraded.known["totp"][email]).now()
    given = {"email": email, "password": upgraded.known["password"], "code": code}
    status, page = ask(opener, address, {**hidden(form), **given})
    assert status == 200, page
    assert "Imogen Castellane" in page, page


@walked
def test_every_page_of_the_desk_opens(day: dict[str, Any], upgraded: Upgraded) -> None:
    assert day["waiting"] == []
    assert {path: status for path, status in day["pages"].items() if status != 200} == {}
    rooms = ("posts", "accounts", "appeals", "approvals", "calendar", "tips", "wall", "training", "health")
    assert {f"/desk/{room}/" for room in rooms} <= day["pages"].keys()
    assert len(day["pages"]) > 30


@walked
def test_what_became_of_every_post_is_known_as_it_was_then(day: dict[str, Any], upgraded: Upgraded) -> None:
    of_then = {str(number): how for how, numbers in upgraded.known["posts"].items() for number in numbers}
    planned = {number: "sent" for number, how in of_then.items() if how == "queued"}
    assert set(of_then.values()) == {"sent", "failed", "unconfirmed", "removed", "queued"}
    assert day["deliveries"] == {**of_then, **planned}
    assert upgraded.known["appeals"]["unknown"]["title"] in day["unconfirmed"]


@walked
def test_a_new_post_is_written_approved_and_sent_and_what_was_planned_too(
    day: dict[str, Any], upgraded: Upgraded
) -> None:
    assert day["new"] == ["sent"]
    assert day["network"].count("Mill Lane is closed both ways until about 14:00.") == 1
    assert day["network"].count(upgraded.known["appeals"]["planned"]["title"]) == 1


@walked
def test_the_training_gate_stays_off_where_it_was_never_on(day: dict[str, Any], upgraded: Upgraded) -> None:
    assert day["gates"] == [False, False], upgraded.name


@walked
def test_the_public_site_is_built_with_what_was_public(day: dict[str, Any], upgraded: Upgraded) -> None:
    appeals, release = upgraded.known["appeals"], day["release"]
    page = release[f"port-ellery/appeals/{appeals['public']['reference']}/index.html"]
    assert "Do you know this man?" in page
    assert "We have heard from two people" in page
    assert "A line that waits" not in page
    assert f"port-ellery/appeals/{appeals['withdrawn']['reference']}/index.html" not in release
    assert "Port Ellery Harbour" in release["port-ellery/accounts/index.html"]
