"""Load the demonstration through the product's own actions and, for the mass of a year, in the shape they leave.

Everything is written in one transaction per database, so that a load that is broken off leaves an empty
installation. Pictures are prepared and tips are sealed beside it, since that takes most of the time. Each act
happens at a moment of its own in the past, and the record is numbered and sealed week by week.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import queries
from hueandcry.agencies.roles import Role
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.demo import colleagues, keeping, library, news, organisations, people, register, talks
from hueandcry.demo.appeals import PUBLIC, Pictures, Telling
from hueandcry.demo.drawing import SEED, draw
from hueandcry.demo.hearing import Ear
from hueandcry.demo.lately import Lately
from hueandcry.demo.network import Network, accounts_of
from hueandcry.demo.organisations import Stage
from hueandcry.demo.people import Cast
from hueandcry.demo.places import voices
from hueandcry.demo.portraits import FACE, PORTRAITS, draw_portrait
from hueandcry.demo.posting import Writer, in_pairs
from hueandcry.demo.progress import Say
from hueandcry.demo.stories import Story
from hueandcry.demo.timeline import Timeline, weekly
from hueandcry.demo.year import MONTH, OWN_ACCOUNTS, Amount
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Conflict
from hueandcry.publicsite import actions as site
from hueandcry.records.seals import seal_everything

CHECKERS = ("imogen", "ife")  # approvers, who may check accounts
AT_ONCE = 2  # pictures prepared at the same time


class NotEmpty(Conflict):
    """An agency stands here already."""


class NotHere(Conflict):
    """The installation can be reached from elsewhere."""


def load(*, amount: Amount = MONTH, say: Say = lambda _what, _done, _of: None) -> None:
    """Make the whole demonstration in an empty installation.

    say(what, done, of): called as the work goes on. Raises NotEmpty, NotHere.
    """
    if settings.HUE_HTTPS:
        raise NotHere(
            _(
                "The demonstration is for this machine only, and HUE_HTTPS says that others reach it. Nothing was loaded."
            )
        )
    _refuse_if_not_empty()
    keeping.begin_anew()
    with _pictures(amount.stories) as pictures:
        with transaction.atomic(), transaction.atomic(using="tips"):
            police, network = _everything(amount, pictures, say=say)
        say(_("Record and public site"), 0, 1)
        network.write()
        seal_everything()
        site.rebuild(by=system("demo", agency_id=police))
    say(_("The demonstration is loaded"), 1, 1)


def _everything(amount: Amount, pictures: Pictures, *, say: Say) -> tuple[int, Network]:
    """All rows and all entries. Returns the agency and what its network shall hold."""
    now = clock.now()
    timeline, chance = Timeline(start=now - amount.length, now=now), random.Random(SEED)  # noqa: S311 - no secret
    say(_("Organisations and people"), 0, 1)
    speaking = voices(amount.accounts - OWN_ACCOUNTS)
    with clock.pretending(timeline.start):
        stage = organisations.build(more=amount.more, voices=speaking)
    network = Network()
    accounts = accounts_of(stage.police.pk)
    own = [accounts[handle].pk for handle, _name, _label in people.ACCOUNTS]
    told = Telling(stage, pictures, network=network, account_ids=own)
    told.plan(timeline, amount.stories)
    talks.plan(stage, told, timeline, chance)
    if speaking:
        authors = [stage.actors[cast.key] for cast in people.PEOPLE + amount.more if _writes(cast)]
        pairs = list(in_pairs(accounts, speaking))
        writer = Writer(agency=stage.police, authors=authors, voices=pairs, network=network)
        writer.plan(timeline, chance, count=amount.posts, say=say)
    _ear(stage, amount, told).plan(timeline, chance, count=amount.told_in_bulk, say=say)
    library.plan(stage, timeline)
    colleagues.plan(stage, timeline)
    Lately(stage, pictures, timeline).plan()
    news.Telling(stage, pictures, network=network).plan(timeline)
    for moment in weekly(timeline.start, now):
        timeline.add(moment, seal_everything)
    timeline.play(what=_("Days"), say=say)
    checkers = [stage.actors[key] for key in CHECKERS]
    register.plan(today=now.date(), by=stage.actors["petra"], checkers=checkers)
    return stage.police.pk, network


def _writes(cast: Cast) -> bool:
    return Role.AUTHOR in cast.roles.get(people.POLICE, frozenset())


def _ear(stage: Stage, amount: Amount, told: Telling) -> Ear:
    """Who takes in the tips, and which appeals were public when."""
    prefix = people.AGENCY["reference_prefix"]
    public = {
        f"{prefix}-{story.number}": (told.lives[story.key].published, told.lives[story.key].over)
        for story in amount.stories
        if story.end in PUBLIC
    }
    coordinators = [stage.actors[key] for key in people.COORDINATORS]
    return Ear(programme_id=stage.programme.pk, coordinators=coordinators, appeals=public)


def _refuse_if_not_empty() -> None:
    standing = queries.agencies()
    if not standing:
        return
    home = settings.HUE_HOME
    if all(agency.is_demo for agency in standing):
        raise NotEmpty(_("The demonstration is in %s already. Start it with: ./hue up") % home)
    raise NotEmpty(
        _(
            "A real agency is set up in %s, and invented people must not get into it. Nothing was loaded. Use another data directory: HUE_HOME=demo ./hue demo"
        )
        % home
    )


@contextmanager
def _pictures(stories: tuple[Story, ...]) -> Iterator[dict[str, Future[Prepared]]]:
    """Every picture of the stories, being drawn and prepared in the background: name → its future."""
    names = [shot.name for story in stories for shot in story.shots]
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="demo-pictures")
    try:
        faces = {f"portrait-{key}": pool.submit(_portrait, key) for key in PORTRAITS}
        yield {**faces, **{name: pool.submit(_prepared, name) for name in names}}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepared(name: str) -> Prepared:
    return prepare(draw(name, seed=SEED))


def _portrait(key: str) -> Prepared:
    return prepare(draw_portrait(key), around=FACE)
