"""The data of every issue before this one stands up under today's code: README.md says what is in the archives."""

from __future__ import annotations

import json
import re
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
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("upgrade")]


class Upgraded:
    """An installation that an older version made, running under today's code."""

    def __init__(self, stack: Stack, given: Path) -> None:
        self.stack, self.given = stack, given
        self.known: dict[str, Any] = json.loads((given / "known.json").read_text(encoding="utf-8"))

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page of an address of the public side; with fields, a form is sent."""
        return ask(build_opener(), self.stack.public + path, fields)


@pytest.fixture(scope="module", params=["issue-2"])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """Unpacked and started; on PostgreSQL a backup made then, restored now."""
    name, place = request.param, tmp_path_factory.mktemp("upgrade")
    with databases(f"up{name}", bare=True) as environment, Stack(place / "data", environment) as stack:
        given = place if not environment else place / "given"
        with tarfile.open(HERE / f"{name}{'-postgresql' if environment else ''}.tar.xz") as archive:
            archive.extractall(given, filter="tar")
        if environment:
            stack.hue("restore", str(given / "backup"), "--keys", str(given / "keys"))
        stack.up()
        yield Upgraded(stack, given)


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


def test_both_ledgers_verify(upgraded: Upgraded) -> None:
    said = upgraded.stack.hue("records", "verify")
    assert "main: " in said
    assert "tips: " in said


def test_seals_kept_from_then_still_hold(upgraded: Upgraded, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(upgraded.known["seals"].values()), encoding="utf-8")
    said = upgraded.stack.hue("records", "verify", "--against", str(kept))
    assert said.count("seals verify") == 2, said


def opened_by_officers(upgraded: Upgraded) -> dict[str, dict[str, list[str]]]:
    """Person → tip number → texts, opened with the keys and passphrases of then."""
    done = subprocess.run(
        [sys.executable, str(HERE / "open_tips.py"), str(upgraded.given / "known.json")],
        env={**upgraded.stack.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return said


def test_an_officer_opens_the_tips_that_were_theirs_and_no_others(upgraded: Upgraded) -> None:
    tips = upgraded.known["tips"]
    theirs = {"Samira Quist": ["closed", "dialogue", "fresh"], "Benno Halvard": ["closed"]}
    assert opened_by_officers(upgraded) == {
        name: {tips[tip]["number"]: tips[tip]["texts"] for tip in held} for name, held in theirs.items()
    }


def test_the_recovery_words_open_every_tip(upgraded: Upgraded) -> None:
    for tip in upgraded.known["tips"].values():
        words = str(upgraded.given / "recovery.key")
        said = upgraded.stack.hue("tips", "open", tip["number"], "--key", words)
        assert all(text in said for text in tip["texts"]), said


def test_a_tipster_comes_back_with_the_code_written_down_then(upgraded: Upgraded) -> None:
    tip = upgraded.known["tips"]["dialogue"]
    for code in (tip["code"], " ".join(tip["words"])):
        status, page = upgraded.ask("/t/back", {"number": tip["shown"], "code": code})
        assert status == 200, page
        assert all(text in page for text in tip["texts"]), page


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


def test_a_new_tip_is_taken(upgraded: Upgraded) -> None:
    status, form = upgraded.ask("/t/new/start")
    assert status == 200, form
    status, page = upgraded.ask("/t/new/start", {**hidden(form), "text": "Seen again on Monday."})
    assert status == 200, page
    found = re.search(r"\d{3}-\d{3}-\d{4}", page)
    assert found, page
    number = found[0].replace("-", "")
    said = opened_by_officers(upgraded)
    assert {person for person, tips in said.items() if tips.get(number) == ["Seen again on Monday."]} == {
        "Samira Quist", "Benno Halvard",
    }  # fmt: skip


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
