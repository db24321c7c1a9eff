"""Fields, error summary, times, tags and addresses as the templates print them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines

from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.ui import css
from hueandcry.ui.fields import add_refusal


class TipForm(forms.Form):
    text = forms.CharField(label="What do you know?", help_text="Anything.", widget=forms.Textarea)
    about = forms.ChoiceField(
        label="About", choices=[("p", "A person"), ("v", "A <b>vehicle</b>")], widget=forms.RadioSelect
    )
    soon = forms.BooleanField(label="Urgent", help_text="Read first.", required=False)
    place = forms.CharField(
        label="Where", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = forms.CharField(required=False, widget=forms.HiddenInput)


def render(text: str, **context: object) -> str:
    return engines["django"].from_string(text).render(context)


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    form = TipForm({})
    page = render("{% field form.text %}", form=form)
    assert '<label class="govuk-label govuk-label--s" for="id_text">' in page
    assert 'aria-describedby="id_text-hint id_text-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'class="govuk-textarea govuk-textarea--error"' in page
    assert "Missing: What do you know?" in page


def test_a_field_without_errors_shows_none_and_says_if_it_is_optional() -> None:
    page = render("{% field form.place %}", form=TipForm())
    assert "(optional)" in page
    assert "error" not in page
    assert 'autocomplete="off"' in page


def test_radios_stand_in_a_fieldset_and_escape_their_labels() -> None:
    page = render("{% field form.about %}", form=TipForm({"about": "v"}))
    assert page.count("<fieldset") == page.count("</fieldset>") == 1
    assert "A &lt;b&gt;vehicle" in page
    assert 'id="id_about_1" name="about" value="v" checked' in page


def test_a_tick_has_its_label_after_it_and_a_hidden_field_prints_bare() -> None:
    page = render("{% field form.soon %}|{% field form.secret %}", form=TipForm())
    tick, hidden = page.split("|")
    assert tick.index("<input") < tick.index("<label")
    assert 'aria-describedby="id_soon-hint"' in tick
    assert hidden.strip() == '<input type="hidden" name="secret" id="id_secret">'


def test_the_summary_takes_the_focus_and_leads_to_each_field() -> None:
    page = render("{% error_summary form %}", form=TipForm({}))
    assert 'tabindex="-1" autofocus' in page
    assert '<a href="#id_text">Missing: What do you know?</a>' in page
    assert '<a href="#id_about_0">Missing: About</a>' in page
    assert render("{% error_summary form %}", form=TipForm()).strip() == ""


def test_a_refusal_stands_at_the_field_it_names_or_above_the_form() -> None:
    form = TipForm({"text": "x", "about": "p"})
    add_refusal(form, Invalid("Too short.", field="text"))
    add_refusal(form, Conflict("Somebody else <was> first."))
    page = render("{% error_summary form %}", form=form)
    assert '<a href="#id_text">Too short.</a>' in page
    assert "Somebody else &lt;was&gt; first." in page


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/London", "15 June 2026, 00:30"),
        ("America/Vancouver", "14 June 2026, 16:30"),
        ("", "14 June 2026, 23:30 UTC"),
    ],
)
def test_a_moment_is_shown_in_the_agencys_zone(zone: str, words: str) -> None:
    at = datetime(2026, 6, 14, 23, 30, tzinfo=UTC)
    page = render("{{ at|when:agency }}", at=at, agency=SimpleNamespace(time_zone=zone))
    assert f">{words}</time>" in page
    assert page.startswith('<time datetime="2026-06-1')


def test_a_day_has_no_hour_and_nothing_prints_nothing() -> None:
    assert render("{{ on|when:'Europe/London' }}", on=date(2026, 6, 14)) == (
        '<time datetime="2026-06-14">14 June 2026</time>'
    )
    assert render("[{{ on|when }}]", on=None) == "[]"


def test_a_status_is_a_word_on_its_tint() -> None:
    page = render("{% status_tag 'withdrawn' label %}", label="Taken <down>")
    assert page == '<strong class="govuk-tag hc-tag--danger">Taken &lt;down&gt;</strong>'
    assert render("{% status_tag 'anything' 'Draft' %}") == '<strong class="govuk-tag">Draft</strong>'


def test_the_public_sheet_has_an_address_of_its_content() -> None:
    sheet = css.sheet("public")
    assert render("{% css_url 'public' %}") == f"/assets/public.{sheet.hash}.css"
    assert sheet.name == f"public.{sheet.hash}.css"
    assert render("{% css_url 'desk' %}").startswith("/static/ui/desk.css?")
    with pytest.raises(KeyError):
        css.sheet("other")
