"""Ordinary HTTP, the same against the front and against nginx with the shipped configuration.

Where the two rightly differ, DIFFERENCES names it and says why.
"""

from __future__ import annotations

import gzip

import brotli
import pytest
from front_harness import APPEAL, HOST, LARGE, OTHER_HOST, PICTURE, Answer, Running, Wire, ask, request

from hueandcry.kernel import headers

APPEAL_AT = "/appeals/PE-1/"
PICTURE_AT = "/media/van.0a1b.avif"
STYLE_AT = "/assets/public.0a1b2c.css"
CONNECTION_OWN = {"date", "connection", "server", "last-modified", "keep-alive"}

DIFFERENCES: dict[str, tuple[str, str, str]] = {
    # Each is what differs, then the front, nginx, and why.
    "coding for a client that takes both": ("br", "gzip", "Debian's nginx has no brotli module"),
    "range of a compressible file": (
        "200",
        "206",
        "the front gives ranges of media only, nginx of every file",
    ),
    "body of a redirect": ("empty", "a line of HTML", "nginx makes one up"),
    "headers of a 416": ("once", "twice", "nginx runs its header filter again when it makes the 416"),
    "Last-Modified": ("absent", "present", "the front has strong entity tags and needs no second validator"),
    "own error pages": (
        "with language and viewport",
        "nginx's own",
        "made by each server, nothing of the request",
    ),
}


def by(server: Running, what: str) -> str:
    front, nginx, _why = DIFFERENCES[what]
    return nginx if server.name == "nginx" else front


def assert_secured(answer: Answer) -> None:
    """Every public answer carries every security header, once."""
    for name, value in headers.SECURITY:
        assert answer.fields.get(name.lower()) == value, name
    assert not answer.repeated


def test_a_page_is_sent_with_its_type_cache_rule_and_security_headers(server: Running) -> None:
    answer = ask(server.port, APPEAL_AT)
    assert (answer.status, answer.body.decode()) == (200, APPEAL)
    assert answer.fields["content-type"] == "text/html; charset=utf-8"
    assert answer.fields["cache-control"] == headers.PAGES
    assert answer.fields["vary"] == "Accept-Encoding"
    assert "content-encoding" not in answer.fields
    assert answer.fields["date"].endswith(" GMT")
    assert ("last-modified" in answer.fields) == (by(server, "Last-Modified") == "present")
    assert_secured(answer)


@pytest.mark.parametrize(
    ("target", "kind", "rule"),
    [
        ("/", "text/html; charset=utf-8", headers.PAGES),
        (STYLE_AT, "text/css; charset=utf-8", headers.ASSETS),
        (PICTURE_AT, "image/avif", headers.MEDIA),
        ("/feed.atom", "application/atom+xml; charset=utf-8", headers.FEEDS),
        ("/feed.json", "application/json", headers.FEEDS),
        ("/robots.txt", "text/plain; charset=utf-8", headers.FEEDS),
        ("/record/bundle.tar.gz", "application/gzip", headers.FEEDS),
    ],
)
def test_each_kind_of_file_has_its_type_and_cache_rule(
    server: Running, target: str, kind: str, rule: str
) -> None:
    answer = ask(server.port, target, "Accept-Encoding: gzip")
    assert answer.status == 200
    assert (answer.fields["content-type"], answer.fields["cache-control"]) == (kind, rule)
    assert headers.cache_control(target) == rule
    assert_secured(answer)


def test_pictures_of_people_are_never_kept_long(server: Running) -> None:
    rule = ask(server.port, PICTURE_AT).fields["cache-control"]
    assert "immutable" not in rule
    assert "stale" not in rule
    assert int(rule.partition("max-age=")[2]) <= 60


@pytest.mark.parametrize("accepted", ["gzip", "gzip;q=1.0, identity;q=0.5", "deflate, gzip"])
def test_gzip_is_sent_to_who_takes_it(server: Running, accepted: str) -> None:
    answer = ask(server.port, APPEAL_AT, f"Accept-Encoding: {accepted}")
    assert answer.fields["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body).decode() == APPEAL
    assert answer.fields["vary"] == "Accept-Encoding"


def test_the_best_coding_is_chosen(server: Running) -> None:
    answer = ask(server.port, APPEAL_AT, "Accept-Encoding: gzip, deflate, br, zstd")
    coding = by(server, "coding for a client that takes both")
    assert answer.fields["content-encoding"] == coding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}[coding]
    assert unpack(answer.body).decode() == APPEAL


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br;q=0, gzip;q=0", "deflate"])
def test_who_takes_no_coding_gets_the_plain_file(server: Running, accepted: str) -> None:
    answer = ask(server.port, APPEAL_AT, f"Accept-Encoding: {accepted}")
    assert "content-encoding" not in answer.fields
    assert answer.body.decode() == APPEAL


