"""Whatever a page's script may send: the desk answers with a sentence, never with an error of its own."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client

from hueandcry.agencies.models import Person
from hueandcry.tips.key_actions import PASSKEY_WRAPPED
from hueandcry.tips.models import DeskKey, KeyLock, Tip
from tests.desk_client import at_desk
from tests.helpers_tips import make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
KEY = "QQ=="
PAIR = {
    "generation": 0, "public_key": KEY, "messages": {"1": KEY}, "wraps": {}, "recovery": KEY, "tipster": KEY,
    "proof": KEY,
}  # fmt: skip
NOTHING = [" ", "{", "[]", "7", "null", '"text"', "[" * 100_000, "\udcff", "{}"]
VALUES: dict[str, dict[str, object]] = {
    "read": {"position": 1},
    "reply": {"sealed": KEY, "generation": 0, "after": 1},
    "share": {"wraps": {"a": KEY}},
    "assign": {"wraps": {"a": KEY}, "to": "person:1", "only": False},
    "status": {"status": "working"},
    "rekey": PAIR,
}
WRONG = [None, [], {"a": {}}, {"x": "QQ=="}, "é", float("inf"), 10**40, {"1": 1}, True, "a\0b", "\ud800"]


@pytest.fixture
def desk() -> tuple[Client, Tip]:
    """An officer at the desk who has a key, and a tip that it opens."""
    programme = make_ready_programme()
    tip, _filed = send(programme)
    person = Person.objects.get(pk=int(programme.officer.ref.partition(":")[2]))
    return at_desk(person), tip


def check(client: Client, path: str, body: str) -> None:
    answer = client.post(path, body.encode("utf-8", "surrogateescape"), content_type="application/json")
    assert 200 <= answer.status_code < 500, (path, body[:80])
    if answer.status_code >= 400:
        assert answer.json()["sentence"], (path, body[:80])


@pytest.mark.parametrize("act", VALUES)
def test_a_tips_page_is_answered_in_a_sentence_whatever_it_sends(desk: tuple[Client, Tip], act: str) -> None:
    client, tip = desk
    path = f"/desk/tips/{tip.number}/{act}/"
    for body in NOTHING:
        check(client, path, body)
    for name in VALUES[act]:
        for wrong in WRONG:
            check(client, path, json.dumps({**VALUES[act], name: wrong}))
    tip.refresh_from_db()
    assert (tip.messages.count(), tip.generation) == (1, 0)


def test_a_lock_that_is_none_is_answered_in_a_sentence(desk: tuple[Client, Tip]) -> None:
    client, _tip = desk
    path = f"/desk/tips/keys/{DeskKey.objects.get().pk}/lock/"
    for body in [*NOTHING, *(json.dumps({"credential_id": "a", "wrapped": wrong}) for wrong in WRONG)]:
        check(client, path, body)
    enough = base64.b64encode(bytes(PASSKEY_WRAPPED)).decode()
    for wrong in WRONG:
        check(client, path, json.dumps({"credential_id": wrong, "wrapped": enough}))
    assert not KeyLock.objects.exists()
