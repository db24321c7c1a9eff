"""Write a policy, put a wording in force, retire it. A wording in force is never changed, only followed by the next (R16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hueandcry.agencies import policies
from hueandcry.agencies.models import Policy, PolicyVersion
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

LONGEST_TEXT = 60_000


@transaction.atomic
def draft_policy(
    *, layer: str, title: str, text: str, questions: Sequence[dict[str, Any]], by: Actor
) -> Policy:
    """Begin a policy with a first wording that is not in force yet. Raises NotAllowed, Invalid; Conflict if its title is taken."""
    by.require(Permission.RULES_MANAGE)
    words = " ".join(title.split())
    if not words or len(words) > 120:  # noqa: PLR2004 - the column's length
        raise Invalid(_("Give the policy a title."), field="title")
    if layer not in Policy.Layer:
        raise Invalid(_("Choose who made the rule."), field="layer")
    try:
        with transaction.atomic():
            policy = Policy.objects.create(
                agency_id=by.agency_id, layer=layer, title=words, created_at=clock.now()
            )
    except IntegrityError:
        raise Conflict(_("There is a policy of that title already.")) from None
    PolicyVersion.objects.create(policy=policy, number=1, text=_checked(text), questions=list(questions))
    record(
        by=by,
        verb="policy.draft",
        subject=ref("policy", policy.pk),
        body={"title": words, "layer": layer},
    )
    return policy


@transaction.atomic
def write_policy(
    *, policy_id: int, text: str, questions: Sequence[dict[str, Any]], by: Actor
) -> PolicyVersion:
    """Write the next wording of a policy; the one in force stays until `put_in_force`. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.RULES_MANAGE)
    policy = _open(policy_id, by=by)
    words = _checked(text)
    draft = policies.draft_of(policy)
    if draft is None:
        last = PolicyVersion.objects.filter(policy=policy).aggregate(Max("number"))["number__max"] or 0
        try:
            with transaction.atomic():
                draft = PolicyVersion.objects.create(policy=policy, number=last + 1, text=words)
        except IntegrityError:
            raise Conflict(
                _("Somebody else began the next wording a moment ago. Reload to see it.")
            ) from None
    PolicyVersion.objects.filter(pk=draft.pk, in_force_at__isnull=True).update(
        text=words, questions=list(questions)
    )
    draft.refresh_from_db()
    record(
        by=by,
        verb="policy.write",
        subject=ref("policy", policy.pk),
        body={"title": policy.title, "version": draft.number},
    )
    return draft


@transaction.atomic
def put_in_force(*, policy_id: int, by: Actor) -> PolicyVersion:
    """Let the wording being written count from now on: everybody acknowledges it before their next post.

    Raises NotAllowed, NotFound; Conflict if nothing is being written.
    """
    by.require(Permission.RULES_MANAGE)
    policy = _open(policy_id, by=by)
    draft = policies.draft_of(policy)
    if draft is None or not PolicyVersion.objects.filter(pk=draft.pk, in_force_at__isnull=True).update(
        in_force_at=clock.now(), put_in_force_by=by.ref
    ):
        raise Conflict(_("No new wording of this policy is being written."))
    draft.refresh_from_db()
    body: dict[str, str | int | None] = {
        "title": policy.title,
        "version": draft.number,
        "text": draft.text,
        "questions": len(draft.questions),
    }
    record(by=by, verb="policy.put-in-force", subject=ref("policy", policy.pk), body=body)
    return draft


@transaction.atomic
def retire_policy(*, policy_id: int, by: Actor) -> None:
    """Nobody has to know this policy any more. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.RULES_MANAGE)
    policy = _open(policy_id, by=by)
    Policy.objects.filter(pk=policy.pk).update(retired_at=clock.now())
    record(by=by, verb="policy.retire", subject=ref("policy", policy.pk), body={"title": policy.title})


def _open(policy_id: int, *, by: Actor) -> Policy:
    policy = policies.get_policy(actor=by, policy_id=policy_id)
    if policy.retired_at:
        raise Conflict(_("This policy was retired."))
    return policy


def _checked(text: str) -> str:
    words = text.strip().replace("\r\n", "\n")
    if not words:
        raise Invalid(_("Write what the policy says."), field="text")
    if len(words) > LONGEST_TEXT:
        raise Invalid(_("At most %d characters.") % LONGEST_TEXT, field="text")
    return words
