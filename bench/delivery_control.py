"""Small jobs of the `delivery` benchmark that need Django: each runs in a process of its own.

`setup`: tables, one agency, its accounts, the posts, due now. `states`: one line of JSON. `peer`: a worker as
job queues have it (a lease and a retry, but `createRecord` and no recovery), on the same rows and server.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from typing import Any


def setup() -> None:
    """Make everything through the product's own actions. Input: JSON on standard input."""
    from hueandcry.agencies.actions import create_agency
    from hueandcry.channels.actions import register_account
    from hueandcry.channels.models import Account
    from hueandcry.cli.database import migrate
    from hueandcry.kernel.actor import Permission, system
    from hueandcry.posts.actions import announce, page_is_up

    given = json.load(sys.stdin)
    migrate()
    rights = frozenset({Permission.AGENCY_MANAGE, Permission.PEOPLE_MANAGE, Permission.ACCOUNT_MANAGE})
    agency = create_agency(
        kind="agency",
        name="Port Ellery Police",
        slug="port-ellery",
        public_host="localhost",
        desk_host="desk.localhost",
        time_zone="Europe/London",
        languages=["en"],
        phone="555 0100",
        reference_prefix="PE",
        by=system("init", agency_id=0, permissions=rights),
    )
    by = system("bench", agency_id=agency.pk, permissions=rights)
    accounts = [
        register_account(
            channel=account.get("channel", "bluesky"),
            handle=account["handle"],
            label=account["handle"],
            server_url=account.get("server", given["server"]),
            secret=account.get("secret")
            or {"identifier": account["handle"], "password": account["password"]},
            by=by,
        ).pk
        for account in given["accounts"]
    ]
    Account.objects.update(due_at=None)  # health checks are not what is measured
    for number, text in enumerate(given["texts"]):
        announce(
            subject="appeal:1",
            text=text,
            link="http://localhost:8000/appeals/PE-1/",
            title="An appeal",
            picture=None,
            account_ids=[accounts[number % len(accounts)]],
            by=by,
        )
    page_is_up(subject="appeal:1", by=by)


def say() -> None:
    """Announce one text now; prints the post's id and the moment. Input: JSON of text, urgency, accounts (how many, 0: all)."""
    from hueandcry.agencies.models import Agency
    from hueandcry.channels.models import Account
    from hueandcry.jobs.sweep import Urgency
    from hueandcry.kernel import clock
    from hueandcry.kernel.actor import system
    from hueandcry.posts.actions import announce, page_is_up
    from hueandcry.posts.models import Post

    given = json.load(sys.stdin)
    by = system("bench", agency_id=Agency.objects.get().pk)
    accounts = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    wanted = accounts[:: max(1, len(accounts) // given["accounts"])] if given["accounts"] else accounts
    subject = f"appeal:{Post.objects.count() + 2}"
    post = announce(
        subject=subject,
        text=given["text"],
        link="http://localhost:8000/appeals/PE-1/",
        title="An appeal",
        picture=None,
        account_ids=wanted,
        urgency=Urgency[given["urgency"]],
        by=by,
    )
    begun = clock.now()
    page_is_up(subject=subject, by=by)
    print(json.dumps({"post": post.pk, "begun": begun.isoformat(), "deliveries": len(wanted)}))


def waited() -> None:
    """Seconds from a moment until each delivery of a post was acknowledged; null where it is not yet. Input: what `say` said."""
    from datetime import datetime

    from hueandcry.posts.models import Delivery

    given = json.load(sys.stdin)
    begun = datetime.fromisoformat(given["begun"])
    sent = Delivery.objects.filter(post_id=given["post"]).values_list("sent_at", flat=True)
    print(json.dumps([(at - begun).total_seconds() if at else None for at in sent]))


def states() -> None:
    """How many deliveries are in each state, as JSON."""
    from django.db.models import Count

    from hueandcry.posts.models import Delivery, DeliveryEdit

    rows = Delivery.objects.values_list("status").annotate(n=Count("pk"))
    print(json.dumps({**dict(rows), "edits": DeliveryEdit.objects.filter(status="waiting").count()}))


def peer() -> None:
    """Until killed: claim by lease, createRecord, mark as sent. A lease that ran out is simply sent again."""
    from hueandcry.channels.connector import Line
    from hueandcry.channels.lines import open_line
    from hueandcry.jobs.due import claim, settle
    from hueandcry.kernel import clock
    from hueandcry.posts.models import Delivery

    hold = timedelta(seconds=int(os.environ["HUE_DELIVERY_LEASE"]))
    lines: dict[int, Line] = {}
    while True:
        rows = Delivery.objects.filter(status="queued").select_related("account", "post").order_by("?")
        for row in claim(rows, limit=1, hold=hold):
            if row.account_id not in lines:
                lines[row.account_id] = _signed_in(
                    open_line(row.account, until=None, picture=lambda _d: b"")[1]
                )
            line = lines[row.account_id]
            body = {
                "$type": "app.bsky.feed.post",
                "text": row.post.text,
                "createdAt": clock.now().isoformat(),
            }
            answer = line.http.call(
                "POST",
                "/xrpc/com.atproto.repo.createRecord",
                headers={"Authorization": f"Bearer {line.session['access']}"},
                json={"repo": line.session["did"], "collection": "app.bsky.feed.post", "record": body},
            )
            if answer.status == 200:
                settle(row, status="sent", remote_id=str(answer.json()["uri"]), sent_at=clock.now())
        time.sleep(0.001)


def _signed_in(line: Any) -> Any:
    if not line.session:
        answer = line.http.call(
            "POST", "/xrpc/com.atproto.server.createSession", json=dict(line.secret)
        ).json()
        line.remember({"access": answer["accessJwt"], "refresh": answer["refreshJwt"], "did": answer["did"]})
    return line


if __name__ == "__main__":
    import django

    django.setup()
    jobs = (setup, say, waited, states, peer)
    {job.__name__: job for job in jobs}[sys.argv[1]]()
