"""Run in a process of its own, with HUE_HOME set: an agency, its programme, its people, and one public appeal.

Arguments: address and secret of the simulated network, or nothing. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from hueandcry.agencies import auth  # noqa: E402
from hueandcry.agencies.models import Person  # noqa: E402
from hueandcry.agencies.roles import Role  # noqa: E402
from hueandcry.appeals import actions as appeals  # noqa: E402
from hueandcry.appeals import picture_actions  # noqa: E402
from hueandcry.channels.actions import register_account  # noqa: E402
from hueandcry.cli.database import migrate  # noqa: E402
from hueandcry.publicsite import actions  # noqa: E402
from tests.factories import PASSWORD, make_actor, make_person  # noqa: E402
from tests.factories_appeals import content, picture  # noqa: E402
from tests.helpers_tips import make_ready_programme  # noqa: E402

for folder in (settings.HUE_HOME, settings.HUE_RUN, settings.HUE_LOGS, settings.HUE_SITE):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
migrate()
programme = make_ready_programme(host="localhost")
agency = programme.force
author = make_actor(agency, Role.AUTHOR, name="Nora Vance")
approver = make_actor(agency, Role.APPROVER, name="Ife Okafor")
officer = make_person(
    agency, Role.AUTHOR, Role.APPROVER, name="Dana Whitlock", email="whitlock@port-ellery.example"
)
if len(sys.argv) > 1:
    register_account(
        channel="simulated", handle="ellery", label="Main account", server_url=sys.argv[1],
        secret={"secret": sys.argv[2]}, by=make_actor(agency, Role.ADMINISTRATOR),
    )  # fmt: skip
appeal = appeals.draft_appeal(content=content(), reference="PE-2418", by=author)
picture_actions.add_picture(
    appeal_id=appeal.pk,
    data=picture(),
    file_name="camera.jpg",
    alt="A drawn figure",
    caption="Dock Street",
    by=author,
)
appeal.refresh_from_db()
appeals.submit_appeal(appeal_id=appeal.pk, by=author)
appeals.approve_appeal(appeal_id=appeal.pk, by=approver)
_appeal, shown = actions.publish_appeal(appeal_id=appeal.pk, by=author)
print(  # noqa: T201 - read by house.py
    json.dumps(
        {
            "appeal": f"/appeals/{appeal.reference}/",
            "programme_id": programme.agency.pk,
            "agency_id": agency.pk,
            "author_id": int(author.ref.partition(":")[2]),
            "approver_id": int(approver.ref.partition(":")[2]),
            "tip_officer": programme.officer_seed.hex(),
            "email": officer.email,
            "password": PASSWORD,
            "totp": auth.open_totp(bytes(Person.objects.get(pk=officer.pk).totp_sealed or b"")),
        }
    )
)
