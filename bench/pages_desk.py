"""The desk of the `pages` benchmark, made in a process of its own: a scene with something on every page, then a large one.

`small` makes tests/walks/scene.py and tells every page of it with whoever may open it, and how each of them signs in;
`large` adds a register of 150 accounts and 350 people, and thousands of posts, requests, answers, subscribers and entries.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

ACCOUNTS, PEOPLE, POSTS = 150, 350, 4_000
REQUESTS, ANSWERS, SUBSCRIBERS, MESSAGES, ENTRIES, UNITS = 200, 120, 3_000, 120, 6_000, 40
NETWORKS = ("bluesky", "mastodon", "facebook", "x", "simulated")
TOPICS = ("traffic", "prevention", "meetings", "missing")
DAY = timedelta(days=1)


def small() -> None:
    """Prints JSON: pages, as (route, who, path), and people, as sign-in by name."""
    from django.conf import settings

    from hueandcry.agencies import auth
    from hueandcry.agencies.models import Person
    from hueandcry.cli.database import migrate
    from tests.factories import PASSWORD
    from tests.walks.scene import EXAMPLES, Scene

    for folder in (settings.HUE_HOME, settings.HUE_RUN, settings.HUE_LOGS, settings.HUE_SITE):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate()
    scene = Scene()
    pages = [(route, who, path(scene)) for route, (who, path) in EXAMPLES.items()]
    who = {"approver": scene.approver, "keeper": scene.keeper, "coordinator": scene.coordinator}
    who["record"] = scene.record_keeper()
    people = {}
    for name, person in who.items():
        row = Person.objects.get(pk=person.pk)
        code = auth.open_totp(bytes(row.totp_sealed or b""))
        people[name] = {"email": row.email, "password": PASSWORD, "totp": code}
    print(json.dumps({"pages": pages, "people": people, "agency": scene.programme.force.pk}))


def large() -> None:
    """Input: JSON of agency. Prints JSON: names, of every account that was added, with its page."""
    from hueandcry.agencies.models import Agency
    from hueandcry.kernel import clock

    agency = Agency.objects.get(pk=json.load(sys.stdin)["agency"])
    now = clock.now()
    people = _people(agency, now)
    accounts = _accounts(agency, people, now)
    _posts(agency, accounts, people, now)
    _library(agency, now)
    _lists(agency, now)
    _record(agency)
    _analyse()
    print(json.dumps({"names": [[row.label, f"/desk/accounts/{row.pk}/"] for row in accounts]}))


def _people(agency: Any, now: datetime) -> list[Any]:
    from hueandcry.agencies.models import Course, Membership, Person, Training
    from hueandcry.agencies.roles import Role

    made = Person.objects.bulk_create(
        Person(
            name=f"Cst. {FIRST[n % 20]} {LAST[n // 20]}",
            email=f"officer{n}@port-ellery.example",
            joined_at=now,
        )
        for n in range(PEOPLE)
    )
    roles = (Role.STEWARD, Role.AUTHOR, Role.APPROVER)
    Membership.objects.bulk_create(
        Membership(person=each, agency=agency, role=roles[n % 3], started_at=now)
        for n, each in enumerate(made)
    )
    course = Course.objects.filter(agency=agency).first()
    if course is not None:
        Training.objects.bulk_create(
            Training(
                agency=agency,
                person=each,
                course=course,
                passed_on=now.date() - 30 * DAY,
                expires_on=now.date() + (n % 400) * DAY,
                recorded_by="person:1",
                recorded_at=now,
            )
            for n, each in enumerate(made)
        )
    return made


def _accounts(agency: Any, people: list[Any], now: datetime) -> list[Any]:
    from hueandcry.agencies.models import Unit
    from hueandcry.channels.models import Account, Holder, Look, ProfileCheck, Steward, Watch

    units = Unit.objects.bulk_create(
        Unit(
            agency=agency,
            kind="station",
            name=f"{LAST[n % 18]} {n} Station",
            slug=f"station-{n}",
            area="Quays",
        )
        for n in range(UNITS)
    )
    rows = Account.objects.bulk_create(
        Account(
            agency=agency,
            channel=NETWORKS[n % len(NETWORKS)],
            handle=f"pe-{n}",
            label=f"{LAST[n % 18]} {n // 18} {KINDS[n % len(KINDS)]}",
            server_url=f"https://{NETWORKS[n % len(NETWORKS)]}.example",
            registered_at=now - 400 * DAY,
            checked_at=now,
            unit=units[n % UNITS],
            face=people[n].name,
            topics=[TOPICS[n % 4]],
            every_days=7,
            mode="free" if n % 3 else "two_person",
            status="needs_attention" if n % 25 == 24 else "active",
            problem="The network does not accept our credential any more." if n % 25 == 24 else "",
        )
        for n in range(ACCOUNTS)
    )
    pairs = list(enumerate(rows))
    Holder.objects.bulk_create(
        Holder(agency=agency, account=row, person=people[(n * 2 + more) % PEOPLE], begun_at=now)
        for n, row in pairs
        for more in range(3)
    )
    Steward.objects.bulk_create(
        Steward(
            agency=agency,
            account=row,
            part=part,
            person_ref=f"person:{people[n].pk}",
            person_name=people[n].name,
            named_at=now,
        )
        for n, row in pairs
        for part in ("first", "second")
    )
    ProfileCheck.objects.bulk_create(
        ProfileCheck(agency=agency, account=row, state="drift" if n % 20 == 0 else "same", checked_at=now)
        for n, row in pairs
    )
    today = now.date()
    Watch.objects.bulk_create(
        Watch(agency=agency, account=row, every_days=10, next_on=today + (n % 12 - 4) * DAY)
        for n, row in pairs
    )
    Look.objects.bulk_create(
        Look(
            agency=agency,
            account=row,
            by_ref="person:1",
            by_name="Petra Solway",
            at=now - n * DAY,
            outcome="fine",
        )
        for n, row in pairs
    )
    return rows


def _posts(agency: Any, accounts: list[Any], people: list[Any], now: datetime) -> None:
    """Most are out, each on two accounts; some are drafts, wait for approval, are planned, or nobody knows."""
    from hueandcry.posts.models import Delivery, Post, PostRevision

    states = ["announced"] * 90 + ["draft"] * 3 + ["submitted"] * 2 + ["approved"] * 3 + ["withdrawn"] * 2
    made = []
    for n in range(POSTS):
        state, at = states[n % 100], now - (n % 360) * DAY - (n % 24) * timedelta(hours=1)
        author = f"person:{people[n % PEOPLE].pk}"
        made.append(
            Post(
                agency=agency,
                subject=f"post:{n}",
                text=f"Notice {n}: lock your bicycle twice, and tell us what you saw on {LAST[n % 18]} Road.",
                status=state,
                kind="news",
                author_ref=author,
                writers=[author],
                approved_by="person:1" if state in {"announced", "withdrawn", "approved"} else "",
                created_at=at,
                edited_at=at,
                topics=[TOPICS[n % 4]],
                account_ids=[accounts[n % ACCOUNTS].pk, accounts[(n * 7 + 1) % ACCOUNTS].pk],
                scheduled_at=now + (1 + n % 30) * DAY if state == "approved" else None,
                zone="Europe/London",
                submitted_at=None if state == "draft" else at,
                announced_at=at if state in {"announced", "withdrawn"} else None,
            )
        )
    posts = Post.objects.bulk_create(made)
    Post.objects.filter(agency=agency).exclude(subject__startswith="appeal:").update(subject=_own_subject())
    PostRevision.objects.bulk_create(
        PostRevision(
            agency=agency, post=row, revision=1, what="submitted", content={"text": row.text}, at=row.created_at,
            by_ref=row.author_ref, decision="" if row.status == "submitted" else "approved", decided_at=row.created_at,
        )
        for row in posts
        if row.status != "draft"
    )  # fmt: skip
    Delivery.objects.bulk_create(
        _delivery(agency, row, account, n, now)
        for n, row in enumerate(posts)
        if row.announced_at
        for account in row.account_ids
    )


def _own_subject() -> Any:
    from django.db.models import CharField, F, Value
    from django.db.models.functions import Cast, Concat

    return Concat(Value("post:"), Cast(F("pk"), CharField()))


def _delivery(agency: Any, post: Any, account_id: int, number: int, now: datetime) -> Any:
    from hueandcry.posts.models import Delivery

    status = "unconfirmed" if number % 200 == 199 else "failed" if number % 150 == 149 else "sent"
    sent = {"remote_id": f"r{number}-{account_id}", "sent_at": post.announced_at} if status == "sent" else {}
    return Delivery(
        agency=agency,
        post=post,
        account_id=account_id,
        key=f"bench-{number}-{account_id}",
        status=status,
        frozen_request={"text": post.text},
        tried_at=post.announced_at or now,
        attempts=1,
        **sent,
    )


def _library(agency: Any, now: datetime) -> None:
    """Requests of units, and answers."""
    from hueandcry.agencies.models import Unit
    from hueandcry.agencies.policies import not_acknowledged
    from hueandcry.agencies.roles import Role
    from hueandcry.requests.models import UnitRequest
    from tests.factories import make_actor
    from tests.factories_library import approved_answer, ask
    from tests.factories_rules import acknowledge, number_of

    unit = Unit.objects.filter(agency=agency, closed_at__isnull=True).values_list("pk", flat=True)[0]
    pattern = ask(make_actor(agency, Role.ADMINISTRATOR), unit_id=unit)
    fields = [field.attname for field in UnitRequest._meta.concrete_fields if not field.primary_key]
    UnitRequest.objects.bulk_create(
        UnitRequest(
            **{
                **{name: getattr(pattern, name) for name in fields},
                "title": f"Wish {n}",
                "sent_at": now - n * DAY,
            }
        )
        for n in range(REQUESTS)
    )
    author, decider = (make_actor(agency, Role.AUTHOR, Role.APPROVER) for _n in range(2))
    for each in (author, decider):
        for wording in not_acknowledged(person_id=number_of(each), agency_id=agency.pk):
            acknowledge(wording, each)
    for n in range(ANSWERS):
        approved_answer(author, decider, question=f"What about number {n}?", topic=TOPICS[n % 4])


def _lists(agency: Any, now: datetime) -> None:
    from hueandcry.lists import vault
    from hueandcry.lists.choices import Level, pack
    from hueandcry.lists.models import Message, Sending, Subscriber, SubscriberList

    row = SubscriberList.objects.get(agency=agency, medium="email_list")
    people = Subscriber.objects.bulk_create(
        Subscriber(
            agency=agency, list=row, mark=f"{n:064x}", sealed=vault.close(row.pk, f"reader{n}@harbour.example"),
            status="active", levels=pack(Level.values), asked_at=now, confirmed_at=now,
        )
        for n in range(SUBSCRIBERS)
    )  # fmt: skip
    messages = Message.objects.bulk_create(
        Message(
            agency=agency, list=row, key=f"bench-{n}", level="amber", title=f"Message {n}", text="Words.", people=100,
            status="done", taken_at=now - n * DAY, ended_at=now - n * DAY,
        )
        for n in range(MESSAGES)
    )  # fmt: skip
    Sending.objects.bulk_create(
        Sending(agency=agency, message=one, subscriber=who, status="sent", urgency=1, tried_at=now)
        for one in messages
        for who in people[:100]
    )


def _record(agency: Any) -> None:
    from django.db import transaction

    from hueandcry.kernel.actor import Actor
    from hueandcry.records.entry import Ledger, record
    from hueandcry.records.numbering import number_all

    by = Actor("person:1", "Petra Solway", agency.pk)
    with transaction.atomic():
        for n in range(ENTRIES):
            record(by=by, verb="post.save", subject=f"post:{n % POSTS + 1}", body={"text": "Lock it twice."})
    number_all(Ledger.MAIN)


def _analyse() -> None:
    """What the database does by itself within minutes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


FIRST = (
    "Ada", "Bo", "Cleo", "Dov", "Esme", "Finn", "Greta", "Hal", "Ines", "Jory",
    "Kit", "Lio", "Mara", "Nils", "Oda", "Per", "Quin", "Rosa", "Sten", "Tove",
)  # fmt: skip
LAST = (
    "Abara", "Brandt", "Castell", "Dunmore", "Eastfield", "Farrow", "Gower", "Harbour", "Imrie",
    "Jessop", "Kestrel", "Lindqvist", "Mill", "Norrland", "Okafor", "Prentice", "Quill", "Reyes",
)  # fmt: skip
KINDS = ("Station", "Traffic", "Neighbourhood Team", "Schools", "Cycling", "Night Shift", "Lost and Found")


if __name__ == "__main__":
    import django

    django.setup()
    {job.__name__: job for job in (small, large)}[sys.argv[1]]()
