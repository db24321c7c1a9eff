"""Verbs of the text that accounts carry on their own pages."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels import profile, queries
from hueandcry.channels.models import Account, ProfileCheck, ProfileTemplate
from hueandcry.channels.profiling import can_push, wanted_text
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record


@transaction.atomic
def write_template(*, text: str, by: Actor) -> ProfileTemplate:
    """Keep the text for every account's page; the worker compares each with it within minutes. Nothing is pushed yet.

    Raises NotAllowed, Invalid with what is wrong with it.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    kept = "\n".join(line.strip() for line in text.strip().splitlines())
    if problems := profile.problems_of(kept):
        raise Invalid(" ".join(problems), field="text")
    values = {"text": kept, "written_at": clock.now(), "written_by": by.ref}
    template, _made = ProfileTemplate.objects.update_or_create(agency_id=by.agency_id, defaults=values)
    ProfileCheck.objects.filter(agency_id=by.agency_id).update(due_at=clock.now())
    record(by=by, verb="profile.write", subject=ref("agency", by.agency_id), body={"text": kept})
    return template


@transaction.atomic
def push_profiles(*, account_ids: Collection[int], by: Actor) -> int:
    """Let the worker write the text on the pages of these accounts, where the network takes it; returns how many.

    Raises NotAllowed, NotFound, Conflict if the agency has no text yet.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    accounts = [queries.get_account(actor=by, account_id=number) for number in sorted(set(account_ids))]
    _template_of(by)
    asked = 0
    for account in accounts:
        if account.status in Account.SILENT or not can_push(account.channel):
            continue
        now = clock.now()
        ProfileCheck.objects.get_or_create(account=account, defaults={"agency_id": by.agency_id})
        ProfileCheck.objects.filter(account=account).update(push_asked_at=now, due_at=now)
        record(by=by, verb="profile.push", subject=ref("account", account.pk))
        asked += 1
    return asked


@transaction.atomic
def confirm_profile(*, account_id: int, by: Actor) -> None:
    """Say that one has put the text on an account's page by hand, where we cannot write it.

    Raises NotAllowed, NotFound, Conflict if the agency has no text yet.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    template = _template_of(by)
    wanted = wanted_text(account, account.agency, template.text)
    ProfileCheck.objects.get_or_create(account=account, defaults={"agency_id": by.agency_id})
    ProfileCheck.objects.filter(account=account).update(
        confirmed_at=clock.now(), confirmed_by=by.name, wanted=wanted, due_at=clock.now()
    )
    record(by=by, verb="profile.confirm", subject=ref("account", account.pk))


def _template_of(by: Actor) -> ProfileTemplate:
    template = ProfileTemplate.objects.filter(agency_id=by.agency_id).first()
    if template is None:
        raise Conflict(_("Write the text for the agency's accounts first."))
    return template
