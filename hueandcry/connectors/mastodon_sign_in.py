"""Signing in at a Mastodon server. The application registers itself there: nobody fills in a form at the network.

Facts read 2026-11-22, docs.joinmastodon.org: methods apps (POST /api/v1/apps) and oauth (authorize, token; PKCE with S256
since 4.3, ignored before), OAuth scopes. A token does not end until the account takes it back.
"""

from __future__ import annotations

from http import HTTPStatus as Status
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import Application, Refused, Secrets, Unauthorised, Unreachable
from hueandcry.kernel import oauth
from hueandcry.kernel.http import Answer, Http, MayHaveArrived, NotSent

NAME = "Hue & Cry"
SCOPES = "read:accounts read:statuses write:accounts write:media write:statuses"


class MastodonSignIn:
    """See the head of this file."""

    def register(self, http: Http, *, back: str, server: str) -> Application:
        """Register us at this server, once for the agency. Raises Unreachable, Refused."""
        form = {"client_name": NAME, "redirect_uris": back, "scopes": SCOPES}
        try:
            data = _asked(http, "/api/v1/apps", form)
        except Unauthorised:
            data = {}
        if not data.get("client_id"):
            raise Refused(_("This server does not let applications register. Is it a Mastodon server?"))
        return Application(str(data["client_id"]), str(data.get("client_secret", "")), server)

    def authorise_address(self, application: Application, *, back: str, state: str, challenge: str) -> str:
        """The page of the server that asks whether we may post."""
        return oauth.address(
            application.server,
            "/oauth/authorize",
            response_type="code",
            client_id=application.client_id,
            redirect_uri=back,
            scope=SCOPES,
            state=state,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    def authorised(
        self, http: Http, application: Application, *, code: str, back: str, verifier: str
    ) -> Secrets:
        """The lasting token for the code. Raises a failure."""
        client = {"client_id": application.client_id, "client_secret": application.client_secret}
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        data = _asked(http, "/oauth/token", {**client, **grant, "code_verifier": verifier})
        if not data.get("access_token"):
            raise Unauthorised(_("The server gave no permission. Connect again."))
        return {**client, "token": str(data["access_token"])}


SIGN_IN = MastodonSignIn()


def _asked(http: Http, path: str, form: dict[str, str]) -> dict[str, Any]:
    try:
        answer: Answer = oauth.ask(http, path, form)
    except (NotSent, MayHaveArrived) as failure:
        raise Unreachable(
            _("The server could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    if answer.status in {400, 401, 403}:
        raise Unauthorised(_("The server gave no permission. Connect again."))
    if answer.status != Status.OK:
        raise Refused(
            _("The server answered {status}. Is it a Mastodon server?").format(status=answer.status)
        )
    return answer.json()
