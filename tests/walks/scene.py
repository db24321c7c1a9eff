"""A desk with something on every page: three people, appeals in every state, accounts, tips, a record.

Every page of the desk has an example here, by its route; tests/walks/test_desk_looks.py looks at each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from hueandcry.agencies import actions as people
from hueandcry.agencies import queries as agencies
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions as appeals
from hueandcry.appeals import picture_actions, update_actions
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import pictures_of
from hueandcry.channels.actions import register_account
from hueandcry.channels.models import Account
from hueandcry.jobs.models import Heartbeat
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.records import queries as records
from hueandcry.records import running
from hueandcry.records.actions import ask_for_check, ask_for_export
from hueandcry.records.entry import Ledger
from hueandcry.records.seals import seal_everything
from tests.factories import make_person
from tests.factories_appeals import Team, content
from tests.helpers_tips import Programme, make_key, make_ready_programme, send
from tests.lists.filled import fill_list
from tests.walks import (
    scene_learning,
    scene_library,
    scene_matters,
    scene_posts,
    scene_register,
    scene_rules,
    scene_series,
    scene_staff,
)

TITLES = (
    "Do you know this person? Harbour Square",
    "Did you see the blue van on Mill Lane?",
    "Otis Farrow, 78, last seen at the ferry terminal",
    "Three bicycles found at Eastfield station",
    "Witnesses to the fire at Dock Street",
    "Who owns this ring? Found at the lido",
)


@dataclass
class Scene:
    """force, programme: the two agencies; the people hold what their names say; key: private half of the coordinator's."""

    programme: Programme = field(default_factory=make_ready_programme)
    pictured: bool = True  # False: no pictures and no appeal handed in twice, where only the frame matters
    team: Team = field(init=False)
    approver: Person = field(init=False)
    keeper: Person = field(init=False)
    coordinator: Person = field(init=False)
    invited: people.Invited = field(init=False)
    account: Account = field(init=False)
    draft: Appeal = field(init=False)
    submitted: Appeal = field(init=False)
    public: Appeal = field(init=False)
    approved: Appeal = field(init=False)
    changed: Appeal = field(init=False)
    posts: scene_posts.Written = field(init=False)
    tip: str = ""

    def __post_init__(self) -> None:
        force = self.programme.force
        self.team = Team(force)
        self.approver = make_person(force, Role.AUTHOR, Role.APPROVER, name="Sgt Nora Vance")
        self.keeper = make_person(force, Role.ADMINISTRATOR, Role.AUTHOR, name="Hadley Moreau")
        self.coordinator = make_person(self.programme.agency, Role.TIP_COORDINATOR, name="Samira Quist")
        make_key(self.actor(self.coordinator, self.programme.agency), label="Laptop")
        self.beat()
        self._accounts()
        self.posts = self._posts()
        self._appeals()
        self._record()
        self.invited = people.invite_person(
            name="Cst. Luis Amaro",
            email="amaro@port-ellery.example",
            roles={Role.AUTHOR},
            by=self.actor(self.keeper, force),
        )
        for text in (
            "A grey van with a dented door.",
            "He works at the fish stall.",
            "Ask at the boat yard.",
        ):
            tip, _filed = send(self.programme, text)
            self.tip = tip.number

    def beat(self) -> None:
        """The worker has just shown that it runs."""
        Heartbeat.objects.update_or_create(
            sweep="records.seal_due", defaults={"ran_at": clock.now(), "worker": "scene"}
        )

    def actor(self, person: Person, agency: Agency) -> Actor:
        """The person acting for the agency."""
        return agencies.actor_for(person_id=person.pk, agency_id=agency.pk)

    def _record(self) -> None:
        """Numbered, sealed, checked, and one bundle made."""
        for asking in (ask_for_check, ask_for_export):
            asking(by=self.actor(self.record_keeper(), self.programme.force))
        seal_everything()
        while running.run_one():
            continue

    def _accounts(self) -> None:
        by = self.actor(self.keeper, self.programme.force)
        for label in ("Main account", "Traffic (Tennant)", "Harbour station"):
            self.account = register_account(
                channel="simulated",
                handle=label.split()[0].lower(),
                label=label,
                server_url="http://127.0.0.1:8002",
                secret={"secret": "invented"},
                by=by,
            )
        fill_list(by=by)
        Account.objects.filter(pk=self.account.pk).update(
            status="needs_attention", problem="The network does not accept our credential any more."
        )
        checker = self.actor(self.approver, self.programme.force)
        scene_register.furnish(by=by, checker=checker, holder_id=self.keeper.pk)

    def signs_in(self) -> Account:
        """An account of a network where one signs in to connect it."""
        found = Account.objects.filter(agency_id=self.programme.force.pk, channel="youtube").first()
        given = {"client_id": "invented", "client_secret": "invented", "refresh_token": "invented"}
        return found or register_account(
            channel="youtube",
            handle="pepolice",
            label="Videos",
            server_url="http://127.0.0.1:8002",
            secret=given,
            by=self.actor(self.keeper, self.programme.force),
        )

    def _posts(self) -> scene_posts.Written:
        force = self.programme.force
        return scene_posts.write(
            agency_id=force.pk,
            author=self.team.author,
            approver=self.actor(self.approver, force),
            pictured=self.pictured,
        )

    def _appeals(self) -> None:
        team, soon = self.team, (clock.now() - timedelta(days=1)).date()
        some = {"pictures": 1} if self.pictured else {}
        self.draft = team.draft(title=TITLES[3], **some)
        self.submitted = team.draft(title=TITLES[1], place="Mill Lane", **some)
        appeals.submit_appeal(appeal_id=self.submitted.pk, by=team.author)
        self.approved = team.approved(title=TITLES[5], place="Lido", **some)
        self.public = team.published(title=TITLES[0], **some)
        team.published(title=TITLES[2], kind="missing", place="Ferry terminal")
        if self.pictured:
            self._changed_since()
        update_actions.propose_update(appeal_id=self.public.pk, text="The coat was blue.", by=team.author)
        overdue = team.published(title=TITLES[4], place="Dock Street")
        Appeal.objects.filter(pk=overdue.pk).update(review_on=soon)

    def _changed_since(self) -> None:
        """An appeal that was returned, written anew and handed in again."""
        team = self.team
        self.changed = team.draft(title="Do you know these two? Fish Steps, Sunday", pictures=3)
        appeals.submit_appeal(appeal_id=self.changed.pk, by=team.author)
        appeals.return_appeal(
            appeal_id=self.changed.pk, note="Say which evening, and leave picture 1 out.", by=team.approver
        )
        words = content(
            title="Do you know these two? Fish Steps, Sunday evening",
            what_happened="On Sunday evening a bench was set on fire by two people.\n\nNobody was hurt.",
        )
        appeals.edit_appeal(appeal_id=self.changed.pk, content=words, by=team.author)
        first, second, _third = pictures_of(self.changed)
        picture_actions.remove_picture(appeal_id=self.changed.pk, picture_id=first.id, by=team.author)
        picture_actions.describe_picture(
            appeal_id=self.changed.pk,
            picture_id=second.id,
            alt="A drawn figure in a blue coat",
            caption="Fish Steps, 19:03",
            by=team.author,
        )
        appeals.submit_appeal(appeal_id=self.changed.pk, by=team.author)

    def entry(self, ledger: Ledger = Ledger.MAIN) -> int:
        """An entry of a ledger that is sealed."""
        person, agency = (
            (self.record_keeper(), self.programme.force)
            if ledger is Ledger.MAIN
            else (self.coordinator, self.programme.agency)
        )
        return records.entries(actor=self.actor(person, agency), ledger=ledger, limit=30)[-1].id

    def record_keeper(self) -> Person:
        """Somebody who reads the record of the force."""
        if not hasattr(self, "_keeper"):
            self._keeper = make_person(self.programme.force, Role.RECORD_KEEPER, name="Joy Delacroix")
        return self._keeper


