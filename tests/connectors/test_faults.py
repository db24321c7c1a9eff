"""The frame of the simulated networks: their pages, their ways to fail, their allowances; and that all are tried."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hueandcry.channels.catalogue import CHANNELS, OURSELVES, connector_for
from hueandcry.channels.connector import Line
from hueandcry.kernel.http import Server
from hueandcry.kernel.ids import random_id
from hueandcry.simnet import forms, networks
from hueandcry.simnet.api import Request, Response
from hueandcry.simnet.joining import join
from hueandcry.simnet.pages import POLICY
from hueandcry.simnet.store import Store
from hueandcry.simnet.world import FAULTS, World, is_fault
from tests.connectors.contract import ByAbility, Contract
from tests.connectors.faults import OUTCOMES, UPLOADS, Faults
from tests.servers.simulated import Inside, SimulatedNetwork


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = Store(tmp_path)
    yield World(store, "mastodon", root="http://127.0.0.1:1/mastodon")
    store.close()


@pytest.fixture
def inside(simulated_network: SimulatedNetwork) -> Iterator[Inside]:
    inside = simulated_network.network("mastodon")
    yield inside
    inside.work_properly()


def answer(world: World, path: str, method: str = "GET", body: bytes = b"", mime: str = "") -> Any:
    headers = {"host": "127.0.0.1:1", "content-type": mime}
    return networks.answer(world.store, Request(method, path, {}, headers, body))


def test_every_way_to_fail_has_its_expected_answer() -> None:
    assert set(OUTCOMES) == set(FAULTS) - {"expired_token", "refuse_duplicate"}  # tests of their own
    assert set(UPLOADS) == set(OUTCOMES) - {"slow"}
    assert is_fault("upload.drop_after")
    assert not is_fault("upload.upload.drop_after")
    assert not is_fault("burn")


def staged() -> dict[int, set[type]]:
    """For each connector by its identity, which of the two suites some class of a test file puts it to."""
    found: dict[int, set[type]] = {}
    for path in Path(__file__).parent.glob("test_*.py"):
        for thing in vars(import_module(f"tests.connectors.{path.stem}")).values():
            if isinstance(thing, type) and issubclass(thing, ByAbility) and hasattr(thing, "connector"):
                suites = {suite for suite in (Contract, Faults) if issubclass(thing, suite)}
                found.setdefault(id(thing.connector), set()).update(suites)
    return found


def test_every_channel_with_a_server_is_put_to_the_contract_and_to_every_fault() -> None:
    tried = staged()
    for name, channel in CHANNELS.items():
        if name in {"fake", "simulated"} or channel.server == OURSELVES:
            continue
        assert tried.get(id(connector_for(name))) == {Contract, Faults}, name  # the lists: test_matrix.py
        assert networks.network(name), f"there is no simulated {name}"


@pytest.mark.slow
def test_a_new_account_on_any_network_can_be_used_at_once(
    simulated_network: SimulatedNetwork, settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    for name in set(networks.names()) & set(CHANNELS):  # the others carry a list: tests/lists/carriers.py
        world = simulated_network.network(name).world  # opens the file that both share
        joined = join(world, f"new{random_id(6).lower()}.test", "Port Ellery Police")
        connector = connector_for(name)
        assert set(joined.secret) >= set(connector.secret_fields), name
        line = Line(
            http=Server(address=simulated_network.url + joined.path),
            secret=joined.secret,
            session={},
            keep_session=lambda _session: None,
            picture=lambda _digest: b"",
            taken=lambda _remote_id: False,
        )
        assert connector.health(line).external_id, name


@pytest.mark.slow
def test_the_command_line_tells_what_a_steward_would_enter(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hueandcry.simnet", "--home", str(tmp_path)]
    made = subprocess.run(
        [*command, "--add-account", "ellery", "--network", "facebook"], capture_output=True, check=True
    )
    told = json.loads(made.stdout)
    assert told["path"] == "/facebook"
    assert set(told["secret"]) == {"token", "app_secret"}


def test_a_class_is_put_to_what_its_connector_can_do_and_to_nothing_else() -> None:
    able, unable = (
        type("Able", (Contract, Faults), {"connector": connector_for("mastodon")}),
        type("Unable", (Contract, Faults), {"connector": connector_for("simulated"), "uploads": False}),
    )
    for name in (
        "test_editing",
        "test_a_repost_stands_once_and_goes_alone",
        "test_the_limits_of_today_are_told_with_their_source",
    ):
        assert getattr(able, name)
        assert getattr(unable, name) is None
    assert getattr(unable, "test_sending_a_picture") is None  # noqa: B009 - it is not there
    assert getattr(Contract, "test_the_limits_of_today_are_told_with_their_source")  # noqa: B009 - the suite itself stays whole


@pytest.mark.slow
def test_every_network_is_labelled_as_simulated_on_every_page(simulated_network: SimulatedNetwork) -> None:
    page = simulated_network.page("/networks")
    for name in networks.names():
        label = networks.label_of(name)
        assert "(simulated)" in label
        assert label in page
        for path in (f"/{name}/", f"/{name}/faults"):
            shown = simulated_network.page(path)
            assert "<strong>Simulated network.</strong> Nothing here is real" in shown
            assert label in shown
            assert "<script" not in shown


def test_a_page_shows_all_of_a_post_and_nothing_of_it_is_markup(world: World) -> None:
    world.add_account("ellery", "Port <b>Ellery</b> Police", text="Not for <emergencies>")
    owner = world.account("ellery")["id"]
    number = world.add_media(b"jpeg", "image/jpeg", owner=owner)
    first = world.add_post(
        owner,
        text="Seen <b>this</b> van?",
        link="https://port-ellery.example/",
        title="A <i>van</i>",
        pictures=[{"media": number, "alt": "A 'grey' <van>"}],
    )
    world.add_post(owner, text="More", reply_to=first["id"], edited_at="2026-11-22T09:00:00Z")
    world.add_post(owner, text="", repost_of=first["id"])
    video = world.add_media(b"mp4", "video/mp4", owner=owner)
    world.add_post(owner, title="Film", text="See", video=video, captions={"en": "WEBVTT"})
    world.add_post(owner, text="x", link="javascript:alert(1)")
    page = answer(world, "/mastodon/").body.decode()
    assert "Port &lt;b&gt;Ellery&lt;/b&gt; Police" in page
    assert page.count("Seen &lt;b&gt;this&lt;/b&gt; van?") == 2
    assert "Shown again from Port" in page
    assert "alt='A &#x27;grey&#x27; &lt;van&gt;'" in page
    assert "A &lt;i&gt;van&lt;/i&gt;" in page
    assert " · edited" in page
    assert f"<a href='{world.root}/@ellery/{first['id']}'>below this post</a>" in page
    assert "kind='captions' srclang='en'" in page
    assert "javascript:" not in page
    assert "<b>" not in page
    post = world.posts()[1]
    assert answer(world, f"/mastodon/_captions/{post['id']}/en").body == b"WEBVTT"
    assert "&lt;emergencies&gt;" in answer(world, "/mastodon/@ellery").body.decode()
    assert "media-src 'self'" in POLICY


def test_a_deleted_post_leaves_nothing_in_the_file(world: World, tmp_path: Path) -> None:
    world.add_account("ellery", "Port Ellery Police")
    owner = world.account("ellery")["id"]
    number = world.add_post(owner, text="A name that must go: Quillfeather")["id"]
    world.store.drop_thing(number)
    assert answer(world, f"/mastodon/@ellery/{number}").status == 404
    world.store.close()
    assert not any(b"Quillfeather" in path.read_bytes() for path in tmp_path.iterdir())


def test_the_page_switches_a_fault_on_and_off_again(world: World) -> None:
    form = b"mode=upload.error_after&times=2&seconds=7&do=set"
    mime = "application/x-www-form-urlencoded"
    done = answer(world, "/mastodon/faults", "POST", form, mime)
    assert (done.status, done.headers["Location"]) == (303, f"{world.root}/faults")
    assert [(f.mode, f.times, f.seconds) for f in world.faults()] == [("upload.error_after", 2, 7.0)]
    assert (
        "A file: take it, then answer with an error of its own (500): 2 more"
        in answer(world, "/mastodon/faults").body.decode()
    )
    assert "Mastodon (simulated)</a>, fails now on request" in answer(world, "/networks").body.decode()
    answer(world, "/mastodon/faults", "POST", b"mode=burn&do=set", mime)
    assert len(world.faults()) == 1
    answer(world, "/mastodon/faults", "POST", b"do=clear", mime)
    assert world.faults() == []


def test_a_fault_of_one_network_is_none_of_another(world: World) -> None:
    world.set_fault("drop_after", 1, 1)
    other = World(world.store, "bluesky")
    assert other.faults() == []
    assert other.take_fault("drop_after") is None
    assert world.take_fault("drop_after")
    assert world.take_fault("drop_after") is None


@pytest.mark.slow
def test_programs_switch_faults_by_json(inside: Inside) -> None:
    def ask(method: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{inside.url}/_faults", data=body, method=method)
        with urllib.request.urlopen(request, timeout=10) as found:
            return json.load(found)["faults"]

    told = [{"mode": "slow", "times": 3, "seconds": 0.5}]
    assert ask("POST", b'{"mode": "slow", "times": 3, "seconds": 0.5}') == told
    assert ask("GET") == told
    with pytest.raises(urllib.error.HTTPError) as failure:
        ask("POST", b'{"mode": "burn"}')
    failure.value.close()
    assert ask("DELETE") == []


def test_an_allowance_is_used_up_and_whole_again_in_the_next_window(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr("hueandcry.simnet.world.time.time", lambda: now[0])
    assert [world.hit("posts", 1, limit=3, period=60, cost=2)[0] for _ in range(2)] == [1, -1]
    assert world.hit("posts", 2, limit=3, period=60) == (2, 1_000_020.0)
    now[0] += 60
    assert world.hit("posts", 1, limit=3, period=60, cost=2) == (1, 1_000_080.0)
    assert len(world.store.things("mastodon", "hits", "owner = ?", 1)) == 1


def part(name: str, value: str) -> str:
    return f'--z\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


PARTS = part("a[]", "1") + part("a[]", "2") + part("b", "x") + part("c", "") + "--z--\r\n"


@pytest.mark.parametrize(
    ("mime", "body"),
    [
        ("application/json", b'{"a": ["1", "2"], "b": "x", "c": null}'),
        ("application/x-www-form-urlencoded", b"a[]=1&a[]=2&b=x&c="),
        ("multipart/form-data; boundary=z", PARTS.encode()),
    ],
)
def test_a_form_says_the_same_however_it_is_written(mime: str, body: bytes) -> None:
    form = forms.read(Request("POST", "/", {}, {"content-type": mime}, body))
    assert (form.fields["a"], form.text("b"), form.text("c"), form.text("d")) == (["1", "2"], "x", "", "")


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"--z"])
def test_a_form_that_cannot_be_read_is_empty(body: bytes) -> None:
    for mime in ("application/json", "multipart/form-data; boundary=z", "multipart/form-data"):
        form = forms.read(Request("POST", "/", {}, {"content-type": mime}, body))
        assert (form.fields, form.files) == ({}, {})


def test_a_slow_answer_takes_no_fault_that_is_switched_on_while_it_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hueandcry.simnet.world.time.sleep", lambda _s: world.set_fault("drop_after", 1, 1))
    world.set_fault("slow", 1, 5)
    fine = Response(body=b"done")
    done = world.faulty(
        lambda: fine,
        refused=Response(400),
        expired=Response(401),
        broken=Response(500),
        limited=lambda _seconds: Response(429),
    )
    assert done is fine
    assert [fault.mode for fault in world.faults()] == ["drop_after"]
