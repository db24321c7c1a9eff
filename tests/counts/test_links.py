"""Links of ours: a code for each delivery, counted by day, nothing of anybody; other people's links are not touched."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hueandcry.agencies.addresses import public_url
from hueandcry.counts.models import Openings
from hueandcry.counts.openings import note_openings
from hueandcry.counts.queries import figures_of
from hueandcry.front.answering import LINK
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import NotAllowed
from hueandcry.posts.fitting import previews
from hueandcry.posts.links import SPACE, code_of, counted_link, delivery_of, is_counted
from hueandcry.posts.models import Delivery
from hueandcry.publicsite import switch
from hueandcry.publicsite.tasks import take_openings
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

HOME = "https://www.port-ellery.example/"
DB = pytest.mark.django_db(databases=["default", "tips"])
PAGE = "/policy/comments/"
WORKER = system("openings", agency_id=0)


@pytest.fixture(autouse=True)
def https(settings: Any) -> None:
    settings.HUE_HTTPS = True


def test_every_delivery_has_a_code_of_its_own_and_the_server_knows_its_shape() -> None:
    numbers = [*range(2000), SPACE - 1]
    codes = [code_of(number) for number in numbers]
    assert len(set(codes)) == len(codes)
    assert [delivery_of(code) for code in codes] == numbers
    assert all(LINK.match(f"/l/{code}/appeals/PE-1/".encode()) for code in codes)
    assert [delivery_of(text) for text in ("", "1234567", "abcdefgh", "ABCDEFG", "é345678")] == [None] * 5
    with pytest.raises(ValueError, match="no code"):
        code_of(SPACE)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.example.org/appeals/PE-1/",
        "https://www.port-ellery.example.org/appeals/PE-1/",
        "http://www.port-ellery.example/appeals/PE-1/",
        f"{HOME}",
        f"{HOME}appeals/?q=van",
        f"{HOME}t/",
        f"{HOME}t",
        f"{HOME}subscribe/email/",
        f"{HOME}l/2222222/appeals/",
        f"{HOME}a//b",
        "",
    ],
)
def test_a_link_that_is_not_to_a_plain_page_of_ours_is_left_alone(link: str) -> None:
    assert counted_link(link, home=HOME, delivery_id=7) == link


def test_a_link_to_a_page_of_ours_says_which_delivery_and_still_where_it_leads(settings: Any) -> None:
    link = counted_link(f"{HOME}appeals/PE-1/#tell", home=HOME, delivery_id=7)
    assert link == f"{HOME}l/{code_of(7)}/appeals/PE-1/#tell"
    assert is_counted(link)
    assert not is_counted(f"{HOME}appeals/PE-1/")
    settings.HUE_COUNT_LINKS = False
    assert counted_link(f"{HOME}appeals/PE-1/", home=HOME, delivery_id=7) == f"{HOME}appeals/PE-1/"


@DB
def test_each_account_gets_a_link_of_its_own_and_the_count_goes_to_its_delivery(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk, mode="free")
    page = public_url(desk.agency, PAGE)
    post = room.out(accounts=[row.pk for row in desk.accounts], link=page)
    desk.work_on(4)
    first, second = Delivery.objects.filter(post=post).order_by("pk")
    links = [row["link"] for row in desk.channel.up.values()]
    assert sorted(links) == sorted(
        public_url(desk.agency, f"/l/{code_of(row.pk)}{PAGE}") for row in (first, second)
    )
    desk.clock.moment = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # in London it is July already
    for times in (4, 2):
        assert note_openings(counted={code_of(first.pk): times, "zzzzzzz": 9, "nonsense": 1}, by=WORKER) == 1
    assert list(Openings.objects.values_list("delivery", "on", "times")) == [
        (first.pk, datetime(2026, 7, 1, tzinfo=UTC).date(), 6)
    ]
    found = figures_of(actor=room.writer, deliveries=[first, second])
    assert [found[row.pk].openings for row in (first, second)] == [6, 0]
    with pytest.raises(NotAllowed):
        note_openings(counted={}, by=room.writer)


@DB
def test_a_link_that_the_text_names_already_stays_and_so_does_somebody_elses(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk, mode="free")
    page = public_url(desk.agency, PAGE)
    room.sent(f"Look at {page} now.", link=page)
    room.sent("Weather.", link="https://weather.example/today/")
    assert [row["link"] for row in desk.channel.up.values()] == [page, "https://weather.example/today/"]


@DB
def test_the_preview_counts_the_link_as_long_as_it_will_be(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk, mode="free")
    account = desk.accounts[0]
    account.limits = {**desk.channel.limits.plain(), "card": False}
    account.save()
    post = room.draft(link=public_url(desk.agency, PAGE))
    shown = previews(post, [account])[0]
    room.desk.by, delivery = room.writer, room.out(link=post.link).deliveries.get()
    desk.work_on(4)
    delivery.refresh_from_db()
    assert shown.count == len(delivery.frozen_request["text"])


@DB
def test_the_worker_fetches_all_that_the_server_counted(
    desk: Desk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Newsroom.of(desk, mode="free")
    post = room.sent(link=public_url(desk.agency, PAGE))
    code = code_of(post.deliveries.get().pk)
    answers = [f'{{"{code}":2}}', f'{{"{code}":3}}', "{}"]
    monkeypatch.setattr(switch, "_ask", lambda _word, *, within: answers.pop(0))  # noqa: ARG005
    assert take_openings() == 2
    assert Openings.objects.get().times == 5
    for answer in (None, "", "unknown Say reload or status.", "[]"):
        monkeypatch.setattr(switch, "_ask", lambda _word, *, within, said=answer: said)  # noqa: ARG005
        assert take_openings() == 0
