"""Requests of units and answers of the library, made as people make them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hueandcry.answers import actions
from hueandcry.answers.models import Answer, Partner
from hueandcry.answers.partner_actions import Facts, add_partner, approve_partner
from hueandcry.answers.queries import today
from hueandcry.assets.models import Photograph
from hueandcry.assets.photograph_actions import put_photograph
from hueandcry.kernel.actor import Actor
from hueandcry.requests.actions import Sent, Wish, send_request
from hueandcry.requests.models import UnitRequest
from tests.factories_appeals import picture

TITLE = "Bicycles taken from Eastfield station"
TEXT = (
    "Five bicycles were taken from the racks at Eastfield station last week. Two locks are better than one."
)
QUESTION = "How do I report something that I lost?"
FORMAL = "Lost property can be reported at every station."
CONVERSATIONAL = "Tell us at any station: what, where, when."


def wish(**changes: Any) -> Wish:
    """What a unit asks for."""
    given: dict[str, Any] = {
        "title": TITLE,
        "text": TEXT,
        "reach": "People who leave a bicycle at the station",
        "contact": "Dirk Halloran, 555 0141",
        "cleared_by": "Insp. Marta Quill",
    }
    return Wish(**{**given, **changes})


def ask(by: Actor, *, picture: bytes = b"", **changes: Any) -> UnitRequest:
    """A request, with one picture if its bytes are given."""
    pictures = [Sent(picture, "rack.jpg", "An empty bicycle rack")] if picture else []
    return send_request(wish=wish(**changes), pictures=pictures, by=by)


def wording(by: Actor, *, days: int = 90, **changes: Any) -> actions.Wording:
    """An answer's two wordings, good for so many days from today where the agency is."""
    until = today(by.agency_id) + timedelta(days=days)
    given = {"formal": FORMAL, "conversational": CONVERSATIONAL, **changes}
    return actions.Wording(valid_until=until, **given)


def waiting_answer(
    by: Actor, *, days: int = 90, question: str = QUESTION, topic: str = "lost property"
) -> Answer:
    """An answer that nobody has approved yet."""
    return actions.write_answer(
        question=question,
        topic=topic,
        language="en",
        owner_ref=by.ref,
        wording=wording(by, days=days),
        by=by,
    )


def approved_answer(by: Actor, decider: Actor, **changes: Any) -> Answer:
    """An answer in use."""
    answer = waiting_answer(by, **changes)
    actions.approve_version(answer_id=answer.pk, number=1, by=decider)
    return answer


def partner_facts(by: Actor, *, days: int = 90, **changes: Any) -> Facts:
    """What everybody reads of an organisation, shown for so many days from today where the agency is."""
    given: dict[str, Any] = {
        "name": "Harbour Listening Line",
        "purpose": "For anybody who was robbed or hurt and wants to talk",
        "phone": "555 0177",
        "web": "https://listening.harbour.example/",
        "languages": ("en", "fr"),
        "review_on": today(by.agency_id) + timedelta(days=days),
    }
    return Facts(**{**given, **changes})


def make_partner(by: Actor, decider: Actor | None = None, **changes: Any) -> Partner:
    """One that is listed, and approved if somebody is named who does that."""
    row = add_partner(facts=partner_facts(by, **changes), by=by)
    if decider is not None:
        approve_partner(partner_id=row.pk, seen=row.written_at.isoformat(), by=decider)
        row.refresh_from_db()
    return row


def make_photograph(by: Actor, **changes: Any) -> Photograph:
    """A drawn photograph of whoever puts it up."""
    given = {"data": picture(), "alt": f"{by.name} in uniform", "agreed": True, **changes}
    return put_photograph(by=by, **given)
