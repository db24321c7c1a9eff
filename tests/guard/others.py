"""Things of another agency, made for real, to be asked for by somebody who must not see them.

A route about a new kind of thing needs a maker here; without it tests/guard/test_routes.py fails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.appeals.picture_actions import remove_picture
from hueandcry.appeals.queries import pictures_of
from hueandcry.appeals.update_actions import propose_update
from hueandcry.channels.actions import register_account
from hueandcry.channels.import_actions import send_table
from hueandcry.channels.register_actions import add_holder
from hueandcry.desk.link_cards import picture_address
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.ids import ref
from hueandcry.lists.actions import add_subscriber, open_list
from hueandcry.lists.choices import Choices
from hueandcry.lists.models import Message, SlipAside
from hueandcry.matters.actions import hold_matter
from hueandcry.posts.models import Delivery, DeliveryEdit
from hueandcry.posts.queries import deliveries_about
from hueandcry.records import running
from hueandcry.records.actions import ask_for_export
from hueandcry.records.entry import Ledger, record
from hueandcry.requests import queries as request_queries
from hueandcry.series.actions import add_day
from hueandcry.tips.key_actions import add_key_lock
from hueandcry.tips.queries import my_keys
from tests.factories import make_actor, make_person, make_programme
from tests.factories_appeals import Team
from tests.factories_learning import make_look, make_practice, make_question
from tests.factories_library import ask, make_partner, make_photograph, waiting_answer
from tests.factories_rules import brake, make_course, make_policy
from tests.factories_series import make_series
from tests.factories_staff import make_address, make_note
from tests.helpers_tips import make_ready_programme, send
from tests.lists.filled import fill_list
from tests.posts.helpers import Newsroom, jpeg


def _person(agency: Agency) -> dict[str, object]:
    return {"person_id": make_person(agency, Role.AUTHOR, name="Kit Roe").pk}


def _entry(agency: Agency) -> dict[str, object]:
    by = make_actor(agency, Role.AUTHOR, name="Kit Roe")
    with transaction.atomic():
        return {"entry_id": record(by=by, verb="appeal.edit", subject="appeal:1", body={"text": "theirs"})}


def _tips_entry(agency: Agency) -> dict[str, object]:
    by = make_actor(make_programme(agency=agency), Role.TIP_COORDINATOR, name="Kit Roe")
    with transaction.atomic(using="tips"):
        return {"entry_id": record(by=by, verb="tip.answer", subject="tip:1", ledger=Ledger.TIPS)}


def _export(agency: Agency) -> dict[str, object]:
    run = ask_for_export(by=make_actor(agency, Role.RECORD_KEEPER, name="Kit Roe"))
    while running.run_one():
        continue
    return {"run_id": run.pk}


def _account(agency: Agency) -> dict[str, object]:
    account = register_account(
        channel="simulated",
        handle="elsewhere",
        label="Elsewhere on the simulated network",
        server_url=f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}",
        secret={"secret": "a-secret-of-theirs"},
        by=make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe"),
    )
    return {"account_id": account.pk}


def _held_account(agency: Agency) -> dict[str, object]:
    person = _person(agency)
    account = _account(agency)
    by = make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")
    add_holder(account_id=int(str(account["account_id"])), person_id=int(str(person["person_id"])), by=by)
    return {**account, **person}


def _account_table(agency: Agency) -> dict[str, object]:
    data = b"network,handle,name\nsimulated,theirs,Theirs\n"
    return {"import_id": send_table(data=data, by=make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")).pk}


def _unit(agency: Agency) -> dict[str, object]:
    by = make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")
    return {"unit_id": add_unit(kind="station", name="Far Station", by=by).pk}


def _card_picture(agency: Agency) -> dict[str, object]:
    address = picture_address(blobs.put(b"theirs"), agency_id=agency.pk)
    return {"name": address.rpartition("/")[2]}


def _appeal(agency: Agency) -> dict[str, object]:
    return {"reference": Team(agency).draft().reference}


def _picture(agency: Agency) -> dict[str, object]:
    appeal = Team(agency).draft(pictures=1)
    (picture,) = pictures_of(appeal)
    name = picture.renditions[0].public_name
    return {"reference": appeal.reference, "picture_id": picture.id, "name": name}


def _removed_picture(agency: Agency) -> dict[str, object]:
    team = Team(agency)
    appeal = team.draft(pictures=1)
    (picture,) = pictures_of(appeal)
    removed = remove_picture(appeal_id=appeal.pk, picture_id=picture.id, by=team.author)
    return {"reference": appeal.reference, "removed_id": removed.pk}


def _line(agency: Agency) -> dict[str, object]:
    team = Team(agency)
    appeal = team.published()
    line = propose_update(appeal_id=appeal.pk, text="Theirs.", by=team.author)
    return {"reference": appeal.reference, "update_id": line.pk}


def _delivery(agency: Agency) -> dict[str, object]:
    _account(agency)
    team = Team(agency)
    appeal = team.published()
    (delivery,) = deliveries_about(subject=ref("appeal", appeal.pk), actor=team.author)
    return {"reference": appeal.reference, "delivery_id": delivery.id}


def _post(agency: Agency) -> dict[str, object]:
    account = int(str(_account(agency)["account_id"]))
    post = Newsroom.written_by(agency, account_ids=[account])
    return {
        "post_id": post.pk,
        "name": post.pictures[0]["copies"][0]["name"],
        "delivery_id": Delivery.objects.get(post=post).pk,
    }


def _held_change(agency: Agency) -> dict[str, object]:
    row = Delivery.objects.get(pk=_post(agency)["delivery_id"])
    asked = {"request": {"text": "Theirs"}, "asked_at": clock.now(), "asked_by": "person:1"}
    edit = DeliveryEdit.objects.create(agency_id=agency.pk, delivery=row, status="held", **asked)
    return {"edit_id": edit.pk}


def _course(agency: Agency) -> dict[str, object]:
    return {"course_id": make_course(make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")).pk}


def _policy(agency: Agency) -> dict[str, object]:
    return {"policy_id": make_policy(make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")).policy_id}


def _brake(agency: Agency) -> dict[str, object]:
    return {"brake_id": brake(make_actor(agency, Role.LEADER, name="Kit Roe")).pk}


def _matter(agency: Agency) -> dict[str, object]:
    by = make_actor(agency, Role.LEADER, name="Kit Roe")
    row = hold_matter(title="Theirs", words=["Their matter"], reason="Theirs.", by=by)
    return {"matter_id": row.pk}


def _case(agency: Agency) -> dict[str, object]:
    return {"subject": f"appeal:{Team(agency).draft().pk}"}


def _rights(agency: Agency) -> dict[str, object]:
    return {"what": f"asset:{pictures_of(Team(agency).draft(pictures=1))[0].asset_id}"}


def _request(agency: Agency) -> dict[str, object]:
    row = ask(make_actor(agency, Role.AUTHOR, name="Kit Roe"), picture=jpeg())
    return {"request_id": row.pk, "name": request_queries.pictures_of(row)[0].small.public_name}


def _photograph(agency: Agency) -> dict[str, object]:
    return {"name": make_photograph(make_actor(agency, Role.AUTHOR, name="Kit Roe")).copies[0]["name"]}


def _answer(agency: Agency) -> dict[str, object]:
    return {"answer_id": waiting_answer(make_actor(agency, Role.AUTHOR, name="Kit Roe")).pk}


def _partner(agency: Agency) -> dict[str, object]:
    return {"partner_id": make_partner(make_actor(agency, Role.AUTHOR, name="Kit Roe")).pk}


def _tip(_agency: Agency) -> dict[str, object]:
    tip, _filed = send(make_ready_programme(host="elsewhere.example"))
    return {"number": tip.number}


def _desk_key(_agency: Agency) -> dict[str, object]:
    return {"key_id": my_keys(actor=make_ready_programme(host="elsewhere.example").officer)[0].pk}


def _key_lock(_agency: Agency) -> dict[str, object]:
    programme = make_ready_programme(host="elsewhere.example")
    key = my_keys(actor=programme.officer)[0]
    lock = add_key_lock(key_id=key.pk, credential_id="one", wrapped=bytes(60), by=programme.officer)
    return {"lock_id": lock.pk}


def _subscriber(agency: Agency) -> dict[str, object]:
    by = make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")
    open_list(medium="email_list", by=by)
    who = add_subscriber(
        medium="email_list", address="ada@harbour.example", choices=Choices(), consent="asked", by=by
    )
    return {"subscriber_id": who.pk}


def _held_message(agency: Agency) -> dict[str, object]:
    fill_list(by=make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe"))
    message = Message.objects.get(key=f"filled-{agency.pk}-1")
    Message.objects.filter(pk=message.pk).update(held_at=clock.now(), held_why="Paused")
    return {"message_id": message.pk}


def _slip_aside(agency: Agency) -> dict[str, object]:
    row = SlipAside.objects.create(agency=agency, name="1-a.slip", kind="ask", at=clock.now())
    return {"slip_id": row.pk}


def _series(agency: Agency) -> dict[str, object]:
    return {"series_id": make_series(make_actor(agency, Role.AUTHOR, name="Kit Roe")).pk}


def _own_day(agency: Agency) -> dict[str, object]:
    by = make_actor(agency, Role.AUTHOR, name="Kit Roe")
    return {"day_id": add_day(name="Open day", on=date(2026, 6, 6), days=1, yearly=True, by=by).pk}


def _look(agency: Agency) -> dict[str, object]:
    return {"look_id": make_look(make_actor(agency, Role.AUTHOR, name="Kit Roe")).pk}


def _question(agency: Agency) -> dict[str, object]:
    asker, expert = (make_actor(agency, Role.AUTHOR, name=name) for name in ("Kit Roe", "Ola Brandt"))
    return {"question_id": make_question(asker, expert).pk}


def _practice(agency: Agency) -> dict[str, object]:
    return {"practice_id": make_practice(make_actor(agency, Role.AUTHOR, name="Kit Roe")).pk}


def _staff_note(agency: Agency) -> dict[str, object]:
    return {"note_id": make_note(make_actor(agency, Role.AUTHOR, name="Kit Roe")).pk}


def _notice_address(agency: Agency) -> dict[str, object]:
    return {"address_id": make_address(agency.pk).pk}


# Beginning of the route → what makes the things it is about; the longest beginning that fits is taken.
MAKERS: dict[str, Callable[[Agency], dict[str, object]]] = {
    "desk/people/": _person,
    "desk/record/": _entry,
    "desk/record/export/": _export,
    "desk/record/tips/": _tips_entry,
    "desk/accounts/": _account,
    "desk/accounts/<int:account_id>/holders/<": _held_account,
    "desk/accounts/table/": _account_table,
    "desk/calendar/series/": _series,
    "desk/calendar/days/": _own_day,
    "desk/checks/": _account,
    "desk/units/": _unit,
    "desk/answers/": _answer,
    "desk/answers/help/": _partner,
    "desk/appeals/": _appeal,
    "desk/appeals/<slug:reference>/pictures/<": _picture,
    "desk/appeals/<slug:reference>/pictures/restore/": _removed_picture,
    "desk/appeals/<slug:reference>/lines/": _line,
    "desk/appeals/<slug:reference>/media/": _picture,
    "desk/appeals/<slug:reference>/deliveries/": _delivery,
    "desk/lists/subscribers/": _subscriber,
    "desk/lists/messages/": _held_message,
    "desk/lists/slips/": _slip_aside,
    "desk/me/page/media/": _photograph,
    "desk/policies/": _policy,
    "desk/posts/": _post,
    "desk/compose/": _post,
    "desk/cards/": _card_picture,
    "desk/experts/": _question,
    "desk/experts/people/": _person,
    "desk/practice/": _practice,
    "desk/second-looks/": _look,
    "desk/requests/": _request,
    "desk/staff/notes/": _staff_note,
    "desk/staff/notices/": _notice_address,
    "desk/staff/posts/": _post,
    "desk/rules/brakes/": _brake,
    "desk/rules/matters/": _matter,
    "desk/cases/": _case,
    "desk/rights/": _rights,
    "desk/rules/held/": _delivery,
    "desk/rules/held/changes/": _held_change,
    "desk/tips/": _tip,
    "desk/tips/keys/": _desk_key,
    "desk/tips/keys/locks/": _key_lock,
    "desk/training/": _person,
    "desk/training/courses/": _course,
}

# What a whole request to a route carries, where an empty one is refused before anything is looked for.
BODIES: dict[str, dict[str, object]] = {
    "desk/tips/<slug:number>/read/": {"position": 1},
    "desk/tips/<slug:number>/reply/": {"sealed": "AAAA"},
    "desk/tips/<slug:number>/share/": {"wraps": {}},
    "desk/tips/<slug:number>/assign/": {"to": "person:1", "wraps": {}, "only": False},
    "desk/tips/<slug:number>/status/": {"status": "working"},
}
# The same for plain forms; {names} are filled in.
FORMS: dict[str, dict[str, str]] = {
    "desk/checks/<int:account_id>/": {"outcome": "fine"},
    "desk/appeals/<slug:reference>/deliveries/<int:delivery_id>/settle/": {
        "delivery-{delivery_id}-landed": "no"
    },
    "desk/posts/<int:post_id>/deliveries/<int:delivery_id>/settle/": {"delivery-{delivery_id}-landed": "no"},
}


def things_of(agency: Agency, route: str) -> dict[str, object]:
    """Values for every argument of a route, naming things of this agency (of tips: of a programme elsewhere)."""
    fitting = [start for start in MAKERS if route.startswith(start)]
    assert fitting, f"tests/guard/others.py has no maker for {route}"
    return MAKERS[max(fitting, key=len)](agency)
