"""Forms of the people pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.roles import KINDS, Role


def roles_in(kind: str) -> list[Role]:
    """The roles that exist in this kind of agency."""
    return [role for role in Role if kind in KINDS[role]]


def _choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, f"{role.label}: {role.explained}") for role in roles]


class InviteForm(forms.Form):
    """Who is invited, and to which roles."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As colleagues see it, for example “Sgt R. Okafor”."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, kind: str) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["roles"].choices = _choices(roles_in(kind))  # type: ignore[attr-defined]


class GiveRoleForm(forms.Form):
    """One more role for a person."""

    role = forms.ChoiceField(label=_("Give a role"))

    def __init__(self, *args: object, kind: str, held: Iterable[Role]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        kept = set(held)
        left = [role for role in roles_in(kind) if role not in kept]
        self.fields["role"].choices = [(role.value, role.label) for role in left]  # type: ignore[attr-defined]
        self.possible = bool(left)
