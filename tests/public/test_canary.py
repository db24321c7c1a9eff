"""A planted canary is nowhere afterwards: text, code, address and user agent of a tip, also through every error."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.servers.public_door import PublicDoor, public_door

pytestmark = [pytest.mark.slow]

SOURCE = "127.0.0.77"
RENAME = """
from django.db import connections
with connections["tips"].cursor() as cursor:
    cursor.execute("ALTER TABLE {} RENAME TO {}")
"""


def encodings(text: str) -> set[bytes]:
    """Every way in which a text may lie in a file: raw, UTF-16, hexadecimal, base64 at each offset, escaped."""
    raw = text.encode()
    found = {
        raw,
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        raw.hex().encode(),
        raw.hex().upper().encode(),
    }
    for padding in range(3):
        encoded = base64.b64encode(b"\0" * padding + raw)
        found.add(encoded[4 if padding else 0 : -4])
        found.add(encoded[4 if padding else 0 : -4].replace(b"+", b"-").replace(b"/", b"_"))
    found.add(quote(text, safe="").encode())
    found.add("".join(f"%{byte:02X}" for byte in raw).encode())
    found.add(json.dumps(text)[1:-1].encode())
    found.add(raw[::-1])
    return {item for item in found if len(item) >= 8}


def sightings(needles: dict[str, set[bytes]], places: list[Path], *, since: float = 0) -> list[str]:
    """Where any of the needles lies in the files below the places; files older than `since` are passed over."""
    seen = []
    for path in (path for place in places for path in files_below(place)):
        try:
            if path.stat().st_mtime < since:
                continue
            data = path.read_bytes()
        except OSError:  # a file of somebody else's, or gone meanwhile
            continue
        seen += [
            f"{name} in {path}" for name, forms in needles.items() if any(form in data for form in forms)
        ]
    return seen


def files_below(place: Path) -> Iterator[Path]:
    """Ordinary files below a place, on its own file system: what is mounted there (a /proc, say) is another's."""
    if not place.is_dir():
        return
    device = place.stat().st_dev
    for folder, folders, names in os.walk(place):
        folders[:] = [name for name in folders if on_device(Path(folder) / name, device)]
        yield from (
            path for path in map(Path(folder).joinpath, names) if path.is_file() and not path.is_symlink()
        )


def on_device(path: Path, device: int) -> bool:
    """True if it is there and on this device."""
    try:
        return path.lstat().st_dev == device
    except OSError:
        return False


def test_the_search_finds_what_it_should(tmp_path: Path) -> None:
    for text in ("canary-5f3a-Käfig", "127.0.0.77 agent"):
        forms = encodings(text)
        assert len(forms) >= 10
        for number, form in enumerate(sorted(forms)):
            (tmp_path / "file").write_bytes(b"x" * number + form + b"y")
            assert sightings({"it": forms}, [tmp_path])
        for offset in range(3):
            (tmp_path / "file").write_bytes(base64.b64encode(b"z" * offset + text.encode() + b"zz"))
            assert sightings({"it": forms}, [tmp_path])
    (tmp_path / "file").write_bytes(secrets.token_bytes(100_000))
    assert not sightings({"it": encodings("canary-5f3a-Käfig")}, [tmp_path])


class Tipster:
    """Somebody with an odd address and an odd user agent, who says odd things in every header too."""

    def __init__(self, door: PublicDoor) -> None:
        self.door = door
        self.word = f"canary{secrets.token_hex(6)}"
        self.text = f"{self.word} Käfig Ω drives a grey van"
        self.agent = f"agent{secrets.token_hex(6)}"
        self.headers = {
            "Host": f"localhost:{door.port}",
            "User-Agent": self.agent,
            "X-Forwarded-For": SOURCE,
            "Referer": f"http://localhost/{self.agent}",
            "Cookie": f"a={self.agent}",
        }
        self.codes: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: str | bytes = "", *, direct: bool = False, **headers: str
    ) -> tuple[int, str]:
        """One request from the odd address, or straight to the public process's socket."""
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        sent = {**self.headers, **form, **{name.replace("_", "-"): value for name, value in headers.items()}}
        with closing(self.door.connection(source=SOURCE)) as client:
            if direct:
                client.sock = socket.socket(socket.AF_UNIX)
                client.sock.connect(str(self.door.home / "run" / "public.sock"))
            client.request(method, path, body=body or None, headers=sent)
            with client.getresponse() as answer:
                return answer.status, answer.read().decode()

    def form(self, **more: str) -> str:
        """The filled form, with a fresh ticket."""
        status, page = self.ask("GET", f"/t/new/start?{self.word}")
        assert status == http.client.OK, page
        ticket = re.search(r'name="ticket" value="([^"]+)"', page)
        assert ticket
        return urlencode({"ticket": ticket[1], "text": self.text, "where": self.word, "risk": "on", **more})

    def needles(self) -> dict[str, set[bytes]]:
        said = {"word": self.word, "text": self.text, "agent": self.agent, "address": SOURCE, **self.codes}
        return {name: encodings(text) for name, text in said.items()}


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PublicDoor]:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    with public_door(home=tmp_path / "var") as running:
        yield running


