"""The figures say how the machine does and nothing about anybody: least of all when a tip came."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import OperationalError

from hueandcry.channels.models import Account
from hueandcry.health import metrics
from hueandcry.kernel import clock
from hueandcry.tips.models import Tip
from tests.helpers_tips import make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[a-z0-9_]*"(,[a-z]+="[a-z0-9_]*")*\})? -?[0-9.e+]+')


def figure(name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", metrics.text(), flags=re.MULTILINE)
    assert found, metrics.text()
    return float(found[1])


def test_every_line_is_a_figure_whose_labels_are_plain_words() -> None:
    for line in metrics.text().splitlines():
        assert line.startswith(("# HELP hue_", "# TYPE hue_")) or LINE.fullmatch(line), line


def test_no_name_handle_number_or_address_appears() -> None:
    programme = make_ready_programme(host="www.port-ellery.example")
    tip, filed = send(programme)
    Account.objects.create(
        agency=programme.force, channel="simulated", handle="portellery", label="Port Ellery Police",
        server_url="https://social.example", registered_at=clock.now(),
    )  # fmt: skip
    page = metrics.text()
    for word in (tip.number, filed.number, tip.pk, "portellery", "Port Ellery", "social.example", "quist", "Quist",
                 "PE-2418", "www.", "@", "127.0.0.1"):  # fmt: skip
        assert word not in page, word


def test_tips_are_counted_to_midnight_and_in_steps_of_five() -> None:
    programme = make_ready_programme()
    for _number in range(7):
        send(programme)
    assert figure("hue_tips_to_midnight") == 0  # all of today
    yesterday = clock.now() - timedelta(days=1)
    Tip.objects.filter(pk__in=Tip.objects.values("pk")[:4]).update(arrived_hour=yesterday)
    assert figure("hue_tips_to_midnight") == 0
    Tip.objects.update(arrived_hour=yesterday)
    assert figure("hue_tips_to_midnight") == 5


def test_a_tip_of_this_minute_changes_no_figure() -> None:
    programme = make_ready_programme()
    send(programme)
    before = metrics.text()
    send(programme)
    without_ages = [re.sub(r"(_seconds|_percent) .*", "", page) for page in (before, metrics.text())]
    assert without_ages[0] == without_ages[1]


def test_a_database_that_is_gone_shows_in_one_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(metrics, "worker_state", gone)
    assert figure("hue_up") == 0
    assert figure("hue_disk_free_percent") > 0
