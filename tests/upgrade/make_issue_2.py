"""Made `issue-2.tar.xz`. Run with the code of that time, in a checkout of it; kept to show what is in the archive.

    HUE_HOME=data PYTHONPATH=checkout python make_issue_2.py OUT

`hue init` has run before with the answers of tests/servers/stack.py. Works through the product's own actions, as
the people would, and writes what they knew into OUT/known.json.
"""

# ruff: noqa: E402, FBT002, PLR0917
from __future__ import annotations

import base64
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hueandcry.settings.worker")
django.setup()

import pyotp
from django.conf import settings

from hueandcry.agencies import actions as people
from hueandcry.agencies import auth, queries
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions as appeals
from hueandcry.appeals.content import Content
from hueandcry.assets.preparing import prepare
from hueandcry.channels.actions import name_steward, register_account
from hueandcry.demo.drawing import draw
from hueandcry.jobs.runner import run_once
from hueandcry.kernel import clock, sealing
from hueandcry.kernel.actor import Permission, system
from hueandcry.publicsite import actions as site
from hueandcry.records.seals import seal_everything
from hueandcry.simnet.store import Store
from hueandcry.tips import actions as tips
from hueandcry.tips import codes, envelope, intake, passphrase
from hueandcry.tips import queries as tip_queries

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
known: dict = {"password": PASSWORD, "totp": {}, "passphrases": {}, "tips": {}}


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
    """A key as the officer's browser makes it."""
    seed, words = sealing.new_seed(), passphrase.new_passphrase()
    tips.register_desk_key(
        public_key=sealing.public_key(seed),
        wrapped_private=passphrase.close_desk_seed(seed, passphrase=words),
        label="Office laptop",
        by=actor,
    )
    known["passphrases"][actor.name] = words


def appeal(author, approver, title, picture, ask):
    """Written by one, approved by another, published with its page and its announcements."""
    made = appeals.draft_appeal(
        content=Content(
            kind="identify",
            title=title,
            what_happened="Seen at Ferry Quay on Friday evening.",
            we_ask=ask,
            place="Ferry Quay",
            review_on=clock.now().date() + timedelta(days=3650),
            **WHY,
        ),
        by=author,
    )
    prepared = prepare(draw(picture))
    appeals.add_prepared_picture(
        appeal_id=made.pk,
        prepared=prepared,
        file_name=f"{picture}.png",
        alt="A person in a cap by the water.",
        caption="Ferry Quay, Friday",
        by=author,
    )
    appeals.submit_appeal(appeal_id=made.pk, by=author)
    appeals.approve_appeal(appeal_id=made.pk, by=approver)
    site.publish_appeal(appeal_id=made.pk, by=author)
    made.refresh_from_db()
    return made


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


def main():
    """Everything, in the order of a real first week."""
    police, programme = sorted(queries.agencies(), key=lambda one: one.kind)
    by_name = {}
    for agency, who in ((police, "police"), (programme, "programme")):
        for name, email, role in CAST[who]:
            by_name[name] = join(name, email, role, agency)
    nora, imogen, hadley = (by_name[name] for name in ("Nora Vance", "Imogen Castellane", "Hadley Moreau"))
    samira, benno = by_name["Samira Quist"], by_name["Benno Halvard"]
    network = Store(Path(settings.HUE_HOME) / "simnet")
    account = register_account(
        channel="simulated",
        handle="port-ellery",
        label="Port Ellery Police",
        server_url=f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}",
        secret={"secret": network.add_account("port-ellery", "Port Ellery Police")},
        by=hadley,
    )
    name_steward(account_id=account.pk, person_ref=nora.ref, person_name=nora.name, by=hadley)
    network.close()
    desk_key(samira)
    shown = appeal(nora, imogen, "Do you know this man?", "otis", "Who is he?")
    gone = appeal(nora, imogen, "Whose boat is this?", "lantern-2", "Who owns it?")
    run_once()
    tip("fresh", programme, shown.reference, "He sells eels at the fish market.")
    tip(
        "dialogue",
        programme,
        shown.reference,
        "A grey van waited for him.",
        samira,
        "Which day was that?",
        "Thursday, at dusk.",
    )
    desk_key(benno)  # later: the first tips are not open to him
    tip("closed", programme, gone.reference, "The boat belongs to my neighbour.", benno, closed=True)
    site.update_appeal(appeal_id=shown.pk, text="We have heard from two people. Thank you.", by=nora)
    site.take_down_appeal(appeal_id=gone.pk, reason="The owner was found.", by=imogen)
    appeals.draft_appeal(content=Content(kind="identify", title="A draft that waits"), by=nora)
    for _round in range(3):
        run_once()
    known["appeals"] = {"public": shown.reference, "withdrawn": gone.reference}
    known["seals"] = {note.note.split("\n")[0].rsplit("/", 1)[1]: note.note for note in seal_everything()}
    site.rebuild(by=system("operator", agency_id=police.pk))
    (Path(sys.argv[1]) / "known.json").write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


main()
