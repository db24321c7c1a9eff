"""The sign-in of the simulated Mastodon server (docs.joinmastodon.org: methods apps and oauth, read 2026-11-22)."""

from __future__ import annotations

import time

from hueandcry.simnet import consent, forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.world import World

LASTS = 10 * 365 * 86_400.0  # seconds: a token of Mastodon does not end


def answer(world: World, request: Request, *, label: str) -> Response | None:
    """The answer at an address of the sign-in, or None if it is none."""
    if request.path == "/oauth/authorize" and request.method == "GET":
        return consent.page_for(world, request, label=label)
    if (request.method, request.path) == ("POST", "/api/v1/apps"):
        return _register(world, request)
    if (request.method, request.path) == ("POST", "/oauth/token"):
        return _token(world, request)
    return None


def _register(world: World, request: Request) -> Response:
    form = forms.read(request)
    backs = form.text("redirect_uris").split()
    if not form.text("client_name") or not backs:
        return reply(
            422, error="Validation failed: Application name can't be blank, Redirect URI can't be blank"
        )
    client, secret = consent.add_client(world, backs)
    return reply(
        id="1", name=form.text("client_name"), client_id=client, client_secret=secret, redirect_uris=backs
    )


def _token(world: World, request: Request) -> Response:
    form = forms.read(request)
    client = form.text("client_id")
    if not consent.knows_client(world, client, form.text("client_secret")):
        return reply(401, error="invalid_client", error_description="Client authentication failed")
    account = consent.redeem(
        world,
        code=form.text("code"),
        client=client,
        back=form.text("redirect_uri"),
        verifier=form.text("code_verifier"),
    )
    if account is None or form.text("grant_type") != "authorization_code":
        return reply(
            400, error="invalid_grant", error_description="The provided authorization grant is invalid"
        )
    token = world.new_token(account["id"], lasts=LASTS, scopes=account["scope"])
    return reply(access_token=token, token_type="Bearer", created_at=int(time.time()))  # noqa: S106 - no secret
