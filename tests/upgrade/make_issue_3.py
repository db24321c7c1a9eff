"""Made `issue-3.tar.xz`. Run with the code of that time, in a checkout of it; kept to show what is in the archive.

    HUE_HOME=data HUE_SIMNET_PORT=… HUE_DELIVERY_THREADS=1 PYTHONPATH=checkout python make_issue_3.py OUT

`hue init` has run before with the answers of tests/servers/stack.py; its share sheets lie in OUT/shares. Works
through the product's own actions, as the people would, and writes what they knew into OUT/known.json.
"""

# ruff: noqa: E402, FBT002, PLR0917
from __future__ import annotations

import base64
import io
import json
import os
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hueandcry.settings.worker")
django.setup()

import pyotp
from django.conf import settings
from PIL import Image

from hueandcry.agencies import actions as people
from hueandcry.agencies import auth, queries
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions as appeals
from hueandcry.appeals import picture_actions as pictures
from hueandcry.appeals import update_actions as updates
from hueandcry.appeals.content import Content
from hueandcry.assets.preparing import prepare
from hueandcry.channels.actions import name_steward, register_account
from hueandcry.demo.drawing import draw
from hueandcry.jobs.runner import run_once
from hueandcry.kernel import clock, sealing
from hueandcry.kernel.actor import Permission, system
from hueandcry.posts.models import Delivery
from hueandcry.publicsite import actions as site
from hueandcry.records.seals import seal_everything
from hueandcry.simnet.store import Store
from hueandcry.simnet.web import server
from hueandcry.tips import actions as tips
from hueandcry.tips import (
    codes,
    envelope,
    founding,
    intake,
    key_actions,
    keylog,
    keyring,
    passphrase,
    recovery,
)
from hueandcry.tips import queries as tip_queries

OUT = Path(sys.argv[1])
NOW = clock.now()
PASSWORD = "tram-copper-otter-vivid"
CAST = {
    "police": [
        ("Nora Vance", "vance@port-ellery.example", Role.AUTHOR),
        ("Imogen Castellane", "castellane@port-ellery.example", Role.APPROVER),
        ("Hadley Moreau", "moreau@port-ellery.example", Role.ADMINISTRATOR),
        ("Tomas Reyes", "reyes@port-ellery.example", Role.ADMINISTRATOR),
    ],
    "programme": [
        ("Samira Quist", "quist@tips.example", Role.TIP_COORDINATOR),
        ("Benno Halvard", "halvard@tips.example", Role.TIP_COORDINATOR),
        ("Ellis Thornbury", "thornbury@tips.example", Role.ADMINISTRATOR),
    ],
}
WHY = {
    "purpose": "To find out who this is.",
    "necessity": "Three weeks of other enquiries have led nowhere.",
    "proportionality": "The matter is serious and the picture shows nobody else.",
}
known: dict = {"password": PASSWORD, "totp": {}, "passphrases": {}, "tips": {}, "appeals": {}, "posts": {}}


def join(name, email, role, agency):
    """Invite and join, as a person does; the code app's secret is kept."""
    by = system(
        "init",
        agency_id=agency.pk,
        permissions=frozenset({Permission.PEOPLE_MANAGE, Permission.AGENCY_MANAGE}),
    )
    invited = people.invite_person(name=name, email=email, roles={role}, by=by)
    secret = auth.open_totp(bytes(queries.open_invitation(invited.token).totp_sealed))
    people.join(token=invited.token, password=PASSWORD, code=pyotp.TOTP(secret).at(clock.now()))
    known["totp"][email] = secret
    return queries.actor_for(person_id=invited.person.pk, agency_id=agency.pk)


def desk_key(actor):
    """A key as the officer's browser makes it, with a passkey's lock; it waits. Returns it and its seed."""
    seed, words = sealing.new_seed(), passphrase.new_passphrase()
    key = key_actions.register_desk_key(
        public_key=sealing.public_key(seed),
        signing_public=sealing.ed25519_public(keylog.signing_seed(seed)),
        wrapped_private=passphrase.close_desk_seed(seed, passphrase=words),
        label="Office laptop",
        by=actor,
    )
    key_actions.add_key_lock(
        key_id=key.pk,
        credential_id=f"passkey-of-{key.pk}",
        wrapped=os.urandom(key_actions.PASSKEY_WRAPPED),
        by=actor,
    )
    known["passphrases"][actor.name] = words
    return key, seed