@pytest.mark.parametrize("target", ["/", APPEAL_AT, PICTURE_AT, "/nothing", "/appeals/PE-9/", "/appeals"])
def test_head_says_what_get_says_without_the_body(server: Running, target: str) -> None:
    full = ask(server.port, target, "Accept-Encoding: gzip")
    with Wire(server.port) as wire:
        wire.send(request(target, "Accept-Encoding: gzip", method="HEAD") + request("/robots.txt"))
        head = wire.read(head_only=True)
        following = wire.read()
    assert head is not None
    assert following is not None
    assert head.status == full.status
    assert set(head.fields.items()) - set(full.fields.items()) <= {
        item for item in head.fields.items() if item[0] in CONNECTION_OWN
    }
    assert following.body.startswith(b"User-agent")


def test_an_unchanged_file_is_not_sent_again(server: Running) -> None:
    for accepted in ("identity", "gzip"):
        tag = ask(server.port, APPEAL_AT, f"Accept-Encoding: {accepted}").fields["etag"]
        assert tag.startswith('"')
        for sent in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = ask(server.port, APPEAL_AT, f"Accept-Encoding: {accepted}", f"If-None-Match: {sent}")
            assert (again.status, again.body, again.fields["etag"]) == (304, b"", tag)
            assert again.fields["cache-control"] == headers.PAGES
        changed = ask(server.port, APPEAL_AT, f"Accept-Encoding: {accepted}", 'If-None-Match: "old"')
        assert changed.status == 200


def test_each_coding_has_an_entity_tag_of_its_own(server: Running) -> None:
    plain = ask(server.port, APPEAL_AT)
    coded = ask(server.port, APPEAL_AT, "Accept-Encoding: gzip")
    assert plain.fields["etag"] != coded.fields["etag"]
    assert ask(server.port, APPEAL_AT, f"If-None-Match: {coded.fields['etag']}").status == 200


@pytest.mark.parametrize(
    ("wanted", "span"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=61430-", (61430, 61439)),
        ("bytes=-10", (61430, 61439)),
        ("bytes=5-99999", (5, 61439)),
    ],
)
def test_a_part_of_a_picture(server: Running, wanted: str, span: tuple[int, int]) -> None:
    answer = ask(server.port, PICTURE_AT, f"Range: {wanted}")
    first, last = span
    assert answer.status == 206
    assert answer.body == PICTURE[first : last + 1]
    assert answer.fields["content-range"] == f"bytes {first}-{last}/{len(PICTURE)}"
    assert answer.fields["cache-control"] == headers.MEDIA
    assert_secured(answer)


def test_a_part_of_a_large_file_and_the_whole_of_it(server: Running) -> None:
    part = ask(server.port, "/media/large.0a1b.mp4", "Range: bytes=1000000-2000000")
    assert (part.status, part.body) == (206, LARGE[1000000:2000001])
    with Wire(server.port) as wire:
        wire.send(request("/media/large.0a1b.mp4") + request("/robots.txt"))
        whole, following = wire.read(), wire.read()
    assert whole is not None
    assert following is not None
    assert whole.body == LARGE
    assert following.status == 200


def test_a_part_that_is_not_there_is_refused(server: Running) -> None:
    answer = ask(server.port, PICTURE_AT, "Range: bytes=70000-")
    assert answer.status == 416
    assert answer.fields["content-range"] == f"bytes */{len(PICTURE)}"
    assert bool(answer.repeated) == (by(server, "headers of a 416") == "twice")
    answer.repeated.clear()
    assert_secured(answer)


def test_several_parts_at_once_give_the_whole(server: Running) -> None:
    assert ask(server.port, PICTURE_AT, "Range: bytes=0-1,5-9").body == PICTURE


def test_a_part_only_if_the_file_is_the_same(server: Running) -> None:
    tag = ask(server.port, PICTURE_AT).fields["etag"]
    assert ask(server.port, PICTURE_AT, "Range: bytes=0-9", f"If-Range: {tag}").status == 206
    assert ask(server.port, PICTURE_AT, "Range: bytes=0-9", 'If-Range: "old"').status == 200


def test_a_part_of_a_compressible_file(server: Running) -> None:
    assert str(ask(server.port, "/robots.txt", "Range: bytes=0-9").status) == by(
        server, "range of a compressible file"
    )


def test_a_folder_without_its_slash_redirects_within_the_site(server: Running) -> None:
    for target, there in (
        ("/appeals/PE-1", "/appeals/PE-1/"),
        ("/appeals/PE-1?a=b&c", "/appeals/PE-1/?a=b&c"),
        ("//appeals//PE-1", "/appeals/PE-1/"),
        ("/t", "/t/"),
    ):
        answer = ask(server.port, target)
        assert (answer.status, answer.fields["location"]) == (308, there)
        assert bool(answer.body) == (by(server, "body of a redirect") != "empty")
        assert_secured(answer)


