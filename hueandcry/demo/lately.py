"""The newer rooms of Port Ellery, each with a little in it: series, second looks, experts, practice, partners, matters."""

from __future__ import annotations

from datetime import date, time, timedelta

from hueandcry.answers.models import Answer, Partner
from hueandcry.answers.partner_actions import Facts, add_partner, approve_partner
from hueandcry.answers.public_actions import show_answer
from hueandcry.answers.queries import today
from hueandcry.assets.photograph_actions import keep_photograph
from hueandcry.demo.appeals import Pictures
from hueandcry.demo.organisations import Stage
from hueandcry.demo.portraits import PORTRAITS
from hueandcry.demo.timeline import Timeline
from hueandcry.experts import actions as experts
from hueandcry.experts.models import Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission, system
from hueandcry.looks import drawing
from hueandcry.looks import queries as looks
from hueandcry.looks.actions import note_look, set_share
from hueandcry.looks.models import SecondLook
from hueandcry.matters.actions import hold_matter, lift_matter
from hueandcry.matters.models import Matter
from hueandcry.posts.content import Content
from hueandcry.practice.actions import Words, keep_practice, send_practice
from hueandcry.practice.queries import networks
from hueandcry.series import actions as series
from hueandcry.series.models import Series
from hueandcry.staff import vault
from hueandcry.staff.models import Notice, NoticeAddress

SHARE = 10  # in a hundred posts get a second look
DRAWN_FOR = timedelta(days=9)  # since when: what was out before was in no draw
V = SecondLook.Verdict
FOUND = (
    (V.FINE, ""),
    (V.SMALL, "“This morning” in a post of the afternoon: say the hour."),
    (V.FINE, ""),
    (V.MISSTEP, "Guesses at who was at fault before anybody has been charged. Corrected the same day."),
)
PUBLIC_QUESTIONS = ("How do I report something that I lost?", "How do I commend an officer?")
PARTNERS = (
    ("Harbour Listening Line", "For anybody who was robbed, hurt or frightened and wants to talk. Day and night.", "555 0177", ("en", "fr", "es")),
    ("Saltgate Night Shelter", "A bed for tonight, for women, men and families. No papers asked for.", "555 0162", ("en",)),
    ("Port Ellery Debt Advice", "If somebody took your money by a trick, or you cannot pay what you owe. Free.", "555 0185", ("en", "es")),
    ("Ellery Youth Workshop", "For people from twelve to twenty: bicycles, boxing, a quiet room, and adults who listen.", "555 0171", ("en",)),
)  # fmt: skip


