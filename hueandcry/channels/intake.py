"""What the anonymous public may ask of this room: whether an account is real.

Reads only, keeps nothing, and names no person. A name alone is compared whole with the names of our accounts; an
address is compared as an address, so that our name on a network where we are not is not taken for ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlsplit

from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label, name_there, profile_address

LONGEST = 300  # characters that are read of what was pasted
ALIKE = 0.8  # a name this near to one of ours is named as a likeness
SAME_HOST = {"twitter.com": "x.com", "youtu.be": "youtube.com", "fb.com": "facebook.com"}
SHORT_HOSTS = ("www.", "m.", "mobile.")
NEEDED = ("channel", "handle", "server_url", "label", "status")


@dataclass(frozen=True, slots=True)
class Ours:
    """An account that fits what was asked."""

    name: str
    handle: str
    channel: str
    profile: str
    there: str  # its name as people know it


@dataclass(frozen=True, slots=True)
class Verdict:
    """answer: "real", "paused" (ours, not in use now), "retired" (was ours), "not-ours" or "" if nothing was asked.

    asked: as it was understood; accounts: those that fit; alike: ours whose name is nearly the same.
    """

    answer: str
    asked: str
    accounts: tuple[Ours, ...] = ()
    alike: tuple[Ours, ...] = ()
    total: int = 0


def is_it_ours(*, asked: str, agency_id: int) -> Verdict:
    """Whether an account, given by name or address, is one of the agency's."""
    wanted = " ".join(asked[:LONGEST].split())
    rows = Account.objects.filter(agency_id=agency_id, is_public=True, audience=Account.Audience.PUBLIC)
    rows = rows.exclude(kind=Account.Kind.INTERNAL).only(*NEEDED)
    every = list(rows.order_by("label", "pk"))
    if not wanted:
        return Verdict("", "", total=len(every))
    fitting = [row for row in every if _fits(row, wanted)]
    if not fitting:
        return Verdict("not-ours", wanted, alike=_alike(every, wanted), total=len(every))
    best = [row for row in fitting if row.status not in Account.SILENT]
    paused = [row for row in fitting if row.status == Account.Status.SUSPENDED]
    answer = "real" if best else "paused" if paused else "retired"
    found = tuple(_ours(row) for row in best or paused or fitting)
    return Verdict(answer, wanted, accounts=found, total=len(every))


def _fits(account: Account, wanted: str) -> bool:
    if address := _address(wanted):
        return bool(address == _address(profile_address(account)))
    name = _name(wanted)
    server = _host(account.server_url)
    there = _name(name_there(account.channel, account.handle))  # of a list, the sender of its messages
    return name in {_name(account.handle), f"{_name(account.handle)}@{server}", there}


def _alike(every: list[Account], wanted: str) -> tuple[Ours, ...]:
    """Ours whose name is nearly the one given: whoever pasted a false one shall see the true one beside it."""
    name = _address(wanted).rpartition("/")[2].lstrip("@") if _address(wanted) else _name(wanted)
    names = {_name(row.handle): row for row in every if row.status not in Account.SILENT}
    near = get_close_matches(name, names, n=2, cutoff=ALIKE)
    return tuple(_ours(names[each]) for each in near)


def _name(text: str) -> str:
    return text.strip().lstrip("@").casefold()


def _address(text: str) -> str:
    """Host and path of a web address as we compare them; "" if this is no web address."""
    bare = text.strip()
    if "://" not in bare:
        if "/" not in bare or " " in bare:
            return ""
        bare = f"https://{bare}"
    try:
        parts = urlsplit(bare)
    except ValueError:  # such as "https://["
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return f"{_host(bare)}{parts.path.rstrip('/')}".casefold()


def _host(address: str) -> str:
    """The host of an address without what says nothing: "www.", a phone's "m."."""
    host = urlsplit(address).netloc.rpartition("@")[2].casefold()
    for start in SHORT_HOSTS:
        host = host.removeprefix(start)
    return SAME_HOST.get(host, host)


def _ours(account: Account) -> Ours:
    there = name_there(account.channel, account.handle)
    return Ours(
        account.label, account.handle, channel_label(account.channel), profile_address(account), there
    )
