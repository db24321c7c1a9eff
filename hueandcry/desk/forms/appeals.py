"""Forms of the appeal pages."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.appeals.content import LONGEST, Content
from hueandcry.appeals.models import AppealUpdate, Kind, Outcome
from hueandcry.channels.models import Account

LOCAL = "%Y-%m-%dT%H:%M"
BEFORE_APPROVAL = ("what_happened", "we_ask", "purpose", "necessity", "proportionality", "review_on", "alt")


class LocalMoment(forms.DateTimeField):
    """Day and time in the agency's zone; the value is aware. Set `zone` before use."""

    zone: tzinfo = UTC

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"})
        super().__init__(
            widget=widget, input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs
        )

    def to_python(self, value: Any) -> datetime | None:
        """What was typed, as a moment of the agency's zone."""
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A moment as the agency's clock shows it."""
        with timezone.override(self.zone):
            return super().prepare_value(value)


def _text(label: Any, name: str, hint: Any = "", *, rows: int = 0, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST[name], required=required, widget=widget
    )


class DraftForm(forms.Form):
    """A form whose fields in BEFORE_APPROVAL are marked as needed, but may be empty while it is a draft."""

    def full_clean(self) -> None:
        """As ever, but what is needed only for approval may be left empty."""
        later = [self.fields[name] for name in BEFORE_APPROVAL if name in self.fields]
        for field in later:
            field.required = False
        super().full_clean()
        for field in later:
            field.required = True


class AppealForm(DraftForm):
    """Everything that is written in an appeal."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("As officers and callers will say it. Leave it empty for the next free one."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("What is it about?"), choices=Kind.choices, widget=forms.RadioSelect)
    title = _text(_("Heading"), "title", _("A plain question or sentence, with the place and day."))
    what_happened = _text(_("What happened"), "what_happened", _("Facts only. Nobody is guilty yet."), rows=6)
    we_ask = _text(
        _("What we ask"),
        "we_ask",
        _("What people should tell us. The first sentence is shown in lists."),
        rows=4,
    )
    place = _text(_("Place"), "place", required=False)
    happened_from = LocalMoment(
        label=_("From"), help_text=_("Day and time where the agency is."), required=False
    )
    happened_to = LocalMoment(label=_("To"), required=False)
    what_to_do = _text(
        _("What people should do now"),
        "what_to_do",
        _("Shown above everything, for example: Do not approach him. Call us."),
        required=False,
    )
    shows_people = forms.BooleanField(
        label=_("People can be recognised in the pictures"),
        help_text=_("The page then says that being shown does not mean a person has done wrong."),
        required=False,
        initial=True,
    )
    announcement = _text(
        _("Text for the networks"),
        "announcement",
        _("Leave it empty for the heading and what we ask. Link and picture are added."),
        rows=3,
        required=False,
    )
    purpose = _text(_("Purpose"), "purpose", _("What the appeal is for."), rows=2)
    necessity = _text(
        _("Necessity"), "necessity", _("What was tried before, and why it was not enough."), rows=2
    )
    proportionality = _text(
        _("Proportionality"),
        "proportionality",
        _("Why this much, shown this long, is fair to those shown."),
        rows=2,
    )
    review_on = forms.DateField(
        label=_("Review date"),
        help_text=_("The day on which somebody decides whether it should still be shown."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, with_reference: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("happened_from", "happened_to"):
            self.fields[name].zone = ZoneInfo(agency.time_zone)  # type: ignore[attr-defined]
        if not with_reference:
            del self.fields["reference"]

    def content(self) -> Content:
        """What was typed, as one value. Call after is_valid()."""
        return Content(**{name: self.cleaned_data[name] for name in Content.__dataclass_fields__})


def _alt() -> forms.CharField:
    return forms.CharField(
        label=_("What is to be seen"),
        help_text=_("For people who cannot see it. Needed before approval."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _caption() -> forms.CharField:
    return forms.CharField(
        label=_("Caption"),
        help_text=_("Place and time, for example: Dock Street, 18:52."),
        max_length=300,
        required=False,
    )


class ManyFiles(forms.FileInput):
    """A file field in which several can be chosen at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> Any:
        """The first file, for the field to check; the view takes them all."""
        return files.get(name)


class PictureForm(DraftForm):
    """New pictures; the words are those of a single one."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "One or many: JPEG, PNG, WebP, AVIF or GIF, up to 40 megabytes. Hidden data is removed from what is shown."
        ),
        widget=ManyFiles(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif", "multiple": True}
        ),
        error_messages={"empty": _("This file is empty. Choose the picture again.")},
    )
    alt = _alt()
    caption = _caption()


class DescribeForm(DraftForm):
    """What is written about a picture."""

    alt = _alt()
    caption = _caption()


class NoteForm(forms.Form):
    """Why an appeal goes back to its author."""

    note = forms.CharField(
        label=_("What should be changed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PublishForm(forms.Form):
    """To which accounts the announcement goes: the agency's own are ticked, those of units and persons are not."""

    accounts = forms.MultipleChoiceField(
        label=_("Announce it on"),
        help_text=_("Each post waits until the page stands."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [account for account in accounts if account.kind == Account.Kind.AGENCY]
        others = [account for account in accounts if account.kind != Account.Kind.AGENCY]
        self.fields["accounts"].choices = [  # type: ignore[attr-defined]
            (str(account.pk), f"{account.label} ({account.channel})") for account in [*own, *others]
        ]
        self.fields["accounts"].initial = [str(account.pk) for account in own or others]

    @property
    def ticked(self) -> int:
        """How many accounts are ticked now."""
        return len(self["accounts"].value() or [])

    def account_ids(self) -> list[int]:
        """The chosen accounts. Call after is_valid()."""
        return [int(value) for value in self.cleaned_data["accounts"]]


class UpdateForm(forms.Form):
    """A dated line for a public appeal."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=AppealUpdate.Kind.choices,
        widget=forms.RadioSelect,
        initial=AppealUpdate.Kind.UPDATE,
    )
    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    review_on = forms.DateField(
        label=_("New review date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    proceed = forms.CharField(
        label=_("Why it may go out in spite of the warnings"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AtOnceForm(forms.Form):
    """A correction that cannot wait for a second person."""

    text = forms.CharField(
        label=_("What the page must say now"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Which danger cannot wait?"),
        help_text=_("Kept on the record and shown to the second person, not to the public."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ResolveForm(forms.Form):
    """How it ended, in words that name nobody."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Outcome.choices, widget=forms.RadioSelect)


class WithdrawForm(forms.Form):
    """Why it is taken down."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept on the record, not shown to the public."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SettleForm(forms.Form):
    """What a person found on the network about a post whose fate is not known."""

    landed = forms.ChoiceField(
        label=_("Is the post there?"),
        choices=[("yes", _("Yes")), ("no", _("No, send it again"))],
        widget=forms.RadioSelect,
    )
    remote_url = forms.CharField(label=_("Its address"), max_length=500, required=False)
