"""Posts on the public site (R26): up once they went out, in the feeds, and gone everywhere when they are recalled."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.assets.models import Rights
from hueandcry.channels.models import Account, Voice
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import NotAllowed
from hueandcry.posts import news, tasks
from hueandcry.posts.approval_actions import approve_post, submit_post
from hueandcry.posts.models import Delivery, NewsPage, NewsSite, Post
from hueandcry.posts.news_actions import set_news, show_on_site
from hueandcry.posts.standing_actions import approve_change, edit_post
from hueandcry.posts.standing_actions import recall_post as recall_only
from hueandcry.posts.writing_actions import add_picture
from hueandcry.publicsite import actions, build, following, pages
from hueandcry.publicsite import tasks as site_tasks
from hueandcry.publicsite.sites import Site
from hueandcry.records.entry import Ledger
from hueandcry.records.models import Entry
from hueandcry.records.numbering import number
from hueandcry.records.queries import entries_after
from tests.factories import make_actor
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import TEXT, Newsroom, jpeg
from tests.publicsite.feed_rules import json_feed_faults, rss_faults
from tests.publicsite.test_pages import BUDGET, Reader

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "tips"]),
    pytest.mark.usefixtures("own_site"),
]


@pytest.fixture
def room(desk: Desk) -> Newsroom:
    """A desk whose agency shows its posts."""
    set_news(on=True, by=desk.admin)
    return Newsroom.of(desk)


def shown(room: Newsroom, text: str = TEXT, **more: object) -> Post:
    """A post that went out and that the sweep has seen."""
    post = room.sent(text, **more)
    tasks.show_news()
    return post


def site_of(room: Newsroom) -> Site:
    return pages.site_of(room.desk.agency)


def texts(site: Site) -> dict[str, str]:
    return {
        name: data.decode()
        for name, data in site.texts.items()
        if not name.startswith(("assets/", "record/")) and not name.endswith(".png")
    }


def telling(site: Site, words: str) -> set[str]:
    return {name for name, text in texts(site).items() if words in text}


def page_name(post: Post) -> str:
    page = NewsPage.objects.get(post=post)
    return f"news/{page.month}/{page.pk}/index.html"


def test_a_post_stands_on_the_site_and_in_every_feed_once_it_went_out(room: Newsroom) -> None:
    post = room.out()
    assert tasks.show_news() == 0
    room.desk.work_on(rounds=2)
    assert tasks.show_news() == 1
    assert tasks.show_news() == 0
    site = site_of(room)
    name = page_name(post)
    found = telling(site, TEXT)
    assert found == {
        "index.html", "news/index.html", "news/2026-11/index.html", name, "feed.atom", "feed.rss", "feed.json",
    }  # fmt: skip
    page = texts(site)[name]
    Reader(page)
    assert "Port Ellery Police 1" in page
    assert '<time datetime="2026-11-22T' in page
    assert f"/{name.removesuffix('index.html')}" in texts(site)["sitemap.xml"]
    assert not rss_faults(site.texts["feed.rss"])
    assert not json_feed_faults(site.texts["feed.json"])
    assert "<script" not in page
    sheet = max(len(gzip.compress(data, 9)) for at, data in site.texts.items() if at.endswith(".css"))
    assert sheet + len(gzip.compress(page.encode(), 9)) <= BUDGET


@pytest.mark.parametrize(
    "what", ["for staff", "not for the site", "list", "kept for ourselves", "registered"]
)
def test_what_not_everybody_reads_is_never_news(room: Newsroom, what: str) -> None:
    account = Account.objects.filter(pk=room.desk.accounts[0].pk)
    more: dict[str, object] = {}
    if what == "for staff":
        account.update(audience="staff")
        more = {"audience": "staff"}
    elif what == "registered":
        account.update(audience="registered")
    elif what == "kept for ourselves":
        account.update(is_public=False)
    elif what == "not for the site":
        more = {"on_site": False}
    post = room.sent(**more)
    assert Delivery.objects.get(post=post).status == "sent"
    if what == "list":
        account.update(channel="webhook")
    assert tasks.show_news() == 0
    assert not telling(site_of(room), TEXT)


def test_a_list_is_shown_where_it_was_chosen_and_an_account_is_not_where_it_was_not(room: Newsroom) -> None:
    first, second = room.desk.accounts
    set_news(on=True, account_ids=[first.pk], by=room.desk.admin)
    shown(room, "Said by the second one.", accounts=[second.pk])
    Account.objects.filter(pk=first.pk).update(channel="webhook")
    assert not telling(site_of(room), "Said by")
    assert [row.pk for row in news.shown_accounts(room.desk.agency.pk)] == [first.pk]


def test_nothing_is_shown_before_the_agency_said_so_and_nothing_from_before(desk: Desk) -> None:
    room = Newsroom.of(desk)
    shown(room, "Before.")
    assert not any(name.startswith("news/") for name in site_of(room).texts)
    set_news(on=True, by=desk.admin)
    shown(room, "After.")
    assert telling(site_of(room), "After.")
    assert not telling(site_of(room), "Before.")
    set_news(on=False, by=desk.admin)
    site = site_of(room)
    assert not telling(site, "After.")
    assert any(address.startswith("/news/") for address in site.gone)
    with pytest.raises(NotAllowed):
        set_news(on=True, by=room.writer)
    assert not NewsSite.objects.get().since


def test_the_page_says_what_the_public_was_told_and_not_what_staff_were(room: Newsroom) -> None:
    public, staff = room.desk.accounts
    Account.objects.filter(pk=staff.pk).update(audience="staff")
    post = shown(
        room,
        "Said to colleagues.",
        accounts=[public.pk, staff.pk],
        own_texts=((f"account:{public.pk}", "Said to everybody."),),
    )
    site = site_of(room)
    assert not telling(site, "colleagues")
    assert page_name(post) in telling(site, "Said to everybody.")
    assert not telling(site, "Port Ellery Police 2") & {page_name(post)}


def test_a_recalled_post_is_gone_with_its_pictures_from_every_release(room: Newsroom, own_site: Path) -> None:
    draft = room.draft("Do you know whose dog this is?")
    add_picture(
        post_id=draft.pk, data=jpeg(), file_name="dog.jpg", by=room.writer, alt="A brown dog", ours=True
    )
    submit_post(post_id=draft.pk, by=room.writer)
    approve_post(post_id=draft.pk, by=room.approver)
    room.desk.work_on(rounds=2)
    tasks.show_news()
    stays = shown(room, "The ferry runs again.")
    number(Ledger.MAIN)
    site_tasks.follow_record()
    media = dict(site_of(room).media)
    assert media
    pictures = {digest: blobs.read(digest) for digest in media.values()}
    assert 'alt="A brown dog"' in texts(site_of(room))[page_name(draft)]

    count, result = actions.recall_post(post_id=draft.pk, reason="Wrong dog.", by=room.approver)

    assert count == 1
    assert result is not None
    name = page_name(draft)
    for path in (path for path in own_site.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert data not in pictures.values(), path
        assert b"whose dog" not in data, path
        assert b"Wrong dog" not in data, path
    served = build.current()
    assert served is not None
    folder = served.folder / room.desk.agency.slug
    assert (folder / f".gone/{name.removesuffix('index.html')}gone").exists()
    assert all((folder / f".gone/media/{each}gone").exists() for each in media)
    assert (folder / page_name(stays)).exists()


def test_a_recall_by_another_door_reaches_the_site_by_the_record(room: Newsroom) -> None:
    post, aside = shown(room), room.sent(on_site=False)
    for each in (post, aside):
        recall_only(post_id=each.pk, reason="Wrong.", by=room.approver)
    number(Ledger.MAIN)
    lines = [line for line in entries_after(position=0, limit=500) if line.verb == "post.recall"]
    assert [following.changes_the_site(line) for line in lines] == [True, False]
    assert actions.recall_post(post_id=room.sent(on_site=False).pk, reason="x", by=room.approver)[1] is None


def test_a_recall_on_one_account_leaves_the_page_as_long_as_another_stands(room: Newsroom) -> None:
    first, second = room.desk.accounts
    post = shown(room, accounts=[first.pk, second.pk])
    recall_only(post_id=post.pk, reason="x", by=room.approver, account_ids=[first.pk])
    page = texts(site_of(room))[page_name(post)]
    assert "Police 2" in page
    assert "Police 1" not in page
    recall_only(post_id=post.pk, reason="x", by=room.approver, account_ids=[second.pk])
    assert not telling(site_of(room), TEXT)


def test_a_change_and_a_correction_are_shown_as_such(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)  # a network that changes a standing post
    post = shown(room, "It opens at two.")
    edit_post(post_id=post.pk, content=room.content("It opens at three."), by=room.writer)
    assert not telling(site_of(room), "three")
    approve_change(post_id=post.pk, by=room.approver)
    site = site_of(room)
    assert telling(site, "at two")  # nobody was told of the change yet
    assert "Changed on" not in texts(site)[page_name(post)]
    tasks.edit_due()
    site = site_of(room)
    assert "Changed on" in texts(site)[page_name(post)]
    assert not telling(site, "at two")
    right = shown(room, "We said two. It is three.", kind="correction")
    assert "Correction" in texts(site_of(room))[page_name(right)]


def test_a_picture_leaves_the_page_when_its_right_has_ended(room: Newsroom) -> None:
    post = Newsroom.written_by(room.desk.agency, account_ids=[room.desk.accounts[0].pk])
    room.desk.work_on(rounds=2)
    tasks.show_news()
    names = set(site_of(room).media)
    asset = post.pictures[0]["asset"]
    Rights.objects.filter(asset_id=asset).delete()
    moment = room.desk.clock.now()
    Rights.objects.create(
        agency=room.desk.agency, asset_id=asset, owner="own", people="none", minors="none",
        expires_on=moment.date() - timedelta(days=1), stated_at=moment, stated_by="person:1",
    )  # fmt: skip
    site = site_of(room)
    assert names
    assert not site.media
    Rights.objects.filter(asset_id=asset).update(expires_on=None, minors="missing")
    assert not site_of(room).media
    assert {f"/media/{name}" for name in names} <= set(site.gone)
    assert page_name(post) in site.texts


def test_people_and_stations_show_what_they_said_last(room: Newsroom) -> None:
    ruth = make_actor(room.desk.agency, Role.STEWARD, name="Ruth Abara")
    account = room.desk.accounts[0]
    person_id = int(ruth.ref.partition(":")[2])
    shown(room)
    account.holders.create(agency=room.desk.agency, person_id=person_id, begun_at=room.desk.clock.now())
    Voice.objects.create(
        agency=room.desk.agency, person_id=person_id, slug="ruth", name="Ruth Abara", shown_at=room.desk.clock.now(),
    )  # fmt: skip
    page = texts(site_of(room))["people/ruth/index.html"]
    assert TEXT in page
    assert "Last posts" in page


def test_a_month_with_many_posts_has_several_light_pages(room: Newsroom) -> None:
    post = room.sent()
    for _ in range(2 * 60):
        again = Post.objects.get(pk=post.pk)
        again.pk, again._state.adding = None, True
        Post.objects.bulk_create([again])
        page = NewsPage(agency=room.desk.agency, post=again, month="2026-11", shown_at=room.desk.clock.now())
        NewsPage.objects.bulk_create([page])
        row = Delivery.objects.get(post=post)
        row.pk, row._state.adding, row.post, row.key = None, True, again, f"k{again.pk}"
        Delivery.objects.bulk_create([row])
    files = site_of(room).texts
    assert {"news/2026-11/index.html", "news/2026-11/more-1/index.html"} <= set(files)
    assert "news/2026-11/more-2/index.html" not in files
    assert files["news/index.html"].count(TEXT.encode()) == 20


def test_each_page_is_made_once_and_is_on_the_record(room: Newsroom) -> None:
    post = shown(room)
    entry = Entry.objects.get(verb="post.show")
    assert entry.subject == post.subject
    assert show_on_site(post_id=post.pk, by=room.approver) is False
    with pytest.raises(NotAllowed):
        show_on_site(post_id=post.pk, by=room.writer)