def send_and_come_back(tipster: Tipster) -> None:
    """The whole way of a tipster, through the real pages."""
    status, page = tipster.ask("POST", "/t/new/start", tipster.form())
    assert status == http.client.OK
    shown = dict(re.findall(r'id="(number|words|groups|digits)">([^<]+)<', page))
    tipster.codes = {name: shown[name] for name in ("words", "groups", "digits")}
    for direct in (False, True):
        back = urlencode({"number": shown["number"], "code": shown["words"]})
        status, page = tipster.ask("POST", "/t/back", back, direct=direct)
        assert (status, tipster.word in page) == (http.client.OK, True)
        talk_pass = re.search(r'name="talk_pass" value="([^"]+)"', page)
        assert talk_pass
        answer = urlencode({"talk_pass": talk_pass[1], "text": f"more {tipster.text}"})
        status, page = tipster.ask("POST", "/t/talk", answer, direct=direct)
        assert (status, "We have your message" in page) == (http.client.OK, True)
    wrong = urlencode({"number": shown["number"], "code": f"{tipster.word} {shown['words']}"})
    assert tipster.ask("POST", "/t/back", wrong)[0] == http.client.UNPROCESSABLE_ENTITY


def force_errors(tipster: Tipster) -> None:
    """400, 403, 404, 405, 413, 421 and 500, through the front and straight to the process."""
    for direct in (False, True):
        multipart = f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{tipster.text}'.encode()
        cases: list[tuple[int, str, str, str | bytes, dict[str, str]]] = [
            (400, "POST", "/t/new/start", multipart, {"Content_Type": "multipart/form-data; boundary="}),
            (403, "POST", "/t/new/start", tipster.form(), {"Sec_Fetch_Site": "cross-site"}),
            (404, "POST", f"/t/{tipster.word}", tipster.form(), {}),
            (405, "PUT", f"/t/back?{tipster.word}", tipster.form(), {}),
            (413, "POST", "/t/new/start", tipster.form(more=tipster.word * 40_000), {}),
            (421, "POST", "/t/new/start", tipster.form(), {"Host": f"{tipster.word}.example"}),
        ]
        for wanted, method, path, body, headers in cases:
            try:
                status, page = tipster.ask(method, path, body, direct=direct, **headers)
            except (BrokenPipeError, ConnectionResetError):
                assert wanted == 413  # the server may hang up on a body it will not read
                continue
            assert status == wanted, (wanted, status, direct)
            assert tipster.word not in page
    tipster.door.run(RENAME.format("tips_tip", "tips_gone"))
    try:
        for direct in (False, True):
            # The front shows the other ways to reach us in place of the fault.
            fault = http.client.INTERNAL_SERVER_ERROR if direct else http.client.SERVICE_UNAVAILABLE
            status, page = tipster.ask("POST", "/t/new/start", tipster.form(), direct=direct)
            assert status == fault
            assert tipster.word not in page
            broken = urlencode(
                {"number": "743-122-0846", "code": tipster.codes["words"], "text": tipster.text}
            )
            assert tipster.ask("POST", "/t/back", broken, direct=direct)[0] == fault
    finally:
        tipster.door.run(RENAME.format("tips_gone", "tips_tip"))


def dumps(door: PublicDoor, folder: Path) -> None:
    """What `pg_dump` says of both databases, into files of the folder."""
    folder.mkdir()
    for name in door.databases:
        parts = urlsplit(os.environ["HUE_DATABASE_URL"])._replace(path=f"/{name}")
        (folder / name).write_bytes(
            subprocess.run(["pg_dump", parts.geturl()], capture_output=True, check=True).stdout
        )


def test_a_canary_is_found_nowhere_afterwards(tmp_path: Path, door: PublicDoor) -> None:
    begun = time.time() - 1
    tipster = Tipster(door)
    send_and_come_back(tipster)
    force_errors(tipster)
    status, _page = tipster.ask("POST", "/t/new/start", tipster.form())
    assert status == http.client.OK  # and it still works
    dumps(door, tmp_path / "dumps")
    temporary = list({Path(name).resolve() for name in (tempfile.gettempdir(), "/tmp", "/var/tmp")})
    assert sightings(tipster.needles(), [tmp_path]) == []
    for process in reversed(door.processes):
        process.terminate()
        process.wait(timeout=20)
    assert sightings(tipster.needles(), [tmp_path]) == []
    assert sightings(tipster.needles(), temporary, since=begun) == []
    logs = b"".join(path.read_bytes() for path in (door.home / "logs").iterdir())
    assert b"fault" in logs  # the 500s were noticed, without what they were about


def test_one_form_sent_ten_times_at_once_files_one_tip(door: PublicDoor) -> None:
    tipster = Tipster(door)
    form, pages, lock = tipster.form(), [], threading.Lock()

    def post() -> None:
        status, page = tipster.ask("POST", "/t/new/start", form)
        with lock:
            pages.append((status, page))

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 10
    assert len(set(pages)) == 1
    assert pages[0][0] == http.client.OK
    counted = door.run(
        "from hueandcry.tips.models import Message, Tip; print(Tip.objects.count(), Message.objects.count())"
    )
    assert counted.split() == ["1", "1"]
