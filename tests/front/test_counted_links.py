"""Links of ours that are counted: led on at once, counted as a number by their code, nothing of the request kept."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from front_harness import HOST, ROOT, make_release, switch

from hueandcry.front.answering import LINK, Request, decide
from hueandcry.front.control import Control
from hueandcry.front.limits import Limits
from hueandcry.front.release import Release, load
from hueandcry.front.replies import Reply
from hueandcry.front.shared import MOST_CODES, OPENED_AT_ONCE, Shared

LINKED = b"/l/zbusj22/appeals/PE-1/"
PERSON = {b"accept-language": b"en"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    site = tmp_path_factory.mktemp("site")
    make_release(site, 1, gone=("/appeals/PE-9/",))
    switch(site, 1)
    return load(site / "current", in_memory=1_000_000)


def asked(release: Release, url: bytes, method: bytes = b"GET", **fields: bytes) -> tuple[Reply, str]:
    """The reply, and the code that was counted."""
    given = {name.replace("_", "-").encode(): value for name, value in fields.items()}
    request = Request(method, url, {b"host": HOST.encode(), **given})
    return decide(request, release), request.opened


def test_a_link_leads_on_and_is_counted_by_its_code(release: Release) -> None:
    reply, code = asked(release, LINKED, accept_language=b"en")
    assert (reply.status, code) == (302, "zbusj22")
    assert b"Location: /appeals/PE-1/\r\n" in reply.head
    assert b"Cache-Control: no-store\r\n" in reply.head
    assert not reply.whole  # so that no answer is remembered, and each is counted (ADR 0020)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"accept_language": b"en", "sec_purpose": b"prefetch"},
        {"accept_language": b"en", "purpose": b"prefetch"},
    ],
)
def test_a_machine_and_what_is_fetched_ahead_are_led_on_and_not_counted(
    release: Release, fields: dict[str, bytes]
) -> None:
    reply, code = asked(release, LINKED, **fields)
    assert (reply.status, code) == (302, "")


def test_only_a_reading_is_counted(release: Release) -> None:
    assert asked(release, LINKED, b"HEAD", accept_language=b"en")[1] == ""
    assert asked(release, LINKED, b"POST", accept_language=b"en")[0].status == 405


@pytest.mark.parametrize("path", ["/t/", "/t/missing/", "/subscribe/email/"])
def test_nobody_is_counted_on_the_way_to_a_form(release: Release, path: str) -> None:
    reply, code = asked(release, b"/l/zbusj22" + path.encode(), accept_language=b"en")
    assert (reply.status, code) == (302, "")


@pytest.mark.parametrize(
    "path",
    ["/l/", "/l/zbusj22", "/l/zbusj22/", "/l/short/appeals/", "/l/ZBUSJ22/appeals/", "/l/zbusj22/%5Cevil.example/",
     "/l/zbusj22/a%0d%0ab/"],
)  # fmt: skip
def test_what_is_no_such_link_is_no_page(release: Release, path: str) -> None:
    assert asked(release, path.encode(), accept_language=b"en")[0].status == 404


def test_it_never_leads_off_the_site(release: Release) -> None:
    for path in (
        b"/l/zbusj22//evil.example/",
        b"/l/zbusj22/%2F%2Fevil.example/",
        b"/l/zbusj22/../evil.example/",
    ):
        reply = asked(release, path, accept_language=b"en")[0]
        assert b"Location: //" not in reply.head
        assert b"Location: http" not in reply.head


def test_what_was_counted_is_given_once_in_pieces_and_what_is_made_up_cannot_fill_the_memory() -> None:
    shared = Shared(Limits(), 0.0)
    for number in range(MOST_CODES + 50):
        shared.note_opening(str(number))
    shared.note_opening("7")
    pieces = []
    while piece := shared.take_openings():
        assert len(piece) <= OPENED_AT_ONCE
        pieces.append(piece)
    whole = {code: times for piece in pieces for code, times in piece.items()}
    assert len(whole) == MOST_CODES
    assert whole["7"] == 2


def test_the_control_socket_answers_with_a_short_line(tmp_path: Path) -> None:
    shared = Shared(Limits(), 0.0)
    for number in range(OPENED_AT_ONCE):
        shared.note_opening(f"{number:07}")
    control = Control(shared, tmp_path / "front.sock")  # type: ignore[arg-type]
    line = asyncio.run(control._answer("opened"))
    assert len(line) < 4096
    assert asyncio.run(control._answer("opened")) == "{}"


def test_the_other_web_servers_lead_the_same_links_on() -> None:
    shape = LINK.pattern.decode().removesuffix(r"\Z")
    for name in ("nginx/hueandcry-site.conf", "caddy/Caddyfile"):
        text = (ROOT / "deploy" / name).read_text().replace("(?<hue_to>", "(")
        assert re.search(r"/l/", text), name
        assert shape.replace("/l/([2-9a-hjkmnp-z]{7})", "/l/[2-9a-hjkmnp-z]{7}") in text, name
