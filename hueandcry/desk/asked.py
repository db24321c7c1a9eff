"""What one page asks of the rooms, each question once: top bar, rail, round and Today need the same answers."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from hueandcry.answers import queries as answers
from hueandcry.answers.models import AnswerVersion
from hueandcry.appeals import queries as appeals
from hueandcry.appeals.models import Appeal, ProposedUpdate
from hueandcry.channels.checks import CheckLine, due_checks
from hueandcry.channels.queries import AccountLine, accounts
from hueandcry.experts import queries as experts
from hueandcry.experts.models import Question
from hueandcry.health.standing import standing
from hueandcry.jobs.queries import WorkerState, worker_state
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import person_number
from hueandcry.looks import queries as looks
from hueandcry.looks.models import SecondLook
from hueandcry.posts import queries as deliveries
from hueandcry.posts import reading as posts
from hueandcry.posts.blocked import Blocked, blocked
from hueandcry.posts.models import Delivery, Post
from hueandcry.requests import queries as requests
from hueandcry.requests.models import UnitRequest
from hueandcry.tips import queries as tips
from hueandcry.tips.models import DeskKey


class Asked:
    """The answers for one actor during one request. A page that changes something asks only afterwards.

    What the actor may not see is answered with none of it.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.may = actor.may

    @cached_property
    def worker(self) -> WorkerState:
        """How the worker stands."""
        return worker_state()

    @cached_property
    def wrong(self) -> int:
        """How many things Health calls wrong; only administrators can mend them, so only they are told."""
        return standing(actor=self.actor).wrong if self.may(Permission.AGENCY_MANAGE) else 0

    # --- appeals ---

    @cached_property
    def day(self) -> date:
        """The calendar day it is now where the agency is."""
        return appeals.today(self.actor.agency_id)

    @cached_property
    def appeal_counts(self) -> dict[str, int]:
        """Status → how many appeals, as appeals.queries.counts. Raises NotAllowed."""
        return appeals.counts(actor=self.actor)

    @cached_property
    def appeals(self) -> list[Appeal]:
        """Every appeal of the agency, newest first. Raises NotAllowed."""
        return appeals.appeals(actor=self.actor)

    @cached_property
    def waiting(self) -> list[Appeal]:
        """Appeals that this person could approve now."""
        return appeals.waiting_for(actor=self.actor) if self.may(Permission.APPEAL_APPROVE) else []

    @cached_property
    def proposed(self) -> list[ProposedUpdate]:
        """Lines for public appeals that this person could decide on."""
        return appeals.updates_waiting_for(actor=self.actor) if self.may(Permission.APPEAL_APPROVE) else []

    @cached_property
    def ready(self) -> list[Appeal]:
        """Approved appeals that this person could publish."""
        if not self.may(Permission.APPEAL_PUBLISH):
            return []
        return appeals.appeals(actor=self.actor, status="approved")

    @cached_property
    def public(self) -> list[Appeal]:
        """The agency's public appeals. Raises NotAllowed."""
        return appeals.appeals(actor=self.actor, status="published")

    @cached_property
    def due(self) -> list[Appeal]:
        """Public appeals whose review date has come, for those who can keep them or take them down."""
        if not self.may(Permission.APPEAL_PUBLISH):
            return []
        return [row for row in self.public if appeals.needs_review(row, self.day)]

    # --- posts ---

    @cached_property
    def posts_waiting(self) -> list[Post]:
        """Posts, and changes of posts that are out, that this person could decide on."""
        return posts.waiting_for(actor=self.actor) if self.may(Permission.POST_APPROVE) else []

    @cached_property
    def posts_returned(self) -> list[Post]:
        """Drafts of this person's own that came back with a note."""
        return posts.returned_to(actor=self.actor) if self.may(Permission.POST_READ) else []

    @cached_property
    def posts_planned(self) -> list[Post]:
        """Approved posts that go out within a week."""
        return posts.going_out(actor=self.actor) if self.may(Permission.POST_READ) else []

    @cached_property
    def posts_blocked(self) -> dict[int, Blocked]:
        """Those of the planned posts that will not go as things stand: post id → why."""
        return blocked(self.posts_planned, actor=self.actor)

    @cached_property
    def deliveries_unconfirmed(self) -> list[Delivery]:
        """Deliveries of which nobody knows whether they were sent, and of which this person may say so."""
        return deliveries.unconfirmed(actor=self.actor) if self.may(Permission.POST_READ) else []

    @cached_property
    def checks_due(self) -> list[CheckLine]:
        """Accounts whose turn it is to be looked in on: one's own, and those of nobody in particular."""
        if not self.may(Permission.ACCOUNT_CHECK):
            return []
        due = due_checks(actor=self.actor, today=self.day)
        return [line for line in due if line.mine or not line.watch.checker_ref]

    # --- requests and answers ---

    @cached_property
    def requests(self) -> list[UnitRequest]:
        """Requests of units that wait for this person, as requests.queries.waiting."""
        return requests.waiting(actor=self.actor) if self.may(Permission.REQUEST_SEND) else []

    @cached_property
    def requests_waiting(self) -> list[UnitRequest]:
        """Those of them that wait at the desk."""
        return [row for row in self.requests if not requests.is_question(row)]

    @cached_property
    def requests_asked(self) -> list[UnitRequest]:
        """Those of this person's own about which the desk asked something."""
        return [row for row in self.requests if requests.is_question(row)]

    @cached_property
    def answers_waiting(self) -> list[AnswerVersion]:
        """Wordings of answers that this person could decide on."""
        return answers.waiting_for(actor=self.actor) if self.may(Permission.POST_APPROVE) else []

    # --- second looks and experts ---

    @cached_property
    def looks_waiting(self) -> list[SecondLook]:
        """Posts drawn by lot that this person could take a second look at."""
        return looks.waiting(actor=self.actor) if self.may(Permission.POST_APPROVE) else []

    @cached_property
    def questions(self) -> list[Question]:
        """Questions to experts that wait for this person, as experts.queries.waiting."""
        return experts.waiting(actor=self.actor) if self.may(Permission.REQUEST_SEND) else []

    @cached_property
    def questions_to_me(self) -> list[Question]:
        """Those of them that this person, who knows, is asked."""
        number = person_number(self.actor.ref)
        asked = Question.Status.ASKED
        return [row for row in self.questions if row.expert_id == number and row.status == asked]

    # --- tips and accounts ---

    @cached_property
    def tip_counts(self) -> dict[str, int]:
        """Status → how many tips. Raises NotAllowed."""
        return tips.counts(actor=self.actor)

    @cached_property
    def tips_unread(self) -> int:
        """How many tips say something that nobody has opened, whoever has taken them."""
        return tips.unread(actor=self.actor) if self.may(Permission.TIP_READ) else 0

    @cached_property
    def keys_waiting(self) -> list[DeskKey]:
        """Keys of colleagues' devices that this person could approve."""
        if not self.may(Permission.TIP_KEYS):
            return []
        keys = tips.desk_keys(actor=self.actor)
        return [
            key for key in keys if key.status == DeskKey.Status.WAITING and key.person_ref != self.actor.ref
        ]

    @cached_property
    def accounts(self) -> list[AccountLine]:
        """Every account of the agency, for those who keep them."""
        return accounts(actor=self.actor) if self.may(Permission.ACCOUNT_MANAGE) else []

    @cached_property
    def failing_accounts(self) -> list[AccountLine]:
        """Those of them that need attention."""
        return [line for line in self.accounts if line.account.status == line.account.Status.NEEDS_ATTENTION]
