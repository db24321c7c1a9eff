"""Posting from the scene, on the server's side: what a phone may keep, what it is told, and what arrives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.desk.views import scene
from hueandcry.posts.models import Post
from tests.desk_client import at_desk, stranger
from tests.factories import make_person
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import TEXT, jpeg

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
KEY = "6f1c2a52-2b7e-4a52-9b3e-0f5f3c1d2e4a"


@pytest.fixture
def rosa(desk: Desk) -> Client:  # noqa: F811
    Account.objects.update(mode="free")
    return at_desk(make_person(desk.agency, Role.AUTHOR, name="Rosa Lindqvist"))


def found(client: Client, path: str) -> bool:
    """True if there is something at this address."""
    answer: Any = client.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)  # which closes the file
    return bool(answer.status_code == 200)


def note(client: Client, **more: Any) -> dict[str, Any]:
    """What the page sends."""
    owner = client.get("/desk/scene/known/").json()["owner"]
    account = Account.objects.order_by("pk")[0].pk
    return {"owner": owner, "key": KEY, "wanted": "go", "text": TEXT, "accounts": [account], **more}


def test_the_page_that_a_phone_keeps_is_the_same_for_everybody_and_names_nobody(rosa: Client) -> None:
    mine, nobodys = rosa.get("/desk/scene/"), stranger().get("/desk/scene/")
    assert mine.content == nobodys.content
    assert "Rosa" not in mine.content.decode()
    assert "csrf" not in mine.content.decode()
    assert "Set-Cookie" not in str(nobodys.headers)
    assert not nobodys.cookies
    policy = mine["Content-Security-Policy"]
    assert "trusted-types hue-scene;" in f"{policy};"
    assert "script-src 'self';" in policy
    assert "trusted-types 'none'" in rosa.get("/desk/")["Content-Security-Policy"]
    assert "no-store" in mine["Cache-Control"]


def test_the_worker_keeps_that_page_and_its_files_only_and_can_be_switched_off(
    rosa: Client, settings: Any
) -> None:
    text = rosa.get("/desk/scene/worker.js").content.decode()
    files = json.loads(text.split("const FILES = ", 1)[1].split(";\n", 1)[0])
    assert [path for path in files if not path.startswith("/static/")] == ["/desk/scene/"]
    for path in files:
        assert found(stranger(), path), path
    assert len(text) < 3000
    settings.HUE_DESK_OFFLINE = False
    gone = rosa.get("/desk/scene/worker.js").content.decode()
    assert "registration.unregister()" in gone
    assert "FILES" not in gone
    assert "data-kept" not in rosa.get("/desk/scene/").content.decode()


def test_every_file_that_the_page_loads_is_kept(rosa: Client) -> None:
    script = (scene.SCRIPTS / "scene.js").read_text()
    assert script.count("import ") == 1
    assert "./vault.js" in script
    assert found(rosa, "/static/desk/scene/vault.js")


def test_the_desk_can_be_installed_under_the_agencys_name(rosa: Client) -> None:
    answer = rosa.get("/desk/app.webmanifest")
    told = json.loads(answer.content)
    agency = Account.objects.select_related("agency")[0].agency
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["name"], told["start_url"], told["display"]) == (
        f"{agency.name}: desk",
        "/desk/scene/",
        "standalone",
    )
    for icon in told["icons"]:
        assert found(rosa, icon["src"])


@pytest.mark.slow
def test_a_note_sent_twice_is_one_post_with_its_picture(rosa: Client) -> None:
    picture = SimpleUploadedFile("scene-1.jpg", jpeg())
    first = rosa.post(
        "/desk/scene/send/", note(rosa, picture=picture, alt="A lane without\0 cars", ours="on")
    )
    again = rosa.post("/desk/scene/send/", note(rosa))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    post = Post.objects.get()
    assert first.json()["address"] == f"/desk/posts/{post.pk}/"
    assert first.json()["said"] == "Going out"
    assert (post.text, [item["alt"] for item in post.pictures]) == (TEXT, ["A lane without cars"])


def test_what_stands_in_the_way_is_said_and_the_draft_is_kept(rosa: Client) -> None:
    Account.objects.update(audience="public")
    told = rosa.post("/desk/scene/send/", note(rosa, accounts=[])).json()
    assert (told["outcome"], bool(told["sentence"])) == ("stopped", True)
    assert told["address"] == f"/desk/compose/{Post.objects.get().pk}/"


def test_another_persons_note_is_never_sent_in_ones_own_name(rosa: Client, desk: Desk) -> None:  # noqa: F811
    femi = at_desk(make_person(desk.agency, Role.AUTHOR, name="Femi Adeyemi"))
    answer = femi.post("/desk/scene/send/", note(rosa))
    assert answer.status_code == 409
    assert "Somebody else wrote this" in answer.json()["sentence"]
    assert not Post.objects.exists()


def test_what_cannot_be_taken_in_says_so_and_nothing_is_kept(rosa: Client) -> None:
    broken = SimpleUploadedFile("scene-1.jpg", b"no picture")
    answer = rosa.post("/desk/scene/send/", note(rosa, picture=broken))
    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert not Post.objects.exists()
    reader = at_desk(make_person(Account.objects.all()[0].agency, Role.RECORD_KEEPER, name="Joy Delacroix"))
    assert reader.get("/desk/scene/known/").status_code == 403


def test_signing_out_clears_what_the_phone_kept(rosa: Client) -> None:
    assert rosa.post("/desk/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'
    assert rosa.get("/desk/scene/known/").status_code == 302
