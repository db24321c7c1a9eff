"""What Mozilla's Observatory would say of every door, behind TLS, from what the doors really answer."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hueandcry.kernel.headers import HSTS, SECURITY
from tests.security.observatory import CHECKS, Answer, Visit, examine, score, table
from tests.servers.stack import Stack, databases

WANTED = 115


def ask(port: int, host: str, path: str, *, method: str = "GET", tls: bool = True, **fields: str) -> Answer:
    """One answer, asked as a TLS front in front of the port would ask."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        told = {"X-Forwarded-Proto": "https" if tls else "http", "X-Forwarded-For": "192.0.2.7"}
        client.request(method, path, headers={"Host": host, **told, **fields})
        got = client.getresponse()
        body = got.read().decode("utf-8", "replace")
        sent = tuple((name.lower(), value) for name, value in got.getheaders())
        return Answer(f"{'https' if tls else 'http'}://{host}{path}", got.status, sent, body)


def visit(port: int, host: str, path: str) -> Visit:
    """Everything the Observatory asks for. To http our public processes are not reachable; the desk redirects."""
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    page = ask(port, host, path)
    plain = ask(port, host, path, tls=False)
    led = plain.one("location")
    route = (plain, Answer(led, 200, ())) if led.startswith("http") else ()
    return Visit(
        page, route, ask(port, host, path, method="OPTIONS", **origin), more=(ask(port, host, "/robots.txt"),)
    )


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("observatory")
    with (
        databases("observatory") as environment,
        Stack(home / "var", {**environment, "HUE_HTTPS": "yes"}) as stack,
    ):
        stack.links = stack.init()  # type: ignore[attr-defined]
        stack.up()
        yield stack


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/", "/appeals/", "/tell/", "/record/", "/none/", "/t/new/a", "/t/back", "/t/none"]
)
def test_every_public_page_reaches_the_score(behind_tls: Stack, path: str) -> None:
    seen = visit(behind_tls.public_port, "localhost", path)
    found = examine(seen)
    assert score(found) >= WANTED, table(f"{path} ({seen.page.status})", found)
    assert seen.page.all("strict-transport-security") == [HSTS[1]]
    assert not seen.page.all("server")
    assert not seen.page.all("set-cookie")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/desk/sign-in/", "/desk/", "/desk/nothing/", "link"])
def test_every_open_page_of_the_desk_reaches_the_score(behind_tls: Stack, path: str) -> None:
    link = behind_tls.links["Hadley"]  # type: ignore[attr-defined]
    assert link.startswith("https://desk.localhost/")
    seen = visit(
        behind_tls.desk_port,
        "desk.localhost",
        link.removeprefix("https://desk.localhost") if path == "link" else path,
    )
    found = examine(seen)
    assert score(found) >= WANTED, table(f"{path} ({seen.page.status})", found)
    assert seen.page.all("strict-transport-security") == [HSTS[1]]
    assert found["Redirection"] == ("to https", 0)


@pytest.mark.slow
def test_refusals_and_files_of_the_desk_carry_the_headers_too(behind_tls: Stack) -> None:
    for host, path, status in (
        ("elsewhere.example", "/desk/", 421),
        ("desk.localhost", "/static/ui/desk.css", 200),
        ("desk.localhost", "/static/none.js", 404),
    ):
        found = ask(behind_tls.desk_port, host, path)
        assert found.status == status
        for name in ("content-security-policy", "strict-transport-security", "x-content-type-options"):
            assert len(found.all(name)) == 1, (host, path, name)


