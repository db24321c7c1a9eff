"""Connecting an account by signing in at its network: the whole way, and every way in which it comes to nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.channels import authorising, credentials, tasks
from hueandcry.channels.models import Account, Credential
from hueandcry.kernel import clock
from hueandcry.kernel.http import Server
from hueandcry.simnet.consent import CLIENT
from hueandcry.simnet.networks.webhook import make_secret
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person
from tests.servers.simulated import Inside, SimulatedNetwork

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.slow]
NETWORKS = ("mastodon", "youtube", "x", "facebook")


@pytest.fixture
def agency() -> Agency:
    """Of a demonstration, where the address of a network may be another."""
    agency = make_agency()
    Agency.objects.filter(pk=agency.pk).update(is_demo=True)
    agency.refresh_from_db()
    return agency


@pytest.fixture
def keeper(agency: Agency) -> Person:
    return make_person(agency, Role.ADMINISTRATOR)


@pytest.fixture
def desk(keeper: Person) -> Client:
    return at_desk(keeper)


@pytest.fixture(params=NETWORKS)
def inside(request: Any, simulated_network: SimulatedNetwork, settings: Any) -> Inside:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    return simulated_network.network(request.param)


@pytest.fixture
def mastodon(simulated_network: SimulatedNetwork, settings: Any) -> Inside:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    return simulated_network.network("mastodon")


def begun(desk: Client, inside: Inside, **changes: str) -> str:
    """The address that the page sends the browser to."""
    given = {
        "label": "Main account",
        "kind": "agency",
        "server_url": inside.url,
        **client_of(inside),
        **changes,
    }
    answer = desk.post(f"/desk/connect/{inside.world.name}/", given)
    assert answer.status_code == 200, answer.content.decode()
    return leads_to(answer)


def client_of(inside: Inside) -> dict[str, str]:
    return {} if inside.world.name == "mastodon" else {"client_id": CLIENT, "client_secret": CLIENT}


def leads_to(answer: Any) -> str:
    found = re.search(r'class="govuk-button" href="([^"]+)" rel="noreferrer"', answer.content.decode())
    assert found
    return unescape(found[1])


def at_network(inside: Inside, address: str, **choice: str) -> str:
    """What a person does there; the address that the browser is sent back to, without its host."""
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **(choice or {"_allow": inside.handle})}
    path = parts.path.removeprefix(f"/{inside.world.name}")
    answer = Server(address=inside.url).call("GET", path, query=query)
    assert answer.status == 302, answer.body
    back = urlsplit(answer.headers["location"])
    assert back.path == "/desk/connect/back/"
    return f"{back.path}?{back.query}"


def come_back(desk: Client, back: str) -> Any:
    """The bounce, as a browser that sends no cookie from another site sees it; then the page that it leads to."""
    bounced = Client(SERVER_NAME=str(desk.defaults["SERVER_NAME"])).get(back)
    assert bounced.status_code == 200
    found = re.search(r'content="0; url=([^"]+)"', bounced.content.decode())
    assert found
    return desk.get(unescape(found[1]))


def test_the_whole_way_at_every_network(desk: Client, inside: Inside, keeper: Person) -> None:
    page = desk.get(f"/desk/accounts/connect/{inside.world.name}/", follow=True)
    assert page.redirect_chain
    answer = come_back(desk, at_network(inside, begun(desk, inside)))
    account = Account.objects.get()
    assert answer.headers["Location"].startswith(f"/desk/accounts/{account.pk}/?said=")
    assert (account.channel, account.label, account.server_url) == (
        inside.world.name,
        "Main account",
        inside.url,
    )
    secret = credentials.open_secret(Credential.objects.get())
    assert CLIENT in {secret["client_id"], CLIENT if inside.world.name == "mastodon" else ""}
    assert tasks.check_accounts_due() == 1
    account.refresh_from_db()
    assert (account.status, bool(account.external_id)) == (Account.Status.ACTIVE, True)
    assert b"canary" not in bytes(Credential.objects.get().secret)
    shown = desk.get(f"/desk/accounts/{account.pk}/?tab=connection").content.decode()
    assert f"/desk/accounts/{account.pk}/connect/" in shown


def test_the_next_account_uses_the_agencys_application_again(
    desk: Client, simulated_network: SimulatedNetwork, settings: Any, agency: Agency
) -> None:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    first, second = simulated_network.network("youtube"), simulated_network.network("youtube")
    come_back(desk, at_network(first, begun(desk, first)))
    account = Account.objects.get()
    page = desk.get(f"/desk/accounts/{account.pk}/connect/").content.decode()
    assert "“Main account” uses is used again" in page
    answer = desk.post(f"/desk/accounts/{account.pk}/connect/", {})
    come_back(desk, at_network(first, leads_to(answer)))
    assert Credential.objects.get().version == 2
    account.refresh_from_db()
    assert account.external_id  # known from the sign-in itself, before the worker has asked
    assert account.unproved_at is None
    wrong = come_back(
        desk, at_network(second, leads_to(desk.post(f"/desk/accounts/{account.pk}/connect/", {})))
    )
    assert wrong.status_code == 409
    assert "which is another account" in wrong.content.decode()
    assert Credential.objects.get().version == 2


def test_who_declines_there_is_told_and_nothing_is_kept(desk: Client, inside: Inside) -> None:
    answer = come_back(desk, at_network(inside, begun(desk, inside), _deny="1"))
    assert answer.status_code == 409
    assert "without a permission" in answer.content.decode()
    found = re.search(rf'href="(/desk/connect/{inside.world.name}/[^"]+)"', answer.content.decode())
    assert found
    assert 'value="Main account"' in desk.get(unescape(found[1])).content.decode()
    assert not Account.objects.exists()


def test_an_attempt_is_used_once_by_its_own_person_within_ten_minutes(
    desk: Client, mastodon: Inside, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = at_network(mastodon, begun(desk, mastodon))
    colleague = at_desk(make_person(agency, Role.ADMINISTRATOR))
    stolen = come_back(colleague, back)
    assert (stolen.status_code, Account.objects.count()) == (409, 0)
    session = colleague.session
    session["connecting"] = desk.session["connecting"]  # sealed for somebody else
    session.save()
    assert come_back(colleague, back).status_code == 409
    changed = back.replace("state=", "state=x")
    begun_again = at_network(mastodon, begun(desk, mastodon))
    assert come_back(desk, changed).status_code == 409  # and the attempt is over
    assert come_back(desk, begun_again).status_code == 409
    late = at_network(mastodon, begun(desk, mastodon))
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + authorising.LASTS)
    answer = come_back(desk, late)
    assert "longer than ten minutes" in answer.content.decode()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=1))
    good = at_network(mastodon, begun(desk, mastodon))
    assert come_back(desk, good).status_code == 302
    assert come_back(desk, good).status_code == 409
    assert Account.objects.count() == 1


def test_what_the_network_refuses_is_said_in_its_place(desk: Client, inside: Inside) -> None:
    back = at_network(inside, begun(desk, inside))
    state = parse_qs(urlsplit(back).query)["state"][0]
    answer = come_back(desk, f"/desk/connect/back/?{urlencode({'code': 'wrong', 'state': state})}")
    assert answer.status_code == 409
    assert "Begin again" in answer.content.decode()
    assert not Account.objects.exists()


def test_what_cannot_be_begun_is_said_and_nothing_typed_is_lost(desk: Client, mastodon: Inside) -> None:
    for changes, words in (
        ({"server_url": "http://127.0.0.1:1"}, "not a public https address"),
        ({"label": "", "kind": "pet"}, "govuk-error-message"),
        ({"server_url": f"{mastodon.url}/nothing"}, "Is it a Mastodon server?"),
    ):
        given = {"label": "Kept words", "kind": "agency", "server_url": mastodon.url, **changes}
        answer = desk.post("/desk/connect/mastodon/", given)
        assert answer.status_code == 422
        assert words in unescape(answer.content.decode()), words
        assert given["label"] in answer.content.decode()
    answer = desk.post("/desk/connect/youtube/", {"label": "Kept words", "kind": "agency"})
    assert "client_id" in answer.content.decode()


def test_only_who_manages_accounts_comes_this_way(agency: Agency, keeper: Person) -> None:
    author = at_desk(make_person(agency, Role.AUTHOR))
    for path in ("/desk/connect/mastodon/", "/desk/connect/finish/?state=x&code=y"):
        assert author.get(path).status_code == 403
    bluesky = at_desk(keeper).get("/desk/connect/bluesky/")
    assert bluesky.status_code == 404


def test_the_address_that_networks_send_back_to_shows_nothing_of_anybody() -> None:
    page = Client(SERVER_NAME="desk.localhost").get(
        "/desk/connect/back/?code=%22%3E%3Cscript%3E&state=a%3Bb&other=1&error=access_denied"
    )
    text = page.content.decode()
    assert "<script" not in text
    assert "other=1" not in text


def test_a_webhook_is_connected_by_its_address_and_its_secret(
    desk: Client, simulated_network: SimulatedNetwork, settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = [simulated_network.address]
    inside = simulated_network.network("webhook", signing=make_secret())
    given = {
        "label": "Newsroom",
        "handle": "newsroom",
        "kind": "agency",
        "server_url": f"{inside.url}/hooks/{inside.handle}",
        "signing_secret": inside.account["signing"],
    }
    assert desk.post("/desk/accounts/connect/webhook/", given).status_code == 302
    assert tasks.check_accounts_due() == 1
    account = Account.objects.get()
    assert (account.status, account.external_id) == (
        Account.Status.ACTIVE,
        f"{inside.address}/webhook/hooks/{inside.handle}",
    )
