"""Run with the new code and an old data directory: a first day at its desk. Prints what was met as JSON.

python tests/upgrade/walk.py known.json

Officers sign in with the password and code app of then and open every page that their desk offers and every appeal,
post and account of then. A new post is written, approved by somebody else and sent, and so is what was planned then.
"""

# ruff: noqa: E402, T201
from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

import pyotp
from django.conf import settings
from django.test import Client

from hueandcry.agencies.models import Agency
from hueandcry.channels.models import Account
from hueandcry.health.databases import waiting_migrations
from hueandcry.jobs.runner import run_once
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.tasks import deliver_due
from hueandcry.publicsite import actions as site
from hueandcry.publicsite.build import current
from hueandcry.simnet.store import Store
from hueandcry.simnet.web import server

TEXT = "Mill Lane is closed both ways until about 14:00."
OFFICERS = {
    "author": "vance@port-ellery.example",
    "approver": "castellane@port-ellery.example",
    "administrator": "moreau@port-ellery.example",
    "coordinator": "quist@tips.example",
}


def signed_in(known: dict[str, Any], email: str) -> Client:
    """A browser of this officer."""
    browser = Client(SERVER_NAME="desk.localhost", raise_request_exception=False)
    code = pyotp.TOTP(known["totp"][email]).now()
    given = {"email": email, "password": known["password"], "code": code}
    assert browser.post("/desk/sign-in/", given).status_code == 302, email
    return browser


def pages(browser: Client, more: list[str], seen: dict[str, int]) -> None:
    """Open what the rail of Today offers, and more; path → status for those that nobody has opened yet."""
    rail = browser.get("/desk/").content.decode().partition('id="rail"')[2].partition("</nav>")[0]
    for path in [*re.findall(r'href="(/desk/[^"#?]*)"', rail), *more]:
        if path not in seen:
            seen[path] = browser.get(path).status_code


def walked(browsers: dict[str, Client], known: dict[str, Any]) -> dict[str, int]:
    """Every page of then for whom it is made."""
    seen: dict[str, int] = {}
    of_then = [f"/desk/appeals/{one['reference']}/" for one in known["appeals"].values()]
    of_then += [f"/desk/posts/{number}/" for number in Post.objects.values_list("pk", flat=True)]
    accounts = [f"/desk/accounts/{number}/" for number in known["accounts"].values()]
    tips = [f"/desk/tips/{tip['number']}/" for tip in known["tips"].values()]
    pages(browsers["author"], [*of_then, "/desk/unconfirmed/"], seen)
    pages(browsers["approver"], [], seen)
    pages(browsers["administrator"], accounts, seen)
    pages(browsers["coordinator"], tips, seen)
    return seen


def posted(browsers: dict[str, Client], account: int) -> Post:
    """A new post, written by one and approved by another."""
    form = {"kind": "news", "audience": "public", "text": TEXT, "urgency": "2", "do": "go"}
    written = browsers["author"].post("/desk/compose/", {**form, "accounts": [str(account)]})
    post = Post.objects.latest("pk")
    assert post.status == "submitted", written.content.decode()
    assert TEXT in browsers["approver"].get("/desk/approvals/").content.decode()
    browsers["approver"].post(f"/desk/posts/{post.pk}/approve/", {"revision": post.revision, "from": "list"})
    return post


@contextmanager
def network() -> Iterator[Store]:
    """The simulated network of then answers; only its port differs."""
    Account.objects.update(server_url=f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}")
    store = Store(Path(settings.HUE_HOME) / "simnet")
    running = server(store, "127.0.0.1", settings.HUE_SIMNET_PORT)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield store
    finally:
        running.shutdown()
        thread.join()
        running.server_close()
        store.close()


def send_what_was_planned() -> None:
    """The worker goes on where it was stopped, at the moment that was meant."""
    due = Delivery.objects.get(status="queued").due_at
    assert due is not None
    with clock.pretending(due + timedelta(seconds=1)):
        deliver_due()


def released() -> dict[str, str]:
    """The pages of the public site, built anew."""
    site.rebuild(by=system("operator", agency_id=0), refresh=True)
    release = current()
    assert release is not None
    return {
        str(page.relative_to(release.folder)): page.read_text() for page in release.folder.rglob("*.html")
    }


def main() -> None:
    """A first day."""
    known: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    met: dict[str, Any] = {"waiting": [str(step) for step in waiting_migrations()]}
    with network() as store:
        send_what_was_planned()
        browsers = {role: signed_in(known, email) for role, email in OFFICERS.items()}
        met["pages"] = walked(browsers, known)
        met["unconfirmed"] = browsers["author"].get("/desk/unconfirmed/").content.decode()
        new = posted(browsers, known["accounts"]["port-ellery"])
        with clock.pretending(clock.now() + timedelta(minutes=1)):
            run_once()
        met["network"] = [post["text"].partition("\n")[0] for post in store.posts()]
    met["new"] = list(Delivery.objects.filter(post=new).values_list("status", flat=True))
    met["deliveries"] = dict(Delivery.objects.exclude(post=new).values_list("pk", "status"))
    met["gates"] = list(Agency.objects.values_list("requires_training", flat=True))
    met["release"] = released()
    print(json.dumps(met))


main()
