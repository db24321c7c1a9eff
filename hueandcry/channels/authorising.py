"""Connect an account by signing in at the network itself (OAuth 2 with PKCE), instead of typing a credential here.

An attempt belongs to one person in one browser session, lasts ten minutes and is used once. It stands sealed in that
session; nothing of it is in an address but its random `state`. No network is called inside a transaction.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Protocol, runtime_checkable

from django.utils.translation import gettext as _

from hueandcry.channels import actions, credentials, queries
from hueandcry.channels.catalogue import channel_named, connector_for, sign_in_for
from hueandcry.channels.connector import (
    Application,
    Authorises,
    ChannelFailure,
    Health,
    Line,
    Refused,
    Secrets,
)
from hueandcry.channels.models import Account, Credential
from hueandcry.channels.proving import is_ours
from hueandcry.kernel import clock, oauth
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound, Refusal, Unavailable
from hueandcry.kernel.http import Http, Server, allowed_address

LASTS = timedelta(minutes=10)  # RFC 6749, 4.1.2: the longest that a code should live
OWN = ("client_id", "client_secret", "application_server")  # of a secret: what our application is there


@runtime_checkable
class Registers(Protocol):
    """A network where an application registers itself (RFC 7591 and its like)."""

    def register(self, http: Http, *, back: str, server: str) -> Application:
        """Register us. Raises a failure."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. account_id: of the account to connect again, "" for a new one; verifier: of PKCE."""

    channel: str
    server_url: str
    label: str
    kind: str
    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    application_server: str
    back: str
    state: str
    verifier: str = field(repr=False)
    ends_at: str

    @property
    def application(self) -> Application:
        """What we are at the network."""
        return Application(self.client_id, self.client_secret, self.application_server)


class SignInFailed(Unavailable):
    """The network said no, or nothing. The sentence says what, and what to do."""


def registers_itself(channel: str) -> bool:
    """True where nobody has to register an application by hand. Raises Invalid."""
    return isinstance(sign_in_for(channel), Registers)


def application_of(*, actor: Actor, channel: str, server_url: str) -> tuple[Application, str] | None:
    """The application that the agency's newest account there uses, and that account's name; None if there is none.

    Raises NotAllowed.
    """
    actor.require(Permission.ACCOUNT_MANAGE)
    rows = Credential.objects.filter(
        agency_id=actor.agency_id, account__channel=channel, account__server_url=server_url.rstrip("/")
    )
    for row in rows.select_related("account").order_by("-pk")[:20]:
        try:
            kept = credentials.open_secret(row)
        except Refusal:
            continue
        if kept.get("client_id"):
            server = kept.get("application_server", "")
            return Application(kept["client_id"], kept.get("client_secret", ""), server), row.account.label
    return None


def begin(
    *,
    channel: str,
    server_url: str,
    label: str,
    kind: str,
    back: str,
    by: Actor,
    application: Application | None = None,
    account_id: int | None = None,
) -> tuple[str, str]:
    """Begin an attempt: the address to send the browser to, and the attempt, sealed for the person's session.

    application: what was typed; None: the agency's own there, or a new one where a network lets it register itself.
    account_id: to connect an account again. Raises NotAllowed, NotFound, Invalid, SignInFailed.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    signs_in = _signs_in(channel)
    if account_id is not None:
        known = queries.get_account(actor=by, account_id=account_id)
        channel, server_url, label, kind = known.channel, known.server_url, known.label, known.kind
    elif not label.strip():
        raise Invalid(_("Enter a name for it here."), field="label")
    server_url = server_url.strip().rstrip("/")
    if not allowed_address(server_url):
        raise Invalid(_("This is not a public https address."), field="server_url")
    if application is None or not application.client_id:
        application = _application(channel, server_url, back, by)
    attempt = Attempt(
        channel=channel,
        server_url=server_url,
        label=label.strip(),
        kind=kind,
        account_id=str(account_id or ""),
        client_id=application.client_id.strip(),
        client_secret=application.client_secret.strip(),
        application_server=_server_of(channel, server_url),
        back=back,
        state=secrets.token_urlsafe(24),
        verifier=oauth.new_verifier(),
        ends_at=(clock.now() + LASTS).isoformat(),
    )
    challenge = oauth.challenge_of(attempt.verifier)
    address = signs_in.authorise_address(
        attempt.application, back=back, state=attempt.state, challenge=challenge
    )
    sealed = credentials.close_for(by.agency_id, by.ref, asdict(attempt))
    return address, b64encode(sealed).decode()


def attempt_of(*, sealed: str, state: str, by: Actor) -> Attempt:
    """The attempt that a browser came back from. Raises NotAllowed; NotFound if it is not this person's, or is over."""
    by.require(Permission.ACCOUNT_MANAGE)
    kept = credentials.open_for(by.agency_id, by.ref, b64decode(sealed)) if sealed else {}
    if not kept or not compare_digest(kept["state"].encode(), state.encode()):
        raise NotFound(
            _("This sign-in was not begun here, or was finished already. Begin again; nothing was changed.")
        )
    if datetime.fromisoformat(kept["ends_at"]) <= clock.now():
        raise NotFound(_("This sign-in took longer than ten minutes. Begin again; nothing was changed."))
    return Attempt(**kept)


