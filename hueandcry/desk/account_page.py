"""What the page of one account shows on each of its tabs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies.units import units
from hueandcry.channels import profiling, proving, queries, quotas
from hueandcry.channels.audit import needs_of
from hueandcry.channels.catalogue import CHANNELS, sign_in_for
from hueandcry.channels.checks import looks
from hueandcry.channels.handed import handovers
from hueandcry.channels.profile import Part
from hueandcry.channels.register import RegisterLine, register_line
from hueandcry.counts.queries import of_account
from hueandcry.counts.words import in_words, openings_in_words
from hueandcry.desk.forms.accounts import SecretForm
from hueandcry.desk.forms.register import FactsForm, HolderForm, ModeForm, ReasonForm, StewardForm
from hueandcry.desk.guard import DeskRequest
from hueandcry.kernel.actor import Permission
from hueandcry.posts.figures import last_sent

TABS = ("", "profile", "people", "rules", "checks", "connection")


def context(request: DeskRequest, account_id: int, *, tab: str = "", **forms: Any) -> dict[str, Any]:
    """Everything of the chosen tab. forms: those that came back with errors. Raises NotAllowed, NotFound."""
    actor = request.actor
    line = register_line(
        actor=actor, account_id=account_id, last_posts=last_sent(account_id), today=request.asked.day
    )
    chosen = tab or request.GET.get("tab", "")
    shown = {
        "line": line,
        "account": line.account,
        "tabs": _tabs(manages=actor.may(Permission.ACCOUNT_MANAGE)),
        "tab": chosen if chosen in TABS else "",
        "address": queries.profile_address(line.account),
        "there": queries.name_there(line.account.channel, line.account.handle).removeprefix("@"),
        "manages": actor.may(Permission.ACCOUNT_MANAGE),
        "rules": actor.may(Permission.RULES_MANAGE),
        **_of_tab(request, chosen, line),
        **forms,
    }
    shown.setdefault("form", FactsForm(units=[]))  # the summary of errors looks at one
    return shown


def _tabs(*, manages: bool) -> list[tuple[str, str]]:
    every = [
        ("", _("Overview")),
        ("profile", _("Profile")),
        ("people", _("People")),
        ("rules", _("Rules")),
        ("checks", _("Checks")),
    ]
    return [*every, ("connection", _("Connection"))] if manages else every


def _of_tab(request: DeskRequest, tab: str, line: RegisterLine) -> dict[str, Any]:
    makers = {"": _overview, "profile": _profile, "people": _people, "rules": _rules, "checks": _checks}
    if tab == "connection" and line.account.channel in CHANNELS:
        return {
            "secret_form": SecretForm(channel=line.account.channel),
            "reason_form": ReasonForm(),
            "signs_in": sign_in_for(line.account.channel) is not None,
            "ends_at": quotas.credential_ends(line.account),
            "other_says": proving.why_not(line.account),
            "other_name": proving.name_of(line.account.other_handle or line.account.other_id),
            "quotas": [(quotas.words_of(quota), quota) for quota in quotas.quotas_of(line.account)],
        }
    return makers[tab](request, line) if tab in makers else {}


def _overview(request: DeskRequest, line: RegisterLine) -> dict[str, Any]:
    """What it needs, and what its posts came to, beside its goal. Counts of people who follow come last, and only where they are known."""
    if not request.actor.may(Permission.POST_READ):
        return {}
    tabs = {name for name, _label in _tabs(manages=request.actor.may(Permission.ACCOUNT_MANAGE))}
    needs = [(need.lines[0][1], need.step, need.tab) for need in needs_of([line])]
    found = of_account(actor=request.actor, account_id=line.account.pk)
    return {
        "needs": [(finding, step, tab if tab in tabs else "") for finding, step, tab in needs],
        "figures": found,
        "counts": in_words(found.counted, line.account.channel) if found.asked else [],
        "opened": openings_in_words(found.openings) if found.linked else "",
    }


def _profile(request: DeskRequest, line: RegisterLine) -> dict[str, Any]:
    template = queries.template_of(actor=request.actor)
    account = line.account
    text = profiling.wanted_text(account, request.agency, template.text) if template else ""
    known = account.channel in CHANNELS
    return {
        "template": template,
        "wanted": text,
        "room": profiling.room_of(account.channel),
        "can_push": known and profiling.can_push(account.channel),
        "lacking": [Part(part).words for part in line.profile.missing] if line.profile else [],
    }


def _people(request: DeskRequest, line: RegisterLine) -> dict[str, Any]:
    told = {"handovers": handovers(actor=request.actor, account_id=line.account.pk)}
    if not request.actor.may(Permission.ACCOUNT_MANAGE):
        return told
    colleagues = queries.colleagues(actor=request.actor)
    held = {number for number, _name, _mode in line.holders}
    return {
        **told,
        "holder_form": HolderForm(people=[each for each in colleagues if each.id not in held]),
        "steward_form": StewardForm(people=colleagues),
    }


def _rules(request: DeskRequest, line: RegisterLine) -> dict[str, Any]:
    account = line.account
    initial = {name: getattr(account, name) for name in FactsForm.PLAIN}
    initial |= {
        "unit": account.unit_id or "",
        "topics": ", ".join(map(str, account.topics)),
        "languages": ", ".join(map(str, account.languages)),
    }
    return {
        "facts_form": FactsForm(units=units(actor=request.actor), initial=initial),
        "mode_form": ModeForm(initial={"mode": account.mode}),
    }


def _checks(request: DeskRequest, line: RegisterLine) -> dict[str, Any]:
    return {"looks": looks(actor=request.actor, account_id=line.account.pk)}