def test_nothing_here_and_taken_down_are_told_apart_with_the_sites_own_pages(server: Running) -> None:
    missing = ask(server.port, "/appeals/PE-77/")
    assert (missing.status, b"of Port Ellery" in missing.body) == (404, True)
    for target in ("/appeals/PE-9/", "/appeals/PE-9", "/media/withdrawn.avif", "/media/withdrawn.avif?x"):
        gone = ask(server.port, target)
        assert (gone.status, b"Taken down" in gone.body) == (410, True)
    for answer in (missing, gone):
        assert answer.fields["cache-control"] == "no-store"
        assert answer.fields["content-type"] == "text/html; charset=utf-8"
        assert_secured(answer)


@pytest.mark.parametrize(
    "target",
    [
        "/_404/",
        "/_410/index.html",
        "/_down/",
        "/.gone/appeals/PE-9/gone",
        "/.gone/media/withdrawn.avifgone",
        "/site.json",
        "/index.html",
        "/appeals/PE-1/index.html",
        "/appeals/PE-1/index.html.gz",
        "/robots.txt.br",
        "/robots.txt/",
    ],
)
def test_what_is_no_address_is_not_found(server: Running, target: str) -> None:
    assert ask(server.port, target).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_files_can_only_be_read(server: Running, method: str) -> None:
    answer = ask(server.port, "/", method=method)
    assert (answer.status, answer.fields["allow"]) == (405, "GET, HEAD")
    assert answer.fields["cache-control"] == "no-store"
    assert_secured(answer)


def test_each_host_has_a_site_of_its_own(server: Running) -> None:
    assert b"Port Ellery" in ask(server.port, "/").body
    assert b"Old Quay" in ask(server.port, "/", host=OTHER_HOST).body
    assert ask(server.port, APPEAL_AT, host=OTHER_HOST).status == 404
    assert b"second agency" in ask(server.port, "/x", host=OTHER_HOST).body


def test_an_unknown_host_is_misdirected(server: Running) -> None:
    answer = ask(server.port, "/", host="evil.example")
    assert answer.status == 421
    assert_secured(answer)
    assert (b'lang="en"' in answer.body) == (by(server, "own error pages") != "nginx's own")
    assert b"evil" not in answer.body + answer.head


def test_errors_repeat_nothing_of_the_request(server: Running) -> None:
    canary = "canary-4711"
    for target, extra in (
        (f"/{canary}", ""),
        (f"/%00{canary}", ""),
        (f"/t%00/{canary}", ""),
        ("/" + canary * 900, ""),
        ("/", f"X-{canary}: " + canary * 900),
        (f"http://{canary}/", ""),
    ):
        answer = ask(server.port, target, *([extra] if extra else []))
        assert answer.status >= 400
        assert canary.encode() not in answer.head + answer.body
        assert_secured(answer)
        assert answer.fields["cache-control"] == "no-store"


def test_one_connection_serves_many_requests_in_order(server: Running) -> None:
    targets = ["/", APPEAL_AT, "/nothing", PICTURE_AT, "/t/new/a", "/robots.txt", "/appeals/PE-9/"] * 12
    with Wire(server.port) as wire:
        wire.send(b"".join(request(target) for target in targets))
        for target in targets:
            answer = wire.read()
            assert answer is not None
            assert answer.fields.get("connection", "keep-alive") != "close"
            assert answer.body == ask(server.port, target).body


def test_a_request_may_arrive_byte_by_byte(server: Running) -> None:
    with Wire(server.port) as wire:
        for byte in request("/robots.txt", "Accept: */*"):
            wire.send(bytes([byte]))
        answer = wire.read()
    assert answer is not None
    assert answer.status == 200


def test_old_clients_are_closed_unless_they_ask(server: Running) -> None:
    with Wire(server.port) as wire:
        wire.send(request("/robots.txt", version="1.0"))
        answers = wire.rest()
    assert [(a.status, a.fields["connection"]) for a in answers] == [(200, "close")]
    with Wire(server.port) as wire:
        wire.send(request("/robots.txt", "Connection: keep-alive", version="1.0") * 2)
        first, second = wire.read(), wire.read()
    assert first is not None
    assert second is not None
    assert first.fields["connection"] == "keep-alive"


def test_close_is_honoured(server: Running) -> None:
    with Wire(server.port) as wire:
        wire.send(request("/robots.txt", "Connection: close"))
        answers = wire.rest()
    assert [answer.fields["connection"] for answer in answers] == ["close"]


def test_a_half_closed_client_still_gets_its_answers(front: Running) -> None:
    # The front alone: nginx takes a half-closed client for one that has gone and, depending on which
    # event the kernel reports first, ends the connection in the middle of a file.
    with Wire(front.port) as wire:
        wire.send(
            request(APPEAL_AT)
            + request("/media/large.0a1b.mp4")
            + request("/t/slow")
            + request("/robots.txt")
        )
        wire.half_close()
        sizes = [len(answer.body) for answer in wire.rest()]
    assert sizes == [len(APPEAL), len(LARGE), 12, 23]


def test_every_host_name_of_the_release_is_known_in_any_spelling(server: Running) -> None:
    for spelled in (HOST, HOST.upper(), f"{HOST}:8000", "localhost:8000"):
        assert ask(server.port, "/robots.txt", host=spelled).status == 200
