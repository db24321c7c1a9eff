"""The public directory: on which accounts an agency speaks, so that anybody can tell a false one."""

from __future__ import annotations

import json
import unicodedata
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.appeals.addresses import public_url
from hueandcry.channels.models import Account
from hueandcry.channels.queries import PublicAccount, public_accounts

LETTERS_FROM = 20  # accounts; a shorter list needs no jumping
OTHER = "#"  # the heading of names that begin with no letter


def context(agency: Agency) -> dict[str, Any]:
    """What the page of the directory shows: total; groups by first letter; letters to jump to, if it is long."""
    rows = sorted(public_accounts(agency.pk), key=lambda row: (_letter(row), row.name.casefold()))
    groups = [
        {
            "id": "other" if letter == OTHER else f"letter-{letter.lower()}",
            "name": _("0 to 9") if letter == OTHER else letter,
            "accounts": [_shown(row) for row in found],
        }
        for letter, found in groupby(rows, key=_letter)
    ]
    if len(rows) < LETTERS_FROM and groups:
        every = [account for group in groups for account in group["accounts"]]
        groups = [{"id": "all", "name": _("All accounts"), "accounts": every}]
    return {"total": len(rows), "groups": groups, "letters": groups if len(groups) > 1 else []}


def as_json(agency: Agency) -> bytes:
    """The same list for programs: who publishes it, where, and each account."""
    listed = {
        "agency": agency.name,
        "page": public_url(agency, "/accounts/"),
        "accounts": [
            {
                "name": row.name,
                "network": row.channel,
                "handle": row.handle,
                "address": row.profile,
                "purpose": purpose(row),
                "in_use": row.in_use,
            }
            for row in public_accounts(agency.pk)
        ],
    }
    return json.dumps(listed, ensure_ascii=False, indent=1).encode() + b"\n"


def purpose(row: PublicAccount) -> str:
    """What an account is for, in one sentence."""
    sentences = {
        Account.Kind.AGENCY: _("Speaks for all of us; announces appeals."),
        Account.Kind.UNIT: _("Speaks for one unit or station; announces appeals."),
        Account.Kind.PERSON: _("One officer, in their own name; announces appeals."),
    }
    return sentences.get(Account.Kind(row.kind), "")


def _shown(row: PublicAccount) -> dict[str, Any]:
    return {
        "name": row.name,
        "handle": row.handle,
        "channel": row.channel,
        "profile": row.profile,
        "in_use": row.in_use,
        "purpose": purpose(row),
    }


def _letter(row: PublicAccount) -> str:
    """The letter under which a name stands: without its accent; "#" if it begins with none."""
    first = unicodedata.normalize("NFKD", row.name.strip())[:1].upper()
    return first if first.isalpha() else OTHER
