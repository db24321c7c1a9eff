"""nginx and Caddy as shipped, asked through TLS: static first, then the two sockets, and nothing else."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

import pytest

from hueandcry.kernel import headers
from tests.deploy.house import House, ask
from tests.deploy.web_servers import WebServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]
APPEAL = "/appeals/PE-1001/"
LIMIT = 512 * 1024  # bytes of a form


def test_the_public_site_is_served_with_each_header_once(web: WebServer) -> None:
    for path in ("/", APPEAL, "/feed.atom", "/t/new/start"):
        answer = ask(web.tls, path)
        assert answer.status == 200, (path, answer)
        for name, value in (*headers.SECURITY, headers.HSTS):
            assert answer.all(name.lower()) == [value], (path, name)
        assert answer.all("cache-control") == [headers.cache_control(path)], path
        assert answer.all("set-cookie") == []


def test_what_has_a_script_of_ours_says_so_once(web: WebServer) -> None:
    answer = ask(web.tls, "/subscribe/push/worker.js")
    assert (answer.status, answer.all("content-security-policy")) == (200, [headers.SCRIPTED_POLICY])


def test_pictures_and_style_sheets_are_what_the_page_says(web: WebServer) -> None:
    page = ask(web.tls, APPEAL).body
    for pattern, rule in (
        (r'href="(/assets/[^"]+\.css)"', headers.ASSETS),
        (r'src="(/media/[^"]+)"', headers.MEDIA),
    ):
        found = re.search(pattern, page)
        assert found, page
        answer = ask(web.tls, found[1])
        assert answer.status == 200
        assert answer.all("cache-control") == [rule]


def test_a_small_answer_is_sent_to_whoever_takes_gzip(web: WebServer) -> None:
    answer = ask(web.tls, APPEAL, fields={"Accept-Encoding": "gzip"})
    assert answer.all("content-encoding") == ["gzip"]


def test_nobody_says_which_server_or_version(web: WebServer) -> None:
    for path, host in (
        ("/", "localhost"),
        ("/no/", "localhost"),
        ("/t/back", "localhost"),
        ("/desk/sign-in/", "desk.localhost"),
    ):
        answer = ask(web.tls, path, host=host)
        assert not re.search(r"\d", " ".join(answer.all("server"))), answer.all("server")
        assert answer.all("x-powered-by") == []


def test_an_address_that_is_none_is_answered_with_our_page(web: WebServer) -> None:
    for path in (
        "/no/",
        "/_down/index.html",
        "/.gone/appeals/PE-1002/gone",
        "/index.html",
        "/.git/config",
        "/site.json",
    ):
        answer = ask(web.tls, path)
        assert answer.status == 404, path
        assert answer.all("cache-control") == ["no-store"], path
        assert "<h1" in answer.body, path


def test_a_counted_link_leads_on_within_the_site(web: WebServer) -> None:
    answer = ask(web.tls, f"/l/zbusj22{APPEAL}")
    assert (answer.status, answer.all("location")) == (302, [APPEAL])
    assert answer.all("cache-control") == ["no-store"]
    for path in ("/l/zbusj22//evil.example/", "/l/zbusj22/%5Cevil.example/", "/l/zbusj2/no/"):
        led = "".join(ask(web.tls, path).all("location"))
        assert not led.startswith(("//", "/\\", "http")), path


def test_only_the_forms_take_anything(web: WebServer) -> None:
    assert ask(web.tls, "/", method="POST", body="a=b").status == 405
    assert ask(web.tls, "/", method="DELETE").status == 405


@pytest.mark.parametrize("told", [True, False], ids=["length told", "in pieces"])
@pytest.mark.parametrize("size", [LIMIT + 1, 700_000])
def test_too_much_is_refused(web: WebServer, size: int, *, told: bool) -> None:
    """Nothing of it reaches the form: Caddy takes no body whose length it is not told."""
    body = b"text=" + b"x" * (size - 5)
    pieces = (body[at : at + 50_000] for at in range(0, size, 50_000))
    try:
        status = ask(web.tls, "/t/new/start", method="POST", body=body if told else pieces).status
    except (BrokenPipeError, ConnectionResetError, ssl.SSLError):  # it need not listen to the end
        status = 0
    assert ask(web.tls, "/t/new/start").status == 200
    assert not status or status in ({413} if told or web.name == "nginx" else {411})


def test_as_much_as_the_limit_reaches_the_form(web: WebServer) -> None:
    body = b"text=" + b"x" * (LIMIT - 5)
    assert ask(web.tls, "/t/new/start", method="POST", body=body).status == 422


def test_a_name_we_do_not_have_gets_neither_certificate_nor_page(web: WebServer) -> None:
    try:
        status = ask(web.tls, "/", host="evil.example").status
    except ssl.SSLError:
        status = 421
    assert status == 421
    assert ask(web.tls, "/", host="evil.example", sni="localhost").status == 421


def test_plain_http_leads_to_tls(web: WebServer) -> None:
    client = http.client.HTTPConnection("127.0.0.1", web.plain, timeout=10)
    client.request("GET", APPEAL, headers={"Host": "localhost"})
    answer = client.getresponse()
    assert answer.status == 308
    assert (answer.getheader("Location") or "").startswith("https://localhost")
    assert APPEAL in (answer.getheader("Location") or "")
    client.close()


def test_only_modern_tls_is_spoken(web: WebServer) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")  # no forward secrecy, or CBC
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    client = http.client.HTTPSConnection("127.0.0.1", web.tls, timeout=10, context=context)
    if web.name == "nginx":
        with pytest.raises((ssl.SSLError, OSError)):
            client.request("GET", "/", headers={"Host": "localhost"})
    client.close()


def test_a_tip_is_sent_and_answered_under_its_number(web: WebServer) -> None:
    form = ask(web.tls, "/t/new/start").body
    ticket = re.search(r'name="ticket" value="([^"]+)"', form)
    assert ticket, form
    own = {"Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}
    body = urlencode({"ticket": ticket[1], "text": "A red boat."})
    answer = ask(web.tls, "/t/new/start", method="POST", body=body, fields=own)
    assert answer.status == 200, answer.body
    assert re.search(r"\d{3}-\d{3}-\d{4}", answer.body)


def test_who_asks_does_not_reach_the_tip_pages(web: WebServer, house: House) -> None:
    """What they are told is looked at in a process of the test's own behind the same configuration."""
    link = house.run / "public.sock"
    before = link.readlink()
    place = house.run / f"spy-{web.name}.sock"
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as spy:
        spy.bind(str(place))
        spy.listen()
        spy.settimeout(8)

        def listen() -> None:
            try:
                talk, _address = spy.accept()
            except OSError:  # nobody came
                return
            with talk:
                heard.append(talk.recv(65536))
                talk.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\nServer: spy/9\r\nConnection: close\r\n\r\nok"
                )

        thread = threading.Thread(target=listen)
        thread.start()
        link.unlink()
        link.symlink_to(place.name)
        try:
            fields = {
                "User-Agent": "canary-agent",
                "Cookie": "canary=1",
                "Referer": "https://canary.example/",
                "X-Forwarded-For": "203.0.113.9",
            }
            answer = ask(web.tls, "/t/back", fields=fields)
            thread.join(10)
        finally:
            link.unlink()
            link.symlink_to(before)
            place.unlink()
    assert answer.all("set-cookie") == []
    assert "spy" not in " ".join(answer.all("server"))
    said = b"".join(heard).lower()
    assert b"get /t/back http/1.1" in said
    for canary in (b"canary", b"203.0.113.9", b"127.0.0.1", b"x-forwarded-for"):
        assert canary not in said, said


