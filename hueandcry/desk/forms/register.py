"""Forms of the register: what an account is for, how free it is, who holds it, who passes it on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Unit
from hueandcry.agencies.units import UnitLine
from hueandcry.assets.photograph_actions import CONSENT
from hueandcry.channels.models import Account, Steward
from hueandcry.channels.queries import Colleague
from hueandcry.desk.forms.long_select import LongSelect

OFF = {"autocomplete": "off"}
NOTE = 2000


def _text(label: Any, most: int, *, hint: Any = "", required: bool = False) -> forms.CharField:
    widget = forms.TextInput(attrs=OFF)
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required, widget=widget)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _people(people: Iterable[Colleague]) -> list[tuple[str, str]]:
    return [("", str(_("Choose"))), *((str(each.id), each.name) for each in people)]


class FactsForm(forms.Form):
    """What the register says of an account."""

    PLAIN = ("label", "kind", "audience", "face", "title", "goal", "every_days", "is_main", "is_public")

    label = _text(_("Name for it here"), 80, required=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=Account.Kind.choices)
    unit = forms.TypedChoiceField(label=_("Station or unit"), required=False, coerce=int, empty_value=None)
    face = _text(_("Its face"), 120, hint=_("The person whom the public sees there, as they know them."))
    title = _text(_("Rank and post of its face"), 120)
    topics = _text(
        _("Topics"), 500, hint=_("Its lane, with commas between: traffic, road safety. Empty: anything.")
    )
    languages = _text(_("Languages"), 100, hint=_("Such as en, fr. Empty: those of its unit."))
    audience = forms.ChoiceField(label=_("Who can read it"), choices=Account.Audience.choices)
    goal = _text(_("Goal"), 300, hint=_("Whom it is to reach, about what, and what counts as good."))
    every_days = forms.IntegerField(
        label=_("At least one post every so many days"),
        help_text=_("0: no such goal."),
        min_value=0,
        max_value=366,
        widget=forms.NumberInput(attrs=OFF),
    )
    is_main = forms.BooleanField(
        label=_("One of the main accounts"),
        help_text=_("The public directory shows it first."),
        required=False,
    )
    is_public = forms.BooleanField(
        label=_("It stands in the public directory, and appeals are announced here"), required=False
    )

    def __init__(self, *args: Any, units: Iterable[UnitLine], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [
            ("", _("None")),
            *((str(line.unit.pk), "– " * line.depth + line.unit.name) for line in units),
        ]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The facts as `change_account` takes them."""
        given = {name: self.cleaned_data[name] for name in self.PLAIN}
        return {
            **given,
            "unit_id": self.cleaned_data["unit"],
            "topics": _listed(self.cleaned_data["topics"]),
            "languages": _listed(self.cleaned_data["languages"]),
        }


class ModeForm(forms.Form):
    """The dial of an account."""

    mode = forms.ChoiceField(
        label=_("How free it is"), choices=Account.Mode.choices, widget=forms.RadioSelect
    )
    reason = _text(_("Why"), 500, hint=_("It stands on the record."), required=True)


class ReasonForm(forms.Form):
    """A reason, for what cannot be undone."""

    reason = _text(_("Why"), 500, hint=_("It stands on the record."), required=True)


