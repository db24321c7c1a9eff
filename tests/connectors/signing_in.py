"""A steward at the consent page of a simulated network."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from hueandcry.channels.connector import Application, Authorises
from hueandcry.kernel import oauth
from hueandcry.kernel.http import Server
from hueandcry.simnet.consent import CLIENT
from tests.servers.simulated import Inside

BACK = "https://desk.port-ellery.example/desk/connect/back/"


@dataclass
class Visit:
    """What the browser brought back: a code, if the steward allowed it."""

    application: Application
    verifier: str
    brought: dict[str, str]


def visit(inside: Inside, connector: Authorises, *, secret: str = CLIENT) -> Visit:
    """Go where the connector sends the steward's browser, and allow it for the account. secret: the client's."""
    application = Application(client_id=CLIENT, client_secret=secret, server=inside.url)
    verifier = oauth.new_verifier()
    challenge = oauth.challenge_of(verifier)
    address = connector.authorise_address(application, back=BACK, state="a-state", challenge=challenge)
    asked = urlsplit(address)
    query = {**dict(parse_qsl(asked.query)), "_allow": inside.handle}
    answer = Server(address=inside.process.url).call("GET", asked.path, query=query)
    brought = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    return Visit(application, verifier, brought)


def redeem(inside: Inside, connector: Authorises, visited: Visit) -> dict[str, str]:
    """The secret to keep. Raises a failure."""
    return dict(
        connector.authorised(
            Server(address=inside.url),
            visited.application,
            code=visited.brought["code"],
            back=BACK,
            verifier=visited.verifier,
        )
    )