def approve_key(key, officer, officers_key, seed):
    """Signed in the browser of a colleague whose key is in force."""
    body = keylog.body(
        keyring.good_state(key.agency_id),
        act="add",
        by=officers_key.fingerprint,
        hour=founding.hour_text(),
        person=key.person_ref,
        name=key.person_name,
        label=key.label,
        fingerprint=key.fingerprint,
        key=keylog.digest_of_key(bytes(key.public_key)),
        signing=bytes(key.signing_public).hex(),
    )
    said = keylog.sign(body, seed=keylog.signing_seed(seed))
    key_actions.add_statement(body=said.body, signature=said.signature, by=officer)


def small(name):
    """A drawing of the demonstration, smaller: the archive stays small."""
    whole = Image.open(io.BytesIO(draw(name))).convert("RGB")
    whole.thumbnail((240, 240))
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def written(author, title, ask, *names):
    """A draft with its pictures."""
    made = appeals.draft_appeal(
        content=Content(
            kind="identify",
            title=title,
            what_happened="Seen at Ferry Quay on Friday evening.",
            we_ask=ask,
            place="Ferry Quay",
            review_on=NOW.date() + timedelta(days=3650),
            **WHY,
        ),
        by=author,
    )
    for name in names:
        pictures.add_prepared_picture(
            appeal_id=made.pk,
            prepared=prepare(small(name)),
            file_name=f"{name}.png",
            alt="What was seen by the water.",
            caption="Ferry Quay, Friday",
            by=author,
        )
    return made


def public(author, approver, made, accounts):
    """Submitted, approved by another, published with its page and its announcements. Returns its reference."""
    appeals.submit_appeal(appeal_id=made.pk, by=author)
    appeals.approve_appeal(appeal_id=made.pk, by=approver)
    site.publish_appeal(appeal_id=made.pk, by=author, account_ids=[account.pk for account in accounts])
    made.refresh_from_db()
    return made.reference


def work(ago):
    """What the worker does at that moment."""
    with clock.pretending(NOW - ago):
        for _round in range(3):
            run_once()


def tip(name, programme, appeal_ref, text, worker=None, reply="", answer="", closed=False):
    """A tip, taken and answered by its officer; the tipster's answer comes back."""
    filed = intake.begin_tip(
        programme_id=programme.pk,
        appeal_ref=appeal_ref,
        ticket=intake.new_ticket(),
        letter=envelope.Letter(text, {"where": "Ferry Quay"}),
    )
    number = codes.parse_number(filed.number)
    known["tips"][name] = {
        "number": number,
        "shown": filed.number,
        "code": filed.groups,
        "words": filed.words,
        "texts": [part for part in (text, reply, answer) if part],
    }
    if worker is None:
        return
    tips.open_tip(number=number, by=worker)
    tips.mark_read(number=number, position=1, by=worker)
    tips.take_tip(number=number, by=worker)
    if reply:
        sealed = tip_queries.sealed_tip(actor=worker, number=number)
        tips.reply_to_tipster(
            number=number,
            by=worker,
            sealed=envelope.seal_letter(
                envelope.Letter(reply),
                public=base64.b64decode(sealed.public_key),
                tip_id=sealed.tip_id,
                direction=envelope.Direction.FROM_DESK,
            ),
        )
    if answer:
        held = intake.return_to_dialogue(programme_id=programme.pk, number=filed.number, code=filed.groups)
        intake.send_message(
            programme_id=programme.pk, talk_pass=held.talk_pass, letter=envelope.Letter(answer)
        )
    if closed:
        tips.set_status(number=number, status="closed", by=worker)


@contextmanager
def network_up(store):
    """The simulated network answers."""
    running = server(store, "127.0.0.1", settings.HUE_SIMNET_PORT)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def accounts_of(store, administrator, steward):
    """Three accounts, each with a steward."""
    made = []
    for handle, label in (
        ("port-ellery", "Port Ellery Police"),
        ("pe-appeals", "Port Ellery Appeals"),
        ("pe-harbour", "Port Ellery Harbour"),
    ):
        account = register_account(
            channel="simulated",
            handle=handle,
            label=label,
            server_url=f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}",
            secret={"secret": store.add_account(handle, label)},
            by=administrator,
        )
        name_steward(
            account_id=account.pk, person_ref=steward.ref, person_name=steward.name, by=administrator
        )
        made.append(account)
    return made


def founded(programme, samira, benno):
    """A key put in force by the root, a tip, a second key approved by the holder of the first."""
    first_key, seed = desk_key(samira)
    sheets = sorted((OUT / "shares").glob("*.txt"))
    _programme, root = recovery.root_of([sheets[0], sheets[2]])
    founding.enrol(first_key, root=root, by=system("operator", agency_id=programme.pk))
    tip("before", programme, "", "He sells eels at the fish market.")
    approve_key(desk_key(benno)[0], samira, first_key, seed)  # the tip before is not open to him


