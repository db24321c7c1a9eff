"""What comes up on the site before the networks have it, and what goes by itself at its minute (R26, R30)."""

from __future__ import annotations

from hueandcry.kernel.actor import system
from hueandcry.posts import news_actions as news
from hueandcry.posts.alert_actions import note_over
from hueandcry.posts.alert_messages import over
from hueandcry.posts.news import page_of
from hueandcry.posts.site_first import due
from hueandcry.publicsite.alerting import tell_all
from hueandcry.publicsite.showing import show


def put_first() -> int:
    """Put posts that are on their way on the site before the networks have them, then let those go (R26).

    Returns how many pages came up. Networks that wait for a page that cannot be made go by themselves. Safe to run twice
    and in parallel, and to be killed.
    """
    pages = due()
    for page in pages:
        news.put_first(post_id=page.post_id, by=system("news", agency_id=page.agency_id))
    put = [page for page in pages if page_of(page.post)]
    if not put:
        return 0
    tell_all()
    if not show(by=system("news", agency_id=0)).done:
        return 0
    for page in put:
        news.page_stands(post_id=page.post_id, by=system("news", agency_id=page.agency_id))
    return len(put)


def end_alerts() -> int:
    """Take alerts whose time has come to an end off the list of those that hold. Returns how many. Safe to run twice."""
    rows = over()
    if not rows or not show(by=system("alerts", agency_id=0)).done:
        return 0
    for agency_id in {row.agency_id for row in rows}:
        mine = [row.pk for row in rows if row.agency_id == agency_id]
        note_over(message_ids=mine, by=system("alerts", agency_id=agency_id))
    return len(rows)