def finish(*, attempt: Attempt, code: str, by: Actor) -> Account:
    """Fetch the lasting permission for the code, and keep it with a new account or with the one to connect again.

    Raises NotAllowed, SignInFailed; Conflict if it is another account than the one to connect again, or known already.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    kept: dict[str, str] = {}
    try:
        given = _signs_in(attempt.channel).authorised(
            Server(attempt.server_url),
            attempt.application,
            code=code,
            back=attempt.back,
            verifier=attempt.verifier,
        )
        secret = {**given, **{name: getattr(attempt, name) for name in OWN}}
        health = connector_for(attempt.channel).health(_line(attempt.server_url, secret, kept))
    except ChannelFailure as failure:
        raise SignInFailed(failure.sentence) from None
    account = _keep(attempt, secret, health, by)
    if kept:  # tokens came already, and a refresh token may have been spent for them
        version = Credential.objects.values_list("version", flat=True).get(account=account)
        credentials.keep_session(account_id=account.pk, version=version, session=kept)
    return account


def _keep(attempt: Attempt, secret: Secrets, health: Health, by: Actor) -> Account:
    if not attempt.account_id:
        return actions.register_account(
            channel=attempt.channel,
            handle=health.handle.removeprefix("@"),
            label=attempt.label,
            server_url=attempt.server_url,
            kind=attempt.kind,
            secret=secret,
            opens=health.external_id,
            by=by,
        )
    account = queries.get_account(actor=by, account_id=int(attempt.account_id))
    if not is_ours(account, opens=health.external_id, handle=health.handle):
        raise Conflict(
            _("You signed in as %(handle)s, which is another account. Sign out there and begin again.")
            % {"handle": health.handle}
        )
    return actions.rotate_credential(account_id=account.pk, secret=secret, opens=health.external_id, by=by)


def _signs_in(channel: str) -> Authorises:
    found = sign_in_for(channel)
    if found is None:
        raise Invalid(_("This network has no sign-in of its own. Type the credential."), field="channel")
    return found


def _server_of(channel: str, server_url: str) -> str:
    """Where its sign-in stands, "" for the usual place of a network that has one for everybody."""
    usual = server_url == channel_named(channel).server and not registers_itself(channel)
    return "" if usual else server_url


def _application(channel: str, server_url: str, back: str, by: Actor) -> Application:
    signs_in = sign_in_for(channel)
    if not isinstance(signs_in, Registers):
        known = application_of(actor=by, channel=channel, server_url=server_url)
        if known is None:
            raise Invalid(_("Enter the client ID of your application at the network."), field="client_id")
        return known[0]
    try:
        return signs_in.register(Server(server_url), back=back, server=server_url)
    except ChannelFailure as failure:
        raise SignInFailed(failure.sentence) from None


def _line(server_url: str, secret: Mapping[str, str], kept: dict[str, str]) -> Line:
    """A line for an account that is not kept yet."""

    def no_file(_digest: str) -> bytes:
        raise Refused("A sign-in sends no picture.")

    return Line(
        http=Server(server_url),
        secret=secret,
        session={},
        keep_session=kept.update,
        picture=no_file,
        taken=lambda _remote_id: False,
    )
