"""Load the demonstration through the product's own actions: all of it or nothing.

Everything is written in one transaction per database, so that a load that is broken off leaves an empty
installation. Only the pictures are prepared beside it, since decoding them takes most of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import queries
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.demo import appeals, keeping, organisations, talks
from hueandcry.demo.drawing import SEED, draw
from hueandcry.demo.progress import Say
from hueandcry.demo.stories import STORIES
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Conflict
from hueandcry.publicsite import actions as site
from hueandcry.records.seals import seal_everything

AT_ONCE = 2  # pictures prepared at the same time


class NotEmpty(Conflict):
    """An agency stands here already."""


class NotHere(Conflict):
    """The installation can be reached from elsewhere."""


def load(*, say: Say = lambda _what, _done, _of: None) -> None:
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
    with _pictures() as pictures, transaction.atomic(), transaction.atomic(using="tips"):
        say(_("Organisations and people"), 0, 1)
        stage = organisations.build()
        stories = appeals.publish(stage, pictures, say=say)
        talks.send(stage, stories, say=say)
        appeals.end(stage, stories)
    say(_("Record and public site"), 0, 1)
    seal_everything()
    site.rebuild(by=system("demo", agency_id=stage.police.pk))
    say(_("The demonstration is loaded"), 1, 1)


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
def _pictures() -> Iterator[dict[str, Future[Prepared]]]:
    """Every picture of the stories, being drawn and prepared in the background: name → its future."""
    names = [shot.name for story in STORIES for shot in story.shots]
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="demo-pictures")
    try:
        yield {name: pool.submit(_prepared, name) for name in names}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepared(name: str) -> Prepared:
    return prepare(draw(name, seed=SEED))
