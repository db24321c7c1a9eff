"""The desk of the news: switched on, accounts chosen, a post kept off the site, and what its page says of it."""

from __future__ import annotations

from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel.ids import ref
from hueandcry.posts import news
from hueandcry.posts.models import Post
from hueandcry.publicsite import build
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person
from tests.factories_news import make_news
from tests.guard.others import _account as connect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "tips"]),
    pytest.mark.usefixtures("own_site"),
]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_administrator_says_of_which_accounts_posts_stand_on_the_site() -> None:
    agency = make_agency()
    account_id = int(str(connect(agency)["account_id"]))
    admin = at_desk(make_person(agency, Role.ADMINISTRATOR))
    author = at_desk(make_person(agency, Role.AUTHOR))
    assert "On our own site" not in text(author.get("/desk/compose/"))
    assert author.post("/desk/admin/news/", {"on": "on"}).status_code in {403, 404}
    assert text(admin.get("/desk/admin/news/")).count("checked") == 1  # the account, as is usual
    admin.post("/desk/admin/news/", {"on": "on", "accounts": [account_id]})
    assert news.is_on(agency.pk)
    assert [row.pk for row in news.shown_accounts(agency.pk)] == [account_id]
    assert admin.post("/desk/admin/news/", {"on": "on", "accounts": ["999999"]}).status_code == 422
    admin.post("/desk/admin/news/", {"on": "on"})
    assert news.shown_accounts(agency.pk) == []
    assert "On our own site" in text(author.get("/desk/compose/"))


def test_a_post_can_be_kept_off_the_site_and_stays_so_when_it_is_saved_again() -> None:
    agency = make_agency()
    connect(agency)
    author = at_desk(make_person(agency, Role.AUTHOR))
    admin = at_desk(make_person(agency, Role.ADMINISTRATOR))
    admin.post("/desk/admin/news/", {"on": "on"})
    given = {"text": "Only there.", "kind": "news", "audience": "public", "urgency": "2", "do": "save"}
    author.post("/desk/compose/", {**given, "on_site": "no"})
    post = Post.objects.get()
    assert not post.on_site
    admin.post("/desk/admin/news/", {})
    author.post(f"/desk/compose/{post.pk}/", {**given, "text": "Only there now.", "revision": post.revision})
    post.refresh_from_db()
    assert (post.text, post.on_site) == ("Only there now.", False)


def test_the_page_of_a_post_leads_to_its_page_and_a_recall_there_takes_it_off() -> None:
    agency = make_agency()
    account = Account.objects.get(pk=int(str(connect(agency)["account_id"])))
    page = make_news(agency, account_id=account.pk)
    approver = at_desk(make_person(agency, Role.APPROVER))
    address = news.news_path(page.month, page.pk)
    assert "Among the news on our own site" in text(approver.get(f"/desk/posts/{page.post_id}/"))
    approver.post(f"/desk/posts/{page.post_id}/recall/", {"recall-reason": "Wrong lane."})
    served = build.current()
    assert served is not None
    assert (served.folder / agency.slug / f".gone{address}gone").exists()
    assert "is gone" in text(approver.get(f"/desk/posts/{page.post_id}/"))
    assert news.has_page(subject=ref("post", page.post_id), agency_id=agency.pk)
