"""Reports are read as the standards write them, and nothing that is sent to the return address can do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.lists.reports import LARGEST, Kind, Report, is_report, read_report
from hueandcry.lists.verdicts import Verdict, verdict
from tests.lists.returned_mail import answer, complaint, holiday, read_receipt, report, rfc_example

MARK = "0123456789abcdef0123"
ID = f"<77.{MARK}@port-ellery.example>"
NAMES = (("77", MARK),)


def test_the_example_of_the_standard() -> None:
    assert read_report(rfc_example(ID)) == Report(Kind.FAILED, NAMES, "4.0.0")


def test_a_report_as_servers_write_it_with_either_kind_of_line_ends() -> None:
    assert read_report(report(ID)) == Report(Kind.FAILED, NAMES, "5.1.1")
    assert read_report(report(ID).replace(b"\r\n", b"\n")) == Report(Kind.FAILED, NAMES, "5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        report("<other@mx.example>", envelope=f"77.{MARK}"),
        report("<other@mx.example>", to=f"bounces+77.{MARK}@port-ellery.example"),
        report("<other@mx.example>", to=f"<bounces-77.{MARK}@port-ellery.example>"),
    ],
)
def test_the_envelope_id_or_the_return_address_is_enough(raw: bytes) -> None:
    found = read_report(raw)
    assert found is not None
    assert found.names == NAMES


def test_a_letter_has_a_name_of_its_own_kind() -> None:
    found = read_report(report(f"<c12-3.{MARK}@port-ellery.example>"))
    assert found is not None
    assert found.names == (("c12-3", MARK),)


def test_a_server_that_says_no_more_than_failed_is_asked_by_what_the_other_said() -> None:
    for status in ("5.0.0", ""):
        found = read_report(report(ID, status=status, diagnostic="550 5.1.1 <ada@x>: no such user"))
        assert found is not None
        assert found.status == "5.1.1"


def test_delayed_and_delivered_are_no_failures() -> None:
    for action, kind in (("delayed", Kind.DELAYED), ("relayed", Kind.ARRIVED), ("Expanded", Kind.ARRIVED)):
        found = read_report(report(ID, action=action))
        assert found is not None
        assert found.kind == kind


def test_of_several_recipients_the_mildest_counts() -> None:
    two = report(ID).replace(
        b"Status: 5.1.1\r\n\r\n", b"Status: 5.1.1\r\n\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
    )
    found = read_report(two)
    assert found is not None
    assert found.kind == Kind.ARRIVED


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        ("abuse", Kind.COMPLAINT),
        ("Fraud", Kind.COMPLAINT),
        ("not-spam", Kind.NOTHING),
        ("auth-failure", Kind.NOTHING),
    ],
)
def test_a_complaint_is_told_from_praise(kind: str, means: Kind) -> None:
    assert read_report(complaint(ID, kind=kind)) == Report(means, NAMES)


@pytest.mark.parametrize(
    "raw", [holiday(ID), read_receipt(ID), answer(ID), b"", b"\r\n\r\n", b"\xff\xfe\x00"]
)
def test_what_is_no_report_is_none_whatever_it_quotes(raw: bytes) -> None:
    assert read_report(raw) is None


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("5.1.1", Verdict.DEAD), ("5.1.2", Verdict.DEAD), ("5.1.10", Verdict.DEAD), ("5.2.1", Verdict.DEAD),
        ("5.2.2", Verdict.COUNTED), ("4.4.7", Verdict.COUNTED), ("5.1.0", Verdict.COUNTED),
        ("5.0.0", Verdict.COUNTED), ("", Verdict.COUNTED), ("4.1.1", Verdict.COUNTED),
        ("5.7.1", Verdict.OURS), ("4.7.0", Verdict.OURS), ("5.6.0", Verdict.OURS), ("5.5.2", Verdict.OURS),
        ("5.1.7", Verdict.OURS), ("5.1.8", Verdict.OURS), ("5.3.4", Verdict.OURS), ("5.2.3", Verdict.OURS),
    ],
)  # fmt: skip
def test_the_published_rule(status: str, means: Verdict) -> None:
    assert verdict(status) == means


def nested(depth: int) -> bytes:
    """Boxes in boxes, each a report."""
    heads = (f'Content-Type: multipart/report; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return "".join(heads).encode()


HOSTILE = [
    nested(8_000),
    b"Content-Type: multipart/report; boundary=" + b"x" * 100_000 + b"\r\n\r\n--x",
    b"Content-Type: multipart/report; boundary*=\x00''%ff; boundary=\"a\"\r\n\r\n--a\r\n" * 1_000,
    b"Content-Type: multipart/report; boundary=a\r\n" + b"To: " + f"1.{MARK} ".encode() * 9_000 + b"\r\n\r\n--a\r\n",
    b"To: x\r\n" * 40_000,
    b"Content-Type: multipart/report;boundary=a\r\n\r\n" + b"--a\r\n" * 50_000,
    report(ID).replace(b"Content-Type: message/delivery-status", b'Content-Type: message/delivery-status; charset="\xfft\x00-16"'),
    report(ID).replace(b"Action: failed", b"Action: failed" + b"\r\n " * 60_000),
    report(ID).replace(b"\r\n\r\nReporting", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%Reporting"),
    report(ID).replace(b"\r\n\r\nFinal", (b"\r\n" + b" " * 999) * 150 + b"\r\n\r\nFinal"),
    report(ID) + b"A" * (50 * 1024 * 1024),
]  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_mail_is_survived_and_only_its_beginning_looked_at(raw: bytes) -> None:
    found = read_report(raw)
    assert found is None or len(found.names) <= 40
    assert found == read_report(raw[:LARGEST])


@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_damage_is_survived(noise: bytes, place: int) -> None:
    for whole in (report(ID), complaint(ID)):
        read_report(whole[:place] + noise + whole[place + len(noise) :])
    read_report(noise)


def test_only_a_multipart_report_is_fetched() -> None:
    assert is_report("Content-Type: Multipart/Report; report-type=x")
    assert is_report("multipart/report")
    assert not is_report("Content-Type: multipart/reporting-it; x")
    assert not is_report('text/plain; x="multipart/report"')