class HolderForm(forms.Form):
    """One more person who may post through an account."""

    person = forms.TypedChoiceField(label=_("Who"), coerce=int, widget=LongSelect)
    mode = forms.ChoiceField(
        label=_("How free they are there"),
        required=False,
        choices=[("", _("As the account")), *Account.Mode.choices],
    )

    def __init__(self, *args: Any, people: Iterable[Colleague], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["person"].choices = _people(people)  # type: ignore[attr-defined]


class StewardForm(forms.Form):
    """A steward or a second steward."""

    part = forms.ChoiceField(label=_("Which"), choices=Steward.Part.choices)
    steward = forms.TypedChoiceField(label=_("Who"), coerce=int, widget=LongSelect)

    def __init__(self, *args: Any, people: Iterable[Colleague], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["steward"].choices = _people(people)  # type: ignore[attr-defined]


class HandoverForm(forms.Form):
    """Who leaves, who comes, and what the next one must know."""

    leaver = forms.TypedChoiceField(label=_("Who passes on"), coerce=int, widget=LongSelect)
    successor = forms.TypedChoiceField(label=_("Who takes over"), coerce=int, widget=LongSelect)
    note = forms.CharField(
        label=_("What the next one must know"),
        help_text=_("What is under way, who writes often, what was promised. It stays with the account."),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    shown = forms.BooleanField(
        label=_("Tell the public who is new"),
        help_text=_("For 30 days, on accounts whose face changes."),
        required=False,
        initial=True,
    )

    def __init__(
        self, *args: Any, leavers: Iterable[Colleague], people: Iterable[Colleague], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["leaver"].choices = _people(leavers)  # type: ignore[attr-defined]
        self.fields["successor"].choices = _people(people)  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """The text for every account's own page."""

    text = forms.CharField(
        label=_("Text with gaps"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
    )


class TableForm(forms.Form):
    """A table of accounts."""

    table = forms.FileField(
        label=_("Table (CSV, at most 2 MB)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class PlanForm(forms.Form):
    """How often somebody looks in on the accounts."""

    every_days = forms.IntegerField(
        label=_("Each account every so many days"),
        min_value=1,
        max_value=90,
        initial=10,
        widget=forms.NumberInput(attrs=OFF),
    )
    checkers = forms.TypedMultipleChoiceField(
        label=_("Who looks"),
        help_text=_("In turn. Nobody chosen: whoever may."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Iterable[Colleague], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [(str(each.id), each.name) for each in people]
        self.fields["checkers"].choices = choices  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    """A division, a station or a unit."""

    name = _text(_("Name"), 120, required=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices)
    parent = forms.TypedChoiceField(label=_("Belongs to"), required=False, coerce=int, empty_value=None)
    about = forms.CharField(
        label=_("What it does"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    area = _text(
        _("Area"), 300, hint=_("Districts and postcodes in words, so that people find their station.")
    )
    address = _text(_("Address"), 300)
    phone = _text(_("Phone"), 40)
    hours = _text(_("Opening hours"), 200)
    languages = _text(_("Languages"), 100, hint=_("Such as en, fr. Empty: the agency's."))
    is_public = forms.BooleanField(label=_("It has a page on the public site"), required=False, initial=True)

    def __init__(self, *args: Any, units: Iterable[UnitLine], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [
            ("", _("The agency itself")),
            *((str(x.unit.pk), "– " * x.depth + x.unit.name) for x in units),
        ]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The facts as `add_unit` and `edit_unit` take them."""
        given = dict(self.cleaned_data)
        return {**given, "parent_id": given.pop("parent"), "languages": _listed(given.pop("languages"))}


class OwnPageForm(forms.Form):
    """What one's own public page says."""

    title = _text(_("Rank and post"), 120, hint=_("As the public knows it, for example “Harbour steward”."))
    about = forms.CharField(
        label=_("Who I am, what I do"),
        help_text=_("In your own words. No private address, no private number."),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reach = _text(_("How to reach my unit"), 300)
    unit = forms.TypedChoiceField(label=_("Unit"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, units: Iterable[UnitLine], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [("", _("None")), *((str(x.unit.pk), "– " * x.depth + x.unit.name) for x in units)]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]


class PhotographForm(forms.Form):
    """One's own photograph, and one's consent to it."""

    picture = forms.FileField(
        label=_("Photograph of you"),
        help_text=_(
            "JPEG, PNG, WebP, AVIF or GIF. It is cut to a square, made small, and hidden data such as the place is left out."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        error_messages={"empty": _("This file is empty. Choose the picture again.")},
    )
    place = forms.ChoiceField(
        label=_("Where your face is"),
        choices=[
            ("middle", _("In the middle")),
            ("top", _("At the top")),
            ("bottom", _("At the bottom")),
            ("left", _("On the left")),
            ("right", _("On the right")),
        ],
    )
    alt = _text(
        _("What is to be seen"),
        200,
        hint=_("For people who cannot see it, for example “Ruth Abara in uniform, smiling”."),
        required=True,
    )
    taken_by = _text(_("Who took it"), 120, hint=_("Stands below it, if you fill it in."))
    agreed = forms.BooleanField(label=CONSENT, required=False)  # the action says what is missing