Example = tuple[str, Callable[[Scene], str]]

# Route → who looks at it, and the address. Who: approver, keeper (administrator), coordinator, record, nobody.
EXAMPLES: dict[str, Example] = {
    **scene_register.EXAMPLES,
    **scene_posts.EXAMPLES,
    **scene_series.EXAMPLES,
    **scene_library.EXAMPLES,
    **scene_staff.EXAMPLES,
    **scene_matters.EXAMPLES,
    **scene_learning.EXAMPLES,
    "desk/sign-in/": ("nobody", lambda _s: "/desk/sign-in/"),
    "desk/join/<str:token>/": ("nobody", lambda s: f"/desk/join/{s.invited.token}/"),
    "desk/me/": ("approver", lambda _s: "/desk/me/"),
    "desk/me/password/": ("approver", lambda _s: "/desk/me/password/"),
    "desk/me/passkeys/new/": ("approver", lambda _s: "/desk/me/passkeys/new/"),
    "desk/": ("approver", lambda _s: "/desk/"),
    "desk/find/": ("approver", lambda _s: "/desk/find/?q=van"),
    "desk/round/": ("approver", lambda _s: "/desk/round/"),
    "desk/admin/look/": ("keeper", lambda _s: "/desk/admin/look/"),
    "desk/admin/news/": ("keeper", lambda _s: "/desk/admin/news/"),
    "desk/appeals/": ("approver", lambda _s: "/desk/appeals/"),
    "desk/appeals/new/": ("approver", lambda _s: "/desk/appeals/new/"),
    "desk/appeals/<slug:reference>/": ("approver", lambda s: f"/desk/appeals/{s.submitted.reference}/"),
    "desk/appeals/<slug:reference>/edit/": (
        "approver",
        lambda s: f"/desk/appeals/{s.draft.reference}/edit/",
    ),
    "desk/appeals/<slug:reference>/publish/": (
        "approver",
        lambda s: f"/desk/appeals/{s.approved.reference}/publish/",
    ),
    "desk/lists/": ("keeper", lambda _s: "/desk/lists/"),
    "desk/lists/<slug:medium>/": ("keeper", lambda _s: "/desk/lists/email_list/"),
    "desk/lists/<slug:medium>/add/": ("keeper", lambda _s: "/desk/lists/email_list/add/"),
    "desk/health/": ("keeper", lambda _s: "/desk/health/"),
    "desk/accounts/": ("keeper", lambda _s: "/desk/accounts/"),
    "desk/accounts/needs/": ("keeper", lambda _s: "/desk/accounts/needs/"),
    "desk/accounts/connect/<slug:channel>/": ("keeper", lambda _s: "/desk/accounts/connect/bluesky/"),
    "desk/connect/finish/": ("keeper", lambda _s: "/desk/connect/finish/?state=x&code=y"),
    "desk/connect/<slug:channel>/": ("keeper", lambda _s: "/desk/connect/youtube/"),
    "desk/accounts/<int:account_id>/connect/": (
        "keeper",
        lambda s: f"/desk/accounts/{s.signs_in().pk}/connect/",
    ),
    "desk/accounts/<int:account_id>/": ("keeper", lambda s: f"/desk/accounts/{s.account.pk}/"),
    "desk/tips/": ("coordinator", lambda _s: "/desk/tips/"),
    "desk/tips/keys/": ("coordinator", lambda _s: "/desk/tips/keys/"),
    "desk/tips/<slug:number>/": ("coordinator", lambda s: f"/desk/tips/{s.tip}/"),
    "desk/people/": ("keeper", lambda _s: "/desk/people/"),
    "desk/people/invite/": ("keeper", lambda _s: "/desk/people/invite/"),
    "desk/people/<int:person_id>/": ("keeper", lambda s: f"/desk/people/{s.approver.pk}/"),
    "desk/training/": ("keeper", scene_rules.somebody_trained),
    "desk/training/gate/": ("keeper", lambda _s: "/desk/training/gate/"),
    "desk/training/courses/new/": ("keeper", lambda _s: "/desk/training/courses/new/"),
    "desk/training/courses/<int:course_id>/": (
        "keeper",
        lambda s: f"/desk/training/courses/{scene_rules.trained(s)}/",
    ),
    "desk/training/courses/<int:course_id>/edit/": (
        "keeper",
        lambda s: f"/desk/training/courses/{scene_rules.trained(s)}/edit/",
    ),
    "desk/training/<int:person_id>/": ("keeper", lambda s: f"/desk/training/{s.approver.pk}/"),
    "desk/policies/": ("keeper", lambda _s: "/desk/policies/"),
    "desk/policies/new/": ("keeper", lambda _s: "/desk/policies/new/?from=official-use"),
    "desk/policies/<int:policy_id>/": ("keeper", lambda s: f"/desk/policies/{scene_rules.policy(s)}/"),
    "desk/policies/<int:policy_id>/write/": (
        "keeper",
        lambda s: f"/desk/policies/{scene_rules.policy(s)}/write/",
    ),
    "desk/policies/<int:policy_id>/acknowledge/": (
        "approver",
        lambda s: f"/desk/policies/{scene_rules.policy(s)}/acknowledge/",
    ),
    "desk/rules/brakes/": ("approver", scene_rules.paused_before),
    "desk/rules/held/": ("approver", scene_rules.held_back),
    "desk/record/": ("record", lambda _s: "/desk/record/"),
    "desk/record/<int:entry_id>/": ("record", lambda s: f"/desk/record/{s.entry()}/"),
    "desk/record/seals/": ("record", lambda _s: "/desk/record/seals/"),
    "desk/record/export/": ("record", lambda _s: "/desk/record/export/"),
    "desk/record/tips/seals/": ("coordinator", lambda _s: "/desk/record/tips/seals/"),
    "desk/record/tips/": ("coordinator", lambda _s: "/desk/record/tips/"),
    "desk/record/tips/<int:entry_id>/": (
        "coordinator",
        lambda s: f"/desk/record/tips/{s.entry(Ledger.TIPS)}/",
    ),
}
# Pages that are no route of their own: what a person meets when something is not there, not theirs, or empty.
STATES: dict[str, Example] = {
    **scene_register.STATES,
    **scene_posts.STATES,
    **scene_library.STATES,
    **scene_learning.STATES,
    "not-there": ("approver", lambda _s: "/desk/nothing/"),
    "not-allowed": ("approver", lambda _s: "/desk/people/"),
    "nothing-found": ("approver", lambda _s: "/desk/find/?q=zeppelin"),
    "changed-appeal": ("approver", lambda s: f"/desk/appeals/{s.changed.reference}/"),
    "approved-appeal": ("approver", lambda s: f"/desk/appeals/{s.approved.reference}/"),
    "public-appeal": ("approver", lambda s: f"/desk/appeals/{s.public.reference}/"),
    "today-of-a-coordinator": ("coordinator", lambda _s: "/desk/"),
    "today-of-an-administrator": ("keeper", lambda _s: "/desk/"),
    "everything-paused": ("approver", scene_rules.paused_now),
}
# Routes that answer GET with something other than a page. Each with what it is.
NOT_PAGES = {
    **scene_register.NOT_PAGES,
    **scene_posts.NOT_PAGES,
    **scene_library.NOT_PAGES,
    **scene_matters.NOT_PAGES,
    "": "leads to Today",
    "desk/join/<str:token>/code.png": "a picture of the page of joining",
    "desk/connect/back/": "leads on by itself (tests/desk/test_connect.py)",
    "desk/me/confirm/": "leads back to Me once somebody has proved who they are",
    "desk/tips/keys/log/": "the key log as JSON",
    "desk/tips/keys/<int:key_id>/move/": "what a key is moved with, as JSON",
    "desk/tips/<slug:number>/line/": "a tip's line, as JSON",
    "desk/rules/paused/": "the strip of what is paused, as every page has it",
    "desk/pulse/": "rail and phone bar, as every page has them",
    "desk/theme/<slug:colour>.css": "style rules",
    "desk/theme/<slug:colour>.svg": "a picture of the look page",
    "desk/appeals/<slug:reference>/media/<str:name>": "a picture of an appeal",
    "desk/appeals/preview.css": "style rules",
    "desk/record/state/": "a part of the record's page",
    "desk/record/tips/state/": "a part of the record's page",
    "desk/record/export/all/": "a part of the page of exports",
    "desk/record/export/<int:run_id>/bundle.zip": "a file",
    "desk/appeals/new/preview/": "the public page, in a frame",
    "desk/appeals/<slug:reference>/preview/": "the public page, in a frame",
    "desk/appeals/<slug:reference>/results/": "a part of the appeal's page",
}
