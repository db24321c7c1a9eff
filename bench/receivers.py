"""The far ends of the lists, for the storm: a mail server, an SMS gateway (Kannel's sendsms) and a push service.

They keep what they were handed, and fail at random as asked: take it or not and give no answer, take it or not and have
an error of their own, ask us to come back, answer late.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from hueandcry.kernel.webpush import base64url, public_point
from tests.servers.smtp import MailServer

MARK = re.compile(r"Post \d+")
AUTH = bytes(range(16))  # of every browser: nobody opens these messages
HTTP = ("drop_after", "drop_before", "error_after", "error_before", "busy", "slow")
WAYS = {"email_list": ("drop_after", "busy"), "sms_list": HTTP, "push_list": HTTP}
LOSSY = {"drop_after", "drop_before", "error_after", "error_before"}  # after these nobody can tell
LATE = 0.5  # seconds


class Receivers:
    """people: so many on each list. struck: how often each list was left without an answer."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.mail = MailServer().start()
        self.web = _Web()
        self.asked: Counter[str] = Counter()
        threading.Thread(target=self.web.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """host:port of gateway and push service."""
        return f"127.0.0.1:{self.web.server_port}"

    def environment(self) -> dict[str, str]:
        """What a worker needs to reach them."""
        return {
            "HUE_SMTP_HOST": "127.0.0.1",
            "HUE_SMTP_PORT": str(self.mail.port),
            "HUE_SMTP_TLS": "no",
            "HUE_MAIL_FROM": "alerts@port-ellery.example",
            "HUE_MAIL_BOUNCES": "bounces@port-ellery.example",
            "HUE_SMS_URL": f"http://{self.address}",
            "HUE_SMS_FROM": "5550100",
            "HUE_PUSH_CONTACT": "mailto:it@port-ellery.example",
            "HUE_PUSH_SERVICES": self.address,
        }

    def subscribers(self) -> dict[str, list[str]]:
        """An address for each person, by list."""
        point = base64url(public_point(ec.generate_private_key(ec.SECP256R1())))
        numbers = range(self.people)
        return {
            "email_list": [f"p{number}@harbour.example" for number in numbers],
            "sms_list": [f"+4477009{number:05d}" for number in numbers],
            "push_list": [
                f"http://{self.address}/push/{number}\n{point}\n{base64url(AUTH)}" for number in numbers
            ],
        }

    def fail_at_random(self, chance: random.Random) -> None:
        """One way to fail for the next call or two of one list."""
        medium = chance.choice(list(WAYS))
        ways = [chance.choice(WAYS[medium])] * chance.randint(1, 2)
        (self.mail.next if medium == "email_list" else self.web.next[medium]).extend(ways)
        self.asked[medium] += sum(way in LOSSY for way in ways)

    def work_properly(self) -> None:
        """No faults."""
        for waiting in (self.mail.next, *self.web.next.values()):
            waiting.clear()

    def seen(self) -> Counter[tuple[str, str, str]]:
        """How often each person has each thing: (list, address, mark of the post, or topic of a notification).

        A browser shows what has the same topic in the place of the first (RFC 8030 section 5.4), so it counts once.
        """
        found: Counter[tuple[str, str, str]] = Counter()
        for letter in self.mail.letters:
            if marked := MARK.search(str(letter.mail["Subject"]) + letter.mail.get_content()):
                found["email_list", letter.to, marked[0]] += 1
        for number, text in self.web.texts:
            if marked := MARK.search(text):
                found["sms_list", number, marked[0]] += 1
        for path, topic in set(self.web.pushed):
            found["push_list", path, topic] += 1
        return found

    def stop(self) -> None:
        """End them."""
        self.mail.stop()
        self.web.shutdown()
        self.web.server_close()


class _Web(ThreadingHTTPServer):
    """next: how the coming calls of each list end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.texts: list[tuple[str, str]] = []
        self.pushed: list[tuple[str, str]] = []
        self.next: dict[str, deque[str]] = {"sms_list": deque(), "push_list": deque()}

    def way(self, medium: str) -> str:
        """How this call ends; "" well."""
        try:
            return self.next[medium].popleft()
        except IndexError:
            return ""


class _Take(BaseHTTPRequestHandler):
    server: _Web

    def do_GET(self) -> None:
        """A text message."""
        given = parse_qs(urlsplit(self.path).query)
        self._end("sms_list", 202, lambda: self.server.texts.append((given["to"][0], given["text"][0])))

    def do_POST(self) -> None:
        """A notification."""
        self.rfile.read(int(self.headers["Content-Length"]))
        kept = (self.path, self.headers["Topic"])
        self._end("push_list", 201, lambda: self.server.pushed.append(kept))

    def _end(self, medium: str, status: int, keep: Any) -> None:
        way = self.server.way(medium)
        if way == "busy":
            self._say(429 if medium == "push_list" else 503)
            return
        if not way.endswith("_before"):
            keep()
        if way.startswith("drop"):
            self.close_connection = True
            self.connection.close()
            return
        time.sleep(LATE if way == "slow" else 0)
        self._say(500 if way.startswith("error") else status)

    def _say(self, status: int) -> None:
        body = json.dumps({"status": status}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "2")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Nothing."""
