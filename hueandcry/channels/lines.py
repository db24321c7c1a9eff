"""Put together what a connector needs to speak for one account. The only place that opens a credential."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from hueandcry.channels import credentials, quotas
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import Line, Publishes, Refused, Secrets
from hueandcry.channels.models import Account, Credential
from hueandcry.channels.proving import NotProved, why_not
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.http import Server
from hueandcry.lists.handing import ListOutbox


def open_line(
    account: Account,
    *,
    until: datetime | None,
    picture: Callable[[str], bytes],
    taken: Callable[[str], bool] = lambda _remote_id: False,
    handle: str = "",
    keep_handle: Callable[[str], None] = lambda _handle: None,
    proving: bool = False,
) -> tuple[Publishes, Line]:
    """The connector and its line. until: no call to the server outlives this moment; the rest: see Line.

    proving: to ask whose account it opens; else, raises NotProved while it is not known to be this one, as it stands now
    and not when `account` was read. Raises NotFound if the account has no credential, Unavailable if it cannot be opened.
    """
    credential = Credential.objects.select_related("account").filter(account_id=account.pk).first()
    if credential is None:
        raise NotFound(_("This account has no credential. Enter one on the page of the account."))
    if not proving and (said := why_not(credential.account)):
        raise NotProved(said)
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
        part=part_of,
        keep_handle=keep_handle,
        note_quota=lambda quota: quotas.note(account.pk, quota),
        handle=handle,
        spend=lambda name, cost, size, whole: quotas.spend(
            account, name=name, cost=cost, size=size, whole_again=whole
        ),
        turn=lambda: credentials.turn(account.pk, version),
        outbox=ListOutbox(
            agency_id=account.agency_id,
            medium=account.channel,
            account_id=account.pk,
            unit_id=account.unit_id,
        ),
    )
    return connector_for(account.channel), line


def part_of(digest: str, start: int, size: int) -> bytes:
    """Bytes of a kept file from an offset, at most `size`. Raises Refused if it is no longer kept."""
    try:
        with blobs.open(digest) as file:
            file.seek(start)
            return file.read(size)
    except (NotFound, OSError, ValueError):
        raise Refused(_("The file of this post is no longer kept.")) from None
