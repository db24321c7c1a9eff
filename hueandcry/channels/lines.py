"""Put together what a connector needs to speak for one account. The only place that opens a credential."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from hueandcry.channels import credentials
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import Line, Publishes, Secrets
from hueandcry.channels.models import Account, Credential
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.http import Server


def open_line(
    account: Account,
    *,
    until: datetime | None,
    picture: Callable[[str], bytes],
    taken: Callable[[str], bool] = lambda _remote_id: False,
) -> tuple[Publishes, Line]:
    """The connector and its line. until: no call to the server outlives this moment.

    Raises NotFound if the account has no credential, Unavailable if it cannot be opened.
    """
    credential = Credential.objects.filter(account_id=account.pk).first()
    if credential is None:
        raise NotFound(_("This account has no credential. Enter one on the page of the account."))
    version = credential.version

    def keep(session: Secrets) -> None:
        credentials.keep_session(account_id=account.pk, version=version, session=session)

    line = Line(
        http=Server(address=account.server_url, until=until),
        secret=credentials.open_secret(credential),
        session=credentials.open_session(credential),
        keep_session=keep,
        picture=picture,
        taken=taken,
    )
    return connector_for(account.channel), line
