"""Mozilla's Observatory, of what nginx and Caddy really send through TLS (tests/security/observatory.py)."""

from __future__ import annotations

import http.client

import pytest

from tests.deploy.house import ask
from tests.deploy.web_servers import WebServer
from tests.security.observatory import Answer, Visit, examine, score, table

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]
WANTED = 115
PAGES = [
    ("localhost", "/"),
    ("localhost", "/appeals/PE-1001/"),
    ("localhost", "/tell/"),
    ("localhost", "/none/"),
    ("localhost", "/t/new/start"),
    ("localhost", "/t/back"),
    ("desk.localhost", "/desk/sign-in/"),
    ("desk.localhost", "/desk/"),
]


def through_tls(web: WebServer, host: str, path: str, **more: object) -> Answer:
    got = ask(web.tls, path, host=host, **more)  # type: ignore[arg-type]
    fields = tuple((name.lower(), value) for name, value in got.fields)
    return Answer(f"https://{host}{path}", got.status, fields, got.body)


def led_from_http(web: WebServer, host: str, path: str) -> tuple[Answer, ...]:
    client = http.client.HTTPConnection("127.0.0.1", web.plain, timeout=10)
    client.request("GET", path, headers={"Host": host})
    got = client.getresponse()
    to = got.getheader("Location") or ""
    first = Answer(f"http://{host}{path}", got.status, ())
    client.close()
    return (first, Answer(to, 200, ())) if to else (first,)


@pytest.mark.parametrize(("host", "path"), PAGES)
def test_every_page_behind_the_web_server_reaches_the_score(web: WebServer, host: str, path: str) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    found = examine(
        Visit(
            through_tls(web, host, path),
            led_from_http(web, host, path),
            through_tls(web, host, path, method="OPTIONS", fields=asked),
            more=(through_tls(web, host, "/robots.txt"),),
        )
    )
    assert score(found) >= WANTED, table(f"{web.name} {host}{path}", found)
    assert found["Redirection"] == ("to https", 0)
