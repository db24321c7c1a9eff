"""The demonstration year, a hundredth of it: everything in its place in time, sealed for real, on the record."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from hueandcry.agencies.models import Person
from hueandcry.appeals.models import Appeal
from hueandcry.channels.models import Account
from hueandcry.cli.demo import Progress
from hueandcry.demo import hearsay, keeping, loading
from hueandcry.demo.hearing import Ear
from hueandcry.demo.places import voices
from hueandcry.demo.timeline import Timeline, grown, moments
from hueandcry.demo.year import YEAR, part_of_the_year
from hueandcry.kernel import clock
from hueandcry.kernel.keyfiles import secret
from hueandcry.posts.models import Delivery, Post
from hueandcry.records.entry import Ledger
from hueandcry.records.queries import ledger_states
from hueandcry.records.verifying import verify
from hueandcry.simnet.store import Store
from hueandcry.tips import codes, intake, keys, opening, passphrase
from hueandcry.tips.models import DeskKey, KeyWrap, Message, Tip
from tests.helpers_tips import make_ready_programme, send

ROOT = Path(__file__).resolve().parents[2] / "hueandcry"
NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def test_the_year_has_what_was_promised() -> None:
    assert (YEAR.accounts, len(YEAR.stories), YEAR.tips, YEAR.posts) == (121, 26, 10_344, 9_800)
    assert len(voices(119)) == len({voice.handle for voice in voices(119)}) == 119
    counts = grown(10_344 - 30, months=12, first=350, last=1012)
    assert (sum(counts), counts[0], counts[-1]) == (10_314, 350, 1012)
    assert counts == sorted(counts)


def test_no_two_tips_of_the_year_say_the_same() -> None:
    chance, known = random.Random(119), set[str]()
    for _n in range(10_344):
        hearsay.talk(chance, turns=0, known=known)
    assert len(known) == 10_344


def test_the_same_seed_tells_the_same() -> None:
    one, other = (hearsay.talk(random.Random(7), turns=3, known=set()) for _n in range(2))
    assert one == other


def test_acts_are_played_in_the_order_of_time_at_their_own_moment() -> None:
    timeline, seen = Timeline(start=NOW - timedelta(days=2), now=NOW), list[datetime]()
    for hours in (30, 5, 90, 12):
        timeline.add(NOW - timedelta(hours=hours), lambda: seen.append(clock.now()))
    timeline.play(what="", say=lambda *_given: None)
    assert seen == [NOW - timedelta(hours=hours) for hours in (48, 30, 12, 5)]
    assert abs(clock.now() - datetime.now(tz=UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("length", [timedelta(minutes=5), timedelta(hours=20), timedelta(days=30)])
def test_moments_lie_between_begin_and_end(length: timedelta) -> None:
    found = moments(random.Random(1), 50, begin=NOW - length, end=NOW)
    assert len(found) == 50
    assert found == sorted(found)
    assert NOW - length <= found[0] <= found[-1] <= NOW


def test_the_last_day_is_as_busy_as_any_other() -> None:
    end = datetime(2026, 11, 22, 20, tzinfo=UTC)
    found = moments(random.Random(1), 3000, begin=end - timedelta(days=29, hours=23), end=end)
    assert {moment.date() for moment in found} >= {end.date(), end.date() - timedelta(days=1)}
    assert sum(moment.date() == end.date() for moment in found) > 50


def test_nobody_but_the_demonstration_pretends_another_time() -> None:
    users = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if "pretending(" in path.read_text(encoding="utf-8")
    }
    assert users == {"demo", "kernel"}


def test_progress_has_a_rate_and_the_time_left_on_a_terminal_and_plain_lines_elsewhere() -> None:
    seconds = iter([0.0, 10.0, 12.0, 14.0] * 2)
    for moving, expected in (
        (True, "[############............] 50 of 100, 5 a second, 10 s left"),
        (False, "50 of 100"),
    ):
        out = io.StringIO()
        say = Progress(out, moving=moving, timer=lambda: next(seconds))
        say("Tips", 0, 100)
        say("Tips", 50, 100)
        say("Tips", 55, 100)
        say("Done", 1, 1)
        assert expected in out.getvalue()
        assert ("\r" in out.getvalue()) == moving
        assert out.getvalue().endswith("Done.\n")
        assert moving or "55 of" not in out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db(databases=["default", "tips"])
def test_a_hundredth_of_the_year_is_whole() -> None:
    amount = part_of_the_year(100)
    before = clock.now()

    loading.load(amount=amount)

    assert Account.objects.count() == 12
    assert Person.objects.count() == 31
    assert Tip.objects.count() == amount.tips == 103
    assert Post.objects.filter(subject__startswith="notice:").count() == amount.posts == 98
    states = Counter(Appeal.objects.values_list("status", flat=True))
    assert states == {"published": 10, "resolved": 11, "withdrawn": 3, "submitted": 1, "draft": 1}
    oldest = Appeal.objects.exclude(published_at=None).order_by("published_at").first()
    assert oldest is not None
    assert oldest.published_at is not None
    assert before - oldest.published_at > timedelta(days=340)
    everything_is_on_the_record()
    the_network_shows_what_was_sent()
    the_tips_open()


def everything_is_on_the_record() -> None:
    for ledger in Ledger:
        report = verify(ledger)
        assert report.problems == []
        assert report.pending == 0
    main, tips = ledger_states()
    assert main.entries > Post.objects.count() * 2 + Delivery.objects.filter(status="sent").count()
    assert tips.entries > Tip.objects.count() * 2
    assert main.sealed_size == main.entries


def the_network_shows_what_was_sent() -> None:
    sent = Delivery.objects.filter(status="sent")
    assert sent.exclude(remote_url="").count() == sent.count() > 98
    store = Store(settings.HUE_HOME / "simnet")
    last = sent.order_by("-sent_at").first()
    assert last is not None
    shown = store.post(int(last.remote_id))
    store.close()
    assert shown is not None
    assert (shown["handle"], shown["link"]) == (last.account.handle, last.post.link)


def the_tips_open() -> None:
    """With a coordinator's passphrase, whatever their state; and with the tipster's own code."""
    key = DeskKey.objects.get(person_name="Benno Halvard")
    seed = passphrase.open_desk_seed(
        bytes(key.wrapped_private),
        passphrase=keeping.kept("passphrase-benno"),
        fingerprint=key.fingerprint,
    )
    talks = [opening.open_tip(tip, private=seed) for tip in Tip.objects.all()]
    assert len({turns[0].letter.text for turns in talks}) == len(talks)
    assert max(len(turns) for turns in talks) >= 4
    assert KeyWrap.objects.count() == Tip.objects.count() * 3
    for tip in Tip.objects.all():
        assert tip.messages_count == Message.objects.filter(tip=tip).count()
        assert tip.read_to <= tip.messages_count
        assert (tip.taken_by != "") == (tip.status == "working")
    assert {"new", "working", "closed"} == set(Tip.objects.values_list("status", flat=True))


@pytest.mark.django_db(databases=["default", "tips"])
def test_a_tip_told_in_bulk_comes_back_to_its_tipster_by_number_and_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programme = make_ready_programme()
    tickets: list[bytes] = []
    fresh = Ear._number

    def noted(ear: Ear, ticket: bytes) -> str:
        tickets.append(ticket)
        return fresh(ear, ticket)

    monkeypatch.setattr(Ear, "_number", noted)
    ear = Ear(programme_id=programme.agency.pk, coordinators=[programme.officer], appeals={})
    timeline = Timeline(start=clock.now() - timedelta(days=60), now=clock.now())
    ear.plan(timeline, random.Random(3), count=12, say=lambda *_given: None)
    timeline.play(what="", say=lambda *_given: None)
    pepper = secret(settings.HUE_KEYS, intake.PEPPER)
    for ticket in tickets:
        number = keys.number_of(ticket, pepper=pepper)
        code = keys.code_of(ticket, pepper=pepper)
        found = intake.return_to_dialogue(
            programme_id=programme.agency.pk, number=codes.show_number(number), code=codes.as_groups(code)
        )
        assert len(found.turns) == Tip.objects.get(number=number).messages_count
        assert found.closed == (Tip.objects.get(number=number).status == "closed")
    assert len(tickets) == 12
    _sent, _filed = send(programme)
    from_the_form = Tip.objects.exclude(number__in=[keys.number_of(each, pepper=pepper) for each in tickets])
    assert filled(from_the_form.get()) <= filled(Tip.objects.get(number=number))


def filled(tip: Tip) -> set[str]:
    """The fields that hold anything, but for the appeal that it answers."""
    values = {field.attname: getattr(tip, field.attname) for field in Tip._meta.concrete_fields}
    return {name for name, value in values.items() if value and name != "appeal_ref"}
