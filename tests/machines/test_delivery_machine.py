"""Delivery, lived through at random: a channel that fails in every way, a worker that dies anywhere, people who recall.

The laws, whatever happened and in whatever order: nothing is up twice; what was wanted is up in the end; what was
taken back is down in the end; the row never says more than what the public sees; the record has its entry.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from hueandcry.channels.connector import Recovery
from hueandcry.kernel.errors import Refusal
from hueandcry.posts import delivering, recovery
from hueandcry.posts.actions import page_is_up, retry_delivery, withdraw_announcements
from hueandcry.posts.models import Delivery
from hueandcry.records.models import Entry
from tests.fakes import FakeChannel
from tests.machines.living import Life, live
from tests.posts.conftest import LEASE, Desk, desk

__all__ = ["desk"]  # the fixture
pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
S = Delivery.Status
HOW = ["", "killed_before", "killed_after", "unknown_after", "unknown_before", "unreachable", "refused"]
MOST = 6  # subjects in one life
OVER = {S.SENT, S.FAILED, S.UNCONFIRMED, S.CANCELLED, S.REMOVED}


class DeliveryLife(Life):
    """Posts about many subjects go to two accounts of a channel that fails as it likes."""

    house: Desk
    kind: Recovery

    def __init__(self) -> None:
        super().__init__()
        self.channel: FakeChannel = self.house.channel.reset(recovery=self.kind)
        self.subjects: list[str] = []

    @initialize()
    def begin(self) -> None:
        """The clock begins where it stood."""
        self.began = self.house.clock.moment

    def teardown(self) -> None:
        """Whatever is left is worked off; then the laws of the end must hold."""
        try:
            if hasattr(self, "began"):
                self._end_well()
        finally:
            super().teardown()
            if hasattr(self, "began"):
                self.house.clock.moment = self.began

    def _round(self, how: list[str], during: Callable[[], object] | None = None) -> None:
        self.channel.next.extend(how)
        self.channel.during = during
        self.house.work()
        self.channel.next.clear()
        self.channel.during = None

    def _subject(self, number: int) -> str:
        return self.subjects[number % len(self.subjects)]

    def _recall(self, number: int) -> int:
        return withdraw_announcements(subject=self._subject(number), by=self.house.by)

    @precondition(lambda self: len(self.subjects) < MOST)
    @rule(both=st.booleans(), ready=st.booleans())
    def announce(self, *, both: bool, ready: bool) -> None:
        """Somebody publishes, and the page is up already, or not yet."""
        subject = f"appeal:{len(self.subjects) + 1}"
        self.subjects.append(subject)
        accounts = self.house.accounts if both and self.kind == Recovery.KEY else self.house.accounts[:1]
        chosen = [account.pk for account in accounts]
        self.house.announce(f"Text about {subject}.", subject=subject, account_ids=chosen)
        if ready:
            page_is_up(subject=subject, by=self.house.by)

    @precondition(lambda self: self.subjects)
    @rule(number=st.integers(0, MOST))
    def page(self, number: int) -> None:
        """The page it links to stands."""
        page_is_up(subject=self._subject(number), by=self.house.by)

    @rule(how=st.lists(st.sampled_from(HOW), max_size=3))
    def work(self, how: list[str]) -> None:
        """The worker has a round, in which the channel behaves as told."""
        self._round(how)

    @precondition(lambda self: self.subjects)
    @rule(number=st.integers(0, MOST))
    def recall(self, number: int) -> None:
        """It is taken back."""
        self._recall(number)

    @precondition(lambda self: self.subjects)
    @rule(number=st.integers(0, MOST), how=st.sampled_from(HOW))
    def recall_in_the_middle(self, number: int, how: str) -> None:
        """It is taken back while something is being sent."""
        self._round([how], lambda: self._recall(number))

    @precondition(lambda self: self.kind == Recovery.KEY)
    @rule(how=st.sampled_from(HOW))
    def slow_try(self, how: str) -> None:
        """A try outlives its lease, and another worker takes the row over meanwhile.

        Only where a key makes a repeat a no-op: elsewhere every call ends before its lease (delivering.MARGIN).
        """

        def meanwhile() -> None:
            self.house.clock.pass_(LEASE + timedelta(seconds=1))
            self.house.work()

        self._round([how], meanwhile)

    @rule(minutes=st.sampled_from([0.1, 1, 3, 20]))
    def wait(self, minutes: float) -> None:
        """Time goes by."""
        self.house.clock.pass_(timedelta(minutes=minutes))

    @precondition(lambda _self: Delivery.objects.filter(status=S.FAILED).exists())
    @rule()
    def retry(self) -> None:
        """Somebody mends the cause and tries again."""
        failed = Delivery.objects.filter(status=S.FAILED).order_by("pk").first()
        assert failed
        try:
            retry_delivery(delivery_id=failed.pk, by=self.house.by)
        except Refusal:
            assert failed.withdraw_asked_at

    @invariant()
    def nothing_is_up_twice(self) -> None:
        """Whatever a channel tells apart by key or by text stands there once."""
        keys = [post["key"] for post in self.channel.up.values()]
        assert len(keys) == len(set(keys))

    @invariant()
    def sent_means_up(self) -> None:
        """“Sent” is said of what is there, and “cancelled” of what never was."""
        keys = {post["key"] for post in self.channel.up.values()}
        for row in Delivery.objects.all():
            if row.status == S.SENT:
                assert row.key in keys, row.pk
            if row.status == S.FAILED:
                assert row.key not in keys, row.pk

    @invariant()
    def one_at_a_time(self) -> None:
        """Of an account one delivery is under way."""
        for account in self.house.accounts:
            assert Delivery.objects.filter(account=account, status=S.SENDING).count() <= 1

    def _end_well(self) -> None:
        for subject in self.subjects:
            page_is_up(subject=subject, by=self.house.by)
        for _round in range(200):
            waiting = [
                max(row.due_at, row.claimed_until or row.due_at)
                for row in Delivery.objects.filter(due_at__isnull=False)
                if row.due_at
            ]
            if not waiting:
                break
            self.house.clock.moment = max(self.house.clock.moment, min(waiting)) + timedelta(seconds=1)
            self.house.work()
        self.nothing_is_up_twice()
        self.sent_means_up()
        keys = {post["key"] for post in self.channel.up.values()}
        for row in Delivery.objects.select_related("post"):
            assert row.status in OVER, (row.pk, row.status, row.last_error)
            if row.withdraw_asked_at:
                assert row.key not in keys, f"delivery {row.pk} was taken back and is still up"
                assert row.status in {S.REMOVED, S.CANCELLED}
            else:
                assert row.status in {S.SENT, S.FAILED, S.UNCONFIRMED}
                assert row.status != S.UNCONFIRMED or self.kind != Recovery.KEY
            verbs = set(Entry.objects.filter(subject=f"delivery:{row.pk}").values_list("verb", flat=True))
            wanted = {S.SENT: "delivery.sent", S.REMOVED: "delivery.removed", S.FAILED: "delivery.fail"}
            assert row.status not in wanted or wanted[row.status] in verbs


def machine(desk: Desk, kind: Recovery) -> type[DeliveryLife]:
    return type("Lived", (DeliveryLife,), {"house": desk, "kind": kind})


@pytest.mark.parametrize("kind", [Recovery.KEY, Recovery.LOOKUP])
def test_nothing_is_doubled_or_lost_whatever_happens(desk: Desk, kind: Recovery) -> None:
    live(machine(desk, kind))


def test_the_machine_sees_a_worker_that_sends_blind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "first_step", lambda **_told: recovery.Step.SEND)
    with pytest.raises(AssertionError):
        live(machine(desk, Recovery.LOOKUP), broken=True)


def test_the_machine_sees_a_recall_that_forgets_what_is_under_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgets(_row: Any) -> None:
        """The law taken away."""

    monkeypatch.setattr(delivering, "_remove_if_unwanted", forgets)
    with pytest.raises(AssertionError):
        live(machine(desk, Recovery.KEY), broken=True)
