"""Follow the main record: whatever a crashed request left undone is finished here.

The cursor moves only after the files are in step, so an entry is acted on at least once; every step is
safe to repeat.
"""

from __future__ import annotations

from datetime import timedelta

from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts.actions import page_is_up
from hueandcry.posts.news import has_page
from hueandcry.publicsite import build
from hueandcry.publicsite.actions import STOP_WITHIN
from hueandcry.publicsite.alerting import tell_all
from hueandcry.publicsite.models import Cursor
from hueandcry.publicsite.showing import rebuild
from hueandcry.records.queries import EntryLine, entries_after

FRESH = timedelta(minutes=1)

AT_ONCE = 500  # entries
PUBLISH = "appeal.publish"
OF_POSTS = frozenset({"post.change", "post.recall", "post.stop", "delivery.changed"})
OF_PICTURES = "asset.state-rights"  # a picture of the news may have to go, or may be shown again
SHOWN = frozenset(
    {
        PUBLISH, "appeal.update", "appeal.resolve", "appeal.withdraw", "appeal.review-due",
        "account.register", "account.suspend", "account.resume", "account.change", "account.retire",
        "account.hand-over", "account.add-holder", "account.end-holder", "unit.add", "unit.edit", "unit.close",
        "unit.reopen", "voice.show", "voice.keep", "voice.hide", "person.end", "person.take-role", "list.open",
        "list.close", "answer.show", "answer.hide", "answer.approve", "answer.retire", "answer.restore",
        "answer.change", "post.show", "post.say-where", "partner.approve", "partner.change", "partner.check", "partner.retire",
        "partner.restore", "photograph.put", "photograph.take-back",
    }
)  # fmt: skip


def follow() -> int:
    """Handle the entries after the cursor; returns how many changed what the public sees.

    Raises OSError if the files cannot be written: the cursor then stays and the next run tries again.
    """
    cursor, _made = Cursor.objects.get_or_create(name="site")
    lines = entries_after(position=cursor.position, limit=AT_ONCE)
    acts = [line for line in lines if changes_the_site(line)]
    if acts or build.current() is None:
        tell_all()
        shown = rebuild(by=system("follow_record", agency_id=0))
        if not shown.done:
            return 0
        for line in acts:
            _let_announcements_go(line)
    last = max((line.position or 0 for line in lines), default=cursor.position)
    Cursor.objects.filter(name="site", position__lt=last).update(position=last)
    return len(acts)


def changes_the_site(line: EntryLine) -> bool:
    """True for what anybody sees; what is done to a post counts only if it has a page among the news."""
    if line.verb in OF_POSTS:
        return has_page(subject=line.subject, agency_id=line.agency_id)
    return line.verb in SHOWN or line.verb == OF_PICTURES or line.verb.startswith("agency.")


def refresh() -> None:
    """A new release with the newest seals, if there is a site at all."""
    if build.current() is not None:
        rebuild(by=system("refresh_seals", agency_id=0), refresh=True)


def _let_announcements_go(line: EntryLine) -> None:
    """Not before the person who published has had the time to stop them: their request may be under way still.

    The time counts from now, since the page stands only now; an old one (the worker was away) waits no longer.
    """
    if line.verb != PUBLISH:
        return
    fresh = abs(clock.now() - line.at) < FRESH  # also where a clock was put back since
    by = system("follow_record", agency_id=line.agency_id)
    page_is_up(subject=line.subject, by=by, after=STOP_WITHIN if fresh else timedelta(0))