class Lately:
    """Plans it all. Each part is a method; what one makes and another uses is found again by what it is called."""

    def __init__(self, stage: Stage, pictures: Pictures, timeline: Timeline) -> None:
        self.stage, self.pictures, self.timeline = stage, pictures, timeline
        self.people = stage.actors
        self._partners: list[Partner] = []
        self._matters: list[Matter] = []

    def plan(self) -> None:
        """Let everything happen in its time."""
        start, now, add = self.timeline.start, self.timeline.now, self.timeline.add
        add(start + timedelta(days=1), self.photographs)
        add(start + timedelta(days=2), self.practise)
        add(now - timedelta(days=20), self.list_partners)
        add(now - timedelta(days=19), self.approve_partners)
        add(now - timedelta(days=6), self.begin_series)
        add(now - timedelta(days=16), self.show_answers)
        add(now - timedelta(days=1, hours=5), self.add_notice_address)
        add(now - timedelta(days=14), self.name_experts)
        add(now - timedelta(days=11), self.hold_matters)
        add(now - DRAWN_FOR, self.draw)
        add(now - timedelta(days=3), self.lift_one)
        add(now - timedelta(days=2, hours=3), self.ask)
        add(now - timedelta(days=2), self.reply)
        add(now - timedelta(days=1, hours=2), self.look_up)
        add(now - timedelta(hours=20), self.look)
        add(now - timedelta(hours=5), self.ask_again)
        add(now - timedelta(minutes=40), self.draft_series)

    # --- people ---

    def photographs(self) -> None:
        """Three of them show their face."""
        for key, (_ground, _look, words) in PORTRAITS.items():
            prepared = self.pictures[f"portrait-{key}"].result()
            keep_photograph(prepared=prepared, alt=words, by=self.people[key])

    def practise(self) -> None:
        """What Astrid wrote for practice, before she wrote for real."""
        by = self.people["astrid"]
        on = tuple(networks(actor=by)[:4])
        first = Words("Rope Walk is closed at the fountain until 14:00. Please use Anchor Lane.", networks=on)
        kept = keep_practice(words=first, by=by)
        send_practice(practice_id=kept.pk, by=by)
        keep_practice(words=Words("Good morning, Port Ellery! Here is what we", kind="news"), by=by)

    def name_experts(self) -> None:
        """Who knows about what."""
        for key, topics in {
            "dirk": ["dogs", "parks"],
            "ife": ["fraud", "courts"],
            "imogen": ["schools"],
        }.items():
            by = self.people[key]
            experts.set_expertise(person_id=_number(by), topics=topics, by=by)

    def ask(self) -> None:
        """A question that a reader put, handed to who knows."""
        experts.ask_expert(
            text="Somebody asks: may dogs run on the sea wall in winter? They would like a yes or a no.",
            expert_id=_number(self.people["dirk"]),
            due_at=clock.now() + timedelta(hours=24),
            by=self.people["nora"],
        )

    def reply(self) -> None:
        """The answer of the dog unit, put into a draft."""
        question = Question.objects.filter(agency=self.stage.police).order_by("pk")[0]
        words = "Yes, from October to March and off the steps. From April on they stay on the lead: the birds nest in the wall."
        experts.reply_to_question(question_id=question.pk, text=words, by=self.people["dirk"])
        experts.use_reply(question_id=question.pk, how=Question.Use.SIGNED, by=self.people["nora"])

    def ask_again(self) -> None:
        """One that still waits."""
        experts.ask_expert(
            text="What may we say about when the trial over the Harbour Square fire begins? Two papers have asked.",
            expert_id=_number(self.people["ife"]),
            due_at=clock.now() + timedelta(hours=26),
            by=self.people["astrid"],
        )

    # --- what is said again and again ---

    def begin_series(self) -> None:
        """A tip every Monday, a look at the harbour every month, and a week of our own."""
        day = today(self.stage.police.pk)
        monday = day + timedelta(days=14 - day.weekday())  # a date that has gone by would be a gap
        tip = Content(
            text="[This week’s advice]. Lock it, hide it, keep it.", kind="safety", topics=("prevention",)
        )
        harbour = Content(
            text="A month in the harbour: [how many] boats, [how many] people, [one story].", kind="news"
        )
        by = self.people["nora"]
        for name, every, first, content in (
            ("Safety tip of the week", "week", monday, tip),
            ("A month in the harbour", "month", monday + timedelta(days=2), harbour),
        ):
            plan = series.Plan(name=name, every=every, first_on=first, at=time(9), content=content)
            series.begin_series(plan=plan, by=by)
        on = day + timedelta(days=32)
        series.add_day(name="Harbour safety week", on=on, days=7, yearly=True, by=by)

    def draft_series(self) -> None:
        """What the worker makes of them."""
        may = frozenset({Permission.POST_DRAFT, Permission.POST_READ})
        by = system("series", agency_id=self.stage.police.pk, permissions=may)
        for row in Series.objects.filter(agency=self.stage.police).order_by("pk"):
            series.make_drafts(series=row, by=by)

    def show_answers(self) -> None:
        """Two answers that everybody reads."""
        for row in Answer.objects.filter(agency=self.stage.police, question__in=PUBLIC_QUESTIONS).order_by(
            "pk"
        ):
            show_answer(answer_id=row.pk, register="formal", by=self.people["ife"])

    # --- whom to turn to, and what not to speak of ---

    def list_partners(self) -> None:
        """Organisations to turn to."""
        until: date = today(self.stage.police.pk) + timedelta(days=300)
        for name, purpose, phone, languages in PARTNERS:
            facts = Facts(name=name, purpose=purpose, phone=phone, languages=languages, review_on=until)
            self._partners.append(add_partner(facts=facts, by=self.people["astrid"]))

    def approve_partners(self) -> None:
        """Somebody else has rung them; one still waits."""
        for row in self._partners[:-1]:
            approve_partner(partner_id=row.pk, seen=row.written_at.isoformat(), by=self.people["imogen"])

    def hold_matters(self) -> None:
        """A family that asked for quiet, a case before the court, and one that is nobody's business yet."""
        by, day = self.people["imogen"], today(self.stage.police.pk)
        self._matters = [
            hold_matter(
                title="The Halvorsen family",
                words=["Halvorsen"],
                reason="They asked for quiet until the funeral.",
                permitted="That we are with them, and that donations go through the town hall.",
                until=day + timedelta(days=25),
                by=by,
            ),
            hold_matter(
                title="Trial of the ferry fire",
                words=["ferry fire", "fire on the ferry"],
                reason="The judge has asked for no comment before the verdict.",
                ask="Ife Okafor",
                by=by,
            ),
            hold_matter(
                title="Operation Cormorant",
                words=["Cormorant"],
                reason="Warrants are being prepared.",
                blind=True,
                forbidden=True,
                until=day + timedelta(days=40),
                by=by,
            ),
        ]

    def lift_one(self) -> None:
        """The verdict was given."""
        lift_matter(
            matter_id=self._matters[1].pk,
            reason="The verdict was given in open court.",
            by=self.people["ife"],
        )

    # --- second looks, staff notices ---

    def draw(self) -> None:
        """From here on a share of what goes out is drawn."""
        set_share(percent=SHARE, by=self.people["petra"])
        drawing.make_draws()

    def look_up(self) -> None:
        """Which were drawn."""
        drawing.make_draws()  # where a month has begun since
        drawing.look_up_lots()

    def look(self) -> None:
        """What Ife found in half of them; the others wait."""
        by = self.people["ife"]
        for row, (verdict, note) in zip(looks.waiting(actor=by)[::2], FOUND, strict=False):
            note_look(look_id=row.pk, verdict=verdict, note=note, by=by)

    def add_notice_address(self) -> None:
        """An address for staff notices, stopped from the beginning: nothing of the demonstration leaves this machine."""
        NoticeAddress.objects.create(
            agency=self.stage.police,
            label="Chat of the night desk",
            service="JSON",
            sealed=vault.close(self.stage.police.pk, "json://chat.port-ellery.example/"),
            kinds=[Notice.Kind.APPROVAL.value, Notice.Kind.UNCONFIRMED.value, Notice.Kind.BRAKE.value],
            quiet_from=time(22),
            quiet_to=time(6),
            since=clock.now(),
            added_by=self.people["petra"].ref,
            stopped_at=clock.now(),
        )


def _number(actor: Actor) -> int:
    return int(actor.ref.partition(":")[2])
