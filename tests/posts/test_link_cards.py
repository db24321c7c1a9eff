"""Cards of links: what is asked for, kept at handing in and sent, of our own pages and others, and what the desk shows."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.channels.connector import CardBy, Outgoing
from hueandcry.desk.link_cards import digest_in
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import NotFound
from hueandcry.matters.actions import hold_matter, lift_matter
from hueandcry.posts import tasks
from hueandcry.posts.approval_actions import approve_post, submit_post, take_back_post
from hueandcry.posts.cards import ask_for_cards
from hueandcry.posts.checking import NeedsReason, findings_of
from hueandcry.posts.fitting import previews
from hueandcry.posts.knowing import known_of
from hueandcry.posts.models import LinkCard, Post, PostRevision
from hueandcry.posts.writing_actions import add_picture, draft_post, read_cards_again
from hueandcry.publicsite import actions as site_actions
from hueandcry.publicsite.actions import take_down_appeal
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_appeals import Team
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom, jpeg

DB = pytest.mark.django_db(databases=["default", "tips"])
LINK = "https://www.port.org/ferries"
OPERATOR = system("operator", agency_id=0)


# --- asking -----------------------------------------------------------------------------------------


@pytest.fixture
def room(desk: Desk) -> Newsroom:
    """Two people, on a channel whose cards we make."""
    desk.channel.limits = replace(desk.channel.limits, card_by=CardBy.US)
    return Newsroom.of(desk)


def known(room: Newsroom, title: str = "Ferries", **more: Any) -> LinkCard:
    """A page that was read."""
    given = {"found": "page", "title": title, "read_at": clock.now(), "due_at": None, **more}
    return LinkCard.objects.update_or_create(agency=room.desk.agency, address=LINK, defaults=given)[0]


def handed_in(room: Newsroom, text: str, **more: Any) -> Post:
    """A post that waits for approval, whatever the check warns of."""
    return submit_post(post_id=room.draft(text, **more).pk, reason="Looked at.", by=room.writer)


def sent(room: Newsroom, post: Post) -> Outgoing:
    """What its first delivery was, once it is out."""
    room.desk.work_on(rounds=2)
    return Outgoing.from_plain(post.deliveries.get().frozen_request)


@DB
def test_a_page_is_asked_for_once_and_anew_on_a_button(room: Newsroom) -> None:
    agency = room.desk.agency
    post = room.draft("Look.", link=f"{LINK}#today")
    row = LinkCard.objects.get()
    assert (row.address, row.due_at is not None) == (LINK, True)
    LinkCard.objects.update(due_at=None, found="page", read_at=clock.now())
    assert ask_for_cards([LINK], agency=agency) == 0
    LinkCard.objects.update(found="unknown")
    assert ask_for_cards([LINK], agency=agency) == 0
    read_cards_again(post_id=post.pk, by=room.writer)
    assert LinkCard.objects.get().due_at == clock.now()
    LinkCard.objects.update(due_at=None, read_at=clock.now() - timedelta(hours=13))
    assert ask_for_cards([LINK], agency=agency) == 1
    for never in (
        public_url(agency, "/appeals/PE-1/"),
        "http://www.port.org/",
        "https://localhost/",
        "https://[",
    ):
        assert ask_for_cards([never], agency=agency) == 0


@DB
def test_the_worker_reads_what_is_due(room: Newsroom) -> None:
    LinkCard.objects.create(agency=room.desk.agency, address="https://127.0.0.1/x", due_at=clock.now())
    assert tasks.read_cards() == 1
    assert LinkCard.objects.get().said == "not public"
    assert tasks.read_cards() == 0


# --- kept and sent ----------------------------------------------------------------------------------


@DB
def test_what_was_approved_is_what_is_sent(room: Newsroom) -> None:
    known(room, "Ferries as approved", description="From seven.")
    post = room.submitted("Look.", link=LINK)
    known(room, "Something else by now")
    approve_post(post_id=post.pk, by=room.approver)
    card = sent(room, post).card
    assert card is not None
    assert (card.address, card.title, card.description) == (LINK, "Ferries as approved", "From seven.")
    kept = PostRevision.objects.get(post=post).content["cards"]
    assert [item["title"] for item in kept] == ["Ferries as approved"]
    assert "Ferries as approved" in Entry.objects.get(verb="post.submit").body.lines


@DB
def test_a_draft_again_takes_the_card_as_it_is_by_then(room: Newsroom) -> None:
    known(room, "Before")
    post = room.submitted("Look.", link=LINK)
    assert Post.objects.get(pk=post.pk).cards[0]["title"] == "Before"
    take_back_post(post_id=post.pk, by=room.writer)
    known(room, "After")
    assert Post.objects.get(pk=post.pk).cards is None
    submit_post(post_id=post.pk, by=room.writer)
    assert Post.objects.get(pk=post.pk).cards[0]["title"] == "After"


@DB
def test_without_a_card_the_link_stands_in_the_text(room: Newsroom) -> None:
    known(room)
    for more in ({"no_card": True}, {}):
        post = draft_post(content=room.content("Look.", link=LINK, **more), by=room.writer)
        if not more:
            add_picture(
                post_id=post.pk, data=jpeg(), file_name="a.jpg", alt="A quay", ours=True, by=room.writer
            )
        submit_post(post_id=post.pk, reason="Looked at.", by=room.writer)
        approve_post(post_id=post.pk, by=room.approver)
        outgoing = sent(room, post)
        assert (outgoing.text, outgoing.card, outgoing.no_card) == (f"Look.\n\n{LINK}", None, True)


@DB
def test_an_address_in_the_text_has_a_card_only_if_its_page_was_read(room: Newsroom) -> None:
    unread = room.submitted(f"Look at {LINK} now.")
    approve_post(post_id=unread.pk, by=room.approver)
    assert sent(room, unread).card is None
    known(room)
    post = room.submitted(f"Look at {LINK} once more.")
    approve_post(post_id=post.pk, by=room.approver)
    card = sent(room, post).card
    assert card is not None
    assert (card.address, card.title) == (LINK, "Ferries")


@DB
def test_a_link_nobody_has_read_still_has_its_card_with_the_address(room: Newsroom) -> None:
    post = room.submitted("Look.", link=LINK)
    approve_post(post_id=post.pk, by=room.approver)
    card = sent(room, post).card
    assert card is not None
    assert (card.title, card.description, card.picture) == ("port.org", "", None)


@DB
def test_where_the_network_makes_the_card_only_the_address_goes(room: Newsroom) -> None:
    room.desk.channel.limits = replace(room.desk.channel.limits, card=False, card_by=CardBy.NETWORK)
    known(room)
    post = room.submitted("Look.", link=LINK)
    [shown] = previews(post, room.desk.accounts[:1], known_of(room.desk.agency, [post]).cards_of(post))
    assert shown.link_card is not None
    assert (shown.link_card.title, "itself" in shown.link_card.note) == ("Ferries", True)
    approve_post(post_id=post.pk, by=room.approver)
    outgoing = sent(room, post)
    assert outgoing.card is not None
    assert (outgoing.card.address, outgoing.card.title) == (LINK, "")


@DB
def test_the_words_of_a_strangers_page_are_looked_at_like_our_own(room: Newsroom) -> None:
    known(room, "Murderer Mira Osei caught")
    post = room.draft("Read this.", link=LINK)
    accounts = room.desk.accounts[:1]
    [found] = [item for item in findings_of(post, accounts=accounts) if item.part == "card"]
    assert (found.level, found.offer) == ("warn", "")
    assert "No card" in found.cure
    with pytest.raises(NeedsReason):
        submit_post(post_id=post.pk, by=room.writer)
    post.no_card = True
    assert [item for item in findings_of(post, accounts=accounts) if item.part == "card"] == []


# --- our own pages ----------------------------------------------------------------------------------


@DB
@pytest.mark.slow
@pytest.mark.usefixtures("own_site")
def test_our_own_page_gives_its_card_from_the_release_until_it_is_taken_down(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)  # nothing is called
    team = Team(agency=room.desk.agency)
    shows = {"kind": "property", "shows_people": False, "title": "Blue bicycle found"}
    appeal = team.published(pictures=1, reference="PE-7", **shows)
    site_actions.rebuild(by=OPERATOR)
    link = public_url(room.desk.agency, "/appeals/PE-7/")
    first = handed_in(room, "Is it yours?", link=link)
    approve_post(post_id=first.pk, by=room.approver)
    card = sent(room, first).card
    assert card is not None
    assert card.title == "Blue bicycle found"
    assert card.picture is not None
    assert blobs.read(card.picture.digest)[:3] == b"\xff\xd8\xff"
    assert "/l/" in card.address
    held = {
        "title": "The bicycle",
        "words": ["blue bicycle"],
        "permitted": "",
        "reason": "Asked by the court.",
    }
    hold_matter(**held, ask="Insp. Adeyemi", by=room.approver)
    post = room.draft("Whose is it?", link=link)
    found = [item for item in findings_of(post, accounts=room.desk.accounts[:1]) if item.part == "card"]
    assert [item.rule for item in found] == ["held-matter"]
    lift_matter(matter_id=int(found[0].about.partition(":")[2]), reason="Over.", by=room.approver)
    second = handed_in(room, "Still there.", link=link)
    assert second.cards[0]["picture"]["width"] > 0
    take_down_appeal(appeal_id=appeal.pk, reason="It is his.", by=team.approver)
    approve_post(post_id=second.pk, by=room.approver)
    card = sent(room, second).card
    assert card is not None
    assert (card.description, card.picture) == ("", None)
    assert "bicycle" not in card.title
    page = at_desk(Person.objects.get(pk=int(team.author.ref.partition(":")[2]))).get("/desk/appeals/PE-7/")
    lead = page.content.decode().partition("Posts that still lead here")[2]
    assert lead.index(f"/desk/posts/{second.pk}/") < lead.index(f"/desk/posts/{first.pk}/")
    assert not LinkCard.objects.exists()


@DB
def test_no_address_of_ours_reads_another_file(room: Newsroom, own_site: Path) -> None:
    release = own_site / "releases" / "1"
    (release / "ellery").mkdir(parents=True)
    hosts = {"release": 1, "hosts": {room.desk.agency.public_host: "ellery"}}
    (release / "site.json").write_text(json.dumps(hosts))
    (own_site / "current").symlink_to(release)
    (release / "ellery" / "page.html").write_text("<title>Reached</title>")
    assert cards(room, "/page.html")[0] == "Reached"
    for path in ("/../site.json", "/%2e%2e/site.json", "/.gone/x", "/a//b", "/page.html\\x", "/nothing/"):
        assert cards(room, path) == ("", "No page of ours stands at this address now."), path


def cards(room: Newsroom, path: str) -> tuple[str, str]:
    post = Post(agency=room.desk.agency, text="x", link=public_url(room.desk.agency, path), kind="news")
    [card] = known_of(room.desk.agency, [post]).cards_of(post).values()
    return card.title, card.sentence()


# --- the desk ---------------------------------------------------------------------------------------


@DB
@pytest.mark.slow
def test_the_desk_shows_the_card_before_anybody_decides(room: Newsroom) -> None:
    small = blobs.put(jpeg())
    picture = {"digest": small, "small": small, "width": 320, "height": 240}
    client = at_desk(make_person(room.desk.agency, Role.AUTHOR, name="Kit Roe"))
    number = str(room.desk.accounts[0].pk)
    form = {
        "kind": "news",
        "audience": "public",
        "text": "Look.",
        "urgency": "2",
        "accounts": [number],
        "link": LINK,
    }
    client.post("/desk/compose/", {**form, "do": "save"})
    address = f"/desk/compose/{Post.objects.get().pk}/"
    look = client.post(f"{address}look/", form).content.decode()
    assert f'data-unread="{LINK}"' in look
    assert "The page was not read yet." in look
    known(room, "<b>Ferries</b>", description="From seven.", picture=picture)
    look = client.post(f"{address}look/", form).content.decode()
    assert "&lt;b&gt;Ferries&lt;/b&gt;" in look
    assert "Read from the page on" in look
    place = look.partition('src="/desk/cards/')[2].partition('"')[0]
    assert client.get(f"/desk/cards/{place}").content == jpeg()
    for name in (f"{place}x", "nothing"):
        assert client.get(f"/desk/cards/{name}").status_code == 404
    with pytest.raises(NotFound):
        digest_in(place, agency_id=room.desk.agency.pk + 1)
    assert "post-card-again" in client.post(address, {**form, "do": "card"})["Location"]
    assert LinkCard.objects.get().due_at is not None
    look = client.post(f"{address}look/", {**form, "no_card": "on"}).content.decode()
    assert "No card: the link stands in the text." in look
    post = Post.objects.get()
    submit_post(post_id=post.pk, by=room.writer)
    approver = at_desk(make_person(room.desk.agency, Role.APPROVER, name="Femi Roe"))
    assert "The card of the link:" in approver.get("/desk/approvals/").content.decode()
