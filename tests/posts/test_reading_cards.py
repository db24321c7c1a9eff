"""Reading pages for cards of links: hostile ones, those that lead inside, those without end, pictures that are none."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from hueandcry.kernel import blobs
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent, Server
from hueandcry.posts.card_page import read_page
from hueandcry.posts.card_reading import Web, may_be_read, read_one
from hueandcry.posts.models import LinkCard
from tests.factories import make_agency
from tests.posts.helpers import jpeg

DB = pytest.mark.django_db(databases=["default", "tips"])
LINK = "https://www.port.org/ferries"
HEAD = '<title>Ferries today</title><meta property="og:title" content="Ferries">'


def told(page: str | bytes, kind: str = "text/html; charset=utf-8") -> tuple[str, str, str]:
    body = page if isinstance(page, bytes) else page.encode()
    tags = read_page(body, kind=kind, address="https://www.port.org/a/b")
    return tags.title, tags.description, tags.picture


# --- what a page says -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (HEAD, ("Ferries", "", "")),
        ("<title>Ferries\n  today</title>", ("Ferries today", "", "")),
        (
            """<meta name=twitter:title content=X><meta name="description" content="D &amp; more">
            <meta property='og:image' content='/p.jpg?a=1&amp;b=2'>""",
            ("X", "D & more", "https://www.port.org/p.jpg?a=1&b=2"),
        ),
        ("", ("", "", "")),
        ("<p>No tags here</p>", ("", "", "")),
        ("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>", ("<script>alert(1)</script>", "", "")),
        ('<!-- <meta property="og:title" content="no"> --><title>Yes</title>', ("Yes", "", "")),
        ("<script>'<meta property=og:title content=no>'</script><title>Yes</title>", ("Yes", "", "")),
        ("<title>Yes</title></head><body><meta property=og:title content=no>", ("Yes", "", "")),
        ('<meta property="og:title" content="a > b"><title>no</title>', ("a > b", "", "")),
        ("<title>\u202eevil\u202c \u0000\u200bname</title>", ("evil name", "", "")),
        ('<meta property="og:image" content="javascript:alert(1)"><title>T</title>', ("T", "", "")),
        ('<meta property="og:image" content="https://[bad"><title>T</title>', ("T", "", "")),
    ],
)
def test_a_page_says_what_it_is_in_plain_text(page: str, says: tuple[str, str, str]) -> None:
    assert told(page) == says


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<title>Café</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ('<meta charset="windows-1252"><title>Café</title>'.encode("cp1252"), "text/html"),
        ("<title>Café</title>".encode(), "text/html; charset=zlib_codec"),
        ("<title>Café</title>".encode(), "text/html; charset=iso-8859-99"),
        ("<title>Café</title>".encode("utf-16"), "text/html"),
    ],
)
def test_a_page_is_read_in_the_alphabet_that_it_names_if_that_is_one(body: bytes, kind: str) -> None:
    assert told(body, kind)[0] == "Café"


@pytest.mark.parametrize(
    "page",
    [b"<meta " * 9_000, b"<!--" * 9_000, b"<title>" * 9_000, b'<meta content="' * 9_000, b"<" * 40_000],
    ids=["tags", "comments", "titles", "quotes", "signs"],
)
def test_a_page_without_end_is_read_forward_only(page: bytes) -> None:
    assert len(told(page)[0]) <= 201
    assert told(page + b'<meta property="og:image" content="/x.png">')[1] == ""


def test_long_words_are_cut_and_a_wrong_alphabet_breaks_nothing() -> None:
    accents = "e\u0301" * 3000
    title, words, _picture = told(
        f'<title>{"word " * 300}</title><meta name=description content="{accents}">'
    )
    assert len(title) <= 201
    assert len(words) <= 601
    assert told("<title>Привет</title>".encode("koi8-r"))[0]


# --- reading ----------------------------------------------------------------------------------------


@dataclass
class Pages(Web):
    """A web of these pages; `asked` are the addresses that were called."""

    pages: dict[str, Answer | Exception]
    asked: list[str] = field(default_factory=list)

    def get(self, address: str, *, accept: str, largest: int, cut: bool, until: datetime | None) -> Answer:  # noqa: ARG002
        self.asked.append(address)
        answer = self.pages.get(address, Answer(404, {}, b""))
        if isinstance(answer, Exception):
            raise answer
        return answer


def html(page: str) -> Answer:
    return Answer(200, {"content-type": "text/html; charset=utf-8"}, page.encode())


def to(place: str) -> Answer:
    return Answer(302, {"location": place}, b"")


def read(
    agency_id: int, pages: dict[str, Answer | Exception], *, attempts: int = 1
) -> tuple[LinkCard, Pages]:
    """A card as it is after one try."""
    row, _made = LinkCard.objects.get_or_create(agency_id=agency_id, address=LINK)
    LinkCard.objects.filter(pk=row.pk).update(claimed_by="me", attempts=attempts, due_at=None)
    row.refresh_from_db()
    web = Pages(pages)
    assert read_one(row, web=web)
    row.refresh_from_db()
    return row, web


@pytest.mark.parametrize(
    "inside",
    [
        "https://127.0.0.1/latest/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://metadata.google.internal/",
        "https://localhost/",
        "https://2130706433/",
        "http://www.port.org/",
        "https://mail.port.org:8443/",
        "https://name:secret@www.port.org/",
        "ftp://www.port.org/",
        "file:///etc/passwd",
    ],
)
@DB
def test_a_page_leads_to_no_address_inside(inside: str, settings: Any) -> None:
    settings.HUE_ALLOW_PRIVATE = ["mail.port.org:8443"]
    agency = make_agency()
    row, web = read(agency.pk, {LINK: to(inside), inside: html(HEAD)})
    assert (row.found, row.said, row.title) == ("unknown", "not public", "")
    assert web.asked == [LINK]
    page = f'<title>T</title><meta property="og:image" content="{inside}">'
    row, web = read(agency.pk, {LINK: html(page), inside: html(HEAD)})
    assert (row.found, row.title, row.picture) == ("page", "T", None)
    assert web.asked == [LINK]


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = []
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: inside)
    assert may_be_read(LINK)
    with pytest.raises(NotSent, match="inside this network"):
        Web().get(LINK, accept="text/html", largest=10, cut=True, until=None)


@DB
def test_redirects_are_followed_a_little_way() -> None:
    agency = make_agency()
    far = "https://ferries.port.org/today"
    row, web = read(agency.pk, {LINK: to("/new"), "https://www.port.org/new": to(far), far: html(HEAD)})
    assert (row.found, row.title, web.asked[-1]) == ("page", "Ferries", far)
    row, web = read(agency.pk, {LINK: to(LINK)})
    assert (row.found, row.said, len(web.asked)) == ("unknown", "too many redirects", 4)


@DB
@pytest.mark.parametrize(
    ("answer", "found", "said"),
    [
        (Answer(404, {}, b""), "nothing", "404"),
        (Answer(403, {}, b""), "unknown", "403"),
        (Answer(200, {"content-type": "application/pdf"}, b"%PDF"), "unknown", "no page"),
        (html("<p>Hello"), "page", "no words"),
    ],
)
def test_what_gives_no_card_says_why(answer: Answer, found: str, said: str) -> None:
    row, _web = read(make_agency().pk, {LINK: answer})
    assert (row.found, row.said, row.read_at is not None) == (found, said, True)


@DB
@pytest.mark.parametrize("failure", [MayHaveArrived("ReadTimeout", "x"), Answer(503, {}, b"")])
def test_a_page_that_does_not_answer_is_tried_again_then_unknown(failure: Any) -> None:
    agency = make_agency()
    row, _web = read(agency.pk, {LINK: failure})
    assert (row.found, row.due_at is not None) == ("", True)
    row, _web = read(agency.pk, {LINK: failure}, attempts=3)
    assert (row.found, row.due_at) == ("unknown", None)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 900 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@DB
@pytest.mark.slow
@pytest.mark.parametrize(
    "data", [bomb(), b"<svg onload=alert(1)>", b"", jpeg()], ids=["bomb", "svg", "none", "jpeg"]
)
def test_of_a_picture_only_our_own_small_copies_are_kept(data: bytes) -> None:
    place = "https://pictures.port.org/quay.jpg"
    page = f'{HEAD}<meta property="og:image" content="{place}">'
    row, _web = read(make_agency().pk, {LINK: html(page), place: Answer(200, {}, data)})
    assert (row.found, row.title) == ("page", "Ferries")
    if data != jpeg():
        assert (row.said, row.picture) == ("no picture", None)
        return
    assert row.picture["width"] == 320
    assert blobs.read(row.picture["digest"]) != data
    assert len(blobs.read(row.picture["digest"])) < 1_000_000


@pytest.fixture
def endless(settings: Any) -> Iterator[tuple[str, list[bytes]]]:
    """A server whose answers have no end, and what it was asked."""
    listening, asked = socket.create_server(("127.0.0.1", 0)), []
    head = b"HTTP/1.1 200 x\r\nContent-Type: text/html\r\nSet-Cookie: who=you\r\n\r\n<title>Long</title>"

    def answer() -> None:
        client, _address = listening.accept()
        with client, suppress(OSError):  # until the other side has enough
            asked.append(client.recv(65536))
            client.sendall(head)
            while True:
                client.sendall(b"x" * 65536)

    def serve() -> None:
        with suppress(OSError):
            while True:
                answer()

    threading.Thread(target=serve, daemon=True).start()
    place = f"127.0.0.1:{listening.getsockname()[1]}"
    settings.HUE_ALLOW_PRIVATE = [place]
    yield f"http://{place}", asked
    listening.close()


def test_of_a_page_without_end_the_beginning_is_enough_and_no_cookie_is_kept(
    endless: tuple[str, list[bytes]],
) -> None:
    address, asked = endless
    for _time in range(2):
        answer = Server(address, largest=100_000, cut=True).call("GET", "/")
        assert len(answer.body) == 100_000
        assert told(answer.body)[0] == "Long"
    assert [b"cookie" in request.lower() for request in asked] == [False, False]
