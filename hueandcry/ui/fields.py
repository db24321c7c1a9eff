"""A form field as the templates need it: GOV.UK classes, ids and descriptions worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Refusal

CLASSES = (
    (forms.FileInput, "govuk-file-upload"),
    (forms.Textarea, "govuk-textarea"),
    (forms.Select, "govuk-select"),
)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field ready to print. `kind` is hidden, box, tick, radios or ticks; `target` the id to jump to."""

    kind: str
    bound: BoundField
    id: str
    target: str
    hint_id: str
    error_id: str
    described_by: str
    errors: list[str]
    optional: bool
    html: str
    options: list[dict[str, Any]]


def describe(bound: BoundField) -> FieldView:
    """Work out the markup of one bound field. The widget is never changed, only asked."""
    widget = bound.field.widget
    kind = _kind(widget)
    base = bound.auto_id or bound.html_name
    hint_id = f"{base}-hint" if bound.help_text else ""
    error_id = f"{base}-error" if bound.errors else ""
    described_by = " ".join(
        part for part in (widget.attrs.get("aria-describedby"), hint_id, error_id) if part
    )
    options = _options(bound) if kind in {"radios", "ticks"} else []
    return FieldView(
        kind=kind,
        bound=bound,
        id=base,
        target=options[0]["id"] if options else base,
        hint_id=hint_id,
        error_id=error_id,
        described_by=described_by,
        errors=sentences(bound),
        optional=not bound.field.required and kind == "box",
        html="" if options else bound.as_widget(attrs=_attrs(bound, kind, described_by)),
        options=options,
    )


def sentences(bound: BoundField) -> list[str]:
    """The errors of a field as sentences that name it: Django's "This field is required" does not."""
    found: list[str] = []
    for error in bound.errors.as_data():
        if error.code == "required":
            found.append(_("Missing: %(label)s") % {"label": bound.label})
        else:
            found += [str(text) for text in error.messages]
    return found


def add_refusal(form: BaseForm, refusal: Refusal) -> None:
    """Show a refusal of an action beside the field it names, or above the form if it names none."""
    name = refusal.field if refusal.field in form.fields else None
    form.add_error(name, refusal.sentence)


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "ticks"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    return "box"


def _attrs(bound: BoundField, kind: str, described_by: str) -> dict[str, Any]:
    if kind == "hidden":
        return {}
    widget = bound.field.widget
    if kind == "tick":
        name = "govuk-checkboxes__input"
    else:
        name = next((css for cls, css in CLASSES if isinstance(widget, cls)), "govuk-input")
    classes = [name, *str(widget.attrs.get("class", "")).split()]
    if bound.errors and kind == "box":
        classes.append(f"{name}--error")
    attrs: dict[str, Any] = {"class": " ".join(classes)}
    if described_by:
        attrs["aria-describedby"] = described_by
    return attrs


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """The choices of a radio or tick group as plain values, in the widget's order."""
    context = bound.field.widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})
    options = [option for _group, group, _index in context["widget"]["optgroups"] for option in group]
    return [
        {
            "id": option["attrs"].get("id", ""),
            "name": option["name"],
            "type": option["type"],
            "value": option["value"],
            "label": option["label"],
            "checked": bool(option["selected"]),
        }
        for option in options
        if option["value"] not in {None, ""}
    ]
