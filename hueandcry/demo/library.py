"""What units ask the desk for, and the answers that Port Ellery gives again and again: a few in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hueandcry.agencies.models import Unit
from hueandcry.answers import actions as answers
from hueandcry.answers.models import Answer
from hueandcry.answers.queries import today, version_in_force
from hueandcry.demo.organisations import Stage
from hueandcry.demo.timeline import Step, Timeline
from hueandcry.kernel.actor import Actor
from hueandcry.requests import work_actions
from hueandcry.requests.actions import Wish, send_request
from hueandcry.requests.models import UnitRequest

COLLEAGUE = "dirk"
WRITER, OTHER, DECIDER = "nora", "astrid", "imogen"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request. ago: before now; then: what the desk did two hours later, "" for nothing yet."""

    title: str
    text: str
    reach: str
    ago: timedelta
    needed_in: timedelta | None = None
    then: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. days: since it was written; good_for: days it may be used; uses: how often somebody used it."""

    question: str
    topic: str
    formal: str
    conversational: str
    days: int = 24
    good_for: int = 365
    uses: int = 0
    approved: bool = True


REQUESTS = (
    Asking(
        "Bicycles taken from Eastfield station",
        "Five bicycles were taken from the racks at Eastfield station in the last week, all between 07:00 and 18:00. "
        "Two had a single cable lock. We ask people to use two locks and to tell us about anybody who carries a bolt cutter.",
        "People who leave a bicycle at Eastfield station",
        timedelta(hours=3),
        needed_in=timedelta(days=1, hours=6),
    ),
    Asking(
        "Dog training on Lido Meadow",
        "On Saturday our dogs train on Lido Meadow. There will be barking and some shouting; nobody is in danger.",
        "People who live near the lido",
        timedelta(days=2),
        then="ask",
        said="From when until when, and may people come and watch?",
    ),
    Asking(
        "Speed checks outside the schools",
        "From Monday on we check speed outside the three schools of Millbridge in the mornings.",
        "Parents and everybody who drives through Millbridge",
        timedelta(days=1),
        then="draft",
    ),
    Asking(
        "Photograph of a shoplifter",
        "A shop has sent us a photograph of a boy who took two cans of paint. We would like to know who he is.",
        "Everybody in the city centre",
        timedelta(days=12),
        then="decline",
        said="He looks younger than eighteen, and two cans of paint do not outweigh showing him to the whole city. Ask the schools' officer.",
    ),
)
ANSWERS = (
    Said(
        "How do I report something that I lost?",
        "lost property",
        "Lost property can be reported at every station and on our website. Please state what was lost, where and when. "
        "Found items are kept for 28 days.",
        "Tell us online or at any station: what, where, when. We keep what is found for 28 days, so there is hope.",
        uses=6,
    ),
    Said(
        "How do I commend an officer?",
        "praise and complaints",
        "Commendations may be sent in writing to the Chief’s office or left at any station. They are passed on to the officer "
        "and placed on their file.",
        "That is kind! Write to the Chief’s office or leave a note at any station. The officer gets to read it, promise.",
        uses=3,
    ),
    Said(
        "How do I get a copy of an accident report?",
        "reports",
        "Parties to a collision, their insurers and their legal representatives may request a copy from Records. Please quote "
        "the reference number.",
        "If you were in it, ring Records on 555 0105 and have the reference ready. Insurers can ask too.",
        uses=4,
    ),
    Said(
        "Can I collect my bicycle from the auction?",
        "lost property",
        "Unclaimed bicycles are auctioned in spring. A bicycle can be claimed until the day before the auction with proof of "
        "ownership.",
        "Yes, until the day before the auction. Bring something that shows it is yours: a receipt, a photo, the frame number.",
        days=28,
        good_for=24,
        uses=1,
    ),
    Said(
        "Why do you not say more about a case?",
        "our work",
        "While an investigation is under way we publish only what helps it or protects the public.",
        "We say what helps to solve it or keeps you safe. The rest would only help whoever did it. We tell you more when it is over.",
        days=3,
        approved=False,
    ),
)


def plan(stage: Stage, timeline: Timeline) -> None:
    """Let all of it happen in its time."""
    for asking in REQUESTS:
        _ask(asking, stage, timeline)
    for said in ANSWERS:
        _answer(said, stage, timeline)


def _ask(asking: Asking, stage: Stage, timeline: Timeline) -> None:
    by, desk = stage.actors[COLLEAGUE], stage.actors[OTHER]
    sent: list[UnitRequest] = []
    moment = timeline.now - asking.ago
    needed = timeline.now + asking.needed_in if asking.needed_in else None

    def send() -> None:
        unit = Unit.objects.filter(agency=stage.police).order_by("pk").last()
        wish = Wish(
            title=asking.title,
            text=asking.text,
            reach=asking.reach,
            contact="Dirk Halloran, 555 0141",
            cleared_by="Insp. Marta Quill",
            unit_id=unit.pk if unit else None,
            needed_by=needed,
        )
        sent.append(send_request(wish=wish, by=by))

    timeline.add(moment, send)
    if asking.then:
        timeline.add(moment + timedelta(hours=2), _done(asking, sent, desk))


def _done(asking: Asking, sent: list[UnitRequest], desk: Actor) -> Step:
    def act() -> None:
        number = sent[0].pk
        if asking.then == "ask":
            work_actions.ask_back(request_id=number, text=asking.said, by=desk)
        elif asking.then == "decline":
            work_actions.decline_request(request_id=number, reason=asking.said, by=desk)
        else:
            work_actions.draft_from_request(request_id=number, by=desk)

    return act


def _answer(said: Said, stage: Stage, timeline: Timeline) -> None:
    writer, decider = stage.actors[WRITER], stage.actors[DECIDER]
    made: list[Answer] = []
    moment = timeline.now - timedelta(days=said.days)

    def write() -> None:
        until = today(stage.police.pk) + timedelta(days=said.good_for)
        wording = answers.Wording(said.formal, said.conversational, until)
        made.append(
            answers.write_answer(
                question=said.question,
                topic=said.topic,
                language="en",
                owner_ref=writer.ref,
                wording=wording,
                by=writer,
            )
        )

    timeline.add(moment, write)
    if said.approved:
        timeline.add(
            moment + timedelta(hours=4),
            lambda: answers.approve_version(answer_id=made[0].pk, number=1, by=decider),
        )
    for number in range(said.uses):
        register = "formal" if number % 3 == 0 else "conversational"
        timeline.add(moment + timedelta(days=1 + number), _used(made, register, stage.actors[OTHER]))


def _used(made: list[Answer], register: str, by: Actor) -> Step:
    def act() -> None:
        if version_in_force(made[0]):
            answers.use_answer(answer_id=made[0].pk, register=register, by=by)

    return act
