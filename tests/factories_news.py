"""A post that stands among the news of an agency's public site, pictures and all."""

from __future__ import annotations

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts.models import Delivery, NewsPage
from hueandcry.posts.news_actions import set_news, show_on_site
from tests.factories import make_actor
from tests.posts.helpers import Newsroom


def make_news(agency: Agency, *, account_id: int) -> NewsPage:
    """A post with a picture that one account of an agency said, as if the worker had sent it."""
    set_news(on=True, by=make_actor(agency, Role.ADMINISTRATOR, name="Ivo Quist"))
    post = Newsroom.written_by(agency, account_ids=[account_id])
    sent = {"status": "sent", "sent_at": clock.now(), "due_at": None, "remote_id": f"remote-{post.pk}"}
    Delivery.objects.filter(post=post).update(**sent, remote_url="https://social.example/@ellery/1")
    show_on_site(post_id=post.pk, by=system("news", agency_id=agency.pk))
    return NewsPage.objects.get(post=post)
