"""The simulated Bluesky answers as the real PDS does: the same calls, the same status, error and shape."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from hueandcry.kernel.ids import random_id
from tests.connectors.stages import JPEG
from tests.servers.pds import Pds
from tests.servers.simulated import SimulatedNetwork

pytestmark = [pytest.mark.slow, pytest.mark.pds]
POST, REPOST, PROFILE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.actor.profile"
KEY = "3lbvwkt5qk22a"
MOMENT = "2026-11-22T09:00:00.000Z"


class Side:
    """One of the two servers, with a signed-in account."""

    def __init__(self, url: str, handle: str, password: str) -> None:
        self.url, self.handle, self.tokens = url, handle, {}
        given = {"identifier": handle, "password": password}
        self.tokens = self.call("com.atproto.server.createSession", given)[1]
        self.did = self.tokens["did"]

    def call(
        self, method: str, body: Any = None, *, token: str = "accessJwt", mime: str = "application/json"
    ) -> tuple[int, Any]:
        """Status and answer; a GET if there is no body."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/xrpc/{method}", data=data, headers={"Content-Type": mime}
        )
        if value := self.tokens.get(token, token if token.startswith("no-") else ""):
            request.add_header("Authorization", f"Bearer {value}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"{}")

    def put(self, record: Any, *, collection: str = POST, rkey: str = KEY, **more: Any) -> tuple[int, Any]:
        """putRecord."""
        body = {"repo": self.did, "collection": collection, "rkey": rkey, "record": record, **more}
        return self.call("com.atproto.repo.putRecord", body)

    def get(self, collection: str = POST, rkey: str = KEY) -> tuple[int, Any]:
        """getRecord."""
        return self.call(f"com.atproto.repo.getRecord?repo={self.did}&collection={collection}&rkey={rkey}")


def post(text: str = "Seen this van?", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": MOMENT, "langs": ["en"], **more}


def images(count: int, blob: Any, **more: Any) -> dict[str, Any]:
    image = {"image": blob, "alt": "A van", "aspectRatio": {"width": 1, "height": 1}, **more}
    return {"$type": "app.bsky.embed.images", "images": [image] * count}


def missing() -> dict[str, Any]:
    link = {"$link": "bafkreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"}
    return {"$type": "blob", "ref": link, "mimeType": "image/jpeg", "size": 9}


def twice(side: Side) -> tuple[int, Any]:
    first = side.put(post("Twice"), rkey="3lbvwkt5qk22b")[1]
    status, second = side.put(post("Twice"), rkey="3lbvwkt5qk22b")
    return status, {"same": first["cid"] == second["cid"]}


def swapped(side: Side) -> tuple[int, Any]:
    cid = side.put(post("One"), rkey="3lbvwkt5qk22c")[1]["cid"]
    assert side.put(post("Two"), rkey="3lbvwkt5qk22c", swapRecord=cid)[0] == 200
    return side.put(post("Three"), rkey="3lbvwkt5qk22c", swapRecord=cid)


def with_picture(side: Side) -> tuple[int, Any]:
    blob = side.call("com.atproto.repo.uploadBlob", JPEG, mime="image/jpeg")[1]["blob"]
    status, answer = side.put(post(embed=images(2, blob)), rkey="3lbvwkt5qk22d")
    kept = side.get(rkey="3lbvwkt5qk22d")[1]["value"]
    return status, {**answer, "alts": [image["alt"] for image in kept["embed"]["images"]]}


def deleted_twice(side: Side) -> tuple[int, Any]:
    body = {"repo": side.did, "collection": POST, "rkey": "3lbvwkt5qk22e"}
    side.put(post("Gone"), rkey="3lbvwkt5qk22e")
    side.call("com.atproto.repo.deleteRecord", body)
    assert side.get(rkey="3lbvwkt5qk22e")[1]["error"] == "RecordNotFound"
    return side.call("com.atproto.repo.deleteRecord", body)[0], {}


def reposted(side: Side) -> tuple[int, Any]:
    answer = side.put(post("Again"), rkey="3lbvwkt5qk22f")[1]
    record = {"$type": REPOST, "createdAt": MOMENT, "subject": {"uri": answer["uri"], "cid": answer["cid"]}}
    return side.put(record, collection=REPOST, rkey="3lbvwkt5qk22g")


def refreshed(side: Side) -> tuple[int, Any]:
    return side.call("com.atproto.server.refreshSession", b"", token="refreshJwt")


CALLS: dict[str, Callable[[Side], tuple[int, Any]]] = {
    "a post": lambda side: side.put(post()),
    "a post twice": twice,
    "a post that was changed meanwhile": swapped,
    "a post that must not be there yet": lambda side: side.put(post("x"), swapRecord=None),
    "two pictures": with_picture,
    "five pictures": lambda side: side.put(post(embed=images(5, missing()))),
    "a picture that was not uploaded": lambda side: side.put(post(embed=images(1, missing())), rkey="3lbvwkt5qk22h"),
    "a text of 300": lambda side: side.put(post("é" * 300), rkey="3lbvwkt5qk22i"),
    "a text of 301": lambda side: side.put(post("é" * 301)),
    "a text without a moment": lambda side: side.put({"$type": POST, "text": "x"}),
    "no record": lambda side: side.get(rkey="3lbvwkt5qk2zz"),
    "a deletion twice": deleted_twice,
    "a repost": reposted,
    "a page": lambda side: side.put({"$type": PROFILE, "description": "é" * 256}, collection=PROFILE, rkey="self"),
    "a page that is too long": lambda side: side.put(
        {"$type": PROFILE, "description": "é" * 257}, collection=PROFILE, rkey="self"
    ),
    "who am I": lambda side: side.call("com.atproto.server.getSession"),
    "a wrong password": lambda side: side.call(
        "com.atproto.server.createSession", {"identifier": side.handle, "password": "aaaa-bbbb-cccc-dddd"}
    ),
    "new tokens": refreshed,
    "no token": lambda side: side.call("com.atproto.server.getSession", token=""),
    "a method that is not there": lambda side: side.call("com.atproto.nothing.here"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sides(pds: Pds, simulated_network: SimulatedNetwork) -> tuple[Side, Side]:
    real = pds.create_account("alike.test")
    inside = simulated_network.network("bluesky", handle=f"alike{random_id(6).lower()}.test")
    return Side(pds.url, real.handle, real.app_password), Side(inside.url, inside.handle, inside.secret)


@pytest.mark.parametrize("name", CALLS)
def test_the_simulated_server_answers_as_the_real_one(sides: tuple[Side, Side], name: str) -> None:
    (real_status, real), (status, simulated) = [CALLS[name](side) for side in sides]
    assert status == real_status, real
    assert simulated.get("error") == real.get("error")
    assert set(simulated) <= set(real) | {"validationStatus"}, "it says nothing that the real one does not"
    for told in ("same", "alts"):
        assert simulated.get(told) == real.get(told)
