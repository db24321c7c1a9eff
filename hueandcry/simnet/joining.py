"""A new account on a simulated network, and what a steward would enter for it (docs/connectors.md)."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass

from hueandcry.simnet.consent import CLIENT
from hueandcry.simnet.world import World

LASTING = 315_360_000  # seconds: ten years, for a network whose tokens do not end by themselves
SIGNING_KEY = 32  # bytes


@dataclass(frozen=True, slots=True)
class Joined:
    """path: where the account's server answers, below the process's address; secret: by the connector's fields."""

    path: str
    secret: dict[str, str]


def join(world: World, handle: str, name: str, **more: object) -> Joined:
    """Make an account that a connector can use at once. more: what its network keeps of it.

    Raises KeyError for a network that nobody can join so.
    """
    signing = f"whsec_{b64encode(secrets.token_bytes(SIGNING_KEY)).decode()}"
    kept = {"signing": signing} if world.name == "webhook" else {}
    secret = world.add_account(handle, name, **kept, **more)
    account = world.account(handle)
    assert account is not None
    number = int(account["id"])
    application = {"client_id": CLIENT, "client_secret": CLIENT}
    match world.name:
        case "bluesky":
            given = {"identifier": handle, "password": secret}
        case "mastodon":
            given = {"token": world.new_token(number, lasts=LASTING)}
        case "facebook":
            given = {"token": world.new_token(number, lasts=LASTING), "app_secret": CLIENT}
        case "x":
            given = {**application, "refresh_token": secret}
        case "youtube":
            refresh = world.new_token(number, kind="refresh", lasts=LASTING)
            given = {**application, "refresh_token": refresh}
        case (
            "sms_gateway"
        ):  # no channel of ours but what carries the SMS list: HUE_SMS_USER, HUE_SMS_PASSWORD
            given = {"user": handle, "password": secret}
        case "webhook":
            return Joined(f"/webhook/hooks/{handle}", {"signing_secret": signing})
        case _:
            raise KeyError(world.name)
    return Joined(f"/{world.name}", given)