def told(programme, samira, benno):
    """Two tips after the appeals were out."""
    tip(
        "dialogue",
        programme,
        known["appeals"]["public"]["reference"],
        "A grey van waited for him.",
        samira,
        "Which day was that?",
        "Thursday, at dusk.",
    )
    withdrawn = known["appeals"]["withdrawn"]["reference"]
    tip("closed", programme, withdrawn, "The boat belongs to my neighbour.", benno, closed=True)


def said(name, nora, imogen, title, shots, accounts):
    """An appeal that is public from now on; what was written down about it then."""
    made = written(nora, title, "Who knows more?", *shots)
    reference = public(nora, imogen, made, accounts)
    known["appeals"][name] = {"id": made.pk, "title": title, "reference": reference}
    return made


def appealed(store, nora, imogen, main, second):
    """One appeal that stands with two lines, one that was taken down, one that a network refused."""
    plan = (  # name, title, pictures, accounts, fault of the network, days ago
        ("public", "Do you know this man?", ("otis", "lantern-2"), (main, second), "", 6),
        ("withdrawn", "Whose boat is this?", (), (main,), "", 5),
        ("refused", "Have you seen this violin?", (), (second,), "refuse", 4),
    )
    made = {}
    for name, title, shots, accounts, fault, days in plan:
        with clock.pretending(NOW - timedelta(days=days)):
            made[name] = said(name, nora, imogen, title, shots, accounts)
        if fault:
            store.set_fault(fault, 1, 1)
        work(timedelta(days=days) - timedelta(minutes=1))
    with clock.pretending(NOW - timedelta(days=3)):
        shown = made["public"].pk
        line = updates.propose_update(
            appeal_id=shown, text="We have heard from two people. Thank you.", by=nora
        )
        site.approve_update(update_id=line.pk, by=imogen)
        updates.propose_update(appeal_id=shown, text="A line that waits.", by=nora)
        site.take_down_appeal(appeal_id=made["withdrawn"].pk, reason="The owner was found.", by=imogen)
    work(timedelta(days=2, hours=23))


def everything(store, police, programme):
    """In the order of a real first week."""
    by_name = {}
    with clock.pretending(NOW - timedelta(days=9)):
        for agency, who in ((police, "police"), (programme, "programme")):
            for name, email, role in CAST[who]:
                by_name[name] = join(name, email, role, agency)
    nora, imogen, hadley = (by_name[name] for name in ("Nora Vance", "Imogen Castellane", "Hadley Moreau"))
    samira, benno = by_name["Samira Quist"], by_name["Benno Halvard"]
    with clock.pretending(NOW - timedelta(days=8)):
        main, second, third = accounts_of(store, hadley, nora)
        known["accounts"] = {account.handle: account.pk for account in (main, second, third)}
        founded(programme, samira, benno)
    with network_up(store):
        appealed(store, nora, imogen, main, second)
        with clock.pretending(NOW - timedelta(days=2)):
            said("unknown", nora, imogen, "Who left this bicycle?", (), (third,))
        store.set_fault("error_after", 1, 1)
        work(timedelta(days=2) - timedelta(minutes=1))
    with clock.pretending(NOW - timedelta(days=1)):
        told(programme, samira, benno)
    settings.HUE_ALLOW_PRIVATE = []  # from now on the network cannot be reached
    work(timedelta(hours=1))  # nobody can look what became of the last one, so a person must
    waiting = written(nora, "Somebody must approve this", "Who is it?")
    appeals.submit_appeal(appeal_id=waiting.pk, by=nora)
    appeals.draft_appeal(content=Content(kind="identify", title="A draft that waits"), by=nora)
    said(
        "planned", nora, imogen, "Who saw the van on Monday?", (), (main,)
    )  # its post leaves ten seconds later


def main():
    """Everything, then the seals."""
    police, programme = sorted(queries.agencies(), key=lambda one: one.kind)
    store = Store(Path(settings.HUE_HOME) / "simnet")
    everything(store, police, programme)
    store.close()
    for row in Delivery.objects.order_by("pk"):
        known["posts"].setdefault(row.status, []).append(row.pk)
    known["seals"] = {note.note.split("\n")[0].rsplit("/", 1)[1]: note.note for note in seal_everything()}
    site.rebuild(by=system("operator", agency_id=police.pk))
    (OUT / "known.json").write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


main()