@pytest.mark.slow
def test_the_cookies_of_the_desk_cannot_be_set_by_a_neighbour(behind_tls: Stack) -> None:
    page = ask(behind_tls.desk_port, "desk.localhost", "/desk/sign-in/")
    cookies = page.all("set-cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert word.lower() in cookie.lower(), cookie
        assert "domain=" not in cookie.lower()


GOOD = Visit(
    Answer("https://www.port-ellery.example/", 200, tuple((n.lower(), v) for n, v in (*SECURITY, HSTS)))
)


def without(name: str) -> Visit:
    return replace(
        GOOD, page=replace(GOOD.page, fields=tuple(one for one in GOOD.page.fields if one[0] != name))
    )


def changed(name: str, value: str) -> Visit:
    page = without(name).page
    return replace(GOOD, page=replace(page, fields=(*page.fields, (name, value))))


WORSE = [
    ("Content-Security-Policy", without("content-security-policy"), -25),
    ("Content-Security-Policy", changed("content-security-policy", "default-src 'self'"), 5),
    (
        "Content-Security-Policy",
        changed("content-security-policy", "default-src 'self' 'unsafe-inline'"),
        -20,
    ),
    (
        "Content-Security-Policy",
        changed("content-security-policy", "default-src 'none'; script-src 'unsafe-eval'"),
        -10,
    ),
    ("Content-Security-Policy", changed("content-security-policy", "default-src 'none'; img-src http:"), -10),
    (
        "Content-Security-Policy",
        changed("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
        0,
    ),
    (
        "Content-Security-Policy",
        changed("content-security-policy", "default-src 'none'; connect-src http://a.example"),
        -20,
    ),
    ("X-Frame-Options", without("content-security-policy"), -20),
    ("Strict-Transport-Security", without("strict-transport-security"), -20),
    ("Strict-Transport-Security", changed("strict-transport-security", "max-age=86400"), -10),
    ("Strict-Transport-Security", changed("strict-transport-security", "includeSubDomains"), -20),
    ("Referrer-Policy", changed("referrer-policy", "unsafe-url"), -5),
    ("X-Content-Type-Options", without("x-content-type-options"), -5),
    ("Cross-Origin-Opener-Policy", changed("cross-origin-opener-policy", "sometimes"), -5),
    ("Cross-Origin-Resource-Policy", without("cross-origin-resource-policy"), 0),
    ("Cookies", changed("set-cookie", "sessionid=x; HttpOnly"), -10),
    ("Cookies", changed("set-cookie", "sessionid=x; Secure"), -30),
    ("Cookies", changed("set-cookie", "other=x; Secure; SameSite=None"), 5),
    ("Redirection", replace(GOOD, plain=(Answer("http://a.example/", 200, ()),)), -20),
    (
        "Redirection",
        replace(GOOD, plain=(Answer("http://a.example/", 301, ()), Answer("https://b.example/", 200, ()))),
        -5,
    ),
    (
        "Subresource Integrity",
        replace(GOOD, page=replace(GOOD.page, body="<script src='https://cdn.example/x.js'></script>")),
        -5,
    ),
    (
        "Subresource Integrity",
        replace(GOOD, page=replace(GOOD.page, body="<script src='//cdn.example/x.js'>")),
        -50,
    ),
]


@pytest.mark.parametrize(("name", "seen", "worth"), WORSE)
def test_each_check_takes_what_the_observatory_takes(name: str, seen: Visit, worth: int) -> None:
    assert CHECKS[name](seen)[1] == worth


def test_extra_credit_needs_ninety_without_it() -> None:
    assert score(examine(GOOD)) == 150
    assert score(examine(without("strict-transport-security"))) == 80


def test_nginx_in_front_of_the_files_sends_what_scores(tmp_path: Path) -> None:
    """The files that nginx includes, read as nginx would send them behind TLS (tests/deploy asks the real one)."""
    text = (Path(__file__).resolve().parents[2] / "deploy/nginx/hueandcry-headers.conf").read_text()
    told = re.findall(r'^add_header (\S+) "(.*)" always;$', text, re.MULTILINE)
    fields = tuple((name.lower(), value) for name, value in told if name != HSTS[0])
    found = examine(
        Visit(Answer("https://www.port-ellery.example/", 200, (*fields, (HSTS[0].lower(), HSTS[1]))))
    )
    assert score(found) >= WANTED, table("nginx", found)
