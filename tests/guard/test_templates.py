"""Templates: nothing inline, nothing unescaped, nothing from elsewhere, every form and picture complete."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from hueandcry.ui import css
from tests.guard.house import files, name

COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.DOTALL)
ANYWHERE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "unescaped": re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq"),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "from elsewhere": re.compile(r"(src|srcset|href|action|poster)\s*=\s*[\"']?(https?:)?//", re.IGNORECASE),
}
# Names without a rule of their own: they say what a part is.
ANCHORS = {"govuk-checkboxes", "govuk-radios"}
# Forms whose content is opened or sealed in the browser: their fields have no name, so without the page's
# script nothing is sent; the script sends the token itself.
SENT_BY_SCRIPT = {"unlock", "share-form", "give-form", "reply"}
FORM = re.compile(r"<form\b([^>]*(?:{%[^%]*%}[^>]*)*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
IMAGE = re.compile(r"<img\b(?:[^>{]|{[^}]*}+)*>", re.IGNORECASE)


def pages() -> dict[str, str]:
    """Every template by name, comments taken out."""
    return {name(path): COMMENT.sub("", path.read_text()) for path in files(ending=".html")}


def forms(text: str) -> list[tuple[str, str]]:
    return FORM.findall(text)


@pytest.mark.parametrize("what", sorted(ANYWHERE))
def test_no_template_has(what: str) -> None:
    assert [page for page, text in pages().items() if ANYWHERE[what].search(text)] == []


def test_no_code_marks_text_as_safe() -> None:
    found = [name(path) for path in files() if re.search(r"\bmark_safe\(|SafeString\(", path.read_text())]
    assert found == []


def test_every_form_has_an_address_and_on_the_desk_its_token() -> None:
    lame, open_ = [], []
    for page, text in pages().items():
        assert len(forms(text)) == len(re.findall(r"<form\b", text)), page
        for head, body in forms(text):
            if "action=" not in head or "method=" not in head:
                lame.append(page)
            by_script = any(f'id="{form}"' in head for form in SENT_BY_SCRIPT)
            needs_token = page.startswith("desk/") and 'method="post"' in head and not by_script
            if needs_token and "{% csrf_token %}" not in body:
                open_.append(page)
    assert (lame, open_) == ([], [])


def test_a_form_sent_by_script_names_no_field() -> None:
    named = [
        (page, form)
        for page, text in pages().items()
        for head, body in forms(text)
        for form in SENT_BY_SCRIPT
        if f'id="{form}"' in head and re.search(r"<(?:input|textarea|select)[^>]*\sname=", body)
    ]
    assert named == []


def test_every_form_can_be_sent_without_a_script() -> None:
    lame = [
        page
        for page, text in pages().items()
        for head, body in forms(text)
        if not re.search(r"<button(?![^>]*type=\"button\")|type=\"submit\"", body)
        and "data-opened-in-browser" not in head
    ]
    assert lame == []


def test_every_picture_has_words_and_measures() -> None:
    images = [(page, tag) for page, text in pages().items() for tag in IMAGE.findall(text)]
    assert images
    assert [(page, tag) for page, tag in images if not re.search(r"\salt\s*=", tag)] == []
    assert [(page, tag) for page, tag in images if "width=" not in tag or "height=" not in tag] == []


def test_public_pages_carry_no_script_and_no_drawing_with_meaning() -> None:
    # No browser asks its owner about notifications unless a script does.
    with_script = {"public/templates/public/subscribe_push.html"}
    public = {
        page: text
        for page, text in pages().items()
        if not page.startswith("desk/") and page not in with_script
    }
    assert [
        page
        for page, text in public.items()
        if re.search(r"<script|<svg|<iframe|<object|<embed", text, re.IGNORECASE)
    ] == []


def test_every_field_goes_through_the_field_tag() -> None:
    """A visible control outside {% field %} carries an id that some label names."""
    loose = []
    for page, text in pages().items():
        if page.startswith("ui/"):
            continue
        for control in re.findall(r"<(?:input|select|textarea)\b(?:[^>{]|{[^}]*}+)*>", text):
            if re.search(r'type="(hidden|submit)"', control):
                continue
            found = re.search(r'\sid="([^"]+)"', control)
            if found is None or (f'for="{found[1]}"' not in text and "aria-label" not in control):
                loose.append((page, control))
    assert loose == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("inline script", "<script>x</script>"),
        ("inline style", '<p style="x">'),
        ("inline handler", '<a onclick="x">'),
        ("unescaped", "{{ text|safe }}"),
        ("from elsewhere", '<img src="https://elsewhere.example/x">'),
    ],
)
def test_the_rules_see_what_they_forbid(what: str, text: str) -> None:
    search: Callable[[str], object] = ANYWHERE[what].search
    assert search(text)


def classes(text: str) -> set[str]:
    """Every class of ours or of GOV.UK that a template prints, also inside {% if %}."""
    found = " ".join(re.findall(r'class="((?:[^"{]|{%.*?%}|{{.*?}})*)"', text, re.DOTALL))
    return set(re.findall(r"(?<![\w-])(?:hc|govuk)-[\w-]*\w(?![\w{-])", found))


def shown_by(sheet: str) -> set[str]:
    return set(re.findall(r"\.((?:hc|govuk)-[\w-]+)", css.sheet(sheet).data.decode()))


@pytest.mark.parametrize("sheet", ["desk", "public"])
def test_every_class_a_page_uses_is_in_its_sheet(sheet: str) -> None:
    known = shown_by(sheet)
    unknown = {
        page: lost
        for page, text in pages().items()
        if page.startswith("ui/") or page.startswith("desk/") is (sheet == "desk")
        if (lost := {name for name in classes(text) if name not in known} - ANCHORS)
        and not (sheet == "desk" and page.endswith("/public_base.html"))
    }
    assert unknown == {}


def test_every_piece_of_ours_is_used_by_some_page() -> None:
    """A piece nobody uses is deleted from the Sass."""
    code = "".join(path.read_text() for ending in (".html", ".js", ".py") for path in files(ending=ending))
    unused = {piece for sheet in ("desk", "public") for piece in shown_by(sheet) if piece.startswith("hc-")}
    assert {piece for piece in unused if piece not in code and not piece.startswith("hc-tag--")} == set()