def test_the_desk_signs_in_over_tls_with_cookies_that_stay_there(web: WebServer) -> None:
    answer = ask(web.tls, "/desk/sign-in/", host="desk.localhost")
    assert answer.status == 200, answer
    assert answer.all("strict-transport-security") == [headers.HSTS[1]]
    assert all("Secure" in cookie for cookie in answer.all("set-cookie"))
    assert len(answer.all("content-security-policy")) == 1
    assert ask(web.tls, "/healthz", host="desk.localhost").status == 200
    assert ask(web.tls, "/healthz").status == 404


def test_what_is_taken_down_is_gone_within_a_second(web: WebServer, house: House) -> None:
    title = f"Taken down behind {web.name}"
    code = f"""
import django; django.setup()
from datetime import date, timedelta
from hueandcry.agencies import queries
from hueandcry.agencies.models import Person
from hueandcry.appeals import actions as appeals
from hueandcry.appeals.content import Content
from hueandcry.publicsite import actions as site
police = sorted(queries.agencies(), key=lambda one: one.kind)[0]
nora, imogen = (queries.actor_for(person_id=Person.objects.get(name=name).pk, agency_id=police.pk) for name in ("Nora Vance", "Imogen Castellane"))
made = appeals.draft_appeal(content=Content(kind="identify", title={title!r}, what_happened="x", we_ask="Who?", place="Quay", shows_people=False,
    purpose="a", necessity="b", proportionality="c", review_on=date.today() + timedelta(days=30)), by=nora)
appeals.submit_appeal(appeal_id=made.pk, by=nora)
appeals.approve_appeal(appeal_id=made.pk, by=imogen)
site.publish_appeal(appeal_id=made.pk, by=nora)
print(made.reference, flush=True)
input()
site.take_down_appeal(appeal_id=made.pk, reason="Found.", by=imogen)
print("down", flush=True)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=house.place,
        env={**house.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
    )  # fmt: skip
    with child:
        assert child.stdout
        assert child.stdin
        reference = child.stdout.readline().strip()
        assert ask(web.tls, f"/appeals/{reference}/").status == 200
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline().strip() == "down"
        begun = time.monotonic()
        answer = ask(web.tls, f"/appeals/{reference}/")
        while answer.status != 410 and time.monotonic() - begun < 1:
            answer = ask(web.tls, f"/appeals/{reference}/")
        assert answer.status == 410
        assert time.monotonic() - begun < 1
    assert title not in ask(web.tls, "/appeals/").body
    assert answer.all("cache-control") == ["no-store"]


def test_without_the_tip_pages_the_other_ways_to_reach_us_are_shown(web: WebServer, house: House) -> None:
    link = house.run / "public.sock"
    before = link.readlink()
    link.unlink()
    try:
        answer = ask(web.tls, "/t/new/start")
        assert answer.status == 503
        assert answer.all("retry-after") == ["60"]
        assert "<h1" in answer.body
        assert ask(web.tls, APPEAL).status == 200
    finally:
        link.symlink_to(before)
