"""Nobody is on a list who did not say so twice; leaving is one step; nothing says who is on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.kernel import clock
from hueandcry.kernel.errors import Invalid, NotFound, Unavailable
from hueandcry.lists import intake, slips, tasks, vault
from hueandcry.lists.actions import OnItAlready, TheyLeft, add_subscriber, close_list, remove_subscriber
from hueandcry.lists.choices import Choices, Medium
from hueandcry.lists.models import Departed, Subscriber
from hueandcry.records.models import Entry
from tests.lists.helpers import House, token_in, work
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.slow
ADA = "Ada.Lovell@harbour.example"


def verbs() -> list[str]:
    return list(
        Entry.objects.filter(verb__startswith="subscriber.").order_by("pk").values_list("verb", flat=True)
    )


def test_who_asks_is_written_to_and_is_on_the_list_only_after_the_link(
    house: House, mail: MailServer
) -> None:
    house.opened()
    house.ask(ADA, levels=["red", "traffic"], areas=["harbour"], quiet_from=22 * 60, quiet_to=7 * 60)
    work()
    (row,) = Subscriber.objects.all()
    assert (row.status, row.levels) == ("waiting", "")
    (letter,) = mail.letters
    assert letter.to == ADA
    assert "List-Unsubscribe" not in letter.mail  # they are on no list yet
    intake.confirm(agency_id=house.agency.pk, token=token_in(mail, ADA, "confirm"))
    work()
    row.refresh_from_db()
    assert (row.status, row.levels, row.areas, row.quiet_from) == (
        "active",
        ",red,traffic,",
        ",harbour,",
        1320,
    )
    assert "You are on the list" in mail.letters[-1].mail["Subject"]
    assert verbs() == ["subscriber.join"]


def test_the_link_works_once_more_and_changes_nothing(house: House, mail: MailServer) -> None:
    house.opened()
    house.ask(ADA)
    work()
    token = token_in(mail, ADA, "confirm")
    for _time in range(3):
        intake.confirm(agency_id=house.agency.pk, token=token)
        work()
    assert Subscriber.objects.get().status == "active"
    assert len(mail.letters) == 2  # the question and the welcome
    assert verbs() == ["subscriber.join"]


def test_an_address_is_sealed_and_found_by_a_keyed_digest(house: House, mail: MailServer) -> None:
    house.opened()
    (row,) = house.join(mail, ADA)
    assert b"lovell" not in bytes(row.sealed).lower()
    assert vault.open_address(row.list_id, row.sealed) == ADA
    house.ask(ADA.upper())
    work()
    assert Subscriber.objects.count() == 1


def test_the_public_side_leaves_nothing_that_can_be_read(house: House) -> None:
    house.opened()
    house.ask(ADA)
    (slip,) = slips.waiting()
    assert b"lovell" not in slip.read_bytes().lower()
    assert slip.stat().st_mode & 0o077 == 0


def test_the_answer_is_the_same_for_an_address_that_is_on_the_list(house: House, mail: MailServer) -> None:
    house.opened()
    house.join(mail, ADA)
    assert house.ask(ADA) is None  # nothing but a slip
    work()
    assert Subscriber.objects.get().status == "active"


def test_new_choices_count_only_after_the_link(house: House, mail: MailServer) -> None:
    house.opened()
    (row,) = house.join(mail, ADA, levels=["red"])
    Subscriber.objects.update(written_at=clock.now() - timedelta(hours=1))
    house.ask(ADA, levels=["green"])
    work()
    row.refresh_from_db()
    assert row.levels == ",red,"
    intake.confirm(agency_id=house.agency.pk, token=token_in(mail, ADA, "confirm"))
    work()
    row.refresh_from_db()
    assert row.levels == ",green,"
    assert len(mail.letters) == 1  # no second welcome


def test_nobody_is_flooded_with_questions(house: House, mail: MailServer) -> None:
    house.opened()
    for _time in range(5):
        house.ask(ADA)
        work()
    assert len(mail.letters) == 1
    for _time in range(5):
        Subscriber.objects.update(written_at=clock.now() - timedelta(hours=1))
        house.ask(ADA)
        work()
    assert len(mail.letters) == 3


def test_a_yes_after_48_hours_comes_too_late_and_the_address_is_gone(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.opened()
    house.ask(ADA)
    work()
    token = token_in(mail, ADA, "confirm")
    later = clock.now() + timedelta(hours=50)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(intake.LinkTooOld):
        intake.confirm(agency_id=house.agency.pk, token=token)
    tasks.forget_old()
    assert not Subscriber.objects.exists()
    assert not Departed.objects.exists()  # never on the list


def test_leaving_is_one_step_and_leaves_a_digest_only(house: House, mail: MailServer) -> None:
    house.opened()
    house.ask(ADA)
    work()
    intake.confirm(agency_id=house.agency.pk, token=token_in(mail, ADA, "confirm"))
    work()
    intake.leave(agency_id=house.agency.pk, token=token_in(mail, ADA, "leave"))
    work()
    assert not Subscriber.objects.exists()
    assert Departed.objects.get().reason == "left"
    assert verbs() == ["subscriber.join", "subscriber.leave"]


def test_who_left_comes_back_by_themselves_only(house: House, mail: MailServer) -> None:
    house.opened()
    (row,) = house.join(mail, ADA)
    remove_subscriber(subscriber_id=row.pk, reason="asked by telephone", by=house.keeper)
    by_hand = {"medium": Medium.EMAIL, "choices": Choices(), "consent": "on the phone", "by": house.keeper}
    with pytest.raises(TheyLeft):
        add_subscriber(address=ADA, **by_hand)  # type: ignore[arg-type]
    house.join(mail, ADA)
    assert Subscriber.objects.get().status == "active"
    with pytest.raises(OnItAlready):
        add_subscriber(address=ADA, **by_hand)  # type: ignore[arg-type]


def test_who_is_added_by_hand_is_asked_all_the_same(house: House, mail: MailServer) -> None:
    house.opened()
    with pytest.raises(Invalid):
        add_subscriber(medium=Medium.EMAIL, address=ADA, choices=Choices(), consent=" ", by=house.keeper)
    add_subscriber(
        medium=Medium.EMAIL, address=ADA, choices=Choices(), consent="sheet of 3 May", by=house.keeper
    )
    work()
    assert Subscriber.objects.get().status == "waiting"
    assert len(mail.to(ADA)) == 1


@pytest.mark.parametrize(
    "typed", ["", "ada", "a@b", "a b@c.example", "a@c.example\nBcc: x@y.example", "ä@c.example"]
)
def test_what_is_no_address_is_refused_beside_the_field(house: House, typed: str) -> None:
    house.opened()
    with pytest.raises(Invalid) as refusal:
        house.ask(typed)
    assert refusal.value.field == "address"


@pytest.mark.parametrize(
    "typed", ["https://[push/1", "https:///1", "https://push.example/\x01", "wss://p.example/1"]
)
def test_a_browser_without_an_address_is_refused_beside_the_field(house: House, typed: str) -> None:
    house.opened(Medium.PUSH)
    with pytest.raises(Invalid):
        house.ask(f"{typed}\np256dh\nauth", medium=Medium.PUSH)
    assert list(slips.waiting()) == []


def test_a_closed_list_cannot_be_joined(house: House) -> None:
    house.opened()
    close_list(medium=Medium.EMAIL, by=house.keeper)
    assert intake.offer(agency_id=house.agency.pk).media == []
    with pytest.raises(NotFound):
        house.ask(ADA)


def test_a_form_without_our_ticket_is_not_taken(house: House) -> None:
    house.opened()
    for ticket in ("", "00" * 32, "zz", intake.new_ticket()[:-2] + "00"):
        with pytest.raises(Invalid):
            intake.ask(
                agency_id=house.agency.pk, medium="email_list", address=ADA, choices=Choices(), ticket=ticket
            )
    assert list(slips.waiting()) == []


def test_a_flood_is_turned_away_and_nothing_is_lost_of_the_first(house: House) -> None:
    house.opened()
    moment = clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: moment)
        for number in range(intake.BURST):
            house.ask(f"p{number}@harbour.example")
        with pytest.raises(Unavailable):
            house.ask(ADA)
    assert len(list(slips.waiting())) == intake.BURST


@pytest.mark.parametrize("purpose", ["confirm", "leave"])
def test_a_link_of_another_kind_agency_or_hand_is_none(house: House, mail: MailServer, purpose: str) -> None:
    house.opened()
    house.ask(ADA)
    work()
    token = token_in(mail, ADA, "confirm")
    turned = token[:-3] + ("AAA" if not token.endswith("AAA") else "BBB")
    asked = {"confirm": intake.confirm, "leave": intake.leave}[purpose]
    for agency, given in ((house.agency.pk + 1, token), (house.agency.pk, turned), (house.agency.pk, "x")):
        with pytest.raises(NotFound):
            asked(agency_id=agency, token=given)
    if purpose == "leave":
        with pytest.raises(NotFound):
            intake.leave(agency_id=house.agency.pk, token=token)


def test_a_slip_that_nobody_can_open_is_removed(house: House) -> None:
    house.opened()
    slips.folder().mkdir(exist_ok=True)
    (slips.folder() / "00000000000000000001-x.slip").write_bytes(b"garbage")
    house.ask(ADA)
    assert tasks.take_slips() == 2
    assert list(slips.waiting()) == []
    assert Subscriber.objects.count() == 1
